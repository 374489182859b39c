import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { thresholds, type WatchedPage } from "../../components/governance/alarms";
import { metricAlarm } from "./metricAlarm";

/** Seconds between two questions of one checker; there are over a dozen of them in eight regions. */
const intervalSeconds = 30;

/** Questions in a row that fail before a checker takes the page for down: Route 53's own default. */
const failures = 3;

/** Where the alarms are told, and what their names begin with. */
export interface UptimeAlarms {
  readonly topicArn: pulumi.Input<string>;
  readonly alarms: string;
  /** Whose children alarms are there. */
  readonly parent: pulumi.Resource;
}

/**
 * Asks for each page from Route 53's checkers, and alarms where fewer than 18 % of them get an answer (docs.aws.amazon.com,
 * Route 53, How Route 53 determines whether a health check is healthy). Its metrics, and so
 * the alarms, are in us-east-1 alone.
 */
export function uptimeAlarms(
  name: string,
  pages: Readonly<Record<string, WatchedPage>>,
  { topicArn, alarms, parent }: UptimeAlarms,
  opts: { readonly parent: pulumi.Resource },
): void {
  for (const [service, { host, path, ready }] of Object.entries(pages)) {
    const check = new aws.route53.HealthCheck(
      `${name}-uptime-${service}`,
      {
        type: "HTTPS",
        fqdn: host,
        port: 443,
        resourcePath: path,
        enableSni: true,
        requestInterval: intervalSeconds,
        failureThreshold: failures,
        tags: { Name: `${name}-uptime-${service}` },
      },
      opts,
    );
    metricAlarm(
      alarms,
      `uptime-${service}`,
      {
        severity: "critical",
        description: `Uptime: users do not get to https://${host}${path} (${service}).`,
        series: {
          healthy: {
            namespace: "AWS/Route53",
            metric: "HealthCheckStatus",
            statistic: "Minimum",
            dimensions: { HealthCheckId: check.id },
          },
        },
        limit: { below: 1 },
        minutes: thresholds.pageDownMinutes,
        periodMinutes: 1,
        topicArn,
      },
      // who asks needs nothing; who tells waits, and not by way of the check, or the engine would walk that way twice
      { parent, dependsOn: [...ready] },
    );
  }
}
