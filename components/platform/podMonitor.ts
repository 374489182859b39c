import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { customResource } from "./customResource";
import { scrapeSeconds } from "./monitoringSize";

/** Arguments of {@link podMonitor}. */
export interface PodMonitorArgs {
  readonly namespace: pulumi.Input<string>;
  /** Name of the monitor in its namespace. */
  readonly monitor: string;
  readonly podLabels: Readonly<Record<string, string>>;
  /** The container's port: its name, or its number where it has none. */
  readonly port: string | number;
  /** @default "/metrics" */
  readonly path?: string;
}

/** Has Prometheus scrape pods; needs the monitoring stack's kinds, so `opts` must depend on it. */
export function podMonitor(
  name: string,
  { namespace, monitor, podLabels, port, path = "/metrics" }: PodMonitorArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const model = new PodMonitor({
    metadata: { name: monitor },
    spec: {
      selector: { matchLabels: { ...podLabels } },
      podMetricsEndpoints: [
        {
          ...(typeof port === "number" ? { targetPort: port } : { port }),
          path,
          interval: `${scrapeSeconds}s`,
        },
      ],
    },
  });
  return customResource(name, { model, namespace }, opts);
}
