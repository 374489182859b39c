import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { awsProvider } from "../../../providers/aws";
import { AwsRecoveryPlace, awsRecovery } from "../../../providers/aws/recovery";
import { find, findAll, run } from "../../support/run";

const place = { region: "us-east-1", accountId: "210987654321", tags: {} };
const own = { cidr: "10.0.0.0/16", zones: ["a", "b"], podCidr: "10.64.0.0/15", serviceCidr: "172.20.0.0/18" };

const makeRecovery = () =>
  run(() => {
    const cloud = awsProvider("main", place, {});
    const network = cloud.network("main-network", own, {});
    const { podCidr, serviceCidr } = own;
    return cloud.recovery(
      "main-recovery",
      {
        network,
        region: "us-west-2",
        cidr: "10.128.0.0/16",
        zones: ["a", "b"],
        podCidr,
        serviceCidr,
        flowLogRetentionDays: 365,
        protect: true,
      },
      {},
    );
  });

describe("AwsRecoveryPlace", () => {
  it("is a VPC of isolated subnets, made by a provider of the other region for the same account", async () => {
    const { result, resources } = await makeRecovery();
    assert.ok(result instanceof AwsRecoveryPlace);
    const provider = find(resources, "pulumi:providers:aws", "main-recovery");
    assert.equal(provider.inputs["region"], "us-west-2");
    assert.equal(provider.inputs["allowedAccountIds"], '["210987654321"]');
    const vpc = find(resources, "awsx:ec2:Vpc", "main-recovery-network");
    assert.deepEqual(vpc.inputs["availabilityZoneNames"], ["us-west-2a", "us-west-2b"]);
    assert.deepEqual(
      (vpc.inputs["subnetSpecs"] as { type: string }[]).map(({ type }) => type),
      ["Isolated"],
    );
    assert.deepEqual(vpc.inputs["natGateways"], { strategy: "None" });
    const logs = find(resources, "aws:ec2/flowLog:FlowLog", "main-recovery-network-flow-logs");
    assert.match(String(logs.provider), /main-recovery::/);
  });

  it("lets its stores speak with each other alone", async () => {
    const { resources } = await makeRecovery();
    const acls = findAll(resources, "aws:ec2/networkAcl:NetworkAcl").filter(({ name }) =>
      name.startsWith("main-recovery-"),
    );
    assert.deepEqual(
      acls.map(({ name }) => name),
      ["main-recovery-network-data"],
    );
    assert.doesNotMatch(JSON.stringify(acls.map(({ inputs }) => inputs)), /0\.0\.0\.0\/0/);
  });

  it("is refused to a store of another cloud", async () => {
    class Elsewhere extends pulumi.ComponentResource {
      readonly region = "us-west1";
    }
    await assert.rejects(
      run(() => awsRecovery(new Elsewhere("groundwork:test:Elsewhere", "elsewhere"))),
      /recovery: expected a place of this cloud, got a Elsewhere/,
    );
  });
});
