/** How a new version of a workload takes the place of the one before it. */
export const strategyKinds = ["rolling", "canary", "blueGreen"] as const;
export type StrategyKind = (typeof strategyKinds)[number];

/** A part of the requests that a new version gets, and for how long. */
export interface CanaryStep {
  /** Percent of the requests, 1 to 99. */
  readonly percent: number;
  /** Minutes before the next step, 1 to 50: of a version that waits for an hour, an alert says that it wants somebody. */
  readonly minutes: number;
}

/** What a new version must keep to while it is judged; otherwise the one before it has all requests again. */
export interface AnalysisSpec {
  /**
   * Least part of its requests that must not fail (an answer of 5xx), percent, 50 to 100.
   *
   * @default 95 - errors above 5 % are what the systems ask to be alerted of
   */
  readonly successPercent?: number;
  /**
   * Longest time that 95 of 100 of its answers may take, milliseconds, 1 to 60000.
   *
   * @default 1000 - a p95 above 1 s is what the systems ask to be alerted of
   */
  readonly p95Milliseconds?: number;
}

/**
 * How a new version of a workload takes the place of the one before it.
 *
 * - `rolling`: pod by pod, as Kubernetes does it; nothing judges it but its probes.
 * - `canary`: it gets a part of the requests, then more, and is judged from the first on.
 * - `blueGreen`: all of its pods stand beside those before them, then all requests go there at once, and it is judged
 *   while the others still stand.
 *
 * All but `rolling` need the service `argoRollouts`, and the measurements that it is judged by: in a mesh of sidecars the
 * mesh's, elsewhere its own (docs/strategies.md).
 */
export type StrategySpec =
  | { readonly kind: "rolling" }
  | {
      readonly kind: "canary";
      /** @default 10 % for 2 minutes, 50 % for 5 minutes */
      readonly steps?: readonly CanaryStep[];
      /** @default - each of its fields' */
      readonly analysis?: AnalysisSpec;
    }
  | {
      readonly kind: "blueGreen";
      /**
       * Whether requests go to the new version as soon as its pods are ready, or when somebody says so.
       *
       * @default "automatic"
       */
      readonly promotion?: "automatic" | "manual";
      /**
       * How long it is judged after that, minutes, 1 to 60.
       *
       * @default 5
       */
      readonly judgedMinutes?: number;
      /** @default - each of its fields' */
      readonly analysis?: AnalysisSpec;
    };

/** A strategy with every default filled in, checked. */
export type StrategyPlan =
  | { readonly kind: "rolling" }
  | {
      readonly kind: "canary";
      readonly steps: readonly CanaryStep[];
      readonly analysis: Required<AnalysisSpec>;
    }
  | {
      readonly kind: "blueGreen";
      readonly promotion: "automatic" | "manual";
      readonly judgedMinutes: number;
      readonly analysis: Required<AnalysisSpec>;
    };

/** Strategies that Argo Rollouts carries out. */
export type ProgressivePlan = Exclude<StrategyPlan, { readonly kind: "rolling" }>;

/** As suuupra asks for it. */
const defaultSteps: readonly CanaryStep[] = [
  { percent: 10, minutes: 2 },
  { percent: 50, minutes: 5 },
];

/** Why a strategy can't be; its field, what was expected there and what came. */
export class StrategyError extends RangeError {
  constructor(
    readonly field: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`strategy${field}: expected ${expected}, got ${got}`);
  }
}

/**
 * Fills in the defaults of a strategy.
 *
 * @throws StrategyError naming the field, what was expected and what came
 */
export function planStrategy(strategy: StrategySpec = { kind: "rolling" }): StrategyPlan {
  if (strategy.kind === "rolling") return strategy;
  const { successPercent = 95, p95Milliseconds = 1000 } = strategy.analysis ?? {};
  within(".analysis.successPercent", successPercent, 50, 100);
  within(".analysis.p95Milliseconds", p95Milliseconds, 1, 60_000);
  const analysis = { successPercent, p95Milliseconds };
  if (strategy.kind === "blueGreen") {
    const { promotion = "automatic", judgedMinutes = 5 } = strategy;
    within(".judgedMinutes", judgedMinutes, 1, 60);
    return { kind: "blueGreen", promotion, judgedMinutes, analysis };
  }
  const { steps = defaultSteps } = strategy;
  checkSteps(steps);
  return { kind: "canary", steps, analysis };
}

/** Each step is a part of the requests, larger than the one before. */
function checkSteps(steps: readonly CanaryStep[]): void {
  if (steps.length === 0) throw new StrategyError(".steps", "one or more", "none");
  for (const [index, { percent, minutes }] of steps.entries()) {
    within(`.steps[${index}].percent`, percent, 1, 99);
    within(`.steps[${index}].minutes`, minutes, 1, 50);
    const before = steps[index - 1]?.percent ?? 0;
    if (percent <= before) {
      throw new StrategyError(
        `.steps[${index}].percent`,
        `more than ${before}, the step before`,
        `${percent}`,
      );
    }
  }
}

function within(field: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new StrategyError(field, `a whole number from ${least} to ${most}`, `${value}`);
  }
}

/** The kinds whose objects hold a workload's pods, by its strategy, as an autoscaler names them. */
const targets = {
  deployment: { apiVersion: "apps/v1", kind: "Deployment" },
  rollout: { apiVersion: "argoproj.io/v1alpha1", kind: "Rollout" },
} as const;

/** What scales a workload scales this. */
export function scaleTarget({
  service,
  strategy,
}: {
  readonly service: string;
  readonly strategy: StrategyPlan;
}): { readonly apiVersion: string; readonly kind: string; readonly name: string } {
  return { ...(strategy.kind === "rolling" ? targets.deployment : targets.rollout), name: service };
}

/** Label by which the pods of one version are told from those of another, which each controller gives its own. */
export function versionHashLabel({ kind }: StrategyPlan): string {
  return kind === "rolling" ? "pod-template-hash" : "rollouts-pod-template-hash";
}

/** Subsets of a service in a mesh: the version that is judged, and the one before it. */
export const subsets = { stable: "stable", canary: "canary" } as const;

/**
 * Names of a canary's objects in the mesh, which Argo Rollouts changes: how it is called from within, and by the way in, and
 * which versions it has.
 */
export function meshRoutesOf(service: string): Readonly<Record<"calls" | "wayIn" | "versions", string>> {
  return { calls: service, wayIn: `${service}-way-in`, versions: `${service}-versions` };
}

/** Name of a service by which the new version of a blue-green one is reached before it has the requests. */
export function previewOf(service: string): string {
  return `${service}-preview`;
}
