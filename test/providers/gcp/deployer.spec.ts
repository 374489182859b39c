import assert from "node:assert/strict";
import { blueprintNames } from "../../../blueprints/names";
import type { PlanResource } from "../../../preview/plan";
import { deployerRoles, GcpDeployer, GcpPreviewer, grantableRoles } from "../../../providers/gcp/deployer";
import { githubPool } from "../../../providers/gcp/githubPool";
import { GcpProject } from "../../../providers/gcp/project";
import { planOf } from "../../support/plans";
import { find, findAll, run } from "../../support/run";
import { textOf } from "./stack";

const state = { bucketName: "pulumi-state-1234567", secretsKeyId: "projects/state/keys/secrets" };
const repository = "example/platform";

async function make(
  identity: "deployer" | "previewer",
  options: { readonly target?: string; readonly decryptsState?: boolean } = {},
): Promise<readonly PlanResource[]> {
  const { target = "example-prod", decryptsState = false } = options;
  const { resources } = await run(() => {
    const project = new GcpProject("main", { projectId: "example-state", region: "us-east1", labels: {} });
    const here = { parent: project, provider: project.provider };
    const pool = githubPool("ci", { project, description: "workflows", subjects: ["a", "b"] }, here);
    const common = { repository, project, pool, state };
    const providers = { providers: [project.provider] };
    if (identity === "deployer") {
      const spec = { environment: "prod", stack: "prod", name: "seo-platform-prod" };
      new GcpDeployer("deploy-prod", { ...common, ...spec, target }, providers);
    } else {
      const spec = { targets: [target], stacks: ["prod"], decryptsState };
      new GcpPreviewer("ci-preview", { ...common, ...spec }, providers);
    }
  });
  return resources;
}

/** Whose administrator's role a module of the provider takes, where that has another name. */
const serviceOf: Readonly<Record<string, string>> = {
  cloudrunv2: "run",
  kms: "cloudkms",
  projects: "serviceusage",
  serviceaccount: "iam",
  sql: "cloudsql",
};
/** What a person's first update makes, and a deployer never changes: of the organisation, of who pays, of who is told. */
const firstUpdates = ["billing", "organizations", "orgpolicy", "securitycenter"];

const memberType = "gcp:projects/iAMMember:IAMMember";

describe("GcpDeployer", () => {
  it("acts as an account of the state's project, which workflows of one environment may be", async () => {
    const resources = await make("deployer");
    const binding = find(resources, "gcp:serviceaccount/iAMMember:IAMMember");
    assert.match(textOf(binding.inputs["member"]), /\/subject\/repo:example\/platform:environment:prod$/);
    for (const { inputs } of findAll(resources, memberType)) {
      assert.equal(inputs["member"], "serviceAccount:deploy-prod@example-state.iam.gserviceaccount.com");
    }
  });

  it("has its roles in the project that it deploys to, and is owner or editor of none", async () => {
    const members = findAll(await make("deployer"), memberType);
    assert.equal(members.length, deployerRoles.length + 1);
    for (const { inputs } of members) {
      assert.equal(inputs["project"], "example-prod");
      assert.doesNotMatch(
        textOf(inputs["role"]),
        /owner$|roles\/editor|projectMover|projectDeleter|roleAdmin|orgpolicy/,
      );
    }
  });

  it("gives and takes no roles but the program's, ten to a list as a condition takes them", async () => {
    const { inputs } = find(await make("deployer"), memberType, "deploy-prod-grants");
    assert.equal(inputs["role"], "roles/resourcemanager.projectIamAdmin");
    const { expression } = inputs["condition"] as { readonly expression: string };
    const lists = [...expression.matchAll(/hasOnly\(\[([^\]]*)\]\)/g)].map(([, list = ""]) =>
      list.split(", "),
    );
    assert.ok(lists.every((list) => list.length <= 10));
    assert.deepEqual(
      lists.flat(),
      grantableRoles.map((role) => `'${role}'`),
    );
  });

  it("reads and writes its own state, and lists the rest of the bucket by name alone", async () => {
    const resources = await make("deployer");
    const grants = findAll(resources, "gcp:storage/bucketIAMMember:BucketIAMMember").map(({ inputs }) => [
      inputs["role"],
      (inputs["condition"] as { readonly expression: string } | undefined)?.expression,
    ]);
    const starts = (...objects: readonly string[]): string =>
      objects
        .map(
          (start) => `resource.name.startsWith("projects/_/buckets/pulumi-state-1234567/objects/${start}")`,
        )
        .join(" || ");
    assert.deepEqual(
      new Map(grants as [string, string | undefined][]),
      new Map([
        [
          "roles/storage.objectUser",
          starts(
            ".pulumi/stacks/groundwork/prod.json",
            ".pulumi/history/groundwork/prod/",
            ".pulumi/backups/groundwork/prod/",
            ".pulumi/locks/organization/groundwork/prod/",
          ),
        ],
        ["roles/storage.legacyBucketReader", undefined],
        ["roles/storage.objectViewer", starts(".pulumi/meta.yaml")],
      ]),
    );
  });

  it("is refused in the project of the state, where it would be within its own reach", async () => {
    await assert.rejects(
      make("deployer", { target: "example-state" }),
      /project: expected another than that of the state/,
    );
  });

  const systems: readonly (readonly [string, readonly string[]])[] = [
    ...blueprintNames.map((blueprint) => [blueprint, []] as const),
    // of GCP's regions some have GPUs for Cloud Run
    ["explico", ["orchestrator=containers", "gcp.region=us-central1", "gcp.zones=[a, b, c]"]],
  ];
  for (const [blueprint, set] of systems) {
    const called = [blueprint, ...set.slice(0, 1)].join(", ");

    it(`administers every service that ${called} is made of`, async () => {
      const resources = await planOf("prod", `blueprint=${blueprint}`, "cloud=gcp", ...set);
      const modules = new Set(resources.flatMap(({ type }) => /^gcp:(\w+)\//.exec(type)?.[1] ?? []));
      const roles: readonly string[] = deployerRoles;
      const beyond = [...modules].filter((module) => {
        const service = serviceOf[module] ?? module;
        return !firstUpdates.includes(module) && !roles.some((role) => role.startsWith(`roles/${service}.`));
      });
      assert.deepEqual(beyond, []);
    });

    it(`may give all roles that ${called} gives but those of its own making`, async () => {
      const resources = await planOf("prod", `blueprint=${blueprint}`, "cloud=gcp", ...set);
      const given = findAll(resources, memberType).map(({ inputs }) => textOf(inputs["role"]));
      const grantable: readonly string[] = grantableRoles;
      const beyond = given.filter((role) => !role.startsWith("projects/") && !grantable.includes(role));
      assert.deepEqual([...new Set(beyond)], []);
    });
  }
});

describe("GcpPreviewer", () => {
  it("lets pull requests in, to look, and can't decrypt the secrets in the state", async () => {
    const resources = await make("previewer");
    const binding = find(resources, "gcp:serviceaccount/iAMMember:IAMMember");
    assert.match(textOf(binding.inputs["member"]), /\/subject\/repo:example\/platform:pull_request$/);
    for (const { inputs } of findAll(resources, memberType)) {
      assert.match(
        textOf(inputs["role"]),
        /(\.viewer|browser|clusterViewer|securityReviewer|serviceUsageConsumer)$/,
      );
    }
    const writes = findAll(resources, "gcp:storage/bucketIAMMember:BucketIAMMember").filter(
      ({ inputs }) => inputs["role"] === "roles/storage.objectUser",
    );
    assert.deepEqual(writes, []);
    assert.deepEqual(findAll(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"), []);
  });

  it("decrypts them where that is asked for", async () => {
    const key = find(
      await make("previewer", { decryptsState: true }),
      "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
    );
    assert.equal(key.inputs["cryptoKeyId"], state.secretsKeyId);
  });
});
