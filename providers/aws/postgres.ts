import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Postgres, type PostgresArgs, postgresVersions } from "../../components/data/postgres";
import type { Access, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { physicalName } from "../../components/names";
import { type AwsWorkloadIdentity, awsIdentity } from "./identity";
import { AwsKey } from "./key";
import { databaseInstanceClass } from "./machines";
import { policyDocument } from "./policyDocument";
import { adminPassword } from "./postgresAdmin";
import { awsRole, trustService } from "./role";
import { storeLogRetentionDays, storeSecurityGroup } from "./storeAccess";

/** Arguments of an {@link AwsPostgres}. */
export interface AwsPostgresArgs extends PostgresArgs {
  readonly region: string;
  /** Account that owns the server, 12 digits. */
  readonly accountId: string;
}

/** Longest identifier RDS takes, and longest name of a snapshot. */
const maxIdentifier = 63;
const maxSnapshotName = 255;

/** Longest name PostgreSQL keeps of a user, bytes. */
const maxUserName = 63;

/** Times in UTC; the backup ends before maintenance begins. */
const windows = { backup: "03:00-04:00", maintenance: "sun:04:30-sun:05:30" } as const;

const databaseName = "app";

/**
 * {@link Postgres} on Amazon RDS: an instance with a standby in another zone, and read replicas.
 *
 * Identifiers are fixed, `name` as far as RDS takes it, so that the log groups RDS writes to are there before it, with a
 * key and an end. `PGHOST_READ` lists the replicas with commas, as libpq takes it: it tries them in turn.
 *
 * A workload signs in as the database user of {@link databaseUser} with a token of its IAM role. RDS does not make
 * database users: an administrator runs once, for each workload,
 *
 *     CREATE USER "backend-api" WITH LOGIN; GRANT rds_iam TO "backend-api"; GRANT pg_write_all_data, … TO "backend-api";
 *
 * and for one that only reads `CREATE USER "backend-api-read" …` with `pg_read_all_data`.
 */
export class AwsPostgres extends pulumi.ComponentResource implements Postgres {
  readonly host: pulumi.Output<string>;
  readonly port = 5432;
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly users: (user: string) => pulumi.Output<string>[];

  constructor(name: string, args: AwsPostgresArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Postgres", name, {}, opts);
    const { network, version, region, accountId, readReplicas, protect = true } = args;
    check(args);

    const child = { parent: this };
    const username = "platform_admin";
    const key = new AwsKey(
      `${name}-key`,
      {
        purpose: `PostgreSQL ${name}: disks, backups, logs, the administrator's secret`,
        services: [`logs.${region}.amazonaws.com`],
        account: accountId,
        region,
        protect,
      },
      child,
    );
    const securityGroup = storeSecurityGroup(
      name,
      { network, port: this.port, description: `PostgreSQL ${name}` },
      child,
    );
    const admin = adminPassword(
      `${name}-admin`,
      { network, keyArn: key.arn, username, port: this.port, region, replicated: readReplicas > 0, protect },
      child,
    );
    const settings = instanceSettings(name, { ...args, port: this.port, key, securityGroup }, child);
    const subnetGroup = new aws.rds.SubnetGroup(name, { subnetIds: network.dataSubnetIds }, child);
    const { identifier, logGroups } = identity(name, { key, protect }, child);
    const primary = new aws.rds.Instance(
      name,
      {
        ...settings,
        ...admin.inputs,
        identifier,
        engine: "postgres",
        engineVersion: version,
        // an older major is upgraded by its owner, or by AWS when its support ends: not billed for years more
        engineLifecycleSupport: "open-source-rds-extended-support-disabled",
        dbName: databaseName,
        username,
        dbSubnetGroupName: subnetGroup.name,
        allocatedStorage: args.diskGiB,
        multiAz: args.highAvailability,
        backupRetentionPeriod: args.backupRetentionDays,
        backupWindow: windows.backup,
        deleteAutomatedBackups: !protect,
        skipFinalSnapshot: !protect,
        ...(protect ? { finalSnapshotIdentifier: physicalName(maxSnapshotName, name, "final") } : {}),
      },
      { ...child, protect, dependsOn: logGroups },
    );
    admin.rotate(primary, securityGroup);
    const replicas = replicaNumbers(readReplicas).map((number) =>
      readReplica(`${name}-replica-${number}`, { primary, settings, key, protect }, child),
    );

    const instances = [primary, ...replicas];
    this.users = (user) =>
      instances.map(
        ({ resourceId }) =>
          pulumi.interpolate`arn:aws:rds-db:${region}:${accountId}:dbuser:${resourceId}/${user}`,
      );
    this.host = primary.address;
    this.connection = {
      PGHOST: this.host,
      PGPORT: pulumi.output(String(this.port)),
      PGDATABASE: pulumi.output(databaseName),
      PGSSLMODE: pulumi.output("require"),
      ...(replicas.length === 0
        ? {}
        : { PGHOST_READ: pulumi.all(replicas.map(({ address }) => address)).apply((all) => all.join(",")) }),
    };
    this.registerOutputs({ host: this.host, port: this.port, connection: this.connection });
  }

  /** Lets the identity sign in as its database user, on the primary and the replicas; gives that user's name. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<"PGUSER", pulumi.Output<string>>> {
    const identity = awsIdentity(to);
    const user = databaseUser(identity, access);
    new aws.iam.RolePolicy(
      name,
      {
        role: identity.principal,
        policy: policyDocument([{ Effect: "Allow", Action: "rds-db:connect", Resource: this.users(user) }]),
      },
      opts,
    );
    return { PGUSER: pulumi.output(user) };
  }
}

/**
 * Database user of a workload: its service account's name, and `-read` where it only reads. What the user may do in the
 * database is decided there; IAM decides who may sign in as it.
 */
export function databaseUser(
  { serviceAccount }: Pick<AwsWorkloadIdentity, "serviceAccount">,
  access: Access,
): string {
  return access === "read"
    ? physicalName(maxUserName, serviceAccount, "read")
    : physicalName(maxUserName, serviceAccount);
}

interface Child {
  readonly parent: pulumi.Resource;
}

/** What the primary and its replicas have in common. */
function instanceSettings(
  name: string,
  args: AwsPostgresArgs & {
    readonly port: number;
    readonly key: AwsKey;
    readonly securityGroup: aws.ec2.SecurityGroup;
  },
  opts: Child,
) {
  const { accountId, version, machine, diskGiB, maxDiskGiB = 4 * diskGiB, port, key, securityGroup } = args;
  const { protect = true } = args;
  const monitoring = awsRole(
    `${name}-monitoring`,
    {
      description: `Enhanced monitoring of PostgreSQL ${name}`,
      trust: [trustService("monitoring.rds.amazonaws.com", accountId)],
      managedPolicies: {
        monitoring: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
      },
    },
    opts,
  );
  const parameters = new aws.rds.ParameterGroup(
    `${name}-${version}`,
    { family: `postgres${version}`, description: `PostgreSQL ${name}`, parameters: serverParameters },
    opts,
  );
  return {
    instanceClass: databaseInstanceClass(machine),
    port,
    storageType: "gp3",
    maxAllocatedStorage: maxDiskGiB,
    storageEncrypted: true,
    kmsKeyId: key.arn,
    publiclyAccessible: false,
    vpcSecurityGroupIds: [securityGroup.id],
    parameterGroupName: parameters.name,
    iamDatabaseAuthenticationEnabled: true,
    caCertIdentifier: "rds-ca-rsa2048-g1",
    autoMinorVersionUpgrade: true,
    // a new major is an outage that somebody has to choose the hour of
    allowMajorVersionUpgrade: false,
    applyImmediately: false,
    maintenanceWindow: windows.maintenance,
    copyTagsToSnapshot: true,
    deletionProtection: protect,
    enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
    monitoringInterval: 60,
    monitoringRoleArn: monitoring.role.arn,
    databaseInsightsMode: "standard",
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: key.arn,
    performanceInsightsRetentionPeriod: 7,
  } satisfies Partial<aws.rds.InstanceArgs>;
}

/** TLS or nothing; who came, what they changed, what was slow or waited. The preloaded libraries need a restart. */
const serverParameters: aws.types.input.rds.ParameterGroupParameter[] = [
  { name: "rds.force_ssl", value: "1" },
  { name: "log_connections", value: "1" },
  { name: "log_disconnections", value: "1" },
  { name: "log_lock_waits", value: "1" },
  { name: "log_min_duration_statement", value: "1000" },
  { name: "log_statement", value: "ddl" },
  { name: "pgaudit.log", value: "role,ddl" },
  {
    name: "shared_preload_libraries",
    value: "pg_stat_statements,pgaudit",
    applyMethod: "pending-reboot",
  },
];

/** The identifier, and the log groups that RDS names after it. */
function identity(
  name: string,
  { key, protect }: { readonly key: AwsKey; readonly protect: boolean },
  opts: Child,
): { readonly identifier: string; readonly logGroups: aws.cloudwatch.LogGroup[] } {
  const identifier = physicalName(maxIdentifier, name);
  const logGroups = ["postgresql", "upgrade"].map(
    (log) =>
      new aws.cloudwatch.LogGroup(
        `${name}-${log}-logs`,
        {
          name: `/aws/rds/instance/${identifier}/${log}`,
          retentionInDays: storeLogRetentionDays,
          kmsKeyId: key.arn,
        },
        { ...opts, protect },
      ),
  );
  return { identifier, logGroups };
}

/** Replicas are alike and known by their number alone: one more or less touches no other. */
function replicaNumbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** One more server that follows the primary; RDS takes a zone of the subnet group's for it. */
function readReplica(
  name: string,
  args: {
    readonly primary: aws.rds.Instance;
    readonly settings: ReturnType<typeof instanceSettings>;
    readonly key: AwsKey;
    readonly protect: boolean;
  },
  opts: Child,
): aws.rds.Instance {
  const { primary, settings, protect } = args;
  const { identifier, logGroups } = identity(name, args, opts);
  return new aws.rds.Instance(
    name,
    {
      ...settings,
      identifier,
      replicateSourceDb: primary.identifier,
      // it holds nothing that the primary does not, and RDS takes no last snapshot of it
      skipFinalSnapshot: true,
    },
    { ...opts, protect, dependsOn: logGroups },
  );
}

function check({
  version,
  diskGiB,
  maxDiskGiB = 4 * diskGiB,
  readReplicas,
  backupRetentionDays,
}: AwsPostgresArgs) {
  if (!postgresVersions.some((known) => known === version)) {
    throw new Error(`version: expected one of ${postgresVersions.join(", ")}, got "${version}"`);
  }
  if (diskGiB < 20 || maxDiskGiB > 65_536 || maxDiskGiB < diskGiB * 1.1) {
    throw new Error(
      `diskGiB, maxDiskGiB: expected 20 or more, and a most of 1.1 times that to 65536, got ${diskGiB} and ${maxDiskGiB}`,
    );
  }
  if (!Number.isInteger(readReplicas) || readReplicas < 0 || readReplicas > 5) {
    throw new Error(`readReplicas: expected a whole number from 0 to 5, got ${readReplicas}`);
  }
  if (backupRetentionDays < 1 || backupRetentionDays > 35) {
    throw new Error(`backupRetentionDays: expected 1 to 35, got ${backupRetentionDays}`);
  }
}
