import { mustBeAtLeast, mustBeSet, mustNotBeOn } from "../check";
import { inProd, offInDev, strictInProd } from "../levels";
import { resourceRule, stackRule } from "../rule";
import { pointingAt } from "../stack";

const plans = ["aws:backup/plan:Plan"] as const;
const vaults = ["aws:backup/vault:Vault"] as const;

export const retention = resourceRule({
  id: "aws-backup-retention",
  title: "Backups are kept long enough, and not for ever",
  severity: "medium",
  description:
    "What is deleted by mistake is often missed only weeks later; and what is never deleted is kept against the law.",
  remedy: "Set lifecycle.deleteAfter of each rule to the days asked.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)", "5(1)(e)"] },
  levels: inProd,
  settings: {
    minDays: {
      schema: { type: "integer", minimum: 1, description: "Fewest days that a backup is kept." },
      values: { dev: 1, staging: 7, prod: 30 },
    },
  },
  types: plans,
  check: ({ props }, { minDays }) =>
    (props.rules ?? []).map(({ lifecycle }, index) =>
      mustBeAtLeast(lifecycle?.deleteAfter, minDays, `rules[${index}].lifecycle.deleteAfter`),
    ),
});

export const selection = stackRule({
  id: "aws-backup-selection",
  title: "Backup plans back something up",
  severity: "high",
  description: "A plan without a selection runs every night and saves nothing.",
  remedy: "Add an aws.backup.Selection with the plan's planId.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  types: plans,
  check: (plan, stack) =>
    pointingAt(stack, "aws:backup/selection:Selection", "planId", plan).length === 0 &&
    "no Selection is of this plan",
});

export const vaultKey = resourceRule({
  id: "aws-backup-vault-cmk",
  title: "Backups are under our key",
  severity: "medium",
  description: "A backup is the whole of the data in one place.",
  remedy: "Set kmsKeyArn to a key of this stack.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: vaults,
  check: ({ props }) => mustBeSet(props, "kmsKeyArn"),
});

export const vaultKept = resourceRule({
  id: "aws-backup-vault-no-force-destroy",
  title: "Vaults with backups refuse deletion",
  severity: "high",
  description: "forceDestroy deletes every backup before the vault.",
  remedy: "Leave forceDestroy false.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: offInDev,
  types: vaults,
  check: ({ props }) => mustNotBeOn(props.forceDestroy, "forceDestroy"),
});

export const vaultLocked = stackRule({
  id: "aws-backup-vault-locked",
  title: "Nobody deletes a backup before its time",
  severity: "high",
  description: "Whoever asks for ransom deletes the backups first; a locked vault refuses that to everyone.",
  remedy: "Add an aws.backup.VaultLockConfiguration with minRetentionDays.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  settings: {
    minDays: {
      schema: { type: "integer", minimum: 1, description: "Fewest days that no backup can be deleted." },
      values: { dev: 1, staging: 1, prod: 7 },
    },
  },
  types: vaults,
  check: (vault, stack, { minDays }) => {
    const [lock] = pointingAt(
      stack,
      "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
      "backupVaultName",
      vault,
    );
    if (!lock) return "no VaultLockConfiguration is about this vault";
    return mustBeAtLeast(lock.props.minRetentionDays, minDays, "its minRetentionDays");
  },
});
