import * as assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import type { PlanResource } from "../../../preview/plan";
import { AwsKey, type AwsKeyArgs } from "../../../providers/aws/key";
import { find, run, valueOf } from "../../support/run";
import { policyOf } from "./inputs";

const keyArgs: AwsKeyArgs = {
  purpose: "logs of the cluster",
  services: [],
  account: "210987654321",
  region: "eu-west-1",
};

async function makeKey(
  args: Partial<AwsKeyArgs> = {},
): Promise<{ readonly result: AwsKey; readonly key: PlanResource; readonly alias: PlanResource }> {
  const { result, resources } = await run(() => {
    const provider = new aws.Provider("main", { region: "eu-west-1", allowedAccountIds: ["210987654321"] });
    return new AwsKey("main", { ...keyArgs, ...args }, { provider });
  });
  return { result, key: find(resources, "aws:kms/key:Key"), alias: find(resources, "aws:kms/alias:Alias") };
}

const accountByIam = {
  Sid: "AccountByIam",
  Effect: "Allow",
  Principal: { AWS: "arn:aws:iam::210987654321:root" },
  Action: "kms:*",
  Resource: "*",
};
const use = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

describe("AwsKey", () => {
  it("rotates, waits the longest before it is gone, has an alias and is protected", async () => {
    const { result, key, alias } = await makeKey();
    const { policy, ...inputs } = key.inputs;
    assert.equal(typeof policy, "string");
    assert.deepEqual(inputs, {
      description: "logs of the cluster",
      enableKeyRotation: true,
      deletionWindowInDays: 30,
    });
    assert.equal(key.protect, true);
    assert.deepEqual(alias.inputs, { targetKeyId: await valueOf(result.keyId) });
    assert.match(await valueOf(result.arn), /^arn:aws:kms:eu-west-1:210987654321:key\/[0-9a-f-]{36}$/);
  });

  it("can be deleted where the stack is not protected", async () => {
    assert.equal((await makeKey({ protect: false })).key.protect, false);
  });

  it("is used by the account's own policies alone where no service is named", async () => {
    assert.deepEqual(policyOf((await makeKey()).key), { Version: "2012-10-17", Statement: [accountByIam] });
  });

  it("lets CloudWatch Logs in for log groups of this account and region", async () => {
    const { key } = await makeKey({ services: ["logs.eu-west-1.amazonaws.com"] });
    assert.deepEqual(policyOf(key).Statement, [
      accountByIam,
      {
        Sid: "ServiceLogsEuWest1",
        Effect: "Allow",
        Principal: { Service: "logs.eu-west-1.amazonaws.com" },
        Action: use,
        Resource: "*",
        Condition: {
          ArnLike: {
            "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:210987654321:log-group:*",
          },
        },
      },
    ]);
  });

  it("lets any other service in for this account", async () => {
    const { key } = await makeKey({ services: ["delivery.logs.amazonaws.com"] });
    assert.deepEqual(policyOf(key).Statement.slice(1), [
      {
        Sid: "ServiceDeliveryLogs",
        Effect: "Allow",
        Principal: { Service: "delivery.logs.amazonaws.com" },
        Action: use,
        Resource: "*",
        Condition: { StringEquals: { "aws:SourceAccount": "210987654321" } },
      },
    ]);
  });

  it("lets a service-linked role in by condition, and have grants for AWS resources only", async () => {
    const { key } = await makeKey({ serviceLinkedRoles: ["autoscaling.amazonaws.com"] });
    const role = {
      StringEquals: { "kms:CallerAccount": "210987654321" },
      ArnLike: {
        "aws:PrincipalArn": "arn:aws:iam::210987654321:role/aws-service-role/autoscaling.amazonaws.com/*",
      },
    };
    const anyone = { Effect: "Allow", Principal: { AWS: "*" }, Resource: "*" };
    assert.deepEqual(policyOf(key).Statement.slice(1), [
      { Sid: "RoleOfAutoscaling", ...anyone, Action: use, Condition: role },
      {
        Sid: "GrantsByAutoscaling",
        ...anyone,
        Action: "kms:CreateGrant",
        Condition: { ...role, Bool: { "kms:GrantIsForAWSResource": "true" } },
      },
    ]);
  });

  for (const service of ["logs", "*", "arn:aws:iam::210987654321:root", "amazonaws.com"]) {
    it(`refuses ${service} as a service`, async () => {
      await assert.rejects(
        makeKey({ services: [service] }),
        new Error(`services: expected an AWS service principal such as rds.amazonaws.com, got "${service}"`),
      );
    });
  }
});
