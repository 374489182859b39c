import type * as pulumi from "@pulumi/pulumi";
import type { Cluster } from "../cluster/cluster";
import type { ContainerPlatform } from "../containers/containerPlatform";
import type { Backups } from "../data/backups";
import type { Store } from "../data/store";
import type { Network } from "../network/network";
import type { Audit } from "./audit";

/** How much an alarm matters: a `critical` one wakes somebody, a `warning` can wait for the morning. */
export const severities = ["critical", "warning"] as const;
export type Severity = (typeof severities)[number];

/** Who hears of an alarm; the keys are secrets. What is not given is not notified. */
export interface OnCall {
  /** Where both severities are written to, an e-mail address. */
  readonly email: string;
  /** Integration key of a PagerDuty service (Events API v2), the one Alertmanager has: gets what is `critical`. */
  readonly pagerDutyRoutingKey?: pulumi.Input<string>;
  /**
   * Where PagerDuty takes events: its service region's.
   *
   * @default "https://events.pagerduty.com/v2/enqueue" - that of the United States
   */
  readonly pagerDutyUrl?: string;
  /** Incoming webhook of Slack: gets both severities. */
  readonly slackWebhookUrl?: pulumi.Input<string>;
}

/** A page that is asked for over HTTPS from outside, from several places of the world. */
export interface WatchedPage {
  /** DNS name. */
  readonly host: string;
  /** Path that answers with success (2xx) or a redirection (3xx). */
  readonly path: string;
  /** What has to stand before somebody can get there: until then nothing is an alarm. */
  readonly ready: readonly pulumi.Resource[];
}

/** What a system's pods say, where the cloud keeps it. */
export interface WatchedLogs {
  /** Namespace of the system's services. */
  readonly namespace: string;
  /** Their names, which their containers have. */
  readonly services: readonly string[];
}

/** Arguments of an {@link Alarms}, the same on every cloud. */
export interface AlarmsArgs {
  readonly onCall: OnCall;
  readonly network: Network;
  /** @default - there is none */
  readonly cluster?: Cluster;
  /**
   * What runs the services where there is no cluster: its requests and tasks are watched by the cloud then.
   *
   * @default - a cluster does
   */
  readonly containers?: ContainerPlatform;
  /** Those of the cloud's own stores are watched by it; what runs in the cluster, Prometheus watches. */
  readonly stores: readonly Store[];
  /**
   * Backups that are kept from being deleted: one that is late, and a drill that fails, are alarms.
   *
   * @default - the servers keep theirs alone
   */
  readonly backups?: Backups;
  /**
   * Where users come in, by the service's name: a page that nobody can get to is an alarm, whatever the cluster says of itself.
   *
   * @default {} - nobody asks from outside
   */
  readonly pages?: Readonly<Record<string, WatchedPage>>;
  /**
   * Lines in which to look for errors and refused sign-ins, of a cluster that {@link Cluster.keepsPodLogs}.
   *
   * @default - the cluster keeps them itself, and looks for those
   */
  readonly logs?: WatchedLogs;
  /**
   * What watches the account or project: its findings, and whoever meddles with it, are alarms then.
   *
   * @default - another stack has it
   */
  readonly audit?: Audit;
  /**
   * Refuse deletion of keys in Pulumi.
   *
   * @default true
   */
  readonly protect?: boolean;
}

/**
 * What Prometheus in the cluster can't see, or would die of as well: the managed stores, the ways out, the control plane,
 * and the account itself. It goes to the same on-call as Prometheus's alerts, by the cloud's own means and not through the
 * cluster. Nothing here depends on a pod.
 */
export interface Alarms extends pulumi.ComponentResource {
  /** Where programs hear of alarms: the topic's ARN on AWS, its resource name on GCP. */
  readonly topic: pulumi.Output<string>;
}

/** When something is worth an alarm, the same on both clouds. Ratios are parts of 1. */
export const thresholds = {
  /** Sustained load of a store's processors. */
  storeCpu: 0.9,
  /** Connections, of those that the server takes. */
  connections: 0.8,
  /** Memory of a Redis node; full, it evicts or refuses writes. */
  redisMemory: 0.9,
  /** How long the oldest message of a queue may wait for somebody, seconds. */
  queueAgeSeconds: 1800,
  /** How far a reader of PostgreSQL may be behind, seconds. */
  replicaLagSeconds: 60,
  /** How long a client may wait for one of a pool's connections, microseconds. */
  poolWaitMicroseconds: 1_000_000,
  /** Shortest time for which a page can't be got to, minutes: a checker that fails once is not an outage. */
  pageDownMinutes: 3,
} as const;

/** How long something has to last before it is an alarm, minutes: longer than a failover, a roll-out or a backup. */
export const sustainedMinutes = 15;

/** Where PagerDuty takes events unless told: https://developer.pagerduty.com/docs/events-api-v2-overview */
export const pagerDutyEventsUrl = "https://events.pagerduty.com/v2/enqueue";

/** @throws Error where nobody would be told but by mail: an on-call without a channel */
export function checkOnCall({ pagerDutyRoutingKey, slackWebhookUrl }: OnCall): void {
  if (pagerDutyRoutingKey === undefined && slackWebhookUrl === undefined) {
    throw new Error("onCall: expected pagerDutyRoutingKey, slackWebhookUrl or both, got neither");
  }
}
