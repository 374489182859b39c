/*
 * Elastic's stack in a cluster of no cloud, as its tests need it:
 *
 *   specOf(await stack(), "Logstash").count
 */
import assert from "node:assert/strict";
import { ElasticKinds } from "../../../components/data/elasticKinds";
import { ElasticStack, type ElasticStackArgs } from "../../../components/logging/elasticStack";
import { redactionsOf } from "../../../components/logging/redaction";
import type { Json, PlanResource } from "../../../preview/plan";
import { s3Snapshots } from "../../../providers/aws/searchSnapshots";
import { findAll, run } from "../../support/run";
import { snapshotBucket } from "../data/elasticsearchScene";
import { ClusterStub } from "../platform/clusterStub";
import { IdentityStub } from "../platform/cloudStubs";

export const kindTypes = {
  Elasticsearch: "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch",
  Kibana: "kubernetes:kibana.k8s.elastic.co/v1:Kibana",
  Logstash: "kubernetes:logstash.k8s.elastic.co/v1alpha1:Logstash",
  Beat: "kubernetes:beat.k8s.elastic.co/v1beta1:Beat",
} as const;

/** What is asked where a test says nothing else. */
export function stackArgs(args: Partial<ElasticStackArgs> = {}): ElasticStackArgs {
  const cluster = new ClusterStub("main");
  return {
    cluster,
    highlyAvailable: true,
    nodeSelector: { pool: "system" },
    dataNodeSelector: { pool: "application" },
    identify: (name, account, opts) => new IdentityStub(name, account, opts),
    identityEndpoints: [{ cidrs: ["169.254.170.23/32"], ports: [80] }],
    load: {
      logs: { gibPerDay: 10, retentionDays: 30, auditRetentionDays: 365 },
      highlyAvailable: true,
    },
    elasticKinds: new ElasticKinds("kinds", { providers: [cluster.provider] }).release,
    snapshotAccess: s3Snapshots("eu-west-1", "telemetry"),
    snapshotBucket,
    workloadCidrs: ["10.0.0.0/16"],
    systemNamespace: "shop",
    redact: redactionsOf(["bearerToken", "email"]),
    internalAuthority: "-----BEGIN CERTIFICATE-----",
    ...args,
  };
}

/** What it registers. */
export async function stack(
  args: (own: ElasticStackArgs) => Partial<ElasticStackArgs> = () => ({}),
): Promise<readonly PlanResource[]> {
  const made = await run(() => {
    const own = stackArgs();
    return new ElasticStack("shop-telemetry", { ...own, ...args(own) });
  });
  return made.resources;
}

/** What the operator is told of the one object of a kind. */
export function specOf(resources: readonly PlanResource[], kind: keyof typeof kindTypes): Tree {
  const found = findAll(resources, kindTypes[kind]);
  assert.equal(found.length, 1, kind);
  return at(found[0]?.inputs, "spec");
}

type Tree = Json | undefined;

/** A part of a tree, by keys and indices joined by dots. */
export function at(tree: Tree, path: string): Tree {
  return path.split(".").reduce<Tree>((part, key) => {
    if (typeof part !== "object" || part === null) return undefined;
    return (part as Readonly<Record<string, Json>>)[key];
  }, tree);
}

/** A list in a tree. */
export function listAt(tree: Tree, path: string): readonly Json[] {
  const found = at(tree, path);
  assert.ok(Array.isArray(found), path);
  return found as readonly Json[];
}
