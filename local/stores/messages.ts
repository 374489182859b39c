import type { Blueprint } from "../../blueprints/blueprint";
import type { QueueSpec } from "../../components/data/queue";
import { fromEnvironmentFile, healthcheck } from "../composeFile";
import { completed, healthy, images, type LocalStore } from "./store";

/** One node that has all slots: clients speak to it as to the cloud's cluster. */
export function redis(): LocalStore {
  const password = "REDIS_PASSWORD";
  const environment = { REDIS_PASSWORD: fromEnvironmentFile(password) };
  const client = 'valkey-cli -h redis -a "$$REDIS_PASSWORD" --no-auth-warning';
  const server = [
    'exec valkey-server --requirepass "$$REDIS_PASSWORD" --dir /data --appendonly yes --cluster-enabled yes',
    "--cluster-announce-hostname redis --cluster-preferred-endpoint-type hostname",
  ].join(" ");
  return {
    containers: {
      redis: {
        image: images.redis,
        command: ["sh", "-c", server],
        environment,
        volumes: ["redis:/data"],
        healthcheck: healthcheck(`${client} ping | grep -q PONG`),
      },
      "redis-slots": {
        image: images.redis,
        command: [
          "sh",
          "-c",
          `${client} cluster info | grep -q cluster_slots_assigned:16384 || ${client} cluster addslotsrange 0 16383`,
        ],
        environment,
        depends_on: { redis: { condition: healthy } },
        once: true,
      },
    },
    ready: { redis: healthy, "redis-slots": completed },
    environment: () => ({
      REDIS_HOST: "redis",
      REDIS_PORT: "6379",
      REDIS_TLS: "false",
      REDIS_CLUSTER: "true",
      REDIS_USERNAME: "default",
      REDIS_PASSWORD: fromEnvironmentFile(password),
    }),
    passwords: [password],
  };
}

/** One broker without ZooKeeper, which asks nobody who they are, and the topics, which nobody else can make. */
export function kafka({ topics }: Pick<NonNullable<Blueprint["stores"]["kafka"]>, "topics">): LocalStore {
  const scripts = "/opt/kafka/bin";
  const create = Object.entries(topics).map(
    ([topic, { partitions }]) =>
      `${scripts}/kafka-topics.sh --bootstrap-server kafka:9092 --create --if-not-exists --topic ${topic} --partitions ${partitions} --replication-factor 1`,
  );
  return {
    containers: {
      kafka: {
        image: images.kafka,
        environment: {
          KAFKA_NODE_ID: "1",
          KAFKA_PROCESS_ROLES: "broker,controller",
          KAFKA_LISTENERS: "PLAINTEXT://:9092,CONTROLLER://:9093",
          KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://kafka:9092",
          KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
          KAFKA_CONTROLLER_LISTENER_NAMES: "CONTROLLER",
          KAFKA_CONTROLLER_QUORUM_VOTERS: "1@kafka:9093",
          KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false",
          KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: "1",
          KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: "1",
          KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: "1",
          KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: "0",
          KAFKA_LOG_DIRS: "/var/lib/kafka/data",
        },
        volumes: ["kafka:/var/lib/kafka/data"],
        healthcheck: healthcheck(
          `${scripts}/kafka-broker-api-versions.sh --bootstrap-server kafka:9092 > /dev/null`,
        ),
      },
      "kafka-topics": {
        image: images.kafka,
        entrypoint: ["sh", "-ec"],
        command: [create.join("\n")],
        depends_on: { kafka: { condition: healthy } },
        once: true,
      },
    },
    ready: { kafka: healthy, "kafka-topics": completed },
    environment: (service) => ({
      KAFKA_BOOTSTRAP_SERVERS: "kafka:9092",
      KAFKA_SECURITY_PROTOCOL: "PLAINTEXT",
      KAFKA_GROUP_ID: service,
    }),
    passwords: [],
  };
}

/** ElasticMQ, which speaks as SQS does, with the queues of the system, each with one for what was put aside. */
export function queues(specs: Readonly<Record<string, QueueSpec>>): LocalQueues {
  const account = "000000000000";
  const address = `http://queues:${queuesPort}`;
  return {
    content: queuesConfig(specs),
    containers: {
      queues: { image: images.queues, configs: [{ source: "queues", target: "/opt/elasticmq.conf" }] },
    },
    // its image has nothing to ask it with
    ready: { queues: "service_started" },
    environment: () => ({
      AWS_ENDPOINT_URL_SQS: address,
      // it asks nobody who they are, and the SDK does not begin without
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    }),
    urlOf: (queue) => `${address}/${account}/${queue}`,
    passwords: [],
  };
}

/** Where ElasticMQ answers as SQS does. */
const queuesPort = 9324;

/** {@link queues}, with what each of them is told. */
export interface LocalQueues extends LocalStore {
  readonly content: string;
  readonly urlOf: (queue: string) => string;
}

/** What ElasticMQ is told, in HOCON (https://github.com/softwaremill/elasticmq). */
function queuesConfig(specs: Readonly<Record<string, QueueSpec>>): string {
  const one = ([name, { workSeconds, maxDeliveries, delivery }]: readonly [string, QueueSpec]) => [
    `  "${name}" {`,
    `    defaultVisibilityTimeout = ${workSeconds} seconds`,
    ...(delivery === "exactlyOnce" ? ["    fifo = true"] : []),
    `    deadLettersQueue { name = "${name}-aside", maxReceiveCount = ${maxDeliveries} }`,
    "  }",
    `  "${name}-aside" {${delivery === "exactlyOnce" ? " fifo = true " : ""}}`,
  ];
  return [
    'include classpath("application.conf")',
    `node-address { protocol = http, host = "queues", port = ${queuesPort}, context-path = "" }`,
    `rest-sqs { enabled = true, bind-port = ${queuesPort}, bind-hostname = "0.0.0.0", sqs-limits = strict }`,
    "queues {",
    ...Object.entries(specs).flatMap(one),
    "}",
    "",
  ].join("\n");
}
