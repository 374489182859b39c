import { platformPriority } from "../platform/priorities";
import { nodesByTenths } from "../platform/release";
import { closedContainer } from "../platform/securityContext";
import { podLogs } from "./alloyConfig";

/** Where Alloy tells its metrics. */
export const alloyPort = 12_345;

/** Labels of the pods that read on each node. */
export const nodePods = {
  "app.kubernetes.io/name": "alloy",
  "app.kubernetes.io/instance": "alloy",
  "groundwork.dev/part": "nodes",
} as const;

/** Labels of the pod that reads events. */
export const eventPods = {
  "app.kubernetes.io/name": "alloy",
  "app.kubernetes.io/instance": "alloy",
  "groundwork.dev/part": "events",
} as const;

/** Where on a node it is kept how far each file has been read, so that a pod begun anew goes on from there. */
const positions = "/var/lib/alloy";

/** What a pod on a node may take. Lines wait in their files while it has no time for them. */
export const nodeResources = {
  requests: { cpu: "50m", memory: "192Mi" },
  limits: { cpu: "500m", memory: "384Mi" },
} as const;

const eventResources = {
  requests: { cpu: "20m", memory: "128Mi" },
  limits: { cpu: "200m", memory: "256Mi" },
} as const;

const off = { enabled: false };

function common(content: string, resources: object): Record<string, unknown> {
  return {
    configMap: { create: true, content },
    storagePath: positions,
    enableReporting: false,
    resources,
    livenessProbe: {
      httpGet: { path: "/-/ready", port: alloyPort },
      initialDelaySeconds: 30,
      periodSeconds: 30,
      failureThreshold: 10,
    },
  };
}

/** Values of the chart for what reads files on each node: as the user that owns them, with no other right. */
export function nodeValues(content: string): Record<string, unknown> {
  return {
    fullnameOverride: "alloy",
    crds: { create: false },
    global: { podSecurityContext: { seccompProfile: { type: "RuntimeDefault" } } },
    alloy: {
      ...common(content, nodeResources),
      securityContext: { ...closedContainer(), runAsUser: 0, runAsGroup: 0 },
      mounts: {
        extra: [
          { name: "logs", mountPath: podLogs, readOnly: true },
          { name: "positions", mountPath: positions },
        ],
      },
    },
    // a change of the configuration is a change of the pods
    configReloader: off,
    // it asks the API server nothing
    rbac: { create: false },
    serviceAccount: { automountServiceAccountToken: false },
    controller: {
      type: "daemonset",
      podLabels: { "groundwork.dev/part": nodePods["groundwork.dev/part"] },
      // every node: what is left out is where something goes wrong
      tolerations: [{ operator: "Exists" }],
      updateStrategy: nodesByTenths,
      priorityClassName: platformPriority,
      volumes: {
        extra: [
          { name: "logs", hostPath: { path: podLogs, type: "Directory" } },
          { name: "positions", hostPath: { path: positions, type: "DirectoryOrCreate" } },
        ],
      },
    },
    serviceMonitor: { enabled: true, interval: "30s" },
  };
}

const readEvents = (group: string): object => ({
  apiGroups: [group],
  resources: ["events"],
  verbs: ["get", "list", "watch"],
});

/** Values of the chart for what reads Kubernetes' events, which one does: two would write each of them twice. */
export function eventValues(
  content: string,
  nodeSelector: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const user = 65_532;
  return {
    fullnameOverride: "alloy-events",
    crds: { create: false },
    global: {
      podSecurityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        seccompProfile: { type: "RuntimeDefault" },
      },
    },
    alloy: {
      ...common(content, eventResources),
      securityContext: closedContainer(),
      mounts: { extra: [{ name: "positions", mountPath: positions }] },
    },
    configReloader: off,
    // the same events by both their groups: of two lists the chart takes no empty one
    rbac: { rules: [readEvents("")], clusterRules: [readEvents("events.k8s.io")] },
    controller: {
      type: "deployment",
      replicas: 1,
      updateStrategy: { type: "Recreate" },
      podLabels: { "groundwork.dev/part": eventPods["groundwork.dev/part"] },
      nodeSelector,
      priorityClassName: platformPriority,
      volumes: { extra: [{ name: "positions", emptyDir: { sizeLimit: "64Mi" } }] },
    },
    serviceMonitor: { enabled: true, interval: "30s" },
  };
}
