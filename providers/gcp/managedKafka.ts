import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { type KafkaArgs, kafkaReplication, topicSettings } from "../../components/data/kafka";
import { physicalName } from "../../components/names";
import { GcpKafkaAddress } from "./kafkaAddress";
import { GcpKey } from "./key";
import type { GcpPlacement } from "./project";

/** Port of the brokers for clients that sign in by a token; each broker has an address of its own in our subnet. */
export const kafkaPort = 9092;

/** Brokers that the service has at least, one in each of three zones (https://cloud.google.com/managed-service-for-apache-kafka/docs/brokers). */
export const leastKafkaBrokers = 3;

/** Smallest disk of a broker that the service takes, GiB. */
const leastDiskGiB = 100;

/** Longest id of a cluster. */
const maxName = 63;

/** Arguments of a {@link ManagedKafka}. */
export interface ManagedKafkaArgs
  extends Pick<KafkaArgs, "brokers" | "machine" | "diskGiB" | "retentionHours" | "topics">, GcpPlacement {
  /** Subnet in the region where its addresses are. */
  readonly subnetId: pulumi.Input<string>;
  readonly protect: boolean;
}

/** A cluster of Managed Service for Apache Kafka under a key of its own, with its topics, and its address. */
export class ManagedKafka {
  readonly cluster: gcp.managedkafka.Cluster;
  readonly topics: readonly gcp.managedkafka.Topic[];
  /** Where clients begin, without port. */
  readonly address: pulumi.Output<string>;

  constructor(name: string, args: ManagedKafkaArgs, child: { readonly parent: pulumi.Resource }) {
    const { brokers, machine, diskGiB, topics, subnetId, region, project, protect } = args;
    const key = new GcpKey(
      `${name}-key`,
      { region, project, protect, users: { managedkafka: project.agents.managedkafka } },
      child,
    );
    this.cluster = new gcp.managedkafka.Cluster(
      name,
      {
        clusterId: physicalName(maxName, name),
        location: region,
        // of all brokers together: the service has three of up to 15 vCPUs before it makes a fourth
        capacityConfig: {
          vcpuCount: String(brokers * machine.vcpus),
          memoryBytes: String(brokers * machine.memoryGiB * 2 ** 30),
        },
        brokerCapacityConfig: { diskSizeGib: String(Math.max(leastDiskGiB, diskGiB)) },
        gcpConfig: { kmsKey: key.keyId, accessConfig: { networkConfigs: [{ subnet: subnetId }] } },
        rebalanceConfig: { mode: "AUTO_REBALANCE_ON_SCALE_UP" },
        deletionPolicy: protect ? "PREVENT" : "DELETE",
      },
      { ...child, protect, dependsOn: [project.api("managedkafka"), ...key.grants] },
    );
    const { clusterId: cluster } = this.cluster;
    this.topics = Object.entries(topics).map(
      ([topic, spec]) =>
        new gcp.managedkafka.Topic(
          `${name}-${topic}`,
          {
            topicId: topic,
            cluster,
            location: region,
            partitionCount: spec.partitions,
            replicationFactor: kafkaReplication(brokers).replicas,
            configs: topicSettings(spec, args),
          },
          { ...child, protect },
        ),
    );
    this.address = new GcpKafkaAddress(
      `${name}-address`,
      { cluster: this.cluster, project },
      child,
    ).bootstrapAddress;
  }

  /** Where clients begin: host and port. */
  get bootstrapServers(): pulumi.Output<string> {
    return pulumi.interpolate`${this.address}:${kafkaPort}`;
  }
}
