import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { thresholds, type WatchedPage } from "../../components/governance/alarms";
import type { GcpProject } from "./project";
import { alertPolicy, type PolicyOptions } from "./alertPolicy";

/** Part of the answers that are right while a page is up, over all regions that ask. */
const leastAnswered = 0.5;

/** Asks for each page from all of Cloud Monitoring's regions, and alarms where half of the answers are not right. */
export function uptimeAlarms(
  name: string,
  pages: Readonly<Record<string, WatchedPage>>,
  { project: { projectId }, ...opts }: PolicyOptions & { readonly project: GcpProject },
): void {
  for (const [service, { host, path, ready }] of Object.entries(pages)) {
    const check = new gcp.monitoring.UptimeCheckConfig(
      `${name}-uptime-${service}`,
      {
        displayName: `${name}-uptime-${service}`,
        monitoredResource: { type: "uptime_url", labels: { project_id: projectId, host } },
        httpCheck: {
          path,
          port: 443,
          useSsl: true,
          validateSsl: true,
          acceptedResponseStatusCodes: [
            { statusClass: "STATUS_CLASS_2XX" },
            { statusClass: "STATUS_CLASS_3XX" },
          ],
        },
        // the shortest that there is
        period: "60s",
        timeout: "10s",
      },
      { parent: opts.parent, dependsOn: [...opts.notified.ready] },
    );
    alertPolicy(
      name,
      `uptime-${service}`,
      {
        severity: "critical",
        description: `Uptime: users do not get to https://${host}${path} (${service}).`,
        metric: {
          filter: pulumi.interpolate`metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND resource.type="uptime_url" AND metric.labels.check_id="${check.uptimeCheckId}"`,
          align: "ALIGN_FRACTION_TRUE",
          reduce: "REDUCE_MEAN",
          groupBy: ["resource.labels.host"],
        },
        limit: { below: leastAnswered },
        minutes: thresholds.pageDownMinutes,
      },
      // who asks needs nothing; who tells waits, and not by way of the check, or the engine would walk that way twice
      { ...opts, notified: { ...opts.notified, ready: [...opts.notified.ready, ...ready] } },
    );
  }
}
