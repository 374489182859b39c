import type * as pulumi from "@pulumi/pulumi";
import { dataSource, type TraceSource } from "../platform/dataSources";
import { namespaces } from "../platform/names";
import { queryPorts } from "./jaegerConfig";
import { jaegerPods } from "./jaegerPods";
import { tracingHost } from "./parts";
import { tempoPods, tempoPort } from "./tempoValues";

/** Sources of Grafana that have logs, by their uids. */
export type LogSource = "loki" | "elasticsearch";

const places = {
  jaeger: {
    title: "Jaeger",
    service: "jaeger-query",
    podLabels: jaegerPods("jaeger-query"),
    port: queryPorts.http,
  },
  tempo: { title: "Tempo", service: "tempo", podLabels: tempoPods, port: tempoPort.number },
} as const;

/** What is around a span in the logs: what was written before its first and after its last moment belongs to it. */
const around = { spanStartTimeShift: "-5m", spanEndTimeShift: "5m" } as const;

/** A trace's id as Grafana puts it into a query; of two dollars its provisioning leaves one. */
const traceId = "$${__trace.traceId}";

/** How a trace's lines are found: by its id in them, wherever a service writes it. */
function queryOf(logs: LogSource, systemNamespace: string): string {
  return logs === "loki" ? `{namespace="${systemNamespace}"} |= "${traceId}"` : `"${traceId}"`;
}

/** What Grafana is told of where traces and logs are. */
export interface LookAtArgs {
  readonly systemNamespace: string;
  readonly logs?: LogSource;
}

/**
 * Has Grafana show traces, and from a span the lines of its trace.
 * https://grafana.com/docs/grafana/latest/datasources/jaeger/#trace-to-logs
 */
export function lookAt(
  name: string,
  uid: TraceSource,
  { systemNamespace, logs }: LookAtArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const { title, service, podLabels, port } = places[uid];
  dataSource(
    name,
    {
      uid,
      title,
      url: `http://${tracingHost(service)}:${port}`,
      destinations: [{ namespace: namespaces.tracing, podLabels, ports: [port] }],
      settings: {
        nodeGraph: { enabled: true },
        ...(logs !== undefined && {
          tracesToLogsV2: {
            datasourceUid: logs,
            ...around,
            customQuery: true,
            query: queryOf(logs, systemNamespace),
          },
        }),
      },
    },
    opts,
  );
}
