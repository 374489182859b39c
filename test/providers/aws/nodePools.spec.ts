import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { MachineShape } from "../../../components/cluster/nodePools";
import { cacheNodeType, databaseInstanceClass, nodeInstanceTypes } from "../../../providers/aws/machines";
import type { AwsClusterArgs } from "../../../providers/aws/cluster";
import { zoneShares } from "../../../providers/aws/nodePools";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { UnsupportedOnCloudError } from "../../../providers/unsupported";
import { givenNetwork, makeCluster, pool } from "./stacks";

type NodePools = AwsClusterArgs["nodePools"];

async function pools(
  nodePools: NodePools,
  tags: Record<string, string> = {},
): Promise<readonly PlanResource[]> {
  return (await run(() => makeCluster({ nodePools, tags }))).resources;
}

const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";

describe("Node groups on AWS", () => {
  it("starts nodes that need a token for metadata, one hop away, on disks encrypted with our key", async () => {
    const template = find(await pools({ system: { ...pool, diskGiB: 80 } }), launchTemplate, "main-system");
    assert.deepEqual(template.inputs["metadataOptions"], {
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
      instanceMetadataTags: "disabled",
    });
    const [disk] = template.inputs["blockDeviceMappings"] as readonly {
      readonly deviceName: string;
      readonly ebs: Readonly<Record<string, unknown>>;
    }[];
    const { kmsKeyId, ...ebs } = disk?.ebs ?? {};
    assert.match(String(kmsKeyId), /^arn:aws:kms:/);
    assert.equal(disk?.deviceName, "/dev/xvda");
    assert.deepEqual(ebs, {
      volumeType: "gp3",
      volumeSize: 80,
      encrypted: "true",
      deleteOnTermination: "true",
    });
  });

  it("keeps a group in each zone and leaves the number of nodes to the autoscaler", async () => {
    const group = find(await pools({ system: pool }), nodeGroup, "main-system-a");
    assert.deepEqual(group.inputs["scalingConfig"], { minSize: 2, desiredSize: 2, maxSize: 3 });
    assert.deepEqual(group.ignoreChanges, ["scalingConfig.desiredSize"]);
    assert.deepEqual(group.inputs["updateConfig"], { maxUnavailablePercentage: 33 });
    assert.deepEqual(group.inputs["nodeRepairConfig"], { enabled: true });
    assert.equal(group.inputs["amiType"], "AL2023_x86_64_STANDARD");
    assert.equal(group.inputs["version"], "1.35");
    assert.deepEqual(group.inputs["subnetIds"], ["subnet-private-a"]);
  });

  it("are replaced a few at a time, and refuse a second set of nodes", async () => {
    await pools({ system: { ...pool, upgradeStrategy: "surge" } });
    await assert.rejects(pools({ system: { ...pool, upgradeStrategy: "blueGreen" } }), (error) => {
      assert.ok(error instanceof UnsupportedOnCloudError);
      assert.equal(error.option, "cluster.nodePools.upgradeStrategy");
      assert.equal(error.cloud, "aws");
      return true;
    });
  });

  it("divides a pool's counts over the zones, so that they sum to the pool's", async () => {
    const application = { ...pool, minNodes: 17, initialNodes: 17, maxNodes: 44 };
    const { resources } = await run(() =>
      makeCluster({
        network: givenNetwork("wide", ["a", "b", "c"]),
        nodePools: { application, system: { ...pool, maxNodes: 4 } },
      }),
    );
    assert.deepEqual(
      findAll(resources, nodeGroup).map(({ name, inputs: { subnetIds, scalingConfig } }) => {
        const { minSize, desiredSize, maxSize } = scalingConfig as Record<string, number>;
        return [name, subnetIds, [minSize, desiredSize, maxSize]];
      }),
      [
        ["main-application-a", ["subnet-private-a"], [6, 6, 15]],
        ["main-application-b", ["subnet-private-b"], [6, 6, 15]],
        ["main-application-c", ["subnet-private-c"], [5, 5, 14]],
        ["main-system-a", ["subnet-private-a"], [1, 2, 2]],
        ["main-system-b", ["subnet-private-b"], [1, 1, 1]],
        ["main-system-c", ["subnet-private-c"], [1, 1, 1]],
      ],
    );
  });

  it("keeps the groups' names when a zone is added", async () => {
    const names = async (zones: readonly string[]) =>
      findAll(
        (await run(() => makeCluster({ network: givenNetwork("wide", zones) }))).resources,
        nodeGroup,
      ).map(({ name }) => name);
    assert.deepEqual(await names(["a", "b"]), ["main-system-a", "main-system-b"]);
    assert.deepEqual(await names(["a", "b", "d"]), ["main-system-a", "main-system-b", "main-system-d"]);
  });

  it("makes no group that may have no node, and keeps each zone's counts in order", () => {
    const zones = ["a", "b", "c", "d", "e", "f"];
    fc.assert(
      fc.property(
        fc.tuple(fc.nat(60), fc.nat(60), fc.nat(60)),
        fc.integer({ min: 2, max: 6 }),
        (counts, howMany) => {
          const [minNodes = 0, initialNodes = 0, maxNodes = 0] = [...counts].sort(
            (one, other) => one - other,
          );
          const shares = zoneShares({ minNodes, initialNodes, maxNodes }, zones.slice(0, howMany));
          const sum = (key: "minNodes" | "initialNodes" | "maxNodes") =>
            shares.reduce((total, share) => total + share.counts[key], 0);
          assert.deepEqual(
            [sum("minNodes"), sum("initialNodes"), sum("maxNodes")],
            [minNodes, initialNodes, maxNodes],
          );
          for (const { counts: share } of shares) {
            assert.ok(share.minNodes <= share.initialNodes && share.initialNodes <= share.maxNodes);
            assert.ok(share.maxNodes > 0);
          }
        },
      ),
    );
  });

  it("is named by Pulumi, so that the next group stands before the last one goes", async () => {
    const group = find(await pools({ system: pool }), nodeGroup, "main-system-a");
    assert.equal(group.inputs["nodeGroupName"], undefined);
    assert.equal(group.deleteBeforeReplace, null);
  });

  it("has the network's add-ons before the first node", async () => {
    const group = find(await pools({ system: pool }), nodeGroup, "main-system-a");
    for (const addon of ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"]) {
      assert.ok(
        group.dependencies.some((urn) => urn.endsWith(`aws:eks/addon:Addon::main-${addon}`)),
        addon,
      );
    }
  });

  it("writes labels and taints in the words of EKS", async () => {
    const group = find(
      await pools({
        system: {
          ...pool,
          labels: { tier: "system" },
          taints: [
            { key: "a", value: "1", effect: "NoSchedule" },
            { key: "b", value: "2", effect: "PreferNoSchedule" },
            { key: "c", value: "3", effect: "NoExecute" },
          ],
        },
      }),
      nodeGroup,
      "main-system-b",
    );
    assert.deepEqual(group.inputs["labels"], { tier: "system" });
    assert.deepEqual(group.inputs["taints"], [
      { key: "a", value: "1", effect: "NO_SCHEDULE" },
      { key: "b", value: "2", effect: "PREFER_NO_SCHEDULE" },
      { key: "c", value: "3", effect: "NO_EXECUTE" },
    ]);
  });

  it("names one type on demand, and lets spot choose among alike", async () => {
    const resources = await pools({ system: pool, batch: { ...pool, spot: true } });
    assert.equal(find(resources, launchTemplate, "main-system").inputs["instanceType"], "t3.xlarge");
    const onDemand = find(resources, nodeGroup, "main-system-a").inputs;
    assert.equal(onDemand["capacityType"], "ON_DEMAND");
    assert.equal(onDemand["instanceTypes"], undefined);
    const spot = find(resources, nodeGroup, "main-batch-a").inputs;
    assert.equal(find(resources, launchTemplate, "main-batch").inputs["instanceType"], undefined);
    assert.equal(spot["capacityType"], "SPOT");
    assert.deepEqual(spot["instanceTypes"], ["t3.xlarge", "t3a.xlarge"]);
  });

  it("tags instances, disks and interfaces, which no provider's default tags reach", async () => {
    const template = find(await pools({ system: pool }, { owner: "platform" }), launchTemplate);
    const tags = { owner: "platform", Name: "main-system" };
    assert.deepEqual(template.inputs["tagSpecifications"], [
      { resourceType: "instance", tags },
      { resourceType: "volume", tags },
      { resourceType: "network-interface", tags },
    ]);
  });

  it("tells the kubelet to take as many pods as prefix delegation has addresses for", async () => {
    const template = find(await pools({ system: pool }), launchTemplate);
    const userData = Buffer.from(textOf(template, "userData"), "base64").toString();
    assert.match(userData, /kind: NodeConfig\nspec:\n {2}kubelet:\n {4}config:\n {6}maxPods: 110\n/);
  });

  it("lets nodes join, pull and be reached by Session Manager, and nothing more", async () => {
    const resources = await pools({ system: pool });
    const role = find(resources, "aws:iam/role:Role", "main-node");
    assert.deepEqual(policyOf(role, "assumeRolePolicy").Statement, [
      { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    const attached = findAll(resources, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").filter(
      ({ name }) => name.startsWith("main-node-"),
    );
    assert.deepEqual(attached.map(({ inputs }) => inputs["policyArn"]).sort(), [
      "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
      "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
      "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    ]);
  });

  it("refuses counts out of order and a name that EKS would not take", async () => {
    await assert.rejects(
      pools({ system: { ...pool, initialNodes: 7 } }),
      /nodePools\.system: expected minNodes <= initialNodes <= maxNodes, got 3, 7, 6/,
    );
    const long = "p".repeat(49);
    await assert.rejects(pools({ [long]: pool }), /expected a name of at most 55 characters.*, 56 long/);
  });
});

describe("Machines on AWS", () => {
  const shapes: readonly (readonly [MachineShape, string, string | undefined])[] = [
    [{ vcpus: 2, memoryGiB: 8, burstable: true }, "t3.large", "db.t4g.large"],
    [{ vcpus: 4, memoryGiB: 16, burstable: true }, "t3.xlarge", "db.t4g.xlarge"],
    [{ vcpus: 8, memoryGiB: 32, burstable: true }, "t3.2xlarge", "db.t4g.2xlarge"],
    [{ vcpus: 2, memoryGiB: 8 }, "m7i.large", "db.m7g.large"],
    [{ vcpus: 16, memoryGiB: 64 }, "m7i.4xlarge", "db.m7g.4xlarge"],
    [{ vcpus: 4, memoryGiB: 8 }, "c7i.xlarge", undefined],
    [{ vcpus: 4, memoryGiB: 32 }, "r7i.xlarge", "db.r7g.xlarge"],
    [{ vcpus: 16, memoryGiB: 128 }, "r7i.4xlarge", "db.r7g.4xlarge"],
  ];
  for (const [shape, node, database] of shapes) {
    const what = `${shape.vcpus} vCPUs with ${shape.memoryGiB} GiB${shape.burstable === true ? ", burstable" : ""}`;
    it(`gives ${what} as ${node} and ${database ?? "no database"}`, () => {
      assert.equal(nodeInstanceTypes(shape)[0], node);
      if (database === undefined) {
        assert.throws(() => databaseInstanceClass(shape), /machine: expected 4 or 8 GiB a vCPU/);
      } else {
        assert.equal(databaseInstanceClass(shape), database);
      }
    });
  }

  it("takes the family that is asked for first, and the others for spot capacity", () => {
    assert.deepEqual(nodeInstanceTypes({ vcpus: 2, memoryGiB: 8, families: { aws: "m5" } }), [
      "m5.large",
      "m7i.large",
      "m6i.large",
      "m7a.large",
    ]);
  });

  it("refuses a family that has no such shape", () => {
    assert.throws(
      () => nodeInstanceTypes({ vcpus: 2, memoryGiB: 8, families: { aws: "r5" } }),
      /machine\.families\.aws: expected m7i or .* for 4 GiB a vCPU, got "r5"/,
    );
  });

  it("refuses a shape that no type has", () => {
    assert.throws(
      () => nodeInstanceTypes({ vcpus: 2, memoryGiB: 128 }),
      /machine: expected 2 or 4 or 8 GiB a vCPU.*, got 2 vCPUs with 128 GiB/,
    );
    assert.throws(
      () => nodeInstanceTypes({ vcpus: 16, memoryGiB: 64, burstable: true }),
      /expected 4 GiB a vCPU and 2 or 4 or 8 vCPUs of a burstable machine/,
    );
  });

  for (const [memoryGiB, type] of [
    [0.5, "cache.t4g.micro"],
    [3, "cache.t4g.medium"],
    [6, "cache.m7g.large"],
    [7, "cache.r7g.large"],
    [26, "cache.r7g.xlarge"],
    [400, "cache.r7g.16xlarge"],
  ] as const) {
    it(`holds ${memoryGiB} GiB in a ${type}`, () => {
      assert.equal(cacheNodeType(memoryGiB), type);
    });
  }

  it("refuses more memory than any cache node has", () => {
    assert.throws(() => cacheNodeType(420), /nodeMemoryGiB: expected at most 419.09, got 420/);
  });
});
