/*
 * Writes test/fixtures/standingPods.json: which pods stand beside a system's services in each blueprint, cloud and size, as charts and
 * operators make them, and what each asks for. By hand, since it takes Helm and the charts; for each stack s, blueprint b and cloud c:
 *
 *   npm run render -- --stack s --blueprint b --cloud c --chart-folder charts --out rendered/s-b-c
 *
 * and then: node --require=tsx/cjs test/support/standingPods.ts rendered
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { bytes, millicores } from "../../components/workload/quantity";
import { blueprints } from "../../blueprints/catalogue";

/** Pods that are alike: how many at least and at most, and millicores and MiB of one. */
export type StandingPods = readonly [min: number, max: number, cpu: number, memoryMiB: number];

/** By namespace and name, which stacks (`<stack>-<blueprint>-<cloud>`) have so many. */
export type Standing = Readonly<
  Record<string, readonly { readonly pods: StandingPods; readonly stacks: readonly string[] }[]>
>;

export const standingPodsFile = join(__dirname, "../fixtures/standingPods.json");

export function readStandingPods(): Standing {
  return JSON.parse(readFileSync(standingPodsFile, "utf8")) as Standing;
}

interface Resources {
  readonly requests?: { readonly cpu?: string; readonly memory?: string };
}
interface Container {
  readonly resources?: Resources;
  readonly restartPolicy?: string;
}
interface PodSpec {
  readonly containers?: readonly Container[];
  readonly initContainers?: readonly Container[] | null;
}
/** What any of the kinds below has, as far as it is read. */
interface Rendered {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: Spec;
}
interface Spec extends Container {
  readonly replicas?: number;
  readonly count?: number;
  readonly size?: number;
  readonly mode?: string;
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly autoscaler?: { readonly minReplicas: number; readonly maxReplicas: number };
  readonly scaleTargetRef?: { readonly name: string };
  readonly template?: { readonly spec: PodSpec };
  readonly podTemplate?: { readonly spec: PodSpec };
  readonly daemonSet?: { readonly podTemplate: { readonly spec: PodSpec } };
  readonly jobTemplate?: { readonly spec: { readonly template: { readonly spec: PodSpec } } };
  readonly thanos?: Container;
  readonly nodeSets?: readonly (Spec & { readonly name: string })[];
  readonly replsets?: readonly (Spec & { readonly name: string; readonly sidecars?: readonly Container[] })[];
  readonly backup?: Container & { readonly enabled?: boolean };
  readonly kubernetes?: {
    readonly deployment: {
      readonly container: Container;
      readonly autoscaling: { readonly minReplicas: number; readonly maxReplicas: number };
    };
  };
}

/** CPU and memory of containers that run together. */
function asked(containers: readonly (Container | undefined)[]): readonly [cpu: number, memoryMiB: number] {
  const sum = (of: (container: Container) => number) =>
    containers.reduce((total, container) => total + (container === undefined ? 0 : of(container)), 0);
  return [
    sum(({ resources: { requests: { cpu } = {} } = {} }) =>
      cpu === undefined ? 0 : millicores(String(cpu), "cpu"),
    ),
    sum(({ resources: { requests: { memory } = {} } = {} }) =>
      memory === undefined ? 0 : bytes(memory, "memory") / 2 ** 20,
    ),
  ];
}

/** A pod asks for what runs together, or what one that prepares it asks for where that is more. */
function ofPod({ containers = [], initContainers }: PodSpec): readonly [number, number] {
  const first = initContainers ?? [];
  const together = asked([...containers, ...first.filter(({ restartPolicy }) => restartPolicy === "Always")]);
  return first
    .map((container) => asked([container]))
    .reduce<readonly [number, number]>(
      ([cpu, memory], [otherCpu, otherMemory]) => [Math.max(cpu, otherCpu), Math.max(memory, otherMemory)],
      together,
    );
}

/** What the operator of Prometheus adds to its pods, as it is told to (its chart's `prometheusConfigReloader`). */
const reloader: Container = { resources: { requests: { cpu: "10m", memory: "50Mi" } } };

type Found = readonly [name: string, pods: StandingPods];

/** What the pods of a kind are read by; a kind that makes none, or only when it is made, is not among them. */
const readers: Readonly<Record<string, (name: string, spec: Spec) => readonly Found[]>> = {
  Deployment: workload,
  StatefulSet: workload,
  DaemonSet: workload,
  CronJob: (name, { jobTemplate }) => [[name, [1, 1, ...ofPod(jobTemplate?.spec.template.spec ?? {})]]],
  Prometheus: (_, spec) => [["prometheus", [...counts(spec), ...asked([spec, spec.thanos, reloader])]]],
  Alertmanager: (_, spec) => [["alertmanager", [...counts(spec), ...asked([spec, reloader])]]],
  Elasticsearch: (name, { nodeSets = [] }) =>
    nodeSets.map((set) => [`${name}-${set.name}`, [...counts(set), ...ofPod(set.podTemplate?.spec ?? {})]]),
  Kibana: (_, spec) => [["kibana", [...counts(spec), ...ofPod(spec.podTemplate?.spec ?? {})]]],
  Logstash: (_, spec) => [["logstash", [...counts(spec), ...ofPod(spec.podTemplate?.spec ?? {})]]],
  Beat: (name, { daemonSet }) => [[name, [1, 1, ...ofPod(daemonSet?.podTemplate.spec ?? {})]]],
  KafkaNodePool: (name, spec) => [[name, [...counts(spec), ...asked([spec])]]],
  OpenTelemetryCollector: (name, spec) => {
    const { minReplicas = 1, maxReplicas = 1 } = spec.autoscaler ?? {};
    return [[name, [minReplicas, maxReplicas, ...asked([spec])]]];
  },
  NginxProxy: (_, { kubernetes }) => {
    if (kubernetes === undefined) return [];
    const { container, autoscaling } = kubernetes.deployment;
    return [["gateway", [autoscaling.minReplicas, autoscaling.maxReplicas, ...asked([container])]]];
  },
  PerconaServerMongoDB: (_, { replsets = [], backup }) =>
    replsets.map((set) => [
      set.name,
      [
        ...counts(set),
        ...asked([set, ...(set.sidecars ?? []), backup?.enabled === true ? backup : undefined]),
      ],
    ]),
};

function counts({ replicas, count, size }: Spec): readonly [number, number] {
  const pods = replicas ?? count ?? size ?? 1;
  return [pods, pods];
}

function workload(name: string, spec: Spec): readonly Found[] {
  return [[name, [...counts(spec), ...ofPod(spec.template?.spec ?? {})]]];
}

/** The objects of one rendered stack, but for the system's own. */
function objectsIn(folder: string): readonly Rendered[] {
  const own = Object.values(blueprints).map(({ namespace }) => namespace);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml") && !file.includes("customresourcedefinition"))
    .flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), "utf8")))
    .map((document) => document.toJSON() as Rendered | null)
    .filter(
      (object): object is Rendered => object !== null && !own.includes(object.metadata.namespace ?? ""),
    );
}

function podsIn(folder: string): ReadonlyMap<string, StandingPods> {
  const objects = objectsIn(folder);
  const found = new Map(
    objects.flatMap(({ kind, metadata: { name, namespace = "" }, spec = {} }) =>
      (readers[kind]?.(name, spec) ?? []).map(
        ([pods, figures]) => [`${namespace}/${pods}`, figures] as const,
      ),
    ),
  );
  for (const { kind, metadata, spec = {} } of objects) {
    if (kind === "HorizontalPodAutoscaler") scale(found, metadata.namespace ?? "", spec);
  }
  return found;
}

/** What an autoscaler makes of the number of pods. */
function scale(found: Map<string, StandingPods>, namespace: string, spec: Spec): void {
  const name = `${namespace}/${spec.scaleTargetRef?.name ?? ""}`;
  const scaled = found.get(name);
  if (scaled === undefined) return;
  const [least, , cpu, memory] = scaled;
  found.set(name, [spec.minReplicas ?? least, spec.maxReplicas ?? least, cpu, memory]);
}

function main([folder]: readonly string[]): void {
  if (folder === undefined)
    throw new Error("which folder has the rendered stacks? see the head of this file");
  const all: Record<string, { readonly pods: StandingPods; readonly stacks: string[] }[]> = {};
  for (const stack of readdirSync(folder).sort()) {
    for (const [name, pods] of podsIn(join(folder, stack))) {
      const rows = (all[name] ??= []);
      const same = rows.find((row) => row.pods.join() === pods.join());
      if (same === undefined) rows.push({ pods, stacks: [stack] });
      else same.stacks.push(stack);
    }
  }
  const lines = Object.entries(all)
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, rows]) => `  ${JSON.stringify(name)}: ${JSON.stringify(rows)}`);
  writeFileSync(standingPodsFile, `{\n${lines.join(",\n")}\n}\n`);
}

if (require.main === module) main(process.argv.slice(2));
