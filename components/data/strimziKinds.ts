import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Name of the one cluster in its namespace; what the operator makes is named from it. */
export const strimziCluster = "kafka";

/** Group and version of the custom resources (strimzi-kafka-operator 1.2.0, crds/). */
const apiVersion = "kafka.strimzi.io/v1";

interface Resources {
  readonly requests: Readonly<Record<"cpu" | "memory", string>>;
  readonly limits: Readonly<Record<"cpu" | "memory", string>>;
}

interface PodTemplate {
  readonly affinity?: k8s.types.input.core.v1.Affinity;
  readonly topologySpreadConstraints?: readonly k8s.types.input.core.v1.TopologySpreadConstraint[];
  readonly priorityClassName?: string;
  readonly terminationGracePeriodSeconds?: number;
}

/** The parts of each kind's spec that we use, as the CRDs name them. */
export interface StrimziSpecs {
  readonly Kafka: {
    readonly kafka: {
      readonly version: string;
      readonly listeners: readonly {
        readonly name: string;
        readonly port: number;
        readonly type: "internal";
        readonly tls: true;
        readonly authentication: { readonly type: "scram-sha-512" };
      }[];
      readonly authorization: { readonly type: "simple" };
      readonly config: Readonly<Record<string, boolean | number>>;
      readonly rack: { readonly topologyKey: string };
      readonly metricsConfig: {
        readonly type: "strimziMetricsReporter";
        readonly values: { readonly allowList: readonly string[] };
      };
    };
    readonly clusterCa: { readonly validityDays: number; readonly renewalDays: number };
    /** Cron expressions of Quartz, UTC. */
    readonly maintenanceTimeWindows: readonly string[];
    readonly entityOperator: {
      readonly topicOperator: { readonly resources: Resources };
      readonly userOperator: {
        readonly watchedNamespace: string;
        readonly secretPrefix: string;
        readonly resources: Resources;
      };
      readonly template: { readonly pod: PodTemplate };
    };
    readonly kafkaExporter: {
      readonly topicRegex: string;
      readonly groupRegex: string;
      readonly resources: Resources;
      readonly template: { readonly pod: PodTemplate };
    };
  };
  readonly KafkaNodePool: {
    readonly replicas: number;
    readonly roles: readonly ("controller" | "broker")[];
    readonly storage: {
      readonly type: "jbod";
      readonly volumes: readonly {
        readonly id: number;
        readonly type: "persistent-claim";
        readonly size: string;
        readonly class: string;
        readonly deleteClaim: boolean;
        readonly kraftMetadata: "shared";
      }[];
    };
    readonly resources: Resources;
    readonly jvmOptions: { readonly "-Xms": string; readonly "-Xmx": string };
    readonly template: { readonly pod: PodTemplate };
  };
  readonly KafkaTopic: {
    readonly partitions: number;
    readonly replicas: number;
    readonly config: Readonly<Record<string, string>>;
  };
  readonly KafkaUser: {
    readonly authentication: { readonly type: "scram-sha-512" };
    readonly authorization: {
      readonly type: "simple";
      readonly acls: readonly {
        readonly resource: {
          readonly type: "topic" | "group";
          readonly name: string;
          readonly patternType: "literal";
        };
        readonly operations: readonly ("Describe" | "Read" | "Write")[];
      }[];
    };
    readonly quotas: { readonly requestPercentage: number };
  };
}

/** Arguments of {@link strimziResource}. */
export interface StrimziResourceArgs<Kind extends keyof StrimziSpecs> {
  readonly kind: Kind;
  readonly namespace: pulumi.Input<string>;
  /** Name in its namespace. */
  readonly objectName: string;
  readonly spec: StrimziSpecs[Kind];
  /**
   * Go on only once the operator has done what it says.
   *
   * @default false
   */
  readonly awaitReady?: boolean;
}

/** A custom resource of Strimzi; needs the chart's kinds, so `opts` must depend on its release. */
export function strimziResource<Kind extends keyof StrimziSpecs>(
  name: string,
  { kind, namespace, objectName, spec, awaitReady = false }: StrimziResourceArgs<Kind>,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion,
      kind,
      metadata: {
        name: objectName,
        namespace,
        labels: { "strimzi.io/cluster": strimziCluster },
        ...(awaitReady && { annotations: { "pulumi.com/waitFor": "condition=Ready" } }),
      },
      spec,
    },
    opts,
  );
}

/** Pods that the operator makes, by the labels that it gives them. */
export const strimziPods = {
  operator: { "strimzi.io/kind": "cluster-operator" },
  brokers: { "strimzi.io/name": `${strimziCluster}-kafka` },
  entityOperator: { "strimzi.io/name": `${strimziCluster}-entity-operator` },
  exporter: { "strimzi.io/name": `${strimziCluster}-kafka-exporter` },
} as const;

/**
 * Ports of the brokers, and of metrics (cluster-operator, KafkaCluster.java, MetricsModel.java, EntityTopicOperator.java,
 * EntityUserOperator.java).
 */
export const strimziPorts = {
  controlPlane: 9090,
  replication: 9091,
  clients: 9093,
  agent: 8443,
  metrics: 9404,
  operatorMetrics: 8080,
  topicOperatorMetrics: 8080,
  userOperatorMetrics: 8081,
} as const;
