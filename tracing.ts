import type * as pulumi from "@pulumi/pulumi";
import { elasticUsers } from "./components/logging/elasticSpec";
import { defaultRedactions, type RedactionRule, redactionsOf } from "./components/logging/redaction";
import type { TelemetryElasticsearch } from "./components/logging/telemetryElasticsearch";
import type { TraceStore } from "./components/tracing/traceStorage";
import type { PlatformSpec } from "./components/platform/platformSpec";
import { Tracing, type TracingArgs, telemetryTo } from "./components/tracing/tracing";
import type { System, SystemArgs } from "./components/workload/system";
import type { StackConfig } from "./config/resolve";
import { afterBase, telemetryPlace, type ServicesArgs } from "./services";

/** What the system's services are told of where spans go; nothing where the system has no traces. */
export function telemetryOf({ blueprint, environment }: StackConfig): Pick<SystemArgs, "telemetry"> {
  return blueprint.platform.openTelemetry === undefined ? {} : { telemetry: telemetryTo(environment) };
}

/** What traces are of. */
export interface TracingPlace extends ServicesArgs {
  readonly system: System;
  /** Elasticsearch for logs and traces, where the blueprint asks for either. */
  readonly elasticsearch: TelemetryElasticsearch | undefined;
}

/** Which of Grafana's sources has the services' logs. */
function logsOf({ loki, elasticStack }: PlatformSpec): Pick<TracingArgs, "logs"> {
  if (loki !== undefined) return { logs: "loki" };
  return elasticStack === undefined ? {} : { logs: "elasticsearch" };
}

/** What is taken out of spans: what any of those that keep logs takes out of lines, or the usual where none does. */
export function spanRedactions({
  loki,
  elasticStack,
}: Pick<PlatformSpec, "loki" | "elasticStack">): readonly RedactionRule[] {
  const asked = [loki, elasticStack].flatMap((logs) =>
    logs === undefined ? [] : [logs.redact ?? defaultRedactions],
  );
  return redactionsOf(asked.length === 0 ? defaultRedactions : asked.flat());
}

/** Elasticsearch as Jaeger uses it. */
function storeOf({ blueprint }: StackConfig, elasticsearch: TelemetryElasticsearch): TraceStore {
  const user = elasticUsers.traces;
  return {
    username: user,
    // three nodes, or one
    replicated: blueprint.highlyAvailable,
    admit: (name, client, opts) => elasticsearch.admit(name, { ...client, user }, opts),
  };
}

/** Gathers and keeps traces of the system's requests, where the blueprint asks for it: nothing waits for it. */
export function makeTracing(
  name: string,
  { system, elasticsearch, ...args }: TracingPlace,
  opts: { readonly parent: pulumi.Resource },
): Tracing | undefined {
  const { config, cloud } = args;
  const { blueprint, protect, logRetentionDays } = config;
  const { openTelemetry, jaeger, tempo } = blueprint.platform;
  if (openTelemetry === undefined) return undefined;
  const kept = {
    archiveAfterDays: 0,
    // what is deleted has been written anew in larger blocks, or is too old
    noncurrentRetentionDays: 1,
    accessLogRetentionDays: logRetentionDays,
    protect,
  };
  return new Tracing(
    name,
    {
      ...telemetryPlace(args),
      spec: openTelemetry,
      systemNamespace: blueprint.namespace,
      standingNamespace: system.namespaceName,
      onNodes: blueprint.podRuntime !== "serverless",
      redact: spanRedactions(blueprint.platform),
      ...logsOf(blueprint.platform),
      ...(jaeger !== undefined &&
        elasticsearch !== undefined && { jaeger: { spec: jaeger, store: storeOf(config, elasticsearch) } }),
      ...(tempo !== undefined && {
        tempo: {
          spec: tempo,
          storage: cloud.tempoStorage,
          bucket: (bucket, own) => cloud.bucket(bucket, kept, own),
        },
      }),
    },
    afterBase(args, opts),
  );
}
