/** What is known of one thing: what could not be asked is `unknown`, and never `ok`. */
export type State = "ok" | "bad" | "unknown";

/** One thing that was looked at. */
export interface Check {
  readonly kind: "route" | "certificate" | "replication" | "budget" | "rollout";
  /** Which one. */
  readonly what: string;
  readonly state: State;
  /** What was seen, or why nothing was. */
  readonly seen: string;
  /** Which version of it that is of, where it has any. */
  readonly version?: string;
  /** Whether that version is the one which was judged well, and not one that is to take its place. */
  readonly isStable?: boolean;
  /** What a new version waits for until it is well or not; undefined where there is none under way. */
  readonly pending?: "judgement" | "promotion";
}

/** The worst of some checks: bad, then unknown; of none, unknown. */
export function worstOf(checks: readonly Check[]): State {
  if (checks.some(({ state }) => state === "bad")) return "bad";
  return checks.length > 0 && checks.every(({ state }) => state === "ok") ? "ok" : "unknown";
}

/**
 * What a deployment answers for: nothing that was bad before it, and no error budget, which what was served days ago has spent
 * and no way back gives again. A version that was judged badly before is its own where it is still what was asked for: Argo
 * Rollouts has gone back by itself and changes nothing when the same is asked for again, so that it is served to nobody.
 */
export function ofDeployment(checks: readonly Check[], before: readonly Check[]): readonly Check[] {
  const wasBad = new Set(before.filter(({ state }) => state === "bad").map(idOf));
  return checks.filter((check) => check.kind !== "budget" && (isRefused(check) || !wasBad.has(idOf(check))));
}

/** Rollouts that are as bad as they were: no deployment's doing, and nothing that is good for that. */
export function stillDegraded(checks: readonly Check[], before: readonly Check[]): readonly Check[] {
  const counted = new Set(ofDeployment(checks, before));
  return checks.filter((check) => check.kind === "rollout" && check.state === "bad" && !counted.has(check));
}

function isRefused({ kind, state, isStable = false }: Check): boolean {
  return kind === "rollout" && state === "bad" && !isStable;
}

function idOf({ kind, what, version = "" }: Check): string {
  return `${kind} ${what} ${version}`;
}

const marks: Readonly<Record<State, string>> = { ok: "✓", bad: "✗", unknown: "?" };

/** The checks as lines, columns below each other, the worst first. */
export function tableOf(checks: readonly Check[]): string {
  const order: readonly State[] = ["bad", "unknown", "ok"];
  const sorted = [...checks].sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  const width = (column: (check: Check) => string) =>
    Math.max(0, ...sorted.map((check) => column(check).length));
  const kind = width((check) => check.kind);
  const what = width((check) => check.what);
  return sorted
    .map(
      (check) =>
        `${marks[check.state]} ${check.kind.padEnd(kind)}  ${check.what.padEnd(what)}  ${check.seen}\n`,
    )
    .join("");
}
