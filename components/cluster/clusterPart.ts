import type { AlertRule } from "../platform/alertRules";

/** Where a cluster's own parts run. */
export const partsNamespace = "kube-system";

/**
 * A part of the cluster itself, which stands before Prometheus does: what answers with metrics there, and what of them is worth
 * an alert.
 */
export interface ClusterPart {
  /** Name of its monitor, in {@link partsNamespace}. */
  readonly monitor: string;
  /** Labels of its pods. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** The container's port: its name, or its number where it has none. */
  readonly port: string | number;
  /**
   * The same by its number, where its pods share their node's address: no traffic rule can name such pods.
   *
   * @default - its pods have addresses of their own
   */
  readonly nodePort?: number;
  /** By the alert's name. */
  readonly alerts: Readonly<Record<string, AlertRule>>;
}

/** What Prometheus calls a part that its monitor finds: the label `job`. */
export function jobOf({ monitor }: Pick<ClusterPart, "monitor">): string {
  return `${partsNamespace}/${monitor}`;
}
