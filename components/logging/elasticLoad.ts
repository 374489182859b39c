import type { MonitoringSize } from "../platform/monitoringSize";
import type { PlatformSpec } from "../platform/platformSpec";
import { type JaegerSpec, tracingDefaults } from "../tracing/tracingSpec";
import type { ElasticLoad } from "./elasticSizes";
import { defaultGiBPerDay, type ElasticStackSpec } from "./elasticSpec";

/** What it follows from. */
export interface ElasticLoadArgs {
  readonly platform: PlatformSpec;
  readonly monitoring: MonitoringSize;
  readonly highlyAvailable: boolean;
  /** How long audit logs are kept where the blueprint does not say, days. */
  readonly logRetentionDays: number;
}

/** What is kept of logs and traces, and for how long; undefined where Elasticsearch keeps neither. */
export function planElasticLoad({
  platform: { elasticStack, jaeger },
  monitoring,
  highlyAvailable,
  logRetentionDays,
}: ElasticLoadArgs): ElasticLoad | undefined {
  if (elasticStack === undefined && jaeger === undefined) return undefined;
  return {
    ...(elasticStack !== undefined && {
      logs: logsOf(elasticStack, { usualDays: monitoring.retentionDays, auditDays: logRetentionDays }),
    }),
    ...(jaeger !== undefined && { traces: tracesOf(jaeger) }),
    highlyAvailable,
  };
}

/** Logs, and how long they are kept where the blueprint does not say. */
function logsOf(
  elasticStack: ElasticStackSpec,
  { usualDays, auditDays }: { readonly usualDays: number; readonly auditDays: number },
): NonNullable<ElasticLoad["logs"]> {
  const { gibPerDay = defaultGiBPerDay, retentionDays = usualDays } = elasticStack;
  const { auditRetentionDays = Math.max(auditDays, retentionDays) } = elasticStack;
  return { gibPerDay, retentionDays, auditRetentionDays };
}

/** Traces that Jaeger keeps there. */
function tracesOf({
  gibPerDay = tracingDefaults.gibPerDay,
  retentionDays = tracingDefaults.retentionDays,
}: JaegerSpec): NonNullable<ElasticLoad["traces"]> {
  return { gibPerDay, retentionDays };
}
