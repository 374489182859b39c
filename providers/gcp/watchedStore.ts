import type { PolicyOptions } from "./alertPolicy";

/** A store, or what keeps its backups, whose metrics are in Cloud Monitoring: it knows best what of them is worth an alarm. */
export interface WatchedStore {
  /** Makes its alert policies, named from `name`. */
  watch(name: string, policies: PolicyOptions): void;
}

/** Whether Cloud Monitoring knows a store: what runs in the cluster Prometheus watches. */
export function isWatched<T extends object>(store: T): store is T & WatchedStore {
  return "watch" in store;
}
