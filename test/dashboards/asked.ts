import type { PlanResource } from "../../preview/plan";
import { blueprints } from "../../blueprints/catalogue";
import { metricsSource } from "../../components/metrics/metricsSource";
import { exporters } from "./metrics";
import { stackOf } from "./metrics/exporter";
import { interpolated, selectorsOf } from "./promql";
import { dashboardsIn, panelsOf, targetsOf } from "./stacks";

/** A query to Prometheus, and who asks it. */
export interface Asked {
  readonly by: string;
  readonly query: string;
}

/** What panels and variables of the dashboards ask Prometheus, as it gets it. */
export function askedByDashboards(resources: readonly PlanResource[]): readonly Asked[] {
  return dashboardsIn(resources).flatMap(({ json }) => {
    const list = json.templating.list ?? [];
    const variables = list.map(({ name }) => name);
    const ofVariables = list.flatMap(({ name, query }) => {
      const [, selector] = /^label_values\((.+), *\w+\)$/.exec(typeof query === "string" ? query : "") ?? [];
      return selector === undefined ? [] : [{ by: `${json.uid}: $${name}`, query: selector }];
    });
    const ofPanels = panelsOf(json).flatMap((panel) =>
      targetsOf(panel).flatMap(({ expr }) =>
        expr === undefined
          ? []
          : [{ by: `${json.uid}: ${panel.title}`, query: interpolated(expr, variables) }],
      ),
    );
    return [...ofVariables, ...ofPanels];
  });
}

/** What rules of the program ask Prometheus; what they record is told as well. */
export function askedByRules(resources: readonly PlanResource[]): {
  readonly asked: readonly Asked[];
  readonly recorded: readonly string[];
} {
  const rules = resources.flatMap(({ type, inputs }) => {
    if (!type.endsWith("/v1:PrometheusRule")) return [];
    const { spec } = inputs as unknown as {
      spec: { groups: { rules: { alert?: string; record?: string; expr: string }[] }[] };
    };
    return spec.groups.flatMap((group) => group.rules);
  });
  return {
    asked: rules.map(({ alert, record, expr }) => ({ by: alert ?? record ?? "", query: expr })),
    recorded: rules.flatMap(({ record }) => record ?? []),
  };
}

/** Who answers in the cluster, whether Prometheus is in shards or not. */
const inCluster = [1, 2].map((shards) => metricsSource({ shards }).url);

/** What KEDA asks the platform's Prometheus, or who answers for all of its shards, to scale services by it. */
export function askedByScalers(resources: readonly PlanResource[]): readonly Asked[] {
  return resources.flatMap(({ type, inputs }) => {
    if (type !== "kubernetes:keda.sh/v1alpha1:ScaledObject") return [];
    const { metadata, spec } = inputs as unknown as {
      metadata: { name: string };
      spec: { triggers: { metadata: { serverAddress?: string; query?: string } }[] };
    };
    return spec.triggers.flatMap(({ metadata: { serverAddress, query } }) =>
      query !== undefined && serverAddress !== undefined && inCluster.includes(serverAddress)
        ? [{ by: metadata.name, query }]
        : [],
    );
  });
}

/** Labels that Prometheus gives all series of what it asks, or that rules and services may add. */
const given = [
  ...["job", "instance", "namespace", "pod", "container", "service", "endpoint", "node", "metrics_path"],
];

/** Series that a system's services tell by convention: OpenTelemetry's for HTTP and pools of connections, and the blueprint's own figures. */
function toldByServices(resources: readonly PlanResource[]): Readonly<Record<string, readonly string[]>> {
  const http = [
    ...["http_request_method", "http_response_status_code", "http_route", "url_scheme", "error_type"],
    ...["network_protocol_version", "server_address", "server_port"],
  ];
  const systems = Object.values(blueprints).filter(({ namespace }) =>
    resources.some(
      ({ type, inputs }) =>
        type === "kubernetes:core/v1:Namespace" &&
        (inputs as unknown as { metadata: { name: string } }).metadata.name === namespace,
    ),
  );
  const own = systems.flatMap(({ businessMetrics = {} }) =>
    Object.values(businessMetrics).map(({ metric, by }) => [metric, by === undefined ? [] : [by]] as const),
  );
  return {
    http_client_request_duration_seconds_count: http,
    http_server_request_duration_seconds_bucket: [...http, "le"],
    http_server_request_duration_seconds_count: http,
    http_server_request_duration_seconds_sum: http,
    db_client_connection_count: ["db_client_connection_pool_name", "db_client_connection_state"],
    db_client_connection_max: ["db_client_connection_pool_name"],
    db_client_connection_timeouts_total: ["db_client_connection_pool_name"],
    ...Object.fromEntries(own),
  };
}

/** What is asked for that nothing in the stack tells, or by a label that it has not. */
export async function unanswered(
  resources: readonly PlanResource[],
  asked: readonly Asked[],
): Promise<readonly string[]> {
  const stack = stackOf(resources);
  const told = new Map<string, Set<string>>();
  const tell = (series: Readonly<Record<string, readonly string[]>>): void => {
    for (const [name, labels] of Object.entries(series)) {
      told.set(name, new Set([...(told.get(name) ?? given), ...labels]));
    }
  };
  for (const { there, series } of Object.values(exporters)) if (there(stack)) tell(series);
  tell(toldByServices(resources));
  const recorded = new Set(askedByRules(resources).recorded);
  const missing: string[] = [];
  for (const { by, query } of asked) {
    for (const { metric, labels } of await selectorsOf(query)) {
      if (recorded.has(metric)) continue;
      const known = told.get(metric);
      if (known === undefined) missing.push(`${by}: nothing tells ${metric}`);
      else
        missing.push(
          ...labels.filter((label) => !known.has(label)).map((label) => `${by}: ${metric} has no ${label}`),
        );
    }
  }
  return missing;
}
