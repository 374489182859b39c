import type { ControlPlanePart } from "../cluster/controlPlanePart";

/** What the values are made from. */
export interface ControlPlaneValuesArgs {
  /** Whether the cluster's DNS is CoreDNS, which can be scraped. */
  readonly coreDns: boolean;
  /** Whether nothing can run on a node beside the pods: then there is no node exporter. */
  readonly managedNodes: boolean;
  /**
   * Parts whose metrics the API server shows.
   *
   * @default [] - it shows its own alone
   */
  readonly controlPlane?: readonly ControlPlanePart[];
}

type Part = ControlPlanePart["part"];

/** What Prometheus calls a part, as the chart's rules ask for it, and which series of it are kept. */
const known: Readonly<Record<Part, { readonly job: string; readonly kept: string }>> = {
  kubeScheduler: { job: "kube-scheduler", kept: "scheduler_.+|process_start_time_seconds" },
  kubeControllerManager: {
    job: "kube-controller-manager",
    // of all that it works off; its histograms are many, and no rule asks for them
    kept: "workqueue_(adds_total|depth|retries_total)|process_start_time_seconds",
  },
};

/** How often the control plane's parts are asked, seconds: nothing pages by them at once. */
const intervalSeconds = 30;

/**
 * A managed control plane shows no etcd, and its scheduler and controller manager by the API server alone, where it does (EKS);
 * kube-proxy answers on the node's loopback (EKS) or is not there (GKE). Scraping what is not there, or alerting on its absence,
 * would page for nothing; nor is there anything to ask for by rules of a node exporter where none may run.
 */
export function controlPlaneValues({
  coreDns,
  managedNodes,
  controlPlane = [],
}: ControlPlaneValuesArgs): Record<string, unknown> {
  const off = { enabled: false };
  const isShown = (part: Part): boolean => controlPlane.some((one) => one.part === part);
  // its rules, and neither a Service nor a monitor of the chart's, which look for pods
  const shown = (part: Part) => (isShown(part) ? { enabled: true, service: off, serviceMonitor: off } : off);
  return {
    kubeControllerManager: shown("kubeControllerManager"),
    kubeScheduler: shown("kubeScheduler"),
    kubeEtcd: off,
    kubeProxy: off,
    coreDns: { enabled: coreDns },
    defaultRules: {
      rules: {
        etcd: false,
        kubeControllerManager: isShown("kubeControllerManager"),
        kubeProxy: false,
        kubeSchedulerAlerting: isShown("kubeScheduler"),
        kubeSchedulerRecording: isShown("kubeScheduler"),
        windows: false,
        ...(managedNodes && {
          kubePrometheusNodeRecording: false,
          network: false,
          node: false,
          nodeExporterAlerting: false,
          nodeExporterRecording: false,
        }),
      },
      // ours says it sooner, of a job no longer than until a later run succeeded, and to the system's team what is the system's
      disabled: { KubePodCrashLooping: true, KubeJobFailed: true },
    },
  };
}

/** Values below `prometheus`, by which it asks the API server for them, as whom it is. */
export function controlPlaneMonitors(controlPlane: readonly ControlPlanePart[]): Record<string, unknown> {
  if (controlPlane.length === 0) return {};
  const own = "/var/run/secrets/kubernetes.io/serviceaccount";
  return {
    additionalServiceMonitors: controlPlane.map(({ part, path }) => ({
      name: known[part].job,
      // the API server's own Service
      namespaceSelector: { matchNames: ["default"] },
      selector: { matchLabels: { component: "apiserver", provider: "kubernetes" } },
      endpoints: [
        {
          port: "https",
          scheme: "https",
          path,
          interval: `${intervalSeconds}s`,
          bearerTokenFile: `${own}/token`,
          tlsConfig: { caFile: `${own}/ca.crt`, serverName: "kubernetes" },
          relabelings: [{ action: "replace", targetLabel: "job", replacement: known[part].job }],
          metricRelabelings: [{ action: "keep", sourceLabels: ["__name__"], regex: known[part].kept }],
        },
      ],
    })),
    additionalRulesForClusterRole: controlPlane.map(({ resource: { apiGroup, name } }) => ({
      apiGroups: [apiGroup],
      resources: [name],
      verbs: ["get"],
    })),
  };
}
