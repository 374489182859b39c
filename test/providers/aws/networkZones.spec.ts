import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import fc from "fast-check";
import type { Json, PlanResource } from "../../../preview/plan";
import { AwsNetwork, type AwsNetworkArgs } from "../../../providers/aws/network";
import { AwsPostgres } from "../../../providers/aws/postgres";
import { find, findAll, type Ran, run, valueOf } from "../../support/run";
import { textOf } from "./inputs";
import { awsProviders, givenNetwork, here, makeCluster } from "./stacks";

async function makeNetwork(args: Partial<AwsNetworkArgs>): Promise<Ran<AwsNetwork>> {
  return await run(() => {
    const { region, accountId } = here;
    const providers = [
      new aws.Provider("main", { region, allowedAccountIds: [accountId] }),
      new awsx.Provider("main"),
    ];
    return new AwsNetwork(
      "main",
      {
        ...here,
        cidr: "10.20.0.0/16",
        zones: ["a", "b", "c"],
        podCidr: "100.64.0.0/15",
        serviceCidr: "172.20.0.0/18",
        ...args,
      },
      { providers },
    );
  });
}

/** Blocks of the VPC's subnets, tier by tier. */
function blocksOf(resources: readonly PlanResource[]): readonly (readonly string[])[] {
  const specs = find(resources, "awsx:ec2:Vpc").inputs["subnetSpecs"] as readonly {
    readonly [key: string]: Json;
  }[];
  return specs.map(({ cidrBlocks }) => cidrBlocks as readonly string[]);
}

describe("zones of AwsNetwork", () => {
  const one = { zones: ["a"], reserveZones: ["b"] };

  it("are one for nodes, with subnets in another for control planes and databases", async () => {
    const { result, resources } = await makeNetwork(one);
    assert.deepEqual(result.zones, ["eu-west-1a"]);
    assert.deepEqual(find(resources, "awsx:ec2:Vpc").inputs["availabilityZoneNames"], [
      "eu-west-1a",
      "eu-west-1b",
    ]);
    const nodes = await valueOf(result.privateSubnetIds);
    const controlPlane = await valueOf(result.controlPlaneSubnetIds);
    assert.equal(nodes.length, 1);
    assert.deepEqual([controlPlane.length, controlPlane[0]], [2, nodes[0]]);
    assert.equal((await valueOf(result.dataSubnetIds)).length, 2);
  });

  for (const [egress, strategy, gateways] of [
    ["none", "None", []],
    ["shared", "Single", ["a"]],
    ["perZone", "Single", ["a"]],
  ] as const) {
    it(`have no gateway in reserve with egress ${egress}`, async () => {
      const { result, resources } = await makeNetwork({ ...one, egress });
      assert.deepEqual(find(resources, "awsx:ec2:Vpc").inputs["natGateways"], { strategy });
      assert.deepEqual(Object.keys(result.natGateways), gateways);
    });
  }

  it("have no endpoint in reserve, and every subnet behind its tier's ACL", async () => {
    const { result, resources } = await makeNetwork(one);
    const nodes = await valueOf(result.privateSubnetIds);
    const interfaces = findAll(resources, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(
      ({ inputs }) => inputs["vpcEndpointType"] === "Interface",
    );
    assert.ok(interfaces.length > 10);
    for (const { name, inputs } of interfaces) assert.deepEqual(inputs["subnetIds"], nodes, name);
    for (const { name, inputs } of findAll(resources, "aws:ec2/networkAcl:NetworkAcl")) {
      assert.equal((inputs["subnetIds"] as readonly string[]).length, 2, name);
    }
  });

  it("move no subnet when there are more of them, the one in reserve among them", async () => {
    const letters = ["a", "b", "c", "d", "e", "f"];
    const prefix = fc.integer({ min: 16, max: 22 });
    const count = fc.integer({ min: 1, max: 6 });
    await fc.assert(
      fc.asyncProperty(prefix, count, count, async (size, some, others) => {
        const layouts: (readonly (readonly string[])[])[] = [];
        for (const number of [Math.min(some, others), Math.max(some, others)]) {
          const zones = letters.slice(0, number);
          const reserveZones = zones.length === 1 ? ["b"] : [];
          const { resources } = await makeNetwork({ cidr: `10.20.0.0/${size}`, zones, reserveZones });
          layouts.push(blocksOf(resources));
        }
        const [before = [], after = []] = layouts;
        assert.equal(before.length, 3);
        for (const [tier, blocks] of before.entries()) {
          const grown = after[tier] ?? [];
          assert.deepEqual(grown.slice(0, blocks.length), blocks.slice(0, grown.length));
        }
      }),
      { numRuns: 15 },
    );
  });

  for (const [args, message] of [
    [{ zones: ["a"] }, /^Error: reserveZones: expected one beside a single zone, .*, got 0$/],
    [{ zones: ["a", "b"], reserveZones: ["c"] }, /^Error: reserveZones: expected none .*, got 1$/],
    [{ zones: ["a"], reserveZones: ["a"] }, /zones: expected 1 to 6 different zones/],
  ] as const) {
    it(`refuse ${JSON.stringify(args)}`, async () => {
      await assert.rejects(makeNetwork(args), message);
    });
  }

  it("give EKS two for its addresses, and nodes the one", async () => {
    const { resources } = await run(() => makeCluster({ network: givenNetwork("single", ["a"], ["b"]) }));
    assert.deepEqual(find(resources, "eks:index:Cluster").inputs["privateSubnetIds"], [
      "subnet-private-a",
      "subnet-private-b",
    ]);
    const groups = findAll(resources, "aws:eks/nodeGroup:NodeGroup");
    assert.deepEqual(
      groups.map(({ inputs }) => inputs["subnetIds"]),
      [["subnet-private-a"]],
    );
  });

  for (const [zones, reserve, zone] of [
    [["a"], ["b"], "eu-west-1a"],
    [["a", "b"], [], undefined],
  ] as const) {
    it(`put a database beside ${zones.length === 1 ? "the nodes of a single zone" : "no nodes in particular"}`, async () => {
      const { resources } = await run(
        () =>
          new AwsPostgres(
            "main",
            {
              ...here,
              network: givenNetwork("given", zones, reserve),
              version: "17",
              machine: { vcpus: 2, memoryGiB: 8, burstable: true },
              diskGiB: 20,
              highAvailability: false,
              readReplicas: 0,
              backupRetentionDays: 7,
            },
            { providers: awsProviders() },
          ),
      );
      assert.equal(find(resources, "aws:rds/instance:Instance").inputs["availabilityZone"], zone);
      const group = find(resources, "aws:rds/subnetGroup:SubnetGroup").inputs["subnetIds"];
      assert.deepEqual(group, ["subnet-data-a", "subnet-data-b"]);
    });
  }
});

describe("AwsNetwork without a way out", () => {
  it("reaches by endpoints all that a private cluster calls", async () => {
    const { resources } = await makeNetwork({ egress: "none" });
    const services = findAll(resources, "aws:ec2/vpcEndpoint:VpcEndpoint").map((endpoint) =>
      textOf(endpoint, "serviceName").replace(`com.amazonaws.${here.region}.`, ""),
    );
    // https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html, and what our add-ons and nodes call beside
    for (const service of [
      ...["ec2", "ecr.api", "ecr.dkr", "s3", "elasticloadbalancing", "logs", "sts", "eks", "eks-auth"],
      ...["autoscaling", "ssm", "ssmmessages", "ec2messages", "kms", "secretsmanager", "sqs"],
    ]) {
      assert.ok(services.includes(service), service);
    }
  });
});
