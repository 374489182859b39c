import type { TraceSource } from "../platform/dataSources";
import type { PlatformSpec } from "../platform/platformSpec";
import type { BoardLink, DataSource } from "./board";

/** Where a system's logs and traces are. */
export interface ExploreFacts {
  /** Of the system. */
  readonly namespace: string;
  readonly platform: Pick<PlatformSpec, "loki" | "elasticStack">;
  /** @default - there are none */
  readonly traces?: TraceSource;
}

/** From the services that are chosen on a dashboard to their log lines and traces, in Grafana's Explore. */
export function exploreLinks({ namespace, platform, traces }: ExploreFacts): readonly BoardLink[] {
  const { loki, elasticStack } = platform;
  return [
    ...(loki === undefined
      ? []
      : [
          explore("Logs", "Lines of the chosen services", "loki", {
            expr: `{namespace="${namespace}", app=~"\${service:regex}"}`,
          }),
        ]),
    ...(elasticStack === undefined
      ? []
      : [
          explore("Logs", "Lines of the chosen services", "elasticsearch", {
            query: "service.name:${service:lucene}",
            metrics: [{ id: "1", type: "logs" }],
          }),
        ]),
    ...(traces === undefined ? [] : [tracesLink(traces)]),
  ];
}

function tracesLink(traces: TraceSource): BoardLink {
  // Jaeger is asked for one service at a time, which is chosen there
  const query =
    traces === "tempo"
      ? { queryType: "traceql", query: '{resource.service.name=~"${service:regex}"}' }
      : { queryType: "search" };
  return explore("Traces", "Traces of the chosen services", traces, query);
}

/**
 * An address of Explore. What is put in the place of variables is Grafana's to say, so they stand as they are among what is
 * encoded (https://grafana.com/docs/grafana/latest/explore/get-started-with-explore/#generate-explore-urls-from-external-tools).
 */
function explore(
  title: string,
  tooltip: string,
  uid: DataSource["type"],
  query: Readonly<Record<string, unknown>>,
): BoardLink {
  const panes = {
    a: {
      datasource: uid,
      queries: [{ refId: "A", datasource: { type: uid, uid }, ...query }],
      range: { from: "now-1h", to: "now" },
    },
  };
  const encoded = encodeURIComponent(JSON.stringify(panes)).replace(
    /%24%7B(\w+)%3A(\w+)%7D/g,
    (_, name: string, format: string) => `\${${name}:${format}}`,
  );
  return { title, tooltip, url: `/explore?schemaVersion=1&panes=${encoded}` };
}
