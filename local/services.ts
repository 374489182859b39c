import type { Blueprint } from "../blueprints/blueprint";
import { configFilesOf } from "../components/workload/configFiles";
import { planPeers, planWorkload, type WorkloadPlan } from "../components/workload/plan";
import { calleeVariable } from "../components/workload/podTemplate";
import { runtimeEnv } from "../components/workload/runtime";
import type { WorkloadSpec } from "../components/workload/spec";
import { bytes, millicores } from "../components/workload/quantity";
import { type ComposeService, literal } from "./composeFile";
import type { LocalStore } from "./stores/store";

/** What a service is made from: an image that is there already, or a folder with a Dockerfile. */
export type ServiceSource = { readonly image: string } | { readonly folder: string };

/** Samples of `images/`; which of them stands for a service that has no code of its own yet. */
export const samples = ["node", "nextjs", "go", "python", "puppeteer"] as const;
export type SampleName = (typeof samples)[number];

/** By its runtime; a front end writes Next.js' cache, and what renders pages shares memory as Chromium does. */
export function sampleOf({ runtime, writablePaths = [] }: WorkloadSpec): SampleName {
  const writes = (path: string) => writablePaths.some((one) => one.path === path);
  if (runtime !== "node") return runtime ?? "go";
  if (writes("/app/.next/cache")) return "nextjs";
  return writes("/dev/shm") ? "puppeteer" : "node";
}

/** The user that pods run as, unless they say another (components/workload/podTemplate.ts). */
const defaultUser = 10001;

/** How much of /tmp a pod has, MiB, unless it says so itself (components/workload/podTemplate.ts). */
const tmpMiB = 256;

/** Networks: one without a way out, and one with, for those that are let out. */
export const networks = { system: "system", outside: "outside" } as const;

/** Arguments of {@link localServices}. */
export interface LocalServicesArgs {
  readonly blueprint: Pick<Blueprint, "services" | "secrets">;
  /** Stores by the names that services have for them; those that are left out on this machine are not there. */
  readonly stores: Readonly<Record<string, LocalStore>>;
  /** By the services' names; the others are made from samples. */
  readonly sources: Readonly<Record<string, ServiceSource>>;
  /** Folder of the samples, as the compose file sees it. */
  readonly samplesFolder: string;
}

/** The system's services as containers: closed as their pods are, and told what those are told. */
export function localServices({
  blueprint: { services },
  stores,
  sources,
  samplesFolder,
}: LocalServicesArgs): Readonly<Record<string, ComposeService>> {
  const peers = planPeers(services);
  return Object.fromEntries(
    Object.entries(services).map(([service, spec]) => {
      const plan = planWorkload(service, spec);
      const used = Object.keys(spec.stores ?? {}).flatMap((key) => stores[key] ?? []);
      const source = sources[service] ?? { folder: `${samplesFolder}/${sampleOf(spec)}` };
      return [
        service,
        {
          ...madeFrom(source),
          ...(plan.command !== undefined && { entrypoint: plan.command.map(literal) }),
          ...(plan.args !== undefined && { command: plan.args.map(literal) }),
          environment: {
            ...literals(told(plan, peers[service]?.callees ?? {})),
            ...Object.fromEntries(used.flatMap(({ environment }) => Object.entries(environment(service)))),
          },
          ...configured(service, spec),
          ...(used.length > 0 && { depends_on: waitsFor(used) }),
          networks: [networks.system, ...(plan.internetEgress === true ? [networks.outside] : [])],
          ...closed(plan),
        },
      ];
    }),
  );
}

/** The files that services may read, by the names that the compose file has for them. */
export function serviceFiles(services: Blueprint["services"]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([service, spec]) =>
      configFilesOf(spec).map(({ key, content }) => [fileName(service, key), content] as const),
    ),
  );
}

function fileName(service: string, key: string): string {
  return `${service}-${key}`;
}

function configured(service: string, spec: WorkloadSpec): Pick<ComposeService, "configs"> {
  const files = configFilesOf(spec);
  return files.length === 0
    ? {}
    : { configs: files.map(({ path, key }) => ({ source: fileName(service, key), target: path })) };
}

function madeFrom(source: ServiceSource): Pick<ComposeService, "image" | "build" | "develop"> {
  if ("image" in source) return { image: source.image };
  const { folder } = source;
  return {
    build: { context: folder, args: { VERSION: "local" } },
    develop: { watch: [{ action: "rebuild", path: folder }] },
  };
}

/** What a pod is told by variables, but that a service answers here at its own port: there is no Service before it. */
function told(
  plan: WorkloadPlan,
  callees: Readonly<Record<string, number>>,
): Readonly<Record<string, string>> {
  const { service, runtime, resources, port, env = {} } = plan;
  return {
    OTEL_SERVICE_NAME: service,
    ...runtimeEnv(runtime, resources),
    ...(port !== undefined && { PORT: `${port}` }),
    ...Object.fromEntries(
      Object.entries(callees).map(([callee, itsPort]) => [
        calleeVariable(callee),
        `http://${callee}:${itsPort}`,
      ]),
    ),
    ...env,
  };
}

function literals(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, literal(value)]));
}

function waitsFor(used: readonly LocalStore[]): NonNullable<ComposeService["depends_on"]> {
  return Object.fromEntries(
    used.flatMap(({ ready }) => Object.entries(ready)).map(([name, condition]) => [name, { condition }]),
  );
}

/** As its pod is: nobody's but its own user, nothing writable but what is said, no more than its limits. */
function closed(plan: WorkloadPlan): Omit<ComposeService, "networks"> {
  const { resources, runAsUser = defaultUser, writablePaths = [], gracePeriodSeconds = 45 } = plan;
  const shared = writablePaths.find(({ path }) => path === "/dev/shm");
  const folders = writablePaths.filter((one) => one !== shared);
  const withTmp = folders.some(({ path }) => path === "/tmp")
    ? folders
    : [{ path: "/tmp", sizeMiB: tmpMiB }, ...folders];
  const { cpu, memory } = resources.limits;
  return {
    user: `${runAsUser}:${runAsUser}`,
    read_only: true,
    tmpfs: withTmp.map(
      ({ path, sizeMiB }) => `${path}:size=${sizeMiB}m,mode=0700,uid=${runAsUser},gid=${runAsUser}`,
    ),
    ...(shared !== undefined && { shm_size: `${shared.sizeMiB}m` }),
    cap_drop: ["ALL"],
    security_opt: ["no-new-privileges:true"],
    stop_grace_period: `${gracePeriodSeconds}s`,
    restart: "unless-stopped",
    deploy: {
      resources: {
        limits: { cpus: `${millicores(cpu, "cpu") / 1000}`, memory: `${bytes(memory, "memory")}b` },
      },
    },
  };
}
