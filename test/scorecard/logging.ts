import type { Setting } from "./setting";

const release = { area: "logs", type: "kubernetes:helm.sh/v3:Release" };
const loki = { ...release, only: /^main-loki$/ };
const alloy = { ...release, only: /^main-loki-alloy$/ };

/** What logs of the cluster have without being told. */
export const loggingSettings: readonly Setting[] = [
  {
    ...loki,
    setting: "logs are answered for a tenant alone",
    path: "values.loki.auth_enabled",
    expected: true,
    elsewhere: "loki's chart true",
    why: "what the platform and an audit say is not the system's to read",
  },
  {
    ...loki,
    setting: "logs are deleted when their days are over",
    path: "values.loki.structuredConfig.compactor.retention_enabled",
    expected: true,
    elsewhere: "loki's chart not set",
    why: "kept for ever otherwise",
  },
  {
    ...loki,
    setting: "Loki gets no token of the API server",
    path: "values.defaults.automountServiceAccountToken",
    expected: false,
    elsewhere: "loki's chart true",
    why: "it asks the API server nothing",
  },
  {
    ...alloy,
    setting: "what reads logs on nodes has no right in the cluster",
    path: "values.rbac.create",
    expected: false,
    elsewhere: "alloy's chart true",
    why: "the chart's right reads every Secret",
  },
  {
    ...alloy,
    setting: "what reads logs on nodes has no capability",
    path: "values.alloy.securityContext.capabilities.drop",
    expected: ["ALL"],
    elsewhere: "alloy's chart not set",
    why: "it owns the files that it reads",
  },
];
