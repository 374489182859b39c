import { type Exporter, monitor } from "./exporter";

/** Tempo. */
export const tempo: Exporter = {
  source: "grafana/tempo v2.10.8: modules/ingester/flush.go",
  there: monitor("tracing/tempo"),
  series: { tempo_ingester_failed_flushes_total: [] },
};
