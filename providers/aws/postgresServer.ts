import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { PostgresArgs } from "../../components/data/postgres";
import type { AwsKey } from "./key";
import { awsRole, trustService } from "./role";

/** What a server is made from, an instance or a cluster. */
export interface ServerArgs extends PostgresArgs {
  /** Account that owns the server, 12 digits. */
  readonly accountId: string;
  readonly port: number;
  readonly key: AwsKey;
  readonly securityGroup: aws.ec2.SecurityGroup;
}

/** What of a server the program goes on with. */
export interface Server {
  /** Where writes go. */
  readonly host: pulumi.Output<string>;
  /** Where reads may go as well; none without read replicas. */
  readonly readHost?: pulumi.Output<string>;
  /** Id that IAM names the server by: never given to another. */
  readonly resourceId: pulumi.Output<string>;
  readonly watched: WatchedServer;
}

/** What alarms are set by. */
export interface WatchedServer {
  /** The server's own identifier: its nodes' begin with it. */
  readonly identifier: string;
  /** Identifiers of its nodes, of which a server that is no cluster has one. */
  readonly nodes: readonly pulumi.Output<string>[];
  /** Memory of a node, GiB. */
  readonly memoryGiB: number;
  /** Disk of a node at first, GiB. */
  readonly diskGiB: number;
  /** Whether the disk grows by itself. */
  readonly diskGrows: boolean;
}

/** Every child's parent. */
export interface Child {
  readonly parent: pulumi.Resource;
}

/** Database that the workloads share. */
export const databaseName = "app";

/** The administrator: a cluster takes letters and digits only, at most 16. */
export const administrator = "platformadmin";

/** Longest name of a snapshot. */
export const maxSnapshotName = 255;

/** Times in UTC; the backup ends before maintenance begins. */
export const windows = { backup: "03:00-04:00", maintenance: "sun:04:30-sun:05:30" } as const;

/** Authority of the server's certificate. */
export const certificateAuthority = "rds-ca-rsa2048-g1";

/** Logs that RDS sends to CloudWatch. */
const logTypes = ["postgresql", "upgrade"] as const;

/** TLS or nothing; who came, what they changed, what was slow or waited. The preloaded libraries need a restart. */
export const serverParameters: { name: string; value: string; applyMethod?: string }[] = [
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

/** Inputs that instances and clusters have in common. */
type ServerSettings = Pick<
  aws.rds.InstanceArgs & aws.rds.ClusterArgs,
  keyof aws.rds.InstanceArgs & keyof aws.rds.ClusterArgs
>;

/** What of them is the same for both. */
export function serverSettings(name: string, args: ServerArgs, opts: Child): ServerSettings {
  const { accountId, version, backupRetentionDays, port, key, securityGroup, protect = true } = args;
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
  return {
    engine: "postgres",
    engineVersion: version,
    // an older major is upgraded by its owner, or by AWS when its support ends: not billed for years more
    engineLifecycleSupport: "open-source-rds-extended-support-disabled",
    port,
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: key.arn,
    iamDatabaseAuthenticationEnabled: true,
    vpcSecurityGroupIds: [securityGroup.id],
    storageType: "gp3",
    storageEncrypted: true,
    kmsKeyId: key.arn,
    autoMinorVersionUpgrade: true,
    // a new major is an outage that somebody has to choose the hour of
    allowMajorVersionUpgrade: false,
    applyImmediately: false,
    backupRetentionPeriod: backupRetentionDays,
    copyTagsToSnapshot: true,
    deletionProtection: protect,
    enabledCloudwatchLogsExports: [...logTypes],
    monitoringInterval: 60,
    monitoringRoleArn: monitoring.role.arn,
    databaseInsightsMode: "standard",
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: key.arn,
    performanceInsightsRetentionPeriod: 7,
  };
}

/** The log groups that RDS names after a server: there before it, with a key and an end. */
export function logGroups(
  name: string,
  args: {
    readonly kind: "instance" | "cluster";
    readonly identifier: string;
    readonly key: AwsKey;
    readonly retentionDays: number;
    readonly protect: boolean;
  },
  opts: Child,
): aws.cloudwatch.LogGroup[] {
  const { kind, identifier, key, retentionDays, protect } = args;
  return logTypes.map(
    (log) =>
      new aws.cloudwatch.LogGroup(
        `${name}-${log}-logs`,
        {
          name: `/aws/rds/${kind}/${identifier}/${log}`,
          retentionInDays: retentionDays,
          kmsKeyId: key.arn,
        },
        { ...opts, protect },
      ),
  );
}
