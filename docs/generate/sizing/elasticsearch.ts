import { presets } from "../../../blueprints/presets";
import {
  diskPerMemory,
  type ElasticLoad,
  fullPart,
  hotDays,
  planNodes,
  volumeOf,
} from "../../../components/logging/elasticSizes";
import { bytes } from "../../../components/workload/quantity";
import { elasticLoadOf } from "../../../elastic";
import { gibPerDay } from "./loki";
import { gibibyte, type SizedPart, type SizingReader } from "./sizing";

/** Days after which an index of the audit's, or of dead letters, is followed by another. */
const monthDays = 30;

/** Shards of all nodes when a retention is full, each with its copy where there is one. */
export function shardsOf(load: ElasticLoad): number {
  const { logs, highlyAvailable } = load;
  if (logs === undefined) return 0;
  const days = logs.retentionDays + 1;
  const months = (kept: number): number => Math.ceil(kept / monthDays) + 1;
  const hot = Math.min(hotDays, days);
  // of services: one on each fast node, and one where it is no longer written to
  const application = highlyAvailable ? 3 * hot + (days - hot) : days;
  const each = application + days + months(logs.auditRetentionDays) + months(logs.retentionDays);
  return each * (highlyAvailable ? 2 : 1);
}

/** Elasticsearch's nodes that hold data: what stated lines come to, and what the nodes have that are made for `gibPerDay`. */
export const elasticsearch: SizingReader = (system) => {
  const { logRetentionDays } = presets.aws[system.preset];
  const load = elasticLoadOf({ blueprint: system.blueprint, logRetentionDays });
  if (load?.logs === undefined) return [];
  const { logs, traces } = load;
  const besideThem =
    traces === undefined ? "" : `; ${traces.gibPerDay} GiB of spans a day for ${traces.retentionDays} days`;
  const stated = gibPerDay(system);
  const volume = volumeOf({ ...load, logs: { ...logs, gibPerDay: stated } });
  return planNodes(load).flatMap(({ name, count, resources, diskGiB }): readonly SizedPart[] => {
    if (name !== "hot" && name !== "warm") return [];
    const needed = volume[name] / count / fullPart;
    return [
      {
        part: count === 1 ? "Elasticsearch" : `Elasticsearch, each of ${count} ${name} nodes`,
        stated: `${stated.toFixed(1)} GiB of lines a day (made for ${logs.gibPerDay}), kept for ${logs.retentionDays} days, an audit's for ${logs.auditRetentionDays}; ${shardsOf(load)} shards in all${besideThem}`,
        needs: { memoryGiB: needed / diskPerMemory[count === 1 ? "warm" : name], diskGiB: needed },
        has: { memoryGiB: bytes(resources.memory, name) / gibibyte, diskGiB },
      },
    ];
  });
};
