import type * as pulumi from "@pulumi/pulumi";
import type { Store } from "../../components/data/store";

/** Groups of one region with which a restored server is what its source is. RDS gives it its own defaults otherwise. */
export interface RestoreGroups {
  /** Name of the parameters. */
  readonly parameterGroup: pulumi.Output<string>;
  /** Name of the engine's options, where it has any that are not its own. */
  readonly optionGroup?: pulumi.Output<string>;
}

/** A store that AWS Backup knows: an instance of RDS. It knows ElastiCache and MSK as little as what runs in the cluster. */
export interface BackedUpStore {
  readonly backedUp: {
    /** ARN of the instance that is written to. */
    readonly arn: pulumi.Output<string>;
    /** By region: the store's own, and the one that takes over where it has a replica there. */
    readonly groups: Readonly<Record<string, RestoreGroups>>;
  };
}

/** The store as AWS Backup knows it. */
export function backedUpStore(store: Store): BackedUpStore {
  if (!("backedUp" in store)) {
    throw new Error(`backups: expected a store that AWS Backup knows, got a ${store.constructor.name}`);
  }
  // only classes of this folder have it, each as the interface says
  return store as Store & BackedUpStore;
}

/** The groups with which the store is restored in that region. */
export function groupsIn(region: string, { backedUp: { groups } }: BackedUpStore): RestoreGroups {
  const found = groups[region];
  if (found === undefined) {
    const regions = Object.keys(groups).join(" and ");
    throw new Error(
      `backups: expected a store with parameters in ${region}, got one with those of ${regions}`,
    );
  }
  return found;
}
