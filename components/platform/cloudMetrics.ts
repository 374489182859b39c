import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../identity/workloadIdentity";
import type { Destination } from "./networkPolicy";

/** How Grafana reads what the cloud itself measures of what it runs, by the identity of its own pod: there is no key. */
export interface CloudMetrics {
  /** As dashboards name it; also the type of Grafana's plugin, which comes with it. */
  readonly uid: "cloudwatch" | "stackdriver";
  /** What it is called in Grafana. */
  readonly title: string;
  /** Settings of its type (`jsonData`); none is secret. */
  readonly settings: Readonly<Record<string, string>>;
  /** Lets the identity read all metrics, and change none. */
  readonly grant: (name: string, reader: WorkloadIdentity, opts: pulumi.CustomResourceOptions) => void;
}

/** The same, with who Grafana is to the cloud. */
export interface ReadCloudMetrics extends Pick<CloudMetrics, "uid" | "title" | "settings"> {
  readonly serviceAccountAnnotations: pulumi.Input<Record<string, string>>;
  /** Where the pod fetches its credentials, on the node. */
  readonly identityEndpoints: readonly Destination[];
}

/** Service account that the chart gives Grafana, by the names of our release and of its part. */
export const grafanaServiceAccount = "kube-prometheus-stack-grafana";

/** The chart's values for it. */
export function cloudMetricsValues({
  uid,
  title,
  settings,
  serviceAccountAnnotations,
}: ReadCloudMetrics): Record<string, unknown> {
  return {
    serviceAccount: { annotations: serviceAccountAnnotations },
    additionalDataSources: [
      { name: title, uid, type: uid, access: "proxy", editable: false, jsonData: settings },
    ],
  };
}
