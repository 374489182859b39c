import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import {
  checkKafka,
  defaultMaxConsumerLag,
  type Kafka,
  type KafkaArgs,
  type KafkaUsers,
} from "../../components/data/kafka";
import type { Access, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import type { Destination } from "../../components/platform/networkPolicy";
import type { BacklogArgs, Trigger } from "../../components/scaling/backlog";
import { UnsupportedOnCloudError } from "../unsupported";
import type { PolicyOptions } from "./alertPolicy";
import { managedKafkaLag } from "./backlogs";
import { type Admitted, kafkaAcls } from "./kafkaAcls";
import { kafkaAlarms, kafkaReplicaAlarms } from "./kafkaAlarms";
import { GcpKafkaReplica } from "./kafkaReplica";
import { kafkaPort, leastKafkaBrokers, ManagedKafka } from "./managedKafka";
import { gcpNetwork } from "./network";
import type { GcpPlacement, GcpProject } from "./project";
import { gcpRecovery } from "./recovery";
import type { WatchedStore } from "./watchedStore";

/**
 * {@link Kafka} as Managed Service for Apache Kafka: addresses in our subnet only, TLS only, a token of the workload's account
 * to sign in. Who has signed in is bound by rules of Kafka's own, as IAM knows no topic.
 *
 * With a region for recovery a second cluster stands there, to which MirrorMaker copies topics, under the same names, and the
 * groups' offsets.
 */
export class GcpKafka extends pulumi.ComponentResource implements Kafka, WatchedStore {
  readonly bootstrapServers: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly needsCounter = true;
  private readonly kafka: ManagedKafka;
  private readonly replica?: GcpKafkaReplica;
  private readonly project: GcpProject;
  private readonly region: string;
  private readonly topics: readonly string[];
  private readonly name: string;
  private readonly users: Readonly<Record<string, Access>>;
  private readonly maxConsumerLag: number;
  /** Those who have been let in, by the names of their services. */
  private readonly admitted: Record<string, Admitted> = {};

  constructor(
    name: string,
    args: KafkaArgs & KafkaUsers & GcpPlacement,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("groundwork:gcp:Kafka", name, {}, opts);
    const { users, recovery, region, project, protect = true } = args;
    const { maxConsumerLag = defaultMaxConsumerLag } = args;
    checkKafka(args);
    if (args.version !== undefined) throw new UnsupportedOnCloudError("kafka.version");
    if (args.maxDiskGiB !== undefined) throw new UnsupportedOnCloudError("kafka.maxDiskGiB");
    const network = gcpNetwork(args.network);
    const sized = { ...args, brokers: Math.max(leastKafkaBrokers, args.brokers), protect };
    const child = { parent: this };

    this.kafka = new ManagedKafka(name, { ...sized, subnetId: network.endpointSubnetId }, child);
    if (recovery !== undefined) {
      const place = gcpRecovery(recovery);
      this.replica = new GcpKafkaReplica(`${name}-recovery`, { ...sized, place, source: this.kafka }, child);
    }

    this.name = name;
    this.project = project;
    this.users = users;
    this.maxConsumerLag = maxConsumerLag;
    this.topics = Object.keys(args.topics);
    this.region = region;
    this.bootstrapServers = this.kafka.bootstrapServers;
    this.destinations = [{ cidrs: network.dataCidrs, ports: [kafkaPort] }];
    this.connection = {
      KAFKA_BOOTSTRAP_SERVERS: this.bootstrapServers,
      KAFKA_SECURITY_PROTOCOL: pulumi.output("SASL_SSL"),
      // with a token of the workload's account, by Google's login callback handler
      KAFKA_SASL_MECHANISM: pulumi.output("OAUTHBEARER"),
    };
    this.registerOutputs({ bootstrapServers: this.bootstrapServers });
  }

  watch(name: string, policies: PolicyOptions): void {
    const { clusterId } = this.kafka.cluster;
    kafkaAlarms(name, { clusterId, maxConsumerLag: this.maxConsumerLag }, policies);
    if (this.replica !== undefined) {
      kafkaReplicaAlarms(name, { clusterId, copyId: this.replica.kafka.cluster.clusterId }, policies);
    }
  }

  /** Lets the identity connect; once all who name the store have been let in, makes the rules of what each may do. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<"KAFKA_GROUP_ID", pulumi.Output<string>>> {
    const { serviceAccount: user, principal } = to;
    if (this.users[user] !== access) {
      throw new Error(`grant: expected one of ${JSON.stringify(this.users)}, got ${access} of ${user}`);
    }
    const { project } = this;
    new gcp.projects.IAMMember(
      name,
      // the right to connect can be given on a project alone
      { project: project.projectId, role: "roles/managedkafka.client", member: principal },
      {
        ...pulumi.mergeOptions(opts, { dependsOn: [project.api("cloudresourcemanager")] }),
        provider: project.provider,
      },
    );
    this.admitted[user] = { principal, access };
    if (Object.keys(this.users).every((one) => one in this.admitted)) this.rule();
    return { KAFKA_GROUP_ID: pulumi.output(user) };
  }

  /** By the project's metrics: KEDA has no way to sign in to Google's brokers. */
  lag(_name: string, args: BacklogArgs & { readonly topic: string }): Trigger {
    return managedKafkaLag(this.project, this.kafka.cluster.clusterId, args);
  }

  /** Makes the rules, in the copy the same: who fails over finds them there. */
  private rule(): void {
    const { managedkafka: agent } = this.project.agents;
    const copied = this.replica !== undefined;
    const common = { topics: this.topics, admitted: this.admitted, agent, copied };
    for (const [kafka, location, key] of [
      [this.kafka, this.region, "acl"],
      ...(this.replica === undefined
        ? []
        : [[this.replica.kafka, this.replica.region, "recovery-acl"] as const]),
    ] as const) {
      kafkaAcls(
        `${this.name}-${key}`,
        { ...common, cluster: kafka.cluster.clusterId, location },
        { parent: this },
      );
    }
  }
}
