import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { GcpKey } from "./key";
import type { GcpPlacement } from "./project";

/** Arguments of {@link logArchive}. */
export interface LogArchiveArgs extends GcpPlacement {
  readonly description: string;
  /** Which entries, in the Logging query language. */
  readonly filter: pulumi.Input<string>;
  /** 1 to 3650 days. */
  readonly retentionDays: number;
  readonly protect: boolean;
  /**
   * Keep the entries out of `_Default`, where they would be paid for once more: for what comes in bulk.
   *
   * @default false
   */
  readonly bulk?: boolean;
}

/**
 * Keeps log entries in a bucket of their own, under a key of its own: the project's `_Default` bucket forgets after 30
 * days, for everything in the project alike. Of `_Default` and `_Required` the key is Google's, as they are made with the
 * project and a bucket takes a key only as it is made; the organisation's default settings can give them one.
 * https://cloud.google.com/logging/docs/routing/managed-encryption-storage
 */
export function logArchive(
  name: string,
  args: LogArchiveArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  const { description, filter, retentionDays, region, project, protect, bulk = false } = args;
  const key = new GcpKey(
    `${name}-key`,
    { region, project, protect, users: { logging: project.agents.logging } },
    opts,
  );
  const { hex } = new random.RandomId(name, { byteLength: 4 }, { ...opts, provider: project.random });
  const bucket = new gcp.logging.ProjectBucketConfig(
    name,
    {
      project: project.projectId,
      location: region,
      // a deleted bucket holds its id for seven days (https://cloud.google.com/logging/docs/buckets#delete-bucket)
      bucketId: pulumi.interpolate`${name}-${hex}`,
      description,
      retentionDays,
      cmekSettings: { kmsKeyName: key.keyId },
    },
    { ...opts, protect, dependsOn: [project.api("logging"), ...key.grants] },
  );
  new gcp.logging.ProjectSink(
    name,
    {
      description,
      destination: pulumi.interpolate`logging.googleapis.com/${bucket.id}`,
      filter,
      uniqueWriterIdentity: true,
    },
    opts,
  );
  if (bulk) {
    new gcp.logging.ProjectExclusion(
      name,
      { description: `${description}: kept in ${name}`, filter },
      { ...opts, dependsOn: [project.api("logging")] },
    );
  }
}
