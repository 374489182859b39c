import type * as pulumi from "@pulumi/pulumi";
import type { Store } from "../../components/data/store";
import type { AlarmChannels } from "./alarmChannels";

/** A store whose metrics are in CloudWatch: it knows best what of them is worth an alarm. */
export interface WatchedStore {
  /** Makes its alarms, named from `name`, as children of `opts.parent`. */
  watch(name: string, channels: AlarmChannels, opts: { readonly parent: pulumi.Resource }): void;
}

/** Whether CloudWatch knows a store: what runs in the cluster Prometheus watches. */
export function isWatched(store: Store): store is Store & WatchedStore {
  return "watch" in store;
}
