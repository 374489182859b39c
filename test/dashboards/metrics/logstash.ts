import { type Exporter, monitor } from "./exporter";

/** What Logstash counts and what it says of itself, by the names that its pipelines give. */
export const logstash: Exporter = {
  source: "components/logging/logstashPipelines.ts, by prometheus/statsd_exporter v0.30.0",
  there: monitor("logging/logstash"),
  series: {
    logs_dead_letters_total: [],
    logs_errors_total: ["service", "log_namespace"],
    logs_refused_total: ["service", "log_namespace"],
    logs_shipped_total: ["node"],
    logstash_queue_bytes: [],
    logstash_queue_max_bytes: [],
  },
};
