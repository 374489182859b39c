import { typeOf } from "../../../preview/urn";
import type { WireObject } from "../../../preview/wire";
import { changedKeys } from "./diff";

/** How the provider of a type replaces what it cannot change. */
interface Rule {
  /** Inputs of which a change makes another resource, by their path. */
  readonly inputs: readonly string[];
  /** The input that is its name in the cloud, which two of a kind can't have at once. */
  readonly name: string;
}

/**
 * The types whose replacement the tests speak of, and what a change of one must leave standing. The inputs are those that
 * the providers' own schemas mark `ForceNew` (hashicorp/terraform-provider-aws, internal/service/eks/node_group.go and
 * cluster.go; hashicorp/terraform-provider-google, google/services/container). Any other type is changed in place.
 */
const rules: Readonly<Record<string, Rule>> = {
  "aws:eks/nodeGroup:NodeGroup": {
    inputs: [
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
    ],
    name: "nodeGroupName",
  },
  "aws:eks/cluster:Cluster": { inputs: ["name", "roleArn", "kubernetesNetworkConfig"], name: "name" },
  "gcp:container/nodePool:NodePool": {
    inputs: ["cluster", "initialNodeCount", "location", "name", "project"],
    name: "name",
  },
  "gcp:container/cluster:Cluster": {
    inputs: ["initialNodeCount", "location", "name", "network", "nodeConfig", "subnetwork"],
    name: "name",
  },
};

/** What a change of inputs replaces, if anything. */
export interface Replacement {
  /** The inputs that make another resource of it; none for a change in place. */
  readonly keys: readonly string[];
  /** Whether the old one has to go first: as Pulumi's bridge says it where a name of the program's choice stays the same. */
  readonly deleteBefore: boolean;
}

/** How a real provider would take the change. */
export function replacementOf(urn: string, olds: WireObject, news: WireObject): Replacement {
  const rule = rules[typeOf(urn)];
  if (rule === undefined) return { keys: [], deleteBefore: false };
  const keys = rule.inputs.filter((path) => isChanged(path.split("."), olds, news));
  const isNamed = news[rule.name] !== undefined && !isChanged([rule.name], olds, news);
  return { keys, deleteBefore: keys.length > 0 && isNamed };
}

function isChanged([key = "", ...rest]: readonly string[], olds: WireObject, news: WireObject): boolean {
  if (rest.length > 0) return isChanged(rest, fieldsIn(olds, key), fieldsIn(news, key));
  return changedKeys(olds, news).includes(key);
}

function fieldsIn(fields: WireObject, key: string): WireObject {
  const value = fields[key];
  // lists are ruled out, which the compiler can't see of read-only ones
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as WireObject) : {};
}
