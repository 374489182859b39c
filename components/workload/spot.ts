import type { types } from "@pulumi/kubernetes";
import { capacityLabel } from "../cluster/nodePools";
import type { SpotNodes } from "../cluster/nodeProvisioning";
import type { WorkloadSpec } from "./spec";

/** Nodes of pools on spot, the same on every cloud: labelled, and not tainted. */
const spotPools: SpotNodes = { labels: { [capacityLabel]: "spot" }, tolerations: [] };

/**
 * Longest that a pod on spot has to end, seconds: EC2 and Fargate say two minutes ahead that they take a machine
 * (docs.aws.amazon.com, "Spot Instance interruption notices", "Fargate Spot termination notices"). Google says it 30 seconds
 * ahead, of which pods have 15, and 25 in Autopilot, whatever they ask for (cloud.google.com, "Spot VMs in GKE").
 */
export const spotNoticeSeconds = 120;

/** How a workload has its pods end where nothing is said, seconds. */
const defaultGraceSeconds = 45;

/** What keeps a workload off spot nodes; its field, what was expected there and what it has. */
export interface SpotProblem {
  readonly field: string;
  readonly expected: string;
  readonly got: string;
}

/** Why a workload can't be taken away at short notice, though it says that it can. */
export function spotProblem({
  spot = false,
  priority,
  gracePeriodSeconds = defaultGraceSeconds,
}: Pick<WorkloadSpec, "spot" | "priority" | "gracePeriodSeconds">): SpotProblem | undefined {
  if (!spot) return undefined;
  if (priority === "critical") {
    return { field: "spot", expected: "no true, as it is critical and stays off spot nodes", got: "true" };
  }
  return gracePeriodSeconds <= spotNoticeSeconds
    ? undefined
    : {
        field: "gracePeriodSeconds",
        expected: `${spotNoticeSeconds} at most, as a pod on spot has no longer to end`,
        got: `${gracePeriodSeconds}`,
      };
}

/** @throws RangeError naming the key, what was expected and what came */
export function checkSpot(service: string, spec: WorkloadSpec): void {
  const problem = spotProblem(spec);
  if (problem === undefined) return;
  const { field, expected, got } = problem;
  throw new RangeError(`${service}.${field}: expected ${expected}, got ${got}`);
}

/** What a pod says of nodes on spot. */
export interface SpotWish {
  readonly affinity?: types.input.core.v1.Affinity;
  readonly tolerations?: SpotNodes["tolerations"];
}

/** By what nodes on spot are known, of those that a workload's pods may run on. */
export interface SpotPlace {
  /** Of the nodes made to measure that it runs on. */
  readonly provisioned: SpotNodes | undefined;
  /** Of those that the cloud makes below the pods. */
  readonly cluster: SpotNodes | undefined;
}

/**
 * What pods that serve say: to be on spot nodes before others where the workload says so. Where there are none they run on
 * those that nobody takes away. How many are on either is not evened out, as half of them would then be on demand; that they
 * don't all go at once is seen to by their spread over zones, and by their least of two.
 */
export function spotWish(
  plan: Pick<WorkloadSpec, "spot" | "priority">,
  { provisioned, cluster }: SpotPlace,
): SpotWish {
  if (plan.spot !== true) return offSpot(plan, { provisioned, cluster });
  const nodes = provisioned ?? cluster ?? spotPools;
  return { affinity: prefers(nodes, "In"), tolerations: nodes.tolerations };
}

/**
 * Keeps pods off spot nodes whose workload is critical, or says so. Where all the nodes that they may run on are spot, as in
 * the smallest preset, they run there. Where the cloud makes nodes below its pods none comes to spot that does not ask.
 */
export function offSpot(
  { spot, priority }: Pick<WorkloadSpec, "spot" | "priority">,
  { provisioned = spotPools }: SpotPlace,
): SpotWish {
  return spot === false || priority === "critical" ? { affinity: prefers(provisioned, "NotIn") } : {};
}

function prefers({ labels }: SpotNodes, operator: "In" | "NotIn"): types.input.core.v1.Affinity {
  const matchExpressions = Object.entries(labels).map(([key, value]) => ({ key, operator, values: [value] }));
  return {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: { matchExpressions } }],
    },
  };
}
