import type * as gcp from "@pulumi/gcp";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { checkBackupRetention, clusterBackupDefaults } from "../../components/cluster/clusterBackup";
import {
  checkServerlessNamespaces,
  type ServerlessCluster,
  type ServerlessClusterArgs,
} from "../../components/cluster/serverlessCluster";
import { clusterBackup } from "./clusterBackup";
import {
  access,
  type AnyControlPlaneArgs,
  observability,
  placing,
  podScaling,
  security,
  upgrades,
} from "./controlPlane";
import {
  checkGke,
  gkeAdmins,
  type GkeArgs,
  GkeCluster,
  gkeConnection,
  gkeControlPlane,
  gkeFoundation,
  gkeLogs,
  gkeStorageClass,
} from "./gkeCluster";
import { gcpNetwork } from "./network";

/** Arguments of a {@link GcpServerlessCluster}. */
export interface GcpServerlessClusterArgs extends ServerlessClusterArgs, GkeArgs {}

/**
 * {@link ServerlessCluster} as GKE Autopilot: Google makes, sizes and upgrades the nodes below the pods of every namespace,
 * under our key and with our service account, and lets nothing run on them beside the pods.
 */
export class GcpServerlessCluster extends GkeCluster implements ServerlessCluster {
  readonly clusterName: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly provider: k8s.Provider;
  readonly ready: readonly pulumi.Resource[];
  readonly managedNodes = true;
  readonly prepareNamespace = (): readonly pulumi.Resource[] => [];
  readonly workloadPool: pulumi.Output<string>;
  readonly clusterId: pulumi.Output<string>;
  readonly knowsGroups: boolean;

  constructor(name: string, args: GcpServerlessClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:ServerlessCluster", name, {}, opts);
    const { version, apiAccessCidrs = [], admins = [], logRetentionDays = 365 } = args;
    const { protect = true, binaryAuthorization = true, region, project, securityGroup } = args;
    const { backupRetentionDays = clusterBackupDefaults.retentionDays } = args;
    checkGke(name, { apiAccessCidrs });
    checkBackupRetention(backupRetentionDays);
    checkServerlessNamespaces(args.serverlessNamespaces);
    const { projectId } = project;
    const placed = { region, project, protect };
    const child = { parent: this };

    const foundation = gkeFoundation(name, placed, child);
    const cluster = gkeControlPlane(
      name,
      {
        ...placed,
        foundation,
        version,
        inputs: autopilot({
          network: gcpNetwork(args.network),
          region,
          projectId,
          version,
          apiAccessCidrs,
          protect,
          binaryAuthorization,
          backup: backupRetentionDays > 0,
          ...(securityGroup !== undefined && { securityGroup }),
          secretsKeyId: foundation.secretsKey.keyId,
          node: foundation.node,
          upgradesTopicId: foundation.upgrades.id,
        }),
      },
      child,
    );
    clusterBackup(
      `${name}-backup`,
      { ...placed, clusterId: cluster.id, retentionDays: backupRetentionDays },
      child,
    );
    gkeAdmins(name, { admins, clusterId: cluster.id, project }, child);
    gkeLogs(`${name}-logs`, { ...placed, cluster, retentionDays: logRetentionDays }, child);

    const connection = gkeConnection(name, { cluster, projectId }, child);
    this.clusterName = connection.clusterName;
    this.clusterId = connection.clusterId;
    this.knowsGroups = securityGroup !== undefined;
    this.endpoint = connection.endpoint;
    this.kubeconfig = connection.kubeconfig;
    this.workloadPool = connection.workloadPool;
    this.provider = connection.provider;
    const { diskKey } = foundation;
    this.ready = [
      cluster,
      gkeStorageClass(
        name,
        { diskKey, protect },
        { ...child, provider: this.provider, dependsOn: [...diskKey.grants] },
      ),
    ];
    this.registerOutputs({ clusterName: this.clusterName, endpoint: this.endpoint });
  }
}

/**
 * Every setting of an Autopilot cluster that is ours to say. Autopilot has Dataplane V2, Cloud DNS with a cache on each
 * node, intranode visibility, shielded nodes, the disks' driver and Managed Service for Prometheus without being told, and
 * the provider refuses most of them beside `enableAutopilot` (hashicorp/terraform-provider-google-beta,
 * resource_container_cluster.go, `ConflictsWith`). Of the nodes it takes the account and the disks' key alone
 * (terraform-google-modules/terraform-google-kubernetes-engine, beta-autopilot-private-cluster).
 */
function autopilot(args: AnyControlPlaneArgs): gcp.container.ClusterArgs {
  const { node, backup } = args;
  return {
    enableAutopilot: true,
    ...placing(args),
    ...access(args),
    ...security(args),
    ...upgrades(args),
    ...observability(),
    ...podScaling(),
    // no pod may shape the network of its node
    allowNetAdmin: false,
    clusterAutoscaling: {
      autoProvisioningDefaults: { serviceAccount: node.serviceAccount, bootDiskKmsKey: node.diskKeyId },
    },
    nodePoolAutoConfig: { nodeKubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" } },
    addonsConfig: {
      httpLoadBalancing: { disabled: false },
      horizontalPodAutoscaling: { disabled: false },
      gkeBackupAgentConfig: { enabled: backup },
    },
  };
}
