import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type OnCall, pagerDutyEventsUrl, type Severity } from "../../components/governance/alarms";

type Opts = { readonly parent: pulumi.Resource };

/** What of an event is told, with `<name>` for what `paths` takes from the event. */
export interface Message {
  /** JSON paths into the event. */
  readonly paths: Readonly<Record<string, string>>;
  readonly text: string;
  /** What one incident is known by, so that an event which is told again opens no second one. */
  readonly incident: string;
}

/** What a service outside AWS is sent, from an event. */
export interface Outside {
  readonly destination: aws.cloudwatch.EventApiDestination;
  /** The body for something that began, and that is over. */
  readonly began: (message: Message, severity: Severity) => unknown;
  readonly over: (message: Message) => unknown;
}

/** The key goes along twice: in the header that PagerDuty's own client uses, and in the body as its reference asks. */
export function pagerDutyOf(name: string, onCall: OnCall, opts: Opts): Outside | undefined {
  const { pagerDutyRoutingKey, pagerDutyUrl = pagerDutyEventsUrl } = onCall;
  if (pagerDutyRoutingKey === undefined) return undefined;
  const key = pulumi.secret(pagerDutyRoutingKey);
  const connection = new aws.cloudwatch.EventConnection(
    name,
    {
      authorizationType: "API_KEY",
      authParameters: {
        apiKey: { key: "X-Routing-Key", value: key },
        invocationHttpParameters: { bodies: [{ key: "routing_key", value: key, isValueSecret: true }] },
      },
    },
    opts,
  );
  const send = (event_action: string, { incident }: Message) => ({ event_action, dedup_key: incident });
  return {
    destination: destination(name, { connection, endpoint: pagerDutyUrl }, opts),
    began: (message, severity) => ({
      ...send("trigger", message),
      payload: { summary: message.text, source: name, severity },
    }),
    over: (message) => send("resolve", message),
  };
}

export function slackOf(name: string, { slackWebhookUrl }: OnCall, opts: Opts): Outside | undefined {
  if (slackWebhookUrl === undefined) return undefined;
  const connection = new aws.cloudwatch.EventConnection(
    name,
    {
      // Slack asks for no header, and EventBridge lets nobody go without one
      authorizationType: "API_KEY",
      authParameters: { apiKey: { key: "X-Sent-By", value: "groundwork" } },
    },
    opts,
  );
  return {
    destination: destination(name, { connection, endpoint: pulumi.secret(slackWebhookUrl) }, opts),
    began: ({ text }, severity) => ({ text: `${severity.toUpperCase()}: ${text}` }),
    over: ({ text }) => ({ text: `OVER: ${text}` }),
  };
}

function destination(
  name: string,
  to: { readonly connection: aws.cloudwatch.EventConnection; readonly endpoint: pulumi.Input<string> },
  opts: Opts,
): aws.cloudwatch.EventApiDestination {
  return new aws.cloudwatch.EventApiDestination(
    name,
    {
      connectionArn: to.connection.arn,
      invocationEndpoint: to.endpoint,
      httpMethod: "POST",
      // Slack takes one message a second: https://api.slack.com/docs/rate-limits
      invocationRateLimitPerSecond: 1,
    },
    opts,
  );
}
