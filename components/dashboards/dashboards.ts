import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { namespaces } from "../platform/names";
import { type Board, folderAnnotation } from "./board";
import { renderBoard } from "./render";

/** What Grafana's sidecar looks for, in any namespace. */
export const dashboardLabel = { grafana_dashboard: "1" } as const;

/** Largest object of Kubernetes, bytes: etcd takes requests of 1.5 MiB, and a ConfigMap 1 MiB (kubernetes.io, ConfigMaps). */
const maxBytes = 2 ** 20;

/** Arguments of {@link Dashboards}. */
export interface DashboardsArgs {
  readonly boards: readonly Board[];
}

/** Dashboards as Grafana's sidecar finds them: a ConfigMap each. Needs the namespace of the monitoring stack. */
export class Dashboards extends pulumi.ComponentResource {
  constructor(name: string, { boards }: DashboardsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:dashboards:Dashboards", name, {}, opts);
    for (const board of boards) {
      const text = JSON.stringify(renderBoard(board));
      if (Buffer.byteLength(text) >= maxBytes) {
        throw new RangeError(`${board.uid}: expected fewer than ${maxBytes} bytes, got ${text.length}`);
      }
      const key = board.uid.replace(/^groundwork-/, "");
      new k8s.core.v1.ConfigMap(
        `${name}-${key}`,
        {
          metadata: {
            name: `dashboard-${key}`,
            namespace: namespaces.monitoring,
            labels: dashboardLabel,
            annotations: { [folderAnnotation]: board.folder },
          },
          data: { [`${board.uid}.json`]: text },
        },
        { parent: this },
      );
    }
    this.registerOutputs({ dashboards: boards.length });
  }
}
