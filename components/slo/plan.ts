import type { Measured } from "../workload/requestSeries";
import type { Priority, SlosSpec, WorkloadSpec } from "../workload/spec";
import {
  type Indicator,
  isObjective,
  type LatencyThreshold,
  latencyThresholds,
  leastObjectivePercent,
  objectiveBounds,
  type Slo,
  windowDays,
} from "./slo";

/** What a service is promised by its priority. */
interface Defaults {
  readonly availabilityPercent: number;
  readonly latencyPercent: number;
  readonly latencyMilliseconds: LatencyThreshold;
  readonly freshnessPercent: number;
}

/**
 * By priority. 99.9 % are 43 minutes a month, and within what both clouds promise of what a service stands on (of clusters,
 * databases with a standby and load balancers 99.95 % or more each); 99.5 % are 3.6 hours, 99 % are 7.2. What a second is
 * about is the systems' own figure, a p95 above which is an alert; who waits for a critical service waits for others behind
 * it as well, and has it in half of that. Backlogs come in bursts: of these the priority that gives way to others may have
 * more than it is made for in one hour of twenty.
 */
export const sloDefaults: Readonly<Record<Priority, Defaults>> = {
  critical: { availabilityPercent: 99.9, latencyPercent: 95, latencyMilliseconds: 500, freshnessPercent: 99 },
  standard: {
    availabilityPercent: 99.5,
    latencyPercent: 95,
    latencyMilliseconds: 1000,
    freshnessPercent: 99,
  },
  batch: { availabilityPercent: 99, latencyPercent: 95, latencyMilliseconds: 2500, freshnessPercent: 95 },
};

/** What can't be promised of a service; its field, what was expected there and what came. */
export class SloError extends RangeError {
  constructor(
    readonly service: string,
    /** In the service's entry. */
    readonly field: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${service}.${field}: expected ${expected}, got ${got}`);
  }
}

/** Where a system's services are, and who tells how their requests went. */
export interface SloPlace {
  readonly namespace: string;
  readonly measured: Measured;
}

/**
 * What is promised of a service: that its requests don't fail and are answered in time; of a worker, which has none, that
 * there are pods to work and that no more waits than they are made for.
 *
 * @throws SloError naming the field, what was expected and what came
 */
export function planSlos(service: string, spec: WorkloadSpec, place: SloPlace): readonly Slo[] {
  const { slos = {}, priority = "standard" } = spec;
  check(service, spec);
  const { windowDays: days = 30, ...own } = slos;
  const promised = { ...sloDefaults[priority], ...own };
  const of = (kind: Slo["kind"], objectivePercent: number, indicator: Indicator): Slo => ({
    service,
    namespace: place.namespace,
    kind,
    objectivePercent,
    windowDays: days,
    indicator,
  });
  const { availabilityPercent, latencyPercent, freshnessPercent } = promised;
  if (spec.port === undefined) {
    const backlog = backlogOf(spec);
    return [
      of("availability", availabilityPercent, { of: "pods", least: Math.ceil(boundsOf(spec).min / 2) }),
      ...(backlog === undefined ? [] : [of("freshness", freshnessPercent, backlog)]),
    ];
  }
  const measured = whoMeasures(service, spec, place);
  return [
    of("availability", availabilityPercent, { of: "requests", measured }),
    of("latency", latencyPercent, {
      of: "durations",
      measured,
      thresholdMilliseconds: promised.latencyMilliseconds,
    }),
  ];
}

/** As many messages as all of its pods at their highest are made for: with more the autoscaler has nothing left to add. */
function backlogOf(spec: WorkloadSpec): Indicator | undefined {
  const { scaling } = spec;
  const { max } = boundsOf(spec);
  if (scaling?.kafkaLag !== undefined) {
    return { of: "backlog", trigger: "kafka-lag", most: scaling.kafkaLag.messages * max };
  }
  if (scaling?.queueDepth !== undefined) {
    return { of: "backlog", trigger: "queue-depth", most: scaling.queueDepth.messages * max };
  }
  return undefined;
}

/** A mesh that knows requests, or the service itself, which then has to tell. */
function whoMeasures(service: string, { metrics }: WorkloadSpec, { measured }: SloPlace): Measured {
  if (measured === "workload" && metrics === undefined) {
    throw new SloError(service, "metrics", "a port, as no mesh measures its requests", "none");
  }
  return measured;
}

function boundsOf({ replicas }: WorkloadSpec): { readonly min: number; readonly max: number } {
  return typeof replicas === "number" ? { min: replicas, max: replicas } : replicas;
}

function check(service: string, spec: WorkloadSpec): void {
  const { slos = {}, port } = spec;
  const expect = (fits: boolean, field: keyof SlosSpec, expected: string) => {
    if (!fits) throw new SloError(service, `slos.${field}`, expected, String(slos[field]));
  };
  for (const field of ["availabilityPercent", "latencyPercent", "freshnessPercent"] as const) {
    expect(isObjective(slos[field] ?? leastObjectivePercent), field, objectiveBounds);
  }
  const among = (known: readonly number[], value: number | undefined) =>
    value === undefined || known.includes(value);
  expect(among(windowDays, slos.windowDays), "windowDays", `one of ${windowDays.join(", ")}`);
  expect(
    among(latencyThresholds, slos.latencyMilliseconds),
    "latencyMilliseconds",
    `one of ${latencyThresholds.join(", ")}`,
  );
  for (const field of ["latencyPercent", "latencyMilliseconds"] as const) {
    const answers = port !== undefined || slos[field] === undefined;
    expect(answers, field, "none, as it is a worker and answers nobody");
  }
  const waitedFor = port === undefined && backlogOf(spec) !== undefined;
  expect(
    waitedFor || slos.freshnessPercent === undefined,
    "freshnessPercent",
    "none, as it is no worker that is scaled by what waits for it",
  );
}
