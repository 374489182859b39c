import type { SqlEngine } from "../../components/data/sqlVersions";

/** A parameter of a server. */
export interface SqlParameter {
  readonly name: string;
  readonly value: string;
  /** `pending-reboot` for what the server reads when it starts. */
  readonly applyMethod?: "pending-reboot";
}

/** What RDS has to be told of an engine. */
export interface RdsEngine {
  readonly engine: SqlEngine;
  /** Its name as people write it. */
  readonly title: string;
  readonly port: number;
  readonly parameters: readonly SqlParameter[];
  /** Logs that RDS sends to CloudWatch. */
  readonly logs: readonly string[];
  /** Connections that the server takes, which `max_connections` states: memory of the node by the bytes of each, and a most. */
  readonly connections: { readonly bytesEach: number; readonly most: number };
  /** An option of the engine, with its settings. */
  readonly options: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/**
 * PostgreSQL: TLS or nothing; who came, what they changed, what was slow or waited. Connections are what RDS has by itself
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections), stated so that the
 * alarm on them goes by the same number.
 */
export const postgresOnRds: RdsEngine = {
  engine: "postgres",
  title: "PostgreSQL",
  port: 5432,
  parameters: [
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
    {
      name: "max_connections",
      value: "LEAST({DBInstanceClassMemory/9531392},5000)",
      applyMethod: "pending-reboot",
    },
  ],
  logs: ["postgresql", "upgrade"],
  connections: { bytesEach: 9_531_392, most: 5000 },
  options: {},
};

/**
 * MySQL: TLS or nothing; what failed, what was slow or locked each other out; by the audit plugin who came, and who changed
 * structure or rights. Logs are files, as what is in tables reaches CloudWatch in no way.
 */
export const mysqlOnRds: RdsEngine = {
  engine: "mysql",
  title: "MySQL",
  port: 3306,
  parameters: [
    { name: "require_secure_transport", value: "1" },
    { name: "local_infile", value: "0" },
    { name: "log_output", value: "FILE" },
    { name: "slow_query_log", value: "1" },
    { name: "long_query_time", value: "1" },
    { name: "innodb_print_all_deadlocks", value: "1" },
    { name: "max_connections", value: "{DBInstanceClassMemory/12582880}" },
  ],
  logs: ["audit", "error", "slowquery"],
  connections: { bytesEach: 12_582_880, most: 16_000 },
  options: { MARIADB_AUDIT_PLUGIN: { SERVER_AUDIT_EVENTS: "CONNECT,QUERY_DDL,QUERY_DCL" } },
};

/** The family of parameters of an engine's major: `postgres17`, `mysql8.4`. */
export function parameterFamily({ engine }: RdsEngine, version: string): string {
  return `${engine}${version}`;
}

const bytesPerGiB = 2 ** 30;

/** How many connections a node of that memory takes. */
export function connectionLimit({ connections: { bytesEach, most } }: RdsEngine, memoryGiB: number): number {
  return Math.min(most, Math.floor((memoryGiB * bytesPerGiB) / bytesEach));
}
