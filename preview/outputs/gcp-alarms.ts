import type * as gcp from "@pulumi/gcp";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of what alarms on GCP are made of. */
export const outputs: OutputTable = {
  "gcp:monitoring/alertPolicy:AlertPolicy": computes<gcp.monitoring.AlertPolicy>()((r) => {
    const name = `projects/${r.project}/alertPolicies/${digits(r, 19)}`;
    return { id: name, name, project: r.project };
  }),
  "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig": computes<gcp.monitoring.UptimeCheckConfig>()((r) => {
    // an id is made of the display name
    const uptimeCheckId = `${r.name}-${r.hex(8)}`;
    const name = `projects/${r.project}/uptimeCheckConfigs/${uptimeCheckId}`;
    return { id: name, name, uptimeCheckId, project: r.project };
  }),
  "gcp:pubsub/subscription:Subscription": computes<gcp.pubsub.Subscription>()((r) => ({
    id: `projects/${r.project}/subscriptions/${r.autoName}`,
    name: r.autoName,
    project: r.project,
  })),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

function digits({ hex }: Registered, length: number): string {
  return [...hex(length)].map((digit) => Number.parseInt(digit, 16) % 10).join("");
}
