import assert from "node:assert/strict";
import { shortcomings } from "./production";

type Object = Parameters<typeof shortcomings>[0][number];

const metadata = { name: "web", namespace: "shop" };
const labels = { app: "web", tier: "front" };
const container = { name: "web", resources: { limits: { memory: "64Mi" } } };
const podSpec = {
  priorityClassName: "platform",
  topologySpreadConstraints: [{ topologyKey: "zone" }],
  containers: [container],
};

const workload = (kind: string, spec: object = {}, pod: object = {}): Object => ({
  apiVersion: "apps/v1",
  kind,
  metadata,
  spec: { replicas: 2, template: { metadata: { labels }, spec: { ...podSpec, ...pod } }, ...spec },
});
const budget = (selector: object, namespace = "shop"): Object => ({
  apiVersion: "policy/v1",
  kind: "PodDisruptionBudget",
  metadata: { name: "web", namespace },
  spec: { selector },
});
const policy = (podSelector: object, namespace = "shop"): Object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "deny", namespace },
  spec: { podSelector },
});
const scaler = (kind: string, spec: object): Object => ({
  apiVersion: "autoscaling/v2",
  kind,
  metadata,
  spec: { scaleTargetRef: { name: "web" }, ...spec },
});
const around = [budget({ matchLabels: { app: "web" } }), policy({})];

describe("what production asks of pods", () => {
  const rows: readonly [string, readonly Object[], readonly string[]][] = [
    ["all of it", [workload("Deployment"), ...around], []],
    ["one replica of a Rollout", [workload("Rollout", { replicas: 1 }), ...around], ["single replica"]],
    ["one replica", [workload("StatefulSet", { replicas: 1 }), ...around], ["single replica"]],
    [
      "no word of replicas, which is one",
      [workload("Deployment", { replicas: undefined }), ...around],
      ["single replica"],
    ],
    [
      "an autoscaler that keeps two",
      [
        workload("Deployment", { replicas: 1 }),
        ...around,
        scaler("HorizontalPodAutoscaler", { minReplicas: 2 }),
      ],
      [],
    ],
    [
      "an autoscaler that may go down to one",
      [workload("Deployment"), ...around, scaler("ScaledObject", { minReplicaCount: 1 })],
      ["single replica"],
    ],
    [
      "another's budget and another namespace's policy",
      [workload("Deployment"), budget({ matchLabels: { app: "api" } }), policy({}, "bazaar")],
      ["without disruption budget", "without network policy"],
    ],
    [
      "a budget by expressions that hold, and a policy by one that does not",
      [
        workload("Deployment"),
        budget({
          matchExpressions: [
            { key: "app", operator: "In", values: ["web", "api"] },
            { key: "tier", operator: "Exists" },
            { key: "job", operator: "DoesNotExist" },
            { key: "app", operator: "NotIn", values: ["api"] },
          ],
        }),
        policy({ matchExpressions: [{ key: "app", operator: "NotIn", values: ["web"] }] }),
      ],
      ["without network policy"],
    ],
    [
      "an anti-affinity in place of constraints",
      [
        workload("Deployment", {}, { topologySpreadConstraints: [], affinity: { podAntiAffinity: {} } }),
        ...around,
      ],
      [],
    ],
    [
      "neither",
      [workload("Deployment", {}, { topologySpreadConstraints: [] }), ...around],
      ["without topology spread"],
    ],
    [
      "no priority",
      [workload("Deployment", {}, { priorityClassName: undefined }), ...around],
      ["without priority class"],
    ],
    [
      "an init container without a limit",
      [workload("Deployment", {}, { initContainers: [{ name: "init" }] }), ...around],
      ["without memory limit"],
    ],
    [
      "a DaemonSet, which is one a node",
      [workload("DaemonSet", { replicas: undefined }, { topologySpreadConstraints: [] }), policy({})],
      [],
    ],
    ["the node's own network, beyond policies", [workload("DaemonSet", {}, { hostNetwork: true })], []],
    ["a Job, which ends", [workload("Job", { replicas: undefined }, { priorityClassName: undefined })], []],
  ];
  for (const [what, objects, expected] of rows) {
    it(`sees ${what}`, () => {
      const [{ kind } = { kind: "" }] = objects;
      assert.deepEqual(
        shortcomings(objects),
        expected.map((check) => ({ check, object: `shop/${kind}/web`, detail: "" })),
      );
    });
  }
});
