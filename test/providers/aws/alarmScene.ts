/*
 * Alarms on everything that they can watch, as the tests of alarms need them:
 *
 *   const { result, resources } = await makeAlarms({ audit: true });
 */
import * as pulumi from "@pulumi/pulumi";
import type { Alarms, AlarmsArgs } from "../../../components/governance/alarms";
import type { Egress } from "../../../components/network/network";
import { awsProvider } from "../../../providers/aws";
import { type Ran, run, type TestRunOptions } from "../../support/run";
import { here } from "./stacks";

export const routingKey = "0123456789abcdef0123456789abcdef";
export const webhook = "https://hooks.slack.com/services/T000/B000/XXXXXXXX";
export const onCall = {
  email: "ops@example.com",
  pagerDutyRoutingKey: pulumi.secret(routingKey),
  slackWebhookUrl: pulumi.secret(webhook),
};

/** What of it a test changes. */
export interface Scene {
  readonly name?: string;
  /** @default the tests' own */
  readonly region?: string;
  readonly egress?: Egress;
  readonly readReplicas?: number;
  readonly stores?: boolean;
  readonly audit?: boolean;
  readonly pages?: AlarmsArgs["pages"];
  readonly onCall?: AlarmsArgs["onCall"];
}

/** Everything that alarms can watch, and alarms on it. */
export async function makeAlarms(
  {
    name = "main",
    region = here.region,
    egress = "perZone",
    readReplicas = 0,
    stores = true,
    audit = false,
    ...given
  }: Scene = {},
  options?: TestRunOptions,
): Promise<Ran<Alarms>> {
  return await run(() => {
    const cloud = awsProvider(name, { ...here, region, tags: {} }, {});
    const network = cloud.network(
      `${name}-network`,
      {
        cidr: "10.0.0.0/16",
        zones: ["a", "b", "c"],
        podCidr: "10.64.0.0/15",
        serviceCidr: "172.20.0.0/18",
        egress,
      },
      {},
    );
    const cluster = cloud.cluster(
      `${name}-cluster`,
      {
        network,
        version: "1.35",
        nodePools: {
          system: { machine: { vcpus: 4, memoryGiB: 16 }, minNodes: 3, initialNodes: 3, maxNodes: 6 },
        },
      },
      {},
    );
    const made = stores
      ? [
          cloud.postgres(
            `${name}-postgres`,
            {
              network,
              version: "17",
              machine: { vcpus: 4, memoryGiB: 32 },
              diskGiB: 500,
              highAvailability: true,
              readReplicas,
              backupRetentionDays: 14,
            },
            {},
          ),
          cloud.redis(
            `${name}-redis`,
            { network, nodeMemoryGiB: 6, shards: 2, replicasPerShard: 1, snapshotRetentionDays: 7 },
            {},
          ),
        ]
      : [];
    const audited = audit ? { audit: cloud.audit(`${name}-audit`, { retentionDays: 365 }, {}) } : {};
    return cloud.alarms(
      `${name}-alarms`,
      {
        onCall: given.onCall ?? onCall,
        network,
        cluster,
        stores: made,
        ...(given.pages !== undefined && { pages: given.pages }),
        ...audited,
      },
      {},
    );
  }, options);
}

/** Types that alarms are made of. */
export const types = {
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
  rule: "aws:cloudwatch/eventRule:EventRule",
  target: "aws:cloudwatch/eventTarget:EventTarget",
  destination: "aws:cloudwatch/eventApiDestination:EventApiDestination",
  connection: "aws:cloudwatch/eventConnection:EventConnection",
} as const;
