import type { Board } from "./board";
import { anyIsBad, lines, sumIncrease } from "./promql";

/** The backups of the cluster's objects, which is what Velero keeps. */
export const backupsBoard: Board = {
  uid: "groundwork-backups",
  title: "Backups",
  description: "Backups of the cluster's objects: when the last was whole, and what failed.",
  folder: "Platform",
  tags: ["backups"],
  hours: 72,
  sections: [
    {
      title: "Backups",
      panels: [
        {
          title: "Since the last whole one",
          description: "How long ago each schedule last had all that it should.",
          unit: "dtdurations",
          min: 0,
          queries: lines({
            "{{schedule}}":
              'time() - max by (schedule) (velero_backup_last_successful_timestamp{schedule!=""})',
          }),
        },
        {
          title: "Failed within a day",
          description: "Backups that failed, or lack something.",
          unit: "none",
          min: 0,
          thresholds: anyIsBad,
          queries: lines({
            "{{schedule}} failed": sumIncrease('velero_backup_failure_total{schedule!=""}', "1d", "schedule"),
            "{{schedule}} lacks something": sumIncrease(
              'velero_backup_partial_failure_total{schedule!=""}',
              "1d",
              "schedule",
            ),
          }),
        },
        {
          title: "Objects",
          description:
            "Objects in the newest backup of each schedule: far fewer than before, and something is left out.",
          unit: "none",
          min: 0,
          queries: lines({
            "{{schedule}}": 'max by (schedule) (velero_backup_items_total{schedule!=""})',
          }),
        },
        {
          title: "Size",
          description: "Bytes of the newest backup of each schedule.",
          unit: "bytes",
          min: 0,
          queries: lines({
            "{{schedule}}": 'max by (schedule) (velero_backup_tarball_size_bytes{schedule!=""})',
          }),
        },
        {
          title: "Bucket in reach",
          description: "1 where Velero reaches the bucket.",
          unit: "none",
          kind: "stat",
          thresholds: [{ from: 1, color: "green" }],
          queries: lines({ bucket: "min(velero_backup_location_status_gauge)" }),
        },
        {
          title: "Restores within a day",
          description: "Restores that were tried, and those that failed.",
          unit: "none",
          min: 0,
          queries: lines({
            tried: sumIncrease("velero_restore_attempt_total", "1d"),
            failed: sumIncrease("velero_restore_failed_total", "1d"),
          }),
        },
      ],
    },
  ],
};
