import type * as pulumi from "@pulumi/pulumi";
import { platformPriority } from "../platform/priorities";
import { spreadOver } from "../platform/spread";
import type { KyvernoArgs } from "./kyverno";

/** Service account of the pods that the API server asks: it reads the registry. */
export const kyvernoAccount = "kyverno-admission-controller";

/** Labels that the chart gives those pods. */
export const admissionPods = {
  "app.kubernetes.io/component": "admission-controller",
  "app.kubernetes.io/instance": "kyverno",
} as const;

/** Labels of the pods that take the webhooks away before the release goes. */
export const hookPods = { "app.kubernetes.io/component": "hooks" } as const;

/** The webhook's is one that the control plane of a private cluster of GKE may call. */
export const kyvernoPorts = { webhook: 10250, metrics: 8000 } as const;

/** What the chart's values are made from. */
export interface KyvernoValuesArgs extends Pick<
  KyvernoArgs,
  "highlyAvailable" | "nodeSelector" | "systemNamespace" | "registryHelper"
> {
  /** Of the service account. */
  readonly annotations: pulumi.Input<Readonly<Record<string, string>>>;
}

/** Values of the chart. */
export function kyvernoValues({
  highlyAvailable,
  nodeSelector,
  systemNamespace,
  registryHelper,
  annotations,
}: KyvernoValuesArgs): Record<string, unknown> {
  const probe = { httpGet: { port: kyvernoPorts.webhook } };
  const off = { enabled: false };
  return {
    global: { priorityClassName: platformPriority },
    // what there is to do is asked at admission: nothing is made, cleaned up or reported in the background
    backgroundController: off,
    cleanupController: off,
    reportsController: off,
    features: {
      admissionReports: off,
      backgroundScan: off,
      policyReports: off,
      validatingAdmissionPolicyReports: off,
      // the program's own rules are such policies already
      generateValidatingAdmissionPolicy: off,
      policyExceptions: off,
      logging: { format: "json" },
      registryClient: { credentialHelpers: ["default", registryHelper] },
    },
    config: {
      // whatever policy somebody makes, it is asked about nothing outside the system's namespace
      webhooks: {
        namespaceSelector: {
          matchExpressions: [
            { key: "kubernetes.io/metadata.name", operator: "In", values: [systemNamespace] },
          ],
        },
      },
    },
    // stored versions of its kinds are moved by hand, before an upgrade that takes one away
    crds: { migration: off },
    webhooksCleanup: { enabled: true, podLabels: hookPods, nodeSelector },
    admissionController: {
      replicas: highlyAvailable ? 3 : 1,
      nodeSelector,
      revisionHistoryLimit: 3,
      updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: highlyAvailable ? 1 : 0 } },
      rbac: { serviceAccount: { name: kyvernoAccount, annotations } },
      webhookServer: { port: kyvernoPorts.webhook },
      startupProbe: probe,
      livenessProbe: probe,
      readinessProbe: probe,
      topologySpreadConstraints: spreadOver(admissionPods),
      // with one replica a budget would only keep the node from being drained
      podDisruptionBudget: highlyAvailable ? { enabled: true, minAvailable: 2 } : off,
      sigstoreVolume: { emptyDir: { sizeLimit: "64Mi" } },
      initContainer: {
        resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "100m", memory: "256Mi" } },
      },
      container: {
        resources: { requests: { cpu: "50m", memory: "384Mi" }, limits: { cpu: "1", memory: "384Mi" } },
      },
      serviceMonitor: { enabled: true },
    },
  };
}
