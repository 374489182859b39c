import assert from "node:assert/strict";
import { blueprintNames } from "../../../blueprints/names";
import type { PlanResource } from "../../../preview/plan";
import { runStack } from "../../../preview/program";
import { readStack } from "../../../preview/stack";
import { boundedServices } from "../../../providers/aws/boundary";
import { AwsDeployer, AwsPreviewer } from "../../../providers/aws/deployer";
import { planOf } from "../../support/plans";
import { find, findAll, run, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { awsProviders } from "./stacks";

const common = {
  repository: "example/platform",
  accountId: "210987654321",
  federated: "arn:aws:iam::210987654321:oidc-provider/token.actions.githubusercontent.com",
  state: {
    bucketName: "pulumi-state-1234567",
    bucketPrefix: "pulumi-state-",
    bucketKeyArn: "arn:aws:kms:eu-west-1:210987654321:key/bucket",
    secretsKeyArn: "arn:aws:kms:eu-west-1:210987654321:key/secrets",
  },
};
const deployment = { environment: "prod", stack: "prod", name: "seo-platform-prod" };

async function makeDeployer(
  spec: Partial<typeof deployment> = {},
): Promise<{ readonly result: AwsDeployer; readonly resources: readonly PlanResource[] }> {
  return await run(
    () =>
      new AwsDeployer("deploy-prod", { ...common, ...deployment, ...spec }, { providers: awsProviders() }),
  );
}

async function boundaryOf(
  spec: Partial<typeof deployment> = {},
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return policyOf(find((await makeDeployer(spec)).resources, "aws:iam/policy:Policy")).Statement;
}

/** IAM's name of the service behind each module of the provider, where it is another. */
const serviceOf: Readonly<Record<string, string>> = {
  accessanalyzer: "access-analyzer",
  appautoscaling: "application-autoscaling",
  cfg: "config",
  cloudwatch: "logs",
  costexplorer: "ce",
  lb: "elasticloadbalancing",
  msk: "kafka",
  opensearch: "es",
  vpc: "ec2",
};
/** Services that the boundary has statements of their own for. */
const stated = ["iam", "kms", "s3"];

describe("AwsDeployer", () => {
  it("lets workflows of one environment of one repository in", async () => {
    const { result, resources } = await makeDeployer();
    const [trust, ...more] = policyOf(find(resources, "aws:iam/role:Role"), "assumeRolePolicy").Statement;
    assert.deepEqual(more, []);
    assert.deepEqual(trust?.["Condition"], {
      StringEquals: {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": "repo:example/platform:environment:prod",
      },
    });
    assert.match(await valueOf(result.role), /:role\/deploy-prod-[0-9a-f]{7}$/);
  });

  it("is held by the policy that it has, and names it for the stack's roles", async () => {
    const { result, resources } = await makeDeployer();
    const role = find(resources, "aws:iam/role:Role");
    assert.equal(textOf(role, "permissionsBoundary"), "arn:aws:iam::210987654321:policy/deploy-prod");
    assert.equal(result.permissionsBoundary, "arn:aws:iam::210987654321:policy/deploy-prod");
    const attachments = findAll(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment");
    assert.deepEqual(
      attachments.map(({ inputs }) => inputs["policyArn"]),
      ["arn:aws:iam::210987654321:policy/deploy-prod"],
    );
  });

  it("makes no role but within the same bounds, of the stack's own names", async () => {
    const statements = await boundaryOf();
    const making = statements.filter(({ Action }) => JSON.stringify(Action).includes("iam:CreateRole"));
    assert.equal(making.length, 1);
    assert.equal(making[0]?.["Resource"], "arn:aws:iam::210987654321:role/seo-platform-prod-*");
    assert.deepEqual(making[0]["Condition"], {
      StringEquals: { "iam:PermissionsBoundary": "arn:aws:iam::210987654321:policy/deploy-prod" },
    });
    const powers = /iam:(PutRolePolicy|AttachRolePolicy|PassRole|UpdateAssumeRolePolicy|CreatePolicy|Put|\*)/;
    for (const { Effect, Action, Resource } of statements) {
      if (Effect !== "Allow" || !powers.test(JSON.stringify(Action))) continue;
      for (const resource of [Resource].flat()) {
        assert.match(
          String(resource),
          /^arn:aws:iam::210987654321:(\w|-)+\/(seo-platform-prod-\*|oidc\.eks\.\*)$/,
        );
      }
    }
  });

  it("reaches people, the organisation, the audit and the state's keys not at all", async () => {
    const denied = (await boundaryOf())
      .filter(({ Effect }) => Effect === "Deny")
      .flatMap(({ Action }) => Action as string[]);
    for (const action of [
      "iam:*User",
      "iam:*AccessKey*",
      "iam:DeleteRolePermissionsBoundary",
      "organizations:*",
      "cloudtrail:StopLogging",
      "cloudtrail:DeleteTrail",
      "guardduty:DeleteDetector",
      "config:StopConfigurationRecorder",
      "kms:ScheduleKeyDeletion",
    ]) {
      assert.ok(denied.includes(action), action);
    }
  });

  it("reads and writes its own state in the bucket of state, and nothing else there", async () => {
    const statements = await boundaryOf();
    const buckets = statements.filter(({ Action }) => JSON.stringify(Action).includes("s3:"));
    assert.deepEqual(
      buckets.map(({ Sid, Resource, NotResource }) => [Sid, Resource ?? NotResource]),
      [
        ["Buckets", "arn:aws:s3:::pulumi-state-*"],
        ["State", "arn:aws:s3:::pulumi-state-1234567"],
        ["StateMeta", "arn:aws:s3:::pulumi-state-1234567/.pulumi/meta.yaml"],
        [
          "OwnState",
          [
            "stacks/groundwork/prod.json*",
            "history/groundwork/prod/*",
            "backups/groundwork/prod/*",
            "locks/organization/groundwork/prod/*",
          ].map((objects) => `arn:aws:s3:::pulumi-state-1234567/.pulumi/${objects}`),
        ],
      ],
    );
    assert.notEqual(buckets[0]?.["NotResource"], undefined);
  });

  it("reads no value of a secret", async () => {
    const { resources } = await makeDeployer();
    const [statement] = policyOf(find(resources, "aws:iam/rolePolicy:RolePolicy")).Statement;
    assert.equal(statement?.["Effect"], "Deny");
    assert.equal(statement["Action"], "secretsmanager:GetSecretValue");
  });

  it("fits into an IAM policy, whatever the names", async () => {
    const name = "a".repeat(24);
    const document = { Version: "2012-10-17", Statement: await boundaryOf({ stack: "s".repeat(40), name }) };
    assert.ok(JSON.stringify(document).length <= 6144, `${JSON.stringify(document).length} characters`);
  });

  const systems: readonly (readonly [string, readonly string[]])[] = [
    ...blueprintNames.map((blueprint) => [blueprint, []] as const),
    ["explico", ["orchestrator=containers"]],
  ];
  for (const [blueprint, set] of systems) {
    it(`may make all that ${[blueprint, ...set].join(", ")} is made of, and every role's name is within its reach`, async () => {
      const resources = await planOf("prod", `blueprint=${blueprint}`, "cloud=aws", ...set);
      const modules = new Set(resources.flatMap(({ type }) => /^aws:(\w+)\//.exec(type)?.[1] ?? []));
      const reach: readonly string[] = [...boundedServices, ...stated];
      const beyond = [...modules]
        .map((module) => serviceOf[module] ?? module)
        .filter((s) => !reach.includes(s));
      assert.deepEqual(beyond, []);
      for (const { name } of findAll(resources, "aws:iam/role:Role")) {
        assert.ok(name.startsWith(`${blueprint}-prod-`), name);
      }
    });
  }

  it("has every role of a stack carry the boundary that the stack names, and none where it names none", async () => {
    const root = `${__dirname}/../../..`;
    const arn = "arn:aws:iam::333333333333:policy/pulumi-ci-deploy-prod";
    for (const [set, expected] of [
      [[`aws.permissionsBoundary=${arn}`], arn],
      [[], undefined],
    ] as const) {
      const { resources } = await runStack(readStack({ root, stack: "prod", set: [...set] }), {
        root,
        outputs: "known",
        echo: false,
      });
      const roles = findAll(resources, "aws:iam/role:Role");
      assert.ok(roles.length > 10);
      for (const { name, inputs } of roles) assert.equal(inputs["permissionsBoundary"], expected, name);
    }
  });
});

describe("AwsPreviewer", () => {
  async function makePreviewer(decryptsState: boolean): Promise<readonly PlanResource[]> {
    const { resources } = await run(
      () =>
        new AwsPreviewer(
          "preview",
          { ...common, stacks: ["prod"], decryptsState },
          { providers: awsProviders() },
        ),
    );
    return resources;
  }

  it("lets pull requests of one repository in, to look", async () => {
    const resources = await makePreviewer(false);
    const trust = textOf(find(resources, "aws:iam/role:Role"), "assumeRolePolicy");
    assert.ok(
      trust.includes('"token.actions.githubusercontent.com:sub":"repo:example/platform:pull_request"'),
    );
    assert.deepEqual(
      findAll(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").map(
        ({ inputs }) => inputs["policyArn"],
      ),
      ["arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"],
    );
    const { Statement } = policyOf(find(resources, "aws:iam/rolePolicy:RolePolicy"));
    const allowed = Statement.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) =>
      [Action].flat(),
    );
    assert.deepEqual(allowed, ["s3:ListBucket", "s3:GetObject", "kms:Decrypt"]);
  });

  for (const decryptsState of [false, true]) {
    it(`${decryptsState ? "decrypts" : "can't decrypt"} the secrets in the state ${decryptsState ? "where that is asked for" : "otherwise"}`, async () => {
      const { Statement } = policyOf(
        find(await makePreviewer(decryptsState), "aws:iam/rolePolicy:RolePolicy"),
      );
      const keys = Statement.find(({ Sid }) => Sid === "Keys")?.["Resource"] as string[];
      assert.equal(keys.includes(common.state.secretsKeyArn), decryptsState);
    });
  }
});
