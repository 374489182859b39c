import assert from "node:assert/strict";
import { clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { countOf, production, textsAt, valuesAt } from "./production";

const deployment = "kubernetes:apps/v1:Deployment";
const rollout = "kubernetes:argoproj.io/v1alpha1:Rollout";

/** What `../shared/systems.md` asks of explico: S2.1, S2.2, S2.6 and S2.7, as far as the platform has it. */
describe("explico in production", () => {
  const plans = new Map<string, readonly PlanResource[]>();
  const on = (cloud: string): readonly PlanResource[] => plans.get(cloud) ?? [];
  before(async () => {
    for (const cloud of clouds) plans.set(cloud, await production("explico", cloud));
  });

  for (const cloud of clouds) {
    it(`runs the model's server on GPUs on ${cloud}, and the other services without`, () => {
      const asked = on(cloud)
        .filter(({ type, name }) => [deployment, rollout].includes(type) && name.includes("-prod-system-"))
        .map((service) => {
          const [limits] = valuesAt(
            [service],
            service.type,
            "spec.template.spec.containers.*.resources.limits",
          );
          return {
            service: service.name.replace("explico-prod-system-", ""),
            gpus: (limits as Readonly<Record<string, string>> | undefined)?.["nvidia.com/gpu"],
            tolerates: valuesAt([service], service.type, "spec.template.spec.tolerations.*.key"),
          };
        });
      assert.deepEqual(
        asked.filter(({ gpus, tolerates }) => gpus !== undefined || tolerates.length > 0),
        [{ service: "ai-inference", gpus: "1", tolerates: ["nvidia.com/gpu"] }],
      );
      assert.equal(asked.length, 3);
    });

    it(`has room for the GPUs of its services alone in the namespace's quota on ${cloud}`, () => {
      const quotas = on(cloud)
        .filter(({ type }) => type === "kubernetes:core/v1:ResourceQuota")
        .map(({ name, inputs }) => {
          const { hard } = inputs["spec"] as { readonly hard: Readonly<Record<string, string>> };
          return [name, hard["requests.nvidia.com/gpu"]] as const;
        });
      const withGpus = quotas.filter(([, gpus]) => gpus !== "0");
      // nine pods, and a quarter more while they are replaced
      assert.deepEqual(withGpus, [["explico-prod-system-namespace-quota", "12"]]);
      assert.ok(quotas.length > withGpus.length);
    });
  }

  it("starts nodes with GPUs from none, in every zone, and hands GPUs to nobody but who asks", () => {
    const groups = on("aws").filter(
      ({ type, name }) => type === "aws:eks/nodeGroup:NodeGroup" && name.includes("-inference-"),
    );
    assert.equal(groups.length, 3);
    for (const { inputs } of groups) {
      assert.deepEqual(inputs["scalingConfig"], { minSize: 0, desiredSize: 0, maxSize: 5 });
      assert.equal(inputs["amiType"], "AL2023_x86_64_NVIDIA");
      assert.deepEqual(inputs["taints"], [
        { key: "nvidia.com/gpu", value: "present", effect: "NO_SCHEDULE" },
      ]);
    }
    const charts = textsAt(on("aws"), "kubernetes:helm.sh/v3:Release", "chart");
    assert.equal(charts.filter((chart) => chart === "nvidia-device-plugin").length, 1);

    const pools = on("gcp").filter(
      ({ type, name }) => type === "gcp:container/nodePool:NodePool" && name.endsWith("-inference"),
    );
    assert.deepEqual(
      valuesAt(pools, "gcp:container/nodePool:NodePool", "nodeConfig.guestAccelerators.*.type"),
      ["nvidia-l4"],
    );
    assert.deepEqual(
      valuesAt(pools, "gcp:container/nodePool:NodePool", "autoscaling.totalMinNodeCount"),
      [0],
    );
    assert.ok(!textsAt(on("gcp"), "kubernetes:helm.sh/v3:Release", "chart").includes("nvidia-device-plugin"));
  });

  it("has PostgreSQL with read replicas, Redis, object storage, CDN, firewall and DNS", () => {
    const has = (cloud: string, ...types: readonly string[]): void => {
      for (const type of types) assert.ok(countOf(on(cloud), type) > 0, `${type} on ${cloud}`);
    };
    has(
      "aws",
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "aws:s3/bucket:Bucket",
      "aws:cloudfront/distribution:Distribution",
      "aws:wafv2/webAcl:WebAcl",
      "aws:route53/zone:Zone",
    );
    has(
      "gcp",
      "gcp:redis/cluster:Cluster",
      "gcp:storage/bucket:Bucket",
      "gcp:compute/securityPolicy:SecurityPolicy",
      "gcp:dns/managedZone:ManagedZone",
    );
    assert.ok(countOf(on("gcp"), "gcp:sql/databaseInstance:DatabaseInstance") > 1);
  });
});
