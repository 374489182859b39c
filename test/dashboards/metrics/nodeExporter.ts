import type { Exporter } from "./exporter";

/** Nodes, where they are ours. */
export const nodeExporter: Exporter = {
  source: "prometheus/node_exporter v1.12.1: collector",
  there: ({ monitoring }) => monitoring.nodeExporter?.enabled !== false,
  series: {
    node_disk_read_bytes_total: ["device"],
    node_disk_written_bytes_total: ["device"],
    node_filesystem_avail_bytes: ["device", "fstype", "mountpoint"],
    node_filesystem_readonly: ["device", "fstype", "mountpoint"],
    node_filesystem_size_bytes: ["device", "fstype", "mountpoint"],
    node_nf_conntrack_entries: [],
    node_nf_conntrack_entries_limit: [],
    node_uname_info: ["domainname", "machine", "nodename", "release", "sysname", "version"],
    node_vmstat_oom_kill: [],
  },
};
