"use strict";
/*
 * Looks at a vault of AWS Backup and at the restores that AWS Backup tests from it, each hour: ends each test by saying
 * whether the restored server is what it should be, and writes what is missing as metrics, on which there are alarms. Events
 * of AWS Backup may get lost, and an alarm of CloudWatch looks back a week at most; this asks, and forgets nothing.
 */

const hour = 3_600_000;
const day = 24 * hour;

/*
 * What a server can be, by https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html: it answers,
 * also while its disk still fills from the backup; or it does not come back by itself. All others pass.
 */
const serving = ["available", "storage-initialization", "storage-optimization"];
const gone = [
  "delete-precheck",
  "deleting",
  "failed",
  "inaccessible-encryption-credentials",
  "inaccessible-encryption-credentials-recoverable",
  "incompatible-create",
  "incompatible-network",
  "incompatible-option-group",
  "incompatible-parameters",
  "incompatible-restore",
  "insufficient-capacity",
  "restore-error",
  "stopped",
  "stopping",
  "storage-full",
];

/** Names of a list of groups, as people read them. */
const listed = (names) => (names.length === 0 ? "none" : names.join(", "));

/**
 * @param clients of the SDK: `backup`, `rds` and `metrics` (CloudWatch), whose calls have the names that the SDK gives them
 * @param settings `vault`, `sources` (ARNs of the databases), `backupWithinHours`, `retentionDays`, `namespace`, `stack`, and
 *   where there are drills `planArn`, `drillWithinDays`, `waitHours` (how long a restored server may take until it is what
 *   it should be) and `groups` (for each of the `sources` the parameters and options that its restored server has to have)
 */
function watch({ backup, rds, metrics }, settings) {
  const { vault, sources, backupWithinHours, retentionDays, planArn, drillWithinDays } = settings;
  const { waitHours, groups = [] } = settings;
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

  /** The server that a test restored; undefined where there is none of that name. */
  async function restored({ CreatedResourceArn }) {
    try {
      const request = { DBInstanceIdentifier: CreatedResourceArn };
      const { DBInstances = [] } = await rds.describeDBInstances(request);
      return DBInstances[0];
    } catch (error) {
      if (error.name === "DBInstanceNotFoundFault") return undefined;
      throw error;
    }
  }

  /** What of its groups are not those of the region that it is restored in: `wrong` for good, `late` for now. */
  function groupsOf({ DBParameterGroups = [], OptionGroupMemberships = [] }, source) {
    const { parameterGroup, optionGroup } = groups.find((one) => one.source === source) ?? {};
    const parameters = DBParameterGroups.map(({ DBParameterGroupName }) => DBParameterGroupName);
    if (parameterGroup !== undefined && !parameters.includes(parameterGroup)) {
      return { wrong: `its parameters are ${listed(parameters)}, expected ${parameterGroup}` };
    }
    if (optionGroup === undefined) return {};
    const options = OptionGroupMemberships.find(({ OptionGroupName }) => OptionGroupName === optionGroup);
    if (options === undefined) {
      const names = OptionGroupMemberships.map(({ OptionGroupName }) => OptionGroupName);
      return { wrong: `its options are ${listed(names)}, expected ${optionGroup}` };
    }
    const { Status } = options;
    if (Status === "in-sync") return {};
    const says = `${optionGroup} is ${Status}`;
    return Status === "failed" ? { wrong: says } : { late: says };
  }

  /** What a restored server is not that it should be: `wrong` for good, `late` for now; neither where nothing is. */
  async function faultsOf(job) {
    const server = await restored(job);
    if (server === undefined) return { wrong: "there is no such server" };
    const { DBInstanceStatus } = server;
    if (gone.includes(DBInstanceStatus)) return { wrong: `the server is ${DBInstanceStatus}` };
    if (!server.StorageEncrypted) return { wrong: "its disk is not encrypted" };
    if (server.PubliclyAccessible) return { wrong: "it can be reached from the internet" };
    const hours = (job.CreationDate - job.RecoveryPointCreationDate) / hour;
    if (hours > backupWithinHours) return { wrong: `its backup was ${Math.floor(hours)} hours old` };
    if (!serving.includes(DBInstanceStatus)) return { late: `the server is ${DBInstanceStatus}` };
    return groupsOf(server, job.SourceResourceArn);
  }

  /** Ends a test that waits for it. What can't be told now is looked at again in an hour, but not for ever. */
  async function validated(job, now) {
    if (job.Status !== "COMPLETED" || (job.ValidationStatus ?? "VALIDATING") !== "VALIDATING") return job;
    const { wrong, late } = await faultsOf(job);
    const waited = (now - (job.CompletionDate ?? job.CreationDate)) / hour;
    if (late !== undefined && waited <= waitHours) return job;
    const problem = wrong ?? (late === undefined ? undefined : `${late}, after more than ${waitHours} hours`);
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
    const found = await all((page) => backup.listRestoreJobs(page), request, "RestoreJobs");
    const jobs = [];
    for (const job of found) jobs.push(await validated(job, now));
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
    const kept = await all((page) => backup.listRecoveryPointsByBackupVault(page), request, "RecoveryPoints");
    const points = kept.filter(({ Status }) => Status === "COMPLETED" || Status === "AVAILABLE");
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
