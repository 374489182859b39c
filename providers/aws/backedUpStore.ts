import type * as pulumi from "@pulumi/pulumi";
import type { Store } from "../../components/data/store";

/** A store that AWS Backup knows: an instance of RDS. It knows ElastiCache and MSK as little as what runs in the cluster. */
export interface BackedUpStore {
  readonly backedUp: {
    /** ARN of the instance that is written to. */
    readonly arn: pulumi.Output<string>;
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
