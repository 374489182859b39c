import assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { runSize } from "../../../providers/gcp/containerSize";
import { find, findAll } from "../../support/run";
import { planOf } from "../../support/plans";

describe("the size of an instance on Cloud Run", () => {
  const size = (cpu: string, memory: string, gpus?: number): Readonly<Record<string, string>> =>
    runSize({
      service: "one",
      resources: { requests: { cpu, memory }, limits: { cpu, memory } },
      ...(gpus !== undefined && { gpus }),
    });

  for (const [cpu, memory, expected] of [
    ["250m", "256Mi", { cpu: "1", memory: "512Mi" }],
    ["500m", "1Gi", { cpu: "1", memory: "1024Mi" }],
    ["500m", "6Gi", { cpu: "2", memory: "6144Mi" }],
    ["3", "1Gi", { cpu: "4", memory: "2048Mi" }],
    ["8", "32Gi", { cpu: "8", memory: "32768Mi" }],
  ] as const) {
    it(`is ${expected.cpu} vCPUs and ${expected.memory} for ${cpu} and ${memory}`, () => {
      assert.deepEqual(size(cpu, memory), expected);
    });
  }

  it("is 4 vCPUs and 16 GiB at least beside a GPU", () => {
    assert.deepEqual(size("2", "10Gi", 1), { cpu: "4", memory: "16384Mi", "nvidia.com/gpu": "1" });
  });

  it("is refused where Cloud Run has none", () => {
    assert.throws(() => size("9", "1Gi"), /one\.resources: expected at most 8 vCPUs and 32 GiB/);
    assert.throws(() => size("1", "33Gi"), /one\.resources: expected at most 8 vCPUs and 32 GiB/);
  });
});

const settings = [
  "cloud=gcp",
  "blueprint=explico",
  "orchestrator=containers",
  "gcp.region=us-central1",
  "gcp.zones=[a, b, c]",
];

describe("explico on Cloud Run", () => {
  let resources: readonly PlanResource[];
  const service = (name: string): PlanResource =>
    find(resources, "gcp:cloudrunv2/service:Service", `explico-prod-system-${name}`);
  const text = (name: string): string => JSON.stringify(service(name).inputs);

  before(async () => {
    resources = await planOf("prod", ...settings);
  });

  it("is reached by the load balancer where it has a route, and from within alone elsewhere", () => {
    assert.equal(service("frontend").inputs["ingress"], "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER");
    assert.equal(service("backend").inputs["ingress"], "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER");
    assert.equal(service("ai-inference").inputs["ingress"], "INGRESS_TRAFFIC_INTERNAL_ONLY");
    assert.equal(service("ai-inference").inputs["invokerIamDisabled"], false);
    // nobody calls it by the address of its own
    assert.equal(service("frontend").inputs["defaultUriDisabled"], true);
    assert.equal(service("backend").inputs["defaultUriDisabled"], false);
  });

  it("lets the accounts call that call it, and nobody else", () => {
    const invokers = findAll(resources, "gcp:cloudrunv2/serviceIamMember:ServiceIamMember");
    assert.deepEqual(
      invokers.map(({ name }) => name),
      ["explico-prod-system-ai-inference-backend"],
    );
    assert.match(JSON.stringify(invokers[0]?.inputs["member"]), /^"serviceAccount:explico-prod-s/);
    assert.match(
      text("backend"),
      /"name":"AI_INFERENCE_URL","value":"https:\/\/explico-prod-system-ai-inference/,
    );
    assert.match(text("frontend"), /"name":"BACKEND_URL","value":"https:\/\/explico-prod-system-backend/);
  });

  it("runs what asks for a GPU beside an L4 in more than one zone, with a disk for its model", () => {
    assert.match(text("ai-inference"), /"accelerator":"nvidia-l4"/);
    assert.match(text("ai-inference"), /"gpuZonalRedundancyDisabled":false/);
    assert.match(text("ai-inference"), /"medium":"DISK","sizeLimit":"40960Mi"/);
    assert.doesNotMatch(text("ai-inference"), /"mountPath":"\/dev/);
    // 180 questions, five seconds apart
    assert.match(text("ai-inference"), /"failureThreshold":180/);
    assert.doesNotMatch(text("backend"), /nvidia/);
  });

  it("has as many instances as the blueprint says, and their CPU all the time", () => {
    assert.match(text("backend"), /"scaling":\{"maxInstanceCount":30,"minInstanceCount":3\}/);
    assert.match(text("backend"), /"cpuIdle":false/);
  });

  it("sends everything through the network, where its tags let it out to its stores and Google alone", () => {
    assert.match(text("backend"), /"egress":"ALL_TRAFFIC"/);
    assert.match(text("backend"), /"tags":\["explico-prod-system","explico-prod-system-backend"\]/);
    const firewall = (name: string): string =>
      JSON.stringify(find(resources, "gcp:compute/firewall:Firewall", `explico-prod-system-${name}`).inputs);
    assert.match(firewall("deny-egress"), /"denies":\[\{"protocol":"all"\}\]/);
    assert.match(firewall("deny-egress"), /"targetTags":\["explico-prod-system"\]/);
    assert.match(firewall("allow-google"), /"destinationRanges":\["199\.36\.153\.8\/30"\]/);
    assert.match(firewall("backend-to-stores"), /"targetTags":\["explico-prod-system-backend"\]/);
    assert.doesNotMatch(firewall("backend-to-stores"), /0\.0\.0\.0\/0/);
    const names = findAll(resources, "gcp:compute/firewall:Firewall").map(({ name }) => name);
    assert.ok(!names.includes("explico-prod-system-frontend-to-stores"));
    assert.ok(
      findAll(resources, "gcp:dns/managedZone:ManagedZone").some(
        ({ inputs }) => inputs["dnsName"] === "run.app.",
      ),
    );
  });

  it("finds the certificates of its stores in files that only its account reads", () => {
    assert.match(
      text("backend"),
      /"name":"PGSSLROOTCERT","value":"\/etc\/groundwork\/authorities\/postgres\/authorities\.pem"/,
    );
    assert.match(text("backend"), /"mountPath":"\/etc\/groundwork\/authorities\/postgres"/);
    const readers = findAll(resources, "gcp:secretmanager/secretIamMember:SecretIamMember").filter(
      ({ name }) => name.startsWith("explico-prod-system-authorities-"),
    );
    assert.deepEqual(readers.map(({ name }) => name.replace("explico-prod-system-authorities-", "")).sort(), [
      "postgres-backend",
      "redis-backend",
    ]);
  });

  it("answers paths by the service of their route, kept as the edge's rules say", () => {
    const map = JSON.stringify(
      find(resources, "gcp:compute/uRLMap:URLMap", "explico-prod-system-front").inputs,
    );
    assert.match(map, /"paths":\["\/api","\/api\/\*"\],"service":"[^"]*backend-api-[^"]*"/);
    assert.match(map, /"paths":\["\/assets\/\*"\]/);
    const backends = findAll(resources, "gcp:compute/backendService:BackendService").filter(({ name }) =>
      name.startsWith("explico-prod-system-front-"),
    );
    assert.equal(backends.length, 2);
    for (const { inputs } of backends) {
      assert.ok("securityPolicy" in inputs);
      // serverless groups take none
      assert.ok(!("timeoutSec" in inputs));
    }
    assert.equal(
      findAll(resources, "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup").length,
      2,
    );
  });

  it("asks Binary Authorization for each image, where the stack says which run", () => {
    assert.match(text("backend"), /"binaryAuthorization":\{"useDefault":true\}/);
    const policy = JSON.stringify(find(resources, "gcp:binaryauthorization/policy:Policy").inputs);
    assert.match(policy, /explico-prod-registry/);
  });

  it("stands behind a load balancer and its firewall where it has no CDN", async () => {
    const dev = await planOf("dev", ...settings);
    for (const { inputs } of findAll(dev, "gcp:compute/backendService:BackendService")) {
      assert.equal(inputs["enableCdn"], false);
      assert.ok("securityPolicy" in inputs);
    }
  });
});
