import type * as k8s from "@pulumi/kubernetes";
import type { Access } from "../identity/workloadIdentity";
import type { NamespaceQuota } from "../platform/namespace";
import { platformPriority } from "../platform/priorities";
import { spreadOver } from "../platform/spread";
import { brokerSettings, type KafkaArgs, kafkaVersions } from "./kafka";
import type { ClusterStorePlace } from "./store";
import { strimziPods, strimziPorts, type StrimziSpecs } from "./strimziKinds";

/** The newest patch of each release that the pinned operator runs (strimzi-kafka-operator 1.2.0, kafka-versions.yaml). */
const patches: Readonly<Record<(typeof kafkaVersions.cluster)[number], string>> = {
  "4.3": "4.3.1",
  "4.2": "4.2.1",
};

/** What the names of users' Secrets begin with, in the namespace of the workloads. */
export const secretPrefix = "kafka-";

/**
 * Of a broker's threads for network and requests, 3 and 8 as Kafka comes, percent of one: half, so that no workload has a
 * broker to itself.
 */
const mostOfThreads = 550;

/** What runs beside the brokers: requests and limits. */
export const besideBrokers = {
  requests: { cpu: "100m", memory: "512Mi" },
  limits: { cpu: "500m", memory: "512Mi" },
} as const;

/** Fewest brokers of which a majority is left when one is lost: each is a controller as well. */
export const leastVoters = 3;

/** What the objects are made from. */
export type StrimziSize = Pick<
  KafkaArgs & ClusterStorePlace,
  "version" | "brokers" | "machine" | "diskGiB" | "retentionHours" | "nodeSelector" | "systemNamespace"
> & { readonly protect: boolean };

/** Room for the brokers, and for what runs beside them. */
export function strimziQuota({ brokers, machine, diskGiB }: StrimziSize): NamespaceQuota {
  // limits: two operators of 1 CPU, and one more while they roll; topic and user operator and exporter half of one each, and
  // twice while they roll
  const extra = { cpu: 6, memoryGiB: 5 };
  const room = {
    cpu: String(brokers * machine.vcpus + extra.cpu),
    memory: `${brokers * machine.memoryGiB + extra.memoryGiB}Gi`,
  };
  return { requests: room, limits: room, pods: brokers + 7, storageGiB: brokers * diskGiB };
}

/** On nodes with the labels; of them any where there are none. */
function onNodes(nodeSelector: Readonly<Record<string, string>>): {
  readonly affinity?: k8s.types.input.core.v1.Affinity;
} {
  const matchExpressions = Object.entries(nodeSelector).map(([key, value]) => ({
    key,
    operator: "In",
    values: [value],
  }));
  if (matchExpressions.length === 0) return {};
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions }] },
      },
    },
  };
}

/** The brokers: their machines, disks and places. */
export function nodePoolSpec(
  { brokers, machine, diskGiB, nodeSelector, protect }: StrimziSize,
  storageClass: string,
): StrimziSpecs["KafkaNodePool"] {
  const size = { cpu: String(machine.vcpus), memory: `${machine.memoryGiB}Gi` };
  // the other half is the page cache, from which consumers that keep up are served
  const heap = `${machine.memoryGiB * 512}m`;
  return {
    replicas: brokers,
    roles: ["controller", "broker"],
    storage: {
      type: "jbod",
      volumes: [
        {
          id: 0,
          type: "persistent-claim",
          size: `${diskGiB}Gi`,
          class: storageClass,
          deleteClaim: !protect,
          kraftMetadata: "shared",
        },
      ],
    },
    resources: { requests: size, limits: size },
    jvmOptions: { "-Xms": heap, "-Xmx": heap },
    template: {
      pod: {
        ...onNodes(nodeSelector),
        priorityClassName: platformPriority,
        topologySpreadConstraints: spreadOver(strimziPods.brokers, "required"),
        // leaders move away and logs are closed before it goes
        terminationGracePeriodSeconds: 120,
      },
    },
  };
}

/** The cluster that they make, and what runs beside it. */
export function kafkaSpec(sized: StrimziSize): StrimziSpecs["Kafka"] {
  const { version = kafkaVersions.cluster[0], systemNamespace, nodeSelector } = sized;
  const pod = { ...onNodes(nodeSelector), priorityClassName: platformPriority };
  return {
    kafka: {
      version: patchOf(version),
      listeners: [
        {
          name: "tls",
          port: strimziPorts.clients,
          type: "internal",
          tls: true,
          authentication: { type: "scram-sha-512" },
        },
      ],
      authorization: { type: "simple" },
      config: brokerSettings(sized),
      rack: { topologyKey: "topology.kubernetes.io/zone" },
      metricsConfig: {
        type: "strimziMetricsReporter",
        values: {
          allowList: [
            "kafka_controller.*",
            "kafka_server.*",
            "kafka_cluster_partition.*",
            "kafka_network.*",
            "jvm.*",
          ],
        },
      },
    },
    // clients hold the authority: it outlives the updates that would bring them another
    clusterCa: { validityDays: 3650, renewalDays: 365 },
    // certificates are renewed, and brokers restarted for it, on Sundays from 02:00 to 03:59
    maintenanceTimeWindows: ["* * 2-3 ? * SUN *"],
    entityOperator: {
      topicOperator: { resources: besideBrokers },
      userOperator: { watchedNamespace: systemNamespace, secretPrefix, resources: besideBrokers },
      template: { pod },
    },
    kafkaExporter: { topicRegex: ".*", groupRegex: ".*", resources: besideBrokers, template: { pod } },
  };
}

function patchOf(version: string): string {
  const patch = Object.entries(patches).find(([release]) => release === version)?.[1];
  if (patch === undefined) {
    throw new RangeError(`version: expected one of ${Object.keys(patches).join(", ")}, got ${version}`);
  }
  return patch;
}

/** A workload as the brokers know it: its own group of consumers, and the topics. */
export function userSpec(user: string, topics: readonly string[], access: Access): StrimziSpecs["KafkaUser"] {
  return {
    authentication: { type: "scram-sha-512" },
    authorization: {
      type: "simple",
      acls: [
        ...topics.map((topic) => ({
          resource: { type: "topic", name: topic, patternType: "literal" } as const,
          operations:
            access === "readWrite"
              ? (["Describe", "Read", "Write"] as const)
              : (["Describe", "Read"] as const),
        })),
        {
          resource: { type: "group", name: user, patternType: "literal" },
          operations: ["Describe", "Read"],
        },
      ],
    },
    quotas: { requestPercentage: mostOfThreads },
  };
}
