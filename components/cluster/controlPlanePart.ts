/** A part of a managed control plane that the API server shows the metrics of. */
export interface ControlPlanePart {
  /** What it is called: the monitoring stack's chart has rules for each. */
  readonly part: "kubeScheduler" | "kubeControllerManager";
  /** Where the API server has its metrics. */
  readonly path: string;
  /** Who may read them there, as a role says it. */
  readonly resource: { readonly apiGroup: string; readonly name: string };
}
