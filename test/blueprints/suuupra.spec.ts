import assert from "node:assert/strict";
import { clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { countOf, production, sumAt, textsAt, valuesAt } from "./production";

/** What `../shared/systems.md` asks of suuupra below the data stores, S3.1 and S3.2, to the number. */
describe("suuupra in production", () => {
  const plans = new Map<string, readonly PlanResource[]>();
  /** What stands in the stack's own region. */
  const on = (cloud: string): readonly PlanResource[] =>
    (plans.get(cloud) ?? []).filter(({ name }) => !name.includes("-recovery"));
  before(async () => {
    for (const cloud of clouds) plans.set(cloud, await production("suuupra", cloud));
  });

  describe("its network", () => {
    it("is 10.0.0.0/16 over three zones with a NAT gateway in each, on AWS", () => {
      assert.deepEqual(valuesAt(on("aws"), "awsx:ec2:Vpc", "cidrBlock"), ["10.0.0.0/16"]);
      assert.deepEqual(valuesAt(on("aws"), "awsx:ec2:Vpc", "availabilityZoneNames.*"), [
        "us-east-1a",
        "us-east-1b",
        "us-east-1c",
      ]);
      assert.deepEqual(valuesAt(on("aws"), "awsx:ec2:Vpc", "natGateways.strategy"), ["OnePerAz"]);
    });

    it("has public, private and isolated subnets in each zone, and network ACLs of each tier, on AWS", () => {
      assert.deepEqual(valuesAt(on("aws"), "awsx:ec2:Vpc", "subnetSpecs.*.type"), [
        "Public",
        "Private",
        "Isolated",
      ]);
      assert.equal(valuesAt(on("aws"), "awsx:ec2:Vpc", "subnetSpecs.*.cidrBlocks.*").length, 9);
      assert.equal(countOf(on("aws"), "aws:ec2/networkAcl:NetworkAcl"), 3);
    });

    it("reaches AWS's services by endpoints: two gateways and fifteen interfaces", () => {
      const own = on("aws").filter(({ name }) => name.includes("-network-endpoints-"));
      const kinds = valuesAt(own, "aws:ec2/vpcEndpoint:VpcEndpoint", "vpcEndpointType");
      assert.equal(kinds.filter((kind) => kind === "Gateway").length, 2);
      assert.equal(kinds.filter((kind) => kind === "Interface").length, 15);
    });

    it("keeps its nodes, proxies and stores within 10.0.0.0/16, and has one NAT over all zones, on GCP", () => {
      const blocks = textsAt(on("gcp"), "gcp:compute/subnetwork:Subnetwork", "ipCidrRange");
      assert.ok(blocks.length >= 2);
      for (const block of blocks) assert.match(block, /^10\.0\./);
      assert.equal(countOf(on("gcp"), "gcp:compute/routerNat:RouterNat"), 1);
      const nodes = on("gcp").filter(({ name }) => name.endsWith("-network-nodes"));
      assert.deepEqual(valuesAt(nodes, "gcp:compute/subnetwork:Subnetwork", "privateIpGoogleAccess"), [true]);
    });
  });

  describe("its cluster", () => {
    it("has node groups of 3/6/10 m5.large and 10/20/100 m5.xlarge on AWS", () => {
      const group = "aws:eks/nodeGroup:NodeGroup";
      for (const [pool, least, first, most, type] of [
        ["system", 3, 6, 10, "m5.large"],
        ["application", 10, 20, 100, "m5.xlarge"],
      ] as const) {
        const sizes = ["minSize", "desiredSize", "maxSize"].map((size) =>
          sumAt(on("aws"), group, `scalingConfig.${size}`, pool),
        );
        assert.deepEqual(sizes, [least, first, most]);
        const template = on("aws").filter(({ name }) => name.endsWith(`-cluster-${pool}`));
        assert.deepEqual(valuesAt(template, "aws:ec2/launchTemplate:LaunchTemplate", "instanceType"), [type]);
      }
    });

    it("has pools of the same bounds and shapes on GCP, and as many nodes at first as zones can share evenly", () => {
      const pool = "gcp:container/nodePool:NodePool";
      for (const [named, least, first, most, type] of [
        ["system", 3, 2 * 3, 10, "n2d-standard-2"],
        ["application", 10, 7 * 3, 100, "n2d-standard-4"],
      ] as const) {
        const some = on("gcp").filter(({ name }) => name.endsWith(`-cluster-${named}`));
        assert.deepEqual(valuesAt(some, pool, "autoscaling.totalMinNodeCount"), [least]);
        assert.deepEqual(valuesAt(some, pool, "autoscaling.totalMaxNodeCount"), [most]);
        const zones = valuesAt(some, pool, "nodeLocations.*").length;
        assert.deepEqual(
          valuesAt(some, pool, "initialNodeCount").map((count) => Number(count) * zones),
          [first],
        );
        assert.deepEqual(valuesAt(some, pool, "nodeConfig.machineType"), [type]);
      }
    });

    it("is of Kubernetes 1.28 or newer, with all logs of its control plane, on AWS", () => {
      const [version = ""] = textsAt(on("aws"), "eks:index:Cluster", "version");
      assert.ok(Number(version.split(".")[1]) >= 28);
      assert.deepEqual(valuesAt(on("aws"), "eks:index:Cluster", "enabledClusterLogTypes.*"), [
        "api",
        "audit",
        "authenticator",
        "controllerManager",
        "scheduler",
      ]);
    });

    it("is of Kubernetes 1.28 or newer, with the logs of its control plane, on GCP", () => {
      const cluster = "gcp:container/cluster:Cluster";
      const [version = ""] = textsAt(on("gcp"), cluster, "minMasterVersion");
      assert.ok(Number(version.split(".")[1]) >= 28);
      const logs = valuesAt(on("gcp"), cluster, "loggingConfig.enableComponents.*");
      for (const log of ["APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"]) assert.ok(logs.includes(log), log);
    });

    it("has VPC CNI, CoreDNS and kube-proxy as pinned add-ons on AWS", () => {
      const names = valuesAt(on("aws"), "aws:eks/addon:Addon", "addonName");
      for (const addon of ["vpc-cni", "coredns", "kube-proxy"]) assert.ok(names.includes(addon), addon);
      for (const version of textsAt(on("aws"), "aws:eks/addon:Addon", "addonVersion")) {
        assert.match(version, /^v\d+\.\d+\.\d+-eksbuild\.\d+$/);
      }
    });

    it("gives each service that uses a store an identity of its own", () => {
      const services = ["api-gateway", "identity", "content", "commerce", "payments", "ledger"];
      const accounts = valuesAt(
        on("aws"),
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        "serviceAccount",
      );
      const bound = on("gcp").filter(({ type }) => type === "groundwork:gcp:WorkloadIdentity");
      for (const service of services) {
        assert.equal(accounts.filter((account) => account === service).length, 1, service);
        assert.equal(bound.filter(({ name }) => name.includes(`-${service}-`)).length, 1, service);
      }
    });
  });

  it("makes what it signs sessions with anew within 24 hours (S3.9), on both clouds", () => {
    const [schedule = ""] = textsAt(
      on("aws").filter(({ name }) => name.includes("-session-signing-key-")),
      "aws:secretsmanager/secretRotation:SecretRotation",
      "rotationRules.scheduleExpression",
    );
    const hours = Number(/^cron\(0 \/(\d+) \* \* \? \*\)$/.exec(schedule)?.[1]);
    assert.ok(hours > 0 && hours <= 23, schedule);
    const rotation = on("gcp").filter(({ name }) => name.endsWith("-session-signing-key-rotation"));
    assert.equal(countOf(rotation, "gcp:cloudscheduler/job:Job"), 1);
    assert.equal(countOf(rotation, "gcp:workflows/workflow:Workflow"), 1);
  });
});
