import type * as pulumi from "@pulumi/pulumi";
import { platformPriority } from "../platform/priorities";
import { spreadOver } from "../platform/spread";
import { internalIssuer } from "../traffic/internalAuthority";
import type { ExternalSecretsArgs } from "./externalSecrets";

/** Service account that reads the cloud's secret store. */
export const operatorAccount = "external-secrets";

const instance = { "app.kubernetes.io/instance": "external-secrets" } as const;

/** Labels of the pods that keep Secrets up to date. */
export const controllerPods = { "app.kubernetes.io/name": "external-secrets", ...instance } as const;

/** Labels of the pods that the API server asks about custom resources. */
export const webhookPods = { "app.kubernetes.io/name": "external-secrets-webhook", ...instance } as const;

/** What the chart's values are made from. */
export interface ExternalSecretsValuesArgs extends Pick<
  ExternalSecretsArgs,
  "highlyAvailable" | "nodeSelector"
> {
  readonly watchedNamespace: pulumi.Input<string>;
  /** Of the controller's service account. */
  readonly annotations: pulumi.Input<Readonly<Record<string, string>>>;
}

/** Values of the chart. */
export function externalSecretsValues({
  highlyAvailable,
  nodeSelector,
  watchedNamespace,
  annotations,
}: ExternalSecretsValuesArgs): Record<string, unknown> {
  const part = (pods: Readonly<Record<string, string>>, cpu: string) => ({
    replicaCount: highlyAvailable ? 2 : 1,
    revisionHistoryLimit: 3,
    // with one replica a budget would only keep the node from being drained
    podDisruptionBudget: highlyAvailable ? { enabled: true, minAvailable: 1 } : { enabled: false },
    priorityClassName: platformPriority,
    nodeSelector,
    topologySpreadConstraints: spreadOver(pods),
    resources: { requests: { cpu, memory: "128Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
    log: { level: "info", timeEncoding: "iso8601" },
  });
  return {
    ...part(controllerPods, "25m"),
    leaderElect: true,
    // a Role in that namespace and no ClusterRole, and none of the kinds that reach over namespaces
    scopedNamespace: watchedNamespace,
    scopedRBAC: true,
    processClusterStore: false,
    processClusterExternalSecret: false,
    processClusterPushSecret: false,
    processClusterGenerator: false,
    // it reads the cloud's secrets, and writes none there
    processPushSecret: false,
    crds: {
      createClusterExternalSecret: false,
      createClusterSecretStore: false,
      createClusterGenerator: false,
      createClusterPushSecret: false,
      createPushSecret: false,
    },
    // what a store of secrets may name is its own pods' identity, no service account of another
    rbac: { serviceAccountTokenCreate: false, servicebindings: { create: false } },
    serviceAccount: { create: true, name: operatorAccount, annotations },
    livenessProbe: { enabled: true },
    readinessProbe: { enabled: true },
    serviceMonitor: { enabled: true, renderMode: "failIfMissing" },
    webhook: {
      ...part(webhookPods, "10m"),
      livenessProbe: { enabled: true },
      certManager: {
        enabled: true,
        cert: {
          issuerRef: internalIssuer,
          duration: "2160h0m0s",
          renewBefore: "720h0m0s",
          privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
        },
      },
    },
    // cert-manager makes the webhook's certificate
    certController: { create: false },
  };
}
