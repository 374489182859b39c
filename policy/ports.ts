import type { Setting } from "./rule";

/** Ports that rules of every cloud's network ask about. */

/** SSH and Remote Desktop. */
export const adminPorts = [22, 3389] as const;

/**
 * Where stores listen, by the ports that IANA or their makers name: ZooKeeper, SQL Server, MySQL, PostgreSQL, Kibana,
 * Redis, Vault, Kafka and MSK, Elasticsearch and OpenSearch, Memcached, MongoDB.
 */
export const datastorePorts = [
  2181, 1433, 3306, 5432, 5601, 6379, 8200, 9092, 9093, 9094, 9095, 9096, 9097, 9098, 9200, 9300, 11_211,
  27_017,
] as const;

/** The setting of the blocks (CIDR) from which {@link adminPorts} may be reached. */
export function adminCidrs(cidrs: readonly string[]): Setting<readonly string[]> {
  return {
    schema: {
      type: "array",
      items: { type: "string" },
      description: "Blocks from which ports 22 and 3389 may be reached.",
    },
    values: { dev: cidrs, staging: cidrs, prod: cidrs },
  };
}
