import * as gcp from "@pulumi/gcp";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../../components/cluster/cluster";
import type { ImagePolicy } from "../../components/governance/imagePolicy";
import { autoNameLength, physicalName } from "../../components/names";
import { grantRole } from "./grants";
import { volumeKinds } from "./blockStorage";
import { GcpKey } from "./key";
import { logArchive } from "./logs";
import { gkeNameLength, type NodeArgs, nodeServiceAccount } from "./nodePools";
import type { GcpPlacement } from "./project";
import { aheadOf, guardControlPlane } from "./upgradeGuard";

/** What clusters of GKE have in common, whoever sizes their nodes. */
export interface GkeArgs extends GcpPlacement {
  /**
   * Let in only images that the project's Binary Authorization policy admits. That policy admits all until a stack whose
   * `audit` is `stack` writes it ({@link ImagePolicy}), so that this is safe to have on.
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

/** How a cluster is reached, and by what IAM and the others of this cloud know it. */
interface GkeConnection extends Pick<Cluster, "clusterName" | "endpoint" | "kubeconfig" | "provider"> {
  /** Pool of identities that Kubernetes service accounts have in IAM; it is there once the cluster is. */
  readonly workloadPool: pulumi.Output<string>;
  /** As IAM has it: `projects/…/locations/…/clusters/…`. */
  readonly clusterId: pulumi.Output<string>;
  /** Whether groups can have roles in it. */
  readonly knowsGroups: boolean;
}

/** A cluster of GKE as the other classes of this cloud know it. */
export abstract class GkeCluster extends pulumi.ComponentResource implements Cluster, GkeConnection {
  abstract readonly ready: readonly pulumi.Resource[];
  readonly storageClassName: string = storageClassName;
  readonly keepsPodLogs = true;
  private connection?: GkeConnection;

  /** Makes the provider through which the cluster is reached, and with it all that is known of the cluster. */
  protected connect(name: string, args: GkeConnectionArgs): void {
    this.connection = gkeConnection(name, args, { parent: this });
  }

  get clusterName(): pulumi.Output<string> {
    return this.connected.clusterName;
  }

  get endpoint(): pulumi.Output<string> {
    return this.connected.endpoint;
  }

  get kubeconfig(): pulumi.Output<string> {
    return this.connected.kubeconfig;
  }

  get provider(): k8s.Provider {
    return this.connected.provider;
  }

  get workloadPool(): pulumi.Output<string> {
    return this.connected.workloadPool;
  }

  get clusterId(): pulumi.Output<string> {
    return this.connected.clusterId;
  }

  get knowsGroups(): boolean {
    return this.connected.knowsGroups;
  }

  private get connected(): GkeConnection {
    if (this.connection === undefined) {
      throw new Error("cluster: expected connect to be called before anything is read, got no connection");
    }
    return this.connection;
  }
}

/** The cluster as one of this cloud. */
export function gkeCluster(cluster: Cluster): GkeCluster {
  if (!(cluster instanceof GkeCluster)) {
    throw new Error("cluster: expected a cluster of gcp, got one of another cloud");
  }
  return cluster;
}

const storageClassName = "pd-balanced-encrypted";

/** Refuses what GKE would refuse only after the cluster's keys and accounts stand. */
export function checkGke(
  name: string,
  { apiAccessCidrs }: { readonly apiAccessCidrs: readonly string[] },
): void {
  const longest = gkeNameLength - autoNameLength;
  if (name.length > longest) {
    throw new Error(
      `cluster name: expected at most ${longest} characters (GKE takes ${gkeNameLength}, of which auto-naming has ${autoNameLength}), got "${name}"`,
    );
  }
  const open = apiAccessCidrs.find((cidr) => cidr.endsWith("/0"));
  if (open !== undefined) {
    throw new Error(`apiAccessCidrs: expected blocks smaller than the whole internet, got ${open}`);
  }
}

type Opts = { readonly parent: pulumi.Resource };
type Placed = GcpPlacement & { readonly protect: boolean };

/** What stands before a cluster. */
export interface GkeFoundation {
  /** Key of Kubernetes' Secrets. */
  readonly secretsKey: GcpKey;
  /** Key of the nodes' disks and of the pods' volumes. */
  readonly diskKey: GcpKey;
  readonly node: NodeArgs;
  /** What lets the nodes' account do its work. */
  readonly grants: readonly pulumi.Resource[];
  /** Where GKE says which upgrades there are. */
  readonly upgrades: gcp.pubsub.Topic;
}

/** Keys, the nodes' account, and the topic of upgrades. */
export function gkeFoundation(name: string, placed: Placed, opts: Opts): GkeFoundation {
  const { project, region } = placed;
  const { agents } = project;
  const secretsKey = new GcpKey(`${name}-secrets`, { ...placed, users: { gke: agents.container } }, opts);
  const diskKey = new GcpKey(`${name}-disks`, { ...placed, users: { compute: agents.compute } }, opts);
  const { account, grants } = nodeServiceAccount(name, { project }, opts);
  const upgrades = new gcp.pubsub.Topic(
    `${name}-upgrades`,
    { messageStoragePolicy: { allowedPersistenceRegions: [region] } },
    { ...opts, dependsOn: [project.api("pubsub")] },
  );
  return {
    secretsKey,
    diskKey,
    grants,
    upgrades,
    node: { serviceAccount: account.email, diskKeyId: diskKey.keyId },
  };
}

/** Arguments of {@link gkeControlPlane}. */
export interface GkeControlPlaneArgs extends Placed {
  readonly foundation: GkeFoundation;
  /** @default - no such policy is of this stack */
  readonly imagePolicy?: ImagePolicy;
  /** Kubernetes minor version that the stack asks for. */
  readonly version: string;
  readonly inputs: gcp.container.ClusterArgs;
  /**
   * Inputs that GKE changes by itself.
   *
   * @default []
   */
  readonly ignoreChanges?: readonly string[];
}

/** The control plane, made when its keys can be used; a version out of its reach is refused, and one behind it told. */
export function gkeControlPlane(
  name: string,
  { foundation, imagePolicy, version, inputs, ignoreChanges = [], project, protect }: GkeControlPlaneArgs,
  opts: Opts,
): gcp.container.Cluster {
  const { secretsKey, diskKey, grants } = foundation;
  const cluster = new gcp.container.Cluster(name, inputs, {
    ...opts,
    protect,
    dependsOn: [
      project.api("container"),
      project.api("binaryauthorization"),
      ...(imagePolicy?.ready ?? []),
      ...secretsKey.grants,
      ...diskKey.grants,
      ...grants,
    ],
    ignoreChanges: [...ignoreChanges],
    hooks: guardControlPlane(name),
  });
  cluster.masterVersion.apply((running) => {
    const ahead = aheadOf(version, running);
    return ahead === undefined ? undefined : pulumi.log.warn(ahead, cluster);
  });
  return cluster;
}

interface GkeConnectionArgs extends Pick<GkeArgs, "securityGroup"> {
  readonly cluster: gcp.container.Cluster;
  readonly projectId: string;
}

function gkeConnection(
  name: string,
  { cluster, projectId, securityGroup }: GkeConnectionArgs,
  opts: Opts,
): GkeConnection {
  const endpoint = pulumi.interpolate`https://${cluster.controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint}`;
  const config = pulumi.secret(kubeconfig(cluster.name, endpoint));
  return {
    clusterName: cluster.name,
    clusterId: cluster.id,
    knowsGroups: securityGroup !== undefined,
    endpoint,
    kubeconfig: config,
    workloadPool: cluster.workloadIdentityConfig.apply(
      ({ workloadPool = `${projectId}.svc.id.goog` }) => workloadPool,
    ),
    provider: new k8s.Provider(
      name,
      { kubeconfig: config, clusterIdentifier: cluster.id, enableServerSideApply: true },
      opts,
    ),
  };
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
export function gkeAdmins(
  name: string,
  args: Pick<GcpPlacement, "project"> & {
    readonly admins: readonly string[];
    readonly clusterId: pulumi.Output<string>;
  },
  opts: Opts,
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
 * Keeps the logs of the control plane as long as the stack says. Its audit logs are kept already: what was changed in the
 * project's `_Required` bucket, what was read where the project's audit is, so that they would be paid for twice.
 */
export function gkeLogs(
  name: string,
  args: Placed & { readonly cluster: gcp.container.Cluster; readonly retentionDays: number },
  opts: Opts,
): void {
  const { cluster, ...placed } = args;
  logArchive(
    name,
    {
      ...placed,
      description: "control plane",
      filter: pulumi.interpolate`resource.type=("k8s_cluster" OR "k8s_control_plane_component") AND resource.labels.cluster_name="${cluster.name}" AND NOT logName:"cloudaudit.googleapis.com"`,
    },
    opts,
  );
}

/**
 * The default class: volumes encrypted with our key. GKE brings a default of its own, `standard-rwo`; of two defaults
 * Kubernetes takes the younger, which is this one. Beside it stand the kinds that a claim has to name.
 */
export function gkeStorageClass(
  name: string,
  {
    diskKey,
    region,
    protect,
  }: { readonly diskKey: GcpKey; readonly region: string; readonly protect: boolean },
  opts: pulumi.CustomResourceOptions,
): k8s.storage.v1.StorageClass {
  volumeKinds(`${name}-volumes`, { diskKey, region, protect }, opts);
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
