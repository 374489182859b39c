import { type ExitStatus, exitStatus } from "../../preview/exitStatus";
import type { PlanResource } from "../../preview/plan";
import type { Machine } from "../machine";
import { plannedResources } from "../planned";
import { describeStack } from "../stacks";
import { checkBudgets, objectivesOf } from "./budgets";
import { checkCertificate } from "./certificates";
import { type Check, ofDeployment, type State, stillDegraded, tableOf, worstOf } from "./check";
import { checkLag, lagAlarmsOf } from "./lag";
import { type Query, queryOf } from "./prometheus";
import { checkRollouts, type ClusterOf, rolloutsOf } from "./rollouts";
import { checkRoute } from "./routeCheck";
import { hostsOf, routesOf } from "./routes";

/** What `health` is told. */
export interface HealthFlags {
  readonly stack: string;
  /** Address of Prometheus or Thanos; budgets are unknown without. */
  readonly prometheus?: string;
  /** How long to look again while something is bad, minutes. @default 0 */
  readonly wait?: number;
  /** Also what is unknown ends with 1. */
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** Health of a deployment, which it does not answer for everything of. */
export interface DeployedHealth {
  /** What was before: what was bad is shown, and not counted (`ofDeployment`). */
  readonly before?: readonly Check[];
  /**
   * Wait for versions that are judged after the update until they are, and end with 3 where nobody can tell in the time that they
   * have, or one that was Degraded before still is.
   */
  readonly judged?: boolean;
}

/** Between two looks, milliseconds. */
const pauseMilliseconds = 15_000;

/** `health`: what a stack serves and what that stands on. */
export async function healthCommand(
  root: string,
  flags: HealthFlags & DeployedHealth,
  machine: Machine,
): Promise<ExitStatus> {
  const resources = await plannedResources(root, flags.stack);
  const { region } = describeStack(root, flags.stack);
  const end = machine.now().getTime() + (flags.wait ?? 0) * 60_000;
  const judgedEnd = end + longestOf(resources) * 60_000;
  for (;;) {
    const checks = await healthOf({ resources, region, of: { root, stack: flags.stack }, ...flags }, machine);
    const { worst, isWell, isPending, mayChange } = verdictOf(checks, flags);
    const until = isWell ? judgedEnd : end;
    if (mayChange && machine.now().getTime() + pauseMilliseconds <= until) {
      process.stderr.write(`${flags.stack}: ${worst}, and looked at again\n`);
      await machine.sleep(pauseMilliseconds);
      continue;
    }
    process.stdout.write(flags.json === true ? jsonOf(flags.stack, worst, checks) : tableOf(checks));
    if (!isWell) return exitStatus.violated;
    return isPending ? exitStatus.crash : exitStatus.fine;
  }
}

/** What checks come to. */
interface Verdict {
  readonly worst: State;
  readonly isWell: boolean;
  /** Whether a version is neither good nor this deployment's to answer for, where that is asked for. */
  readonly isPending: boolean;
  /** Whether another look may see something else: a version that was judged badly stays so, one to promote is a person's. */
  readonly mayChange: boolean;
}

function verdictOf(
  checks: readonly Check[],
  { before, judged = false, strict = false }: DeployedHealth & Pick<HealthFlags, "strict">,
): Verdict {
  const counted = before === undefined ? checks : ofDeployment(checks, before);
  const worst = worstOf(counted);
  const isWell = worst === "ok" || (worst === "unknown" && !strict);
  if (!judged) return { worst, isWell, isPending: false, mayChange: !isWell };
  const pending = counted.filter((check) => check.pending !== undefined);
  // its pods may come back: by what was deployed, or by themselves
  const degraded = before === undefined ? [] : stillDegraded(checks, before);
  const awaited = degraded.length > 0 || pending.some((check) => check.pending === "judgement");
  return {
    worst,
    isWell,
    isPending: pending.length > 0 || degraded.length > 0,
    mayChange: (!isWell || awaited) && !counted.some(isDegraded),
  };
}

/** A version that was judged badly, which stays so. */
function isDegraded({ kind, state }: Check): boolean {
  return kind === "rollout" && state === "bad";
}

/** How long the slowest version of a stack is judged, minutes. */
function longestOf(resources: readonly PlanResource[]): number {
  return Math.max(0, ...rolloutsOf(resources).map(({ minutes }) => minutes));
}

/** What of a stack is looked at before a deployment, to tell what that has made worse. */
export async function healthBefore(
  root: string,
  { stack }: Pick<HealthFlags, "stack">,
  machine: Machine,
): Promise<readonly Check[]> {
  const { region } = describeStack(root, stack);
  const resources = await plannedResources(root, stack);
  return await healthOf({ resources, region, of: { root, stack } }, machine);
}

function jsonOf(stack: string, state: State, checks: readonly Check[]): string {
  return `${JSON.stringify({ stack, state, checks }, null, 2)}\n`;
}

/** What is looked at. */
export interface HealthArgs {
  readonly resources: readonly PlanResource[];
  readonly region: string;
  readonly prometheus?: string | undefined;
  /** Whose cluster is asked for Rollouts. @default - none is */
  readonly of?: ClusterOf;
}

/** Looks at everything once. */
export async function healthOf(
  { resources, region, prometheus, of }: HealthArgs,
  { run, ask, certificateOf, env, now }: Omit<Machine, "sleep">,
): Promise<readonly Check[]> {
  const routes = routesOf(resources);
  const address = prometheus ?? env["PROMETHEUS_URL"];
  const query = address === undefined || address === "" ? undefined : queryOf(address);
  const [ofRoutes, ofCertificates, ofReplication, ofBudgets, ofRollouts] = await Promise.all([
    Promise.all(routes.map((route) => checkRoute(route, ask))),
    Promise.all(hostsOf(routes).map((host) => checkCertificate(host, certificateOf, now()))),
    replicationOf(resources, region, { run, env }),
    checkBudgets(objectivesOf(resources), query),
    of === undefined ? [] : checkRollouts(rolloutsOf(resources), of, run),
  ]);
  return [...ofRoutes, ...ofCertificates, ...ofReplication, ...ofBudgets, ...ofRollouts];
}

async function replicationOf(
  resources: readonly PlanResource[],
  region: string,
  { run, env }: Pick<Machine, "run" | "env">,
): Promise<readonly Check[]> {
  const alarms = lagAlarmsOf(resources, region);
  const isAsked = alarms.some(({ asked }) => asked !== undefined);
  return await checkLag(alarms, {
    run,
    monitoring: isAsked ? await monitoringOf(resources, { run, env }) : undefined,
  });
}

/** Cloud Monitoring of the stack's project, as whom gcloud is signed in; none where nobody is. */
async function monitoringOf(
  resources: readonly PlanResource[],
  { run, env }: Pick<Machine, "run" | "env">,
): Promise<Query | undefined> {
  const provider = resources.find(({ type }) => type === "pulumi:providers:gcp");
  const project = provider?.inputs["project"];
  const { status, stdout } = await run("gcloud", ["auth", "print-access-token"]);
  if (status !== 0 || typeof project !== "string") return undefined;
  const server = env["GROUNDWORK_MONITORING_URL"] ?? "https://monitoring.googleapis.com";
  return queryOf(`${server}/v1/projects/${project}/location/global/prometheus`, stdout.trim());
}
