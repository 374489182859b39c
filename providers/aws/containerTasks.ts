import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Admitted } from "../../components/containers/admission";
import { type ContainerPlan, planOfTask, writableOf } from "../../components/containers/plan";
import { autoNamed, physicalName } from "../../components/names";
import type { Network } from "../../components/network/network";
import type { CronJobPlan, TaskPlan } from "../../components/workload/tasks";
import { schedulerCron } from "./containerSchedule";
import { fargateDiskGiB, fargateSize, neededSize } from "./containerSize";
import { taskDefinitions, volumesOf } from "./containerTask";
import { functionPlace, ownFunction } from "./ownFunction";
import { awsRole, trustService } from "./role";

/** A service, as what its tasks are made from. */
export interface TaskedService {
  readonly plan: ContainerPlan;
  /** The image, with its registry. */
  readonly image: string;
  readonly cluster: aws.ecs.Cluster;
  readonly network: Network;
  readonly admitted: Admitted;
  readonly executionRoleArn: pulumi.Input<string>;
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

type Opts = { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource[] };

/** Longest name that EventBridge Scheduler takes. */
const maxScheduleName = 64;

/** Longest name of a family of task definitions. */
const maxFamily = 255;

/** Least time for which EventBridge Scheduler tries to start something, seconds: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html */
const leastEventAgeSeconds = 60;

/** Longest that a function of Lambda may take, and what it keeps of that for its answer, seconds. */
const functionSeconds = { most: 900, kept: 60 } as const;

/** What a task takes beside its own time: a place on Fargate, its image, its end, seconds. */
const startSeconds = 600;

/** Family of a task's definitions, which ECS names the task's group after. */
export function familyOf(name: string): string {
  return physicalName(maxFamily, name);
}

/**
 * Runs a service's migration as a task of ECS, and waits for its end: who depends on what comes back is made once that has
 * succeeded. It is run once for each definition of the task: each image, command, setting and size.
 */
export function migrationRun(
  name: string,
  {
    migration,
    logRetentionDays,
    protect,
    ...tasked
  }: TaskedService & {
    readonly migration: TaskPlan;
    readonly logRetentionDays: number;
    readonly protect: boolean;
  },
  opts: Opts,
): aws.lambda.Invocation {
  const { plan, cluster, network, securityGroup, region, accountId } = tasked;
  const own = { parent: opts.parent };
  const definition = taskDefinition(name, { ...tasked, task: migration }, opts);
  const inCluster = { ArnEquals: { "ecs:cluster": cluster.arn } };
  const place = functionPlace(
    name,
    {
      description: `Runs migrations of ${plan.service} and waits for them`,
      statements: [
        ...startStatements(name, tasked),
        {
          Sid: "Wait",
          Effect: "Allow",
          Action: ["ecs:DescribeTasks", "ecs:StopTask"],
          Resource: pulumi.interpolate`arn:aws:ecs:${region}:${accountId}:task/${cluster.name}/*`,
        },
        // what is listed has no resource that a policy could name
        { Sid: "Find", Effect: "Allow", Action: "ecs:ListTasks", Resource: "*", Condition: inCluster },
      ],
      logRetentionDays,
      region,
      accountId,
      protect,
    },
    own,
  );
  const runs = ownFunction(
    name,
    {
      description: `Runs migrations of ${plan.service} and waits for them`,
      file: "runTask.cjs",
      place,
      timeout: functionSeconds.most,
    },
    own,
  );
  const calls = callsFor(migration);
  const call = (round: number, before?: aws.lambda.Invocation): aws.lambda.Invocation =>
    new aws.lambda.Invocation(
      round === 1 ? name : `${name}-wait-${round}`,
      {
        functionName: runs.name,
        input: pulumi.jsonStringify({
          cluster: cluster.arn,
          taskDefinition: definition.arn,
          family: definition.family,
          container: plan.service,
          subnets: network.privateSubnetIds,
          securityGroups: [securityGroup.id],
          last: round === calls,
          ...(before !== undefined && { before: before.result }),
        }),
      },
      { ...opts, dependsOn: [...opts.dependsOn, ...place.permissions] },
    );
  return Array.from({ length: calls - 1 }, (_, index) => index + 2).reduce(
    (before, round) => call(round, before),
    call(1),
  );
}

/** How many functions wait for a task, one after the other. */
export function callsFor({ timeoutSeconds }: Pick<TaskPlan, "timeoutSeconds">): number {
  const { most, kept } = functionSeconds;
  return Math.ceil((timeoutSeconds + startSeconds) / (most - kept));
}

/** Tasks that EventBridge Scheduler starts at their times, as a role that may start those and nothing else. */
export function scheduledRuns(
  name: string,
  { failed, ...tasked }: TaskedService & { readonly failed: aws.sqs.Queue },
  opts: Opts,
): void {
  const { plan, cluster, network, securityGroup, accountId } = tasked;
  for (const cronJob of plan.tasks.cronJobs) {
    const own = `${name}-${cronJob.task}`;
    const definition = taskDefinition(own, { ...tasked, task: cronJob }, opts);
    const { role, permissions } = awsRole(
      `${own}-schedule`,
      {
        description: `Starts ${cronJob.name} at its times`,
        trust: [trustService("scheduler.amazonaws.com", accountId)],
        statements: [
          ...startStatements(own, tasked),
          { Sid: "Failed", Effect: "Allow", Action: "sqs:SendMessage", Resource: failed.arn },
        ],
      },
      { parent: opts.parent },
    );
    const { timeZone, schedule, startingDeadlineSeconds } = cronJob;
    new aws.scheduler.Schedule(
      autoNamed(maxScheduleName, own),
      {
        description: `runs ${cronJob.name}`,
        scheduleExpression: schedulerCron(keyOf(plan, cronJob), schedule),
        scheduleExpressionTimezone: timeZone,
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: cluster.arn,
          roleArn: role.arn,
          ecsParameters: {
            taskDefinitionArn: definition.arn,
            taskCount: 1,
            // never spot: nobody would do again what is taken away
            capacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
            networkConfiguration: {
              subnets: network.privateSubnetIds,
              securityGroups: [securityGroup.id],
              assignPublicIp: false,
            },
            enableEcsManagedTags: true,
            enableExecuteCommand: false,
            propagateTags: "TASK_DEFINITION",
          },
          // what can't be started is tried again for as long as a run may be late
          retryPolicy: {
            maximumEventAgeInSeconds: Math.max(leastEventAgeSeconds, startingDeadlineSeconds),
            maximumRetryAttempts: 5,
          },
          deadLetterConfig: { arn: failed.arn },
        },
      },
      { ...opts, dependsOn: [...opts.dependsOn, ...permissions] },
    );
  }
}

function keyOf({ service }: ContainerPlan, { task }: CronJobPlan): string {
  return `${service}.cronJobs.${task}.schedule`;
}

/** To start tasks of one family in one cluster, as the service and by what starts it. */
function startStatements(
  name: string,
  { cluster, admitted, executionRoleArn, region, accountId }: TaskedService,
): aws.iam.PolicyStatement[] {
  return [
    {
      Sid: "Start",
      Effect: "Allow",
      Action: "ecs:RunTask",
      Resource: `arn:aws:ecs:${region}:${accountId}:task-definition/${familyOf(name)}:*`,
      Condition: { ArnEquals: { "ecs:cluster": cluster.arn } },
    },
    {
      Sid: "Tag",
      Effect: "Allow",
      Action: "ecs:TagResource",
      Resource: pulumi.interpolate`arn:aws:ecs:${region}:${accountId}:task/${cluster.name}/*`,
      Condition: { StringEquals: { "ecs:CreateAction": "RunTask" } },
    },
    {
      Sid: "AsTheService",
      Effect: "Allow",
      Action: "iam:PassRole",
      Resource: [admitted.identity.identifier, executionRoleArn],
      Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
    },
  ];
}

/** On Fargate, with the service's image, roles, disks and files. */
function taskDefinition(
  name: string,
  { task, ...tasked }: TaskedService & { readonly task: TaskPlan },
  opts: pulumi.CustomResourceOptions,
): aws.ecs.TaskDefinition {
  const { image, admitted, executionRoleArn, logGroup, region } = tasked;
  const { identity, connections, caBundles } = admitted;
  const plan = planOfTask(tasked.plan, task);
  const { cpuUnits, memoryMiB } = fargateSize(plan.service, neededSize(plan));
  const diskGiB = fargateDiskGiB(plan.service, writableOf(plan));
  return new aws.ecs.TaskDefinition(
    name,
    {
      family: familyOf(name),
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: `${cpuUnits}`,
      memory: `${memoryMiB}`,
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      taskRoleArn: identity.identifier,
      executionRoleArn,
      volumes: volumesOf(plan, { caBundles }),
      ...(diskGiB !== undefined && { ephemeralStorage: { sizeInGib: diskGiB } }),
      containerDefinitions: taskDefinitions(
        plan,
        { image, connections, caBundles, logs: { group: logGroup.name, region } },
        task.timeoutSeconds,
      ),
    },
    opts,
  );
}
