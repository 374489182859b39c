import type { AlertCases } from "../cases";

const refusals = (policy: string, action = "deny"): string =>
  `apiserver_validating_admission_policy_check_total{policy="${policy}",enforcement_action="${action}"}`;
const unsigned = (result: string): string =>
  `kyverno_image_validating_policy_results_total{resource_namespace="shop", result="${result}"}`;
const kyvernoPods = 'up{namespace="kyverno", service="kyverno-svc-metrics"}';

export const guardRails: AlertCases = {
  "guardrails-refused": {
    fires: [
      // one alone, of a rule that has refused nothing before
      {
        series: { [refusals("groundwork-images")]: "_x9 1x20" },
        at: "12m",
        labels: { policy: "groundwork-images" },
      },
      {
        series: { [refusals("groundwork-images")]: "3x9 4x20" },
        at: "12m",
        labels: { policy: "groundwork-images" },
      },
    ],
    silent: [
      { series: { [refusals("groundwork-images")]: "3x40" }, at: "30m" },
      { series: { [refusals("groundwork-images", "audit")]: "0+1x40" }, at: "30m" },
      { series: { [refusals("of-somebody-else")]: "0+1x40" }, at: "30m" },
    ],
  },
};

export const kyverno: AlertCases = {
  "guardrails-unsigned": {
    fires: [
      { series: { [unsigned("fail")]: "_x9 1x20" }, at: "12m", labels: { resource_namespace: "shop" } },
      { series: { [unsigned("error")]: "3x9 4x20" }, at: "12m", labels: { resource_namespace: "shop" } },
    ],
    silent: { series: { [unsigned("fail")]: "3x40", [unsigned("pass")]: "0+1x40" }, at: "30m" },
  },
  "guardrails-webhook": {
    fires: [
      { series: { [kyvernoPods]: "1x4 0x20" }, at: "20m" },
      { series: { [kyvernoPods]: "1x4 _x30" }, at: "30m" },
    ],
    silent: { series: { [kyvernoPods]: "1x4 0x13 1x9" }, at: "20m" },
  },
};

const image = {
  namespace: "shop",
  image_registry: "ghcr.io",
  image_repository: "acme/api",
  image_tag: "1.4.2",
} as const;
const ofImage = Object.entries(image)
  .map(([label, value]) => `${label}="${value}"`)
  .join(", ");
const vulnerabilities = (severity: string): string =>
  `trivy_image_vulnerabilities{${ofImage}, severity="${severity}"}`;
const found = (severity: string): string => `trivy_image_exposedsecrets{${ofImage}, severity="${severity}"}`;

export const trivy: AlertCases = {
  "trivy-critical": {
    fires: { series: { [vulnerabilities("Critical")]: "2x60" }, at: "24h", interval: "30m", labels: image },
    silent: [
      // a new release took its place within the day
      { series: { [vulnerabilities("Critical")]: "2x46 stale" }, at: "24h", interval: "30m" },
      {
        series: { [vulnerabilities("Critical")]: "0x60", [vulnerabilities("High")]: "9x60" },
        at: "24h",
        interval: "30m",
      },
    ],
  },
  "trivy-secret": {
    fires: { series: { [found("High")]: "1x30" }, at: "15m", labels: image },
    silent: { series: { [found("Critical")]: "0x30", [found("Medium")]: "4x30" }, at: "20m" },
  },
  "trivy-silent": {
    fires: { series: { [vulnerabilities("High")]: "3x4 _x400" }, at: "6h20m" },
    silent: { series: { [vulnerabilities("High")]: "3x4 _x300 0x99" }, at: "6h20m" },
  },
};

const missing = 'kube_daemonset_status_number_unavailable{namespace="falco", daemonset="falco"}';
const drops = 'falcosecurity_scap_n_drops_total{namespace="falco", pod="falco-abcde"}';
const events = 'falcosecurity_scap_n_evts_total{namespace="falco", pod="falco-abcde"}';
const outputs = (status: string): string =>
  `falcosecurity_falcosidekick_outputs_total{destination="alertmanager",status="${status}"}`;

export const falco: AlertCases = {
  "falco-blind": {
    fires: [
      {
        series: { [missing]: "0x4 1x40" },
        at: "35m",
        labels: { namespace: "falco", daemonset: "falco" },
      },
      // the DaemonSet is gone
      { series: { [missing]: "0x4 stale" }, at: "35m", labels: { namespace: "falco" } },
    ],
    silent: { series: { [missing]: "0x4 1x28 0x9" }, at: "40m" },
  },
  "falco-drops": {
    fires: {
      series: { [drops]: "0+1100x60", [events]: "0+100000x60" },
      at: "35m",
      labels: { namespace: "falco", pod: "falco-abcde" },
    },
    silent: { series: { [drops]: "0+1000x60", [events]: "0+100000x60" }, at: "1h" },
  },
  "falco-undelivered": {
    fires: {
      series: { [outputs("error")]: "0x9 1x20", [outputs("ok")]: "0+1x40" },
      at: "15m",
      labels: { destination: "alertmanager", status: "error" },
    },
    silent: { series: { [outputs("error")]: "2x40", [outputs("ok")]: "0+1x40" }, at: "30m" },
  },
};
