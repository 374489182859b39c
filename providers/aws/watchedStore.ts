import type * as pulumi from "@pulumi/pulumi";
import type { AlarmChannels } from "./alarmChannels";

/** A store, or what keeps its backups, whose metrics are in CloudWatch: it knows best what of them is worth an alarm. */
export interface WatchedStore {
  /** Makes its alarms, named from `name`, as children of `opts.parent`. */
  watch(name: string, channels: AlarmChannels, opts: { readonly parent: pulumi.Resource }): void;
}

/** Whether CloudWatch knows a store: what runs in the cluster Prometheus watches. */
export function isWatched<T extends object>(store: T): store is T & WatchedStore {
  return "watch" in store;
}
