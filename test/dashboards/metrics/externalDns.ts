import { chart, type Exporter } from "./exporter";

/** External DNS. */
export const externalDns: Exporter = {
  source: "kubernetes-sigs/external-dns v0.21.0: controller/metrics.go",
  there: chart("external-dns"),
  series: {
    external_dns_controller_last_sync_timestamp_seconds: [],
  },
};
