import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Cluster } from "../cluster/cluster";
import type { DnsZone } from "../edge/dnsZone";
import type { EdgeOrigin, OriginProof } from "../edge/edge";
import type { WorkloadIdentity } from "../identity/workloadIdentity";
import type { MetricsArchive } from "../metrics/metricsArchive";
import type { AlertingArgs } from "./alerting";
import { CertManager, certManagerPods, certManagerServiceAccount } from "./certManager";
import type { AcmeServer } from "./certManager";
import { InternalAuthority } from "../traffic/internalAuthority";
import { makeWayIn } from "../traffic/makeWayIn";
import { defaultWayIn, type WayInKind } from "../traffic/wayIn";
import { type CloudMetrics, grafanaServiceAccount } from "./cloudMetrics";
import { MetricsServer } from "./metricsServer";
import { type GrafanaArgs, Monitoring, type MonitoringArgs } from "./monitoring";
import type { MonitoringSize } from "./monitoringSize";
import { namespaces } from "./names";
import type { Destination } from "./networkPolicy";
import { podMonitor } from "./podMonitor";
import { PriorityClasses } from "./priorities";
import type { TraceSource } from "./dataSources";

/** Arguments of {@link PlatformServices}. */
export interface PlatformServicesArgs {
  readonly cluster: Cluster;
  /**
   * What says which images run, and changes before they do.
   *
   * @default [] - nothing does
   */
  readonly guardRails?: readonly pulumi.Resource[];
  /** Annotations of the load balancer's Service, as the cloud wants them. */
  readonly loadBalancerAnnotations: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Labels of a namespace to whose pods a load balancer sends directly.
   *
   * @default {}
   */
  readonly loadBalancedNamespaceLabels?: Readonly<Record<string, string>>;
  /**
   * How requests get in.
   *
   * @default `defaultWayIn`
   */
  readonly wayIn?: WayInKind;
  /**
   * Whether the cluster comes with the kinds of the Gateway API.
   *
   * @default false
   */
  readonly hasGatewayApi?: boolean;
  /** True where `metrics.k8s.io` comes with the cluster. */
  readonly hasMetricsServer: boolean;
  /** Where Let's Encrypt writes when a certificate is about to expire unrenewed. */
  readonly acmeEmail: string;
  /** @default "production" */
  readonly acmeServer?: AcmeServer;
  /** Zone of the hosts: certificates are had by records in it. */
  readonly zone: DnsZone;
  /** Makes the cloud's identity of a service account. */
  readonly identify: (
    name: string,
    account: { readonly namespace: string; readonly serviceAccount: string },
    opts: pulumi.ComponentResourceOptions,
  ) => WorkloadIdentity;
  /** Where pods fetch their identity's credentials, on the node. */
  readonly identityEndpoints: readonly Destination[];
  /**
   * What stands before the load balancer.
   *
   * @default - clients come straight to it
   */
  readonly edge?: EdgeOrigin;
  /**
   * More than one of everything that can be, budgets for disruption, spread over zones.
   *
   * @default true
   */
  readonly highlyAvailable?: boolean;
  readonly monitoring: MonitoringSize;
  /**
   * The cloud's own monitoring, which Grafana reads.
   *
   * @default - it reads none
   */
  readonly cloudMetrics?: CloudMetrics;
  /**
   * Where Prometheus' blocks are kept beyond its own disk.
   *
   * @default - nowhere
   */
  readonly metricsArchive?: MetricsArchive;
  /**
   * Whether the cluster's DNS is CoreDNS, which can be scraped.
   *
   * @default true
   */
  readonly coreDns?: boolean;
  /**
   * DNS names that are served; a workload's route is part of one of them.
   *
   * @default []
   */
  readonly hosts?: readonly string[];
  /**
   * Labels of the nodes on which the platform's own pods run, such as those of the pool `system`.
   *
   * @default {} - any node
   */
  readonly nodeSelector?: Readonly<Record<string, string>>;
  /**
   * The same of what watches: Prometheus, Alertmanager and Grafana.
   *
   * @default - where the others run
   */
  readonly monitoringNodeSelector?: Readonly<Record<string, string>>;
  /** @default {} - nobody is told */
  readonly alerting?: AlertingArgs;
  /** @default {} - one local administrator, with a password of their own */
  readonly grafana?: GrafanaArgs;
  /**
   * Which of Grafana's sources has traces.
   *
   * @default - none
   */
  readonly traces?: TraceSource;
}

/**
 * What every workload stands on: priorities, certificates, metrics and alerts, scaling's metrics, and the way in.
 *
 * In that order: the monitoring stack's webhook has its certificate from cert-manager, and all others are scraped by
 * monitors whose kinds come with the monitoring stack.
 */
export class PlatformServices extends pulumi.ComponentResource {
  /** Namespace where hosts and their certificates live. */
  public readonly ingressNamespace: pulumi.Output<string>;
  /** Certificate of the authority of services inside the cluster, PEM. */
  public readonly internalAuthority: pulumi.Output<string>;
  /** The issuer of certificates for the hosts. */
  public readonly clusterIssuerName: string;
  /** DNS name or address of the load balancer, for the domain's records. */
  public readonly loadBalancer: pulumi.Output<string>;
  /** What the edge has to prove itself with; none where no edge stands. */
  public readonly originProofs: readonly OriginProof[];
  /** Password of Grafana's `admin`; a secret. */
  public readonly grafanaPassword: pulumi.Output<string>;
  /** What must stand before workloads are made. */
  public readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: PlatformServicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:platform:PlatformServices", name, {}, withCluster(args.cluster, opts));
    const { cluster, acmeServer = "production", highlyAvailable = true, coreDns = true } = args;
    const { alerting = {}, nodeSelector = {}, hosts = [], guardRails = [] } = args;
    const after = (...resources: readonly pulumi.Resource[]): pulumi.ComponentResourceOptions => ({
      parent: this,
      dependsOn: [...cluster.ready, ...guardRails, ...resources],
    });

    const passwords = new random.Provider(`${name}-random`, {}, { parent: this });
    const priorities = new PriorityClasses(`${name}-priorities`, { parent: this });
    const solver = args.identify(
      `${name}-cert-manager-identity`,
      { namespace: namespaces.certManager, serviceAccount: certManagerServiceAccount },
      after(),
    );
    args.zone.grantAcme(`${name}-cert-manager-identity-zone`, solver, { parent: solver });
    const certificates = new CertManager(
      `${name}-cert-manager`,
      {
        acmeEmail: args.acmeEmail,
        acmeServer,
        dnsSolver: args.zone.acmeSolver,
        serviceAccountAnnotations: solver.serviceAccountAnnotations,
        identityEndpoints: args.identityEndpoints,
        highlyAvailable,
        nodeSelector,
      },
      // its pods get their credentials as they start
      after(priorities, solver),
    );
    const sources = grafanaSources(`${name}-grafana-identity`, args, after());
    const monitoring = new Monitoring(
      `${name}-monitoring`,
      {
        clusterName: cluster.clusterName,
        storageClassName: cluster.storageClassName,
        ...nodesOf(cluster),
        size: args.monitoring,
        ...archivingOf(args, after()),
        highlyAvailable,
        coreDns,
        alerting,
        grafana: args.grafana,
        nodeSelector: monitoringNodes(args),
        ...sources.told,
      },
      {
        // Grafana's pod gets its credentials as it starts
        ...after(priorities, certificates.release, ...sources.before),
        providers: [cluster.provider, passwords],
      },
    );
    podMonitor(
      `${name}-cert-manager-monitor`,
      {
        namespace: namespaces.certManager,
        monitor: "cert-manager",
        podLabels: certManagerPods.labels,
        port: certManagerPods.metricsPort,
      },
      { parent: this, dependsOn: [certificates.release, monitoring.release] },
    );
    if (!args.hasMetricsServer) {
      new MetricsServer(
        `${name}-metrics-server`,
        { highlyAvailable, nodeSelector },
        after(certificates.release, monitoring.release),
      );
    }
    const authority = new InternalAuthority(`${name}-internal-authority`, {
      parent: this,
      dependsOn: certificates.release,
    });
    const wayIn = makeWayIn(
      name,
      {
        kind: args.wayIn ?? defaultWayIn,
        hasGatewayApi: args.hasGatewayApi,
        hosts,
        certificates,
        authority,
        loadBalancerAnnotations: args.loadBalancerAnnotations,
        namespaceLabels: args.loadBalancedNamespaceLabels ?? {},
        highlyAvailable,
        nodeSelector,
        ...(args.edge !== undefined && { edge: args.edge }),
      },
      { parent: this, providers: [cluster.provider, passwords] },
      // and so for nodes and priorities
      monitoring.release,
    );

    this.ingressNamespace = wayIn.namespaceName;
    this.internalAuthority = authority.pem;
    this.clusterIssuerName = certificates.clusterIssuerName;
    this.loadBalancer = wayIn.loadBalancer;
    this.originProofs = wayIn.originProofs;
    this.grafanaPassword = monitoring.grafanaPassword;
    // the way in has waited for all that stands before it
    this.ready = [certificates.clusterIssuer, wayIn.ready];
    this.registerOutputs({ loadBalancer: this.loadBalancer, grafanaPassword: this.grafanaPassword });
  }
}

/** What Grafana reads beside Prometheus; to the cloud it is somebody who reads its metrics. */
function grafanaSources(
  name: string,
  { cloudMetrics, traces, identify, identityEndpoints }: PlatformServicesArgs,
  opts: pulumi.ComponentResourceOptions,
): {
  readonly before: readonly pulumi.Resource[];
  readonly told: Pick<MonitoringArgs, "cloudMetrics" | "traces">;
} {
  const ofTraces = traces === undefined ? {} : { traces };
  if (cloudMetrics === undefined) return { before: [], told: ofTraces };
  const { uid, title, settings, grant } = cloudMetrics;
  const account = { namespace: namespaces.monitoring, serviceAccount: grafanaServiceAccount };
  const reader = identify(name, account, opts);
  grant(`${name}-metrics`, reader, { parent: reader });
  const { serviceAccountAnnotations } = reader;
  const read = { uid, title, settings, serviceAccountAnnotations, identityEndpoints };
  return { before: [reader], told: { ...ofTraces, cloudMetrics: read } };
}

/** How Prometheus gets at the archive of its samples, where there is one; its identity waits for as much as Grafana's. */
function archivingOf(
  { metricsArchive: archive, identify, identityEndpoints }: PlatformServicesArgs,
  { dependsOn }: pulumi.ComponentResourceOptions,
): Pick<MonitoringArgs, "archiving"> {
  return archive === undefined ? {} : { archiving: { archive, identify, identityEndpoints, dependsOn } };
}

/** Labels of the nodes of what watches. */
function monitoringNodes({
  nodeSelector = {},
  monitoringNodeSelector = nodeSelector,
}: PlatformServicesArgs): Readonly<Record<string, string>> {
  return monitoringNodeSelector;
}

/** Whose the nodes are, which of them take no pod of ours, and what else of the cluster is scraped. */
function nodesOf({
  managedNodes = false,
  singlePodNodes,
  parts = [],
  controlPlane = [],
}: Cluster): Pick<MonitoringArgs, "managedNodes" | "singlePodNodes" | "nodePorts" | "controlPlane"> {
  const nodePorts = parts.flatMap(({ nodePort }) => nodePort ?? []);
  return { managedNodes, nodePorts, controlPlane, ...(singlePodNodes !== undefined && { singlePodNodes }) };
}

/** Everything inside is made through the cluster's own provider. */
function withCluster(
  cluster: Cluster,
  opts: pulumi.ComponentResourceOptions | undefined,
): pulumi.ComponentResourceOptions {
  return pulumi.mergeOptions(opts, { providers: [cluster.provider] });
}
