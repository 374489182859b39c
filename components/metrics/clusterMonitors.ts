import * as pulumi from "@pulumi/pulumi";
import { type ClusterPart, partsNamespace } from "../cluster/clusterPart";
import { ruleGroups } from "../platform/alertRules";
import { namespaces } from "../platform/names";
import { podMonitor } from "../platform/podMonitor";
import { afterAll } from "../platform/release";

/** Arguments of {@link ClusterMonitors}. */
export interface ClusterMonitorsArgs {
  readonly parts: readonly ClusterPart[];
}

/**
 * Has Prometheus scrape the cluster's own parts, which are there before it and before the kinds of its monitors, and alert on
 * them. Needs the monitoring stack's kinds.
 */
export class ClusterMonitors extends pulumi.ComponentResource {
  constructor(name: string, args: ClusterMonitorsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:metrics:ClusterMonitors", name, {}, opts);
    const { parts } = args;
    const child = afterAll({ parent: this }, opts, []);

    for (const { monitor, podLabels, port } of parts) {
      podMonitor(`${name}-${monitor}`, { namespace: partsNamespace, monitor, podLabels, port }, child);
    }
    ruleGroups(
      `${name}-alerts`,
      {
        // beside what watches every cluster
        namespace: namespaces.monitoring,
        object: "cluster-parts",
        groups: parts
          .filter(({ alerts }) => Object.keys(alerts).length > 0)
          .map(({ monitor, alerts }) => ({ rules: monitor, alerts })),
      },
      child,
    );
    this.registerOutputs({});
  }
}
