import * as assert from "node:assert/strict";
import { awsProvider } from "../../../providers/aws";
import type { CloudProvider } from "../../../providers/provider";
import { find, run } from "../../support/run";

async function makeProvider(): ReturnType<typeof run<CloudProvider>> {
  return await run(() =>
    awsProvider("main", { region: "eu-west-1", accountId: "210987654321", tags: { owner: "platform" } }, {}),
  );
}

describe("awsProvider", () => {
  it("refuses any account but the stack's, and tags all that takes tags", async () => {
    const { resources } = await makeProvider();
    const { inputs } = find(resources, "pulumi:providers:aws", "main");
    assert.equal(inputs["region"], "eu-west-1");
    // a provider takes what is not text as JSON
    assert.equal(inputs["allowedAccountIds"], '["210987654321"]');
    assert.equal(inputs["defaultTags"], '{"tags":{"owner":"platform"}}');
  });

  it("has no policy of which images an account's clusters run, and says so", async () => {
    const { result: cloud } = await makeProvider();
    assert.equal(cloud.hasImagePolicy, false);
    assert.throws(() => cloud.imagePolicy("main-images", { registries: ["registry.example.com"] }, {}), {
      name: "UnsupportedOnCloudError",
      option: "imagePolicy",
      cloud: "aws",
    });
  });

  for (const [egress, cidrs] of [
    ["perZone", ["10.20.0.0/17"]],
    ["shared", ["0.0.0.0/0"]],
  ] as const) {
    it(`sends pods to the secret store where it answers: egress ${egress}`, async () => {
      const { result } = await run(() => {
        const cloud = awsProvider("main", { region: "eu-west-1", accountId: "210987654321", tags: {} }, {});
        const ranges = { cidr: "10.20.0.0/16", podCidr: "100.64.0.0/15", serviceCidr: "172.20.0.0/18" };
        const network = cloud.network("main", { ...ranges, zones: ["a", "b"], egress }, {});
        return { destination: cloud.secretsDestination(network) };
      });
      assert.deepEqual((result.destination as { readonly cidrs: readonly string[] }).cidrs, cidrs);
    });
  }

  it("gives what it makes its own providers, the remote components' too", async () => {
    const { resources } = await run(() => {
      const cloud = awsProvider("main", { region: "eu-west-1", accountId: "210987654321", tags: {} }, {});
      cloud.bucket("media", { archiveAfterDays: 0, noncurrentRetentionDays: 30 }, {});
      const ranges = { cidr: "10.20.0.0/16", podCidr: "100.64.0.0/15", serviceCidr: "172.20.0.0/18" };
      cloud.network("main", { ...ranges, zones: ["a", "b"] }, {});
    });
    const explicit = resources.filter(({ type, custom }) => custom && !type.startsWith("pulumi:providers:"));
    assert.ok(explicit.length > 30);
    for (const { urn, provider } of explicit) {
      assert.match(provider ?? `none: ${urn}`, /::pulumi:providers:aws::main::/);
    }
    const vpc = find(resources, "awsx:ec2:Vpc", "main");
    assert.match(vpc.provider ?? "", /::pulumi:providers:awsx::main::/);
    assert.deepEqual(vpc.inputs["availabilityZoneNames"], ["eu-west-1a", "eu-west-1b"]);
  });

  for (const [region, made] of [
    ["eu-west-1", ["main", "main-us-east-1"]],
    ["us-east-1", ["main"]],
  ] as const) {
    it(`makes what CloudFront needs in us-east-1 from ${region}, in the same account and with the same tags`, async () => {
      const { resources } = await run(() =>
        awsProvider("main", { region, accountId: "210987654321", tags: { owner: "platform" } }, {}),
      );
      const providers = resources.filter(({ type }) => type === "pulumi:providers:aws");
      assert.deepEqual(
        providers.map(({ name }) => name),
        made,
      );
      const [main, edge = main] = providers;
      assert.deepEqual(edge?.inputs, { ...main?.inputs, region: "us-east-1" });
    });
  }

  it("asks for an internet-facing network load balancer that keeps the client's address", async () => {
    const { result } = await makeProvider();
    const prefix = "service.beta.kubernetes.io/aws-load-balancer";
    assert.deepEqual(result.loadBalancerAnnotations("main-load-balancer", { protect: true }, {}), {
      [`${prefix}-type`]: "external",
      [`${prefix}-scheme`]: "internet-facing",
      [`${prefix}-nlb-target-type`]: "ip",
      [`${prefix}-attributes`]: "load_balancing.cross_zone.enabled=true",
      [`${prefix}-target-group-attributes`]: "preserve_client_ip.enabled=true",
    });
  });

  it("has the load balancer say when a pod that it sends to is ready", async () => {
    const { result } = await makeProvider();
    assert.deepEqual(result.loadBalancedNamespaceLabels, {
      "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled",
    });
  });
});
