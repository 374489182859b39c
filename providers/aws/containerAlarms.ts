import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { latencyLimit, requestLimits } from "../../components/containers/containerPlatform";
import type { ContainerPlan } from "../../components/containers/plan";
import type { AnalysisSpec } from "../../components/workload/strategy";
import type { AlarmChannels } from "./alarmChannels";
import { timedOutCode } from "./containerFiles";
import type { ServiceDoor } from "./containerFront";
import { clockOf } from "./containerTask";
import type { MetricAlarmArgs, Series } from "./metricAlarm";
import { makeAll } from "./storeAlarms";

type Compared = Required<Pick<MetricAlarmArgs, "series" | "expression">>;
type Child = { readonly parent: pulumi.Resource };

/** Requests that came by the load balancer, whichever version answered. */
function byBalancer(
  { targetGroup, alternate }: Omit<ServiceDoor, "rule">,
  balancer: pulumi.Output<string>,
): RequestWatch {
  const groups = alternate === undefined ? { blue: targetGroup } : { blue: targetGroup, green: alternate };
  const of = (metric: string, statistic: Series["statistic"]): Record<string, Series> =>
    Object.fromEntries(
      Object.entries(groups).map(([key, group]) => [
        `${key}_${metric === "RequestCount" ? "all" : "failed"}`,
        {
          namespace: "AWS/ApplicationELB",
          metric,
          statistic,
          dimensions: { LoadBalancer: balancer, TargetGroup: group.arnSuffix },
        },
      ]),
    );
  const sum = (what: string): string =>
    Object.keys(groups)
      .map((key) => `FILL(${key}_${what}, 0)`)
      .join(" + ");
  const slow = Object.entries(of("TargetResponseTime", "p95"));
  return {
    failed: {
      series: { ...of("HTTPCode_Target_5XX_Count", "Sum"), ...of("RequestCount", "Sum") },
      expression: `100 * (${sum("failed")}) / (${sum("all")})`,
    },
    p95Milliseconds: {
      series: Object.fromEntries(slow.map(([key, one]) => [key.replace("failed", "seconds"), one])),
      expression: "1000 * MAX(METRICS())",
    },
  };
}

/**
 * Requests that came by Service Connect, as the proxies of those count them who call
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html).
 */
function byServiceConnect(discoveryName: string): RequestWatch {
  const of = (metric: string, statistic: Series["statistic"]): Series => ({
    namespace: "AWS/ECS",
    metric,
    statistic,
    dimensions: { TargetDiscoveryName: discoveryName },
  });
  const answers = ["2XX", "3XX", "4XX", "5XX"] as const;
  return {
    failed: {
      series: Object.fromEntries(
        answers.map((kind) => [`of${kind.toLowerCase()}`, of(`HTTPCode_Target_${kind}_Count`, "Sum")]),
      ),
      expression: `100 * FILL(of5xx, 0) / (${answers.map((kind) => `FILL(of${kind.toLowerCase()}, 0)`).join(" + ")})`,
    },
    p95Milliseconds: {
      series: { milliseconds: of("TargetResponseTime", "p95") },
      expression: "MAX(METRICS())",
    },
  };
}

interface RequestWatch {
  /** Answers of 5xx, percent. */
  readonly failed: Compared;
  readonly p95Milliseconds: Compared;
}

/** Arguments of {@link judgement}. */
export interface JudgementArgs {
  readonly door: ServiceDoor;
  readonly balancer: pulumi.Output<string>;
  readonly analysis: Required<AnalysisSpec>;
}

/** Alarms that send a new version back: ECS looks at them while it is judged, and nobody is told of them. */
export function judgement(
  name: string,
  { door, balancer, analysis }: JudgementArgs,
  opts: Child,
): readonly aws.cloudwatch.MetricAlarm[] {
  const { targetGroup, alternate } = door;
  const groups = { blue: targetGroup, ...(alternate !== undefined && { green: alternate }) };
  // each version by itself: of all requests, those of a canary that fails are few
  return Object.entries(groups).flatMap(([colour, group]) => {
    const { failed, p95Milliseconds } = byBalancer({ targetGroup: group, alternate: undefined }, balancer);
    const judges = {
      failed: { watched: failed, limit: 100 - analysis.successPercent, says: "fail" },
      p95: { watched: p95Milliseconds, limit: analysis.p95Milliseconds, says: "are late" },
    };
    return Object.entries(judges).map(
      ([key, { watched, limit, says }]) =>
        new aws.cloudwatch.MetricAlarm(
          `${name}-judged-${colour}-${key}`,
          {
            alarmDescription: `A version of ${name} that is being deployed is sent back where more of its answers ${says} than may.`,
            metricQueries: [
              { id: "compared", expression: watched.expression, returnData: true },
              ...Object.entries(watched.series).map(([id, one]) => ({
                id,
                metric: {
                  namespace: one.namespace,
                  metricName: one.metric,
                  stat: one.statistic,
                  period: 60,
                  dimensions: one.dimensions,
                },
                returnData: false,
              })),
            ],
            comparisonOperator: "GreaterThanThreshold",
            threshold: limit,
            evaluationPeriods: 2,
            datapointsToAlarm: 2,
            // a version that nobody calls passes
            treatMissingData: "notBreaching",
          },
          opts,
        ),
    );
  });
}

/** A service as its alarms know it. */
export interface WatchedContainer {
  readonly plan: ContainerPlan;
  readonly serviceName: pulumi.Output<string>;
  readonly discoveryName: string;
  readonly door: ServiceDoor | undefined;
  readonly clusterName: pulumi.Output<string>;
  /** The load balancer, as CloudWatch knows it. */
  readonly balancer: pulumi.Output<string>;
}

/** What users and the on-call mind of a service: answers that fail or are late, and tasks that do not stay up. */
export function containerAlarms(
  name: string,
  { plan, serviceName, discoveryName, door, clusterName, balancer }: WatchedContainer,
  { topicArn }: Pick<AlarmChannels, "topicArn">,
  opts: Child,
): void {
  const { service, port } = plan;
  const insights = (metric: string, statistic: Series["statistic"]): Series => ({
    namespace: "ECS/ContainerInsights",
    metric,
    statistic,
    dimensions: { ClusterName: clusterName, ServiceName: serviceName },
  });
  makeAll(
    name,
    {
      [`container-tasks-${service}`]: {
        severity: "critical",
        description: `Containers: tasks of ${service} do not stay up: for a quarter of an hour there were fewer than it is to have. They crash, are not healthy, or find no capacity.`,
        series: {
          wanted: insights("DesiredTaskCount", "Minimum"),
          running: insights("RunningTaskCount", "Maximum"),
        },
        expression: "wanted - running",
        limit: { above: 0 },
      },
    },
    topicArn,
    opts,
  );
  if (port === undefined) return;
  const { failed, p95Milliseconds } =
    door === undefined ? byServiceConnect(discoveryName) : byBalancer(door, balancer);
  const { errorPercent, minutes } = requestLimits;
  makeAll(
    name,
    {
      [`container-errors-${service}`]: {
        severity: "critical",
        description: `Containers: more than ${errorPercent} of 100 answers of ${service} fail.`,
        ...failed,
        limit: { above: errorPercent },
        minutes,
      },
      [`container-latency-${service}`]: {
        severity: "warning",
        description: `Containers: 5 of 100 answers of ${service} take longer than ${latencyLimit(plan)} ms.`,
        ...p95Milliseconds,
        limit: { above: latencyLimit(plan) },
        minutes,
      },
    },
    topicArn,
    opts,
  );
}

/** Tasks that come again and again, as their alarms know them. */
export interface WatchedTasks {
  /** Families of their definitions, by which ECS calls the groups of their tasks. */
  readonly families: readonly string[];
  /** The services whose tasks they are. */
  readonly services: readonly string[];
  /** Name of the queue of runs that could not be started. */
  readonly missed: pulumi.Output<string>;
}

/**
 * What the on-call minds of tasks that come again and again: one that failed or took too long, as ECS tells of it
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html), and one that could not be started.
 */
export function taskAlarms(
  name: string,
  { families, services, missed }: WatchedTasks,
  { topicArn, announce }: Pick<AlarmChannels, "topicArn" | "announce">,
  opts: Child,
): void {
  announce("container-jobs-failed", {
    severity: "warning",
    description: `tasks of ${services.join(", ")} that failed or took too long`,
    pattern: {
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: {
        lastStatus: ["STOPPED"],
        group: families.map((family) => `family:${family}`),
        $or: [
          { containers: { name: [...services], exitCode: [{ "anything-but": 0 }] } },
          { containers: { name: services.map(clockOf), exitCode: [timedOutCode] } },
          { stopCode: ["TaskFailedToStart"] },
        ],
      },
    },
    message: {
      paths: { group: "$.detail.group", reason: "$.detail.stoppedReason", task: "$.detail.taskArn" },
      text: "Containers: what a service does at certain times failed or took too long, <group>: <reason> (<task>)",
      incident: "<task>",
    },
  });
  makeAll(
    name,
    {
      "container-jobs-missed": {
        severity: "warning",
        description: "Containers: what a service does at certain times could not be started.",
        series: {
          missed: {
            namespace: "AWS/SQS",
            metric: "ApproximateNumberOfMessagesVisible",
            statistic: "Maximum",
            dimensions: { QueueName: missed },
          },
        },
        limit: { above: 0 },
      },
    },
    topicArn,
    opts,
  );
}
