import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket, BucketArgs } from "../../components/data/bucket";
import type { Access, Grantable, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { internet } from "../../components/platform/networkPolicy";
import { UnsupportedOnCloudError } from "../unsupported";
import { GcpKey } from "./key";
import { type MultiRegion, multiRegionNames, multiRegionOf } from "./multiRegion";
import type { GcpPlacement, GcpProject } from "./project";

/** Arguments of a {@link GcpBucket}. */
export interface GcpBucketArgs extends BucketArgs, GcpPlacement {}

const daySeconds = 86_400;

/** How long even a deleted version can be brought back, days. Cloud Storage takes 7 to 90, or none. */
const softDeleteDays = 7;

/** An upload in parts that nobody ended in so many days is forgotten; its parts are paid for until then. */
const abortUploadDays = 7;

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
 * With a place for recovery it is one bucket of two regions, which goes on answering when either is lost.
 */
export class GcpBucket extends pulumi.ComponentResource implements Bucket {
  readonly bucketName: pulumi.Output<string>;
  readonly destinations = [internet(443)];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly project: GcpProject;

  constructor(name: string, args: GcpBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Bucket", name, {}, opts);
    const { archiveAfterDays, noncurrentRetentionDays, protect = true, region, project } = args;
    const child = { parent: this };
    const { keyLocation, ...place } = placeOf(region, args.recovery?.region);

    const key = new GcpKey(
      `${name}-key`,
      { region: keyLocation, project, protect, users: { storage: project.agents.storage } },
      child,
    );
    const bucket = new gcp.storage.Bucket(
      name,
      {
        ...place,
        storageClass: "STANDARD",
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        forceDestroy: false,
        versioning: { enabled: true },
        softDeletePolicy: { retentionDurationSeconds: softDeleteDays * daySeconds },
        encryption: { defaultKmsKeyName: key.keyId },
        lifecycleRules: [
          ...archiveAfter(archiveAfterDays),
          deleteAfter({ daysSinceNoncurrentTime: noncurrentRetentionDays, withState: "ARCHIVED" }),
          { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: abortUploadDays } },
        ],
      },
      { ...child, protect, dependsOn: [...key.grants] },
    );

    this.project = project;
    this.bucketName = bucket.name;
    this.connection = {
      BUCKET_NAME: this.bucketName,
      BUCKET_URL: pulumi.interpolate`gs://${this.bucketName}`,
    };
    this.registerOutputs({ bucketName: this.bucketName });
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

type LifecycleRule = gcp.types.input.storage.BucketLifecycleRule;

/**
 * Coldline, the counterpart of AWS's Glacier Instant Retrieval: paid for 90 days at least. Archive would be paid for 365
 * and costs more to read (https://cloud.google.com/storage/docs/storage-classes).
 */
function archiveAfter(days: number): LifecycleRule[] {
  return days === 0
    ? []
    : [
        {
          action: { type: "SetStorageClass", storageClass: "COLDLINE" },
          condition: { age: days, withState: "LIVE" },
        },
      ];
}

function deleteAfter(condition: LifecycleRule["condition"]): LifecycleRule {
  return { action: { type: "Delete" }, condition };
}
