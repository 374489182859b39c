import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket, BucketArgs } from "../../components/data/bucket";
import type { Access, Grantable, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { internet } from "../../components/platform/networkPolicy";
import { UnsupportedOnCloudError } from "../unsupported";
import type { PolicyOptions } from "./alertPolicy";
import { bucketAlarms } from "./bucketAlarms";
import { GcpBucketReplica } from "./bucketReplica";
import { GcpBucketReplication } from "./bucketReplication";
import { GcpKey } from "./key";
import { type MultiRegion, multiRegionNames, multiRegionOf } from "./multiRegion";
import type { GcpPlacement, GcpProject } from "./project";
import { secureBucket } from "./secureBucket";
import type { GcpTransferService } from "./transferService";
import type { WatchedStore } from "./watchedStore";

/** Arguments of a {@link GcpBucket}. */
export interface GcpBucketArgs extends BucketArgs, GcpPlacement {
  /**
   * Who copies objects, made when first asked for.
   *
   * @default - nobody, so that a place for recovery is refused
   */
  readonly transfers?: () => GcpTransferService;
}

const roles: Readonly<Record<Access, string>> = {
  read: "roles/storage.objectViewer",
  readWrite: "roles/storage.objectUser",
};

/**
 * {@link Bucket} in Cloud Storage, encrypted with a key of its own. Each access is recorded by Cloud Audit Logs, which the
 * stack that audits the project turns on for every bucket in it, and keeps. There are no usage logs: a group outside the
 * organisation delivers them, which projects that share within their domain alone (`iam.allowedPolicyMemberDomains`) let
 * in nowhere, and Google recommends audit logs instead: https://cloud.google.com/storage/docs/access-logs
 *
 * With a place for recovery it is one bucket of two regions, which goes on answering when either is lost; and as what is
 * deleted is deleted in both, each version is copied into a third there, which nobody can empty ({@link GcpBucketReplica}).
 */
export class GcpBucket extends pulumi.ComponentResource implements Bucket, WatchedStore {
  readonly bucketName: pulumi.Output<string>;
  readonly destinations = [internet(443)];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly project: GcpProject;
  private readonly replication?: GcpBucketReplication;
  private readonly watchedAs: string;

  constructor(name: string, args: GcpBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Bucket", name, {}, opts);
    const { protect = true, lock = "compliance", recovery, transfers, region, project } = args;
    const { archiveAfterDays, noncurrentRetentionDays, watchedAs = "bucket" } = args;
    const retention = { archiveAfterDays, noncurrentRetentionDays };
    const child = { parent: this };
    const { keyLocation, ...place } = placeOf(region, recovery?.region);

    const key = new GcpKey(
      `${name}-key`,
      { region: keyLocation, project, protect, users: { storage: project.agents.storage } },
      child,
    );
    const bucket = secureBucket(name, { ...retention, place, key, forceDestroy: false, protect }, child);
    if (recovery !== undefined) {
      if (transfers === undefined) throw new Error("transfers: expected who copies objects, got nothing");
      const replica = new GcpBucketReplica(
        `${name}-recovery`,
        { ...retention, region: recovery.region, lock, project, protect },
        child,
      );
      this.replication = new GcpBucketReplication(
        `${name}-replication`,
        { bucket, replica, transfers: transfers(), project },
        child,
      );
    }

    this.project = project;
    this.watchedAs = watchedAs;
    this.bucketName = bucket.name;
    this.connection = {
      BUCKET_NAME: this.bucketName,
      BUCKET_URL: pulumi.interpolate`gs://${this.bucketName}`,
    };
    this.registerOutputs({ bucketName: this.bucketName });
  }

  watch(name: string, policies: PolicyOptions): void {
    if (this.replication === undefined) return;
    const { replica, swept } = this.replication;
    bucketAlarms(name, { replica, swept, watchedAs: this.watchedAs }, policies);
  }

  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Grantable["connection"] {
    new gcp.storage.BucketIAMMember(
      name,
      { bucket: this.bucketName, role: roles[access], member: to.principal },
      { ...opts, provider: this.project.provider },
    );
    return {};
  }
}

/** How Cloud Storage calls the multi-regions. */
const continents: Readonly<Record<MultiRegion, string>> = { asia: "ASIA", europe: "EU", us: "US" };

/**
 * One region, or two of a continent between which turbo replication copies each object, by Google within a quarter of an
 * hour: https://cloud.google.com/storage/docs/availability-durability#turbo-replication. The key of the two is their
 * continent's, so that neither region's loss takes it along. Where a bucket stands can't be changed.
 */
function placeOf(
  region: string,
  recoveryRegion: string | undefined,
): Pick<gcp.storage.BucketArgs, "location" | "customPlacementConfig" | "rpo"> & {
  readonly keyLocation: string;
} {
  if (recoveryRegion === undefined) return { location: region, keyLocation: region };
  const keyLocation = multiRegionOf(region, recoveryRegion);
  if (keyLocation === undefined) {
    throw new UnsupportedOnCloudError(
      "bucket.recovery",
      `none of ${multiRegionNames} has both ${region} and ${recoveryRegion}`,
    );
  }
  return {
    location: continents[keyLocation],
    customPlacementConfig: { dataLocations: [region.toUpperCase(), recoveryRegion.toUpperCase()] },
    rpo: "ASYNC_TURBO",
    keyLocation,
  };
}
