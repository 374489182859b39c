import type { NamespaceQuota } from "../platform/namespace";
import { checkConfigFiles } from "./configFiles";
import { planResources, type ResourcesPlan } from "./containerResources";
import { expect, expected, expectWithin } from "./expected";
import { bytes, cpuQuantity, memoryQuantity, millicores } from "./quantity";
import { maxRouteRetries, maxRouteSeconds } from "./routeTimes";
import type { ProbeSpec, ProbesSpec, WorkloadSpec } from "./spec";
import { checkSpot } from "./spot";
import { planStrategy, StrategyError, type StrategyPlan } from "./strategy";
import { checkTaskNames, hasTasks, planTasks, tasksOf, type TasksPlan } from "./tasks";
import { instrumentableAs } from "./telemetry";

export type { ResourcesPlan } from "./containerResources";

/** Most GPUs that a node has. */
const maxGpus = 4;

/** The three probes, all stated. */
export type ProbesPlan = Required<ProbesSpec>;

/** A workload with every default filled in, checked. */
export interface WorkloadPlan extends Omit<WorkloadSpec, "replicas" | "resources" | "probes" | "strategy"> {
  /** Its name in the cluster. */
  readonly service: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly autoscaled: boolean;
  readonly resources: ResourcesPlan;
  readonly probes: ProbesPlan;
  readonly strategy: StrategyPlan;
  /** What it runs beside its pods. */
  readonly tasks: TasksPlan;
}

/** Whom a workload calls and who calls it. */
export interface Peers {
  /** Names of the workloads that call it. */
  readonly callers: readonly string[];
  /**
   * Names of those of them that have tasks, which call it as well.
   *
   * @default []
   */
  readonly taskCallers?: readonly string[];
  /** Ports of the workloads that it calls, by name. */
  readonly callees: Readonly<Record<string, number>>;
}

/**
 * Fills in the defaults of a workload.
 *
 * @param service its name, by which others call it
 * @throws RangeError naming the key, what was expected and what came
 */
export function planWorkload(service: string, spec: WorkloadSpec): WorkloadPlan {
  // A Service's name must be a DNS label that starts with a letter (RFC 1035).
  expect(
    /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/.test(service),
    service,
    "a DNS label of at most 63 characters",
    service,
  );
  const { replicas, resources: asked, probes, ...rest } = spec;
  checkImage(service, spec);
  checkNumbers(service, spec);
  checkRoute(service, spec);
  checkConfigFiles(service, spec);
  const min = typeof replicas === "number" ? replicas : replicas.min;
  const max = typeof replicas === "number" ? replicas : replicas.max;
  expect(Number.isInteger(min) && min >= 1, `${service}.replicas`, "at least 1", min);
  expect(
    Number.isInteger(max) && max >= min,
    `${service}.replicas`,
    `at most as a number of ${min} or more`,
    max,
  );
  checkScaling(service, spec);
  expect(
    !(spec.provisionedNodes === true && spec.nodeSelector !== undefined),
    `${service}.nodeSelector`,
    "none, as it runs on nodes made to measure",
    Object.keys(spec.nodeSelector ?? {}).join(", "),
  );
  expect(
    !(spec.provisionedNodes === true && spec.gpus !== undefined),
    `${service}.gpus`,
    "none, as it runs on nodes made to measure",
    spec.gpus,
  );
  checkSpot(service, spec);
  const instrumentable = instrumentableAs(spec);
  expect(
    instrumentable === undefined,
    `${service}.autoInstrumentation`,
    instrumentable ?? "",
    spec.autoInstrumentation,
  );
  if (spec.route !== undefined) {
    expect(spec.port !== undefined, `${service}.port`, "a port, as it has a route", "none");
    expect(
      spec.route.path.startsWith("/"),
      `${service}.route.path`,
      "a path that starts with /",
      spec.route.path,
    );
  }
  const resources = planResources(`${service}.resources`, asked);
  return {
    ...rest,
    service,
    minReplicas: min,
    maxReplicas: max,
    autoscaled: typeof replicas !== "number",
    resources,
    probes: planProbes(service, probes ?? {}, spec.port),
    strategy: strategyOf(service, spec),
    tasks: planTasks({ service, spec, resources }),
  };
}

/** How a new version takes the place of the one before; what is judged by its requests has to have some. */
function strategyOf(service: string, { strategy, port }: WorkloadSpec): StrategyPlan {
  try {
    const plan = planStrategy(strategy);
    if (plan.kind !== "rolling" && port === undefined) {
      throw new StrategyError(".kind", '"rolling", as it serves no requests to judge it by', plan.kind);
    }
    return plan;
  } catch (error) {
    if (!(error instanceof StrategyError)) throw error;
    throw expected(`${service}.strategy${error.field}`, error.expected, error.got);
  }
}

/**
 * Who calls whom among the workloads of a system, from what each says it calls.
 *
 * @throws RangeError when one calls a workload that is not there, or one that serves nothing
 */
export function planPeers(services: Readonly<Record<string, WorkloadSpec>>): Readonly<Record<string, Peers>> {
  const callees = (service: string, { calls = [] }: WorkloadSpec) =>
    Object.fromEntries(
      calls.map((callee) => {
        const known = `one of ${Object.keys(services).join(", ")}`;
        const target = services[callee];
        if (target === undefined) throw expected(`${service}.calls`, known, callee);
        if (target.port === undefined) throw expected(`${service}.calls`, "a workload with a port", callee);
        return [callee, target.port];
      }),
    );
  checkTaskNames(services);
  return Object.fromEntries(
    Object.entries(services).map(([service, spec]) => {
      const callers = Object.entries(services).filter(([, { calls = [] }]) => calls.includes(service));
      const names = (some: typeof callers) => some.map(([caller]) => caller);
      const taskCallers = names(callers.filter(([, caller]) => hasTasks(caller)));
      return [
        service,
        {
          callers: names(callers),
          ...(taskCallers.length > 0 && { taskCallers }),
          callees: callees(service, spec),
        },
      ];
    }),
  );
}

/** CPU and memory that a namespace may ask for and use at most, where they are given and not what its workloads need. */
export type StatedQuota = Pick<NamespaceQuota, "requests" | "limits">;

/** How many pods there are for each one, while a new version takes the place of the one before: a quarter more, or both. */
const surges: Readonly<Record<StrategyPlan["kind"], number>> = { rolling: 1.25, canary: 2, blueGreen: 2 };

/**
 * Room for all workloads of a namespace at their highest, with a quarter more for the new pods of rolling updates, and all
 * pods twice where two versions stand beside each other; or what is stated, where they fit into it. There a rolling update
 * goes on pod by pod for want of room for a quarter more: Kubernetes makes as many new pods as the quota lets it, and the
 * next ones as old ones go. A version that wants all of its pods at once, while all others are at their highest, is sent
 * back for want of room; the one before it has the requests all the while. Tasks have room beside all of that, each once,
 * as none runs twice at once.
 *
 * @param perPod what others add to each of their pods
 * @throws RangeError where all tasks and one pod more than all at their highest are more than what is stated
 */
export function planQuota(
  services: Readonly<Record<string, WorkloadSpec>>,
  stated?: StatedQuota,
  perPod?: ResourcesPlan,
): NamespaceQuota {
  const plans = Object.entries(services).map(([service, spec]) => planWorkload(service, spec));
  const tasks = plans.flatMap((plan) => tasksOf(plan.tasks));
  const sum = (of: (plan: WorkloadPlan) => number) =>
    plans.reduce(
      (total, plan) => total + Math.ceil(plan.maxReplicas * surges[plan.strategy.kind]) * of(plan),
      0,
    );
  const needed = (of: keyof typeof units, kind: "requests" | "limits") =>
    sum((plan) => inPod(of, kind, plan, perPod)) + ofTasks(tasks, { of, kind, perPod });
  const each = (kind: "requests" | "limits") => ({
    cpu: cpuQuantity(needed("cpu", kind)),
    memory: memoryQuantity(needed("memory", kind)),
  });
  const planned = {
    requests: each("requests"),
    limits: each("limits"),
    pods: sum(() => 1) + tasks.length,
    gpus: sum(({ gpus = 0 }) => gpus),
  };
  if (stated === undefined) return planned;
  checkQuota(plans, stated, perPod);
  return { ...planned, ...stated };
}

/** How a quantity is read and written. */
const units = {
  cpu: { read: millicores, write: cpuQuantity },
  memory: { read: bytes, write: memoryQuantity },
} as const;

/** What a pod asks for or may use in all. */
function inPod(
  of: keyof typeof units,
  kind: "requests" | "limits",
  { resources }: Pick<WorkloadPlan, "resources">,
  perPod: ResourcesPlan | undefined,
): number {
  const { read } = units[of];
  return read(resources[kind][of], of) + (perPod === undefined ? 0 : read(perPod[kind][of], of));
}

/** What all tasks ask for or may use at once. */
function ofTasks(
  tasks: readonly Pick<WorkloadPlan, "resources">[],
  {
    of,
    kind,
    perPod,
  }: { of: keyof typeof units; kind: "requests" | "limits"; perPod: ResourcesPlan | undefined },
): number {
  return tasks.reduce((total, task) => total + inPod(of, kind, task, perPod), 0);
}

function checkQuota(
  plans: readonly WorkloadPlan[],
  stated: StatedQuota,
  perPod: ResourcesPlan | undefined,
): void {
  for (const kind of ["requests", "limits"] as const) {
    for (const of of ["cpu", "memory"] as const) {
      const key = `quota.${kind}.${of}`;
      const { read, write } = units[of];
      const each = plans.map((plan) => ({
        one: inPod(of, kind, plan, perPod),
        count: plan.maxReplicas,
      }));
      const atHighest = each.reduce((total, { one, count }) => total + one * count, 0);
      const tasks = ofTasks(
        plans.flatMap((plan) => tasksOf(plan.tasks)),
        { of, kind, perPod },
      );
      const needed = atHighest + Math.max(0, ...each.map(({ one }) => one)) + tasks;
      const given = stated[kind][of];
      expect(
        read(given, key) >= needed,
        key,
        `${write(needed)} or more, all at their highest and a pod`,
        given,
      );
    }
  }
}

function planProbes(service: string, probes: ProbesSpec, port: number | undefined): ProbesPlan {
  const http = (path: string): ProbeSpec | undefined => (port === undefined ? undefined : { path });
  const liveness = probes.liveness ?? http("/livez");
  if (liveness === undefined)
    throw expected(`${service}.probes.liveness`, "a probe, as it has no port", "none");
  for (const [name, probe] of Object.entries({ ...probes, startupSeconds: undefined })) {
    if (probe !== undefined && "path" in probe && probe.port === undefined && port === undefined) {
      throw expected(`${service}.probes.${name}.port`, "a port, as the workload has none", "none");
    }
  }
  return {
    liveness,
    readiness: probes.readiness ?? http("/readyz") ?? liveness,
    startup: probes.startup ?? liveness,
    startupSeconds: probes.startupSeconds ?? 120,
  };
}

function checkImage(service: string, { image: { repository, tag, digest } }: WorkloadSpec): void {
  expect(
    repository.length > 0 && !/[:@]\w*$/.test(repository),
    `${service}.image.repository`,
    "no tag in it",
    repository,
  );
  expect(
    /^[\w][\w.-]{0,127}$/.test(tag) && tag !== "latest",
    `${service}.image.tag`,
    "a tag that never moves",
    tag,
  );
  if (digest !== undefined) {
    expect(
      /^sha256:[0-9a-f]{64}$/.test(digest),
      `${service}.image.digest`,
      "sha256: and 64 hex digits",
      digest,
    );
  }
}

function checkNumbers(service: string, spec: WorkloadSpec): void {
  const within = (key: string, value: number | undefined, least: number, most: number) => {
    expectWithin(`${service}.${key}`, value, [least, most]);
  };
  within("port", spec.port, 1024, 65535);
  within("metrics.port", spec.metrics?.port, 1024, 65535);
  within("cpuTargetPercent", spec.cpuTargetPercent, 10, 95);
  within("memoryTargetPercent", spec.memoryTargetPercent, 10, 95);
  within("scaleDownAfterSeconds", spec.scaleDownAfterSeconds, 0, 3600);
  within("gracePeriodSeconds", spec.gracePeriodSeconds, 15, 3600);
  within("probes.startupSeconds", spec.probes?.startupSeconds, 10, 900);
  within("route.maxBodyMiB", spec.route?.maxBodyMiB, 1, 1024);
  within("route.timeoutSeconds", spec.route?.timeoutSeconds, 1, maxRouteSeconds);
  within("route.retries", spec.route?.retries, 0, maxRouteRetries);
  within("gpus", spec.gpus, 1, maxGpus);
  within("runAsUser", spec.runAsUser, 1, 2 ** 31 - 1);
}

function checkRoute(service: string, { route }: WorkloadSpec): void {
  const { path: prefix = "/", check: { path } = {} } = route ?? {};
  if (path === undefined) return;
  const below = prefix.endsWith("/") ? prefix : `${prefix}/`;
  expect(
    path === prefix || (path.startsWith(below) && /^[\w./~-]+$/.test(path)),
    `${service}.route.check.path`,
    `a path below ${prefix}`,
    path,
  );
}

function checkScaling(service: string, { replicas, scaling, port }: WorkloadSpec): void {
  if (scaling === undefined) return;
  const { kafkaLag, queueDepth, requestsPerSecond, prometheus } = scaling;
  const key = `${service}.scaling`;
  expect(
    typeof replicas !== "number",
    `${service}.replicas`,
    "min and max, as it is scaled",
    Number(replicas),
  );
  expect(
    Object.keys(scaling).length > 0,
    key,
    "kafkaLag, queueDepth, requestsPerSecond or prometheus, or to be left out",
    "none of them",
  );
  for (const [name, counted] of Object.entries({ kafkaLag, queueDepth })) {
    const messages = counted?.messages ?? 1;
    expect(
      Number.isInteger(messages) && messages >= 1,
      `${key}.${name}.messages`,
      "a whole number of 1 or more",
      messages,
    );
  }
  expect((requestsPerSecond ?? 1) > 0, `${key}.requestsPerSecond`, "a number above 0", requestsPerSecond);
  expect(
    requestsPerSecond === undefined || port !== undefined,
    `${key}.requestsPerSecond`,
    "none, as it serves no requests",
    requestsPerSecond,
  );
  const threshold = prometheus?.threshold ?? 1;
  expect(threshold > 0, `${key}.prometheus.threshold`, "a number above 0", threshold);
}
