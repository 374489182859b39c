import assert from "node:assert/strict";
import { cidrContains, cidrsOverlap } from "../../../components/network/cidr";
import type { NetworkArgs } from "../../../components/network/network";
import type { Ran, TestRunOptions } from "../../support/run";
import type { Network } from "../../../components/network/network";
import { find, findAll, valueOf } from "../../support/run";
import { networkArgs, onGcp, textOf } from "./stack";

async function makeNetwork(args: Partial<NetworkArgs> = {}, options?: TestRunOptions): Promise<Ran<Network>> {
  return await onGcp((cloud) => cloud.network("main", { ...networkArgs, ...args }, {}), options);
}

const vpc = "projects/example-prod/global/networks/";

describe("GcpNetwork", () => {
  it("is a network of one region without automatic subnets", async () => {
    const { resources } = await makeNetwork();
    assert.deepEqual(find(resources, "gcp:compute/network:Network", "main").inputs, {
      autoCreateSubnetworks: false,
      routingMode: "REGIONAL",
    });
  });

  it("puts nodes, pods and services in one subnet with flow logs and access to Google's APIs", async () => {
    const { resources } = await makeNetwork();
    const { network, ...inputs } = find(resources, "gcp:compute/subnetwork:Subnetwork", "main-nodes").inputs;
    assert.ok(textOf(network).startsWith(vpc));
    assert.deepEqual(inputs, {
      region: "us-east1",
      ipCidrRange: "10.0.0.0/17",
      secondaryIpRanges: [
        { rangeName: "pods", ipCidrRange: "100.64.0.0/15" },
        { rangeName: "services", ipCidrRange: "172.20.0.0/18" },
      ],
      privateIpGoogleAccess: true,
      logConfig: {
        aggregationInterval: "INTERVAL_1_MIN",
        flowSampling: 0.5,
        metadata: "INCLUDE_ALL_METADATA",
      },
    });
  });

  it("keeps every part of its block apart", async () => {
    const { result, resources } = await makeNetwork({ cidr: "10.9.4.0/22" });
    const blocks = [
      ...findAll(resources, "gcp:compute/subnetwork:Subnetwork").map(({ inputs }) =>
        textOf(inputs["ipCidrRange"]),
      ),
      ...result.dataCidrs.slice(0, 1),
    ];
    assert.equal(blocks.length, 4);
    for (const [index, block] of blocks.entries()) {
      assert.ok(cidrContains("10.9.4.0/22", block), `${block} is outside`);
      for (const other of blocks.slice(index + 1)) {
        assert.ok(!cidrsOverlap(block, other), `${block} overlaps ${other}`);
      }
    }
  });

  it("moves nothing when a zone is added", async () => {
    const two = await makeNetwork({ zones: ["b", "c"] });
    const three = await makeNetwork({ zones: ["b", "c", "d"] });
    assert.deepEqual(three.resources, two.resources);
  });

  for (const egress of ["shared", "perZone"] as const) {
    it(`lets nodes and pods out by one regional NAT with egress ${egress}, and stores not`, async () => {
      const { resources } = await makeNetwork({ egress });
      const { router, subnetworks, ...inputs } = find(resources, "gcp:compute/routerNat:RouterNat").inputs;
      assert.ok(textOf(router).startsWith("main-router-"));
      const nodes = find(resources, "gcp:compute/subnetwork:Subnetwork", "main-nodes");
      assert.deepEqual(inputs, {
        region: "us-east1",
        natIpAllocateOption: "AUTO_ONLY",
        sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
        enableDynamicPortAllocation: true,
        enableEndpointIndependentMapping: false,
        minPortsPerVm: 128,
        maxPortsPerVm: 32768,
        logConfig: { enable: true, filter: "ERRORS_ONLY" },
      });
      const natted = find(resources, "gcp:compute/routerNat:RouterNat").propertyDependencies["subnetworks"];
      assert.deepEqual(natted, [nodes.urn]);
      assert.match(JSON.stringify(subnetworks), /"secondaryIpRangeNames":\["pods"\]/);
    });
  }

  it("has no way out with egress none", async () => {
    const { resources } = await makeNetwork({ egress: "none" });
    assert.deepEqual(findAll(resources, "gcp:compute/router:Router"), []);
    assert.deepEqual(findAll(resources, "gcp:compute/routerNat:RouterNat"), []);
  });

  it("refuses what no rule allows, with a log, and allows load balancers' health checks alone", async () => {
    const { resources } = await makeNetwork();
    const rules = findAll(resources, "gcp:compute/firewall:Firewall");
    const shown = Object.fromEntries(
      rules.map(({ name, inputs: { description, network, ...rest } }) => {
        assert.ok(typeof description === "string" && textOf(network).startsWith(vpc));
        return [name, rest];
      }),
    );
    assert.deepEqual(shown, {
      "main-deny-ingress": {
        direction: "INGRESS",
        priority: 65000,
        sourceRanges: ["0.0.0.0/0"],
        denies: [{ protocol: "all" }],
        logConfig: { metadata: "INCLUDE_ALL_METADATA" },
      },
      "main-allow-health-checks": {
        direction: "INGRESS",
        sourceRanges: ["35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22"],
        allows: [{ protocol: "tcp", ports: ["10256", "30000-32767"] }],
        logConfig: { metadata: "EXCLUDE_ALL_METADATA" },
      },
    });
  });

  it("gives stores addresses of its own, by peering and by private endpoints", async () => {
    const { result, resources } = await makeNetwork();
    const { network, ...range } = find(resources, "gcp:compute/globalAddress:GlobalAddress").inputs;
    assert.ok(textOf(network).startsWith(vpc));
    assert.deepEqual(range, {
      purpose: "VPC_PEERING",
      addressType: "INTERNAL",
      address: "10.0.128.0",
      prefixLength: 18,
    });
    assert.equal(
      find(resources, "gcp:servicenetworking/connection:Connection").inputs["deletionPolicy"],
      "ABANDON",
    );
    const policy = find(resources, "gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy");
    assert.equal(policy.inputs["serviceClass"], "gcp-memorystore-redis");
    assert.deepEqual(policy.inputs["pscConfig"], { subnetworks: await valueOf(result.dataSubnetIds) });
    assert.deepEqual(result.dataCidrs, ["10.0.128.0/18", "10.0.224.0/19"]);
    assert.deepEqual(result.workloadCidrs, ["10.0.0.0/17", "100.64.0.0/15"]);
  });

  it("keeps flow logs as long as it is told, in a bucket of their own only", async () => {
    const { resources } = await makeNetwork({ flowLogRetentionDays: 90, protect: false });
    const bucket = find(resources, "gcp:logging/projectBucketConfig:ProjectBucketConfig");
    assert.equal(bucket.inputs["retentionDays"], 90);
    assert.equal(bucket.protect, false);
    const sink = find(resources, "gcp:logging/projectSink:ProjectSink");
    assert.match(textOf(bucket.inputs["bucketId"]), /^main-flow-logs-[0-9a-f]{8}$/);
    assert.equal(
      sink.inputs["destination"],
      `logging.googleapis.com/projects/example-prod/locations/us-east1/buckets/${textOf(bucket.inputs["bucketId"])}`,
    );
    assert.match(
      textOf(sink.inputs["filter"]),
      /^resource\.type="gce_subnetwork" AND resource\.labels\.subnetwork_name=\("main-nodes-\w+" OR "main-endpoints-\w+"\)$/,
    );
    const exclusion = find(resources, "gcp:logging/projectExclusion:ProjectExclusion");
    assert.equal(exclusion.inputs["filter"], sink.inputs["filter"]);
  });

  it("logs DNS queries", async () => {
    const { result, resources } = await makeNetwork();
    assert.deepEqual(find(resources, "gcp:dns/policy:Policy").inputs, {
      enableLogging: true,
      networks: [{ networkUrl: await valueOf(result.networkId) }],
    });
  });

  it("answers for Google's APIs with their private addresses, and has a way there of its own", async () => {
    const { result, resources } = await makeNetwork({ egress: "none" });
    const network = await valueOf(result.networkId);
    const { description, ...route } = find(resources, "gcp:compute/route:Route").inputs;
    assert.ok(textOf(description) !== "");
    assert.deepEqual(route, {
      network,
      destRange: "199.36.153.8/30",
      nextHopGateway: "default-internet-gateway",
    });
    const zones = findAll(resources, "gcp:dns/managedZone:ManagedZone");
    assert.deepEqual(zones.map(({ inputs }) => inputs["dnsName"]).sort(), [
      "gcr.io.",
      "googleapis.com.",
      "pkg.dev.",
    ]);
    const records = findAll(resources, "gcp:dns/recordSet:RecordSet");
    const answers = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"];
    for (const { inputs, urn } of zones) {
      assert.equal(inputs["visibility"], "private");
      assert.deepEqual(inputs["privateVisibilityConfig"], { networks: [{ networkUrl: network }] });
      const own = records.filter(({ propertyDependencies }) =>
        propertyDependencies["managedZone"]?.includes(urn),
      );
      const [address, names] = own.map((record) => record.inputs);
      assert.equal(own.length, 2);
      assert.deepEqual([address?.["type"], address?.["rrdatas"]], ["A", answers]);
      assert.deepEqual(
        [names?.["type"], names?.["name"], names?.["rrdatas"]],
        ["CNAME", `*.${textOf(inputs["dnsName"])}`, [address?.["name"]]],
      );
    }
    assert.deepEqual(
      records.filter(({ inputs }) => inputs["type"] === "A").map(({ inputs }) => inputs["name"]),
      ["gcr.io.", "private.googleapis.com.", "pkg.dev."],
    );
  });

  it("refuses a block from which Cloud SQL can have no addresses", async () => {
    await assert.rejects(
      makeNetwork({ cidr: "100.72.0.0/16" }),
      /whose private services access takes no other, got "100\.72\.0\.0\/16"/,
    );
  });
});
