import { type Exporter, histogram } from "./exporter";

/** DNS of the cluster, where it is CoreDNS. */
export const coreDns: Exporter = {
  source: "coredns/coredns v1.13: plugin/metrics/vars/vars.go",
  there: ({ monitoring }) => monitoring.coreDns?.enabled === true,
  series: {
    coredns_dns_responses_total: ["server", "zone", "view", "rcode", "plugin"],
    ...histogram("coredns_dns_request_duration_seconds", "server", "zone", "view"),
  },
};
