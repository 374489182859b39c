import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Arguments of {@link podMonitor}. */
export interface PodMonitorArgs {
  readonly namespace: pulumi.Input<string>;
  /** Name of the monitor in its namespace. */
  readonly monitor: string;
  readonly podLabels: Readonly<Record<string, string>>;
  /** Name of the container's port. */
  readonly port: string;
  /** @default "/metrics" */
  readonly path?: string;
}

/** The part of monitoring.coreos.com/v1 PodMonitor's spec that we use. */
interface PodMonitorSpec {
  readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly podMetricsEndpoints: readonly {
    readonly port: string;
    readonly path: string;
    readonly interval: string;
  }[];
}

/** Has Prometheus scrape pods; needs the monitoring stack's kinds, so `opts` must depend on it. */
export function podMonitor(
  name: string,
  { namespace, monitor, podLabels, port, path = "/metrics" }: PodMonitorArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const spec: PodMonitorSpec = {
    selector: { matchLabels: podLabels },
    podMetricsEndpoints: [{ port, path, interval: "30s" }],
  };
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "monitoring.coreos.com/v1",
      kind: "PodMonitor",
      metadata: { name: monitor, namespace },
      spec,
    },
    opts,
  );
}
