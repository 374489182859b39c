import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressToApiServer, tcp } from "../platform/networkPolicy";
import { platformPriority } from "../platform/priorities";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { spreadOver } from "../platform/spread";
import { closedContainer } from "../platform/securityContext";

/** Arguments of {@link Reloader}. */
export interface ReloaderArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  /** Namespaces whose workloads it rolls, and whose Secrets it may read: no others. */
  readonly watchedNamespaces: readonly pulumi.Input<string>[];
  /** Whether Argo Rollouts keeps some of them. */
  readonly rollsRollouts: boolean;
}

/**
 * Annotation by which a workload is rolled when a Secret or ConfigMap that its pods name has changed (stakater/reloader,
 * "Automatic Reload"); without it nothing is rolled.
 */
export const reloadAnnotation = { "reloader.stakater.com/auto": "true" } as const;

const pods = { "app.kubernetes.io/name": "reloader", "app.kubernetes.io/instance": "reloader" };

/** Rolls workloads when what they read of Secrets and ConfigMaps has changed. Needs the monitoring stack's kinds. */
export class Reloader extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: ReloaderArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:secrets:Reloader", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.reloader,
        quota: { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" }, pods: 10 },
      },
      child,
    );
    const policy = allowTraffic(
      `${name}-controller`,
      {
        namespace: namespace.namespaceName,
        policy: "controller",
        podLabels: pods,
        ingress: [{ from: [prometheusPods], ports: tcp(9090) }],
        egress: [egressToApiServer],
      },
      child,
    );
    this.release = installChart(
      name,
      {
        chart: "reloader",
        namespace: namespace.namespaceName,
        values: reloaderValues(args),
      },
      afterAll(child, opts, [policy]),
    );
    this.registerOutputs({});
  }
}

/** Values of the chart. */
export function reloaderValues({
  highlyAvailable,
  nodeSelector,
  watchedNamespaces,
  rollsRollouts,
}: ReloaderArgs): Record<string, unknown> {
  return {
    reloader: {
      // a Role in each of them, and no ClusterRole
      watchGlobally: false,
      namespaces: watchedNamespaces,
      // by an annotation of the pods' template, which is what Kubernetes' own roll-out does, and no drift of `env`
      reloadStrategy: "annotations",
      // workloads that Argo Rollouts keeps, whose pods' template is rolled like any other's
      isArgoRollouts: rollsRollouts,
      // what changed while no replica led
      syncAfterRestart: true,
      logFormat: "json",
      enableHA: highlyAvailable,
      readOnlyRootFileSystem: true,
      deployment: {
        replicas: highlyAvailable ? 2 : 1,
        nodeSelector,
        priorityClassName: platformPriority,
        topologySpreadConstraints: spreadOver(pods),
        containerSecurityContext: closedContainer(),
        resources: { requests: { cpu: "20m", memory: "128Mi" }, limits: { cpu: "200m", memory: "256Mi" } },
      },
      podMonitor: { enabled: true },
      // with one replica a budget would only keep the node from being drained
      podDisruptionBudget: highlyAvailable ? { enabled: true, maxUnavailable: 1 } : { enabled: false },
    },
  };
}
