import type { AlertRule } from "../platform/alertRules";

/** Job of the checks of public routes. */
export const routeJob = "routes";

/** How often each route is asked for, seconds, by each of Prometheus' replicas. */
export const routeCheckSeconds = 30;

/** Checks of which two may not fail, and the time that they take, seconds. */
const windowSeconds = 4 * routeCheckSeconds;

/** Failed checks of the window. */
const failed = `count_over_time(probe_success{job="${routeJob}"}[${windowSeconds}s]) - sum_over_time(probe_success{job="${routeJob}"}[${windowSeconds}s])`;

/** How long the earliest certificate of a route's chain is good for, seconds. */
const left = `probe_ssl_earliest_cert_expiry{job="${routeJob}"} - time()`;

const day = 86_400;

/**
 * What whoever serves a route is to act on. By the series' names in its source (prometheus/blackbox_exporter v0.28.0,
 * prober/handler.go and prober/http.go).
 */
export const routeAlerts: Readonly<Record<string, AlertRule>> = {
  "route-down": {
    severity: "critical",
    description:
      "A public route is not served: two of its last four checks got no answer, or not the one that they want.",
    expr: `(${failed}) >= 2`,
    minutes: 1,
  },
};

/** What the platform is: certificates are of its issuers, and checks of its exporter. */
export const routeCheckAlerts: Readonly<Record<string, AlertRule>> = {
  "route-certificate-soon": {
    severity: "warning",
    description:
      "The certificate of a public route runs out within 21 days: it should have been renewed nine days ago.",
    expr: `${left} < ${21 * day}`,
  },
  "route-certificate": {
    severity: "critical",
    description:
      "The certificate of a public route runs out within 7 days; from then on no client accepts it.",
    expr: `${left} < ${7 * day}`,
  },
  "route-unchecked": {
    severity: "warning",
    description: "No public route is checked any more: the checks' exporter is away, or nobody asks it.",
    expr: `absent(probe_success{job="${routeJob}"})`,
  },
};
