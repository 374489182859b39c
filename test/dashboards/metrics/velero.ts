import { chart, type Exporter } from "./exporter";

/** Velero. */
export const velero: Exporter = {
  source: "vmware-tanzu/velero v1.18.1: pkg/metrics/metrics.go",
  there: chart("velero"),
  series: {
    velero_backup_failure_total: ["schedule"],
    velero_backup_items_total: ["schedule"],
    velero_backup_last_successful_timestamp: ["schedule"],
    velero_backup_partial_failure_total: ["schedule"],
    velero_backup_tarball_size_bytes: ["schedule"],
    velero_backup_validation_failure_total: ["schedule"],
    velero_restore_attempt_total: ["schedule"],
    velero_restore_failed_total: ["schedule"],
    velero_backup_location_status_gauge: ["backup_location_name"],
  },
};
