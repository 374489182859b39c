import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { type OnCall, pagerDutyEventsUrl } from "../../components/governance/alarms";
import { pagerDutyBody, slackBody, type Source, transform, transformName } from "./alarmTransforms";
import { alertPolicy, type Notified, type PolicyOptions } from "./alertPolicy";
import type { GcpPlacement } from "./project";

/** Arguments of {@link alarmChannels}. */
export interface AlarmChannelsArgs extends GcpPlacement {
  readonly onCall: OnCall;
  /**
   * Topic of Security Command Center's findings.
   *
   * @default - another stack has it
   */
  readonly findingsTopic?: pulumi.Input<string>;
}

type Opts = { readonly parent: pulumi.Resource };

/** What of a service outside Google is called, and with what. */
interface Outside {
  readonly endpoint: pulumi.Input<string>;
  /** The transform of a topic's messages to its calls' bodies. */
  readonly code: (source: Source) => pulumi.Input<string>;
}

const weekSeconds = 604_800;

/** How long something may wait to be delivered, seconds. */
const patienceSeconds = 900;

/**
 * Mail by Cloud Monitoring itself; PagerDuty and Slack through a topic, from which Pub/Sub calls them with a body that a
 * transform of the subscription makes: no service to keep, and nothing in the cluster.
 *
 * Cloud Monitoring has channels for both, but PagerDuty's takes the key of an integration of a type of its own and not
 * Alertmanager's of the Events API v2, and Slack's wants an app's token and not a webhook. The price: key and URL are
 * secrets in Pulumi's state and plan, but who may call `pubsub.subscriptions.get` in the project can read them.
 */
export function alarmChannels(
  name: string,
  args: AlarmChannelsArgs,
  opts: Opts,
): Notified & { readonly topicId: pulumi.Output<string> } {
  const { onCall, findingsTopic, project } = args;
  const topic = new gcp.pubsub.Topic(name, {}, { ...opts, dependsOn: [project.api("pubsub")] });
  const channel = (role: string, type: string, labels: Record<string, pulumi.Input<string>>) =>
    new gcp.monitoring.NotificationChannel(
      `${name}-${role}`,
      { type, displayName: `${name}: ${role}`, labels },
      { ...opts, dependsOn: [project.api("monitoring")] },
    );
  const mail = channel("mail", "email", { email_address: onCall.email });
  const programs = channel("topic", "pubsub", { topic: topic.id });
  const publisher = new gcp.pubsub.TopicIAMMember(
    `${name}-publisher`,
    {
      topic: topic.id,
      role: "roles/pubsub.publisher",
      member: pulumi.interpolate`serviceAccount:service-${project.number}@gcp-sa-monitoring-notification.iam.gserviceaccount.com`,
    },
    // the account comes with the project's first channel of the kind
    { ...opts, dependsOn: [programs] },
  );
  const notified: Notified = { channels: [mail.id, programs.id], ready: [publisher] };

  for (const [key, outside] of Object.entries(outsideOf(name, onCall))) {
    const own = push(
      `${name}-${key}`,
      { topic: topic.id, code: outside.code("monitoring"), endpoint: outside.endpoint },
      opts,
    );
    // of what can't be delivered there is mail
    undelivered(name, key, own, { ...opts, notified: { channels: [mail.id], ready: [] } });
    if (findingsTopic !== undefined) {
      push(
        `${name}-${key}-findings`,
        { topic: findingsTopic, code: outside.code("findings"), endpoint: outside.endpoint },
        opts,
      );
    }
  }
  return { ...notified, topicId: topic.id };
}

function outsideOf(
  name: string,
  { pagerDutyRoutingKey, pagerDutyUrl = pagerDutyEventsUrl, slackWebhookUrl }: OnCall,
): Readonly<Record<string, Outside>> {
  return {
    ...(pagerDutyRoutingKey !== undefined && {
      pagerduty: {
        endpoint: pagerDutyUrl,
        code: (source) =>
          pulumi
            .secret(pagerDutyRoutingKey)
            .apply((key) => transform(name, source, pagerDutyBody(name, key))),
      },
    }),
    ...(slackWebhookUrl !== undefined && {
      slack: {
        endpoint: pulumi.secret(slackWebhookUrl),
        code: (source) => transform(name, source, slackBody),
      },
    }),
  };
}

function push(
  name: string,
  args: {
    readonly topic: pulumi.Input<string>;
    readonly code: pulumi.Input<string>;
    readonly endpoint: pulumi.Input<string>;
  },
  opts: Opts,
): gcp.pubsub.Subscription {
  const { topic, code, endpoint } = args;
  return new gcp.pubsub.Subscription(
    name,
    {
      topic,
      messageTransforms: [
        {
          javascriptUdf: {
            functionName: transformName,
            code,
          },
        },
      ],
      // the body as it is, and the attributes as headers
      pushConfig: { pushEndpoint: endpoint, noWrapper: { writeMetadata: true } },
      messageRetentionDuration: `${weekSeconds}s`,
      // never: Pub/Sub would delete it after a month without an alarm
      expirationPolicy: { ttl: "" },
      retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
      ackDeadlineSeconds: 30,
    },
    opts,
  );
}

/** An alarm about alarms: the service is not reached, or refuses. */
function undelivered(
  name: string,
  key: string,
  subscription: gcp.pubsub.Subscription,
  opts: PolicyOptions,
): void {
  alertPolicy(
    name,
    `${key}-undelivered`,
    {
      severity: "warning",
      description: `Alarms: something could not be delivered to ${key} for a quarter of an hour.`,
      metric: {
        filter: pulumi.interpolate`metric.type="pubsub.googleapis.com/subscription/oldest_unacked_message_age" AND resource.type="pubsub_subscription" AND resource.labels.subscription_id="${subscription.name}"`,
        align: "ALIGN_MAX",
      },
      limit: { above: patienceSeconds },
      minutes: 0,
    },
    opts,
  );
}
