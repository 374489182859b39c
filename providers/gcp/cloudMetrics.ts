import type { CloudMetrics } from "../../components/platform/cloudMetrics";
import { mayReadMetrics } from "./backlogs";
import type { GcpProject } from "./project";

/** Cloud Monitoring of a project, by the identity that Grafana's pod has of the node's agent. */
export function cloudMonitoringMetrics(project: GcpProject, projectId: string): CloudMetrics {
  return {
    uid: "stackdriver",
    title: "Cloud Monitoring",
    settings: { authenticationType: "gce", defaultProject: projectId },
    grant: (name, reader, opts) => {
      mayReadMetrics(name, reader, project, opts);
    },
  };
}
