import * as pulumi from "@pulumi/pulumi";
import type { Cloud } from "../components/cloud";

/** Why a cloud has no such option. */
interface Lack {
  readonly cloud: Cloud;
  readonly reason: string;
}

/**
 * Every option of a contract that one of the clouds has no answer to. docs/parity.md is made from it, and nothing else can
 * be thrown as {@link UnsupportedOnCloudError}.
 */
export const unsupported = {
  "bucket.recovery": {
    cloud: "gcp",
    reason: "a bucket of two regions has both on one continent",
  },
  "budget.anomalyDetection": {
    cloud: "gcp",
    reason: "Cloud Billing looks for anomalies by itself, and has no API to set it up",
  },
  "cluster.maintenanceExclusions": {
    cloud: "aws",
    reason:
      "EKS upgrades a cluster when it is told to, and otherwise at the end of its version's support, which nothing defers",
  },
  "cluster.nodePools.machine.gpu.count": {
    cloud: "aws",
    reason: "EC2 has one GPU beside up to 16 vCPUs, and more in machines of 48 or more alone",
  },
  "cluster.nodePools.upgradeStrategy": {
    cloud: "aws",
    reason:
      "EKS replaces the nodes of a managed node group a few at a time; its updateStrategy says only whether new ones come first",
  },
  "cluster.nodesVersion": {
    cloud: "gcp",
    reason: "in a release channel GKE upgrades the nodes to the control plane's version by itself",
  },
  "edge.shieldAdvanced": {
    cloud: "gcp",
    reason: "Shield Advanced is a service of AWS; adaptive protection is on without it",
  },
  imagePolicy: {
    cloud: "aws",
    reason:
      "an account of AWS has no policy of which images its clusters run; ECR alone says who may push and pull",
  },
  "kafka.maxDiskGiB": {
    cloud: "gcp",
    reason:
      "brokers of Managed Service for Apache Kafka move what is written to Cloud Storage, and their disks grow with diskGiB alone",
  },
  "kafka.version": {
    cloud: "gcp",
    reason: "Managed Service for Apache Kafka has one release at a time, which Google's provider can't name",
  },
  "mongo.backupRetentionDays": {
    cloud: "gcp",
    reason:
      "Percona's operator (1.22) and its agent (2.12) reach Cloud Storage by a key alone; in the cluster MongoDB's volumes are backed up with the cluster, as cluster.backupRetentionDays says, and Atlas has backups of its own",
  },
  "nodeProvisioning.architectures": {
    cloud: "gcp",
    reason:
      "of the series for arm64 one takes other disks than the volumes of the cluster's StorageClass (C4A), and the other is had in a few regions only (T2A)",
  },
  "nodeProvisioning.expireAfterDays": {
    cloud: "gcp",
    reason: "GKE keeps nodes current by upgrades in its maintenance windows, and replaces none for its age",
  },
  "redis.access.read": {
    cloud: "gcp",
    reason: "whom IAM lets into Memorystore may also write",
  },
  "redis.recovery": {
    cloud: "aws",
    reason: "a global datastore takes no burstable nodes, which those of less than 4 GiB are",
  },
  "registry.copyRegion": {
    cloud: "gcp",
    reason: "Artifact Registry keeps images in several regions of one multi-region only",
  },
} as const satisfies Readonly<Record<string, Lack>>;

/** An option that a cloud lacks. */
export type UnsupportedOption = keyof typeof unsupported;

/** Thrown where a cloud has no such capability: never a silent no-op. */
export class UnsupportedOnCloudError extends pulumi.RunError {
  readonly cloud: Cloud;
  readonly reason: string;

  /**
   * @param detail what of the values given makes it so, where the option is there for others
   */
  constructor(
    readonly option: UnsupportedOption,
    detail?: string,
  ) {
    const { cloud, reason }: Lack = unsupported[option];
    super(`${option} is not supported on ${cloud}: ${reason}${detail === undefined ? "" : `: ${detail}`}`);
    this.name = "UnsupportedOnCloudError";
    this.cloud = cloud;
    this.reason = reason;
  }
}
