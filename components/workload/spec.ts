import type { Access } from "../identity/workloadIdentity";
import type { LatencyThreshold, WindowDays } from "../slo/slo";
import type { StrategySpec } from "./strategy";
import type { CronJobSpec, MigrationSpec } from "./taskSpec";
import type { InstrumentedLanguage } from "./telemetry";

/** A container image. Without a digest the tag must be one that never moves: `latest` is refused. */
export interface ImageSpec {
  /** Registry and path, without tag: `ghcr.io/acme/backend-api`. */
  readonly repository: string;
  readonly tag: string;
  /**
   * `sha256:…`; when given, the tag is only for the reader.
   *
   * @default - the tag alone
   */
  readonly digest?: string;
}

/** What a pod asks for and may use, as Kubernetes quantities (`500m`, `512Mi`). */
export interface ResourceSpec {
  readonly cpu: string;
  readonly memory: string;
  /** @default twice the CPU asked for; exactly the memory asked for, so that no node is overcommitted on memory */
  readonly limits?: { readonly cpu?: string; readonly memory?: string };
}

/** One way to ask a container how it is. */
export type ProbeSpec =
  | { readonly path: string; readonly port?: number }
  | { readonly tcpPort: number }
  | { readonly command: readonly string[] };

/** How a workload is asked whether it is well. */
export interface ProbesSpec {
  /** @default HTTP GET of `/readyz` on the workload's port */
  readonly readiness?: ProbeSpec;
  /** @default HTTP GET of `/livez` on the workload's port */
  readonly liveness?: ProbeSpec;
  /** @default the liveness probe */
  readonly startup?: ProbeSpec;
  /**
   * How long a container may take to start, seconds, 10 to 900.
   *
   * @default 120
   */
  readonly startupSeconds?: number;
}

/** A directory a container may write to; everything else is read-only. It is gone with the pod. */
export interface WritablePathSpec {
  readonly path: string;
  /** Most it may hold, MiB. */
  readonly sizeMiB: number;
  /**
   * Keep it in memory (it counts as the pod's memory), as `/dev/shm` needs.
   *
   * @default false
   */
  readonly memory?: boolean;
}

/** Where the internet reaches a workload. */
export interface RouteSpec {
  /** Prefix of the URL's path, `/` or `/api`. */
  readonly path: string;
  /** @default - the platform's domain itself */
  readonly subdomain?: string;
  /**
   * Largest body of a request, MiB, 1 to 1024.
   *
   * @default 10
   */
  readonly maxBodyMiB?: number;
  /**
   * How long a client waits for the answer of a request, seconds, 1 to 300. A mesh counts until all of the answer is there;
   * without one NGINX counts the time in which a pod sends nothing, so that a long answer may go on.
   *
   * @default - 60 seconds in which nothing is sent, as NGINX has it (ngx_http_proxy_module, proxy_read_timeout)
   */
  readonly timeoutSeconds?: number;
  /**
   * How often a request that failed is sent to another pod, 0 to 3. One whose method may change something each time it is
   * sent, such as POST, is only sent again where no pod has got it. Not where routes of the Gateway API lead straight to the
   * pods: NGINX Gateway Fabric has no word for it.
   *
   * @default - as NGINX and Istio do: what got no connection, and of NGINX what got no answer, to each other pod
   */
  readonly retries?: number;
  /** @default {} */
  readonly check?: RouteCheckSpec;
}

/**
 * What a check of a route wants to hear: `success` (2xx, 3xx), or an answer of whoever serves it, `answer`, which may be that
 * there is nothing at that path, or for nobody unknown (400, 401, 404, 405, 422 too).
 */
export const routeExpectations = ["success", "answer"] as const;
export type RouteExpectation = (typeof routeExpectations)[number];

/** How the platform sees whether a route is served, by asking for it as a client does. */
export interface RouteCheckSpec {
  /** @default - the route's own path */
  readonly path?: string;
  /** @default "success" where the route's path is `/`, "answer" elsewhere: an API need not have anything at its root */
  readonly expect?: RouteExpectation;
}

/** Runtimes that must be told of the container's memory limit, or of a read-only root. */
export const runtimes = ["node", "go", "python"] as const;
export type Runtime = (typeof runtimes)[number];

/**
 * How important a workload is when nodes run short; each is a PriorityClass of the platform. A `critical` one also stays
 * off spot nodes, where others will do.
 */
export const priorities = ["critical", "standard", "batch"] as const;
export type Priority = (typeof priorities)[number];

/** What is counted to scale a workload; for each so many there is a pod. */
export interface EventScalingSpec {
  /**
   * Messages of a topic of Kafka that its group of consumers has not read.
   *
   * @default - not counted
   */
  readonly kafkaLag?: { readonly topic: string; readonly messages: number };
  /**
   * Messages of a queue that wait, or that a pod works on.
   *
   * @default - not counted
   */
  readonly queueDepth?: { readonly queue: string; readonly messages: number };
  /**
   * Requests to it, a second, that one of its pods is to answer: counted by the mesh, or where there is none by itself at
   * `metrics`. Only of one with a port.
   *
   * @default - not counted
   */
  readonly requestsPerSecond?: number;
  /**
   * A number that the platform's Prometheus has, by a query in PromQL that answers with one.
   *
   * @default - not asked
   */
  readonly prometheus?: { readonly query: string; readonly threshold: number };
}

/** What is promised of a service, where it is not what its priority has (components/slo/plan.ts). */
export interface SlosSpec {
  /**
   * Days over which the objectives are kept.
   *
   * @default 30
   */
  readonly windowDays?: WindowDays;
  /**
   * Part of its requests that don't fail; of a worker, part of the time that half of its least pods are ready. Percent, 94 to
   * less than 100.
   *
   * @default - by its priority: 99.9 of critical, 99.5 of standard, 99 of batch
   */
  readonly availabilityPercent?: number;
  /**
   * Part of its answers that come in time, percent, 94 to less than 100. Not of a worker.
   *
   * @default 95
   */
  readonly latencyPercent?: number;
  /**
   * What is in time, milliseconds, one of the bounds that histograms have. Not of a worker.
   *
   * @default - by its priority: 500 of critical, 1000 of standard, 2500 of batch
   */
  readonly latencyMilliseconds?: LatencyThreshold;
  /**
   * Part of the time that less waits for a worker than its pods are made for, percent, 94 to less than 100. Only of a worker
   * that is scaled by what waits for it.
   *
   * @default - by its priority: 99 of critical, 99 of standard, 95 of batch
   */
  readonly freshnessPercent?: number;
}

/**
 * One stateless service or worker of a system, as plain data: what a blueprint's entry is made of.
 *
 * @example
 * const backendApi: WorkloadSpec = {
 *   image: { repository: "ghcr.io/acme/backend-api", tag: "1.4.2" },
 *   runtime: "node",
 *   port: 3000,
 *   replicas: { min: 3, max: 12 },
 *   resources: { cpu: "500m", memory: "512Mi" },
 *   calls: ["ml-service"],
 *   stores: { postgres: "readWrite", redis: "readWrite", bucket: "read" },
 *   route: { path: "/api" },
 * };
 */
export interface WorkloadSpec {
  readonly image: ImageSpec;
  /** @default - the image's own */
  readonly command?: readonly string[];
  /** @default - the image's own */
  readonly args?: readonly string[];
  /**
   * Plain settings; a secret never stands here.
   *
   * @default {}
   */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Names of Kubernetes Secrets, made by others, whose keys become environment variables.
   *
   * @default []
   */
  readonly secrets?: readonly string[];
  /** @default - none of the runtime's settings */
  readonly runtime?: Runtime;
  /**
   * Has its program instrumented as it starts, for traces, by what is added to its pods: of images that have no SDK of
   * OpenTelemetry themselves. Where the system has no `openTelemetry` it is not.
   *
   * @default - its image sends spans itself, or none
   */
  readonly autoInstrumentation?: InstrumentedLanguage;
  /**
   * Port on which it serves HTTP.
   *
   * @default - none: a worker, which then must say its probes
   */
  readonly port?: number;
  /** A fixed number of pods, or the bounds of the autoscaler. */
  readonly replicas: number | { readonly min: number; readonly max: number };
  /**
   * Mean CPU use, percent of what was asked for, that the autoscaler holds. 10 to 95.
   *
   * @default 70
   */
  readonly cpuTargetPercent?: number;
  /**
   * The same of memory.
   *
   * @default - memory is not scaled on
   */
  readonly memoryTargetPercent?: number;
  /**
   * How long the load must have been lower before pods are taken away, seconds, 0 to 3600.
   *
   * @default 300
   */
  readonly scaleDownAfterSeconds?: number;
  /**
   * What it is scaled by besides its CPU and memory: what asks for most pods decides. Needs the service `keda`.
   *
   * @default - nothing else
   */
  readonly scaling?: EventScalingSpec;
  readonly resources: ResourceSpec;
  /**
   * GPUs that each of its pods has to itself, 1 to 4. It runs on nodes that have some, which pods without stay away from.
   *
   * @default - none
   */
  readonly gpus?: number;
  /** @default HTTP on the workload's port; must be given for a worker */
  readonly probes?: ProbesSpec;
  /**
   * Names of the workloads of the same system it calls; all other traffic is denied.
   *
   * @default []
   */
  readonly calls?: readonly string[];
  /**
   * Stores it uses, by the system's name for them, and what it may do there.
   *
   * @default {}
   */
  readonly stores?: Readonly<Record<string, Access>>;
  /** @default - not reached from the internet */
  readonly route?: RouteSpec;
  /**
   * May open connections to the internet (never to private or metadata addresses).
   *
   * @default false
   */
  readonly internetEgress?: boolean;
  /**
   * Where it may write besides `/tmp`.
   *
   * @default []
   */
  readonly writablePaths?: readonly WritablePathSpec[];
  /**
   * Files that it, and what it runs beside its pods, may read: their content by their paths, 1 MiB in all. Nothing secret.
   * Another content is a new version of it.
   *
   * @default {}
   */
  readonly configFiles?: Readonly<Record<string, string>>;
  /**
   * Prometheus scrapes it there.
   *
   * @default - not scraped
   */
  readonly metrics?: { readonly port: number; readonly path?: string };
  /**
   * How long it gets to finish its work when it is stopped, seconds, 15 to 3600.
   *
   * @default 45
   */
  readonly gracePeriodSeconds?: number;
  /**
   * Whether an even spread over zones is a condition for a pod to run, or a wish.
   *
   * @default "required"
   */
  readonly zoneSpread?: "required" | "preferred";
  /** @default "standard" */
  readonly priority?: Priority;
  /**
   * Whether it goes on where its pods are taken away at short notice: in two minutes on AWS, in 15 seconds on GKE, whatever its
   * `gracePeriodSeconds`. With `true` it runs on spot capacity before others, with `false` on others where they will do. It is
   * a wish either way: no pod waits for it. Its migration and what it does at certain times look for no spot.
   *
   * @default - off spot where it is critical; else wherever the nodes are that it may run on
   */
  readonly spot?: boolean;
  /**
   * What is promised of it.
   *
   * @default - what its priority has
   */
  readonly slos?: SlosSpec;
  /**
   * How a new version takes the place of the one before it.
   *
   * @default rolling: pod by pod
   */
  readonly strategy?: StrategySpec;
  /**
   * What is done to its stores before a new version gets any pod.
   *
   * @default - nothing
   */
  readonly migration?: MigrationSpec;
  /**
   * What it does at certain times, by a name.
   *
   * @default {}
   */
  readonly cronJobs?: Readonly<Record<string, CronJobSpec>>;
  /**
   * Numeric user and group it runs as, 1 or more.
   *
   * @default 10001
   */
  readonly runAsUser?: number;
  /**
   * Labels of the nodes it must run on, such as those of a pool.
   *
   * @default {} - any node
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /**
   * Runs on nodes that the cluster makes to measure, in place of a pool's: without `nodeSelector`.
   *
   * @default false
   */
  readonly provisionedNodes?: boolean;
}
