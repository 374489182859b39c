import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanResource } from "../../../preview/plan";
import { AwsWorkloadIdentity } from "../../../providers/aws/identity";
import { AwsSecret, type AwsSecretArgs } from "../../../providers/aws/secret";
import { find, findAll, run, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { awsProviders, here, makeCluster } from "./stacks";

async function makeSecret(
  args: Partial<AwsSecretArgs> = {},
): Promise<{ readonly result: AwsSecret; readonly resources: readonly PlanResource[] }> {
  return await run(
    () => new AwsSecret("main", { ...here, key: "signing-key", ...args }, { providers: awsProviders() }),
  );
}

const secretType = "aws:secretsmanager/secret:Secret";
const rotationType = "aws:secretsmanager/secretRotation:SecretRotation";

describe("AwsSecret", () => {
  it("is encrypted with a key of its own, refuses deletion, and can be brought back for 30 days", async () => {
    const { resources } = await makeSecret();
    const secret = find(resources, secretType, "main");
    assert.equal(secret.protect, true);
    assert.equal(secret.inputs["recoveryWindowInDays"], 30);
    const alias = find(resources, "aws:kms/alias:Alias", "main-key-alias");
    assert.match(textOf(secret, "kmsKeyId"), new RegExp(`${textOf(alias, "targetKeyId")}$`));
    assert.deepEqual(secret.inputs["replicas"], []);
  });

  it("puts no value anywhere: there is no version among the resources", async () => {
    const { resources } = await makeSecret({ maxAgeHours: 24 });
    assert.deepEqual(
      resources.filter(({ type }) => /secretVersion/i.test(type)),
      [],
    );
  });

  it("is copied to another region under a key of that region", async () => {
    const { resources } = await makeSecret({ copyRegion: "eu-central-1" });
    const key = find(resources, "aws:kms/key:Key", "main-copy-key");
    assert.equal(key.inputs["region"], "eu-central-1");
    assert.equal(
      find(resources, "aws:kms/alias:Alias", "main-copy-key-alias").inputs["region"],
      "eu-central-1",
    );
    assert.equal(find(resources, "aws:kms/key:Key", "main-key").inputs["region"], undefined);
    const [replica, ...more] = find(resources, secretType).inputs["replicas"] as {
      readonly region: string;
      readonly kmsKeyId: string;
    }[];
    assert.deepEqual(more, []);
    assert.equal(replica?.region, "eu-central-1");
    assert.match(replica.kmsKeyId, /:key\//);
  });

  it("rotates nothing where its owner sets the value", async () => {
    const { resources } = await makeSecret();
    assert.deepEqual(findAll(resources, rotationType), []);
    assert.deepEqual(findAll(resources, "aws:lambda/function:Function"), []);
  });

  it("rotates at once and then so often that no value is older than 24 hours", async () => {
    const { resources } = await makeSecret({ maxAgeHours: 24 });
    const { inputs } = find(resources, rotationType);
    assert.equal(inputs["rotateImmediately"], true);
    assert.deepEqual(inputs["rotationRules"], { scheduleExpression: "cron(0 /12 * * ? *)", duration: "1h" });
  });

  for (const [maxAgeHours, schedule] of [
    [25, "rate(1 day)"],
    [721, "rate(30 days)"],
  ] as const) {
    it(`says ${schedule} where a value may be ${maxAgeHours} hours old`, async () => {
      const { resources } = await makeSecret({ maxAgeHours });
      const { rotationRules } = find(resources, rotationType).inputs;
      assert.deepEqual(rotationRules, { scheduleExpression: schedule, duration: "1h" });
    });
  }

  it("runs the tested function: encrypted, traced, with somewhere for what fails, and within the ten at a time of a new account", async () => {
    const { resources } = await makeSecret({ maxAgeHours: 24 });
    const rotator = find(resources, "aws:lambda/function:Function", "main-rotation");
    const { code, ...inputs } = rotator.inputs;
    const source = readFileSync(join(__dirname, "../../../providers/aws/functions/rotateSecret.cjs"), "utf8");
    const shipped = (code as { readonly assets: { readonly "index.cjs": { readonly text: string } } }).assets;
    assert.equal(digest(shipped["index.cjs"].text), digest(source));
    assert.equal(inputs["runtime"], "nodejs24.x");
    assert.equal(inputs["handler"], "index.handler");
    assert.equal(inputs["reservedConcurrentExecutions"], undefined);
    assert.deepEqual(inputs["tracingConfig"], { mode: "Active" });
    assert.match(textOf(rotator, "kmsKeyArn"), /:key\//);
    assert.equal(inputs["environment"], undefined);
    const failed = find(resources, "aws:sqs/queue:Queue", "main-rotation-failed");
    assert.match(textOf(failed, "kmsMasterKeyId"), /:key\//);
    const { targetArn } = inputs["deadLetterConfig"] as { readonly targetArn: string };
    assert.match(targetArn, /^arn:aws:sqs:eu-west-1:210987654321:main-rotation-failed-/);
    const logs = find(resources, "aws:cloudwatch/logGroup:LogGroup", "main-rotation-logs");
    assert.equal(logs.inputs["retentionInDays"], 365);
    assert.match(textOf(logs, "kmsKeyId"), /:key\//);
  });

  it("lets the function touch this secret and no other, by no more than a rotation takes", async () => {
    const { resources } = await makeSecret({ maxAgeHours: 24 });
    const { Statement } = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "main-rotation-role-policy"),
    );
    const secretArn = /^arn:aws:secretsmanager:eu-west-1:210987654321:secret:main-[0-9a-f]{7}-[0-9a-f]{6}$/;
    const [secret] = Statement;
    assert.deepEqual(secret?.["Action"], [
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "secretsmanager:PutSecretValue",
      "secretsmanager:UpdateSecretVersionStage",
    ]);
    assert.match(String(secret["Resource"]), secretArn);
    const everything = Statement.filter(({ Resource }) => Resource === "*").map(({ Sid }) => Sid);
    assert.deepEqual(everything, ["Traces"]);
  });

  it("lets Secrets Manager call the function for this secret of this account, before it rotates", async () => {
    const { resources } = await makeSecret({ maxAgeHours: 24 });
    const permission = find(resources, "aws:lambda/permission:Permission");
    assert.equal(permission.inputs["principal"], "secretsmanager.amazonaws.com");
    assert.equal(permission.inputs["sourceAccount"], "210987654321");
    assert.match(textOf(permission, "sourceArn"), /:secret:main-/);
    assert.ok(find(resources, rotationType).dependencies.includes(permission.urn));
  });

  for (const access of ["read", "readWrite"] as const) {
    it(`grants ${access} of this one secret`, async () => {
      const { resources } = await run(() => {
        const providers = awsProviders();
        const cluster = makeCluster({}, providers);
        const args = { ...here, cluster, namespace: "app", serviceAccount: "auth" };
        const identity = new AwsWorkloadIdentity("auth", args, { providers });
        const secret = new AwsSecret("secret", { ...here, key: "signing-key" }, { providers });
        secret.grant("auth-secret", identity, access, { parent: identity });
      });
      const { Statement } = policyOf(find(resources, "aws:iam/rolePolicy:RolePolicy", "auth-secret"));
      const write = access === "readWrite";
      assert.deepEqual(
        Statement.map(({ Action }) => Action),
        [
          [
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            ...(write ? ["secretsmanager:PutSecretValue"] : []),
          ],
          ["kms:Decrypt", ...(write ? ["kms:GenerateDataKey"] : [])],
        ],
      );
      assert.match(String(Statement[0]?.["Resource"]), /:secret:secret-[0-9a-f]{7}-/);
      assert.deepEqual(Statement[1]?.["Condition"], {
        StringEquals: { "kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com" },
      });
    });
  }

  it("tells workloads its ARN, and no value", async () => {
    const { result } = await makeSecret();
    assert.deepEqual(Object.keys(result.connection), ["SIGNING_KEY_SECRET_ID"]);
    assert.match(
      await valueOf(result.secretId),
      /^arn:aws:secretsmanager:eu-west-1:210987654321:secret:main-/,
    );
  });

  it("refuses a value that may get only four hours old", async () => {
    await assert.rejects(makeSecret({ maxAgeHours: 4 }), /maxAgeHours: expected a whole number from 5/);
  });
});

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
