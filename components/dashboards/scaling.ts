import type { Board, Section } from "./board";
import { anyIsBad, fullness, lines, sumIncrease } from "./promql";

/** What the dashboard has to know of a stack's scaling. */
export interface ScalingFacts {
  /** Of the system. */
  readonly namespace: string;
  readonly keda: boolean;
}

/** What scales, how far it is from its bounds, and what keeps it from it. */
export function scalingBoard({ namespace, keda }: ScalingFacts): Board {
  const here = `namespace="${namespace}"`;
  return {
    uid: "groundwork-scaling",
    title: "Scaling",
    description: "How many pods each service has of those that it may have, and what waits for more.",
    folder: "System",
    tags: ["scaling"],
    hours: 24,
    sections: [
      {
        title: "Pods",
        panels: [
          {
            title: "Pods",
            description: "Pods that each autoscaler keeps.",
            unit: "none",
            min: 0,
            queries: lines({
              "{{horizontalpodautoscaler}}": `kube_horizontalpodautoscaler_status_current_replicas{${here}}`,
            }),
          },
          {
            title: "Of the most that it may have",
            description: "At 1 more load makes the service slow: raise its `replicas.max`.",
            unit: "percentunit",
            min: 0,
            max: 1,
            thresholds: fullness,
            queries: lines({
              "{{horizontalpodautoscaler}}": `kube_horizontalpodautoscaler_status_current_replicas{${here}} / kube_horizontalpodautoscaler_spec_max_replicas{${here}}`,
            }),
          },
          {
            title: "Wanted and not there",
            description:
              "Pods that autoscalers want beyond those that are there: they wait for nodes or for the quota.",
            unit: "none",
            min: 0,
            thresholds: anyIsBad,
            queries: lines({
              "{{horizontalpodautoscaler}}": `kube_horizontalpodautoscaler_status_desired_replicas{${here}} - kube_horizontalpodautoscaler_status_current_replicas{${here}} > 0`,
            }),
          },
          {
            title: "Can't scale",
            description: "Autoscalers that do not know what to scale by, or that may not.",
            unit: "none",
            min: 0,
            thresholds: anyIsBad,
            queries: lines({
              "{{horizontalpodautoscaler}}: {{condition}}": `max by (horizontalpodautoscaler, condition) (kube_horizontalpodautoscaler_status_condition{${here},condition=~"AbleToScale|ScalingActive",status="false"}) > 0`,
            }),
          },
        ],
      },
      ...(keda ? [events] : []),
    ],
  };
}

const events: Section = {
  title: "By what waits",
  panels: [
    {
      title: "What is counted",
      description: "What KEDA counts for each service: messages that wait, or the answer of a query.",
      unit: "short",
      min: 0,
      queries: lines({
        "{{scaledObject}}: {{metric}}": "max by (scaledObject, metric) (keda_scaler_metrics_value)",
      }),
    },
    {
      title: "Not counted within an hour",
      description:
        "Counts that failed: the store is away, or KEDA is not let in. Pods stay as many as they were.",
      unit: "none",
      min: 0,
      thresholds: anyIsBad,
      queries: lines({
        "{{scaledObject}}: {{scaler}}": sumIncrease(
          "keda_scaler_detail_errors_total",
          "1h",
          "scaledObject",
          "scaler",
        ),
      }),
    },
    {
      title: "How long a count takes",
      description: "Seconds until what is counted answers.",
      unit: "s",
      min: 0,
      queries: lines({
        "{{scaledObject}}: {{metric}}": "max by (scaledObject, metric) (keda_scaler_metrics_latency_seconds)",
      }),
    },
    {
      title: "Paused",
      description: "What does not scale as somebody has paused it.",
      unit: "none",
      min: 0,
      thresholds: [{ from: 1, color: "yellow" }],
      queries: lines({ "{{scaledObject}}": "max by (scaledObject) (keda_scaled_object_paused) > 0" }),
    },
  ],
};
