import { snapshotsName } from "../data/elasticsearchSnapshots";
import { type Dataset, datasets, streamsOf, telemetryCluster } from "./elasticSpec";

/** What Elasticsearch is told of the logs. */
export interface LifecycleArgs {
  readonly retentionDays: number;
  readonly auditRetentionDays: number;
  /** Nodes that are written to, and whether there are others for what is no longer. */
  readonly hotNodes: number;
  readonly hasWarmNodes: boolean;
}

/** When an index is no longer written to: after a day, or once a copy of a shard of it is as large as is searched quickly. */
const dailyRollover = { max_age: "1d", max_primary_shard_size: "30gb" } as const;

/** Of what is little a day: twelve indices a year, instead of 365 with next to nothing in them. */
const monthlyRollover = { max_age: "30d", max_primary_shard_size: "30gb" } as const;

/** How long an index that is no longer written to stays on fast nodes, days. */
export const warmAfterDays = 2;

/** How each dataset is kept. */
function shapeOf(
  dataset: Dataset,
  { retentionDays, auditRetentionDays, hotNodes }: LifecycleArgs,
): { readonly days: number; readonly rollover: object; readonly shards: number } {
  const shapes = {
    // a shard on each node that is written to, so that all of them search
    application: { days: retentionDays, rollover: dailyRollover, shards: hotNodes },
    platform: { days: retentionDays, rollover: dailyRollover, shards: 1 },
    audit: { days: auditRetentionDays, rollover: monthlyRollover, shards: 1 },
    deadletters: { days: retentionDays, rollover: monthlyRollover, shards: 1 },
  } as const;
  return shapes[dataset];
}

/** What becomes of an index: written to, then read seldom and by nobody changed, then gone. */
function policyOf(dataset: Dataset, args: LifecycleArgs): unknown {
  const { days, rollover } = shapeOf(dataset, args);
  const warm = {
    min_age: `${Math.min(warmAfterDays, days)}d`,
    actions: {
      // nothing is changed in it any more, by nobody
      readonly: {},
      ...(args.hotNodes > 1 && dataset === "application" && { shrink: { number_of_shards: 1 } }),
      forcemerge: { max_num_segments: 1 },
      set_priority: { priority: 50 },
    },
  };
  return {
    policy: {
      phases: {
        hot: { actions: { rollover, set_priority: { priority: 100 } } },
        ...(args.hasWarmNodes && { warm }),
        delete: { min_age: `${days}d`, actions: { delete: {} } },
      },
    },
  };
}

/** Fields that lines have in common, by the names of Elastic's schema (ECS); of all others Elasticsearch finds out what they are. */
const fields = {
  "@timestamp": { type: "date" },
  message: { type: "match_only_text" },
  log: {
    properties: {
      level: { type: "keyword" },
      offset: { type: "long", index: false },
      iostream: { type: "keyword" },
    },
  },
  service: { properties: { name: { type: "keyword" } } },
  host: { properties: { name: { type: "keyword" } } },
  trace: { properties: { id: { type: "keyword" } } },
  span: { properties: { id: { type: "keyword" } } },
  kubernetes: {
    properties: {
      namespace: { type: "keyword" },
      pod: { properties: { name: { type: "keyword" } } },
      container: { properties: { name: { type: "keyword" } } },
    },
  },
  // what a service says beside that: any field is found by its value, and a new one makes no field of the index
  attributes: { type: "flattened", ignore_above: 8191 },
  error: { properties: { message: { type: "match_only_text" } } },
} as const;

/** The template by which data streams of a dataset are made. */
function templateOf(dataset: Dataset, args: LifecycleArgs): unknown {
  return {
    index_patterns: [streamsOf(dataset)],
    data_stream: {},
    // above Elasticsearch's own of logs-*-*, which is 100
    priority: 200,
    template: {
      settings: {
        index: {
          mode: "logsdb",
          number_of_shards: shapeOf(dataset, args).shards,
          number_of_replicas: args.hotNodes > 1 ? 1 : 0,
          refresh_interval: "5s",
          lifecycle: { name: policyName(dataset) },
          routing: { allocation: { include: { _tier_preference: "data_hot" } } },
        },
      },
      mappings: { dynamic: false, properties: fields },
    },
  };
}

/** Name of a dataset's policy and template. */
export function policyName(dataset: Dataset): string {
  return `groundwork-${dataset}`;
}

/** Policies and templates by the API's paths. */
export function lifecycleSettings(args: LifecycleArgs): Readonly<Record<string, unknown>> {
  return Object.fromEntries([
    ...datasets.map((dataset) => [`_ilm/policy/${policyName(dataset)}`, policyOf(dataset, args)]),
    ...datasets.map((dataset) => [`_index_template/${policyName(dataset)}`, templateOf(dataset, args)]),
  ]) as Readonly<Record<string, unknown>>;
}

/** When a snapshot is taken, UTC: after those of the index that services use. */
const schedule = "0 30 2 * * ?";

/** How long snapshots are kept, days: as long as it takes to notice that logs are gone. */
export const snapshotDays = 14;

/** Where snapshots go, and when they are taken and forgotten, by the API's paths. */
export function telemetrySnapshots(type: "s3" | "gcs", bucket: string): Readonly<Record<string, unknown>> {
  return {
    [`_snapshot/${snapshotsName}`]: { type, settings: { bucket, base_path: telemetryCluster } },
    [`_slm/policy/${snapshotsName}`]: {
      schedule,
      name: "<daily-{now/d}>",
      repository: snapshotsName,
      // users and settings come from the program
      config: { indices: ["*"], include_global_state: false },
      retention: { expire_after: `${snapshotDays}d`, min_count: 3 },
    },
  };
}
