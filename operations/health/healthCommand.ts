import { setTimeout as sleep } from "node:timers/promises";
import { type ExitStatus, exitStatus } from "../../preview/exitStatus";
import type { PlanResource } from "../../preview/plan";
import type { Machine } from "../machine";
import { plannedResources } from "../planned";
import { describeStack } from "../stacks";
import { checkBudgets, objectivesOf } from "./budgets";
import { checkCertificate } from "./certificates";
import { type Check, ofDeployment, type State, tableOf, worstOf } from "./check";
import { checkLag, lagAlarmsOf } from "./lag";
import { type Query, queryOf } from "./prometheus";
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
  /** What was bad before: it is shown, and not counted. */
  readonly before: readonly Check[];
}

/** Between two looks, milliseconds. */
const pauseMilliseconds = 15_000;

/** `health`: what a stack serves and what that stands on. */
export async function healthCommand(
  root: string,
  flags: HealthFlags & Partial<DeployedHealth>,
  machine: Machine,
): Promise<ExitStatus> {
  const resources = await plannedResources(root, flags.stack);
  const { region } = describeStack(root, flags.stack);
  const end = machine.now().getTime() + (flags.wait ?? 0) * 60_000;
  for (;;) {
    const checks = await healthOf({ resources, region, ...flags }, machine);
    const worst = worstOf(flags.before === undefined ? checks : ofDeployment(checks, flags.before));
    const isWell = worst === "ok" || (worst === "unknown" && flags.strict !== true);
    if (!isWell && machine.now().getTime() + pauseMilliseconds <= end) {
      process.stderr.write(`${flags.stack}: ${worst}, and looked at again\n`);
      await sleep(pauseMilliseconds);
      continue;
    }
    process.stdout.write(flags.json === true ? jsonOf(flags.stack, worst, checks) : tableOf(checks));
    return isWell ? exitStatus.fine : exitStatus.violated;
  }
}

/** What of a stack is looked at before a deployment, to tell what that has made worse. */
export async function healthBefore(
  root: string,
  { stack }: Pick<HealthFlags, "stack">,
  machine: Machine,
): Promise<readonly Check[]> {
  const { region } = describeStack(root, stack);
  return await healthOf({ resources: await plannedResources(root, stack), region }, machine);
}

function jsonOf(stack: string, state: State, checks: readonly Check[]): string {
  return `${JSON.stringify({ stack, state, checks }, null, 2)}\n`;
}

/** What is looked at. */
export interface HealthArgs {
  readonly resources: readonly PlanResource[];
  readonly region: string;
  readonly prometheus?: string | undefined;
}

/** Looks at everything once. */
export async function healthOf(
  { resources, region, prometheus }: HealthArgs,
  { run, ask, certificateOf, env, now }: Machine,
): Promise<readonly Check[]> {
  const routes = routesOf(resources);
  const address = prometheus ?? env["PROMETHEUS_URL"];
  const query = address === undefined || address === "" ? undefined : queryOf(address);
  const [ofRoutes, ofCertificates, ofReplication, ofBudgets] = await Promise.all([
    Promise.all(routes.map((route) => checkRoute(route, ask))),
    Promise.all(hostsOf(routes).map((host) => checkCertificate(host, certificateOf, now()))),
    replicationOf(resources, region, { run, env }),
    checkBudgets(objectivesOf(resources), query),
  ]);
  return [...ofRoutes, ...ofCertificates, ...ofReplication, ...ofBudgets];
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
