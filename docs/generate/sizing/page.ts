import { rulerDiskGiB, rulerMemoryMiB } from "../../../components/metrics/thanosRuler";
import { ruledQuerierMemoryMiB } from "../../../components/metrics/thanosValues";
import { format } from "prettier";
import { blueprints } from "../../../blueprints/catalogue";
import { type BlueprintName, blueprintNames } from "../../../blueprints/names";
import { type PresetName, presetNames, presets, sizeFor } from "../../../blueprints/presets";
import { maxShards, scrapeSeconds, usedDiskShare } from "../../../components/platform/monitoringSize";
import {
  compression,
  deletedDays,
  filledShare,
  idleGiB,
  indexShare,
  linesPer,
  loki,
  searchGiB,
  streamBytes,
} from "./loki";
import { elasticsearch } from "./elasticsearch";
import {
  auditPart,
  copies,
  diskPerMemory,
  fullPart,
  hotDays,
  indexedPart,
} from "../../../components/logging/elasticSizes";
import { churn, prometheus, queryShare, sampleBytes, seriesBytes, seriesPer, shardSkew } from "./prometheus";
import type { SizedPart, SizingReader } from "./sizing";
import { aggregates, blockIndexShare, thanos } from "./thanos";

/** Whoever adds a part adds its reader here, and its figures below the table. */
const readers: readonly SizingReader[] = [prometheus, thanos, loki, elasticsearch];

/** A part of a system in one of its sizes. */
export interface SizingRow extends SizedPart {
  readonly blueprint: BlueprintName;
  readonly preset: PresetName;
}

/** Every part of every system in every size. */
export function sizingRows(): readonly SizingRow[] {
  return blueprintNames.flatMap((name) =>
    presetNames.flatMap((preset) => {
      const blueprint = sizeFor(blueprints[name], presets.aws[preset]);
      return readers.flatMap((reader) =>
        reader({ preset, blueprint }).map((part) => ({ ...part, blueprint: name, preset })),
      );
    }),
  );
}

/** `docs/observability-sizing.md`. */
export async function sizingPage(): Promise<string> {
  const rows = sizingRows().map(({ blueprint, preset, part, stated, needs, has }) =>
    [
      blueprint,
      preset,
      part,
      stated,
      `${gib(needs.memoryGiB)} of ${has.memoryGiB}`,
      `${gib(needs.diskGiB)} of ${has.diskGiB}`,
    ].join(" | "),
  );
  const page = `# How large what looks at a system is

Written by \`npm run docs\` (\`docs/generate/sizing\`) from the blueprints' own figures; a test holds every row to what it has.
Needs are of each pod, in GiB, and stand before what it has.

| system | size | part | load | memory | disk |
| --- | --- | --- | --- | --- | --- |
${rows.map((row) => `| ${row} |`).join("\n")}

## Prometheus

Every replica scrapes everything each ${scrapeSeconds} seconds. Series, as they are stated:

| each | series | what they are |
| --- | --- | --- |
${Object.entries(seriesPer)
  .map(([each, { series, of }]) => `| ${eachOf[each] ?? each} | ${series.toLocaleString("en-US")} | ${of} |`)
  .join("\n")}

To these come what is recorded of the services' objectives ([slo.md](slo.md)): one series of each recording, counted from the
rules themselves. They are written as often as the rules are looked at, which is no oftener than anything is scraped.

- Memory: series at the highest counts of nodes and replicas × ${churn} (pods that are gone stay in the head for hours) ×
  ${seriesBytes / 1024} KiB × ${1 + queryShare} (queries and rules).
- Disk: series at the usual counts ÷ ${scrapeSeconds} s × ${sampleBytes} bytes a sample × retention; of the disk ${usedDiskShare * 100} % are for it.

What a cluster really has: \`prometheus_tsdb_head_series\`, by job \`count by (job) ({__name__!=""})\`, and bytes a sample
\`rate(prometheus_tsdb_compaction_chunk_size_bytes_sum[1d]) / rate(prometheus_tsdb_compaction_chunk_samples_sum[1d])\`. Where they
are others, change the figures in \`docs/generate/sizing/prometheus.ts\`, and the blueprint's \`monitoring\` with them.

What is more than one replica can hold: first drop series that nobody asks for (\`metricRelabelings\` of the monitor that has most
of them, by the count above), then raise \`memoryGiB\` and \`diskGiB\` of the blueprint's \`monitoring\` up to what a node has, and
keep less on disk (\`retentionDays\`) where Thanos has the rest. Beyond that, \`groundwork:monitoring.shards\` divides what is scraped
into up to ${maxShards} shards, each with the same replicas, memory and disk. Targets are divided by a hash of their address, so that
the largest shard is counted with ${shardSkew} × its part, and what is recorded with none.

A shard would see its own part alone: \`absent()\` would fire in each that does not scrape the target, and sums and ratios would be
of a part. Shards are therefore refused without Thanos. Its ruler evaluates every rule over all of them, as often as Prometheus does
otherwise, and keeps what it records (${rulerMemoryMiB} MiB, ${rulerDiskGiB} GiB of disk, two of them); Grafana, KEDA and Argo Rollouts ask its querier,
which has ${ruledQuerierMemoryMiB} MiB then. Prometheus itself evaluates what is about the ruler and nothing else.

## Loki

Every replica holds all streams, and writes chunks of them into the bucket. Lines, as they are stated:

| each | lines a second | bytes a line | what they are |
| --- | --- | --- | --- |
${Object.entries(linesPer)
  .map(([each, { lines, bytes, of }]) => `| ${eachOf[each] ?? each} | ${lines} | ${bytes} | ${of} |`)
  .join("\n")}

- Memory: ${idleGiB} GiB, ${searchGiB} GiB for searches, and streams (containers at the highest counts) × ${(streamBytes / 2 ** 20).toFixed(1)} MiB × ${filledShare}
  (those that say little are written to the bucket before their chunk is full).
- Disk: four hours of lines at the highest counts, for a bucket that does not answer, and the index of a week.
- Bucket: GiB a day at the usual counts × (days + ${deletedDays}, for which it keeps what is deleted) × replicas ÷
  ${compression} (JSON in chunks) × ${1 + indexShare} (the index). What is kept for the audit is some thousandths of it a day, for as many more days.

What a cluster really has: \`sum(rate(loki_distributor_bytes_received_total[1d])) * 86400\`,
\`max(loki_ingester_memory_streams)\`. Where they are others, change the figures in \`docs/generate/sizing/loki.ts\`, and
\`lokiSize\` with them.

## Elasticsearch

Lines are stated as for Loki; nodes are made for \`gibPerDay\` of the blueprint (\`components/logging/elasticSizes.ts\`), of which a
preset has its share of replicas.

- Disk: GiB a day × ${indexedPart} (the line and the index of its words) × ${copies} copies × days ÷ nodes ÷ ${fullPart} (a fifth stays free). The
  first ${hotDays} days lie on fast nodes, the rest of the retention and the audit's ${auditPart * 100} % on large ones; a retention begins a day
  after its first line.
- Memory: a GiB for ${diskPerMemory.hot} GiB of disk on fast nodes, for ${diskPerMemory.warm} on large ones; half of it is the heap, half keeps what is searched.
- Shards: an index a day for services and one for the platform, one a month for the audit. Elasticsearch takes 1,000 a node.

A search over the last day asks three or four shards of services' lines, on three fast nodes at once, none larger than 30 GiB,
most of it in a node's memory: that is what is to hold it below two seconds. A search over a month asks large nodes, a shard of
one segment for each day, and takes longer. It is not measured: \`bench\` has no Elasticsearch.

What a cluster really has: \`_data_stream/logs-*/_stats\` and \`_cat/allocation?v\`. Where a day is more than it was made for, raise
\`gibPerDay\`.

## Thanos

- The bucket: raw samples as above, of each replica, and one of five minutes and one of an hour each, of ${aggregates} aggregates, for as
  many days as each is kept.
- The compactor: on disk the largest block and what it is made from; in memory the symbols and postings of what it joins.
- A store gateway: of ${blockIndexShare * 100} % of the bucket, which is index, a tenth on disk and a hundredth in memory, beside its pool of
  chunks and its cache.
`;
  return format(page, { parser: "markdown", printWidth: 130 });
}

const eachOf: Readonly<Record<string, string>> = {
  node: "node",
  pod: "pod",
  platformPod: "pod of the platform",
  sidecar: "pod in a mesh of sidecars",
  storePod: "pod of a store",
  cluster: "cluster",
};

/** With one digit after the point where it is small. */
function gib(value: number): string {
  return value < 10 ? value.toFixed(1) : Math.ceil(value).toLocaleString("en-US");
}
