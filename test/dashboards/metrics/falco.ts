import type { Exporter } from "./exporter";

/** Falco and what hands on what it noticed. */
export const falco: Exporter = {
  source:
    "falcosecurity/falco 0.44.1: userspace/falco/falco_metrics.cpp; falcosecurity/falcosidekick 2.31.1: stats_prometheus.go",
  there: ({ charts }) => charts.has("falco") && charts.has("falcosidekick"),
  series: {
    falcosecurity_scap_n_drops_total: ["raw_name"],
    falcosecurity_scap_n_evts_total: ["raw_name"],
    falcosecurity_falcosidekick_falco_events_total: [
      "hostname",
      "rule",
      "priority",
      "priority_raw",
      "source",
      "k8s_ns_name",
      "k8s_pod_name",
    ],
    falcosecurity_falcosidekick_outputs_total: ["destination", "status"],
  },
};
