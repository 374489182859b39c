import type * as pulumi from "@pulumi/pulumi";
import { Loki } from "./components/logging/loki";
import { BlackboxExporter } from "./components/metrics/blackboxExporter";
import { planRouteChecks } from "./components/metrics/routeChecks";
import { measuredBy } from "./components/mesh/istioSpec";
import { ServiceLevels } from "./components/slo/serviceLevels";
import type { System } from "./components/workload/system";
import { afterBase, servicePlace, type ServicesArgs, tracesOf } from "./services";
import { backupBucket } from "./stores";

/** What is looked at. */
export interface ObserveArgs extends ServicesArgs {
  readonly system: System;
}

/** Makes what looks at the platform and its system, beside the monitoring stack itself: nothing waits for it. */
export function observe(name: string, args: ObserveArgs, opts: { readonly parent: pulumi.Resource }): void {
  const { blueprint, domain, wayIn } = args.config;
  const { name: team, namespace, platform, services } = blueprint;
  const place = servicePlace(args);
  const after = afterBase(args, opts);
  if (platform.blackboxExporter !== undefined) {
    const checks = planRouteChecks(services, domain);
    new BlackboxExporter(`${name}-blackbox-exporter`, { ...place, checks, wayIn }, after);
  }
  const levels = { services, place: { namespace, measured: measuredBy(platform.istio) }, team };
  new ServiceLevels(`${name}-slos`, { ...levels, namespace: args.system.namespaceName }, after);
  keepLogs(`${name}-loki`, args, opts);
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
      ...servicePlace(args),
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
