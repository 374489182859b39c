import * as pulumi from "@pulumi/pulumi";
import type { AtlasAccess } from "../../components/data/atlas";
import type { MongoArgs } from "../../components/data/mongo";
import type { Json, PlanResource } from "../../preview/plan";
import { find, findAll } from "../support/run";

/** Full token of a type of Atlas. */
export function atlasType(name: string): string {
  return `mongodbatlas:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;
}

/** What tests say of MongoDB: what S1 and S4 ask of production. */
export const mongoArgs: Omit<MongoArgs, "network"> = {
  version: "8.0",
  machine: { vcpus: 4, memoryGiB: 16 },
  diskGiB: 80,
  nodes: 3,
  backupRetentionDays: 30,
};

/** An organisation of Atlas, its secrets as the config hands them over. */
export function atlasAccess(change: Partial<AtlasAccess> = {}): AtlasAccess {
  return {
    organizationId: "5f0000000000000000000001",
    clientId: "mdb_sa_id_5f0000000000000000000002",
    clientSecret: pulumi.secret("client-secret"),
    alertEmail: "platform@example.com",
    identityProvider: { id: "5f0000000000000000000003", audience: "https://atlas.example.com" },
    ...change,
  };
}

/** Inputs of the one cluster. */
export function clusterOf(resources: readonly PlanResource[]): PlanResource {
  return find(resources, atlasType("AdvancedCluster"));
}

/** Regions of the cluster's nodes: name, priority in an election, tier, nodes. */
export function regionsOf(resources: readonly PlanResource[]): readonly (readonly (Json | undefined)[])[] {
  const [spec] = clusterOf(resources).inputs["replicationSpecs"] as readonly {
    readonly regionConfigs: readonly Readonly<Record<string, Json>>[];
  }[];
  return (spec?.regionConfigs ?? []).map(({ regionName, priority, electableSpecs }) => {
    const { instanceSize, nodeCount } = electableSpecs as Readonly<Record<string, Json>>;
    return [regionName, priority, instanceSize, nodeCount];
  });
}

/** Alerts by their names, without those of the resource before them. */
export function alertsOf(
  resources: readonly PlanResource[],
  prefix: string,
): ReadonlyMap<string, Readonly<Record<string, Json>>> {
  return new Map(
    findAll(resources, atlasType("AlertConfiguration")).map(({ name, inputs }) => [
      name.replace(prefix, ""),
      inputs,
    ]),
  );
}
