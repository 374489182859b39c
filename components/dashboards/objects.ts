import type { Section } from "./board";
import { fullness, lines, quantile, sumRate } from "./promql";

/** The bucket in the cluster, by SeaweedFS' own metrics. */
export function objectSections(namespace: string): readonly Section[] {
  const here = `namespace="${namespace}"`;
  return [
    {
      title: "Requests",
      panels: [
        {
          title: "Requests",
          description:
            "Requests a second by their answer: 403 are clients without the right, 5xx the server's own failures.",
          unit: "reqps",
          min: 0,
          stacked: true,
          queries: lines({ "{{code}}": sumRate(`SeaweedFS_s3_request_total{${here}}`, "code") }),
        },
        {
          title: "Slowest hundredth",
          description: "How long all but one in a hundred requests take, by what they ask for.",
          unit: "s",
          min: 0,
          queries: lines({
            "{{type}}": quantile(0.99, `SeaweedFS_s3_request_seconds_bucket{${here}}`, "type"),
          }),
        },
        {
          title: "Received",
          description: "Bytes a second that are written to each bucket.",
          unit: "Bps",
          min: 0,
          queries: lines({
            "{{bucket}}": sumRate(`SeaweedFS_s3_bucket_traffic_received_bytes_total{${here}}`, "bucket"),
          }),
        },
        {
          title: "Disk",
          description: "How full the server's disk is.",
          unit: "percentunit",
          min: 0,
          max: 1,
          thresholds: fullness,
          queries: lines({
            "{{persistentvolumeclaim}}": `max by (persistentvolumeclaim) (kubelet_volume_stats_used_bytes{${here}} / kubelet_volume_stats_capacity_bytes{${here}})`,
          }),
        },
      ],
    },
  ];
}
