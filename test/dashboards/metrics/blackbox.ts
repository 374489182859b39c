import type { Exporter } from "./exporter";

/** Public routes, as a client sees them. */
export const blackbox: Exporter = {
  source: "prometheus/blackbox_exporter v0.28: prober/handler.go, prober/http.go, prober/tls.go",
  there: ({ charts }) => charts.has("prometheus-blackbox-exporter"),
  series: {
    probe_success: ["route", "target", "host", "path"],
    probe_ssl_earliest_cert_expiry: ["route", "target", "host", "path"],
  },
};
