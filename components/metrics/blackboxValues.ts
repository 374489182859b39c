import { platformPriority } from "../platform/priorities";
import { spreadOver } from "../platform/spread";
import type { RouteExpectation } from "../workload/spec";
import type { BlackboxExporterArgs } from "./blackboxExporter";

/** Labels by which the chart's Deployment selects its pods. */
export const blackboxPods = {
  "app.kubernetes.io/name": "prometheus-blackbox-exporter",
  "app.kubernetes.io/instance": "prometheus-blackbox-exporter",
} as const;

/** Port of its pods. */
export const blackboxPort = 9115;

/** How long a request may take, seconds. */
const timeoutSeconds = 5;

/** Answers of whoever serves a route that are none of the way in: not its 403 (the firewall's), 429 or 5xx. */
const answers = [
  ...[200, 201, 202, 203, 204, 205, 206, 301, 302, 303, 304, 307, 308],
  ...[400, 401, 404, 405, 422],
];

/** Names of the modules, by what they want to hear. */
export const moduleOf: Readonly<Record<RouteExpectation, string>> = {
  success: "http_2xx",
  answer: "http_answer",
};

/** Values of the chart. */
export function blackboxValues({
  highlyAvailable,
  nodeSelector,
}: Pick<BlackboxExporterArgs, "highlyAvailable" | "nodeSelector">): Record<string, unknown> {
  const request = {
    prober: "http",
    timeout: `${timeoutSeconds}s`,
    http: {
      valid_http_versions: ["HTTP/1.1", "HTTP/2.0"],
      // a redirection is an answer; where it goes to is another route's
      follow_redirects: false,
      preferred_ip_protocol: "ip4",
      fail_if_not_ssl: true,
      tls_config: { min_version: "TLS12" },
    },
  };
  return {
    replicas: highlyAvailable ? 2 : 1,
    ...(highlyAvailable && { podDisruptionBudget: { maxUnavailable: 1 } }),
    topologySpreadConstraints: spreadOver(blackboxPods),
    nodeSelector,
    priorityClassName: platformPriority,
    resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { cpu: "200m", memory: "64Mi" } },
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    config: {
      modules: {
        [moduleOf.success]: {
          ...request,
          http: { ...request.http, valid_status_codes: answers.filter((status) => status < 400) },
        },
        [moduleOf.answer]: {
          ...request,
          http: {
            ...request.http,
            valid_status_codes: answers,
            // NGINX's own page: the way in knows no such route
            fail_if_body_matches_regexp: ["<center>nginx"],
          },
        },
      },
    },
    extraArgs: ["--log.format=json"],
    serviceMonitor: { selfMonitor: { enabled: true, port: "http", scrapeTimeout: "10s" } },
  };
}
