import assert from "node:assert/strict";
import { countOf, type Fault, podsIn } from "./pods";

const requests = { requests: { cpu: "10m", memory: "10Mi" } };
const bare = { name: "web", resources: requests };
const readinessProbe = { httpGet: {} };
const securityContext = { runAsNonRoot: true };
const unprobed = { ...bare, securityContext };
const unbound = { ...bare, readinessProbe };
const good = { ...bare, readinessProbe, securityContext };

const object = (kind: string, podSpec: object): Parameters<typeof podsIn>[0][number] => {
  const template = { spec: podSpec };
  const spec =
    kind === "Pod" ? podSpec : kind === "CronJob" ? { jobTemplate: { spec: { template } } } : { template };
  return { apiVersion: "v1", kind, metadata: { name: "web", namespace: "shop" }, spec };
};

describe("faults of pods", () => {
  const rows: readonly [string, string, object, readonly Fault[]][] = [
    ["a good one", "Deployment", { containers: [good] }, []],
    ["no requests", "StatefulSet", { containers: [{ ...good, resources: {} }] }, ["without requests"]],
    [
      "memory alone",
      "DaemonSet",
      { containers: [{ ...good, resources: { requests: { memory: "1Gi" } } }] },
      ["without requests"],
    ],
    [
      "an init container without requests",
      "Deployment",
      { containers: [good], initContainers: [{ ...good, resources: {} }] },
      ["without requests"],
    ],
    ["no probe", "Deployment", { containers: [unprobed] }, ["without probes"]],
    ["no probe of what Argo Rollouts keeps", "Rollout", { containers: [unprobed] }, ["without probes"]],
    ["no probe of a Job, which needs none", "Job", { containers: [unprobed] }, []],
    ["a probe of one container", "Deployment", { containers: [unprobed, good] }, []],
    ["nobody says who it runs as", "Deployment", { containers: [unbound] }, ["as root"]],
    ["the pod says so", "CronJob", { containers: [unbound], securityContext: { runAsNonRoot: true } }, []],
    ["the pod's user", "Pod", { containers: [unbound], securityContext: { runAsUser: 65532 } }, []],
    ["user 0", "Job", { containers: [{ ...good, securityContext: { runAsUser: 0 } }] }, ["as root"]],
    [
      "a container that takes back what its pod says",
      "Deployment",
      {
        containers: [{ ...good, securityContext: { runAsNonRoot: false } }],
        securityContext: { runAsNonRoot: true },
      },
      ["as root"],
    ],
  ];
  for (const [what, kind, spec, faults] of rows) {
    it(`sees ${what}`, () => {
      assert.deepEqual(podsIn([object(kind, spec)]), [{ owner: `shop/${kind}/web`, faults }]);
    });
  }

  it("counts pods by their faults, and passes over what makes none", () => {
    const objects = [
      object("Deployment", { containers: [good] }),
      object("Deployment", { containers: [{ name: "web" }] }),
      object("ConfigMap", {}),
    ];
    assert.deepEqual(countOf(podsIn(objects)), {
      pods: 2,
      "without requests": 1,
      "without probes": 1,
      "as root": 1,
    });
  });
});
