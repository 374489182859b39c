import { namespaces } from "../platform/names";
import type { Board } from "./board";
import { anyIsBad, lines, quantile, ratio, sumRate } from "./promql";

/** What the dashboard has to know of a mesh. */
export interface MeshFacts {
  /** Of the system. */
  readonly namespace: string;
}

/** The mesh: who calls whom, who is refused, and whether its control plane keeps up. */
export function meshBoard({ namespace }: MeshFacts): Board {
  const here = `reporter="destination",destination_workload_namespace="${namespace}"`;
  const front = `reporter="source",source_workload_namespace="${namespaces.istioIngress}"`;
  const pilot = `namespace="${namespaces.istio}"`;
  const pair = ["source_canonical_service", "destination_canonical_service"] as const;
  const legend = "{{source_canonical_service}} → {{destination_canonical_service}}";
  return {
    uid: "groundwork-mesh",
    title: "Mesh",
    description: "Calls between services, refused calls, certificates and the control plane of Istio.",
    folder: "Platform",
    tags: ["mesh", "traffic"],
    sections: [
      {
        title: "Calls",
        panels: [
          {
            title: "Calls",
            description: "Requests a second from one service to another.",
            unit: "reqps",
            min: 0,
            queries: lines({ [legend]: sumRate(`istio_requests_total{${here}}`, ...pair) }),
          },
          {
            title: "Failed calls",
            description: "The part of calls answered with 5xx: the called service's fault, or the network's.",
            unit: "percentunit",
            min: 0,
            thresholds: [{ from: 0.05, color: "red" }],
            queries: lines({
              [legend]: ratio(
                sumRate(`istio_requests_total{${here},response_code=~"5.."}`, ...pair),
                sumRate(`istio_requests_total{${here}}`, ...pair),
              ),
            }),
          },
          {
            title: "Slowest twentieth of calls",
            description: "How long all but one in twenty calls take.",
            unit: "ms",
            min: 0,
            queries: lines({
              [legend]: quantile(0.95, `istio_request_duration_milliseconds_bucket{${here}}`, ...pair),
            }),
          },
          {
            title: "Refused calls",
            description:
              "Calls a second that no rule allows (403): a service that should call says so in its `calls`.",
            unit: "reqps",
            min: 0,
            thresholds: [{ from: 0.1, color: "red" }],
            queries: lines({
              [legend]: sumRate(`istio_requests_total{${here},response_code="403"}`, ...pair),
            }),
          },
          {
            title: "Not by both sides' certificates",
            description:
              "Requests a second that came without a certificate of the mesh: there ought to be none.",
            unit: "reqps",
            min: 0,
            queries: lines({
              "{{destination_canonical_service}}": sumRate(
                `istio_requests_total{${here},connection_security_policy!="mutual_tls"}`,
                "destination_canonical_service",
              ),
            }),
          },
          {
            title: "From the way in",
            description: "Requests a second that the mesh's own gateway hands on, by their answer.",
            unit: "reqps",
            min: 0,
            stacked: true,
            queries: lines({
              "{{response_code}}": sumRate(`istio_requests_total{${front}}`, "response_code"),
            }),
          },
        ],
      },
      {
        title: "Control plane",
        panels: [
          {
            title: "Proxies",
            description: "Proxies that are connected to each of the control plane's pods.",
            unit: "none",
            min: 0,
            queries: lines({ "{{pod}}": `sum by (pod) (pilot_xds{${pilot}})` }),
          },
          {
            title: "Until proxies have what is new",
            description: "How long all but one in a hundred changes take until the proxies have them.",
            unit: "s",
            min: 0,
            thresholds: [{ from: 10, color: "yellow" }],
            queries: lines({
              "slowest hundredth": quantile(0.99, `pilot_proxy_convergence_time_bucket{${pilot}}`),
            }),
          },
          {
            title: "Refused by proxies",
            description: "Configurations a second that a proxy refused: it goes on with the one before.",
            unit: "ops",
            min: 0,
            queries: lines({ refused: sumRate(`pilot_total_xds_rejects{${pilot}}`) }),
          },
          {
            title: "Certificates signed",
            description: "Certificates a second, and requests for one that failed.",
            unit: "ops",
            min: 0,
            queries: lines({
              signed: sumRate(`citadel_server_success_cert_issuance_count{${pilot}}`),
              "not signed": sumRate(`citadel_server_csr_sign_err_count{${pilot}}`),
            }),
          },
          {
            title: "Root's validity",
            description: "How long the mesh's root certificate is valid yet.",
            unit: "dtdurations",
            kind: "stat",
            thresholds: [{ from: 90 * 86_400, color: "green" }],
            queries: lines({ root: `min(citadel_server_root_cert_expiry_seconds{${pilot}})` }),
          },
          {
            title: "Pods without a proxy",
            description: "Pods that did not get their proxy within ten minutes.",
            unit: "none",
            kind: "stat",
            thresholds: anyIsBad,
            queries: lines({
              failed: `sum(increase(sidecar_injection_failure_total{${pilot}}[10m])) or vector(0)`,
            }),
          },
        ],
      },
    ],
  };
}
