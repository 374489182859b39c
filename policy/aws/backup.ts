import { isSet, mustBeAtLeast, mustBeSet, mustNotBeOn } from "../check";
import { inProd, offInDev, strictInProd } from "../levels";
import { backupDays, lockedDays } from "../retention";
import { resourceRule, stackRule } from "../rule";
import { pointingAt, pointsAt, type PlacedResource } from "../stack";
import { ifKnown } from "../unknown";

const plans = ["aws:backup/plan:Plan"] as const;
const vaults = ["aws:backup/vault:Vault"] as const;

/** What AWS Backup alone keeps apart from its source. Buckets keep versions, and copies under a lock of their own. */
const data = [
  "aws:dynamodb/table:Table",
  "aws:efs/fileSystem:FileSystem",
  "aws:rds/cluster:Cluster",
  "aws:rds/instance:Instance",
] as const;

/** Their services' names in ARNs, and what stands before their own (Service Authorization Reference, resource types). */
const arns: Readonly<Record<(typeof data)[number], { readonly service: string; readonly kind: string }>> = {
  "aws:dynamodb/table:Table": { service: "dynamodb", kind: "table/" },
  "aws:efs/fileSystem:FileSystem": { service: "elasticfilesystem", kind: "file-system/" },
  "aws:rds/cluster:Cluster": { service: "rds", kind: "cluster:" },
  "aws:rds/instance:Instance": { service: "rds", kind: "db:" },
};

type Data = PlacedResource<(typeof data)[number]>;
type Selection = PlacedResource<"aws:backup/selection:Selection">;

/** Whether a pattern of ARNs is of all resources of the type. Of a narrower one nobody can tell before the resource has its name. */
function isOfAll(pattern: string | undefined, type: Data["type"]): boolean {
  const { service, kind } = arns[type];
  return new RegExp(`^(\\*|arn:(aws[a-z-]*|\\*):${service}:\\*(:\\*(:(${kind})?\\*)?)?)$`).test(
    pattern ?? "",
  );
}

/** ARNs and patterns of them in the list, so far as they are known: of what it names besides the dependencies tell. */
function patternsOf(
  { props, propertyDependencies }: Selection,
  list: "resources" | "notResources",
): readonly (string | undefined)[] {
  const given = props[list] ?? [];
  return (propertyDependencies[list] ?? []).length === 0
    ? given
    : [...given.keys()].map((place) => ifKnown(() => given[place]));
}

/** True where the plan of that selection takes the resource: named, by a pattern of ARNs, or by a tag of its own. */
function takes(selection: Selection, one: Data): boolean {
  const isLeftOut = patternsOf(selection, "notResources").some((pattern) => isOfAll(pattern, one.type));
  if (isLeftOut || pointsAt(selection, "notResources", one)) return false;
  if (pointsAt(selection, "resources", one)) return true;
  if (patternsOf(selection, "resources").some((pattern) => isOfAll(pattern, one.type))) return true;
  const { selectionTags } = selection.props;
  const isTagged = selectionTags?.some(
    ({ key, value }) => key !== undefined && value !== undefined && one.props.tags?.[key] === value,
  );
  return isTagged === true;
}

export const retention = resourceRule({
  id: "aws-backup-retention",
  title: "Backups are kept long enough, and not for ever",
  severity: "medium",
  description:
    "What is deleted by mistake is often missed only weeks later; and what is never deleted is kept against the law.",
  remedy: "Set lifecycle.deleteAfter of each rule to the days asked.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)", "5(1)(e)"] },
  levels: inProd,
  settings: { minDays: backupDays },
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
  remediation: {
    "aws:backup/vault:Vault": { forceDestroy: false },
  },
});

export const vaultLocked = stackRule({
  id: "aws-backup-vault-locked",
  title: "Nobody deletes a backup before its time",
  severity: "high",
  description: "Whoever asks for ransom deletes the backups first; a locked vault refuses that to everyone.",
  remedy: "Add an aws.backup.VaultLockConfiguration with minRetentionDays.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  settings: { minDays: lockedDays },
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

export const covered = stackRule({
  id: "aws-backup-plan-covers-data",
  title: "Databases and file systems are in a backup plan",
  severity: "high",
  description:
    "The backups that a database keeps itself go with it, by a mistake or by malice; those in a vault do not.",
  remedy: "Name its ARN in resources of an aws.backup.Selection, or one of its tags in selectionTags.",
  controls: { soc2: ["A1.2", "PI1.5"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  types: data,
  // a read replica is made again from its primary
  applies: ({ type, props }) =>
    !(type === "aws:rds/instance:Instance" && isSet(props, "replicateSourceDb")) &&
    !(type === "aws:rds/cluster:Cluster" && isSet(props, "replicationSourceIdentifier")),
  check: (one, stack) =>
    !stack.ofType("aws:backup/selection:Selection").some((selection) => takes(selection, one)) &&
    "no Selection of a backup plan takes it",
});

export const copied = stackRule({
  id: "aws-backup-copied",
  title: "Backups of databases are copied to another vault",
  severity: "medium",
  description:
    "When the region is lost its vault is lost with it, and the copy in another one is what is left.",
  remedy: "Give each rule a copyActions with the ARN of a vault in another region.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  types: plans,
  applies: (plan, stack) => {
    const selections = pointingAt(stack, "aws:backup/selection:Selection", "planId", plan);
    return stack.ofType(...data).some((one) => selections.some((selection) => takes(selection, one)));
  },
  check: ({ props }) =>
    (props.rules ?? []).map(({ copyActions }, index) => [
      (copyActions ?? []).length === 0 && `rules[${index}].copyActions is empty`,
      copyActions?.map((action, place) =>
        mustBeSet(action, "destinationVaultArn", `rules[${index}].copyActions[${place}].destinationVaultArn`),
      ),
    ]),
});
