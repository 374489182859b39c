import type { Blueprint } from "../blueprints/blueprint";
import { kafkaVersions } from "../components/data/kafka";
import { maxRedisNodes } from "../components/data/redis";
import type { CompleteFile } from "./complete";
import { type ConfigProblem, show } from "./errors";
import type { StoreSpecs } from "./stores";

/** What of the stores no cloud can have, or what the rest of the stack has no room for. */
export function checkStores(file: CompleteFile, stores: StoreSpecs): ConfigProblem[] {
  return [
    ...checkPostgres(file, stores),
    ...checkRedis(stores),
    ...checkKafka(file, stores),
    ...checkMongo(file, stores),
  ];
}

/** Nodes of a server with read replicas: a zone for each, so that no zone takes two of them. */
const zonesForReplicas = 3;

/** Whatever the cloud, so that a stack can move to the other by `groundwork:cloud` alone. */
function checkPostgres({ network }: CompleteFile, { postgres }: StoreSpecs): ConfigProblem[] {
  if (postgres === undefined) return [];
  const { highAvailability, readReplicas } = postgres;
  if (readReplicas === 0) return [];
  const problems: ConfigProblem[] = [];
  if (!highAvailability) {
    problems.push({
      key: "postgres.readReplicas",
      expected: "0 where groundwork:postgres.highAvailability is false",
      got: show(readReplicas),
    });
  }
  if (network.zones < zonesForReplicas) {
    problems.push({
      key: "network.zones",
      expected: `at least ${zonesForReplicas} where groundwork:postgres.readReplicas is not 0`,
      got: show(network.zones),
    });
  }
  return problems;
}

/** What Atlas has to be told, and what an operator in the cluster can't do on Google Cloud. */
function checkMongo({ cloud, mongo: said, atlas }: CompleteFile, { mongo }: StoreSpecs): ConfigProblem[] {
  if (mongo === undefined) return [];
  if (mongo.hosting === "cluster") {
    // on AWS the operator has a bucket
    return cloud === "aws" || said?.backupRetentionDays === undefined
      ? []
      : [
          {
            key: "mongo.backupRetentionDays",
            expected:
              "no key where groundwork:mongo.hosting is cluster and groundwork:cloud is gcp, where its volumes are backed up as cluster.backupRetentionDays says",
            got: show(said.backupRetentionDays),
          },
        ];
  }
  const where = "where groundwork:mongo.hosting is atlas";
  if (atlas === undefined) {
    return [{ key: "atlas", expected: `organizationId and clientId ${where}`, got: "nothing" }];
  }
  return cloud === "gcp" && atlas.identityProvider === undefined
    ? [
        {
          key: "atlas.identityProvider",
          expected: `id and audience ${where} and groundwork:cloud is gcp`,
          got: "nothing",
        },
      ]
    : [];
}

function checkRedis({ redis }: StoreSpecs): ConfigProblem[] {
  if (redis === undefined) return [];
  const { shards, replicasPerShard, snapshotRetentionDays } = redis;
  const problems: ConfigProblem[] = [];
  // a failover needs somewhere to fail over to
  if (replicasPerShard === 0 && snapshotRetentionDays === 0 && shards > 1) {
    problems.push({
      key: "redis.snapshotRetentionDays",
      expected: "at least 1 where groundwork:redis.replicasPerShard is 0: a lost shard would have no copy",
      got: "0",
    });
  }
  const most = Math.floor(maxRedisNodes / (1 + replicasPerShard));
  if (shards > most) {
    problems.push({
      key: "redis.shards",
      expected: `at most ${most} with groundwork:redis.replicasPerShard ${replicasPerShard}: a cluster has ${maxRedisNodes} nodes at most`,
      got: show(shards),
    });
  }
  return problems;
}

/** Why Google's service is not told them. */
const unsupportedKafka = {
  version: "the service has one release at a time",
  maxDiskGiB: "what is written moves to Cloud Storage, and disks grow with diskGiB alone",
} as const;

/** What only one of those who can run the brokers has. */
function checkKafka({ cloud }: CompleteFile, { kafka }: StoreSpecs): ConfigProblem[] {
  if (kafka === undefined) return [];
  const { hosting, version, diskGiB, maxDiskGiB } = kafka;
  if (hosting === "cloud" && cloud === "gcp") {
    return (["version", "maxDiskGiB"] as const).flatMap((key) =>
      kafka[key] === undefined
        ? []
        : [
            {
              key: `kafka.${key}`,
              expected: `no key where groundwork:kafka.hosting is cloud and groundwork:cloud is gcp: ${unsupportedKafka[key]}`,
              got: show(kafka[key]),
            },
          ],
    );
  }
  const versions: readonly string[] = kafkaVersions[hosting];
  const problems: ConfigProblem[] = [];
  if (version !== undefined && !versions.includes(version)) {
    problems.push({
      key: "kafka.version",
      expected: `one of ${versions.join(", ")} where groundwork:kafka.hosting is ${hosting}`,
      got: show(version),
    });
  }
  if (maxDiskGiB !== undefined && (hosting === "cluster" || maxDiskGiB < diskGiB)) {
    problems.push({
      key: "kafka.maxDiskGiB",
      expected:
        hosting === "cluster"
          ? "no key where groundwork:kafka.hosting is cluster, whose disks grow with diskGiB alone"
          : `at least groundwork:kafka.diskGiB, ${diskGiB}`,
      got: show(maxDiskGiB),
    });
  }
  return problems;
}

/** A server in the cluster keeps objects no longer than the stack, with nodes that take its disk, and for its pods alone. */
export function checkBucket(
  { bucket: { hosting }, environment, dr, cloud, edge }: CompleteFile,
  blueprint: Blueprint,
): ConfigProblem[] {
  if (hosting !== "cluster") return [];
  const reasons: readonly (readonly [refused: boolean, where: string])[] = [
    [environment !== "dev", `groundwork:environment is ${environment}, whose data is protected`],
    [
      blueprint.podRuntime === "serverless",
      `groundwork:blueprint is ${blueprint.name}, whose pods run without nodes of ours`,
    ],
    [dr?.region[cloud] !== undefined, `groundwork:dr has a region of ${cloud}, which a copy is kept in`],
    [
      edge.enabled && blueprint.edge?.assets !== undefined,
      "groundwork:edge is enabled, which serves a folder of it",
    ],
  ];
  return reasons.flatMap(([refused, where]) =>
    refused ? [{ key: "bucket.hosting", expected: `cloud where ${where}`, got: show(hosting) }] : [],
  );
}
