import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { admit } from "../../components/containers/admission";
import type { ContainerPlatform, ContainerPlatformArgs } from "../../components/containers/containerPlatform";
import {
  type ContainerPlan,
  imageOf,
  planContainers,
  routed,
  writableOf,
} from "../../components/containers/plan";
import { openDoors } from "../../components/edge/doors";
import type { AlarmChannels } from "./alarmChannels";
import { deadLetters } from "./alarmTopic";
import { containerAlarms, taskAlarms, type WatchedTasks } from "./containerAlarms";
import { ContainerFront } from "./containerFront";
import { gpuCapacity } from "./containerGpus";
import { AwsContainerIdentity } from "./containerIdentity";
import { executionIdentity, trafficRole } from "./containerRoles";
import { AwsContainerService, type AwsContainerServiceArgs } from "./containerService";
import { diskGiB } from "./containerSize";
import { familyOf, migrationRun, scheduledRuns } from "./containerTasks";
import { containerTraffic } from "./containerTraffic";
import { awsDnsZone } from "./dnsZone";
import { AwsEdge } from "./edge";
import { AwsKey } from "./key";
import { awsNetwork } from "./network";
import type { WatchedStore } from "./watchedStore";

/** Arguments of an {@link AwsContainerPlatform}. */
export interface AwsContainerPlatformArgs extends ContainerPlatformArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /** The provider of us-east-1. */
  readonly atEdge: aws.Provider;
}

/** Tasks of a service that a machine with GPUs may have on its disk beside each other: one, and the one that takes its place. */
const tasksOnMachine = 2;

/**
 * {@link ContainerPlatform} of ECS: tasks on Fargate, and on machines with GPUs where they ask for some, which call each
 * other by Service Connect and stand behind an application load balancer.
 */
export class AwsContainerPlatform
  extends pulumi.ComponentResource
  implements ContainerPlatform, WatchedStore
{
  readonly url: string;
  readonly loadBalancer: pulumi.Output<string>;
  readonly services: Readonly<Record<string, pulumi.Resource>>;
  readonly records: readonly pulumi.Resource[];
  /** Name of the cluster. */
  readonly clusterName: pulumi.Output<string>;
  private readonly made: readonly { readonly plan: ContainerPlan; readonly service: AwsContainerService }[];
  private readonly front: ContainerFront;
  /** What is done at certain times; `undefined` where nothing is. */
  private readonly scheduled: WatchedTasks | undefined;

  constructor(name: string, args: AwsContainerPlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:ContainerPlatform", name, {}, opts);
    const { system, accountId, region, logRetentionDays, protect } = args;
    const child = { parent: this };
    const zone = awsDnsZone(args.zone);
    const network = awsNetwork(args.network);
    const plans = planContainers(system.services, zone.domain);

    const key = new AwsKey(
      `${name}-key`,
      {
        purpose: `logs of the services of ${system.name}`,
        services: [`logs.${region}.amazonaws.com`],
        account: accountId,
        region,
        protect,
      },
      child,
    );
    const cluster = new aws.ecs.Cluster(
      name,
      {
        settings: [{ name: "containerInsights", value: "enhanced" }],
        // nobody gets into a task: enableExecuteCommand is off in every service
        configuration: { executeCommandConfiguration: { logging: "NONE" } },
      },
      child,
    );
    const namespace = new aws.servicediscovery.HttpNamespace(
      name,
      { description: `Services of ${system.name}, by Service Connect` },
      child,
    );
    const front = new ContainerFront(
      `${name}-front`,
      {
        network,
        zone,
        routed: routed(plans),
        behindEdge: args.edge !== undefined,
        accountId,
        logRetentionDays,
        protect,
      },
      child,
    );
    const capacity = this.capacity(name, args, cluster, plans);
    const traffic = trafficRole(`${name}-traffic`, accountId, child);
    const common = {
      cluster,
      network,
      namespaceArn: namespace.arn,
      balancer: front.loadBalancer.arnSuffix,
      trafficRoleArn: traffic.arn,
      region,
    };
    const missed = plans.some(({ tasks }) => tasks.cronJobs.length > 0)
      ? deadLetters(`${name}-missed`, { region, accountId }, child)
      : undefined;
    const made: { readonly plan: ContainerPlan; readonly service: AwsContainerService }[] = [];
    const groups: Record<string, aws.ec2.SecurityGroup> = {};
    for (const plan of plans) {
      const { service } = plan;
      const prepared = this.prepare(`${name}-${service}`, plan, { ...args, front, groups, keyArn: key.arn });
      groups[service] = prepared.securityGroup;
      const callees = made.filter((one) => one.plan.service in plan.peers.callees);
      const { migration, cronJobs } = plan.tasks;
      const tasked = { plan, cluster, network, region, accountId, ...prepared.facts };
      const migrated =
        migration === undefined
          ? []
          : [
              migrationRun(
                `${name}-${service}-migration`,
                { ...tasked, migration, logRetentionDays, protect },
                { ...child, dependsOn: [...prepared.ready, capacity.ready] },
              ),
            ];
      made.push({
        plan,
        service: new AwsContainerService(
          `${name}-${service}`,
          { plan, ...common, ...prepared.facts, ...capacity.of(plan) },
          {
            ...child,
            // who starts before those that it calls would never hear of them
            dependsOn: [
              ...prepared.ready,
              ...traffic.ready,
              ...migrated,
              ...callees.map((one) => one.service),
            ],
          },
        ),
      });
      if (missed === undefined || cronJobs.length === 0) continue;
      scheduledRuns(
        `${name}-${service}`,
        { ...tasked, failed: missed },
        // its tables are those of the newest version
        { ...child, dependsOn: [...prepared.ready, ...migrated, capacity.ready] },
      );
    }

    this.made = made;
    this.scheduled =
      missed === undefined
        ? undefined
        : {
            families: plans.flatMap(({ service, tasks }) =>
              tasks.cronJobs.map(({ task }) => familyOf(`${name}-${service}-${task}`)),
            ),
            services: plans.flatMap(({ service, tasks }) => (tasks.cronJobs.length > 0 ? [service] : [])),
            missed: missed.name,
          };
    this.front = front;
    this.clusterName = cluster.name;
    this.url = `https://${zone.domain}`;
    this.loadBalancer = front.loadBalancer.dnsName;
    this.services = Object.fromEntries(made.map((one) => [one.plan.service, one.service.service]));
    this.records = this.openTo(name, args, plans);
    this.registerOutputs({ loadBalancer: this.loadBalancer });
  }

  watch(name: string, channels: AlarmChannels, opts: { readonly parent: pulumi.Resource }): void {
    const { front, clusterName } = this;
    const balancer = front.loadBalancer.arnSuffix;
    for (const { plan, service } of this.made) {
      const { serviceName, discoveryName } = service;
      const door = front.doors[plan.service];
      const watched = { plan, serviceName, discoveryName, door, clusterName, balancer };
      containerAlarms(name, watched, channels, opts);
    }
    if (this.scheduled !== undefined) taskAlarms(name, this.scheduled, channels, opts);
  }

  /** Where tasks run: on Fargate, which may be spot, or on machines with GPUs. */
  private capacity(
    name: string,
    { network, gpus, accountId, onSpot = [] }: AwsContainerPlatformArgs,
    cluster: aws.ecs.Cluster,
    plans: readonly ContainerPlan[],
  ): {
    readonly of: (plan: ContainerPlan) => Pick<AwsContainerServiceArgs, "capacity">;
    /** What has to stand before tasks ask for capacity. */
    readonly ready: pulumi.Resource;
  } {
    const asking = plans.filter((plan) => plan.gpus !== undefined);
    const [first] = asking;
    if (first !== undefined && gpus === undefined) {
      throw new RangeError(`${first.service}.gpus: expected none, as there are no machines with GPUs, got 1`);
    }
    const machines =
      first === undefined || gpus === undefined
        ? undefined
        : gpuCapacity(
            `${name}-gpus`,
            {
              cluster,
              network,
              gpus,
              diskGiB: tasksOnMachine * Math.max(...asking.map((plan) => diskGiB(writableOf(plan)))),
              accountId,
            },
            { parent: this },
          );
    const providers = new aws.ecs.ClusterCapacityProviders(
      `${name}-capacity`,
      {
        clusterName: cluster.name,
        capacityProviders: ["FARGATE", "FARGATE_SPOT", ...(machines === undefined ? [] : [machines.name])],
        defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
      },
      { parent: this },
    );
    // the name is known when the cluster has it
    const ofCluster = (provider: pulumi.Input<string>): pulumi.Output<string> =>
      pulumi.all([provider, providers.id]).apply(([known]) => known);
    const of = (plan: ContainerPlan): Pick<AwsContainerServiceArgs, "capacity"> => {
      if (plan.gpus !== undefined && machines !== undefined) {
        return { capacity: { kind: "instances", provider: ofCluster(machines.name) } };
      }
      if (!onSpot.includes(plan.service)) {
        return { capacity: { kind: "fargate", provider: ofCluster("FARGATE") } };
      }
      // of several one stays when all that are on spot go
      const steady = plan.minReplicas > 1 ? { steady: ofCluster("FARGATE") } : {};
      return { capacity: { kind: "fargate", provider: ofCluster("FARGATE_SPOT"), ...steady } };
    };
    return { of, ready: providers };
  }

  /** What stands before a service's tasks: its log, its roles and whom it may speak to. */
  private prepare(
    name: string,
    plan: ContainerPlan,
    { front, groups, keyArn, ...args }: PrepareArgs,
  ): Prepared {
    const { system, stores, registry, imageRegistry, network, region, accountId } = args;
    const { service } = plan;
    const child = { parent: this };
    const logGroup = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { kmsKeyId: keyArn, retentionInDays: args.logRetentionDays },
      { ...child, protect: args.protect },
    );
    const identity = new AwsContainerIdentity(
      `${name}-task`,
      { system: system.name, service, purpose: "task", region, accountId },
      child,
    );
    const admitted = admit(`${name}-task`, { plan, known: stores, identity });
    const execution = executionIdentity(
      `${name}-execution`,
      {
        system: system.name,
        service,
        logGroup,
        imageRegistry,
        region,
        accountId,
        ...(registry !== undefined && { registry }),
      },
      child,
    );
    const door = front.doors[service];
    const securityGroup = containerTraffic(
      `${name}-tasks`,
      {
        plan,
        network,
        region,
        destinations: admitted.destinations,
        callees: Object.fromEntries(
          Object.entries(groups).filter(([callee]) => callee in plan.peers.callees),
        ),
        front: door === undefined ? undefined : front.securityGroup,
      },
      child,
    );
    const image = imageOf(imageRegistry, plan.image);
    return {
      securityGroup,
      ready: [identity, execution, ...(door === undefined ? [] : [door.rule])],
      facts: { image, admitted, executionRoleArn: execution.identifier, logGroup, securityGroup, door },
    };
  }

  /** Points the hosts' names here, by way of the edge where there is one. */
  private openTo(
    name: string,
    args: AwsContainerPlatformArgs,
    plans: readonly ContainerPlan[],
  ): readonly pulumi.Resource[] {
    const { edge, zone, bucket, accountId, atEdge, logRetentionDays, protect } = args;
    const hosts = [...new Set(plans.flatMap(({ host }) => host ?? []))];
    const doors = { zone, hosts, loadBalancer: this.loadBalancer };
    const opts = { parent: this };
    if (edge === undefined) return openDoors(name, doors, opts);
    const { assets, ...rest } = edge;
    const behind = {
      originProofs: this.front.originProofs,
      ...(assets !== undefined && { assets: { ...assets, bucket } }),
    };
    return openDoors(
      name,
      {
        ...doors,
        edge: (place, own) =>
          new AwsEdge(
            `${name}-edge`,
            { ...rest, ...behind, ...place, accountId, atEdge, logRetentionDays, protect },
            own,
          ),
      },
      opts,
    );
  }
}

interface PrepareArgs extends AwsContainerPlatformArgs {
  readonly front: ContainerFront;
  /** Groups of the services that stand already. */
  readonly groups: Readonly<Record<string, aws.ec2.SecurityGroup>>;
  readonly keyArn: pulumi.Input<string>;
}

interface Prepared {
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly ready: readonly pulumi.Resource[];
  readonly facts: Pick<
    AwsContainerServiceArgs,
    "image" | "admitted" | "executionRoleArn" | "logGroup" | "securityGroup" | "door"
  >;
}
