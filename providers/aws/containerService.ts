import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Admitted } from "../../components/containers/admission";
import { type ContainerPlan, writableOf } from "../../components/containers/plan";
import { physicalName } from "../../components/names";
import type { Network } from "../../components/network/network";
import type { ServiceDoor } from "./containerFront";
import { fargateDiskGiB, fargateSize, neededSize } from "./containerSize";
import { containerDefinitions, portName, volumesOf } from "./containerTask";
import { judgement } from "./containerAlarms";
import { containerScaling } from "./containerScaling";

/** Arguments of an {@link AwsContainerService}. */
export interface AwsContainerServiceArgs {
  readonly plan: ContainerPlan;
  /** The image, with its registry. */
  readonly image: string;
  readonly cluster: aws.ecs.Cluster;
  readonly network: Network;
  readonly namespaceArn: pulumi.Input<string>;
  /** Its stores, and the role that its programs act as. */
  readonly admitted: Admitted;
  readonly executionRoleArn: pulumi.Input<string>;
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly securityGroup: aws.ec2.SecurityGroup;
  /** Capacity that its tasks run on. */
  readonly capacity: {
    readonly kind: "fargate" | "instances";
    readonly provider: pulumi.Input<string>;
    /**
     * Capacity of one of its tasks, which is not taken away at short notice.
     *
     * @default - all are on the same
     */
    readonly steady?: pulumi.Input<string>;
  };
  /** Where its requests come in; `undefined` of a service without a route. */
  readonly door: ServiceDoor | undefined;
  /** The load balancer, as CloudWatch knows it. */
  readonly balancer: pulumi.Output<string>;
  /** As what ECS moves requests between versions. */
  readonly trafficRoleArn: pulumi.Input<string>;
  readonly region: string;
}

/** Longest that a deployment may take, with what its strategy waits for and a start of a quarter of an hour. */
const deploymentTimeout = "90m";

/** Longest name of Service Connect's discovery. */
const maxDiscoveryName = 64;

/**
 * A service on ECS: its task definition, the service with its strategy, and its autoscaler. A version whose tasks do not come
 * up, or whose requests fail while it is judged, is sent back by ECS itself, and the update fails.
 */
export class AwsContainerService extends pulumi.ComponentResource {
  readonly serviceName: pulumi.Output<string>;
  /** Name by which CloudWatch knows requests to it that come by Service Connect. */
  readonly discoveryName: string;
  readonly service: aws.ecs.Service;

  constructor(name: string, args: AwsContainerServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:ContainerService", name, {}, opts);
    const { plan, cluster, network, securityGroup, door, capacity } = args;
    const { strategy, minReplicas, autoscaled, probes } = plan;
    // what a component waits for, its children wait for where they say so
    const child = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    this.discoveryName = physicalName(maxDiscoveryName, name);

    const task = taskDefinition(name, args, child);
    const judges =
      door === undefined || strategy.kind === "rolling"
        ? []
        : judgement(name, { door, balancer: args.balancer, analysis: strategy.analysis }, child);
    const service = new aws.ecs.Service(
      name,
      {
        cluster: cluster.arn,
        taskDefinition: task.arn,
        // the autoscaler owns the number from then on
        desiredCount: minReplicas,
        capacityProviderStrategies: strategiesOf(capacity),
        // ECS takes other capacity of a standing service with a new deployment alone, and the provider refuses to plan it without
        // this. Every update of the service then makes its tasks anew, by its strategy and circuit breaker, also one of its alarms
        // or its grace period; without `triggers` it is no difference by itself, and an update that changes nothing makes nothing
        forceNewDeployment: true,
        networkConfiguration: {
          subnets: network.privateSubnetIds,
          securityGroups: [securityGroup.id],
          assignPublicIp: false,
        },
        availabilityZoneRebalancing: "ENABLED",
        ...(capacity.kind === "fargate" && { platformVersion: "1.4.0" }),
        ...(door !== undefined && {
          healthCheckGracePeriodSeconds: probes.startupSeconds,
          loadBalancers: [balanced(args, door)],
        }),
        serviceConnectConfiguration: this.connected(args),
        ...deployed(plan),
        ...(judges.length > 0 && {
          alarms: { enable: true, rollback: true, alarmNames: judges.map((alarm) => alarm.name) },
        }),
        enableExecuteCommand: false,
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        waitForSteadyState: true,
        sigintRollback: true,
      },
      {
        ...child,
        ...(autoscaled && { ignoreChanges: ["desiredCount"] }),
        customTimeouts: { create: deploymentTimeout, update: deploymentTimeout },
      },
    );
    containerScaling(`${name}-scaling`, { plan, clusterName: cluster.name, service }, child);

    this.service = service;
    this.serviceName = service.name;
    this.registerOutputs({ serviceName: this.serviceName });
  }

  /** By which name others of the system call it, as Kubernetes has it: `http://<service>`. */
  private connected({
    plan: { service, port },
    namespaceArn,
    logGroup,
    region,
  }: AwsContainerServiceArgs): aws.types.input.ecs.ServiceServiceConnectConfiguration {
    return {
      enabled: true,
      namespace: namespaceArn,
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": logGroup.name,
          "awslogs-region": region,
          "awslogs-stream-prefix": "service-connect",
        },
      },
      ...(port !== undefined && {
        services: [
          {
            portName,
            discoveryName: this.discoveryName,
            clientAlias: [{ dnsName: service, port: 80 }],
            // an answer takes as long as it takes: who calls gives up by itself
            timeout: { idleTimeoutSeconds: 300, perRequestTimeoutSeconds: 0 },
          },
        ],
      }),
    };
  }
}

function strategiesOf({
  provider,
  steady,
}: AwsContainerServiceArgs["capacity"]): aws.types.input.ecs.ServiceCapacityProviderStrategy[] {
  return [
    ...(steady === undefined ? [] : [{ capacityProvider: steady, base: 1, weight: 0 }]),
    { capacityProvider: provider, weight: 1 },
  ];
}

function taskDefinition(
  name: string,
  { plan, image, admitted, executionRoleArn, logGroup, capacity, region }: AwsContainerServiceArgs,
  opts: pulumi.CustomResourceOptions,
): aws.ecs.TaskDefinition {
  const { identity, connections, caBundles } = admitted;
  const needed = neededSize(plan);
  const onFargate = capacity.kind === "fargate";
  const { cpuUnits, memoryMiB } = onFargate ? fargateSize(plan.service, needed) : needed;
  const diskGiB = onFargate ? fargateDiskGiB(plan.service, writableOf(plan)) : undefined;
  return new aws.ecs.TaskDefinition(
    name,
    {
      family: physicalName(255, name),
      requiresCompatibilities: [onFargate ? "FARGATE" : "MANAGED_INSTANCES"],
      networkMode: "awsvpc",
      cpu: `${cpuUnits}`,
      memory: `${memoryMiB}`,
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      taskRoleArn: identity.identifier,
      executionRoleArn,
      volumes: volumesOf(plan, { caBundles }),
      ...(diskGiB !== undefined && { ephemeralStorage: { sizeInGib: diskGiB } }),
      containerDefinitions: containerDefinitions(plan, {
        image,
        connections,
        caBundles,
        logs: { group: logGroup.name, region },
      }),
      // a version that is sent back starts the tasks of the one before it again
      skipDestroy: true,
    },
    opts,
  );
}

function balanced(
  { plan: { service, port = 0 }, trafficRoleArn }: AwsContainerServiceArgs,
  { targetGroup, alternate, rule }: ServiceDoor,
): aws.types.input.ecs.ServiceLoadBalancer {
  return {
    targetGroupArn: targetGroup.arn,
    containerName: service,
    containerPort: port,
    ...(alternate !== undefined && {
      advancedConfiguration: {
        alternateTargetGroupArn: alternate.arn,
        productionListenerRule: rule.arn,
        roleArn: trafficRoleArn,
      },
    }),
  };
}

type Deployment = Pick<
  aws.ecs.ServiceArgs,
  | "deploymentCircuitBreaker"
  | "deploymentConfiguration"
  | "deploymentController"
  | "deploymentMaximumPercent"
  | "deploymentMinimumHealthyPercent"
>;

/** Minutes for which the version before stands beside a canary's that has all requests. */
const canaryBakeMinutes = 5;

/**
 * Its strategy, as ECS has it. A canary of ECS has one step: the first of the plan's, for as long as all of them take, so
 * that a version is judged by no more requests than were asked for, and no shorter.
 */
export function deployed({ strategy }: Pick<ContainerPlan, "strategy">): Deployment {
  const common = {
    deploymentController: { type: "ECS" },
    deploymentCircuitBreaker: { enable: true, rollback: true },
    deploymentMinimumHealthyPercent: 100,
  };
  switch (strategy.kind) {
    case "rolling":
      return { ...common, deploymentMaximumPercent: 200, deploymentConfiguration: { strategy: "ROLLING" } };
    case "blueGreen":
      return {
        ...common,
        deploymentMaximumPercent: 200,
        deploymentConfiguration: {
          strategy: "BLUE_GREEN",
          bakeTimeInMinutes: `${strategy.judgedMinutes}`,
        },
      };
    case "canary": {
      const minutes = strategy.steps.reduce((total, step) => total + step.minutes, 0);
      return {
        ...common,
        deploymentMaximumPercent: 200,
        deploymentConfiguration: {
          strategy: "CANARY",
          bakeTimeInMinutes: `${canaryBakeMinutes}`,
          canaryConfiguration: {
            canaryPercent: strategy.steps[0]?.percent ?? 10,
            canaryBakeTimeInMinutes: `${minutes}`,
          },
        },
      };
    }
  }
}
