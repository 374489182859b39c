import { type Exporter, histogram, monitor } from "./exporter";

/** flagd. */
export const flagd: Exporter = {
  source: "open-feature/flagd core v0.13: core/pkg/telemetry/metrics.go",
  there: monitor("flagd/flagd"),
  series: {
    feature_flag_flagd_impression_total: [
      "feature_flag_key",
      "feature_flag_result_variant",
      "feature_flag_reason",
    ],
    feature_flag_flagd_result_reason_total: [
      "feature_flag_key",
      "feature_flag_reason",
      "ExceptionTypeKeyName",
    ],
    ...histogram(
      "http_server_request_duration_seconds",
      "http_response_status_code",
      "server_port",
      "service_name",
      "url_scheme",
    ),
  },
};
