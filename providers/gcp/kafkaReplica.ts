import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { kafkaReplication } from "../../components/data/kafka";
import { physicalName } from "../../components/names";
import { parseCidr } from "../../components/network/cidr";
import { ManagedKafka, type ManagedKafkaArgs } from "./managedKafka";
import type { GcpRecoveryPlace } from "./recovery";

/** Arguments of a {@link GcpKafkaReplica}. */
export interface GcpKafkaReplicaArgs extends Omit<ManagedKafkaArgs, "region" | "subnetId"> {
  readonly place: GcpRecoveryPlace;
  /** What is copied. */
  readonly source: ManagedKafka;
}

/** Largest prefix of the subnet that connectors reach the network from: 1024 addresses. */
const maxWorkerPrefix = 22;

/** The least that a cluster of connectors takes, and 4 GiB a vCPU. */
const workers = { vcpus: 3, memoryGiB: 12 } as const;

/** Longest id of a cluster of connectors, and of a connector. */
const maxName = 63;

/** How long a task that failed waits before it is started again, at first and at most, seconds. */
const restart = { least: 60, most: 600 } as const;

/** How often groups' offsets are copied, seconds. */
const offsetsEverySeconds = 60;

/**
 * A second cluster in another region, under a key of that region, and connectors of MirrorMaker beside it that copy topics into
 * it, with their names and settings, and the offsets of their groups, so that consumers go on where they were. They only read
 * in the first. https://cloud.google.com/managed-service-for-apache-kafka/docs/connect-cluster/create-mirrormaker-connector
 */
export class GcpKafkaReplica extends pulumi.ComponentResource {
  readonly region: string;
  readonly kafka: ManagedKafka;

  constructor(name: string, args: GcpKafkaReplicaArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:KafkaReplica", name, {}, opts);
    const { place, source, brokers, topics, project } = args;
    const { region, endpointSubnetId: subnetId, endpointCidr } = place;
    if (parseCidr(endpointCidr).prefix > maxWorkerPrefix) {
      throw new RangeError(
        `recovery.cidr: expected a block whose quarter is a /${maxWorkerPrefix} or larger, which connectors of Kafka take, got a quarter of ${endpointCidr}`,
      );
    }
    const child = { parent: this };

    this.kafka = new ManagedKafka(name, { ...args, region, subnetId }, child);
    const { cluster } = this.kafka;
    const connect = new gcp.managedkafka.ConnectCluster(
      name,
      {
        connectClusterId: physicalName(maxName, name),
        kafkaCluster: cluster.id,
        location: region,
        capacityConfig: {
          vcpuCount: String(workers.vcpus),
          memoryBytes: String(workers.memoryGiB * 2 ** 30),
        },
        gcpConfig: {
          accessConfig: {
            networkConfigs: [
              {
                primarySubnet: subnetId,
                dnsDomainNames: [domainOf(source.address), domainOf(this.kafka.address)],
              },
            ],
          },
        },
      },
      { ...child, dependsOn: [project.api("managedkafka")] },
    );
    const { replicas } = kafkaReplication(brokers);
    const between = {
      "replication.policy.class": "org.apache.kafka.connect.mirror.IdentityReplicationPolicy",
      "offset-syncs.topic.location": "target",
      ...side("source", source),
      ...side("target", this.kafka),
    };
    const connectors = {
      source: {
        "connector.class": "org.apache.kafka.connect.mirror.MirrorSourceConnector",
        topics: Object.keys(topics).join(","),
        "replication.factor": String(replicas),
        "offset-syncs.topic.replication.factor": String(replicas),
        "sync.topic.configs.enabled": "true",
        // they are made there by the program
        "sync.topic.acls.enabled": "false",
        "tasks.max": String(workers.vcpus),
      },
      checkpoint: {
        "connector.class": "org.apache.kafka.connect.mirror.MirrorCheckpointConnector",
        groups: ".*",
        "checkpoints.topic.replication.factor": String(replicas),
        "emit.checkpoints.interval.seconds": String(offsetsEverySeconds),
        "sync.group.offsets.enabled": "true",
        "sync.group.offsets.interval.seconds": String(offsetsEverySeconds),
        "tasks.max": "1",
      },
    };
    for (const [key, configs] of Object.entries(connectors)) {
      const connectorId = physicalName(maxName, name, key);
      new gcp.managedkafka.Connector(
        `${name}-${key}`,
        {
          connectorId,
          connectCluster: connect.connectClusterId,
          location: region,
          configs: { ...between, ...configs, name: connectorId },
          taskRestartPolicy: {
            minimumBackoff: `${restart.least}s`,
            maximumBackoff: `${restart.most}s`,
          },
        },
        { ...child, dependsOn: [...source.topics, ...this.kafka.topics] },
      );
    }

    this.region = region;
    this.registerOutputs({ bootstrapServers: this.kafka.bootstrapServers });
  }
}

/** Domain of a cluster's names: that of its bootstrap address without the first label. */
function domainOf(address: pulumi.Output<string>): pulumi.Output<string> {
  return address.apply((host) => host.slice(host.indexOf(".") + 1));
}

/** How a connector reaches one of the clusters: as the service's own agent, with a token of it. */
function side(
  alias: "source" | "target",
  { bootstrapServers }: ManagedKafka,
): Readonly<Record<string, pulumi.Input<string>>> {
  const cluster = `${alias}.cluster`;
  return {
    [`${cluster}.alias`]: alias,
    [`${cluster}.bootstrap.servers`]: bootstrapServers,
    [`${cluster}.security.protocol`]: "SASL_SSL",
    [`${cluster}.sasl.mechanism`]: "OAUTHBEARER",
    [`${cluster}.sasl.login.callback.handler.class`]:
      "com.google.cloud.hosted.kafka.auth.GcpLoginCallbackHandler",
    [`${cluster}.sasl.jaas.config`]:
      "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
  };
}
