"use strict";
/*
 * Looks at a vault of AWS Backup and at the restores that AWS Backup tests from it, each hour: ends each test by saying
 * whether the restored server is what it should be, and writes what is missing as metrics, on which there are alarms. Events
 * of AWS Backup may get lost, and an alarm of CloudWatch looks back a week at most; this asks, and forgets nothing.
 */

const hour = 3_600_000;
const day = 24 * hour;

/**
 * @param clients of the SDK: `backup`, `rds` and `metrics` (CloudWatch), whose calls have the names that the SDK gives them
 * @param settings `vault`, `sources` (ARNs of the databases), `backupWithinHours`, `retentionDays`, `namespace`, `stack`, and
 *   where there are drills `planArn` and `drillWithinDays`
 */
function watch({ backup, rds, metrics }, settings) {
  const { vault, sources, backupWithinHours, retentionDays, planArn, drillWithinDays } = settings;
  const newest = (items, at) =>
    items.reduce((last, one) => (last && at(last) >= at(one) ? last : one), undefined);

  /** Every page of a list. */
  async function all(list, request, key) {
    const items = [];
    let NextToken;
    do {
      const page = await list({ ...request, ...(NextToken && { NextToken }) });
      items.push(...(page[key] ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    return items;
  }

  /** What is wrong with a restored server; undefined where nothing is. */
  async function problemOf({ CreatedResourceArn, RecoveryPointCreationDate, CreationDate }) {
    const { DBInstances = [] } = await rds.describeDBInstances({ DBInstanceIdentifier: CreatedResourceArn });
    const [server] = DBInstances;
    if (server === undefined) return "there is no such server";
    if (server.DBInstanceStatus !== "available") return `the server is ${server.DBInstanceStatus}`;
    if (!server.StorageEncrypted) return "its disk is not encrypted";
    if (server.PubliclyAccessible) return "it can be reached from the internet";
    const hours = (CreationDate - RecoveryPointCreationDate) / hour;
    return hours > backupWithinHours ? `its backup was ${Math.floor(hours)} hours old` : undefined;
  }

  /** Ends a test that waits for it. What can't be looked at now is looked at in an hour. */
  async function validated(job) {
    if (job.Status !== "COMPLETED" || (job.ValidationStatus ?? "VALIDATING") !== "VALIDATING") return job;
    const problem = await problemOf(job);
    const ValidationStatus = problem === undefined ? "SUCCESSFUL" : "FAILED";
    const ValidationStatusMessage =
      problem ?? "the server is available, encrypted, private, and of the newest backup";
    const { RestoreJobId } = job;
    await backup.putRestoreValidationResult({ RestoreJobId, ValidationStatus, ValidationStatusMessage });
    return { ...job, ValidationStatus };
  }

  const wentWell = ({ Status, ValidationStatus }) =>
    Status === "COMPLETED" && ValidationStatus === "SUCCESSFUL";
  const ended = ({ Status, ValidationStatus }) =>
    Status === "FAILED" ||
    Status === "ABORTED" ||
    (Status === "COMPLETED" && (ValidationStatus ?? "VALIDATING") !== "VALIDATING");

  /** Databases without a backup that is young enough; of a vault that is new nothing is expected yet. */
  async function unsaved(points, now) {
    const limit = now - backupWithinHours * hour;
    const { CreationDate } = await backup.describeBackupVault({ BackupVaultName: vault });
    if (CreationDate > limit) return [];
    return sources.filter(
      (source) => !points.some((point) => point.ResourceArn === source && point.CreationDate > limit),
    );
  }

  /** Databases whose last drill failed, and those that had none in time since there is something to restore. */
  async function undrilled(points, now) {
    const request = {
      ByRestoreTestingPlanArn: planArn,
      ByCreatedAfter: new Date(now - drillWithinDays * day),
    };
    const listed = await all((page) => backup.listRestoreJobs(page), request, "RestoreJobs");
    const jobs = [];
    for (const job of listed) jobs.push(await validated(job));
    const of = (source) => jobs.filter(({ SourceResourceArn }) => SourceResourceArn === source);
    // a database is new until it has had backups for so long: none older than that is kept
    const old = now - Math.min(drillWithinDays, Math.max(0, retentionDays - 2)) * day;
    return {
      failed: sources.filter((source) => {
        const last = newest(of(source).filter(ended), ({ CreationDate }) => CreationDate);
        return last !== undefined && !wentWell(last);
      }),
      overdue: sources.filter(
        (source) =>
          !of(source).some(wentWell) &&
          points.some((point) => point.ResourceArn === source && point.CreationDate <= old),
      ),
    };
  }

  return async (now = Date.now()) => {
    const request = { BackupVaultName: vault };
    const listed = await all(
      (page) => backup.listRecoveryPointsByBackupVault(page),
      request,
      "RecoveryPoints",
    );
    const points = listed.filter(({ Status }) => Status === "COMPLETED" || Status === "AVAILABLE");
    const drills = planArn === undefined ? undefined : await undrilled(points, now);
    const found = {
      UnsavedDatabases: await unsaved(points, now),
      ...(drills && { FailedDrills: drills.failed, OverdueDrills: drills.overdue }),
    };
    await metrics.putMetricData({
      Namespace: settings.namespace,
      MetricData: Object.entries(found).map(([MetricName, names]) => ({
        MetricName,
        Dimensions: [{ Name: "Stack", Value: settings.stack }],
        Value: names.length,
        Unit: "Count",
      })),
    });
    return found;
  };
}

exports.watch = watch;

exports.handler = async () => {
  // AWS's SDK is there where Lambda runs this, and nowhere else
  const { Backup } = require("@aws-sdk/client-backup");
  const { RDS } = require("@aws-sdk/client-rds");
  const { CloudWatch } = require("@aws-sdk/client-cloudwatch");
  const found = await watch(
    { backup: new Backup({}), rds: new RDS({}), metrics: new CloudWatch({}) },
    JSON.parse(process.env.SETTINGS),
  )();
  console.log(JSON.stringify(found));
};
