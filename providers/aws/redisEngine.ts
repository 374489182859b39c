import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { AwsKey } from "./key";

/**
 * Valkey 8: what Redis 7.2 was before its licence changed, the same protocol, and a fifth cheaper on ElastiCache, which
 * offers no Redis above 7.1.
 */
export const redisEngine = { engine: "valkey", engineVersion: "8.2", family: "valkey8" } as const;

/** Port of every cluster. */
export const redisPort = 6379;

/** Times in UTC; a snapshot ends before maintenance begins, and the copy in another region is not maintained meanwhile. */
export const redisWindows = {
  primary: { snapshot: "03:00-04:00", maintenance: "sun:04:30-sun:05:30" },
  recovery: { snapshot: "01:00-02:00", maintenance: "sun:02:30-sun:03:30" },
} as const;

/** Ids of each shard's nodes, shard by shard: ElastiCache counts both from 1, in four digits and three. */
export function redisNodes(
  cacheName: pulumi.Output<string>,
  { shards, replicasPerShard }: { readonly shards: number; readonly replicasPerShard: number },
): readonly (readonly pulumi.Output<string>[])[] {
  return Array.from({ length: shards }, (_, shard) =>
    Array.from(
      { length: 1 + replicasPerShard },
      (__, node) => pulumi.interpolate`${cacheName}-${numbered(4, shard)}-${numbered(3, node)}`,
    ),
  );
}

function numbered(digits: number, place: number): string {
  return String(place + 1).padStart(digits, "0");
}

/** Slow commands and the engine's own log, kept encrypted and for a time. */
export function redisLogs(
  name: string,
  {
    key,
    retentionDays,
    protect,
  }: { readonly key: AwsKey; readonly retentionDays: number; readonly protect: boolean },
  opts: { readonly parent: pulumi.Resource },
): aws.types.input.elasticache.ReplicationGroupLogDeliveryConfiguration[] {
  return ["slow-log", "engine-log"].map((logType) => {
    const group = new aws.cloudwatch.LogGroup(
      `${name}-${logType}`,
      { retentionInDays: retentionDays, kmsKeyId: key.arn },
      { ...opts, protect },
    );
    return { logType, destinationType: "cloudwatch-logs", destination: group.name, logFormat: "json" };
  });
}
