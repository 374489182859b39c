import type * as pulumi from "@pulumi/pulumi";
import { receiversSecret, receiverSecrets } from "./alerting";
import type { AlertingArgs } from "./alerting";
import { alertmanagerConfig } from "./alertRouting";
import { type Archiving, archivingValues } from "../metrics/archivingPrometheus";
import { ruleSelectors, type RulerValuesArgs, rulerValues } from "../metrics/thanosRuler";
import { busyboxImage } from "./chartImages";
import {
  defaultMemoryGiB,
  evaluationSeconds,
  isSharded,
  type MonitoringSize,
  scrapeSeconds,
  shardsOf,
  usedDiskShare,
} from "./monitoringSize";
import { namespaces } from "./names";
import { peerTimeoutSeconds } from "./pageDelay";
import { consoles } from "./consoles";
import { controlPlaneMonitors, controlPlaneValues, type ControlPlaneValuesArgs } from "./controlPlaneValues";
import { type GrafanaValuesArgs, grafanaValues } from "./grafanaValues";
import { resources } from "./podResources";
import { platformPriority } from "./priorities";
import { nodesByTenths } from "./release";
import { apart } from "./spread";

/** What the chart's values are made from. */
export interface MonitoringValuesArgs extends GrafanaValuesArgs, ControlPlaneValuesArgs {
  readonly clusterName: pulumi.Input<string>;
  /** Whether nothing can run on a node beside the pods, and nothing be made in kube-system. */
  readonly managedNodes: boolean;
  /**
   * Label of nodes that take no pod but their own.
   *
   * @default - there are none
   */
  readonly singlePodNodes?: { readonly label: string; readonly value: string };
  readonly size: MonitoringSize;
  /** Two pods of the operator's webhook, or one. */
  readonly highlyAvailable: boolean;
  readonly alerting: AlertingArgs;
  /** How Prometheus' blocks are kept beyond its own disk; undefined where they are not. */
  readonly archiving: Pick<Archiving, "accountAnnotations"> | undefined;
  /** Who evaluates the rules where Prometheus is in shards; undefined where it does so itself. */
  readonly ruler: { readonly annotations: RulerValuesArgs["annotations"] } | undefined;
}

/** Values of kube-prometheus-stack. */
export function monitoringValues(args: MonitoringValuesArgs): Record<string, unknown> {
  return {
    crds: { enabled: true, upgradeJob: definitionsUpgrade(args.nodeSelector) },
    ...controlPlaneValues(args),
    prometheusOperator: operator(args),
    prometheus: prometheus(args),
    alertmanager: alertmanager(args),
    ...(args.ruler !== undefined && { thanosRuler: rulerValues({ ...args, ...args.ruler }) }),
    grafana: grafanaValues(args),
    "kube-state-metrics": {
      // by which costs are told apart; it tells of no other labels
      metricLabelsAllowlist: ["nodes=[node.kubernetes.io/instance-type,topology.kubernetes.io/zone]"],
      resources: resources({ cpu: "50m", memory: "256Mi" }, "500m"),
      priorityClassName: platformPriority,
      nodeSelector: args.nodeSelector,
    },
    ...nodeMetrics(args),
  };
}

/**
 * The node exporter, on every node that takes it. Where nodes are the cloud's own it has its figures of them, and the
 * kubelets, which are scraped all the same, are listed in our namespace and not in kube-system.
 */
function nodeMetrics({
  managedNodes,
  singlePodNodes,
}: Pick<MonitoringValuesArgs, "managedNodes" | "singlePodNodes">): Record<string, unknown> {
  if (managedNodes) {
    return { nodeExporter: { enabled: false }, kubelet: { namespace: namespaces.monitoring } };
  }
  return {
    "prometheus-node-exporter": {
      namespaceOverride: namespaces.nodeExporter,
      updateStrategy: nodesByTenths,
      resources: resources({ cpu: "50m", memory: "64Mi" }, "250m"),
      priorityClassName: platformPriority,
      // What it reads of the node needs no more than this, although its namespace would allow it.
      containerSecurityContext: {
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"] },
        seccompProfile: { type: "RuntimeDefault" },
      },
      // It tolerates every taint, and would wait for such a node for ever.
      ...(singlePodNodes !== undefined && { affinity: awayFrom(singlePodNodes) }),
    },
  };
}

/** Keeps a pod off the nodes with a label. */
function awayFrom({ label, value }: { readonly label: string; readonly value: string }): object {
  return {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: label, operator: "NotIn", values: [value] }] }],
      },
    },
  };
}

/** Label of the pods of the job that upgrades the definitions, for their traffic rule. */
export const definitionsUpgradeLabels = { "app.kubernetes.io/name": "crd-upgrade" } as const;

/**
 * Helm installs a chart's definitions once and never upgrades them; this job, a hook before each release, does. Its images
 * move with us: kubectl's default tag is the cluster's own version, which has a suffix on EKS and GKE
 * (`v1.35.1-gke.1136000`) that no image is tagged with.
 */
function definitionsUpgrade(nodeSelector: Readonly<Record<string, string>>): Record<string, unknown> {
  return {
    enabled: true,
    image: { busybox: { ...busyboxImage, tag: "1.37.0" }, kubectl: { tag: "v1.35.0" } },
    resources: resources({ cpu: "50m", memory: "256Mi" }, "500m"),
    podLabels: definitionsUpgradeLabels,
    nodeSelector,
  };
}

/** Labels of the pods of the operator's webhook. */
export const operatorWebhookPods = { app: "kube-prometheus-stack-operator-webhook" } as const;

function operator({
  highlyAvailable,
  nodeSelector,
  managedNodes,
}: MonitoringValuesArgs): Record<string, unknown> {
  const webhook = resources({ cpu: "20m", memory: "64Mi" }, "200m");
  return {
    resources: resources({ cpu: "100m", memory: "256Mi" }, "500m"),
    priorityClassName: platformPriority,
    nodeSelector,
    prometheusConfigReloader: { resources: resources({ cpu: "10m", memory: "50Mi" }, "100m") },
    // The v1 Endpoints of the kubelets are deprecated since Kubernetes 1.33 and hold a thousand nodes at most.
    kubeletEndpointsEnabled: false,
    kubeletEndpointSliceEnabled: true,
    ...(managedNodes && { kubeletService: { namespace: namespaces.monitoring } }),
    admissionWebhooks: {
      // cert-manager makes and renews its certificate; without it a job with rights over all webhooks would.
      certManager: { enabled: true },
      patch: { enabled: false },
      // The release's own rules come before the webhook's pods and certificate: refused, the first install would be
      // rolled back for ever (https://github.com/prometheus-community/helm-charts/issues/2020).
      failurePolicy: "IgnoreOnInstallOnly",
      deployment: {
        enabled: true,
        replicas: highlyAvailable ? 2 : 1,
        podDisruptionBudget: { enabled: highlyAvailable, minAvailable: 1 },
        automountServiceAccountToken: false,
        resources: webhook,
        priorityClassName: platformPriority,
        // the chart takes no topology spread here
        affinity: apart(operatorWebhookPods),
        nodeSelector,
      },
    },
  };
}

/**
 * Exemplars that Prometheus has in memory, the youngest: 100,000 of 100 bytes each are 10 MB
 * (https://prometheus.io/docs/prometheus/latest/feature_flags/#exemplars-storage).
 */
const keptExemplars = 100_000;

function prometheus({
  clusterName,
  storageClassName,
  size,
  nodeSelector,
  traces,
  archiving,
  controlPlane = [],
}: MonitoringValuesArgs): Record<string, unknown> {
  const archived = archiving === undefined ? undefined : archivingValues(archiving);
  const { prometheusReplicas: replicas, memoryGiB = defaultMemoryGiB } = size;
  const sharded = isSharded(size);
  const pods = replicas * shardsOf(size);
  return {
    podDisruptionBudget: { enabled: pods > 1, minAvailable: pods - 1 },
    ...archived?.beside,
    ...controlPlaneMonitors(controlPlane),
    prometheusSpec: {
      ...archived?.spec,
      replicas,
      ...(sharded && { shards: shardsOf(size) }),
      nodeSelector,
      ...(sharded
        ? { podAntiAffinity: "soft", topologySpreadConstraints: spreadEachShard }
        : { podAntiAffinity: "hard", topologySpreadConstraints: spreadOverZones("prometheus") }),
      podAntiAffinityTopologyKey: "kubernetes.io/hostname",
      priorityClassName: platformPriority,
      scrapeInterval: `${scrapeSeconds}s`,
      evaluationInterval: `${evaluationSeconds}s`,
      retention: `${size.retentionDays}d`,
      retentionSize: `${Math.floor(size.diskGiB * usedDiskShare)}GiB`,
      resources: resources({ cpu: "500m", memory: `${memoryGiB}Gi` }, "4"),
      storageSpec: { volumeClaimTemplate: volumeClaim(storageClassName, size.diskGiB) },
      externalUrl: consoles.prometheus,
      externalLabels: { cluster: clusterName },
      serviceDiscoveryRole: "EndpointSlice",
      enableAdminAPI: false,
      ...(traces !== undefined && {
        enableFeatures: ["exemplar-storage"],
        exemplars: { maxSize: keptExemplars },
      }),
      // where no Prometheus has every series, who asks all of them for theirs evaluates the rules
      ...(sharded && { ruleSelector: ruleSelectors.prometheus }),
      // Every monitor and rule of every namespace counts, not only those of this release.
      ruleSelectorNilUsesHelmValues: false,
      serviceMonitorSelectorNilUsesHelmValues: false,
      podMonitorSelectorNilUsesHelmValues: false,
      probeSelectorNilUsesHelmValues: false,
      scrapeConfigSelectorNilUsesHelmValues: false,
      // A workload's monitor may not make Prometheus send it a file, such as its own token.
      arbitraryFSAccessThroughSMs: false,
    },
  };
}

/**
 * Each shard's replicas on nodes of their own, and in zones of their own where that can be; two shards may share a node, as
 * neither has what the other has. The operator adds the shard to the selector.
 */
const spreadEachShard = [
  ["kubernetes.io/hostname", "DoNotSchedule"],
  ["topology.kubernetes.io/zone", "ScheduleAnyway"],
].map(([topologyKey, whenUnsatisfiable]) => ({
  maxSkew: 1,
  topologyKey,
  whenUnsatisfiable,
  labelSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
  additionalLabelSelectors: "OnShard",
}));

function alertmanager({
  storageClassName,
  size,
  alerting,
  nodeSelector,
}: MonitoringValuesArgs): Record<string, unknown> {
  const replicas = size.alertmanagerReplicas;
  const hasSecrets = Object.keys(receiverSecrets(alerting)).length > 0;
  return {
    podDisruptionBudget: { enabled: replicas > 1, minAvailable: replicas - 1 },
    config: alertmanagerConfig(alerting),
    alertmanagerSpec: {
      replicas,
      externalUrl: consoles.alertmanager,
      // the chart has no value of its own for it
      additionalConfig: { clusterPeerTimeout: `${peerTimeoutSeconds}s` },
      nodeSelector,
      podAntiAffinity: "hard",
      podAntiAffinityTopologyKey: "kubernetes.io/hostname",
      topologySpreadConstraints: spreadOverZones("alertmanager"),
      priorityClassName: platformPriority,
      automountServiceAccountToken: false,
      retention: "120h",
      resources: resources({ cpu: "20m", memory: "128Mi" }, "200m"),
      storage: { volumeClaimTemplate: volumeClaim(storageClassName, 10) },
      secrets: hasSecrets ? [receiversSecret] : [],
    },
  };
}

function volumeClaim(storageClassName: string, diskGiB: number): Record<string, unknown> {
  return {
    spec: {
      storageClassName,
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: `${diskGiB}Gi` } },
    },
  };
}

/** Replicas of a StatefulSet over zones; there is no template hash to tell versions apart, as a Deployment has. */
function spreadOverZones(app: string): unknown[] {
  return [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector: { matchLabels: { "app.kubernetes.io/name": app } },
    },
  ];
}
