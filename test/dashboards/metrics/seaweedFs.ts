import { type Exporter, histogram, monitor } from "./exporter";

/** The bucket in the cluster. */
export const seaweedFs: Exporter = {
  source: "seaweedfs/seaweedfs 4.x: weed/stats/metrics.go",
  there: monitor("objects/objects"),
  series: {
    SeaweedFS_s3_request_total: ["type", "code", "bucket"],
    ...histogram("SeaweedFS_s3_request_seconds", "type", "bucket"),
    SeaweedFS_s3_bucket_traffic_received_bytes_total: ["bucket"],
  },
};
