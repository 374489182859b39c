import assert from "node:assert/strict";
import { blueprintNames } from "../blueprints/names";
import { clouds, environments } from "../components/cloud";
import { type Json, type PlanResource, UNKNOWN } from "../preview/plan";
import { maxNameLength } from "../config/schema";
import { judge } from "../preview/policy";
import { type ProgramRun, runStack } from "../preview/program";
import { readStack } from "../preview/stack";
import { withoutApi } from "./support/gcpApis";
import { longestWalk } from "./support/dependencyWalk";
import { checkNames } from "./support/nameLimits";
import { keepPlan } from "./support/plans";
import { plainSecrets } from "./support/plainSecrets";
import { unfounded } from "./support/standing";
import { findAll } from "./support/run";

const root = `${__dirname}/..`;

async function runReal(
  stack: string,
  cloud: string,
  outputs: "known" | "unknown",
  blueprint = "seo-platform",
): Promise<ProgramRun> {
  const set = [`cloud=${cloud}`, `blueprint=${blueprint}`];
  return await runStack(readStack({ root, stack, set }), { root, outputs, echo: false });
}

/** Types whose loss is a loss of data, of its encryption or of the evidence of what happened. */
const stateful =
  /^(aws:(backup\/vault:Vault|rds\/(instance:Instance|cluster:Cluster)|elasticache\/replicationGroup:ReplicationGroup|msk\/(cluster:Cluster|topic:Topic)|s3\/bucket:Bucket|secretsmanager\/secret:Secret|kms\/key:Key)|gcp:(gkebackup\/backupPlan:BackupPlan|sql\/databaseInstance:DatabaseInstance|redis\/cluster:Cluster|storage\/bucket:Bucket|secretmanager\/secret:Secret|kms\/cryptoKey:CryptoKey|container\/cluster:Cluster))$/;

describe("the platform", () => {
  const all = blueprintNames.flatMap((blueprint) => environments.map((stack) => ({ blueprint, stack })));
  for (const { blueprint, stack } of all) {
    for (const cloud of clouds) {
      describe(`${blueprint} ${stack} on ${cloud}`, () => {
        let run: ProgramRun;
        let first: ProgramRun;
        let byUrn: ReadonlyMap<string, PlanResource>;
        before(async () => {
          run = await runReal(stack, cloud, "known", blueprint);
          keepPlan(run.resources, stack, `cloud=${cloud}`, `blueprint=${blueprint}`);
          first = await runReal(stack, cloud, "unknown", blueprint);
          byUrn = new Map(run.resources.map((resource) => [resource.urn, resource]));
        });

        it("registers the same resources in a first preview as in an update", () => {
          assert.deepEqual(
            first.resources.map(({ urn }) => urn),
            run.resources.map(({ urn }) => urn),
          );
        });

        it("reads no Secret before what makes it is there: a preview that knows its id fails where it is not", () => {
          const early = first.resources.filter(
            ({ type, importId }) =>
              type === "kubernetes:core/v1:Secret" && importId !== null && importId !== UNKNOWN,
          );
          assert.deepEqual(
            early.map(({ urn }) => urn),
            [],
          );
        });

        it("gives each resource a URN of its own", () => {
          assert.equal(byUrn.size, run.resources.length);
        });

        it("makes nothing before what installs its kind or controls it, and deletes it first", () => {
          assert.deepEqual(unfounded(run.resources), []);
        });

        it("has every resource descend from the platform's component", () => {
          const orphans = run.resources.filter(
            ({ urn, type }) =>
              type !== "pulumi:pulumi:Stack" && !ancestors(urn, byUrn).includes("groundwork:index:Platform"),
          );
          assert.deepEqual(
            orphans.map(({ urn }) => urn),
            [],
          );
        });

        it("gives every resource an explicit provider of its own package", () => {
          const wrong = run.resources.filter(
            ({ custom, type, provider, remote }) =>
              (custom || remote) &&
              !type.startsWith("pulumi:") &&
              !(provider ?? "").includes(`pulumi:providers:${type.split(":")[0] ?? ""}::`),
          );
          assert.deepEqual(
            wrong.map(({ urn }) => urn),
            [],
          );
        });

        it("names children after their parents", () => {
          const strays = run.resources.filter(({ name, parent }) => {
            const above = parent === null ? undefined : byUrn.get(parent);
            return (
              above !== undefined && above.type !== "pulumi:pulumi:Stack" && !name.startsWith(above.name)
            );
          });
          assert.deepEqual(
            strays.map(({ urn }) => urn),
            [],
          );
        });

        it(`${stack === "dev" ? "leaves" : "protects"} what holds data, keys or evidence`, () => {
          const holders = run.resources.filter(({ type }) => stateful.test(type));
          assert.ok(holders.length >= 6, `only ${holders.length} stateful resources`);
          for (const { urn, protect } of holders) assert.equal(protect, stack !== "dev", urn);
        });

        it("shows no password or key that is secret anywhere, in any input, output or value of a chart", () => {
          const { secrets, found } = plainSecrets(run);
          assert.ok(secrets > 0);
          assert.deepEqual(found, []);
        });

        it("holds no secret in plain text", () => {
          for (const { urn, inputs } of run.resources) {
            for (const [path, value] of leaves(inputs)) {
              assert.ok(!/stand-in-for-/.test(value), `${urn}: ${path} holds a secret of the stack`);
              if (looksSecret.test(path.split(".").at(-1) ?? "")) {
                assert.ok(value === "[secret]" || namesSecret.test(value), `${urn}: ${path}`);
              }
            }
          }
        });

        it("keeps physical names within the services' limits", () => {
          const { checked, tooLong, unknown } = checkNames(run.resources);
          assert.deepEqual(tooLong, []);
          assert.deepEqual(unknown, [], "types without a limit in test/support/nameLimits.ts");
          assert.ok(checked > 10, `only ${checked} names were checked`);
        });

        if (cloud === "gcp") {
          it("calls no API of the project before it is on", () => {
            const { checked, early } = withoutApi(run.resources);
            assert.deepEqual(early, []);
            assert.ok(checked > 50, `only ${checked} resources`);
          });
        }

        it("has so few ways through its dependencies that the engine can walk them all before a deletion", () => {
          const { urn, steps } = longestWalk(run.resources);
          assert.ok(steps > 100 && steps < 10_000_000, `${urn}: ${steps} steps`);
        });

        it("breaks no mandatory policy", () => {
          const { violations, evaluated } = judge(run.resources, { environment: stack });
          assert.deepEqual(
            violations.filter(({ level }) => level === "mandatory"),
            [],
          );
          assert.ok(evaluated > 500, `only ${evaluated} checks`);
        });
      });
    }
  }

  for (const cloud of clouds) {
    it(`runs the five services of seo-platform with their required replicas in prod on ${cloud}`, async () => {
      const { resources } = await runReal("prod", cloud, "known");
      const bounds = Object.fromEntries(
        [
          ...findAll(resources, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"),
          ...findAll(resources, "kubernetes:keda.sh/v1alpha1:ScaledObject"),
        ].map(({ inputs }) => {
          const { metadata, spec } = inputs as unknown as {
            metadata: { name: string };
            spec: Record<
              "minReplicas" | "maxReplicas" | "minReplicaCount" | "maxReplicaCount",
              number | undefined
            >;
          };
          return [
            metadata.name,
            [spec.minReplicas ?? spec.minReplicaCount, spec.maxReplicas ?? spec.maxReplicaCount],
          ];
        }),
      );
      assert.deepEqual(bounds, {
        "backend-api": [3, 30],
        "crawler-workers": [10, 100],
        frontend: [3, 30],
        "ml-service": [2, 20],
        renderer: [5, 50],
      });
    });
  }

  for (const cloud of clouds) {
    it(`keeps names within the services' limits in a project of 60 characters, with the longest of names, on ${cloud}`, async () => {
      const set = [
        `cloud=${cloud}`,
        "blueprint=suuupra",
        `name=${"long-".repeat(5).slice(0, maxNameLength - 1)}x`,
      ];
      const stack = readStack({ root, stack: "prod", set });
      const project = "a-project-whose-name-has-no-fewer-than-sixty-characters-in-all".slice(0, 60);
      const inProject = (key: string): string => key.replace(/^groundwork:/, `${project}:`);
      const { resources } = await runStack(
        {
          ...stack,
          project,
          config: Object.fromEntries(
            Object.entries(stack.config).map(([key, value]) => [inProject(key), value]),
          ),
          secretKeys: stack.secretKeys.map(inProject),
        },
        { root, outputs: "known", echo: false },
      );
      const { checked, tooLong } = checkNames(resources);
      assert.deepEqual(tooLong, []);
      assert.ok(checked > 25, `only ${checked} names were checked`);
    });
  }

  it("keeps every logical name when the cloud's own resources are left aside", async () => {
    const namesOn = async (cloud: string): Promise<string[]> =>
      (await runReal("prod", cloud, "known")).resources
        .filter(({ type }) => /^kubernetes:(apps|core|autoscaling|policy)/.test(type))
        .filter(({ name }) => name.includes("-system-"))
        .map(({ type, name }) => `${type} ${name}`);
    const aws = await namesOn("aws");
    const gcp = await namesOn("gcp");
    assert.ok(aws.length > 20);
    assert.deepEqual(aws, gcp);
  });
});

const looksSecret = /(password|token|secretString|routingKey|webhookUrl|privateKey)$/i;
/** References to a secret, and settings about one, which are no secrets. */
const namesSecret = /^(true|false|arn:|\d|projects\/|[a-z][a-z0-9-]*$)/;

function ancestors(urn: string, byUrn: ReadonlyMap<string, PlanResource>): readonly string[] {
  const resource = byUrn.get(urn);
  if (resource === undefined) return [];
  return [resource.type, ...(resource.parent === null ? [] : ancestors(resource.parent, byUrn))];
}

/** Every text in a value, with its path. */
function leaves(value: Json, path = ""): readonly (readonly [path: string, text: string])[] {
  if (typeof value === "string") return [[path, value]];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}
