import type { Blueprint } from "../blueprints/blueprint";
import type { Cloud } from "../components/cloud";
import { runGpuRegions, runLimits, taskLimits } from "../components/containers/limits";
import { shortestGapMinutes } from "../components/workload/schedule";
import type { ProbeSpec, WorkloadSpec } from "../components/workload/spec";
import type { CompleteFile } from "./complete";
import { type ConfigProblem, show } from "./errors";
import type { StoreSpecs } from "./stores";

/** Stores that the cloud runs by itself, and no operator in a cluster. */
const cloudStores = ["postgres", "mysql", "redis"];

/**
 * Whether the system can run without a Kubernetes cluster, where the stack asks for that: what Kubernetes alone has is
 * refused by the key that asks for it, or by `orchestrator` where the blueprint does. Pure; gives every problem.
 */
export function checkContainers(
  file: CompleteFile,
  blueprint: Blueprint,
  stores: StoreSpecs,
): ConfigProblem[] {
  if (file.orchestrator !== "containers") return [];
  return [
    ...checkKeys(file),
    ...checkSystem(blueprint, stores, file),
    ...Object.entries(blueprint.services).flatMap(([name, service]) => checkService(name, service, file)),
    ...checkGpus(blueprint, file),
  ];
}

/** What a cluster is asked for. */
function checkKeys({ platform, cluster, images }: CompleteFile): ConfigProblem[] {
  const { nodesVersion, nodeProvisioning, nodePools } = cluster;
  const asked: readonly (readonly [key: string, value: unknown])[] = [
    ...Object.entries(platform).map(([service, value]) => [`platform.${service}`, value] as const),
    ...Object.entries(nodePools).map(([pool, value]) => [`cluster.nodePools.${pool}`, value] as const),
    ["cluster.nodesVersion", nodesVersion],
    ["cluster.nodeProvisioning", nodeProvisioning],
    ["images.username", images.username],
  ];
  return asked.flatMap(([key, value]) =>
    value === undefined || value === false
      ? []
      : [{ key, expected: "no key where groundwork:orchestrator is containers", got: show(value) }],
  );
}

function checkSystem(blueprint: Blueprint, stores: StoreSpecs, { bucket }: CompleteFile): ConfigProblem[] {
  const inCluster = Object.keys(stores).filter((store) => store !== "bucket" && !cloudStores.includes(store));
  const delivered = Object.entries(blueprint.secrets ?? {}).flatMap(([key, { delivery }]) =>
    delivery === "variable" ? [key] : [],
  );
  const reasons = [
    ...inCluster.map((store) => `its store ${store} is told of a cluster`),
    ...(bucket.hosting === "cluster" ? ["its bucket is in the cluster"] : []),
    ...(blueprint.podRuntime === "serverless" ? ["its pods run without nodes as they are"] : []),
    ...delivered.map((key) => `External Secrets delivers its secret ${key}`),
  ];
  return reasons.map((reason) => ({
    key: "orchestrator",
    expected: `"kubernetes" where groundwork:blueprint is ${blueprint.name}, as ${reason}`,
    got: show("containers"),
  }));
}

/** What a service asks for that ECS and Cloud Run have not. */
function checkService(name: string, spec: WorkloadSpec, { cloud }: CompleteFile): ConfigProblem[] {
  const {
    scaling,
    secrets = [],
    configFiles,
    autoInstrumentation,
    provisionedNodes = false,
    strategy,
    port,
  } = spec;
  const manual = strategy?.kind === "blueGreen" && strategy.promotion === "manual";
  const lacking: readonly (readonly [key: string, asked: boolean, lack: string])[] = [
    ["scaling", scaling !== undefined, "KEDA scales by what waits and by requests"],
    ["configFiles", configFiles !== undefined, "they are mounted of a ConfigMap"],
    ["secrets", secrets.length > 0, "they are Secrets of a namespace"],
    ["autoInstrumentation", autoInstrumentation !== undefined, "an operator instruments pods"],
    ["provisionedNodes", provisionedNodes, "there are no nodes"],
    ["strategy.promotion", manual, "Argo Rollouts waits for somebody"],
    ["port", port === undefined, "containers are asked by requests whether they are well"],
  ];
  const limits = [
    ...(cloud === "aws" ? taskProblems(spec) : runProblems(spec)),
    ...overlapProblems(name, spec, cloud),
  ];
  return [...lacking.flatMap(([key, asked, lack]) => (asked ? [[key, lack] as const] : [])), ...limits].map(
    ([key, lack]) => ({
      key: "orchestrator",
      expected: `"kubernetes" where services.${name}.${key} is as it is, as ${lack}`,
      got: show("containers"),
    }),
  );
}

/** Neither cloud asks whether a run still goes on when the next is due: so that it never does, it has to have ended by then. */
export function overlapProblems(
  name: string,
  { cronJobs = {} }: WorkloadSpec,
  cloud: Cloud,
): readonly Lack[] {
  return Object.entries(cronJobs).flatMap(([task, spec]) => {
    const { schedule, timeoutSeconds = 900, startingDeadlineSeconds = 300, retries = 2 } = spec;
    const key = `cronJobs.${task}`;
    const tries = cloud === "gcp" ? retries + 1 : 1;
    const longest = startingDeadlineSeconds + tries * timeoutSeconds;
    const gap = shortestGapMinutes(`services.${name}.${key}.schedule`, schedule) * 60;
    return longest > gap
      ? [[key, `a run may go on for ${longest} seconds, and the next begins after ${gap}`] as const]
      : [];
  });
}

type Lack = readonly [key: string, lack: string];

function taskProblems({ gracePeriodSeconds = 45 }: WorkloadSpec): readonly Lack[] {
  const { stopSeconds } = taskLimits;
  return gracePeriodSeconds > stopSeconds
    ? [["gracePeriodSeconds", `ECS waits ${stopSeconds} seconds for a container to stop`]]
    : [];
}

function runProblems({ gpus = 0, probes = {} }: WorkloadSpec): readonly Lack[] {
  const { startSeconds, gpuStartSeconds, gpus: most } = runLimits;
  const { startupSeconds = 120, liveness, readiness, startup } = probes;
  const longest = gpus === 0 ? startSeconds : gpuStartSeconds;
  const byPath = (probe: ProbeSpec | undefined): boolean => probe === undefined || "path" in probe;
  return [
    ...(startupSeconds > longest
      ? [["probes.startupSeconds", `Cloud Run waits ${longest} seconds for a container to start`] as const]
      : []),
    ...(gpus > most ? [["gpus", `an instance of Cloud Run has ${most} at most`] as const] : []),
    ...([liveness, readiness, startup].every(byPath)
      ? []
      : [["probes", "Cloud Run asks by requests"] as const]),
  ];
}

/** Not every region of Cloud Run has GPUs. */
function checkGpus({ services }: Blueprint, { cloud, gcp }: CompleteFile): ConfigProblem[] {
  const asking = Object.entries(services).find(([, { gpus }]) => gpus !== undefined)?.[0];
  if (cloud !== "gcp" || gcp === undefined || asking === undefined) return [];
  const regions: readonly string[] = runGpuRegions;
  return regions.includes(gcp.region)
    ? []
    : [
        {
          key: "gcp.region",
          expected: `one of ${regions.join(", ")} where groundwork:orchestrator is containers, as services.${asking} asks for GPUs, which Cloud Run has there`,
          got: show(gcp.region),
        },
      ];
}
