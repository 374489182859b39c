import { isSet, mustBeAtLeast, mustBeOff, mustBeOn, mustBeSet, mustHold, mustNotBeOn, show } from "../check";
import { always, fromStaging, inProd, offInDev, strictInProd } from "../levels";
import { resourceRule, stackRule } from "../rule";
import { type PlacedResource, pointsAt, type Stack } from "../stack";

const databases = ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"] as const;

/** False for a read replica: its primary answers for backups and for the standby. */
function isPrimary({ props }: { readonly props: object }): boolean {
  return !isSet(props as { readonly replicateSourceDb?: string }, "replicateSourceDb");
}

export const autoMinorUpgrade = resourceRule({
  id: "aws-rds-auto-minor-upgrade",
  title: "RDS takes minor versions by itself",
  severity: "medium",
  description:
    "Minor versions of an engine bring its security fixes; taken in the maintenance window they need nobody to remember.",
  remedy: "Set autoMinorVersionUpgrade to true, or leave it out.",
  controls: { cisAws: ["3.2.2"], soc2: ["CC7.1"], pciDss: ["6.3.3"] },
  levels: fromStaging,
  types: [...databases, "aws:rds/clusterInstance:ClusterInstance"],
  check: ({ props }) =>
    props.autoMinorVersionUpgrade === false && "autoMinorVersionUpgrade is false, expected true or not set",
});

export const backupRetention = resourceRule({
  id: "aws-rds-backup-retention",
  title: "RDS keeps backups long enough",
  severity: "high",
  description:
    "A mistake is often seen only weeks later: backups and the log for point-in-time recovery have to reach back further than that. Unset, RDS keeps one day.",
  remedy:
    "Raise backupRetentionPeriod (postgres.backupRetentionDays in the stack file) to the days asked; 35 is the most that RDS takes.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: fromStaging,
  settings: {
    minDays: {
      schema: { type: "integer", minimum: 1, maximum: 35, description: "Fewest days of backups." },
      values: { dev: 1, staging: 7, prod: 30 },
    },
  },
  types: databases,
  applies: isPrimary,
  check: ({ props }, { minDays }) =>
    mustBeAtLeast(props.backupRetentionPeriod, minDays, "backupRetentionPeriod"),
});

export const customerKey = resourceRule({
  id: "aws-rds-cmk",
  title: "RDS storage is under our key",
  severity: "medium",
  description:
    "With a key of ours every use is logged, and withdrawing the key makes lost copies unreadable.",
  remedy: "Set kmsKeyId to a KMS key of this stack.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.6.1"] },
  levels: strictInProd,
  types: databases,
  applies: isPrimary,
  check: ({ props }) => mustBeSet<typeof props>(props, "kmsKeyId"),
});

export const deletionProtection = resourceRule({
  id: "aws-rds-deletion-protection",
  title: "RDS refuses deletion",
  severity: "high",
  description:
    "The API itself refuses to delete the database until someone has switched that off on purpose.",
  remedy: "Set deletionProtection to true.",
  controls: { soc2: ["A1.2", "C1.1"], gdpr: ["32(1)(b)"] },
  levels: offInDev,
  types: databases,
  applies: isPrimary,
  check: ({ props }) => mustBeOn(props.deletionProtection, "deletionProtection"),
  remediation: {
    "aws:rds/cluster:Cluster": { deletionProtection: true },
    "aws:rds/instance:Instance": { deletionProtection: true },
  },
});

export const finalSnapshot = resourceRule({
  id: "aws-rds-final-snapshot",
  title: "RDS leaves a snapshot behind",
  severity: "high",
  description:
    "When a database does go, a last snapshot and its automated backups stay, so that going can be undone.",
  remedy:
    "Leave skipFinalSnapshot false, set finalSnapshotIdentifier and leave deleteAutomatedBackups false.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  types: databases,
  applies: isPrimary,
  check: ({ props }) => [
    mustNotBeOn(props.skipFinalSnapshot, "skipFinalSnapshot"),
    mustBeSet<typeof props>(props, "finalSnapshotIdentifier"),
    mustNotBeOn(props.deleteAutomatedBackups, "deleteAutomatedBackups"),
  ],
});

export const forceTls = stackRule({
  id: "aws-rds-force-tls",
  title: "RDS refuses connections without TLS",
  severity: "high",
  description:
    "A client that forgets TLS is refused by the server, by rds.force_ssl (PostgreSQL) or require_secure_transport (MySQL, MariaDB) in a parameter group of this stack.",
  remedy:
    'Put { name: "rds.force_ssl", value: "1" } into the parameters of the parameter group that the database uses.',
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: fromStaging,
  types: databases,
  check: (database, stack) => {
    const [property, group] =
      database.type === "aws:rds/instance:Instance"
        ? (["parameterGroupName", "aws:rds/parameterGroup:ParameterGroup"] as const)
        : (["dbClusterParameterGroupName", "aws:rds/clusterParameterGroup:ClusterParameterGroup"] as const);
    const used = stack.ofType(group).find((candidate) => pointsAt(database, property, candidate, ["name"]));
    if (!used) return `${property} names no parameter group of this stack`;
    // a replica's engine is its primary's, and not said again
    const [name, on] = /postgres/.test(database.props.engine ?? used.props.family ?? "postgres")
      ? (["rds.force_ssl", ["1"]] as const)
      : (["require_secure_transport", ["ON", "1"]] as const);
    const value = used.props.parameters?.find((parameter) => parameter.name === name)?.value;
    return (
      !(on as readonly unknown[]).includes(value) &&
      `${name} is ${show(value)} in its parameter group, expected ${on.join(" or ")}`
    );
  },
});

export const iamAuthentication = resourceRule({
  id: "aws-rds-iam-auth",
  title: "RDS lets workloads in by IAM",
  severity: "medium",
  description: "Signing in with an IAM identity leaves no password to leak, rotate or share.",
  remedy: "Set iamDatabaseAuthenticationEnabled to true.",
  controls: { soc2: ["CC6.1"] },
  levels: strictInProd,
  types: databases,
  check: ({ props }) => mustBeOn(props.iamDatabaseAuthenticationEnabled, "iamDatabaseAuthenticationEnabled"),
});

export const logExports = resourceRule({
  id: "aws-rds-log-exports",
  title: "RDS sends its logs to CloudWatch",
  severity: "medium",
  description:
    "The engine's log tells who connected and what failed; on the instance it is gone after three days.",
  remedy:
    "List the engine's logs in enabledCloudwatchLogsExports: postgresql for PostgreSQL, error for MySQL and MariaDB.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"], pciDss: ["10.2.1"] },
  levels: fromStaging,
  types: databases,
  check: ({ props }) => {
    const { engine, enabledCloudwatchLogsExports: logs = [] } = props;
    // a replica's engine is its primary's, and not said again
    if (engine === undefined && logs.includes("error")) return;
    return mustHold(
      logs,
      [/postgres/.test(engine ?? "postgres") ? "postgresql" : "error"],
      "enabledCloudwatchLogsExports",
    );
  },
});

export const managedPassword = stackRule({
  id: "aws-rds-managed-password",
  title: "The administrator's password of RDS is made and rotated by AWS",
  severity: "high",
  description:
    "A password that RDS makes, keeps and rotates in Secrets Manager is in no state file, no config and nobody's head. RDS makes no read replica of an instance whose password it keeps: the first password of such a one is replaced by a function that rotates it.",
  remedy:
    "Set manageMasterUserPassword to true, and leave password and passwordWo (masterPassword and masterPasswordWo) out. Where an instance has read replicas, set passwordWo, and rotate it with a function that has the instance in its environment.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"], pciDss: ["8.6.3"] },
  levels: fromStaging,
  types: databases,
  check: (database, stack) => {
    if (!isPrimary(database)) return;
    const ofInstance = database.type === "aws:rds/instance:Instance";
    const replicated =
      ofInstance &&
      stack
        .ofType("aws:rds/instance:Instance")
        .some((replica) => pointsAt(replica, "replicateSourceDb", database, ["identifier"]));
    const given = ofInstance
      ? (["password", "passwordWo"] as const)
      : (["masterPassword", "masterPasswordWo"] as const);
    // The two types name theirs differently; asking for the other's finds nothing.
    const passwords: Readonly<Partial<Record<(typeof given)[number], unknown>>> = database.props;
    const refused = replicated ? (["password"] as const) : given;
    return [
      ...refused.map((password) => isSet(passwords, password) && `${password} is set, expected not set`),
      replicated
        ? !isRotated(database, stack) && "it has read replicas, and no function rotates its password"
        : mustBeOn(database.props.manageMasterUserPassword, "manageMasterUserPassword"),
    ];
  },
});

/** Whether a secret's rotation calls a function that has the database in its environment. */
function isRotated(database: PlacedResource<(typeof databases)[number]>, stack: Stack): boolean {
  const rotations = stack.ofType("aws:secretsmanager/secretRotation:SecretRotation");
  return stack
    .ofType("aws:lambda/function:Function")
    .filter((rotator) => pointsAt(rotator, "environment", database))
    .some((rotator) => rotations.some((rotation) => pointsAt(rotation, "rotationLambdaArn", rotator)));
}

export const multiAz = stackRule({
  id: "aws-rds-multi-az",
  title: "RDS survives the loss of a zone",
  severity: "medium",
  description:
    "A standby in another zone takes over by itself in a minute or two; a restore from backup takes hours.",
  remedy:
    "Set multiAz to true (postgres.highAvailability in the stack file); an Aurora cluster needs two instances, and a Multi-AZ DB cluster has three.",
  controls: { cisAws: ["3.2.4"], soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: databases,
  applies: isPrimary,
  check: (database, stack) => {
    if (database.type === "aws:rds/instance:Instance") return mustBeOn(database.props.multiAz, "multiAz");
    if (isSet(database.props, "dbClusterInstanceClass")) return;
    const instances = stack
      .ofType("aws:rds/clusterInstance:ClusterInstance")
      .filter((instance) => pointsAt(instance, "clusterIdentifier", database, ["clusterIdentifier", "id"]));
    return instances.length < 2 && `the cluster has ${instances.length} instances, expected at least 2`;
  },
});

export const notPublic = resourceRule({
  id: "aws-rds-not-public",
  title: "RDS has no public address",
  severity: "critical",
  description: "A database is reached from inside the network alone.",
  remedy: "Set publiclyAccessible to false, or dbSubnetGroupName of a Multi-AZ DB cluster.",
  controls: { cisAws: ["3.2.3"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.4.4"] },
  levels: always,
  types: [...databases, "aws:rds/clusterInstance:ClusterInstance"],
  // An Aurora cluster leaves it to its instances.
  applies: ({ type, props }) => type !== "aws:rds/cluster:Cluster" || isSet(props, "dbClusterInstanceClass"),
  check: ({ type, props }) =>
    type === "aws:rds/cluster:Cluster"
      ? // In no subnet group RDS takes the default VPC's, and there makes it public.
        mustBeSet<typeof props>(props, "dbSubnetGroupName")
      : mustBeOff(props.publiclyAccessible, "publiclyAccessible"),
  remediation: {
    "aws:rds/instance:Instance": { publiclyAccessible: false },
    "aws:rds/clusterInstance:ClusterInstance": { publiclyAccessible: false },
  },
});

export const storageEncrypted = resourceRule({
  id: "aws-rds-storage-encrypted",
  title: "RDS storage is encrypted",
  severity: "critical",
  description:
    "Storage, backups, replicas and snapshots are encrypted; it can't be added to a running database.",
  remedy: "Set storageEncrypted to true.",
  controls: { cisAws: ["3.2.1"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.5.1"] },
  levels: always,
  types: databases,
  // A replica in the same region takes its primary's encryption and refuses the setting.
  applies: isPrimary,
  check: ({ props }) => mustBeOn(props.storageEncrypted, "storageEncrypted"),
});
