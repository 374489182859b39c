import { type Exporter, monitor } from "./exporter";

/** The recommender of the Vertical Pod Autoscaler. */
export const recommender: Exporter = {
  source: "kubernetes/autoscaler: vertical-pod-autoscaler/pkg/utils/metrics/recommender/recommender.go",
  there: monitor("vpa/recommender"),
  series: {
    vpa_recommender_metric_server_responses: ["is_error", "client_name"],
  },
};
