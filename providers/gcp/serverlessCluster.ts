import type * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { checkBackupRetention, clusterBackupDefaults } from "../../components/cluster/clusterBackup";
import { checkMaintenanceExclusions } from "../../components/cluster/maintenance";
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
  gkeControlPlane,
  gkeFoundation,
  gkeLogs,
  gkeStorageClass,
} from "./gkeCluster";
import { gcpNetwork } from "./network";
import { gkeSpot } from "./nodeProvisioning";

/** Arguments of a {@link GcpServerlessCluster}. */
export interface GcpServerlessClusterArgs extends ServerlessClusterArgs, GkeArgs {}

/**
 * {@link ServerlessCluster} as GKE Autopilot: Google makes, sizes and upgrades the nodes below the pods of every namespace,
 * under our key and with our service account, and lets nothing run on them beside the pods.
 */
export class GcpServerlessCluster extends GkeCluster implements ServerlessCluster {
  readonly ready: readonly pulumi.Resource[];
  readonly managedNodes = true;
  readonly spotNodes = gkeSpot;
  readonly prepareNamespace = (): readonly pulumi.Resource[] => [];

  constructor(name: string, args: GcpServerlessClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:ServerlessCluster", name, {}, opts);
    const { version, apiAccessCidrs = [], admins = [], logRetentionDays = 365 } = args;
    const { protect = true, binaryAuthorization = true, region, project, securityGroup } = args;
    const { backupRetentionDays = clusterBackupDefaults.retentionDays, maintenanceExclusions = [] } = args;
    checkGke(name, { apiAccessCidrs });
    checkBackupRetention(backupRetentionDays);
    checkMaintenanceExclusions(maintenanceExclusions);
    checkServerlessNamespaces(args.serverlessNamespaces);
    const { projectId } = project;
    const groups = securityGroup === undefined ? {} : { securityGroup };
    const placed = { region, project, protect };
    const child = { parent: this };

    const foundation = gkeFoundation(name, placed, child);
    const cluster = gkeControlPlane(
      name,
      {
        ...placed,
        foundation,
        ...(args.imagePolicy !== undefined && { imagePolicy: args.imagePolicy }),
        version,
        inputs: autopilot({
          network: gcpNetwork(args.network),
          region,
          projectId,
          version,
          apiAccessCidrs,
          protect,
          binaryAuthorization,
          maintenanceExclusions,
          backup: backupRetentionDays > 0,
          ...groups,
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

    this.connect(name, { cluster, projectId, ...groups });
    const { diskKey } = foundation;
    this.ready = [
      cluster,
      gkeStorageClass(
        name,
        { diskKey, region, protect },
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
