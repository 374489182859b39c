import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../data/bucket";
import { alertRules } from "../platform/alertRules";
import { alertmanagers, alertmanagerPods } from "../platform/alertmanagers";
import { platformTeam } from "../platform/alerting";
import { dataSource, grafanaPeer, type TraceSource } from "../platform/dataSources";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressTo, podsHere, podsIn, tcp } from "../platform/networkPolicy";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { Alloy } from "./alloy";
import { eventPods, nodePods } from "./alloyValues";
import { logAlerts, rulesFile } from "./logAlerts";
import { lokiAlerts } from "./lokiAlerts";
import { lokiPort, type LokiSpec, lokiUrl, tenants } from "./lokiSpec";
import {
  lokiAccount,
  lokiPods,
  lokiSize,
  type LokiStorage,
  lokiValues,
  peerPorts,
  rulesOf,
} from "./lokiValues";
import { defaultRedactions, redactionsOf } from "./redaction";

/** Arguments of {@link Loki}. */
export interface LokiArgs extends ServicePlace {
  readonly spec: LokiSpec;
  /** Namespace of the system's services, and name of its tenant. */
  readonly systemNamespace: string;
  /** Whose the system's services are, and so what is found in their logs. */
  readonly team: string;
  /**
   * Where Grafana finds the trace that a line is of.
   *
   * @default - the stack keeps none
   */
  readonly traces?: TraceSource;
  readonly storage: LokiStorage;
  /** Makes the bucket. */
  readonly bucket: (name: string, opts: pulumi.ComponentResourceOptions) => Bucket;
  /** How many Alertmanagers there are, each of which is told. */
  readonly alertmanagerReplicas: number;
  /** How long Prometheus keeps metrics, days. */
  readonly metricsRetentionDays: number;
  /** How long the stack's other audit logs are kept, days. */
  readonly logRetentionDays: number;
}

/**
 * Logs of the whole cluster, in a bucket: Loki keeps and searches them and has alerts of them, {@link Alloy} sends them, Grafana
 * shows them. Three tenants, each with its days: the system's, the platform's, and `audit`, which Grafana does not read. Needs the
 * monitoring stack's kinds.
 */
export class Loki extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;
  public readonly bucket: Bucket;

  constructor(name: string, args: LokiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:logging:Loki", name, {}, opts);
    const { spec, systemNamespace, cluster, highlyAvailable, nodeSelector } = args;
    const { retentionDays = args.metricsRetentionDays } = spec;
    const { auditRetentionDays = Math.max(args.logRetentionDays, retentionDays) } = spec;
    const { redact = defaultRedactions } = spec;
    if (auditRetentionDays < retentionDays) {
      throw new RangeError(
        `loki.auditRetentionDays: expected no less than retentionDays, ${retentionDays}, got ${auditRetentionDays}`,
      );
    }
    const child: pulumi.CustomResourceOptions = { parent: this };
    const { replicas, memoryGiB, diskGiB } = lokiSize(highlyAvailable);

    const memory = `${(replicas + 1) * memoryGiB}Gi`;
    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.loki,
        quota: {
          requests: { cpu: "2", memory },
          limits: { cpu: `${2 * (replicas + 1)}`, memory },
          pods: replicas + 2,
          storageGiB: replicas * diskGiB,
        },
      },
      child,
    );
    const { namespaceName } = namespace;
    const bucket = args.bucket(name, child);
    const identity = args.identify(
      `${name}-identity`,
      { namespace: namespaces.loki, serviceAccount: lokiAccount },
      { ...child, dependsOn: opts?.dependsOn ?? [] },
    );
    bucket.grant(`${name}-identity-bucket`, identity, "readWrite", { parent: identity });
    this.bucket = bucket;

    const alerts = logAlerts(systemNamespace);
    const rules = Object.entries(alerts).map(
      ([tenant, some]) =>
        new k8s.core.v1.ConfigMap(
          `${name}-rules-${tenant}`,
          {
            metadata: { name: rulesOf(tenant), namespace: namespaceName },
            data: { "rules.yaml": rulesFile(some, tenant === systemNamespace ? args.team : platformTeam) },
          },
          child,
        ),
    );
    const traffic = lokiTraffic(name, { ...args, bucket, namespaceName }, child);
    this.release = installChart(
      name,
      {
        chart: "loki",
        namespace: namespaceName,
        values: lokiValues({
          highlyAvailable,
          nodeSelector,
          storageClassName: cluster.storageClassName,
          storage: args.storage,
          bucketName: bucket.bucketName,
          annotations: identity.serviceAccountAnnotations,
          retentionDays,
          auditRetentionDays,
          ruled: Object.keys(alerts),
          alertmanagers: alertmanagers(args.alertmanagerReplicas),
        }),
      },
      afterAll(child, opts, [...traffic, ...rules, identity]),
    );
    alertRules(
      `${name}-alerts`,
      { namespace: namespaceName, rules: "loki", alerts: lokiAlerts(replicas) },
      { ...child, dependsOn: this.release },
    );
    new Alloy(
      `${name}-alloy`,
      { nodeSelector, systemNamespace, redact: redactionsOf(redact) },
      { ...child, dependsOn: this.release },
    );
    showInGrafana(name, args, { ...child, dependsOn: this.release });
    this.registerOutputs({});
  }
}

/** A source for each tenant but the audit's; from a line it leads to the trace of which Alloy has found the id in it. */
function showInGrafana(
  name: string,
  { systemNamespace, traces }: Pick<LokiArgs, "systemNamespace" | "traces">,
  opts: pulumi.CustomResourceOptions,
): void {
  const sources = {
    loki: { title: `Logs of ${systemNamespace}`, tenant: systemNamespace },
    "loki-platform": { title: "Logs of the platform", tenant: tenants.platform },
  } as const;
  const settings = traces === undefined ? {} : { derivedFields: [traceOf(traces)] };
  for (const [uid, { title, tenant }] of Object.entries(sources)) {
    dataSource(
      `${name}-source-${tenant}`,
      {
        // the keys above, which Object.entries forgets
        uid: uid as keyof typeof sources,
        title,
        url: lokiUrl,
        headers: { "X-Scope-OrgID": tenant },
        destinations: [{ namespace: namespaces.loki, podLabels: lokiPods, ports: [lokiPort] }],
        settings,
      },
      opts,
    );
  }
}

/**
 * A field of a line that is a link: of two dollars Grafana's provisioning leaves one.
 * https://grafana.com/docs/grafana/latest/datasources/loki/configure-loki-data-source/#derived-fields
 */
function traceOf(traces: TraceSource): Readonly<Record<string, string>> {
  return {
    name: "Trace",
    matcherType: "label",
    matcherRegex: "trace_id",
    datasourceUid: traces,
    url: "$${__value.raw}",
    urlDisplayLabel: "Trace",
  };
}

/** Hears Alloy, Grafana and Prometheus, and itself; speaks to itself, its bucket and Alertmanager, which lets it in by a policy beside its own. */
function lokiTraffic(
  name: string,
  {
    bucket,
    namespaceName,
    identityEndpoints,
  }: Pick<LokiArgs, "identityEndpoints"> & {
    readonly bucket: Bucket;
    readonly namespaceName: pulumi.Input<string>;
  },
  opts: pulumi.CustomResourceOptions,
): readonly k8s.networking.v1.NetworkPolicy[] {
  const itself = podsHere(lokiPods);
  const peers = tcp(lokiPort, peerPorts.grpc, peerPorts.gossip);
  const senders = [podsIn(namespaces.alloy, nodePods), podsIn(namespaces.alloyEvents, eventPods)];
  return [
    allowTraffic(
      `${name}-traffic`,
      {
        namespace: namespaceName,
        policy: "loki",
        podLabels: lokiPods,
        ingress: [
          { from: [...senders, grafanaPeer, prometheusPods], ports: tcp(lokiPort) },
          { from: [itself], ports: peers },
        ],
        egress: [
          { to: [itself], ports: peers },
          { to: [podsIn(namespaces.monitoring, alertmanagerPods)], ports: tcp(9093) },
          ...bucket.destinations.map(egressTo),
          ...identityEndpoints.map(egressTo),
        ],
      },
      opts,
    ),
    allowTraffic(
      `${name}-alertmanager`,
      {
        namespace: namespaces.monitoring,
        policy: "alertmanager-loki",
        podLabels: alertmanagerPods,
        ingress: [{ from: [podsIn(namespaces.loki, lokiPods)], ports: tcp(9093) }],
      },
      opts,
    ),
  ];
}
