import * as pulumi from "@pulumi/pulumi";
import { type Alarms, type AlarmsArgs, checkOnCall } from "../../components/governance/alarms";
import { accountAlarms } from "./accountAlarms";
import { type AlarmChannels, alarmChannels } from "./alarmChannels";
import { AwsAudit } from "./audit";
import { clusterAlarms, networkAlarms } from "./clusterAlarms";
import { metricAlarm } from "./metricAlarm";
import { AwsNetwork } from "./network";
import { AwsPostgres } from "./postgres";
import { AwsRedis } from "./redis";
import { postgresAlarms, redisAlarms } from "./storeAlarms";

/** Arguments of an {@link AwsAlarms}. */
export interface AwsAlarmsArgs extends AlarmsArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

/** What RDS tells of a server by itself, by how much it matters: its event categories. */
const serverEvents = {
  critical: ["deletion", "failure", "low storage"],
  warning: ["availability", "failover", "recovery"],
} as const;

/**
 * {@link Alarms} by CloudWatch, whose alarms go to a topic for mail and, as events, to PagerDuty and Slack; events of AWS's
 * services go the same ways. Load balancers have no alarm here: they are the AWS Load Balancer Controller's, whose names
 * nobody knows before it makes them.
 */
export class AwsAlarms extends pulumi.ComponentResource implements Alarms {
  readonly topic: pulumi.Output<string>;

  constructor(name: string, args: AwsAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Alarms", name, {}, opts);
    const { onCall, network, cluster, postgres, redis, audit, region, accountId, protect = true } = args;
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
    clusterAlarms(name, cluster.clusterName, { topicArn }, child);
    networkAlarms(name, ofThisCloud(network, AwsNetwork).natGateways, { topicArn }, child);
    if (postgres !== undefined) watchServer(name, ofThisCloud(postgres, AwsPostgres), channels, child);
    if (redis !== undefined) {
      redisAlarms(name, ofThisCloud(redis, AwsRedis).shardNodes, { topicArn }, child);
    }
    if (audit !== undefined) {
      const { logGroupName } = ofThisCloud(audit, AwsAudit);
      accountAlarms(name, { logGroupName, channels }, child);
    }

    this.topic = topicArn;
    this.registerOutputs({ topic: this.topic });
  }
}

function watchServer(
  name: string,
  { watched }: AwsPostgres,
  channels: AlarmChannels,
  opts: { readonly parent: pulumi.Resource },
): void {
  postgresAlarms(name, watched, { topicArn: channels.topicArn }, opts);
  for (const severity of ["critical", "warning"] as const) {
    channels.announce("postgres-events", {
      severity,
      description: `what RDS tells of ${watched.identifier}: ${serverEvents[severity].join(", ")}`,
      pattern: {
        source: ["aws.rds"],
        "detail-type": ["RDS DB Instance Event", "RDS DB Cluster Event"],
        detail: {
          EventCategories: serverEvents[severity],
          // nodes of a cluster have its identifier and a number
          SourceIdentifier: [{ prefix: watched.identifier }],
        },
      },
      message: {
        paths: { server: "$.detail.SourceIdentifier", text: "$.detail.Message", id: "$.id" },
        text: "PostgreSQL <server>: <text>",
        incident: "<id>",
      },
    });
  }
}

/** What the contract gave as the class of this cloud. */
function ofThisCloud<T extends object>(made: object, type: abstract new (...args: never[]) => T): T {
  if (!(made instanceof type)) {
    throw new Error(`${type.name}: expected one of aws, got one of another cloud`);
  }
  return made;
}
