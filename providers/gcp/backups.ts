import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import {
  type Backups,
  type BackupsArgs,
  checkVaultRetention,
  drillWithinDays,
  vaultWithinHours,
} from "../../components/data/backups";
import { alertPolicy, type PolicyOptions } from "./alertPolicy";
import { backedUpStore } from "./backedUpStore";
import { driller, saver, watcher } from "./backupWorkflows";
import { GcpKey } from "./key";
import type { GcpPlacement } from "./project";
import type { WatchedStore } from "./watchedStore";

const daySeconds = 86_400;

/** How long even a deleted object can be brought back, days. Cloud Storage takes 7 to 90, or none. */
const softDeleteDays = 7;

/** How long it may not be looked for what is late, minutes: two times of four a day, and a little. */
const watchSilentMinutes = 13 * 60;

/**
 * {@link Backups} as exports of Cloud SQL: each database each day as SQL, into a bucket in the region that takes over, under
 * a key there, whose retention policy lets nobody delete one before its days are over. In governance mode the policy can be
 * taken away first, by whoever may change the bucket; in compliance mode it is locked, at once and for ever.
 *
 * Not by Backup and DR Service: a server that it backs up gives up the backups that Cloud SQL keeps, and with them our key
 * and other regions, as neither is to be had there.
 * https://cloud.google.com/sql/docs/postgres/backup-recovery/backup-options
 *
 * The drill restores what Cloud SQL backed up itself.
 */
export class GcpBackups extends pulumi.ComponentResource implements Backups, WatchedStore {
  readonly vault: pulumi.Output<string>;
  private readonly watched: {
    readonly watch: gcp.workflows.Workflow;
    readonly drill?: gcp.workflows.Workflow;
  };

  constructor(name: string, args: BackupsArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Backups", name, {}, opts);
    const { stores, drill, retentionDays, region, project, protect = true } = args;
    checkVaultRetention(retentionDays);
    const child = { parent: this };
    const instances = Object.fromEntries(
      Object.entries(stores).map(([store, made]) => [store, backedUpStore(made).backedUp]),
    );

    const bucket = vaultBucket(name, args, child);
    const runs = new GcpKey(
      `${name}-runs-key`,
      { region, project, protect, users: { workflows: project.agents.workflows } },
      child,
    );
    const place = { instances, runs, region, project };
    const save = saver(`${name}-save`, { ...place, bucket }, child);
    const rehearse =
      drill === "never" ? undefined : driller(`${name}-drill`, { ...place, schedule: drill }, child);
    const awaited = [
      { workflow: save, withinHours: vaultWithinHours, says: "vault-overdue" },
      ...(rehearse === undefined || drill === "never"
        ? []
        : [{ workflow: rehearse, withinHours: drillWithinDays[drill] * 24, says: "drill-overdue" }]),
    ];
    const watch = watcher(`${name}-watch`, { ...place, awaited }, child);

    this.watched = { watch, ...(rehearse !== undefined && { drill: rehearse }) };
    this.vault = bucket.url;
    this.registerOutputs({ vault: this.vault });
  }

  watch(name: string, policies: PolicyOptions): void {
    const { watch, drill } = this.watched;
    const finished = (workflow: gcp.workflows.Workflow) =>
      pulumi.interpolate`metric.type="workflows.googleapis.com/finished_execution_count" AND resource.type="workflows.googleapis.com/Workflow" AND resource.labels.workflow_id="${workflow.name}"`;
    const said = (what: string) =>
      pulumi.interpolate`resource.type="workflows.googleapis.com/Workflow" AND resource.labels.workflow_id="${watch.name}" AND textPayload="${what}"`;
    alertPolicy(
      name,
      "vault-overdue",
      {
        severity: "warning",
        description: `Backups: the databases were not all exported to the vault in ${vaultWithinHours} hours.`,
        log: said("vault-overdue"),
      },
      policies,
    );
    alertPolicy(
      name,
      "vault-unwatched",
      {
        severity: "warning",
        description: "Backups: nobody looks whether they are taken. What is late would not be told.",
        silent: { filter: finished(watch), align: "ALIGN_DELTA", reduce: "REDUCE_SUM" },
        minutes: watchSilentMinutes,
      },
      policies,
    );
    if (drill === undefined) return;
    alertPolicy(
      name,
      "drill-failed",
      {
        severity: "warning",
        description:
          "Restore drill: the newest backup of a database could not be restored, or not to what it should be.",
        metric: {
          filter: pulumi.interpolate`${finished(drill)} AND metric.labels.status="FAILED"`,
          align: "ALIGN_DELTA",
          reduce: "REDUCE_SUM",
        },
        limit: { above: 0 },
        minutes: 0,
      },
      policies,
    );
    alertPolicy(
      name,
      "drill-overdue",
      {
        severity: "warning",
        description: "Restore drill: none has gone well for longer than there is between two.",
        log: said("drill-overdue"),
      },
      policies,
    );
  }
}

/** The bucket, with a key of its region. */
function vaultBucket(
  name: string,
  { recovery, retentionDays, lock, region: own, project, protect = true }: BackupsArgs & GcpPlacement,
  opts: { readonly parent: pulumi.Resource },
): gcp.storage.Bucket {
  const region = recovery?.region ?? own;
  const key = new GcpKey(
    `${name}-key`,
    { region, project, protect, users: { storage: project.agents.storage } },
    opts,
  );
  return new gcp.storage.Bucket(
    name,
    {
      location: region,
      storageClass: "STANDARD",
      labels: { purpose: "backup" },
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      forceDestroy: !protect,
      softDeletePolicy: { retentionDurationSeconds: softDeleteDays * daySeconds },
      encryption: { defaultKmsKeyName: key.keyId },
      ...(protect && {
        retentionPolicy: {
          retentionPeriod: String(retentionDays * daySeconds),
          isLocked: lock === "compliance",
        },
      }),
      lifecycleRules: [{ action: { type: "Delete" }, condition: { age: retentionDays } }],
    },
    { ...opts, protect, dependsOn: [...key.grants] },
  );
}
