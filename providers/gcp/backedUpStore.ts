import type * as gcp from "@pulumi/gcp";
import type { Store } from "../../components/data/store";

/** A store whose databases can be exported, and restored from a backup: a server of Cloud SQL. */
export interface BackedUpStore {
  /** Instance that is written to. */
  readonly backedUp: gcp.sql.DatabaseInstance;
}

/** The store as Cloud SQL has it. */
export function backedUpStore(store: Store): BackedUpStore {
  if (!("backedUp" in store)) {
    throw new Error(`backups: expected a server of Cloud SQL, got a ${store.constructor.name}`);
  }
  // only classes of this folder have it, each as the interface says
  return store as Store & BackedUpStore;
}
