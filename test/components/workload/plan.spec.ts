import assert from "node:assert/strict";
import fc from "fast-check";
import { planPeers, planQuota, planWorkload } from "../../../components/workload/plan";
import { bytes, millicores } from "../../../components/workload/quantity";
import type { WorkloadSpec } from "../../../components/workload/spec";

const portless: WorkloadSpec = {
  image: { repository: "ghcr.io/acme/api", tag: "1.2.3" },
  replicas: { min: 3, max: 12 },
  resources: { cpu: "500m", memory: "512Mi" },
};
const api: WorkloadSpec = { ...portless, port: 3000 };
const worker: WorkloadSpec = { ...portless, probes: { liveness: { command: ["/bin/alive"] } } };

describe("planWorkload", () => {
  it("limits CPU to twice and memory to exactly what is asked for", () => {
    assert.deepEqual(planWorkload("api", api).resources, {
      requests: { cpu: "500m", memory: "512Mi" },
      limits: { cpu: "1", memory: "512Mi" },
    });
  });

  it("probes a service by HTTP on its port, and lets it take two minutes to start", () => {
    assert.deepEqual(planWorkload("api", api).probes, {
      liveness: { path: "/livez" },
      readiness: { path: "/readyz" },
      startup: { path: "/livez" },
      startupSeconds: 120,
    });
  });

  it("probes a worker as it says, the same way for readiness", () => {
    const { liveness, readiness } = planWorkload("worker", worker).probes;
    assert.deepEqual([liveness, readiness], [{ command: ["/bin/alive"] }, { command: ["/bin/alive"] }]);
  });

  it("takes a plain number of replicas as fixed", () => {
    const { minReplicas, maxReplicas, autoscaled } = planWorkload("api", { ...api, replicas: 2 });
    assert.deepEqual(
      { minReplicas, maxReplicas, autoscaled },
      { minReplicas: 2, maxReplicas: 2, autoscaled: false },
    );
  });

  for (const [service, spec, message] of [
    ["Api", api, 'Api: expected a DNS label of at most 63 characters, got "Api"'],
    [
      "api",
      { ...api, replicas: { min: 5, max: 3 } },
      "api.replicas: expected at most as a number of 5 or more, got 3",
    ],
    ["api", { ...api, replicas: 0 }, "api.replicas: expected at least 1, got 0"],
    ["api", { ...api, port: 80 }, "api.port: expected a whole number from 1024 to 65535, got 80"],
    ["api", { ...api, runAsUser: 0 }, "api.runAsUser: expected a whole number from 1 to 2147483647, got 0"],
    [
      "api",
      { ...api, cpuTargetPercent: 120 },
      "api.cpuTargetPercent: expected a whole number from 10 to 95, got 120",
    ],
    [
      "api",
      { ...api, image: { repository: "ghcr.io/acme/api", tag: "latest" } },
      'api.image.tag: expected a tag that never moves, got "latest"',
    ],
    [
      "api",
      { ...api, image: { repository: "ghcr.io/acme/api:1", tag: "1" } },
      'api.image.repository: expected no tag in it, got "ghcr.io/acme/api:1"',
    ],
    [
      "api",
      { ...api, image: { ...api.image, digest: "sha256:12" } },
      'api.image.digest: expected sha256: and 64 hex digits, got "sha256:12"',
    ],
    [
      "api",
      { ...api, resources: { cpu: "1", memory: "1Gi", limits: { memory: "512Mi" } } },
      'api.resources.limits.memory: expected 1Gi or more, got "512Mi"',
    ],
    ["worker", portless, 'worker.probes.liveness: expected a probe, as it has no port, got "none"'],
    [
      "worker",
      { ...worker, probes: { liveness: { path: "/livez" } } },
      'worker.probes.liveness.port: expected a port, as the workload has none, got "none"',
    ],
    [
      "worker",
      { ...worker, route: { path: "/" } },
      'worker.port: expected a port, as it has a route, got "none"',
    ],
    [
      "api",
      { ...api, route: { path: "api" } },
      'api.route.path: expected a path that starts with /, got "api"',
    ],
    ...(
      [
        ["timeoutSeconds", 0, 1, 300],
        ["timeoutSeconds", 301, 1, 300],
        ["timeoutSeconds", 1.5, 1, 300],
        ["retries", -1, 0, 3],
        ["retries", 4, 0, 3],
      ] as const
    ).map(([key, value, least, most]): [string, WorkloadSpec, string] => [
      "api",
      { ...api, route: { path: "/", [key]: value } },
      `api.route.${key}: expected a whole number from ${least} to ${most}, got ${value}`,
    ]),
    [
      "api",
      { ...api, scaling: { requestsPerSecond: 0 } },
      "api.scaling.requestsPerSecond: expected a number above 0, got 0",
    ],
    [
      "worker",
      { ...worker, scaling: { requestsPerSecond: 5 } },
      "worker.scaling.requestsPerSecond: expected none, as it serves no requests, got 5",
    ],
    [
      "api",
      { ...api, provisionedNodes: true, nodeSelector: { pool: "system" } },
      'api.nodeSelector: expected none, as it runs on nodes made to measure, got "pool"',
    ],
  ] as const satisfies readonly (readonly [string, WorkloadSpec, string])[]) {
    it(`refuses: ${message}`, () => {
      assert.throws(() => planWorkload(service, spec), { name: "RangeError", message });
    });
  }
});

describe("planPeers", () => {
  it("turns who calls whom around", () => {
    const peers = planPeers({
      web: { ...api, calls: ["api"] },
      api: { ...api, port: 8080 },
      job: { ...worker, calls: ["api"] },
    });
    assert.deepEqual(peers, {
      web: { callers: [], callees: { api: 8080 } },
      api: { callers: ["web", "job"], callees: {} },
      job: { callers: [], callees: { api: 8080 } },
    });
  });

  it("refuses a call of a workload that is not there", () => {
    assert.throws(() => planPeers({ web: { ...api, calls: ["apy"] } }), {
      message: 'web.calls: expected one of web, got "apy"',
    });
  });

  it("refuses a call of a worker, which serves nothing", () => {
    assert.throws(() => planPeers({ web: { ...api, calls: ["job"] }, job: worker }), {
      message: 'web.calls: expected a workload with a port, got "job"',
    });
  });
});

describe("planQuota", () => {
  it("has room for all workloads at their highest while each is updated", () => {
    const services = fc.dictionary(
      fc.stringMatching(/^[a-z]{3,8}$/),
      fc.record({
        max: fc.integer({ min: 1, max: 100 }),
        cpu: fc.integer({ min: 1, max: 8000 }),
        mebibytes: fc.integer({ min: 1, max: 8192 }),
      }),
      { minKeys: 1, maxKeys: 8 },
    );
    fc.assert(
      fc.property(services, (drawn) => {
        const specs = Object.entries(drawn).map(([name, { max, cpu, mebibytes }]) => [
          name,
          { ...api, replicas: { min: 1, max }, resources: { cpu: `${cpu}m`, memory: `${mebibytes}Mi` } },
        ]);
        const { requests, pods = 0 } = planQuota(Object.fromEntries(specs) as Record<string, WorkloadSpec>);
        const surged = Object.values(drawn).map((one) => ({
          ...one,
          pods: one.max + Math.ceil(one.max / 4),
        }));
        const sum = (of: (one: (typeof surged)[number]) => number) =>
          surged.reduce((total, one) => total + of(one), 0);
        assert.ok(millicores(requests.cpu, "cpu") >= sum(({ cpu, pods: count }) => cpu * count));
        assert.ok(
          bytes(requests.memory, "memory") >=
            sum(({ mebibytes, pods: count }) => mebibytes * count) * 2 ** 20,
        );
        assert.ok(pods >= sum(({ pods: count }) => count));
      }),
    );
  });

  const stated = { requests: { cpu: "10", memory: "20Gi" }, limits: { cpu: "20", memory: "40Gi" } };

  it("is what is stated where the workloads fit, and counts pods as it does without", () => {
    const { pods, gpus } = planQuota({ api });
    assert.deepEqual(planQuota({ api }, stated), { ...stated, pods, gpus });
  });

  it("leaves room for a pod more than all at their highest, by which an update goes on", () => {
    // 12 pods of 500m, and one
    assert.ok(planQuota({ api }, { ...stated, requests: { cpu: "6500m", memory: "20Gi" } }));
    for (const [kind, quota, message] of [
      [
        "requests",
        { cpu: "6499m", memory: "20Gi" },
        'quota.requests.cpu: expected 6500m or more, all at their highest and a pod, got "6499m"',
      ],
      [
        "requests",
        { cpu: "10", memory: "6655Mi" },
        'quota.requests.memory: expected 6656Mi or more, all at their highest and a pod, got "6655Mi"',
      ],
      [
        "limits",
        { cpu: "12", memory: "40Gi" },
        'quota.limits.cpu: expected 13 or more, all at their highest and a pod, got "12"',
      ],
      [
        "limits",
        { cpu: "20", memory: "6Gi" },
        'quota.limits.memory: expected 6656Mi or more, all at their highest and a pod, got "6Gi"',
      ],
    ] as const) {
      assert.throws(() => planQuota({ api }, { ...stated, [kind]: quota }), new RangeError(message));
    }
  });
});
