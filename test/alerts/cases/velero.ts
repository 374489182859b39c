import type { AlertCases } from "../cases";

const success = "velero_backup_last_successful_timestamp";

/** Counters of backups that failed, partly failed or were refused, of a schedule. */
const failures = (values: readonly [string, string, string]): Readonly<Record<string, string>> => ({
  'velero_backup_failure_total{schedule="velero-daily"}': values[0],
  'velero_backup_partial_failure_total{schedule="velero-daily"}': values[1],
  'velero_backup_validation_failure_total{schedule="velero-daily"}': values[2],
});

export const velero: AlertCases = {
  "velero-failed": {
    fires: [
      { series: failures(["0x10 1x20", "0x30", "0x30"]), at: "20m", labels: { schedule: "velero-daily" } },
      { series: failures(["0x30", "0x30", "0x10 1x20"]), at: "20m", labels: { schedule: "velero-daily" } },
    ],
    silent: [
      // what failed long ago, and what somebody made by hand
      { series: failures(["3x200", "7x200", "0x200"]), at: "3h" },
      {
        series: {
          'velero_backup_failure_total{schedule=""}': "0x10 1x20",
          'velero_backup_partial_failure_total{schedule=""}': "0x30",
          'velero_backup_validation_failure_total{schedule=""}': "0x30",
        },
        at: "20m",
      },
    ],
  },
  "velero-late": {
    fires: [
      { series: { [`${success}{schedule="velero-daily"}`]: "0x60" }, at: "28h30m", interval: "30m" },
      // the controller is away, and with it what it tells
      { series: { [`${success}{schedule="velero-daily"}`]: "0x10 _x300" }, at: "2h20m" },
    ],
    silent: [
      { series: { [`${success}{schedule="velero-daily"}`]: "0x60" }, at: "28h", interval: "30m" },
      // the first daily backup is hours away, and there are hourly ones
      { series: { [`${success}{schedule="velero-hourly"}`]: "0+60x300" }, at: "5h" },
    ],
  },
  "velero-location": {
    fires: {
      series: { 'velero_backup_location_status_gauge{backup_location_name="default"}': "1x4 0x20" },
      at: "20m",
      labels: { backup_location_name: "default" },
    },
    silent: {
      series: { 'velero_backup_location_status_gauge{backup_location_name="default"}': "1x4 0x13 1x9" },
      at: "20m",
    },
  },
};
