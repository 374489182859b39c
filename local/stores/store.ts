import type { ComposeService, Condition } from "../composeFile";

/** A store as it stands beside the services on one machine: its containers, and what those are told who use it. */
export interface LocalStore {
  /** By their names, which are the hosts as well. */
  readonly containers: Readonly<Record<string, LocalContainer>>;
  /** What has to be before a service that uses it starts. */
  readonly ready: Readonly<Record<string, Condition>>;
  /** By the names that the cluster's stores have for it. */
  readonly environment: (service: string) => Readonly<Record<string, string>>;
  /** Names of the passwords in the `.env` file. */
  readonly passwords: readonly string[];
}

/** A container without what all of them have. */
export type LocalContainer = Omit<ComposeService, "networks" | "restart"> & { readonly once?: true };

/** Name of the database and of who uses it, as on the clouds. */
export const app = "app";

/** Images of stores that run in no cluster of ours, where the program pins none; each is the project's own. */
export const images = {
  // renovate: datasource=docker depName=valkey/valkey
  redis: "docker.io/valkey/valkey:8.1",
  // renovate: datasource=docker depName=apache/kafka
  kafka: "docker.io/apache/kafka:4.3.1",
  // renovate: datasource=docker depName=softwaremill/elasticmq-native
  queues: "docker.io/softwaremill/elasticmq-native:1.6.16",
} as const;

export const healthy: Condition = "service_healthy";
export const completed: Condition = "service_completed_successfully";
