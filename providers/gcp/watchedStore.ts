import type { Store } from "../../components/data/store";
import type { PolicyOptions } from "./alertPolicy";

/** A store whose metrics are in Cloud Monitoring: it knows best what of them is worth an alarm. */
export interface WatchedStore {
  /** Makes its alert policies, named from `name`. */
  watch(name: string, policies: PolicyOptions): void;
}

/** Whether Cloud Monitoring knows a store: what runs in the cluster Prometheus watches. */
export function isWatched(store: Store): store is Store & WatchedStore {
  return "watch" in store;
}
