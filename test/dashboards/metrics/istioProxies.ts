import { type Exporter, histogram } from "./exporter";

/** Requests, by the proxies of the mesh: Istio's standard metrics. */
export const istioProxies: Exporter = {
  source: "istio.io, Reference, Istio Standard Metrics (1.31)",
  there: ({ monitors }) =>
    monitors.has("istio-ingress/istio-ingress") || [...monitors].some((name) => name.endsWith("/sidecars")),
  series: {
    istio_requests_total: [
      "reporter",
      "source_workload",
      "source_workload_namespace",
      "source_canonical_service",
      "destination_workload",
      "destination_workload_namespace",
      "destination_canonical_service",
      "destination_service",
      "destination_service_name",
      "destination_service_namespace",
      "request_protocol",
      "response_code",
      "response_flags",
      "connection_security_policy",
    ],
    ...histogram(
      "istio_request_duration_milliseconds",
      "reporter",
      "source_workload",
      "source_workload_namespace",
      "source_canonical_service",
      "destination_workload",
      "destination_workload_namespace",
      "destination_canonical_service",
      "destination_service",
      "destination_service_name",
      "destination_service_namespace",
      "request_protocol",
      "response_code",
      "response_flags",
      "connection_security_policy",
    ),
  },
};
