import * as assert from "node:assert/strict";
import { blueprints } from "../../blueprints/catalogue";
import { type BlueprintName, blueprintNames } from "../../blueprints/names";
import { type Cloud, clouds } from "../../components/cloud";
import type { Json, PlanResource } from "../../preview/plan";
import { production, textsAt, valuesAt } from "./production";

const types = {
  cache: { aws: "aws:elasticache/replicationGroup:ReplicationGroup", gcp: "gcp:redis/cluster:Cluster" },
  bucket: { aws: "aws:s3/bucket:Bucket", gcp: "gcp:storage/bucket:Bucket" },
} as const;

/** Redis of each system in prod, as `../shared/systems.md` asks for it (S1.2, S2.2, S3.3, S4.2). */
const caches = {
  "seo-platform": { shards: 3, replicas: 1, node: { aws: "cache.m7g.large", gcp: "REDIS_STANDARD_SMALL" } },
  explico: { shards: 2, replicas: 1, node: { aws: "cache.m7g.large", gcp: "REDIS_STANDARD_SMALL" } },
  // the class of cache.r6g.xlarge, three nodes
  suuupra: { shards: 1, replicas: 2, node: { aws: "cache.r7g.xlarge", gcp: "REDIS_HIGHMEM_XLARGE" } },
  gainsly: { shards: 2, replicas: 1, node: { aws: "cache.m7g.large", gcp: "REDIS_STANDARD_SMALL" } },
} as const satisfies Partial<Record<BlueprintName, object>>;

/** The region that takes over in Pulumi.prod.yaml. */
const there: Readonly<Record<Cloud, string>> = { aws: "us-west-2", gcp: "us-west1" };

describe("Redis and buckets in production", () => {
  for (const cloud of clouds) {
    for (const name of blueprintNames) {
      describe(`of ${name} on ${cloud}`, () => {
        let resources: readonly PlanResource[] = [];
        before(async () => {
          resources = await production(name, cloud);
        });
        const named = (end: string) => resources.filter(({ name: one }) => one.endsWith(end));
        const at = (end: string, type: string, path: string): readonly (Json | undefined)[] =>
          valuesAt(named(end), type, path);

        if (name in caches) {
          const { shards, replicas, node } = caches[name as keyof typeof caches];
          const nodes = shards * (1 + replicas);

          it(`have ${nodes} nodes of ${node[cloud]} in cluster mode, with snapshots of 30 days`, () => {
            const cache = types.cache[cloud];
            const [paths, kept] =
              cloud === "aws"
                ? [["nodeType", "numNodeGroups", "replicasPerNodeGroup"], "snapshotRetentionLimit"]
                : [["nodeType", "shardCount", "replicaCount"], "automatedBackupConfig.retention"];
            assert.deepEqual(
              paths.flatMap((path) => at("-redis", cache, path)),
              [node[cloud], shards, replicas],
            );
            assert.deepEqual(at("-redis", cache, kept), [cloud === "aws" ? 30 : `${30 * 86_400}s`]);
          });

          it("have a cluster that follows in the other region, under a key there", () => {
            const key = cloud === "aws" ? "kmsKeyId" : "kmsKey";
            const [found = "", ...others] = textsAt(
              resources.filter(({ name: one }) => /-redis-recovery(-[0-9a-f]{7})?$/.test(one)),
              types.cache[cloud],
              key,
            );
            assert.deepEqual(others, []);
            assert.match(found, new RegExp(`[:/]${there[cloud]}[:/]`));
          });

          it("let in the services that name them, and no other", () => {
            const users = resources
              .filter(({ type }) =>
                cloud === "aws"
                  ? type === "aws:elasticache/user:User"
                  : type === "gcp:projects/iAMMember:IAMMember",
              )
              .flatMap(({ name: one }) => /-system-(.+)-identity-redis$/.exec(one)?.slice(1, 2) ?? []);
            const listing = Object.entries(blueprints[name].services)
              .filter(([, { stores = {} }]) => "redis" in stores)
              .map(([service]) => service);
            assert.deepEqual([...users].sort(), [...listing].sort());
          });
        }

        it("keep objects in both regions", () => {
          if (cloud === "gcp") {
            assert.deepEqual(at("-bucket", types.bucket.gcp, "customPlacementConfig.dataLocations"), [
              ["US-EAST1", "US-WEST1"],
            ]);
            assert.deepEqual(at("-bucket", types.bucket.gcp, "rpo"), ["ASYNC_TURBO"]);
            assert.deepEqual(at("-bucket-recovery", types.bucket.gcp, "location"), [there.gcp]);
            assert.deepEqual(at("-bucket-recovery", types.bucket.gcp, "retentionPolicy"), [
              { isLocked: true, retentionPeriod: String(30 * 86_400) },
            ]);
            return;
          }
          const rule = "rules.*.destination.replicationTime.time.minutes";
          assert.deepEqual(
            at("-bucket-replication", "aws:s3/bucketReplicationConfig:BucketReplicationConfig", rule),
            [15],
          );
          assert.deepEqual(
            at(
              "-bucket-recovery-lock",
              "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
              "rule.defaultRetention",
            ),
            [{ mode: "COMPLIANCE", days: 30 }],
          );
        });
      });
    }
  }
});
