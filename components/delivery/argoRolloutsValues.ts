import { platformPriority } from "../platform/priorities";
import { closedContainer } from "../platform/securityContext";
import type { ServicePlace } from "../platform/service";
import { spreadOver } from "../platform/spread";

/** Labels of its pods, as the chart gives them. */
export const argoRolloutsPods = {
  "app.kubernetes.io/component": "rollouts-controller",
  "app.kubernetes.io/instance": "argo-rollouts",
  "app.kubernetes.io/name": "argo-rollouts",
} as const;

/** Name of its service account, as the chart gives it. */
export const argoRolloutsAccount = "argo-rollouts";

/** Port of its metrics, and the name that its container has for it. */
export const argoRolloutsMetrics = { port: 8090, name: "metrics" } as const;

/** What the chart's values are made from. */
export interface ArgoRolloutsValuesArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  /** Namespace of the system: it sees no other. */
  readonly systemNamespace: string;
}

/** Values of the chart. */
export function argoRolloutsValues({
  highlyAvailable,
  nodeSelector,
  systemNamespace,
}: ArgoRolloutsValuesArgs): Record<string, unknown> {
  return {
    installCRDs: true,
    // with a kind go all objects of it, and the pods that they keep
    keepCRDs: true,
    // no right in the whole cluster: the chart's Role is for its own namespace, `letRollOut` has the system's
    clusterInstall: false,
    createClusterAggregateRoles: false,
    controller: {
      replicas: highlyAvailable ? 2 : 1,
      // as the program's objects of the mesh are written
      extraArgs: [`--namespace=${systemNamespace}`, "--istio-api-version=v1beta1"],
      logging: { format: "json" },
      nodeSelector,
      priorityClassName: platformPriority,
      topologySpreadConstraints: spreadOver(argoRolloutsPods),
      resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
      // with one replica a budget would only keep the node from being drained
      pdb: highlyAvailable ? { enabled: true, maxUnavailable: 1 } : { enabled: false },
    },
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    containerSecurityContext: closedContainer(),
    // routers of requests that this program has none of
    providerRBAC: { enabled: false },
    dashboard: { enabled: false },
  };
}
