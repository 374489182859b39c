import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  drillHourUtc,
  type DrillSchedule,
  drillWithinDays,
  vaultWithinHours,
} from "../../components/data/backups";
import { physicalName } from "../../components/names";
import type { Network } from "../../components/network/network";
import type { AlarmChannels } from "./alarmChannels";
import { deadLetters } from "./alarmTopic";
import type { AwsKey } from "./key";
import type { RestoreGroups } from "./backedUpStore";
import { backupRole, maxBackupName } from "./lockedVault";
import { metricAlarm } from "./metricAlarm";
import { functionPlace, ownFunction } from "./ownFunction";
import type { AwsRecoveryPlace } from "./recovery";
import type { WatchedStore } from "./watchedStore";

/** A database whose backups are restored, with its groups where that is. */
export interface DrilledStore extends RestoreGroups {
  /** Its name in the blueprint. */
  readonly key: string;
  readonly arn: pulumi.Output<string>;
}

/** Arguments of an {@link AwsRestoreDrill}. */
export interface AwsRestoreDrillArgs {
  /** What metrics are told apart by. */
  readonly stack: string;
  readonly schedule: DrillSchedule;
  readonly sources: readonly DrilledStore[];
  readonly vault: aws.backup.Vault;
  /** What is in the vault is encrypted with it. */
  readonly key: AwsKey;
  /** How long the vault keeps a backup, days. */
  readonly retentionDays: number;
  /** Where the scratch servers stand, in the subnets for stores. */
  readonly network: Network;
  /**
   * The other region, where the vault is in it.
   *
   * @default - the vault is in the stack's own
   */
  readonly place?: AwsRecoveryPlace;
  /** How long the function's log is kept, days. */
  readonly logRetentionDays: number;
  /** Region of the vault. */
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** Refuse deletion of the function's key in Pulumi. */
  readonly protect: boolean;
}

type Opts = { readonly parent: pulumi.Resource };

/** Namespace of the function's metrics. */
const namespace = "Groundwork/Backups";

/** When a drill begins, in AWS's own cron. */
const schedules: Readonly<Record<keyof typeof drillWithinDays, string>> = {
  weekly: `cron(0 ${drillHourUtc} ? * MON *)`,
  monthly: `cron(0 ${drillHourUtc} 1 * ? *)`,
};

/**
 * How long a scratch server may stand for being looked at, hours. Its first backup of its own takes hours where there is
 * much in it, and it is removed as soon as it was seen to be well.
 */
const validationHours = 8;

/** Until when the function waits for it, hours: it looks every hour, and once more before AWS Backup gives the test up. */
const waitHours = validationHours - 1;

/**
 * Watches a vault, and rehearses restores from it, by the restore testing of AWS Backup: it restores the newest backup of
 * each database into a server of its own, among the stores and with nobody let in, and removes it when it has been looked
 * at. A function looks: is it available, encrypted, private, and of a backup that was the newest. It does not sign in: the
 * password is the database's own, which nobody but RDS has.
 *
 * Each is restored with the parameters and options that stand in that region for the day of need, and not with RDS's
 * defaults: so that what is rehearsed is what is then done.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html
 */
export class AwsRestoreDrill extends pulumi.ComponentResource implements WatchedStore {
  private readonly args: AwsRestoreDrillArgs;

  constructor(name: string, args: AwsRestoreDrillArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:RestoreDrill", name, {}, opts);
    const { schedule } = args;

    const child = { parent: this };
    const planArn = schedule === "never" ? undefined : restoreTest(name, { ...args, schedule }, child);
    watcher(name, args, planArn, child);

    this.args = args;
    this.registerOutputs({});
  }

  watch(name: string, { topicArn, inRegionOf }: AlarmChannels, opts: Opts): void {
    const { place, schedule, stack } = this.args;
    const relay = place === undefined ? undefined : inRegionOf(place);
    const told = { topicArn: relay?.topicArn ?? topicArn };
    const own = { parent: relay ?? opts.parent };
    // what is told of another region is known there by the relay's name
    const alarms = relay?.alarms ?? name;
    const on = (metric: string) => ({
      severity: "warning" as const,
      series: {
        count: { namespace, metric, statistic: "Maximum" as const, dimensions: { Stack: stack } },
      },
      limit: { above: 0 },
      periodMinutes: 60,
      minutes: 120,
      ...told,
    });
    metricAlarm(
      alarms,
      "vault-overdue",
      {
        ...on("UnsavedDatabases"),
        description: `Backups: a database has no backup in the vault that is younger than ${vaultWithinHours} hours, or nobody looks.`,
        alarmOnSilence: true,
      },
      own,
    );
    if (schedule === "never") return;
    metricAlarm(
      alarms,
      "drill-failed",
      {
        ...on("FailedDrills"),
        description:
          "Restore drill: the newest backup of a database could not be restored, or not to what it should be.",
      },
      own,
    );
    metricAlarm(
      alarms,
      "drill-overdue",
      {
        ...on("OverdueDrills"),
        description: `Restore drill: no restore of a database has gone well for ${drillWithinDays[schedule]} days.`,
      },
      own,
    );
  }
}

/** A plan of AWS Backup that restores and removes; its ARN. */
function restoreTest(
  name: string,
  {
    schedule,
    sources,
    vault,
    key: vaultKey,
    network,
  }: AwsRestoreDrillArgs & { readonly schedule: keyof typeof schedules },
  opts: Opts,
): pulumi.Output<string> {
  const subnets = new aws.rds.SubnetGroup(name, { subnetIds: network.dataSubnetIds }, opts);
  // without a rule nobody is let in, and nothing out
  const closed = new aws.ec2.SecurityGroup(
    name,
    { vpcId: network.networkId, description: "scratch servers, which nobody reaches" },
    opts,
  );
  const restores = backupRole(
    `${name}-role`,
    { description: `Restores of databases, ${name}`, policy: "Restores", keys: [vaultKey] },
    opts,
  );
  // it takes no dashes
  const planName = physicalName(maxBackupName, name).replaceAll("-", "_");
  const plan = new aws.backup.RestoreTestingPlan(
    name,
    {
      name: planName,
      scheduleExpression: schedules[schedule],
      scheduleExpressionTimezone: "Etc/UTC",
      startWindowHours: 1,
      recoveryPointSelection: {
        algorithm: "LATEST_WITHIN_WINDOW",
        includeVaults: [vault.arn],
        recoveryPointTypes: ["SNAPSHOT"],
        // an older one is no newest backup
        selectionWindowDays: 2,
      },
    },
    opts,
  );
  // one each: what a test overrides is the same for all that it selects
  for (const { key, arn, parameterGroup, optionGroup } of sources) {
    new aws.backup.RestoreTestingSelection(
      `${name}-${key}`,
      {
        name: physicalName(maxBackupName, name, key).replaceAll("-", "_"),
        restoreTestingPlanName: plan.name,
        protectedResourceType: "RDS",
        protectedResourceArns: [arn],
        iamRoleArn: restores.role.arn,
        validationWindowHours: validationHours,
        // https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html
        restoreMetadataOverrides: {
          dbSubnetGroupName: subnets.name,
          vpcSecurityGroupIds: pulumi.jsonStringify([closed.id]),
          dbParameterGroupName: parameterGroup,
          ...(optionGroup !== undefined && { optionGroupName: optionGroup }),
          multiAz: "false",
          publiclyAccessible: "false",
        },
      },
      { ...opts, dependsOn: [...restores.permissions] },
    );
  }
  return plan.arn;
}

/** The function that looks, every hour. */
function watcher(
  name: string,
  args: AwsRestoreDrillArgs,
  planArn: pulumi.Output<string> | undefined,
  opts: Opts,
): void {
  const { stack, schedule, sources, vault, retentionDays, logRetentionDays, region, accountId, protect } =
    args;
  const watcherName = `${name}-watch`;
  const place = functionPlace(
    watcherName,
    {
      description: `Looks at backups and restores, ${stack}`,
      statements: [
        {
          Sid: "Vault",
          Effect: "Allow",
          Action: ["backup:DescribeBackupVault", "backup:ListRecoveryPointsByBackupVault"],
          Resource: vault.arn,
        },
        // jobs have no resource that a policy could name
        {
          Sid: "Drills",
          Effect: "Allow",
          Action: ["backup:ListRestoreJobs", "backup:PutRestoreValidationResult"],
          Resource: "*",
        },
        {
          Sid: "ScratchServers",
          Effect: "Allow",
          Action: "rds:DescribeDBInstances",
          Resource: `arn:aws:rds:${region}:${accountId}:db:awsbackup-restore-test-*`,
        },
        // nor have metrics
        {
          Sid: "Metrics",
          Effect: "Allow",
          Action: "cloudwatch:PutMetricData",
          Resource: "*",
          Condition: { StringEquals: { "cloudwatch:namespace": namespace } },
        },
      ],
      logRetentionDays,
      region,
      accountId,
      protect,
    },
    opts,
  );
  const looks = ownFunction(
    watcherName,
    {
      description: "Looks at backups and restores of databases",
      file: "watchBackups.cjs",
      timeout: 120,
      environment: {
        variables: {
          SETTINGS: pulumi.jsonStringify({
            vault: vault.name,
            sources: sources.map(({ arn }) => arn),
            backupWithinHours: vaultWithinHours,
            retentionDays,
            namespace,
            stack,
            ...(planArn !== undefined &&
              schedule !== "never" && {
                planArn,
                drillWithinDays: drillWithinDays[schedule],
                waitHours,
                groups: sources.map(({ arn, parameterGroup, optionGroup }) => ({
                  source: arn,
                  parameterGroup,
                  ...(optionGroup !== undefined && { optionGroup }),
                })),
              }),
          }),
        },
      },
      place,
    },
    opts,
  );
  const hourly = new aws.cloudwatch.EventRule(
    watcherName,
    { description: `looks at backups, ${stack}`, scheduleExpression: "rate(1 hour)" },
    opts,
  );
  const missed = deadLetters(`${watcherName}-missed`, { region, accountId }, opts);
  const permission = new aws.lambda.Permission(
    `${watcherName}-permission`,
    {
      function: looks.name,
      action: "lambda:InvokeFunction",
      principal: "events.amazonaws.com",
      sourceAccount: accountId,
      sourceArn: hourly.arn,
    },
    opts,
  );
  new aws.cloudwatch.EventTarget(
    watcherName,
    { rule: hourly.name, arn: looks.arn, deadLetterConfig: { arn: missed.arn } },
    { ...opts, dependsOn: [permission] },
  );
}
