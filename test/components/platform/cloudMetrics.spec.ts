import assert from "node:assert/strict";
import { clouds } from "../../../components/cloud";
import type { PlanResource } from "../../../preview/plan";
import { planOf } from "../../support/plans";
import { find } from "../../support/run";

const identity = "-services-grafana-identity";

/** What reads metrics: a role's own policy, or a role in the project. */
const granted = {
  aws: ({ inputs }: PlanResource) =>
    (
      JSON.parse(inputs["policy"] as unknown as string) as { Statement: { Action: string[] }[] }
    ).Statement.flatMap(({ Action }) => Action),
  gcp: ({ inputs }: PlanResource) => [inputs["role"]],
} as const;

const expected = {
  aws: {
    type: "aws:iam/rolePolicy:RolePolicy",
    grants: ["cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:ListMetrics"],
    source: { name: "CloudWatch", uid: "cloudwatch", type: "cloudwatch" },
    settings: ["authType", "defaultRegion"],
    annotated: false,
  },
  gcp: {
    type: "gcp:projects/iAMMember:IAMMember",
    grants: ["roles/monitoring.viewer"],
    source: { name: "Cloud Monitoring", uid: "stackdriver", type: "stackdriver" },
    settings: ["authenticationType", "defaultProject"],
    annotated: true,
  },
} as const;

for (const cloud of clouds) {
  describe(`Grafana and the metrics of ${cloud} itself`, () => {
    const { type, grants, source, settings, annotated } = expected[cloud];
    let resources: readonly PlanResource[];
    let release: PlanResource;
    before(async () => {
      resources = await planOf("prod", `cloud=${cloud}`, "blueprint=seo-platform");
      release = find(resources, "kubernetes:helm.sh/v3:Release", "seo-platform-prod-services-monitoring");
    });

    it("reads them by its pod's identity, and may do nothing else", () => {
      const grant = find(resources, type, `seo-platform-prod${identity}-metrics`);
      assert.deepEqual(granted[cloud](grant), grants);
    });

    it("has them as a data source without a key in it", () => {
      const { grafana } = release.inputs["values"] as unknown as {
        grafana: {
          additionalDataSources: { jsonData: Record<string, string>; secureJsonData?: unknown }[];
          serviceAccount: { annotations: Record<string, string> };
        };
      };
      const [{ jsonData, ...rest }, ...others] = grafana.additionalDataSources as [
        (typeof grafana.additionalDataSources)[number],
      ];
      assert.deepEqual(others, []);
      assert.deepEqual(rest, { ...source, access: "proxy", editable: false });
      assert.deepEqual(Object.keys(jsonData).sort(), settings);
      assert.equal(Object.keys(grafana.serviceAccount.annotations).length > 0, annotated);
    });

    it("starts after it is somebody to the cloud, and reaches the cloud's APIs", () => {
      assert.ok(
        release.dependencies.some((urn) => urn.includes(identity)),
        "the release does not wait",
      );
      const policy = find(
        resources,
        "kubernetes:networking.k8s.io/v1:NetworkPolicy",
        "seo-platform-prod-services-monitoring-grafana",
      );
      const { egress } = policy.inputs["spec"] as unknown as {
        egress: { ports?: { port: number }[]; to?: { ipBlock?: { cidr: string } }[] }[];
      };
      const open = egress.filter(({ to }) => to?.some(({ ipBlock }) => ipBlock?.cidr === "0.0.0.0/0"));
      // of the cloud's APIs, and of who signs users in
      assert.equal(open.length, 2);
      assert.deepEqual(
        open.flatMap(({ ports = [] }) => ports.map(({ port }) => port)),
        [443, 443],
      );
    });
  });
}
