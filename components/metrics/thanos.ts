import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { alertRules } from "../platform/alertRules";
import { dataSource, grafanaPeer } from "../platform/dataSources";
import { isSharded, type MonitoringSize, shardsOf } from "../platform/monitoringSize";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import {
  allowTraffic,
  type AllowTrafficArgs,
  egressTo,
  type Peer,
  podsHere,
  podsIn,
  tcp,
} from "../platform/networkPolicy";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { sidecarPorts } from "./archivingPrometheus";
import { letIntoArchive, type MetricsArchive } from "./metricsArchive";
import { rulerAlerts } from "./rulerAlerts";
import { shardAlerts } from "./shardAlerts";
import { thanosAlerts } from "./thanosAlerts";
import { evaluatorLabel, rulerPods, rulerPorts } from "./thanosRuler";
import { planThanos, type ThanosSpec } from "./thanosSpec";
import {
  thanosAccount,
  type ThanosPart,
  thanosParts,
  thanosPods,
  thanosPorts,
  thanosQuota,
  thanosValues,
} from "./thanosValues";

/** Arguments of {@link Thanos}. */
export interface ThanosArgs extends ServicePlace {
  readonly spec: ThanosSpec;
  /** What Prometheus' sidecars write to. */
  readonly archive: MetricsArchive;
  /** How large Prometheus is. */
  readonly monitoring: MonitoringSize;
  /**
   * Who asks the querier, beside the frontend and, where Prometheus is in shards, the ruler.
   *
   * @default []
   */
  readonly askers?: readonly Peer[];
}

/**
 * Queries over all of Prometheus' replicas as if they were one, and over the archive of what they had, which it makes smaller
 * with time: samples as they were, of five minutes, of an hour. Needs the monitoring stack's kinds, and Prometheus' sidecars.
 *
 * @throws RangeError as `planThanos` does
 */
export class Thanos extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: ThanosArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:metrics:Thanos", name, {}, opts);
    const { archive, cluster, highlyAvailable, identify, identityEndpoints, monitoring, askers = [] } = args;
    const sharded = isSharded(monitoring);
    const retention = planThanos(args.spec);
    const child: pulumi.CustomResourceOptions & { readonly parent: pulumi.Resource } = { parent: this };

    const made = new SecureNamespace(
      name,
      { namespace: namespaces.thanos, quota: thanosQuota(highlyAvailable, monitoring) },
      child,
    );
    const namespace = made.namespaceName;
    const { identity, secret } = letIntoArchive(
      name,
      { archive, identify, namespace: namespaces.thanos, standing: namespace, serviceAccount: thanosAccount },
      { ...child, dependsOn: opts?.dependsOn ?? [] },
    );
    const toArchive = [...archive.bucket.destinations, ...identityEndpoints];
    const policies = trafficPolicies(name, { namespace, toArchive, sharded, askers }, child);
    this.release = installChart(
      name,
      {
        chart: "thanos",
        namespace,
        values: thanosValues({
          ...args,
          retention,
          storageClassName: cluster.storageClassName,
          annotations: identity.serviceAccountAnnotations,
        }),
      },
      afterAll(child, opts, [...policies, identity, secret]),
    );
    const after = { ...child, dependsOn: this.release };
    const ofShards = sharded ? shardAlerts(shardsOf(monitoring)) : {};
    alertRules(
      `${name}-alerts`,
      { namespace, rules: "thanos", alerts: { ...thanosAlerts, ...ofShards } },
      after,
    );
    if (sharded) {
      const ofRuler = { namespace, rules: "thanos-ruler", alerts: rulerAlerts, objectLabels: evaluatorLabel };
      alertRules(`${name}-ruler-alerts`, ofRuler, after);
    }
    const frontend = { namespace: namespaces.thanos, podLabels: thanosPods("query-frontend") };
    dataSource(
      `${name}-source`,
      {
        uid: "thanos",
        title: "Thanos",
        url: `http://thanos-query-frontend.${namespaces.thanos}.svc:${thanosPorts.query}`,
        destinations: [{ ...frontend, ports: [thanosPorts.query] }],
        settings: { prometheusType: "Thanos", httpMethod: "POST" },
      },
      after,
    );
    this.registerOutputs({});
  }
}

interface TrafficArgs {
  readonly namespace: pulumi.Input<string>;
  readonly toArchive: readonly Parameters<typeof egressTo>[0][];
  readonly sharded: boolean;
  readonly askers: readonly Peer[];
}

/** Grafana asks the frontend, that the queriers, these the store gateways and Prometheus' sidecars; two reach the archive. */
function trafficPolicies(
  name: string,
  { namespace, toArchive, sharded, askers }: TrafficArgs,
  opts: pulumi.CustomResourceOptions,
): readonly k8s.networking.v1.NetworkPolicy[] {
  const { query, grpc, metrics } = thanosPorts;
  const sidecars = { "app.kubernetes.io/name": "prometheus" };
  const archive = toArchive.map(egressTo);
  const rulers = sharded ? [podsIn(namespaces.monitoring, rulerPods)] : [];
  const asking = [podsHere(thanosPods("query-frontend")), prometheusPods, ...rulers, ...askers];
  const scraped = { from: [prometheusPods], ports: tcp(metrics) };
  const policies: Readonly<Record<ThanosPart, Pick<AllowTrafficArgs, "ingress" | "egress">>> = {
    "query-frontend": {
      ingress: [{ from: [grafanaPeer, prometheusPods], ports: tcp(query) }],
      egress: [{ to: [podsHere(thanosPods("query"))], ports: tcp(query) }],
    },
    query: {
      ingress: [{ from: asking, ports: tcp(query) }],
      egress: [
        { to: [podsHere(thanosPods("storegateway"))], ports: tcp(grpc) },
        { to: [podsIn(namespaces.monitoring, sidecars)], ports: tcp(sidecarPorts.grpc) },
        ...rulers.map((ruler) => ({ to: [ruler], ports: tcp(rulerPorts.grpc) })),
      ],
    },
    storegateway: {
      ingress: [{ from: [podsHere(thanosPods("query"))], ports: tcp(grpc) }, scraped],
      egress: archive,
    },
    compactor: { ingress: [scraped], egress: archive },
  };
  const here = thanosParts.map((part) =>
    allowTraffic(
      `${name}-${part}`,
      { namespace, policy: part, podLabels: thanosPods(part), ...policies[part] },
      opts,
    ),
  );
  const there = allowTraffic(
    `${name}-sidecars`,
    {
      namespace: namespaces.monitoring,
      policy: "prometheus-from-thanos",
      podLabels: sidecars,
      ingress: [
        { from: [podsIn(namespaces.thanos, thanosPods("query"))], ports: tcp(sidecarPorts.grpc) },
        { from: [podsHere(sidecars)], ports: tcp(sidecarPorts.metrics) },
      ],
    },
    opts,
  );
  return [...here, there];
}
