import assert from "node:assert/strict";
import { planSlos, SloError, sloDefaults, type SloPlace } from "../../../components/slo/plan";
import { sloGroups } from "../../../components/slo/rules";
import { isObjective, type Slo } from "../../../components/slo/slo";
import { priorities, type SlosSpec, type WorkloadSpec } from "../../../components/workload/spec";

const place: SloPlace = { namespace: "shop", measured: "workload" };

const untold: WorkloadSpec = {
  image: { repository: "shop/api", tag: "1.0.0" },
  port: 8080,
  replicas: { min: 3, max: 10 },
  resources: { cpu: "500m", memory: "512Mi" },
};
const service: WorkloadSpec = { ...untold, metrics: { port: 9464 } };

const probe = { path: "/readyz", port: 8081 };
const worker: WorkloadSpec = {
  image: { repository: "shop/packer", tag: "1.0.0" },
  replicas: { min: 3, max: 10 },
  resources: { cpu: "500m", memory: "512Mi" },
  probes: { readiness: probe, liveness: probe },
};

const planned = (spec: WorkloadSpec, at: SloPlace = place) => planSlos("api", spec, at);
const common = { service: "api", namespace: "shop", windowDays: 30 };

describe("what is promised of a service", () => {
  for (const priority of priorities) {
    const { availabilityPercent, latencyPercent, latencyMilliseconds } = sloDefaults[priority];
    it(`is by its priority, ${priority}, that ${availabilityPercent} % don't fail and ${latencyPercent} % take ${latencyMilliseconds} ms at most`, () => {
      const slos = planned({ ...service, priority });
      const measured = "workload";
      const expected: readonly Slo[] = [
        {
          ...common,
          windowDays: 30,
          kind: "availability",
          objectivePercent: availabilityPercent,
          indicator: { of: "requests", measured },
        },
        {
          ...common,
          windowDays: 30,
          kind: "latency",
          objectivePercent: latencyPercent,
          indicator: { of: "durations", measured, thresholdMilliseconds: latencyMilliseconds },
        },
      ];
      assert.deepEqual(slos, expected);
    });
  }

  it("is more of what is more important", () => {
    const { critical, standard, batch } = sloDefaults;
    assert.ok(critical.availabilityPercent > standard.availabilityPercent);
    assert.ok(standard.availabilityPercent > batch.availabilityPercent);
    assert.ok(critical.latencyMilliseconds < standard.latencyMilliseconds);
    assert.ok(standard.latencyMilliseconds < batch.latencyMilliseconds);
    // a p95 above a second is an alert
    assert.equal(standard.latencyMilliseconds, 1000);
    assert.equal(standard.latencyPercent, 95);
  });

  it("is what its entry says in its place, field by field", () => {
    const slos = { windowDays: 28, availabilityPercent: 99.95, latencyMilliseconds: 250 } as const;
    const [availability, latency] = planned({ ...service, slos });
    assert.deepEqual(
      [availability?.objectivePercent, availability?.windowDays, latency?.objectivePercent],
      [99.95, 28, 95],
    );
    assert.deepEqual(latency?.indicator, {
      of: "durations",
      measured: "workload",
      thresholdMilliseconds: 250,
    });
  });

  it("is, of a worker, that half of its least pods are ready and less waits than all of its pods are made for", () => {
    const scaling = { queueDepth: { queue: "parcels", messages: 50 } };
    const slos = planned({ ...worker, priority: "batch", scaling });
    assert.deepEqual(
      slos.map(({ kind, objectivePercent, indicator }) => ({ kind, objectivePercent, indicator })),
      [
        { kind: "availability", objectivePercent: 99, indicator: { of: "pods", least: 2 } },
        {
          kind: "freshness",
          objectivePercent: 95,
          indicator: { of: "backlog", trigger: "queue-depth", most: 500 },
        },
      ],
    );
    const [, lag] = planned({ ...worker, scaling: { kafkaLag: { topic: "orders", messages: 100 } } });
    assert.deepEqual(lag?.indicator, { of: "backlog", trigger: "kafka-lag", most: 1000 });
  });

  it("is, of a worker of which nobody knows what waits for it, that it is there, and no more", () => {
    assert.deepEqual(
      planned(worker).map(({ kind }) => kind),
      ["availability"],
    );
  });

  it("asks the mesh where that knows, and else the service, which has to tell", () => {
    const mesh: SloPlace = { ...place, measured: "mesh" };
    assert.deepEqual(
      planned(untold, mesh).map(({ indicator }) => indicator.of),
      ["requests", "durations"],
    );
    assert.throws(
      () => planned(untold),
      /^RangeError: api\.metrics: expected a port, as no mesh measures its requests, got none$/,
    );
  });

  const wrong: readonly (readonly [string, WorkloadSpec, SlosSpec, string])[] = [
    ["all of it", service, { availabilityPercent: 100 }, "availabilityPercent"],
    [
      "so little that a budget can't go 14.4 times as fast",
      service,
      { latencyPercent: 93.9 },
      "latencyPercent",
    ],
    ["a ten-thousandth", service, { availabilityPercent: 99.9999 }, "availabilityPercent"],
    ["answers of a worker", worker, { latencyPercent: 99 }, "latencyPercent"],
    ["answers in time of a worker", worker, { latencyMilliseconds: 500 }, "latencyMilliseconds"],
    ["backlogs of a service that answers", service, { freshnessPercent: 99 }, "freshnessPercent"],
    ["backlogs of a worker that nobody counts for", worker, { freshnessPercent: 99 }, "freshnessPercent"],
  ];
  for (const [what, spec, slos, field] of wrong) {
    it(`can't be ${what}`, () => {
      assert.throws(
        () => planned({ ...spec, slos }),
        (error) => error instanceof SloError && error.field === `slos.${field}` && error.service === "api",
      );
    });
  }

  it("can be burnt 14.4 times as fast as it may, whatever it is", () => {
    for (const percent of [94, 95, 99, 99.5, 99.9, 99.95, 99.999]) {
      assert.ok(isObjective(percent), String(percent));
      assert.ok(14.4 * (100 - percent) < 100, String(percent));
    }
    for (const percent of [93.999, 100, 101, Number.NaN, 99.9999]) {
      assert.ok(!isObjective(percent), String(percent));
    }
  });
});

describe("the rules of an objective", () => {
  const [slo] = planned(service);

  it("are four speeds at which its budget may go, one that nothing is known, and one that nobody answers", () => {
    assert.ok(slo !== undefined);
    const [fast, slow] = sloGroups(slo);
    const told = (group: typeof fast) =>
      Object.entries(group?.alerts ?? {}).map(([alert, { severity, minutes }]) => [alert, severity, minutes]);
    assert.deepEqual(told(fast), [
      ["slo-burning-1h", "critical", 0],
      ["slo-burning-6h", "critical", 0],
      ["slo-silent", "critical", 5],
    ]);
    assert.deepEqual(told(slow), [
      ["slo-burning-1d", "warning", 0],
      ["slo-burning-3d", "warning", 0],
      ["slo-unmeasured", "warning", 30],
    ]);
  });

  it("record each window of the alerts, the objective and what is left of its budget, each once", () => {
    assert.ok(slo !== undefined);
    const recorded = sloGroups(slo).flatMap(({ recordings = [] }) => recordings);
    const names = recorded.map(({ record }) => record);
    assert.deepEqual([...new Set(names)], names);
    for (const window of ["5m", "30m", "1h", "2h", "6h", "1d", "3d"]) {
      assert.ok(names.includes(`namespace_service_slo:failures_per_event:ratio_rate${window}`), window);
    }
    for (const name of ["objective:ratio", "error_budget_remaining:ratio"]) {
      assert.ok(names.includes(`namespace_service_slo:${name}`), name);
    }
    for (const { record, labels } of recorded) {
      assert.match(record, /^[a-z_]+:[a-z_]+:[a-z0-9_]+$/);
      assert.deepEqual(labels, { namespace: "shop", service: "api", slo: "availability" }, record);
    }
  });

  it("look at what pages as often as at anything, and keep every recorded series from being forgotten", () => {
    assert.ok(slo !== undefined);
    const intervals = sloGroups(slo).map(({ intervalSeconds = 0 }) => intervalSeconds);
    const [fast = 0, slow = 0] = intervals;
    assert.ok(fast <= 30, String(fast));
    assert.ok(2 * slow <= 5 * 60, String(slow));
  });
});
