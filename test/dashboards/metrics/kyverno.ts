import { chart, type Exporter } from "./exporter";

/** Kyverno. */
export const kyverno: Exporter = {
  source: "kyverno/kyverno v1.19.0: pkg/metrics",
  there: chart("kyverno"),
  series: {
    kyverno_image_validating_policy_results_total: [
      "policy_name",
      "resource_kind",
      "resource_namespace",
      "result",
    ],
  },
};
