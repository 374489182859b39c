import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { ControlPlanePart } from "../cluster/controlPlanePart";
import { type ArchivingArgs, letPrometheusArchive } from "../metrics/archivingPrometheus";
import { metricsSource } from "../metrics/metricsSource";
import {
  letRulerArchive,
  rulerDiskGiB,
  rulerMemoryMiB,
  rulerPods,
  rulerPolicies,
  rulerReplicas,
} from "../metrics/thanosRuler";
import { type GrafanaSignIn, grafanaSignInSecret, signInPorts } from "./grafanaSignIn";
import { receiversSecret, receiverSecrets } from "./alerting";
import type { AlertingArgs } from "./alerting";
import { defaultMemoryGiB, isSharded, type MonitoringSize, shardsOf } from "./monitoringSize";
import {
  definitionsUpgradeLabels,
  monitoringValues,
  type MonitoringValuesArgs,
  operatorWebhookPods,
} from "./monitoringValues";
import { namespaces } from "./names";
import { SecureNamespace } from "./namespace";
import type { NamespaceQuota } from "./namespace";
import {
  allowTraffic,
  egressTo,
  egressToApiServer,
  ingressFromAnyone,
  internet,
  podsIn,
  podsManaged,
  podsHere,
  tcp,
} from "./networkPolicy";
import type { AllowTrafficArgs } from "./networkPolicy";
import { afterAll, installChart } from "./release";
import type { ReadCloudMetrics } from "./cloudMetrics";
import type { TraceSource } from "./dataSources";

/** Who gets in to Grafana. */
export interface GrafanaArgs {
  /** @default - one local administrator */
  readonly signIn?: GrafanaSignIn;
  /**
   * The client's secret, where the provider asks for one beside the proof of the request (PKCE, RFC 7636); a secret.
   *
   * @default - it asks for none
   */
  readonly signInSecret?: pulumi.Input<string>;
}

/** Arguments of {@link Monitoring}. */
export interface MonitoringArgs {
  /** Name of the cluster, on every sample and alert. */
  readonly clusterName: pulumi.Input<string>;
  /** StorageClass of the volumes. */
  readonly storageClassName: string;
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
  /** Whether the cluster's DNS is CoreDNS, which can be scraped. */
  readonly coreDns: boolean;
  /**
   * Parts of the control plane whose metrics the API server shows.
   *
   * @default []
   */
  readonly controlPlane?: readonly ControlPlanePart[];
  /**
   * Ports of nodes' own addresses that are scraped, beside the kubelet's and the node exporter's.
   *
   * @default []
   */
  readonly nodePorts?: readonly number[];
  readonly alerting: AlertingArgs;
  /**
   * Where Prometheus' blocks are kept beyond its own disk, and how its pods get there.
   *
   * @default - nowhere
   */
  readonly archiving?: Omit<ArchivingArgs, "namespace">;
  /** @default {} */
  readonly grafana?: GrafanaArgs | undefined;
  /** Labels of the nodes for all but the node exporter, which is on every node. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /**
   * Which of Grafana's sources has traces.
   *
   * @default - none
   */
  readonly traces?: TraceSource;
  /**
   * The cloud's own monitoring, which Grafana reads.
   *
   * @default - it reads none
   */
  readonly cloudMetrics?: ReadCloudMetrics;
}

/**
 * Metrics, alerts and dashboards: kube-prometheus-stack. Needs cert-manager, and a provider of `random`.
 *
 * @throws RangeError where Prometheus is to be in shards and has no archive, whose querier would answer for all of them
 */
export class Monitoring extends pulumi.ComponentResource {
  /** The stack: who makes custom resources of its kinds waits for it. */
  public readonly release: k8s.helm.v3.Release;
  /** Password of Grafana's `admin`; a secret. */
  public readonly grafanaPassword: pulumi.Output<string>;

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:platform:Monitoring", name, {}, opts);
    const { alerting } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      { namespace: namespaces.monitoring, quota: quotaFor(args.size, args.highlyAvailable) },
      child,
    );
    const nodeExporter = args.managedNodes ? [] : [nodeExporterNamespace(`${name}-node-exporter`, child)];
    const policies = trafficPolicies(name, namespace.namespaceName, args, child);
    const password = new random.RandomPassword(`${name}-grafana`, { length: 32, special: false }, child);
    const grafana = secret(
      `${name}-grafana`,
      namespace.namespaceName,
      { secretName: grafanaSecretName, data: { "admin-user": "admin", "admin-password": password.result } },
      child,
    );
    // Alertmanager's pods wait for it by themselves, and nothing else has to: PagerDuty may be behind it
    secret(
      `${name}-receivers`,
      namespace.namespaceName,
      { secretName: receiversSecret, data: receiverSecrets(alerting) },
      child,
    );
    const archiving = letArchive(name, args, namespace.namespaceName, this);
    const { signIn, signInSecret } = args.grafana ?? {};
    const client = signInSecret === undefined ? [] : [clientSecret(name, namespace, signInSecret, child)];
    const dashboardReader = grafanaRole(`${name}-grafana`, child);
    this.release = installChart(
      name,
      {
        chart: "kubePrometheusStack",
        namespace: namespace.namespaceName,
        values: monitoringValues({
          ...args,
          ...archiving.told,
          grafanaSecret: grafanaSecretName,
          grafanaClusterRole: dashboardReader.metadata.name,
          ...(signIn !== undefined && { signIn }),
          hasSignInSecret: client.length > 0,
        }),
      },
      afterAll(child, opts, [...nodeExporter, ...policies, grafana, ...client, ...archiving.ready]),
    );
    this.grafanaPassword = password.result;

    this.registerOutputs({ grafanaPassword: this.grafanaPassword });
  }
}

const grafanaSecretName = "grafana-admin";

/** What writes to the archive: Prometheus and, where that is in shards, who evaluates the rules over all of them. */
function letArchive(
  name: string,
  { size, archiving }: Pick<MonitoringArgs, "size" | "archiving">,
  namespace: pulumi.Output<string>,
  parent: pulumi.Resource,
): {
  readonly told: Pick<MonitoringValuesArgs, "archiving" | "ruler" | "metricsUrl">;
  readonly ready: readonly pulumi.Resource[];
} {
  const sharded = isSharded(size);
  if (archiving === undefined) {
    if (!sharded) return { told: { archiving: undefined, ruler: undefined }, ready: [] };
    throw new RangeError(
      `monitoring.shards: expected 1 where Prometheus has no archive, got ${shardsOf(size)}`,
    );
  }
  const writer = letPrometheusArchive(`${name}-prometheus`, { ...archiving, namespace }, parent);
  if (!sharded) return { told: { archiving: writer, ruler: undefined }, ready: writer.ready };
  const ruler = letRulerArchive(`${name}-ruler`, archiving, parent);
  return {
    told: { archiving: writer, ruler, metricsUrl: metricsSource(size).url },
    ready: [...writer.ready, ruler.ready],
  };
}

/** Room for the replicas of Prometheus, and for one more of each while they are replaced; the rest asks for little. */
function quotaFor(size: MonitoringSize, highlyAvailable: boolean): NamespaceQuota {
  const { prometheusReplicas, alertmanagerReplicas, diskGiB, memoryGiB = defaultMemoryGiB } = size;
  const prometheuses = prometheusReplicas * shardsOf(size);
  // of the shards beyond the first: what Prometheus, its sidecar and the reloader ask for and may take
  const more = prometheuses - prometheusReplicas;
  const rulers = isSharded(size) ? rulerReplicas(highlyAvailable) : 0;
  const rulersGiB = rulers === 0 ? 0 : ((rulers + 1) * rulerMemoryMiB) / 1024;
  // each shard is a set of its own, which replaces a pod at a time
  const memory = `${(prometheuses + shardsOf(size)) * memoryGiB + Math.ceil(more / 2) + rulersGiB + 8}Gi`;
  return {
    requests: { cpu: `${6 + more + rulers}`, memory },
    limits: { cpu: `${32 + 6 * more + 3 * rulers}`, memory },
    pods: 40 + more + rulers,
    // Alertmanager and Grafana have 10 GiB each.
    storageGiB: prometheuses * diskGiB + 10 * (alertmanagerReplicas + 1) + rulers * rulerDiskGiB,
  };
}

function nodeExporterNamespace(name: string, opts: pulumi.ComponentResourceOptions): SecureNamespace {
  return new SecureNamespace(
    name,
    {
      namespace: namespaces.nodeExporter,
      podSecurity: {
        level: "privileged",
        reason:
          "node-exporter reads the node's own figures: its root file system (read-only), process and network namespaces",
      },
      // A pod for each node.
      quota: { requests: { cpu: "50", memory: "64Gi" }, limits: { cpu: "250", memory: "64Gi" }, pods: 1000 },
    },
    opts,
  );
}

/** The secret of Grafana's client at who signs people in. */
function clientSecret(
  name: string,
  { namespaceName }: SecureNamespace,
  value: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  const { name: secretName, key } = grafanaSignInSecret;
  return secret(`${name}-grafana-sign-in`, namespaceName, { secretName, data: { [key]: value } }, opts);
}

interface SecretArgs {
  readonly secretName: string;
  readonly data: Readonly<Record<string, pulumi.Input<string>>>;
}

function secret(
  name: string,
  namespace: pulumi.Input<string>,
  { secretName, data }: SecretArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  return new k8s.core.v1.Secret(
    name,
    { metadata: { name: secretName, namespace }, stringData: pulumi.secret(data) },
    opts,
  );
}

/** Lets Grafana's sidecars find dashboards in any namespace; the chart's own role would let them read every Secret too. */
function grafanaRole(name: string, opts: pulumi.CustomResourceOptions): k8s.rbac.v1.ClusterRole {
  return new k8s.rbac.v1.ClusterRole(
    name,
    {
      metadata: { name: "grafana-dashboards" },
      rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }],
    },
    opts,
  );
}

/** What each part of the stack may speak to and hear from; labels are those that the charts and the operator give. */
function trafficPolicies(
  name: string,
  namespace: pulumi.Output<string>,
  {
    alerting: { mail },
    cloudMetrics,
    grafana: { signIn } = {},
    nodePorts = [],
    archiving,
    size,
  }: Pick<MonitoringArgs, "alerting" | "cloudMetrics" | "grafana" | "nodePorts" | "archiving" | "size">,
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy[] {
  const app = (value: string) => ({ "app.kubernetes.io/name": value });
  const prometheus = podsHere(app("prometheus"));
  const grafana = podsHere(app("grafana"));
  const alertmanager = podsHere(app("alertmanager"));
  const gossip = [...tcp(9094), { protocol: "UDP", port: 9094 }];
  const reloader = 8080;

  const policies: readonly Omit<AllowTrafficArgs, "namespace">[] = [
    {
      policy: "prometheus",
      podLabels: app("prometheus"),
      ingress: [
        { from: [grafana], ports: tcp(9090) },
        { from: [prometheus], ports: tcp(9090, reloader) },
      ],
      // Pods of our namespaces and the cluster's own; kubelets, node exporters and others on nodes' addresses; the API server.
      egress: [
        { to: [podsManaged, podsIn("kube-system")] },
        { ports: tcp(10250, 9100, ...nodePorts) },
        egressToApiServer,
      ],
    },
    {
      policy: "alertmanager",
      podLabels: app("alertmanager"),
      ingress: [
        { from: [prometheus], ports: tcp(9093, reloader) },
        ...(isSharded(size) ? [{ from: [podsHere(rulerPods)], ports: tcp(9093) }] : []),
        { from: [grafana], ports: tcp(9093) },
        { from: [alertmanager], ports: gossip },
      ],
      egress: [
        { to: [alertmanager], ports: gossip },
        egressTo(internet(443, ...(mail === undefined ? [] : [mail.port]))),
      ],
    },
    {
      policy: "grafana",
      podLabels: app("grafana"),
      ingress: [{ from: [prometheus], ports: tcp(3000) }],
      // Its sidecars read dashboards and data sources from the API server.
      egress: [
        { to: [isSharded(size) ? metricsSource(size).pods : prometheus], ports: tcp(9090) },
        { to: [alertmanager], ports: tcp(9093) },
        egressToApiServer,
        ...(signIn === undefined ? [] : [egressTo(internet(...signInPorts(signIn)))]),
        // the cloud's APIs, and where its identity is had
        ...(cloudMetrics === undefined
          ? []
          : [internet(443), ...cloudMetrics.identityEndpoints].map(egressTo)),
      ],
    },
    {
      policy: "kube-state-metrics",
      podLabels: app("kube-state-metrics"),
      ingress: [{ from: [prometheus], ports: tcp(8080, 8081) }],
      egress: [egressToApiServer],
    },
    { policy: "crd-upgrade", podLabels: definitionsUpgradeLabels, egress: [egressToApiServer] },
    {
      policy: "operator",
      podLabels: { app: "kube-prometheus-stack-operator" },
      ingress: [{ from: [prometheus], ports: tcp(10250) }],
      egress: [egressToApiServer],
    },
    {
      policy: "operator-webhook",
      podLabels: operatorWebhookPods,
      ingress: [ingressFromAnyone(10250)],
    },
    ...(isSharded(size) && archiving !== undefined ? rulerPolicies(archiving) : []),
  ];
  return policies.map((policy) => allowTraffic(`${name}-${policy.policy}`, { namespace, ...policy }, opts));
}
