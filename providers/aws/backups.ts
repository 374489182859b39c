import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  type Backups,
  type BackupsArgs,
  checkVaultRetention,
  vaultHourUtc,
} from "../../components/data/backups";
import type { AlarmChannels } from "./alarmChannels";
import { backedUpStore, groupsIn } from "./backedUpStore";
import { backupRole, type LockedVault, lockedVault } from "./lockedVault";
import { awsRecovery } from "./recovery";
import { AwsRestoreDrill } from "./restoreDrill";
import { storeLogRetentionDays } from "./storeAccess";
import type { WatchedStore } from "./watchedStore";

/** Arguments of an {@link AwsBackups}. */
export interface AwsBackupsArgs extends BackupsArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

/** In which a backup has to begin, and in which it has to end, minutes. */
const windows = { start: 60, completion: 12 * 60 };

/**
 * {@link Backups} by AWS Backup: a snapshot of each database each day into a locked vault, and a copy of it into another in
 * the region that takes over, under a key there.
 *
 * Not continuous: AWS Backup would then take over how long the server keeps its own log and when it is backed up, and
 * refuse what the program says of it. Going back to any minute is the server's own, for as many days.
 * https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html
 */
export class AwsBackups extends pulumi.ComponentResource implements Backups, WatchedStore {
  readonly vault: pulumi.Output<string>;
  private readonly drill: AwsRestoreDrill;

  constructor(name: string, args: AwsBackupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Backups", name, {}, opts);
    const { network, stores, recovery, retentionDays, lock, drill, region, accountId } = args;
    const { logRetentionDays = storeLogRetentionDays, protect = true } = args;
    checkVaultRetention(retentionDays);
    const child = { parent: this };
    const elsewhere = recovery === undefined ? undefined : awsRecovery(recovery);
    const kept = Object.entries(stores).map(([key, store]) => ({ key, ...backedUpStore(store) }));
    const sources = kept.map(({ backedUp: { arn } }) => arn);
    const lastRegion = elsewhere?.region ?? region;
    const vaultArgs = { retentionDays, lock, protect, accountId };

    const here = lockedVault(name, { purpose: `backups, ${name}`, ...vaultArgs, region }, child);
    const copy =
      elsewhere === undefined
        ? undefined
        : lockedVault(
            `${name}-copy`,
            { purpose: `copies of backups, ${name}`, ...vaultArgs, region: elsewhere.region },
            { ...child, provider: elsewhere.provider },
          );
    dailyPlan(name, { sources, here, copy, retentionDays }, child);
    // what is restored is the copy, where there is one: on the day that it is for there is no other
    const last = copy ?? here;
    this.drill = new AwsRestoreDrill(
      `${name}-drill`,
      {
        stack: name,
        schedule: drill,
        sources: kept.map((store) => ({
          key: store.key,
          arn: store.backedUp.arn,
          ...groupsIn(lastRegion, store),
        })),
        vault: last.vault,
        key: last.key,
        retentionDays,
        network: elsewhere?.network ?? network,
        ...(elsewhere !== undefined && { place: elsewhere }),
        logRetentionDays,
        region: lastRegion,
        accountId,
        protect,
      },
      { ...child, ...(elsewhere !== undefined && { providers: [elsewhere.provider] }) },
    );

    this.vault = last.vault.arn;
    this.registerOutputs({ vault: this.vault });
  }

  watch(name: string, channels: AlarmChannels, opts: { readonly parent: pulumi.Resource }): void {
    this.drill.watch(name, channels, opts);
  }
}

/** What {@link dailyPlan} takes, and where it puts it. */
interface DailyPlanArgs {
  /** ARNs of the databases. */
  readonly sources: readonly pulumi.Output<string>[];
  readonly here: LockedVault;
  /** Vault of the other region; undefined where there is none. */
  readonly copy: LockedVault | undefined;
  readonly retentionDays: number;
}

/** A backup of each database each day, and a copy of it. */
function dailyPlan(
  name: string,
  { sources, here, copy, retentionDays }: DailyPlanArgs,
  opts: { readonly parent: pulumi.Resource },
): void {
  const vaults = copy === undefined ? [here] : [here, copy];
  const lifecycle = { deleteAfter: retentionDays };
  const plan = new aws.backup.Plan(
    name,
    {
      rules: [
        {
          ruleName: "daily",
          targetVaultName: here.vault.name,
          schedule: `cron(0 ${vaultHourUtc} * * ? *)`,
          startWindow: windows.start,
          completionWindow: windows.completion,
          lifecycle,
          ...(copy !== undefined && {
            copyActions: [{ destinationVaultArn: copy.vault.arn, lifecycle }],
          }),
        },
      ],
    },
    opts,
  );
  const backup = backupRole(
    `${name}-role`,
    {
      description: `Backups of databases, ${name}`,
      policy: "Backup",
      keys: vaults.map(({ key }) => key),
    },
    opts,
  );
  new aws.backup.Selection(
    name,
    { planId: plan.id, iamRoleArn: backup.role.arn, resources: [...sources] },
    { ...opts, dependsOn: [...backup.permissions] },
  );
}
