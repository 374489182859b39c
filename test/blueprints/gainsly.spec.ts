import assert from "node:assert/strict";
import { clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { countOf, production, textsAt, valuesAt } from "./production";

/** What `../shared/systems.md` asks of gainsly below the data stores: S4.1, S4.2, S4.5 and S4.6. */
describe("gainsly in production", () => {
  const plans = new Map<string, readonly PlanResource[]>();
  const on = (cloud: string): readonly PlanResource[] => plans.get(cloud) ?? [];
  before(async () => {
    for (const cloud of clouds) plans.set(cloud, await production("gainsly", cloud));
  });

  /** At least one of each of the types. */
  const has = (cloud: string, ...types: readonly string[]): void => {
    for (const type of types) assert.ok(countOf(on(cloud), type) > 0, `${type} on ${cloud}`);
  };

  for (const cloud of clouds) {
    it(`autoscales its four services on ${cloud}`, () => {
      const scaled = valuesAt(
        on(cloud),
        "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
        "spec.scaleTargetRef.name",
      );
      assert.deepEqual([...scaled].sort(), ["api-gateway", "auth", "backend", "frontend"]);
    });
  }

  it("has nodes made to measure: Karpenter on AWS, node auto-provisioning on GCP, within limits", () => {
    const charts = textsAt(on("aws"), "kubernetes:helm.sh/v3:Release", "chart");
    assert.ok(charts.some((chart) => /karpenter$/.test(chart)));
    has("aws", "kubernetes:karpenter.sh/v1:NodePool", "aws:sqs/queue:Queue");
    const cluster = "gcp:container/cluster:Cluster";
    assert.deepEqual(valuesAt(on("gcp"), cluster, "clusterAutoscaling.enabled"), [true]);
    assert.deepEqual(valuesAt(on("gcp"), cluster, "clusterAutoscaling.resourceLimits.*.resourceType"), [
      "cpu",
      "memory",
    ]);
  });

  it("stands in us-east-1, and in us-west-2 for when that is lost, with DNS, CDN, object storage and a load balancer", () => {
    assert.deepEqual(
      [
        ...new Set(
          textsAt(on("aws"), "awsx:ec2:Vpc", "availabilityZoneNames.*").map((zone) => zone.slice(0, -1)),
        ),
      ],
      ["us-east-1", "us-west-2"],
    );
    has("aws", "aws:route53/zone:Zone", "aws:cloudfront/distribution:Distribution", "aws:s3/bucket:Bucket");
    has(
      "gcp",
      "gcp:dns/managedZone:ManagedZone",
      "gcp:compute/globalForwardingRule:GlobalForwardingRule",
      "gcp:storage/bucket:Bucket",
    );
    assert.ok(valuesAt(on("gcp"), "gcp:compute/backendService:BackendService", "enableCdn").includes(true));
  });

  it("has a web application firewall, image scans and an audit log", () => {
    has(
      "aws",
      "aws:wafv2/webAcl:WebAcl",
      "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
      "aws:cloudtrail/trail:Trail",
      "aws:guardduty/detector:Detector",
    );
    has("gcp", "gcp:compute/securityPolicy:SecurityPolicy", "gcp:projects/iAMAuditConfig:IAMAuditConfig");
    const apis = valuesAt(on("gcp"), "gcp:projects/service:Service", "service");
    assert.ok(apis.includes("containerscanning.googleapis.com"));
  });

  it("has a budget that speaks at 50, 80 and 100 percent, and watches for anomalies where an API lets it", () => {
    const thresholds = valuesAt(on("aws"), "aws:budgets/budget:Budget", "notifications.*.threshold");
    for (const percent of [50, 80, 100]) assert.ok(thresholds.includes(percent), `${percent} on aws`);
    const shares = valuesAt(on("gcp"), "gcp:billing/budget:Budget", "thresholdRules.*.thresholdPercent");
    for (const share of [0.5, 0.8, 1]) assert.ok(shares.includes(share), `${share} on gcp`);
    has("aws", "aws:costexplorer/anomalyMonitor:AnomalyMonitor");
  });

  it("tags whatever can be tagged with blueprint, environment, owner and cost centre", () => {
    const tags = ["blueprint", "cost-center", "environment", "owner"];
    for (const [cloud, provider, path] of [
      ["aws", "pulumi:providers:aws", "defaultTags"],
      ["gcp", "pulumi:providers:gcp", "defaultLabels"],
    ] as const) {
      const [given] = valuesAt(on(cloud), provider, path);
      const text = typeof given === "string" ? given : JSON.stringify(given);
      for (const tag of tags) assert.ok(text.includes(`"${tag}":`), `${tag} on ${cloud}`);
    }
  });
});
