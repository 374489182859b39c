import type * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs, Placement } from "../../components/cluster/cluster";
import { checkBackupRetention, clusterBackupDefaults } from "../../components/cluster/clusterBackup";
import { checkMaintenanceExclusions } from "../../components/cluster/maintenance";
import { clusterBackup } from "./clusterBackup";
import { controlPlane } from "./controlPlane";
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
import { checkPools, nodePool } from "./nodePools";
import { provisionedClass } from "./nodeProvisioning";
import { UnsupportedOnCloudError } from "../unsupported";

/** Arguments of a {@link GcpCluster}. */
export interface GcpClusterArgs extends ClusterArgs, GkeArgs {}

/** {@link Cluster} as GKE Standard, regional: private nodes, Dataplane V2, Workload Identity, reached by its DNS name. */
export class GcpCluster extends GkeCluster {
  readonly ready: readonly pulumi.Resource[];
  readonly provisionedNodes?: Placement;

  constructor(name: string, args: GcpClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Cluster", name, {}, opts);
    const { version, nodePools, apiAccessCidrs = [], admins = [], logRetentionDays = 365 } = args;
    const { protect = true, binaryAuthorization = true, region, project } = args;
    const { securityGroup, maintenanceExclusions = [] } = args;
    const { backupRetentionDays = clusterBackupDefaults.retentionDays, nodeProvisioning: provisioning } =
      args;
    checkGke(name, { apiAccessCidrs });
    checkVersions(args);
    checkPools(nodePools);
    checkBackupRetention(backupRetentionDays);
    checkMaintenanceExclusions(maintenanceExclusions);
    const network = gcpNetwork(args.network);
    const { projectId } = project;
    const groups = securityGroup === undefined ? {} : { securityGroup };
    const placed = { region, project, protect };
    const child = { parent: this };

    const foundation = gkeFoundation(name, placed, child);
    const { node, grants, secretsKey, diskKey } = foundation;
    const cluster = gkeControlPlane(
      name,
      {
        ...placed,
        foundation,
        ...(args.imagePolicy !== undefined && { imagePolicy: args.imagePolicy }),
        version,
        inputs: controlPlane({
          network,
          region,
          projectId,
          version,
          nodePools,
          ...(provisioning !== undefined && { nodeProvisioning: provisioning }),
          apiAccessCidrs,
          protect,
          binaryAuthorization,
          maintenanceExclusions,
          backup: backupRetentionDays > 0,
          ...groups,
          secretsKeyId: secretsKey.keyId,
          node,
          upgradesTopicId: foundation.upgrades.id,
        }),
        // of the removed first pool; GKE answers with another pool's settings, and a change would replace the cluster
        ignoreChanges: ["nodeConfig", "initialNodeCount"],
      },
      child,
    );
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
    gkeAdmins(name, { admins, clusterId: cluster.id, project }, child);
    gkeLogs(`${name}-logs`, { ...placed, cluster, retentionDays: logRetentionDays }, child);

    this.connect(name, { cluster, projectId, ...groups });
    const inCluster = { ...child, provider: this.provider, dependsOn: [...pools, ...diskKey.grants] };
    const volumes = gkeStorageClass(name, { diskKey, region, protect }, inCluster);
    this.ready = [...pools, volumes];
    if (provisioning !== undefined) {
      const { computeClass, placement } = provisionedClass(
        `${name}-provisioning`,
        { provisioning, node },
        // with it the nodes of its pools would go
        { ...inCluster, protect },
      );
      this.ready = [...this.ready, computeClass];
      this.provisionedNodes = placement;
    }
    this.registerOutputs({ clusterName: this.clusterName, endpoint: this.endpoint });
  }
}

function checkVersions({ version, nodesVersion = version }: GcpClusterArgs): void {
  if (nodesVersion !== version) {
    throw new UnsupportedOnCloudError("cluster.nodesVersion");
  }
}
