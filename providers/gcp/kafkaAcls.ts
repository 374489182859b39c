import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { Access } from "../../components/identity/workloadIdentity";

/** Who has been let in. */
export interface Admitted {
  /** IAM member: `serviceAccount:…`. */
  readonly principal: pulumi.Output<string>;
  readonly access: Access;
}

/** Arguments of {@link kafkaAcls}. */
export interface KafkaAclsArgs {
  /** Id of the cluster. */
  readonly cluster: pulumi.Output<string>;
  readonly location: string;
  readonly topics: readonly string[];
  /** By the names of their groups of consumers. */
  readonly admitted: Readonly<Record<string, Admitted>>;
  /** IAM member of the service's own agent, as which its connectors read and write too. */
  readonly agent: pulumi.Output<string>;
  /** Whether connectors copy between this cluster and another. */
  readonly copied: boolean;
}

type Entry = gcp.types.input.managedkafka.AclAclEntry;

/** What reading takes, and writing; that producers number what they send comes with `WRITE`. */
const operations: Readonly<Record<Access, readonly string[]>> = {
  read: ["READ", "DESCRIBE"],
  readWrite: ["READ", "DESCRIBE", "WRITE"],
};

/** Patterns that match whatever has no rule of its own. */
const everything = {
  cluster: "cluster",
  "all-topics": "allTopics",
  "all-groups": "allConsumerGroups",
  "all-transactions": "allTransactionalIds",
} as const;

/**
 * Who may do what, by Kafka's own rules: each reads the topics as the group that bears its name, and writes them where it may.
 * Kafka may let everybody do what no rule speaks of, so that there is one for everything, which names the service's own agent
 * alone. https://cloud.google.com/managed-service-for-apache-kafka/docs/access-control-kafka-acls
 */
export function kafkaAcls(
  name: string,
  { cluster, location, topics, admitted, agent, copied }: KafkaAclsArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const acl = (key: string, aclId: string, aclEntries: readonly Entry[]): void => {
    new gcp.managedkafka.Acl(
      `${name}-${key}`,
      { aclId, cluster, location, aclEntries: [...aclEntries] },
      opts,
    );
  };
  for (const [key, aclId] of Object.entries(everything)) {
    acl(key, aclId, entriesFor(agent, [copied ? "ALL" : "DESCRIBE"]));
  }
  const all = Object.values(admitted);
  for (const topic of topics) {
    acl(
      `topic-${topic}`,
      `topic/${topic}`,
      all.flatMap(({ principal, access }) => entriesFor(principal, operations[access])),
    );
  }
  for (const [group, { principal }] of Object.entries(admitted)) {
    acl(`group-${group}`, `consumerGroup/${group}`, entriesFor(principal, operations.read));
  }
}

function entriesFor(member: pulumi.Output<string>, allowed: readonly string[]): Entry[] {
  const principal = member.apply((one) => one.replace(/^serviceAccount:/, "User:"));
  return allowed.map((operation) => ({ principal, operation, permissionType: "ALLOW", host: "*" }));
}
