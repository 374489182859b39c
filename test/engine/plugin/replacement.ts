import { isDeepStrictEqual } from "node:util";
import type * as aws from "@pulumi/aws";
import type * as gcp from "@pulumi/gcp";
import type * as kubernetes from "@pulumi/kubernetes";
import type { Json } from "../../../preview/plan";
import { replacements } from "../../../preview/replay/replacements";
import { type Replacing, replacing } from "../../../preview/replay/replacing";
import { typeOf } from "../../../preview/urn";
import { toPlain, type WireObject } from "../../../preview/wire";

/**
 * How the providers replace what they cannot change: stores, buckets, keys, networks and clusters as `preview/replay/` has
 * it of their schemas, and what goes without a loss of data but not without a trace: nodes (`ForceNew` in
 * hashicorp/terraform-provider-aws, internal/service/eks/node_group.go, and hashicorp/terraform-provider-google,
 * google/services/container) and jobs (pulumi/pulumi-kubernetes, provider/pkg/provider/diff.go). Any other type is changed
 * in place.
 */
const rules: Readonly<Record<string, Replacing>> = {
  ...replacements,
  "gcp:container/cluster:Cluster": withInputs(replacements["gcp:container/cluster:Cluster"], "nodeConfig"),
  "aws:eks/nodeGroup:NodeGroup": replacing<aws.eks.NodeGroupArgs>()(
    "amiType",
    "capacityType",
    "clusterName",
    "diskSize",
    "instanceTypes",
    "launchTemplate.id",
    "launchTemplate.name",
    "nodeGroupName",
    "nodeGroupNamePrefix",
    "nodeRoleArn",
    "remoteAccess",
    "subnetIds",
  ),
  "gcp:container/nodePool:NodePool": replacing<gcp.container.NodePoolArgs>()(
    "cluster",
    "initialNodeCount",
    "location",
    "name",
    "project",
  ),
  "kubernetes:batch/v1:Job": replacing<kubernetes.types.input.batch.v1.Job>()(
    "metadata.name",
    "metadata.namespace",
    "spec.completions",
    "spec.parallelism",
    "spec.selector",
    "spec.template",
  ),
};

/** A rule with an input of which the recorded releases say nothing. */
function withInputs({ inputs, allows }: Replacing, ...more: readonly string[]): Replacing {
  return { inputs: [...inputs, ...more], allows };
}

/** Inputs that are a resource's name in its cloud, which two of a kind can't have at once. */
const names: readonly string[] = [
  "backupVaultId",
  "bucket",
  "clusterId",
  "clusterIdentifier",
  "clusterName",
  "domainName",
  "identifier",
  "metadata.name",
  "name",
  "nodeGroupName",
  "replicationGroupId",
  "repositoryId",
  "secretId",
  "topicId",
];

/** One of these that is another resource's name, by the type that has it. */
const othersNames: Readonly<Record<string, string>> = { "aws:eks/nodeGroup:NodeGroup": "clusterName" };

/** What a change of inputs replaces, if anything. */
export interface Replacement {
  /** The inputs that make another resource of it; none for a change in place. */
  readonly keys: readonly string[];
  /** Whether the old one has to go first: as Pulumi's bridge says it where a name of the program's choice stays the same. */
  readonly deleteBefore: boolean;
}

/** How a real provider would take the change. */
export function replacementOf(urn: string, olds: WireObject, news: WireObject): Replacement {
  const type = typeOf(urn);
  const rule = rules[type];
  if (rule === undefined) return { keys: [], deleteBefore: false };
  const [was, is] = [toPlain(olds), toPlain(news)];
  const isSame = (path: string): boolean => isDeepStrictEqual(valueAt(was, path), valueAt(is, path));
  const keys = rule.inputs.filter(
    (path) => !isSame(path) && rule.allows[path]?.(jsonAt(was, path), jsonAt(is, path)) !== true,
  );
  const isNamed = names.some(
    (path) => othersNames[type] !== path && valueAt(is, path) !== undefined && isSame(path),
  );
  return { keys, deleteBefore: keys.length > 0 && isNamed };
}

/** Null for what is not given, or not known yet. */
function jsonAt(fields: unknown, path: string): Json {
  // inputs as the cloud has them are JSON
  return (valueAt(fields, path) ?? null) as Json;
}

function valueAt(fields: unknown, path: string): unknown {
  return path.split(".").reduce(fieldOf, fields);
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? new Map<string, unknown>(Object.entries(value)).get(key)
    : undefined;
}
