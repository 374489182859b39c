import * as gcp from "@pulumi/gcp";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster, ClusterArgs, Placement } from "../../components/cluster/cluster";
import { checkBackupRetention, clusterBackupDefaults } from "../../components/cluster/clusterBackup";
import { physicalName } from "../../components/names";
import { clusterBackup } from "./clusterBackup";
import { controlPlane } from "./controlPlane";
import { grantRole } from "./grants";
import { GcpKey } from "./key";
import { logArchive } from "./logs";
import { gcpNetwork } from "./network";
import { checkPools, gkeNameLength, nodePool, nodeServiceAccount } from "./nodePools";
import { provisionedClass } from "./nodeProvisioning";
import type { GcpPlacement } from "./project";
import { aheadOf, guardControlPlane } from "./upgradeGuard";
import { UnsupportedOnCloudError } from "../unsupported";

/** Arguments of a {@link GcpCluster}. */
export interface GcpClusterArgs extends ClusterArgs, GcpPlacement {
  /**
   * Let in only images that the project's Binary Authorization policy admits. That policy admits all until it is
   * written, so that this is safe to have on.
   *
   * @default true
   */
  readonly binaryAuthorization?: boolean;
  /**
   * `gke-security-groups@` and the domain: the group that holds those whom Kubernetes is to know as groups.
   *
   * @default - Kubernetes knows no groups, and roles in it can be had by people alone
   */
  readonly securityGroup?: string;
}

/** A dash and seven digits that auto-naming adds. */
const autoNameLength = 8;

const storageClassName = "pd-balanced-encrypted";

/** {@link Cluster} as GKE Standard, regional: private nodes, Dataplane V2, Workload Identity, reached by its DNS name. */
export class GcpCluster extends pulumi.ComponentResource implements Cluster {
  readonly clusterName: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly provider: k8s.Provider;
  readonly ready: readonly pulumi.Resource[];
  readonly storageClassName = storageClassName;
  readonly provisionedNodes?: Placement;
  /** Pool of identities that Kubernetes service accounts have in IAM; it is there once the cluster is. */
  readonly workloadPool: pulumi.Output<string>;
  /** As IAM has it: `projects/…/locations/…/clusters/…`. */
  readonly clusterId: pulumi.Output<string>;
  /** Whether groups can have roles in it. */
  readonly knowsGroups: boolean;

  constructor(name: string, args: GcpClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Cluster", name, {}, opts);
    const { version, nodePools, apiAccessCidrs = [], admins = [], logRetentionDays = 365 } = args;
    const { protect = true, binaryAuthorization = true, region, project } = args;
    const { securityGroup } = args;
    const { backupRetentionDays = clusterBackupDefaults.retentionDays, nodeProvisioning: provisioning } =
      args;
    checkName(name);
    checkVersions(args);
    checkPools(nodePools);
    checkBackupRetention(backupRetentionDays);
    checkAccess(apiAccessCidrs);
    const network = gcpNetwork(args.network);
    const { projectId, agents } = project;
    const placed = { region, project, protect };
    const child = { parent: this };

    const secretsKey = new GcpKey(`${name}-secrets`, { ...placed, users: { gke: agents.container } }, child);
    const diskKey = new GcpKey(`${name}-disks`, { ...placed, users: { compute: agents.compute } }, child);
    const { account, grants } = nodeServiceAccount(name, { project }, child);
    const node = { serviceAccount: account.email, diskKeyId: diskKey.keyId };
    const upgrades = new gcp.pubsub.Topic(
      `${name}-upgrades`,
      { messageStoragePolicy: { allowedPersistenceRegions: [region] } },
      { ...child, dependsOn: [project.api("pubsub")] },
    );
    const cluster = new gcp.container.Cluster(
      name,
      controlPlane({
        network,
        region,
        projectId,
        version,
        nodePools,
        ...(provisioning !== undefined && { nodeProvisioning: provisioning }),
        apiAccessCidrs,
        protect,
        binaryAuthorization,
        backup: backupRetentionDays > 0,
        ...(securityGroup !== undefined && { securityGroup }),
        secretsKeyId: secretsKey.keyId,
        node,
        upgradesTopicId: upgrades.id,
      }),
      {
        ...child,
        protect,
        dependsOn: [
          project.api("container"),
          project.api("binaryauthorization"),
          ...secretsKey.grants,
          ...diskKey.grants,
          ...grants,
        ],
        // of the removed first pool; GKE answers with another pool's settings, and a change would replace the cluster
        ignoreChanges: ["nodeConfig", "initialNodeCount"],
        hooks: guardControlPlane(name),
      },
    );
    cluster.masterVersion.apply((running) => {
      const ahead = aheadOf(version, running);
      return ahead === undefined ? undefined : pulumi.log.warn(ahead, cluster);
    });
    const pools = Object.entries(nodePools).map(([key, pool]) =>
      nodePool(
        name,
        { cluster: cluster.id, key, pool, node, zones: network.zones, dependsOn: grants },
        child,
      ),
    );
    clusterBackup(
      `${name}-backup`,
      { ...placed, clusterId: cluster.id, retentionDays: backupRetentionDays },
      child,
    );
    clusterAdmins(name, { admins, clusterId: cluster.id, project }, child);
    logArchive(
      `${name}-logs`,
      {
        ...placed,
        description: "control plane and audit",
        filter: pulumi.interpolate`resource.type=("k8s_cluster" OR "k8s_control_plane_component") AND resource.labels.cluster_name="${cluster.name}"`,
        retentionDays: logRetentionDays,
      },
      child,
    );

    this.clusterName = cluster.name;
    this.clusterId = cluster.id;
    this.knowsGroups = securityGroup !== undefined;
    this.endpoint = pulumi.interpolate`https://${cluster.controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint}`;
    this.kubeconfig = pulumi.secret(kubeconfig(this.clusterName, this.endpoint));
    this.workloadPool = cluster.workloadIdentityConfig.apply(
      ({ workloadPool = `${projectId}.svc.id.goog` }) => workloadPool,
    );
    this.provider = new k8s.Provider(
      name,
      { kubeconfig: this.kubeconfig, clusterIdentifier: cluster.id, enableServerSideApply: true },
      child,
    );
    const volumes = storageClass(
      name,
      { diskKey, protect },
      { ...child, provider: this.provider, dependsOn: [...pools, ...diskKey.grants] },
    );
    this.ready = [...pools, volumes];
    if (provisioning !== undefined) {
      const { computeClass, placement } = provisionedClass(
        `${name}-provisioning`,
        { provisioning, node },
        // with it the nodes of its pools would go
        { ...child, provider: this.provider, protect, dependsOn: [...pools, ...diskKey.grants] },
      );
      this.ready = [...this.ready, computeClass];
      this.provisionedNodes = placement;
    }
    this.registerOutputs({ clusterName: this.clusterName, endpoint: this.endpoint });
  }
}

/** The cluster as this cloud's own class. */
export function gcpCluster(cluster: Cluster): GcpCluster {
  if (!(cluster instanceof GcpCluster)) {
    throw new Error("cluster: expected a cluster of gcp, got one of another cloud");
  }
  return cluster;
}

function checkName(name: string): void {
  const longest = gkeNameLength - autoNameLength;
  if (name.length > longest) {
    throw new Error(
      `cluster name: expected at most ${longest} characters (GKE takes ${gkeNameLength}, of which auto-naming has ${autoNameLength}), got "${name}"`,
    );
  }
}

function checkVersions({ version, nodesVersion = version }: GcpClusterArgs): void {
  if (nodesVersion !== version) {
    throw new UnsupportedOnCloudError("cluster.nodesVersion");
  }
}

function checkAccess(cidrs: readonly string[]): void {
  const open = cidrs.find((cidr) => cidr.endsWith("/0"));
  if (open !== undefined) {
    throw new Error(`apiAccessCidrs: expected blocks smaller than the whole internet, got ${open}`);
  }
}

/** Signs in as whoever runs kubectl. No authority is named: the DNS endpoint has a certificate that the world trusts. */
function kubeconfig(name: pulumi.Output<string>, endpoint: pulumi.Output<string>): pulumi.Output<string> {
  return pulumi.jsonStringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: endpoint } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "gke-gcloud-auth-plugin",
            installHint: "gcloud components install gke-gcloud-auth-plugin",
            interactiveMode: "IfAvailable",
            provideClusterInfo: true,
          },
        },
      },
    ],
  });
}

/** IAM lets them into this one cluster, where the role is Kubernetes' cluster-admin. */
function clusterAdmins(
  name: string,
  args: Pick<GcpPlacement, "project"> & {
    readonly admins: readonly string[];
    readonly clusterId: pulumi.Output<string>;
  },
  opts: { readonly parent: pulumi.Resource },
): void {
  const { admins, clusterId, project } = args;
  for (const member of admins) {
    grantRole(
      `${name}-admin-${physicalName(63, member)}`,
      { project, role: "roles/container.admin", member, resourceNames: [clusterId] },
      opts,
    );
  }
}

/**
 * The default class: volumes encrypted with our key. GKE brings a default of its own, `standard-rwo`; of two defaults
 * Kubernetes takes the younger, which is this one.
 */
function storageClass(
  name: string,
  { diskKey, protect }: { readonly diskKey: GcpKey; readonly protect: boolean },
  opts: pulumi.CustomResourceOptions,
): k8s.storage.v1.StorageClass {
  return new k8s.storage.v1.StorageClass(
    `${name}-volumes`,
    {
      metadata: {
        name: storageClassName,
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "pd.csi.storage.gke.io",
      parameters: { type: "pd-balanced", "disk-encryption-kms-key": diskKey.keyId },
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
      reclaimPolicy: protect ? "Retain" : "Delete",
    },
    opts,
  );
}
