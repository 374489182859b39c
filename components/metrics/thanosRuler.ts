import type * as pulumi from "@pulumi/pulumi";
import { alertmanagerPods, alertmanagers } from "../platform/alertmanagers";
import { consoles } from "../platform/consoles";
import { evaluationSeconds, type MonitoringSize } from "../platform/monitoringSize";
import { namespaces } from "../platform/names";
import { type AllowTrafficArgs, egressTo, podsHere, podsIn, tcp } from "../platform/networkPolicy";
import { platformPriority } from "../platform/priorities";
import { resources } from "../platform/podResources";
import { spreadOver } from "../platform/spread";
import { charts } from "../platform/charts";
import type { ArchivingArgs } from "./archivingPrometheus";
import { letIdentityIntoArchive, objstore } from "./metricsArchive";
import { querierPods, querierPort } from "./metricsSource";

/** Service account of the ruler, as its chart names it; also the Service by which Prometheus finds it, and so its job. */
export const rulerAccount = "kube-prometheus-stack-thanos-ruler";

/** Its StatefulSet: the operator puts `thanos-ruler-` before the name of the object, which the chart makes. */
export const rulerSet = "thanos-ruler-kube-prometheus-stack-thanos-ruler";

/** Headless Service of its pods, which the operator makes (prometheus-operator, pkg/thanos: `governingServiceName`). */
export const rulerService = "thanos-ruler-operated";

/** Labels that the operator gives its pods. */
export const rulerPods = { "app.kubernetes.io/name": "thanos-ruler" } as const;

/** Its ports: for what is asked of its samples, for the rest, and of what reloads its rules. */
export const rulerPorts = { grpc: 10901, web: 10902, reloader: 8080 } as const;

/**
 * Labels that are of who has a sample and not of the sample, which the querier leaves out of its answers, taking what differs by
 * nothing else for one: replicas of Prometheus and of the ruler, as the operator names them, whose Prometheus it is, and the
 * cluster. Prometheus' own answers have none of them. So a rule finds what it would in a single Prometheus, also where it
 * compares what is recorded with what is summed up on the spot, and so do dashboards in what was recorded before there were shards.
 */
export const ownersLabels = ["prometheus_replica", "thanos_ruler_replica", "prometheus", "cluster"] as const;

/**
 * Label of rules that Prometheus evaluates itself although it is in shards: those about the ruler. None may ask for the
 * absence of something, which a shard that does not scrape it would always see.
 */
export const evaluatorLabel = { "groundwork/evaluator": "prometheus" } as const;

/** What Prometheus in shards evaluates, and what the ruler does: each rule one of them, and none both. */
export const ruleSelectors = {
  prometheus: { matchLabels: evaluatorLabel },
  ruler: { matchExpressions: [{ key: "groundwork/evaluator", operator: "DoesNotExist" }] },
} as const;

/**
 * Memory of a ruler, MiB: what is recorded is some ten series a pod (the chart's group `k8s.rules`) and some thousand of the API
 * server, 3 KiB each; the rest is for the answers to groups of rules.
 */
export const rulerMemoryMiB = 1024;

/** Disk of a ruler, GiB: ten series of each of a thousand pods are 4 GB in thirty days. */
export const rulerDiskGiB = 20;

/**
 * How long an Alertmanager may take to accept alerts, seconds: what comes next waits for whoever of them is gone, and its page is
 * late by as much (thanos-io/thanos, pkg/alert/alert.go: `Sender.Send`).
 */
const alertmanagerTimeoutSeconds = 2;

/**
 * Days of which the store gateways tell nothing where Prometheus is in shards. A rule is no answer where one of those that it asks
 * has none (thanos-io/thanos, docs/components/rule.md, "Partial Response"), and no alert is to hang on a bucket: the longest that
 * any looks back are three days (components/slo/rules.ts, `burns`; the chart's group `kube-apiserver-slos`). Shards and ruler have
 * those themselves. What a disk took with it that was lost is in the archive, and is told of again once it is so old.
 */
export const recentDays = 4;

const nanoseconds = 1e9;

/**
 * How it asks the querier. Thanos itself waits without end for an answer, of a node that is gone as well: what has not come by
 * the next evaluation is asked for again then, and of another one (thanos-io/thanos, pkg/clientconfig/http.go; in nanoseconds,
 * and what is not said is zero, which is no limit).
 */
const queryConfig = [
  {
    scheme: "http",
    static_configs: [`thanos-query.${namespaces.thanos}.svc:${querierPort}`],
    http_config: {
      transport_config: {
        dialer_timeout: 2 * nanoseconds,
        response_header_timeout: evaluationSeconds * nanoseconds,
        idle_conn_timeout: 90 * nanoseconds,
        max_idle_conns: 100,
        max_idle_conns_per_host: 20,
      },
    },
  },
];

/** How many rulers there are, each of which evaluates every rule. */
export function rulerReplicas(highlyAvailable: boolean): number {
  return highlyAvailable ? 2 : 1;
}

/** What the ruler needs to keep what it records in the archive. */
export function letRulerArchive(
  name: string,
  { archive, identify, dependsOn = [] }: Pick<ArchivingArgs, "archive" | "identify" | "dependsOn">,
  parent: pulumi.Resource,
): { readonly annotations: pulumi.Input<Readonly<Record<string, string>>>; readonly ready: pulumi.Resource } {
  const identity = letIdentityIntoArchive(
    name,
    { archive, identify, namespace: namespaces.monitoring, serviceAccount: rulerAccount },
    { parent, dependsOn },
  );
  return { annotations: identity.serviceAccountAnnotations, ready: identity };
}

/** Whom the ruler hears and speaks to: it asks the querier, tells Alertmanager, and writes blocks to the archive. */
export function rulerPolicies({
  archive,
  identityEndpoints,
}: Pick<ArchivingArgs, "archive" | "identityEndpoints">): readonly Omit<AllowTrafficArgs, "namespace">[] {
  const { grpc, web, reloader } = rulerPorts;
  return [
    {
      policy: "thanos-ruler",
      podLabels: rulerPods,
      ingress: [
        { from: [podsHere({ "app.kubernetes.io/name": "prometheus" })], ports: tcp(web, reloader) },
        { from: [podsIn(namespaces.thanos, querierPods)], ports: tcp(grpc) },
      ],
      egress: [
        { to: [podsIn(namespaces.thanos, querierPods)], ports: tcp(querierPort) },
        { to: [podsHere(alertmanagerPods)], ports: tcp(9093) },
        ...[...archive.bucket.destinations, ...identityEndpoints].map(egressTo),
      ],
    },
  ];
}

/** What the values of the ruler are made from. */
export interface RulerValuesArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly storageClassName: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly highlyAvailable: boolean;
  readonly size: Pick<MonitoringSize, "alertmanagerReplicas" | "retentionDays">;
  /** Of its service account. */
  readonly annotations: pulumi.Input<Readonly<Record<string, string>>>;
}

/**
 * Values of kube-prometheus-stack below `thanosRuler`. As Prometheus without shards does, it evaluates every rule of every
 * namespace, as often, and sends alerts on at once: the way from a breach to its page is as long.
 */
export function rulerValues({
  clusterName,
  storageClassName,
  nodeSelector,
  highlyAvailable,
  size: { alertmanagerReplicas, retentionDays },
  annotations,
}: RulerValuesArgs): Record<string, unknown> {
  const replicas = rulerReplicas(highlyAvailable);
  const replicaHosts = alertmanagers(alertmanagerReplicas).map((url) => new URL(url).host);
  return {
    enabled: true,
    serviceAccount: { name: rulerAccount, annotations },
    podDisruptionBudget: { enabled: replicas > 1, minAvailable: replicas - 1 },
    thanosRulerSpec: {
      image: { tag: charts.thanos.appVersion },
      replicas,
      // by the cluster's name alerts are told apart, as those of Prometheus are
      labels: { cluster: clusterName },
      queryConfig: { secret: queryConfig },
      alertmanagersConfig: {
        secret: {
          alertmanagers: [
            {
              api_version: "v2",
              scheme: "http",
              static_configs: replicaHosts,
              timeout: `${alertmanagerTimeoutSeconds}s`,
            },
          ],
        },
      },
      ruleSelector: ruleSelectors.ruler,
      evaluationInterval: `${evaluationSeconds}s`,
      // as long as Prometheus would: budgets are asked for over thirty days, for which the archive is asked as well; what alerts looks
      // back no further than the store gateways leave to it and the shards (`recentDays`)
      retention: `${retentionDays}d`,
      objectStorageConfig: { existingSecret: { name: objstore.secret, key: objstore.key } },
      storage: {
        volumeClaimTemplate: {
          spec: {
            storageClassName,
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: `${rulerDiskGiB}Gi` } },
          },
        },
      },
      // where an alert's link leads: to all of Prometheus, as whoever looks has it before them
      alertQueryUrl: consoles.prometheus,
      externalPrefixNilUsesHelmValues: false,
      logFormat: "json",
      nodeSelector,
      podAntiAffinity: "hard",
      topologySpreadConstraints: spreadOver(rulerPods, "preferred", "controller-revision-hash"),
      priorityClassName: platformPriority,
      resources: resources({ cpu: "200m", memory: `${rulerMemoryMiB}Mi` }, "2"),
    },
  };
}
