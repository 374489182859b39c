/*
 * Elasticsearch in a cluster of no cloud, as its tests need it:
 *
 *   specOf(await index({ dataNodes: 3 })).nodeSets
 */
import type * as pulumi from "@pulumi/pulumi";
import { ElasticKinds, elasticKindsOnce } from "../../../components/data/elasticKinds";
import { Elasticsearch } from "../../../components/data/elasticsearch";
import type { SearchArgs } from "../../../components/data/search";
import type { PlanResource } from "../../../preview/plan";
import { s3Snapshots } from "../../../providers/aws/searchSnapshots";
import { givenNetwork } from "../../providers/aws/stacks";
import { find, run, type TestRunOptions } from "../../support/run";
import { ClusterStub } from "../platform/clusterStub";
import { BucketStub, IdentityStub } from "../platform/cloudStubs";

export const objectType = "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch";
export const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
export const secretType = "kubernetes:core/v1:Secret";

interface NodeSet {
  readonly name: string;
  readonly count: number;
  readonly config: Readonly<Record<string, unknown>>;
  readonly zoneAwareness: object;
  readonly podTemplate: {
    readonly spec: {
      readonly securityContext: Readonly<Record<string, unknown>>;
      readonly containers: readonly {
        readonly resources: Readonly<Record<string, unknown>>;
        readonly env?: readonly { readonly name: string; readonly value: string }[];
        readonly volumeMounts?: unknown;
      }[];
      readonly volumes?: unknown;
      readonly nodeSelector?: Readonly<Record<string, string>>;
    };
  };
  readonly volumeClaimTemplates: readonly { readonly spec: Readonly<Record<string, unknown>> }[];
}
interface Spec {
  readonly version: string;
  readonly auth: {
    readonly disableElasticUser: boolean;
    readonly roles: readonly { readonly secretName: string }[];
    readonly fileRealm: readonly { readonly secretName: string }[];
  };
  readonly http?: unknown;
  readonly volumeClaimDeletePolicy: string;
  readonly nodeSets: readonly NodeSet[];
}

/** Where snapshots go. */
export function snapshotBucket(name: string, opts: pulumi.ComponentResourceOptions): BucketStub {
  return new BucketStub(name, { bucketName: "snapshots-1234567", destinations: [] }, opts);
}

/** The index, as the tests ask for it. */
export function makeIndex(args: Partial<SearchArgs> = {}): Elasticsearch {
  const cluster = new ClusterStub("main");
  const { provider } = cluster;
  return new Elasticsearch("index", {
    network: givenNetwork("stores"),
    cluster,
    namespace: "search",
    systemNamespace: "shop",
    nodeSelector: { pool: "application" },
    ready: [],
    identify: (name, account, opts) => new IdentityStub(name, account, opts),
    identityEndpoints: [],
    hosting: "cluster",
    openSearchVersion: "3.3",
    elasticsearchVersion: "9.4.3",
    dataNodes: 6,
    masterNodes: 3,
    machine: { vcpus: 2, memoryGiB: 8 },
    diskGiB: 200,
    rebuildMinutes: 60,
    users: { api: "readWrite", web: "read" },
    snapshotRetentionDays: 30,
    snapshotBucket,
    elasticKinds: elasticKindsOnce(() => new ElasticKinds("kinds", { providers: [provider] })),
    snapshotAccess: s3Snapshots("eu-west-1"),
    ...args,
  });
}

/** What it registers. */
export async function index(
  args: Partial<SearchArgs> = {},
  options?: TestRunOptions,
): Promise<readonly PlanResource[]> {
  return (await run(() => makeIndex(args), options)).resources;
}

/** What the operator is told. */
export function specOf(resources: readonly PlanResource[]): Spec {
  // of our own making, and compared part by part
  return find(resources, objectType, "index").inputs["spec"] as unknown as Spec;
}
