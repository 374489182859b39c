import { type Exporter, histogram } from "./exporter";

/** Grafana. */
export const grafana: Exporter = {
  source: "grafana/grafana v13.2.0: pkg/middleware/request_metrics.go",
  there: () => true,
  series: {
    ...histogram("grafana_http_request_duration_seconds", "handler", "status_code", "method"),
  },
};
