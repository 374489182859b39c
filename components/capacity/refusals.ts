import { type CapacityCase, type CapacityPlan, fitPool, type Load, type PoolPlan } from "./plan";
import { type Fit, fit, type Wanted, type Waiting } from "./fit";
import type { PodGroup } from "./pods";

/** A pool on which not all pods find room, in a case in which they have to. */
export interface Refusal {
  readonly load: Load;
  readonly zoneLost: boolean;
  readonly pool: PoolPlan;
  readonly fit: Fit;
  /** The largest group that waits. */
  readonly waiting: Waiting;
  /** Most nodes that the pool would have to have; undefined where more of them would not help. */
  readonly neededNodes?: number;
}

/** Most nodes that are tried: what EKS' node groups take by default (450) and GKE's pools (1,000) is no less. */
const mostNodes = 450;

/**
 * Cases that a system has to have room for: at rest, at ten times that, and at the most that its services may grow to; and at rest
 * with a zone less, where it is to go on without one. Ten times the load with a zone less is shown and not refused: on EKS a zone
 * takes a part of a pool's nodes with it, which the others may not make up for.
 */
export function mustFit({ highlyAvailable }: CapacityPlan, { load, zoneLost }: CapacityCase): boolean {
  return !zoneLost || (highlyAvailable && load === "normal");
}

/** What does not fit though it has to: of each pool the first case. */
export function refusals(plan: CapacityPlan): readonly Refusal[] {
  return plan.pools.flatMap((pool) => {
    const failed = plan.cases.flatMap((each) => {
      const found = each.fits.find((one) => one.pool.name === pool.name);
      return mustFit(plan, each) && found !== undefined && found.waiting.length > 0 ? [{ each, found }] : [];
    });
    return failed.slice(0, 1).map(({ each: { load, zoneLost }, found }) => {
      const waiting = largest(found.waiting);
      return {
        load,
        zoneLost,
        pool,
        fit: found,
        waiting,
        ...(waiting.tooLarge === undefined
          ? neededFor(
              plan,
              pool,
              failed.map(({ each }) => each),
            )
          : {}),
      };
    });
  });
}

function largest(waiting: readonly Waiting[]): Waiting {
  const [first, ...rest] = waiting;
  if (first === undefined) throw new RangeError("waiting: expected at least one, got none");
  const tooLarge = waiting.find((each) => each.tooLarge !== undefined);
  return (
    tooLarge ??
    rest.reduce((most, each) => (each.group.each.memoryMiB > most.group.each.memoryMiB ? each : most), first)
  );
}

/** The fewest that would do, in all cases that do not fit. */
function neededFor(
  { cloud, zones }: CapacityPlan,
  pool: PoolPlan,
  cases: readonly CapacityCase[],
): Pick<Refusal, "neededNodes"> {
  for (let maxNodes = pool.pool.maxNodes + 1; maxNodes <= mostNodes; maxNodes += 1) {
    const larger = { ...pool, pool: { ...pool.pool, maxNodes } };
    const fits = cases.every(
      (each) =>
        fit(fitPool(larger, { cloud, zones, zoneLost: each.zoneLost }), wantedIn(pool, each)).waiting
          .length === 0,
    );
    if (fits) return { neededNodes: maxNodes };
  }
  return {};
}

/** What the case wants of the pool. */
function wantedIn({ name }: PoolPlan, { fits }: CapacityCase): readonly Wanted[] {
  return fits.find(({ pool }) => pool.name === name)?.wanted ?? [];
}

/** Services whose pods are larger than any that the cloud makes a machine for. */
export function unsizable({ cases }: CapacityPlan): readonly PodGroup[] {
  return cases[0]?.serverless?.tooLarge ?? [];
}
