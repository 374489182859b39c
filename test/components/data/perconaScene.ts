/*
 * A set of Percona's operator in a cluster of no cloud, as its tests need it:
 *
 *   (await specOf({ nodes: 5 }))["replsets"]
 */
import assert from "node:assert/strict";
import type * as pulumi from "@pulumi/pulumi";
import { PerconaMongo, type PerconaMongoArgs } from "../../../components/data/perconaMongo";
import type { Json, PlanResource } from "../../../preview/plan";
import { s3Backups } from "../../../providers/aws/mongoBackups";
import { mongoArgs } from "../../providers/atlasScene";
import { givenNetwork } from "../../providers/aws/stacks";
import { find, run, type TestRunOptions } from "../../support/run";
import { ClusterStub } from "../platform/clusterStub";
import { IdentityStub } from "../platform/cloudStubs";
import { snapshotBucket } from "./elasticsearchScene";

export const setType = "kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB";
export const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
export const secretType = "kubernetes:core/v1:Secret";

export type Fields = Readonly<Record<string, Json>>;

/** The set, as the tests ask for it. */
export function makeSet(args: Partial<PerconaMongoArgs> = {}): PerconaMongo {
  return new PerconaMongo("mongo", {
    ...mongoArgs,
    network: givenNetwork("stores"),
    cluster: new ClusterStub("main"),
    namespace: "mongo",
    systemNamespace: "shop",
    nodeSelector: { pool: "application" },
    ready: [],
    identify: (name, account, opts) => new IdentityStub(name, account, opts),
    identityEndpoints: [],
    users: { api: "readWrite", web: "read" },
    ...args,
  });
}

/** What it registers. */
export async function set(
  args: Partial<PerconaMongoArgs> = {},
  options?: TestRunOptions,
): Promise<readonly PlanResource[]> {
  return (await run(() => makeSet(args), options)).resources;
}

/** What the operator is told. */
export async function specOf(args: Partial<PerconaMongoArgs> = {}): Promise<Fields> {
  return find(await set(args), setType, "mongo").inputs["spec"] as Fields;
}

/** Of its nodes. */
export async function nodesOf(args: Partial<PerconaMongoArgs> = {}): Promise<Fields> {
  const [nodes] = (await specOf(args))["replsets"] as readonly Fields[];
  assert.ok(nodes !== undefined);
  return nodes;
}

/** With a bucket for backups, of no cloud. */
export function backed(change: Partial<PerconaMongoArgs> = {}): Partial<PerconaMongoArgs> {
  const bucket = (name: string, opts: pulumi.ComponentResourceOptions) => snapshotBucket(name, opts);
  return { backupTo: { storage: s3Backups("eu-west-1"), bucket }, ...change };
}

/** What the operator is told of a set with a bucket. */
export async function backedSpec(change: Partial<PerconaMongoArgs> = {}): Promise<Fields> {
  return await specOf(backed(change));
}
