import type * as pulumi from "@pulumi/pulumi";
import { argoRolloutsPods } from "./components/delivery/argoRolloutsValues";
import { grafanaPeer } from "./components/platform/dataSources";
import { isSharded } from "./components/platform/monitoringSize";
import { namespaces } from "./components/platform/names";
import { type Peer, podsIn } from "./components/platform/networkPolicy";
import { kedaPods } from "./components/scaling/kedaValues";
import { Loki } from "./components/logging/loki";
import type { Store } from "./components/data/store";
import { BlackboxExporter } from "./components/metrics/blackboxExporter";
import { ClusterMonitors } from "./components/metrics/clusterMonitors";
import type { MetricsArchive } from "./components/metrics/metricsArchive";
import { planRouteChecks } from "./components/metrics/routeChecks";
import { StandardAlerts } from "./components/metrics/standardAlerts";
import { measuredBy } from "./components/mesh/istioSpec";
import { ServiceLevels } from "./components/slo/serviceLevels";
import type { System } from "./components/workload/system";
import { taskAlerts } from "./components/workload/taskAlerts";
import { Thanos } from "./components/metrics/thanos";
import { afterBase, servicePlace, type ServicesArgs, telemetryPlace, tracesOf } from "./services";
import { backupBucket, type StoresArgs } from "./stores";

/** What an archive of metrics is made of. */
export interface ArchiveMetricsArgs extends Pick<StoresArgs, "config" | "cloud"> {
  readonly recovery: StoresArgs["recovery"] | undefined;
}

/** The bucket of samples, where the system asks for Thanos: Prometheus writes to it, and so it stands before that. */
export function archiveMetrics(
  name: string,
  { config, cloud, recovery }: ArchiveMetricsArgs,
  opts: { readonly parent: pulumi.Resource },
): MetricsArchive | undefined {
  const { blueprint, protect, logRetentionDays } = config;
  if (blueprint.platform.thanos === undefined) return undefined;
  const copied = recovery === undefined ? {} : { recovery };
  const make = backupBucket({ config, cloud }, { protect, logRetentionDays, watchedAs: "thanos", ...copied });
  return { bucket: make(name, opts), storage: cloud.thanosStorage };
}

/** What the cloud watches of an archive. */
export function bucketsOf(archive: MetricsArchive | undefined): readonly Store[] {
  return archive === undefined ? [] : [archive.bucket];
}

/** What is looked at, and what is there for it already. */
export interface ObserveArgs extends ServicesArgs {
  readonly metricsArchive: MetricsArchive | undefined;
  readonly system: System;
}

/** Makes what looks at the platform and its system, beside the monitoring stack itself: nothing waits for it. */
export function observe(
  name: string,
  { metricsArchive: archive, ...args }: ObserveArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  const { blueprint, domain, wayIn } = args.config;
  const { name: team, namespace, platform, services, monitoring } = blueprint;
  const after = afterBase(args, opts);
  if (platform.blackboxExporter !== undefined) {
    const checks = planRouteChecks(services, domain);
    new BlackboxExporter(`${name}-blackbox-exporter`, { ...servicePlace(args), checks, wayIn, team }, after);
  }
  const levels = { services, place: { namespace, measured: measuredBy(platform.istio) }, team };
  new ServiceLevels(`${name}-slos`, { ...levels, namespace: args.system.namespaceName }, after);
  if (platform.thanos !== undefined && archive !== undefined) {
    const place = { ...telemetryPlace(args), spec: platform.thanos };
    const askers = isSharded(monitoring) ? askersOf(args.config) : [];
    new Thanos(`${name}-thanos`, { ...place, archive, monitoring, askers }, after);
  }
  watchAll(`${name}-standard-alerts`, args, opts);
  const { parts = [] } = args.cluster;
  if (parts.length > 0) new ClusterMonitors(`${name}-cluster-monitors`, { parts }, after);
  keepLogs(`${name}-loki`, args, opts);
}

/** Who asks for metrics: Grafana for what it shows, KEDA and Argo Rollouts for what they decide by. */
function askersOf({ blueprint: { platform } }: ServicesArgs["config"]): readonly Peer[] {
  return [
    grafanaPeer,
    ...(platform.keda === undefined ? [] : [podsIn(namespaces.keda, kedaPods.operator)]),
    ...(platform.argoRollouts === undefined ? [] : [podsIn(namespaces.argoRollouts, argoRolloutsPods)]),
  ];
}

/** Watches every service and node for what any may have. */
function watchAll(name: string, args: ServicesArgs, opts: { readonly parent: pulumi.Resource }): void {
  const { name: team, namespace, platform, services } = args.config.blueprint;
  const { managedNodes = false } = args.cluster;
  const system = { namespace, measured: measuredBy(platform.istio), services };
  const more = taskAlerts(namespace, services);
  new StandardAlerts(name, { system, team, managedNodes, more }, afterBase(args, opts));
}

/**
 * Keeps the cluster's logs, where the blueprint asks for it; in one region, since what they tell is of a cluster that is lost with
 * it, and what the cloud audits the cloud keeps.
 */
function keepLogs(name: string, args: ServicesArgs, opts: { readonly parent: pulumi.Resource }): void {
  const { config, cloud } = args;
  const { blueprint, protect, logRetentionDays } = config;
  const { platform, monitoring, namespace: systemNamespace } = blueprint;
  if (platform.loki === undefined) return;
  new Loki(
    name,
    {
      ...telemetryPlace(args),
      spec: platform.loki,
      systemNamespace,
      team: blueprint.name,
      ...tracesOf(config),
      storage: cloud.lokiStorage,
      bucket: backupBucket(args, { protect, logRetentionDays, watchedAs: "loki" }),
      alertmanagerReplicas: monitoring.alertmanagerReplicas,
      metricsRetentionDays: monitoring.retentionDays,
      logRetentionDays,
    },
    afterBase(args, opts),
  );
}
