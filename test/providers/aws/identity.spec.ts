import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../../../components/identity/workloadIdentity";
import { AwsWorkloadIdentity, awsIdentity } from "../../../providers/aws/identity";
import { find, run, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { awsProviders, here, makeCluster } from "./stacks";

function makeIdentity(): AwsWorkloadIdentity {
  const providers = awsProviders();
  return new AwsWorkloadIdentity(
    "api",
    { ...here, cluster: makeCluster({}, providers), namespace: "seo", serviceAccount: "backend-api" },
    { providers },
  );
}

/** An identity that another cloud would have made. */
class ElsewhereIdentity extends pulumi.ComponentResource implements WorkloadIdentity {
  readonly namespace = "shop";
  readonly serviceAccount = "api";
  readonly principal = pulumi.output("serviceAccount:api@example.iam.gserviceaccount.com");
  readonly identifier = pulumi.output("elsewhere");
  readonly serviceAccountAnnotations = pulumi.output<Record<string, string>>({});

  constructor(name: string) {
    super("groundwork:test:Identity", name);
    this.registerOutputs({});
  }
}

describe("AwsWorkloadIdentity", () => {
  it("is a role that one service account of one cluster can assume, by Pod Identity", async () => {
    const { resources } = await run(makeIdentity);
    assert.deepEqual(policyOf(find(resources, "aws:iam/role:Role", "api"), "assumeRolePolicy"), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: {
            StringEquals: {
              "aws:SourceAccount": "210987654321",
              "aws:RequestTag/eks-cluster-arn": "arn:aws:eks:eu-west-1:210987654321:cluster/main",
              "aws:RequestTag/kubernetes-namespace": "seo",
              "aws:RequestTag/kubernetes-service-account": "backend-api",
            },
          },
        },
      ],
    });
  });

  it("is bound to the service account from outside, which carries nothing for it", async () => {
    const { result, resources } = await run(makeIdentity);
    const bound = find(resources, "aws:eks/podIdentityAssociation:PodIdentityAssociation", "api");
    assert.match(textOf(bound, "roleArn"), /^arn:aws:iam::210987654321:role\/api-/);
    assert.deepEqual(bound.inputs, {
      roleArn: textOf(bound, "roleArn"),
      clusterName: "main",
      namespace: "seo",
      serviceAccount: "backend-api",
    });
    assert.deepEqual(await valueOf(result.serviceAccountAnnotations), {});
  });

  it("is named by its role, to which grants add their policies", async () => {
    const { result } = await run(makeIdentity);
    assert.match(await valueOf(result.principal), /^api-[0-9a-f]{7}$/);
  });

  it("is what stores of this cloud take, and no other cloud's is", async () => {
    await run(() => {
      const identity = makeIdentity();
      assert.equal(awsIdentity(identity), identity);
      assert.throws(
        () => awsIdentity(new ElsewhereIdentity("api")),
        /grant: expected an identity of this cloud, got a ElsewhereIdentity/,
      );
    });
  });
});
