import type { SqlEngine } from "../../components/data/sqlVersions";

/**
 * What Cloud SQL sets PostgreSQL's `max_connections` to where nobody says, by memory of so many GiB or more.
 * https://cloud.google.com/sql/docs/postgres/flags#postgres-m
 */
const postgresLimits: readonly (readonly [memoryGiB: number, connections: number])[] = [
  [120, 1000],
  [60, 800],
  [30, 600],
  [15, 500],
  [7.5, 400],
  [0, 100],
];

/** Memory that RDS reckons for a connection of MySQL (`DBInstanceClassMemory/12582880`), bytes; Cloud SQL reckons none. */
const mysqlConnectionBytes = 12_582_880;

/** Most connections that a MySQL server of so much memory is told to take. */
export function mysqlConnections(memoryGiB: number): number {
  return Math.floor((memoryGiB * 2 ** 30) / mysqlConnectionBytes);
}

/** Most connections that a server takes. */
export function maxConnections(engine: SqlEngine, memoryGiB: number): number {
  if (engine === "mysql") return mysqlConnections(memoryGiB);
  const [, connections = 100] = postgresLimits.find(([least]) => memoryGiB >= least) ?? [];
  return connections;
}
