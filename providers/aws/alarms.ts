import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Alarms, type AlarmsArgs, checkOnCall } from "../../components/governance/alarms";
import { accountAlarms } from "./accountAlarms";
import { alarmChannels } from "./alarmChannels";
import { AwsAudit } from "./audit";
import { clusterAlarms, networkAlarms } from "./clusterAlarms";
import { edgeRegion } from "./edgeRegion";
import { logAlarms } from "./logAlarms";
import { metricAlarm } from "./metricAlarm";
import { AwsNetwork } from "./network";
import { AwsServerlessCluster } from "./serverlessCluster";
import { uptimeAlarms } from "./uptime";
import { isWatched } from "./watchedStore";

/** Arguments of an {@link AwsAlarms}. */
export interface AwsAlarmsArgs extends AlarmsArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** The provider of us-east-1, where the metrics of Route 53 are. */
  readonly atEdge: aws.Provider;
}

/**
 * {@link Alarms} by CloudWatch, whose alarms go to a topic for mail and, as events, to PagerDuty and Slack; events of AWS's
 * services go the same ways. A cluster's load balancers have no alarm here: they are the AWS Load Balancer Controller's, whose
 * names nobody knows before it makes them.
 */
export class AwsAlarms extends pulumi.ComponentResource implements Alarms {
  readonly topic: pulumi.Output<string>;

  constructor(name: string, args: AwsAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Alarms", name, {}, opts);
    const { onCall, network, cluster, containers, stores, backups, pages = {}, logs, audit } = args;
    const { region, accountId, atEdge, protect = true } = args;
    checkOnCall(onCall);
    const child = { parent: this };

    const channels = alarmChannels(name, { onCall, region, accountId, protect }, child);
    const { topicArn } = channels;
    metricAlarm(
      name,
      "undelivered",
      {
        severity: "warning",
        description: "Alarms: something could not be delivered for a day. It is in the queue.",
        series: {
          messages: {
            namespace: "AWS/SQS",
            metric: "ApproximateNumberOfMessagesVisible",
            statistic: "Maximum",
            dimensions: { QueueName: channels.undelivered.name },
          },
        },
        limit: { above: 0 },
        minutes: 5,
        topicArn,
      },
      child,
    );
    if (cluster !== undefined) clusterAlarms(name, cluster.clusterName, { topicArn }, child);
    networkAlarms(name, ofThisCloud(network, AwsNetwork).natGateways, { topicArn }, child);
    const kept = [...stores, ...present(backups), ...present(containers)];
    for (const one of kept.filter(isWatched)) one.watch(name, channels, child);
    if (Object.keys(pages).length > 0) {
      const told = channels.atEdge({ region: edgeRegion, provider: atEdge });
      uptimeAlarms(name, pages, told, child);
    }
    if (logs !== undefined && cluster !== undefined) {
      const { podLogGroupName } = ofThisCloud(cluster, AwsServerlessCluster);
      logAlarms(name, { logGroupName: podLogGroupName, services: logs.services }, { topicArn }, child);
    }
    if (audit !== undefined) {
      const { logGroupName } = ofThisCloud(audit, AwsAudit);
      accountAlarms(name, { logGroupName, channels }, child);
    }

    this.topic = topicArn;
    this.registerOutputs({ topic: this.topic });
  }
}

/** What is there, of what need not be. */
function present<T>(made: T | undefined): readonly T[] {
  return made === undefined ? [] : [made];
}

/** What the contract gave as the class of this cloud. */
function ofThisCloud<T extends object>(made: object, type: abstract new (...args: never[]) => T): T {
  if (!(made instanceof type)) {
    throw new Error(`${type.name}: expected one of aws, got one of another cloud`);
  }
  return made;
}
