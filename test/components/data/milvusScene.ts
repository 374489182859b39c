/*
 * Milvus in a cluster of no cloud, as its tests need it:
 *
 *   valuesOf(await vectors({ queryNodes: 3 })).queryNode
 */
import { Milvus } from "../../../components/data/milvus";
import type { MilvusArgs } from "../../../components/data/milvus";
import type { Json, PlanResource } from "../../../preview/plan";
import { givenNetwork } from "../../providers/aws/stacks";
import { find, run } from "../../support/run";
import { ClusterStub } from "../platform/clusterStub";
import { BucketStub, IdentityStub } from "../platform/cloudStubs";

export const releaseType = "kubernetes:helm.sh/v3:Release";
export const setType = "kubernetes:apps/v1:StatefulSet";
export const cronType = "kubernetes:batch/v1:CronJob";
export const jobType = "kubernetes:batch/v1:Job";
export const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
export const secretType = "kubernetes:core/v1:Secret";
export const certificateType = "kubernetes:cert-manager.io/v1:Certificate";

/** Milvus, as the tests ask for it. */
export function makeVectors(args: Partial<MilvusArgs> = {}): Milvus {
  return new Milvus("vectors", {
    network: givenNetwork("stores"),
    cluster: new ClusterStub("main"),
    namespace: "vectors",
    systemNamespace: "shop",
    nodeSelector: { pool: "application" },
    ready: [],
    identify: (name, account, opts) => new IdentityStub(name, account, opts),
    identityEndpoints: [],
    version: "2.6.19",
    queryNodes: 3,
    machine: { vcpus: 2, memoryGiB: 8 },
    cacheGiB: 20,
    highAvailability: true,
    backupRetentionDays: 30,
    restoreMinutes: 60,
    users: { "api-gateway": "readWrite", web: "read" },
    objectBucket: (name, opts) =>
      new BucketStub(name, { bucketName: "vectors-1234567", destinations: [] }, opts),
    objects: { cloudProvider: "aws", host: "s3.eu-west-1.amazonaws.com", region: "eu-west-1" },
    ...args,
  });
}

/** What it registers. */
export async function vectors(args: Partial<MilvusArgs> = {}): Promise<readonly PlanResource[]> {
  return (await run(() => makeVectors(args))).resources;
}

/** A value of what a resource is given, by its path. */
export function at(resource: PlanResource, path: string): Json | undefined {
  return path
    .split(".")
    .reduce<Json | undefined>(
      (value, key) =>
        typeof value === "object" && value !== null
          ? (value as Readonly<Record<string, Json>>)[key]
          : undefined,
      resource.inputs,
    );
}

/** What the chart is told, by its path. */
export function valueOf(resources: readonly PlanResource[], path: string): Json | undefined {
  return at(find(resources, releaseType, "vectors-release"), `values.${path}`);
}
