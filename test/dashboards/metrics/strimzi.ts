import { type Exporter, monitor } from "./exporter";

/** Strimzi's operators. */
export const strimzi: Exporter = {
  source:
    "strimzi/strimzi-kafka-operator 1.2.0: operator-common/src/main/java/io/strimzi/operator/common/metrics/MetricsHolder.java",
  there: monitor("kafka/operator"),
  series: {
    strimzi_reconciliations_failed_total: ["kind", "exported_namespace", "selector"],
  },
};
