import { join } from "node:path";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { internet } from "../../components/platform/networkPolicy";
import { modules } from "../../components/secrets/cloudScript";
import type { CloudProvider, LoadBalancerArgs } from "../provider";
import { StrimziKafka } from "../../components/data/strimziKafka";
import { UnsupportedOnCloudError } from "../unsupported";
import { GcpAlarms } from "./alarms";
import { GcpAudit } from "./audit";
import { mayReadMetrics } from "./backlogs";
import { GcpBackups } from "./backups";
import { GcpBucket } from "./bucket";
import { GcpBudget } from "./budget";
import { GcpCiIdentity } from "./ciIdentity";
import { GcpCluster } from "./cluster";
import { GcpContainerPlatform } from "./containerPlatform";
import { GcpDnsZone } from "./dnsZone";
import { GcpEdge } from "./edge";
import { edgeOrigin } from "./edgeOrigin";
import { secretManagerAccess } from "./externalSecrets";
import { GcpWorkloadIdentity } from "./identity";
import { GcpImagePolicy } from "./imagePolicy";
import { GcpKafka } from "./kafka";
import { gcsLoki } from "./loki";
import { GcpMongo } from "./mongo";
import { GcpMySql } from "./mysql";
import { GcpNetwork } from "./network";
import { GcpPostgres } from "./postgres";
import { type GcpPlacement, GcpProject } from "./project";
import { GcpQueue } from "./queue";
import { GcpRecoveryPlace } from "./recovery";
import { GcpRedis } from "./redis";
import { GcpRegistry } from "./registry";
import { GcpTeamAccess } from "./teamAccess";
import { gcsSnapshots, GcpSearch } from "./search";
import { GcpSealKey } from "./sealKey";
import { GcpSecret } from "./secret";
import { GcpServerlessCluster } from "./serverlessCluster";
import { GcpTransferService } from "./transferService";
import { GcpVectorStore } from "./vectorStore";
import { gcsTempo } from "./tempo";
import { cloudMonitoringMetrics } from "./cloudMetrics";
import { gcpStoreViews } from "./storeViews";
import { gcsVelero } from "./velero";
import { gcsThanos } from "./thanos";

/** Where modules for pods lie. */
const scripts = join(__dirname, "scripts");

/** Where on GCP a stack stands. */
export interface GcpProviderArgs {
  readonly region: string;
  /** Id of the project; it exists, with billing on and the Service Usage and Resource Manager APIs. */
  readonly project: string;
  /**
   * Billing account that pays for the project.
   *
   * @default - there is no budget
   */
  readonly billingAccount?: string;
  /**
   * Group of Google Groups that holds those whom Kubernetes is to know as groups.
   *
   * @default - it knows none
   */
  readonly securityGroup?: string;
  /**
   * Whether the audit sets constraints of the organisation for the project.
   *
   * @default true
   */
  readonly constraints?: boolean;
  /** Labels of everything that takes labels. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * What GKE reads from a Service: an external passthrough load balancer with a backend service, which keeps the client's
 * address and drains connections (without it GKE falls back to target pools, which do neither well), at an address of
 * ours, which the domain's records go on pointing to when the Service is made anew.
 * https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters
 */
function loadBalancerAnnotations(
  name: string,
  { project, region, protect }: LoadBalancerArgs & GcpPlacement,
  opts: pulumi.ComponentResourceOptions,
): ReturnType<CloudProvider["loadBalancerAnnotations"]> {
  const address = new gcp.compute.Address(
    name,
    // a passthrough load balancer of GKE is of the premium tier unless told otherwise
    { region, addressType: "EXTERNAL", networkTier: "PREMIUM" },
    {
      ...pulumi.mergeOptions(opts, { dependsOn: [project.api("compute")] }),
      provider: project.provider,
      protect,
    },
  );
  return {
    "cloud.google.com/l4-rbs": "enabled",
    "networking.gke.io/load-balancer-ip-addresses": address.name,
  };
}

/** GCP as a {@link CloudProvider}: makes the Pulumi provider, turns on the APIs, and makes everything else with them. */
export function gcpProvider(
  name: string,
  { region, project: projectId, billingAccount, securityGroup, constraints = true, labels }: GcpProviderArgs,
  opts: pulumi.ComponentResourceOptions,
): CloudProvider {
  const project = new GcpProject(name, { projectId, region, labels }, opts);
  const here = { region, project };
  const groups = securityGroup === undefined ? {} : { securityGroup };
  const explicit = (own: pulumi.ComponentResourceOptions): pulumi.ComponentResourceOptions =>
    pulumi.mergeOptions(own, { providers: [project.provider] });
  let transferService: GcpTransferService | undefined;
  const transfers = (): GcpTransferService =>
    (transferService ??= new GcpTransferService(
      `${name}-transfers`,
      { project },
      { parent: project, providers: [project.provider] },
    ));

  return {
    cloud: "gcp",
    region,
    network: (child, args, own) => new GcpNetwork(child, { ...args, ...here }, explicit(own)),
    recovery: (child, args, own) => new GcpRecoveryPlace(child, { ...args, project }, explicit(own)),
    cluster: (child, args, own) => new GcpCluster(child, { ...args, ...here, ...groups }, explicit(own)),
    serverlessCluster: (child, args, own) =>
      new GcpServerlessCluster(child, { ...args, ...here, ...groups }, explicit(own)),
    containerPlatform: (child, args, own) =>
      new GcpContainerPlatform(child, { ...args, ...here }, explicit(own)),
    postgres: (child, args, own) => new GcpPostgres(child, { ...args, ...here }, explicit(own)),
    mySql: (child, args, own) => new GcpMySql(child, { ...args, ...here }, explicit(own)),
    redis: (child, args, own) => new GcpRedis(child, { ...args, ...here }, explicit(own)),
    mongo: (child, args, own) => new GcpMongo(child, { ...args, ...here }, explicit(own)),
    mongoBackups: () => {
      throw new UnsupportedOnCloudError("mongo.backupRetentionDays");
    },
    search: (child, args, own) => new GcpSearch(child, args, explicit(own)),
    vectorStore: (child, args, own) => new GcpVectorStore(child, { ...args, project }, explicit(own)),
    kafka: (child, args, own) =>
      args.hosting === "cloud"
        ? new GcpKafka(child, { ...args, ...here }, explicit(own))
        : new StrimziKafka(child, args, explicit(own)),
    backups: (child, args, own) => new GcpBackups(child, { ...args, ...here }, explicit(own)),
    bucket: (child, args, own) => new GcpBucket(child, { ...args, ...here, transfers }, explicit(own)),
    cloudMetrics: cloudMonitoringMetrics(project, projectId),
    storeViews: gcpStoreViews(projectId),
    elasticSnapshots: () => gcsSnapshots,
    veleroStorage: gcsVelero(project),
    tempoStorage: gcsTempo(),
    lokiStorage: gcsLoki,
    thanosStorage: gcsThanos,
    queue: (child, args, own) => new GcpQueue(child, { ...args, ...here }, explicit(own)),
    secret: (child, args, own) => new GcpSecret(child, { ...args, ...here }, explicit(own)),
    sealKey: (child, args, own) => new GcpSealKey(child, { ...args, ...here }, explicit(own)),
    secretStoreScript: () => ({ files: modules(scripts, "secretStore.cjs", "podToken.cjs"), env: {} }),
    objectStoreScript: () => ({ files: modules(scripts, "objectStore.cjs", "podToken.cjs"), env: {} }),
    secretsDestination: () => internet(443),
    secretStoreAccess: secretManagerAccess(projectId),
    registry: (child, args, own) => new GcpRegistry(child, { ...args, ...here }, explicit(own)),
    ciIdentity: (child, args, own) => new GcpCiIdentity(child, { ...args, ...here }, explicit(own)),
    alarms: (child, args, own) => new GcpAlarms(child, { ...args, ...here }, explicit(own)),
    audit: (child, args, own) => new GcpAudit(child, { ...args, ...here, constraints }, explicit(own)),
    budget: (child, args, own) => {
      if (billingAccount === undefined) {
        throw new Error("gcp.billingAccount: expected the account that pays for the project, got nothing");
      }
      return new GcpBudget(child, { ...args, ...here, billingAccount }, explicit(own));
    },
    imagePolicy: (child, args, own) => new GcpImagePolicy(child, { ...args, ...here }, explicit(own)),
    dnsZone: (child, args, own) => new GcpDnsZone(child, { ...args, ...here }, explicit(own)),
    edge: (child, args, own) => new GcpEdge(child, { ...args, ...here }, explicit(own)),
    edgeOrigin: () => edgeOrigin,
    countBacklogs: (child, to, own) => {
      mayReadMetrics(child, to, project, own);
    },
    teamAccess: (child, args, own) => new GcpTeamAccess(child, { ...args, ...here }, explicit(own)),
    workloadIdentity: (child, args, own) =>
      new GcpWorkloadIdentity(child, { ...args, ...here }, explicit(own)),
    loadBalancerAnnotations: (child, args, own) => loadBalancerAnnotations(child, { ...args, ...here }, own),
    loadBalancedNamespaceLabels: {},
    // GKE's metadata server, and where Dataplane V2 has taken the packet's address there
    identityEndpoints: [
      { cidrs: ["169.254.169.254/32"], ports: [80] },
      { cidrs: ["169.254.169.252/32"], ports: [988] },
    ],
    hasGatewayApi: true,
    // which have each API's name before them
    publicStoreHosts: ["*.googleapis.com"],
    cniFolder: "/home/kubernetes/bin",
    registryHelper: "google",
    ownNamespaces: ["gke-", "gkebackup", "gmp-"],
    hasMetricsServer: true,
    hasVerticalPodAutoscaler: true,
    hasCostAnomalies: false,
    hasMongoBackups: false,
    hasImagePolicy: true,
    // kube-dns, whose metrics GKE keeps to itself
    hasCoreDns: false,
  };
}
