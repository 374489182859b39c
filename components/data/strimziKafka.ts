import { onePrometheus } from "../metrics/metricsSource";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Access, CaBundle, SecretReference, WorkloadIdentity } from "../identity/workloadIdentity";
import { alertRules } from "../platform/alertRules";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, type Destination, tcp } from "../platform/networkPolicy";
import { podsAs } from "../workload/labels";
import { publishedAuthority } from "../platform/publishedAuthority";
import { type BacklogArgs, prometheusTrigger, type Trigger } from "../scaling/backlog";
import {
  checkKafka,
  defaultMaxConsumerLag,
  type Kafka,
  type KafkaArgs,
  kafkaReplication,
  topicSettings,
} from "./kafka";
import { guardKafka } from "./kafkaUpgrade";
import type { ClusterStorePlace } from "./store";
import { strimziAlerts } from "./strimziAlerts";
import { strimziCluster, strimziPods, strimziPorts, strimziResource } from "./strimziKinds";
import { strimziMonitors } from "./strimziMonitors";
import { strimziOperator } from "./strimziOperator";
import { kafkaSpec, nodePoolSpec, secretPrefix, strimziQuota, userSpec, leastVoters } from "./strimziSpecs";
import { strimziTraffic } from "./strimziTraffic";

/** Arguments of a {@link StrimziKafka}. */
export type StrimziKafkaArgs = KafkaArgs & ClusterStorePlace;

/**
 * {@link Kafka} by Strimzi, in a namespace of its own: brokers that are controllers as well, spread over zones, on volumes
 * under the cluster's key. Clients sign in by a password that the user operator makes and keeps in a Secret beside them, and
 * that nothing else has; the brokers' certificates are signed by an authority of this cluster alone.
 */
export class StrimziKafka extends pulumi.ComponentResource implements Kafka {
  readonly bootstrapServers: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundle: CaBundle;
  readonly needsCounter = false;
  private readonly namespace: pulumi.Output<string>;
  private readonly kafka: k8s.apiextensions.CustomResource;
  private readonly provider: k8s.Provider;
  private readonly topics: readonly string[];

  constructor(name: string, args: StrimziKafkaArgs, opts?: pulumi.ComponentResourceOptions) {
    const { cluster, namespace, systemNamespace, nodeSelector, ready } = args;
    const component = pulumi.mergeOptions(opts ?? {}, {
      providers: [cluster.provider],
      dependsOn: [...ready],
    });
    super("groundwork:data:StrimziKafka", name, {}, component);
    const { topics, maxConsumerLag = defaultMaxConsumerLag, protect = true } = args;
    checkKafka(args);
    const brokers = Math.max(leastVoters, args.brokers);
    const sized = { ...args, brokers, protect };

    const child = { parent: this };
    const place = new SecureNamespace(`${name}-namespace`, { namespace, quota: strimziQuota(sized) }, child);
    this.namespace = place.namespaceName;
    const release = strimziOperator(
      name,
      {
        namespace: this.namespace,
        userNamespace: systemNamespace,
        highlyAvailable: sized.brokers > 1,
        nodeSelector,
      },
      { ...component, parent: this },
    );
    const traffic = strimziTraffic(name, this.namespace, child);
    const after = { ...child, dependsOn: [release, ...traffic] };
    const pool = strimziResource(
      `${name}-brokers`,
      {
        kind: "KafkaNodePool",
        namespace: this.namespace,
        objectName: "brokers",
        spec: nodePoolSpec(sized, cluster.storageClassName),
      },
      { ...after, protect },
    );
    this.kafka = strimziResource(
      name,
      {
        kind: "Kafka",
        namespace: this.namespace,
        objectName: strimziCluster,
        spec: kafkaSpec(sized),
        awaitReady: true,
      },
      { ...after, dependsOn: [...after.dependsOn, pool], protect, hooks: guardKafka(name) },
    );
    for (const [topic, spec] of Object.entries(topics)) {
      strimziResource(
        `${name}-${topic}`,
        {
          kind: "KafkaTopic",
          namespace: this.namespace,
          objectName: topic,
          spec: {
            partitions: spec.partitions,
            replicas: kafkaReplication(brokers).replicas,
            config: topicSettings(spec, sized),
          },
        },
        { ...child, dependsOn: [this.kafka], protect },
      );
    }
    strimziMonitors(name, this.namespace, { ...child, dependsOn: [...ready] });
    alertRules(
      `${name}-alerts`,
      {
        namespace: this.namespace,
        rules: "kafka",
        alerts: strimziAlerts({ namespace, brokers, vcpus: args.machine.vcpus, maxConsumerLag }),
      },
      { ...child, dependsOn: [...ready] },
    );

    this.provider = cluster.provider;
    this.topics = Object.keys(topics);
    this.bootstrapServers = this.namespace.apply(
      (own) => `${strimziCluster}-kafka-bootstrap.${own}.svc:${strimziPorts.clients}`,
    );
    this.destinations = [{ namespace, podLabels: strimziPods.brokers, ports: [strimziPorts.clients] }];
    this.connection = {
      KAFKA_BOOTSTRAP_SERVERS: this.bootstrapServers,
      KAFKA_SECURITY_PROTOCOL: pulumi.output("SASL_SSL"),
      KAFKA_SASL_MECHANISM: pulumi.output("SCRAM-SHA-512"),
    };
    this.caBundle = {
      variable: "KAFKA_CA_FILE",
      pem: publishedAuthority(
        `${name}-authority`,
        { namespace: this.namespace, secret: `${strimziCluster}-cluster-ca-cert`, owner: this.kafka },
        child,
      ),
    };
    this.registerOutputs({ bootstrapServers: this.bootstrapServers });
  }

  /** Makes a user in the workload's own namespace, where the operator puts its password, and lets its pods through. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<
    Record<"KAFKA_GROUP_ID" | "KAFKA_USERNAME", pulumi.Output<string>> &
      Record<"KAFKA_PASSWORD", SecretReference>
  > {
    const { namespace, serviceAccount: user } = to;
    const { provider } = this;
    allowTraffic(
      `${name}-in`,
      {
        namespace: this.namespace,
        policy: `from-${user}`,
        podLabels: strimziPods.brokers,
        ingress: [
          {
            from: podsAs(to),
            ports: tcp(strimziPorts.clients),
          },
        ],
      },
      { ...opts, provider },
    );
    strimziResource(
      name,
      {
        kind: "KafkaUser",
        namespace,
        objectName: user,
        spec: userSpec(user, this.topics, access),
        awaitReady: true,
      },
      { ...opts, provider, dependsOn: [this.kafka] },
    );
    return {
      KAFKA_GROUP_ID: pulumi.output(user),
      KAFKA_USERNAME: pulumi.output(user),
      KAFKA_PASSWORD: { secretName: `${secretPrefix}${user}`, key: "password" },
    };
  }

  /** As the exporter tells it to Prometheus: who counts needs neither a password nor a way to the brokers. */
  lag(
    _name: string,
    { consumer, topic, messages, metricsUrl = onePrometheus.url }: BacklogArgs & { readonly topic: string },
  ): Trigger {
    return prometheusTrigger({
      serverAddress: metricsUrl,
      query: pulumi.interpolate`sum(kafka_consumergroup_lag{namespace="${this.namespace}",consumergroup="${consumer}",topic="${topic}"})`,
      threshold: messages,
    });
  }
}
