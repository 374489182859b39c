import type { Exporter } from "./exporter";

const exporter = ["exporter", "data_type"];

/** OpenTelemetry's collectors, of themselves. */
export const openTelemetry: Exporter = {
  source:
    "open-telemetry/opentelemetry-collector v0.158.0: receiver/receiverhelper and exporter/exporterhelper, internal/metadata; opentelemetry-collector-contrib: processor/tailsamplingprocessor/internal/metadata",
  there: ({ monitors }) => [...monitors].some((name) => /^tracing\/.*(agent|gateway)/.test(name)),
  series: {
    otelcol_receiver_refused_spans_total: ["receiver", "transport"],
    otelcol_exporter_queue_size: exporter,
    otelcol_exporter_queue_capacity: exporter,
    otelcol_exporter_send_failed_spans_total: exporter,
    otelcol_exporter_enqueue_failed_spans_total: exporter,
    otelcol_processor_tail_sampling_sampling_trace_dropped_too_early_total: [],
  },
};
