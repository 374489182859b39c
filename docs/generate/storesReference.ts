import { format } from "prettier";
import { type BlueprintName, blueprintNames } from "../../blueprints/names";
import { type Cloud, clouds } from "../../components/cloud";
import { planRecoveries } from "../../components/data/recoveries";
import type { Recovery } from "../../components/data/recovery";
import { parseStackFile } from "../../config/parse";
import { resolve, type StackConfig } from "../../config/resolve";
import type { PlanResource } from "../../preview/plan";
import { runStack } from "../../preview/program";
import { readStack, type Stack } from "../../preview/stack";
import { type StoreFacts, storeReaders } from "./storeReaders";
import { listAt, type StoreScene, textAt } from "./storeScene";

const cloudNames: Readonly<Record<Cloud, string>> = { aws: "AWS", gcp: "GCP" };

/** Which production stack. */
export interface StoresRequest {
  /** Folder of `Pulumi.yaml`. */
  readonly root: string;
  readonly blueprint: BlueprintName;
  readonly cloud: Cloud;
  /** `path=value`, what else is changed in the stack. */
  readonly set?: readonly string[];
}

/** A production stack: what it is made from, and what it registers. */
export interface StoresPlan extends Pick<StoresRequest, "blueprint" | "cloud"> {
  readonly config: StackConfig;
  readonly resources: readonly PlanResource[];
}

/** One store of a stack. */
export interface StoreRow extends StoreFacts, Pick<StoresRequest, "blueprint" | "cloud"> {
  /** As the blueprint has it: `postgres`, or the name of a queue. */
  readonly store: string;
  readonly recovery: Recovery;
  /** Whether Pulumi refuses its deletion. */
  readonly protect: boolean;
  /** How many alarms watch it. */
  readonly alarms: number;
}

/** What a blueprint's production stack is made from, and what it registers. */
export async function storesPlan({ root, blueprint, cloud, set = [] }: StoresRequest): Promise<StoresPlan> {
  const asked = readStack({
    root,
    stack: "prod",
    set: [`blueprint=${blueprint}`, `cloud=${cloud}`, ...set],
  });
  const { stack, resources } = await runStack(asked, { root, outputs: "known", echo: false });
  return { blueprint, cloud, resources, config: configOf(stack) };
}

function configOf({ project, config, secretKeys }: Stack): StackConfig {
  const prefix = `${project}:`;
  const values = Object.entries(config).flatMap(([key, value]) =>
    key.startsWith(prefix) ? [[key.slice(prefix.length), value] as const] : [],
  );
  // secrets are nothing that a store's recovery is told
  return resolve(
    parseStackFile(Object.fromEntries(values), (key) => secretKeys.includes(prefix + key)),
    {},
  );
}

/**
 * What a stack's plan says of each of its stores.
 *
 * @throws Error naming the store whose main resource nobody reads
 */
export function storeRows({ blueprint, cloud, config, resources }: StoresPlan): readonly StoreRow[] {
  const { queues = {} } = config.blueprint;
  const recoveries = planRecoveries(
    { ...config.stores, queues },
    { cloud, recoveryRegion: config.recovery !== undefined },
  );
  const kinds = Object.keys(recoveries).map((store) =>
    store in queues ? { store, kind: "queue", role: `queue-${store}` } : { store, kind: store, role: store },
  );
  const roles = kinds.map(({ role }) => role);
  return kinds.map(({ store, kind, role }) => {
    const scene = sceneOf(`${config.name}-${role}`, resources);
    const { main, facts } = read(kind, scene);
    const recovery = recoveries[store];
    if (recovery === undefined) throw new Error(`${scene.name}: expected a recovery, got none`);
    const alarms = alarmsOf(role, roles, scene);
    return { blueprint, cloud, store, ...facts, recovery, protect: main.protect, alarms };
  });
}

function read(kind: string, scene: StoreScene): { main: PlanResource; facts: StoreFacts } {
  // a queue has a pair here, and one in the region that takes over
  const names = [scene.name, `${scene.name}-pair`];
  const readers = storeReaders[kind] ?? {};
  const found = scene.own.flatMap((main) => {
    const reader = names.includes(main.name) ? readers[main.type] : undefined;
    return reader === undefined ? [] : [{ main, reader }];
  });
  const [one, another] = found;
  if (one === undefined || another !== undefined) {
    const types = Object.keys(readers).join(", ");
    throw new Error(`${scene.name}: expected one main resource of ${types}, got ${found.length}`);
  }
  return { main: one.main, facts: one.reader(one.main, scene) };
}

/** Everything under the component of that name. */
function sceneOf(name: string, all: readonly PlanResource[]): StoreScene {
  const byUrn = new Map(all.map((at) => [at.urn, at]));
  const isInside = ({ parent }: PlanResource): boolean => {
    const above = parent === null ? undefined : byUrn.get(parent);
    return above !== undefined && ((!above.custom && above.name === name) || isInside(above));
  };
  return { name, own: all.filter(isInside), all };
}

/** Alarms of the cloud that have the store's name, and those in the cluster and of Atlas that it brings itself. */
function alarmsOf(role: string, roles: readonly string[], { own, all }: StoreScene): number {
  const ofCloud = all.filter(({ type, name }) => {
    if (!cloudAlarms.includes(type)) return false;
    const [, watched = ""] = /-alarms-(?:recovery-)?(?:critical|warning)-(.+)$/.exec(name) ?? [];
    // of two stores, one of whose names begins with the other's, it is the longer one's
    const [longest] = roles.filter((at) => watched.startsWith(`${at}-`)).sort((a, b) => b.length - a.length);
    return longest === role;
  });
  const brought = own.map(({ type, inputs }) => {
    if (type === "mongodbatlas:index/alertConfiguration:AlertConfiguration") return 1;
    if (type !== "kubernetes:monitoring.coreos.com/v1:PrometheusRule") return 0;
    return listAt(inputs, "spec.groups")
      .flatMap((group) => listAt(group, "rules"))
      .filter((rule) => textAt(rule, "alert") !== undefined).length;
  });
  return ofCloud.length + brought.reduce<number>((sum, count) => sum + count, 0);
}

const cloudAlarms: readonly string[] = [
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "gcp:monitoring/alertPolicy:AlertPolicy",
];

const header = [
  "store",
  "cloud",
  "system",
  "encrypted by",
  "TLS forced",
  "HA",
  "backup days",
  "PITR",
  "DR copy",
  "RPO",
  "RTO",
  "deletion protection",
  "alarms",
] as const;

/** Title of a column. */
export type Column = (typeof header)[number];

/** A store as the table shows it. */
export function cellsOf(row: StoreRow): Readonly<Record<Column, string>> {
  const { recovery, refusesDeletion = false, protect, copies, backupDays } = row;
  return {
    store: row.store,
    cloud: cloudNames[row.cloud],
    system: row.system,
    "encrypted by": row.encryption,
    "TLS forced": yesNo(row.tls),
    HA: row.standby ?? "—",
    "backup days": backupDays === undefined ? "—" : backupDays === 0 ? "no" : String(backupDays),
    PITR: yesNo(row.pitr),
    "DR copy": listOf(copies),
    RPO: duration(recovery.rpoMinutes, "all"),
    RTO: duration(recovery.rtoMinutes, "never"),
    "deletion protection": listOf([...(refusesDeletion ? ["cloud"] : []), ...(protect ? ["Pulumi"] : [])]),
    alarms: String(row.alarms),
  };
}

/** docs/stores.md: how each store of each blueprint is kept in production, as its plan and its recovery say. */
export async function storesReference(root: string): Promise<string> {
  const lines = [
    "# Stores in production",
    "",
    "How each store of each blueprint is kept, read from what its production stack registers; RPO and RTO are how the",
    "store comes back when its region is lost, as the program plans it. `npm run stores` makes and prints this page.",
    "",
    "- **—**: the service has nothing to set there, or the stack leaves it to the service.",
    "- **encrypted by**: whose key; the stack's own is made by the stack, for the store or for the cluster's disks.",
    "- **TLS forced**: of a bucket of Google's, by its project's constraint `storage.secureHttpTransport`.",
    "- **backup days**: the store's own; of a bucket, how long a version that was replaced or deleted is kept.",
    "- **DR copy**: what is kept in the region that takes over; what is locked nobody can empty, and an empty queue has",
    "  none of the messages.",
    "- **deletion protection**: by the cloud, by Pulumi, or both.",
    "- **alarms**: the cloud's, those of Atlas, and rules of Prometheus in the cluster.",
    "",
  ];
  for (const blueprint of blueprintNames) {
    lines.push(`## ${blueprint}`, "", line(header), line(header.map(() => "---")));
    const rows: StoreRow[] = [];
    for (const cloud of clouds) rows.push(...storeRows(await storesPlan({ root, blueprint, cloud })));
    const stores = [...new Set(rows.map(({ store }) => store))];
    for (const row of stores.flatMap((store) => rows.filter((at) => at.store === store))) {
      const cells = cellsOf(row);
      lines.push(line(header.map((column) => cells[column])));
    }
    lines.push("");
  }
  return await format(lines.join("\n"), { parser: "markdown", printWidth: 110 });
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function yesNo(is: boolean | undefined): string {
  return is === undefined ? "—" : is ? "yes" : "no";
}

function listOf(words: readonly string[]): string {
  return words.length === 0 ? "no" : words.join(", ");
}

/** Minutes as a reader has them; `endless` where nothing bounds them. */
function duration(minutes: number, endless: string): string {
  if (!Number.isFinite(minutes)) return endless;
  if (minutes < 1 && minutes > 0) return `${Math.round(minutes * 60)} s`;
  return minutes >= 120 && minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
