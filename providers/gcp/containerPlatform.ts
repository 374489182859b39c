import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { admit } from "../../components/containers/admission";
import type { ContainerPlatform, ContainerPlatformArgs } from "../../components/containers/containerPlatform";
import { type ContainerPlan, imageOf, planContainers, routed } from "../../components/containers/plan";
import type { PolicyOptions } from "./alertPolicy";
import { containerAlarms, taskAlarms } from "./containerAlarms";
import { StoreAuthorities } from "./containerFiles";
import { containerFront } from "./containerFront";
import { GcpContainerIdentity } from "./containerIdentity";
import { GcpContainerService } from "./containerService";
import { migrationRun, scheduledRun, schedulerAccount } from "./containerTasks";
import { closeInstances, containerTraffic, tagsOf } from "./containerTraffic";
import { GcpKey } from "./key";
import { gcpNetwork } from "./network";
import type { GcpPlacement } from "./project";
import type { WatchedStore } from "./watchedStore";

/**
 * {@link ContainerPlatform} of Cloud Run: services that are reached by a load balancer with Cloud CDN and Cloud Armor, and
 * that call each other by the network, as accounts that may.
 */
export class GcpContainerPlatform
  extends pulumi.ComponentResource
  implements ContainerPlatform, WatchedStore
{
  readonly url: string;
  readonly loadBalancer: pulumi.Output<string>;
  readonly services: Readonly<Record<string, gcp.cloudrunv2.Service>>;
  readonly records: readonly pulumi.Resource[];
  private readonly plans: readonly ContainerPlan[];
  private readonly scheduled: readonly ReturnType<typeof scheduledRun>[];

  constructor(
    name: string,
    args: ContainerPlatformArgs & GcpPlacement,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("groundwork:gcp:ContainerPlatform", name, {}, opts);
    const { system, region, project, protect, stores, imageRegistry, imagePolicy, zone } = args;
    const child = { parent: this };
    const network = gcpNetwork(args.network);
    const plans = planContainers(system.services, zone.domain);

    const api = new gcp.projects.Service(
      `${name}-api`,
      { project: project.projectId, service: "run.googleapis.com", disableOnDestroy: false },
      child,
    );
    const agent = new gcp.projects.ServiceIdentity(
      `${name}-agent`,
      { project: project.projectId, service: "run.googleapis.com" },
      { ...child, dependsOn: [api] },
    );
    const users = { run: agent.member, secretmanager: project.agents.secretmanager };
    const key = new GcpKey(`${name}-key`, { region, project, protect, users }, child);
    closeInstances(name, { network, project }, child);
    const authorities = new StoreAuthorities(`${name}-authorities`, { region, project, key, protect }, child);
    const identities = Object.fromEntries(
      plans.map(({ service }) => [
        service,
        new GcpContainerIdentity(
          `${name}-${service}-account`,
          { system: system.name, service, project },
          child,
        ),
      ]),
    );
    const account = plans.some(({ tasks }) => tasks.cronJobs.length > 0)
      ? schedulerAccount(`${name}-scheduler`, { system: system.name, project }, child)
      : undefined;
    const scheduled: ReturnType<typeof scheduledRun>[] = [];
    const services: Record<string, gcp.cloudrunv2.Service> = {};
    for (const plan of plans) {
      const { service, peers } = plan;
      const own = `${name}-${service}`;
      const identity = identities[service];
      if (identity === undefined) continue;
      const admitted = admit(`${own}-account`, { plan, known: stores, identity });
      const files = Object.entries(admitted.caBundles).map(([store, bundle]) =>
        authorities.file(service, { store, bundle, member: identity.principal }),
      );
      const tags = tagsOf(name, service);
      const { destinations } = admitted;
      const traffic = containerTraffic(
        own,
        { plan, tag: tags.at(-1) ?? "", network, destinations, project },
        child,
      );
      const facts = {
        plan,
        image: imageOf(imageRegistry, plan.image),
        network,
        admitted,
        files: files.map(({ mounted }) => mounted),
        tags,
        callees: Object.fromEntries(
          Object.keys(peers.callees).flatMap((callee) => {
            const called = services[callee];
            return called === undefined ? [] : [[callee, called.uri] as const];
          }),
        ),
        key,
        checksImages: imagePolicy !== undefined,
        region,
      };
      const ready = [
        api,
        identity,
        ...traffic,
        ...files.flatMap(({ ready: readers }) => readers),
        ...(imagePolicy?.ready ?? []),
      ];
      const { migration, cronJobs } = plan.tasks;
      const migrated =
        migration === undefined
          ? []
          : [migrationRun(`${own}-migration`, { args: facts, migration }, { ...child, dependsOn: ready })];
      const made = new GcpContainerService(
        own,
        {
          ...facts,
          callers: Object.fromEntries(
            peers.callers.flatMap((caller) => {
              const calling = identities[caller];
              return calling === undefined ? [] : [[caller, calling.principal] as const];
            }),
          ),
          protect,
        },
        { ...child, dependsOn: [...ready, ...migrated] },
      ).service;
      services[service] = made;
      if (account === undefined) continue;
      for (const cronJob of cronJobs) {
        scheduled.push(
          scheduledRun(
            `${own}-${cronJob.task}`,
            { args: facts, cronJob, account, project },
            // its tables are those of the newest version
            { ...child, dependsOn: [...ready, ...migrated] },
          ),
        );
      }
    }
    const front = containerFront(`${name}-front`, { ...args, routed: routed(plans), services }, child);

    this.plans = plans;
    this.scheduled = scheduled;
    this.services = services;
    this.url = `https://${zone.domain}`;
    this.loadBalancer = front.address;
    this.records = [...new Set(plans.flatMap(({ host }) => host ?? []))].map((host) =>
      zone.point(
        `${name}-record-${host.replaceAll(".", "-")}`,
        { host, loadBalancer: front.address },
        { ...child, dependsOn: [front] },
      ),
    );
    this.registerOutputs({ loadBalancer: this.loadBalancer });
  }

  watch(name: string, policies: PolicyOptions): void {
    for (const plan of this.plans) {
      const service = this.services[plan.service];
      if (service !== undefined) containerAlarms(name, { plan, serviceName: service.name }, policies);
    }
    if (this.scheduled.length > 0) {
      taskAlarms(
        name,
        {
          jobs: this.scheduled.map(({ job }) => job.name),
          schedules: this.scheduled.map(({ schedule }) => schedule.name),
        },
        policies,
      );
    }
  }
}
