import type { Cloud } from "../../components/cloud";
import type { ContainerPlatformArgs } from "../../components/containers/containerPlatform";
import type { WorkloadSpec } from "../../components/workload/spec";
import type { PlanResource } from "../../preview/plan";
import { run } from "../support/run";
import { enter } from "./defaults";
import { given, holding, type Setting } from "./setting";

const task = { area: "containers", type: "aws:ecs/taskDefinition:TaskDefinition", elsewhere: "-" };
const service = { area: "containers", type: "aws:ecs/service:Service", elsewhere: "-" };
const balancer = { area: "containers", type: "aws:lb/loadBalancer:LoadBalancer", elsewhere: "-" };
const instance = { area: "containers", type: "gcp:cloudrunv2/service:Service", elsewhere: "-" };

/** What services without a cluster have without being told. */
export const containerSettings: Readonly<Record<Cloud, readonly Setting[]>> = {
  aws: [
    {
      ...task,
      setting: "containers on ECS have a read-only root",
      path: "containerDefinitions",
      expected: holding('"readonlyRootFilesystem":true'),
      why: "who gets in can't leave a program",
    },
    {
      ...task,
      setting: "containers on ECS drop all capabilities",
      path: "containerDefinitions",
      expected: holding('"drop":["ALL"]'),
      why: "no part of the machine's rights",
    },
    {
      ...task,
      setting: "services on ECS run as a user that is not root",
      path: "containerDefinitions",
      expected: holding('"user":"10001:10001"'),
      why: "a hole in a program is no hole in its task",
    },
    {
      ...service,
      setting: "tasks on ECS without a public address",
      path: "networkConfiguration.assignPublicIp",
      expected: false,
      why: "nothing reaches them past the load balancer",
    },
    {
      ...service,
      setting: "nobody gets into a task on ECS",
      path: "enableExecuteCommand",
      expected: false,
      why: "a shell is all that the task may do",
    },
    {
      ...service,
      setting: "ECS sends back a version that does not come up",
      path: "deploymentCircuitBreaker.rollback",
      expected: true,
      why: "no deployment that never ends",
    },
    {
      ...balancer,
      setting: "load balancer of ECS drops invalid headers",
      path: "dropInvalidHeaderFields",
      expected: true,
      why: "requests are not smuggled",
    },
    {
      ...balancer,
      setting: "load balancer of ECS logs requests",
      path: "accessLogs.enabled",
      expected: true,
      why: "SOC 2",
    },
    {
      area: "containers",
      type: "aws:ecs/cluster:Cluster",
      setting: "ECS measures its containers",
      path: "settings.0.value",
      expected: "enhanced",
      elsewhere: "-",
      why: "somebody is told of tasks that do not stay up",
    },
  ],
  gcp: [
    {
      ...instance,
      setting: "Cloud Run is reached by the load balancer or from within",
      path: "ingress",
      expected: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
      why: "nothing comes past the firewall",
    },
    {
      ...instance,
      setting: "Cloud Run runs as an account of its own",
      path: "template.serviceAccount",
      expected: given,
      why: "the project's default account may edit everything in it",
    },
    {
      ...instance,
      setting: "images on Cloud Run under a key of our own",
      path: "template.encryptionKey",
      expected: given,
      why: "access to the key can be withdrawn and is logged",
    },
    {
      ...instance,
      setting: "what Cloud Run sends goes through the network",
      path: "template.vpcAccess.egress",
      expected: "ALL_TRAFFIC",
      why: "its firewall and flow logs see it",
    },
    {
      ...instance,
      setting: "Cloud Run refuses deletion",
      path: "deletionProtection",
      expected: true,
      why: "availability",
    },
  ],
};

/** A service with a route. */
export const web: WorkloadSpec = {
  image: { repository: "web", tag: "1.0.0" },
  port: 8080,
  replicas: 2,
  resources: { cpu: "250m", memory: "256Mi" },
  route: { path: "/" },
};

/** What such a platform registers for one service with a route, told no option but those given. */
export async function containerDefaultsOf(
  cloud: Cloud,
  asked: Partial<ContainerPlatformArgs> = {},
): Promise<readonly PlanResource[]> {
  const { resources } = await run(() => {
    const provider = enter[cloud]();
    const network = provider.network(
      "main-network",
      {
        cidr: "10.0.0.0/16",
        zones: ["b", "c", "d"],
        podCidr: "10.64.0.0/15",
        serviceCidr: "172.20.0.0/18",
      },
      {},
    );
    provider.containerPlatform(
      "main-system",
      {
        network,
        system: { name: "main", services: { web } },
        imageRegistry: "registry.example.com",
        zone: provider.dnsZone("main-zone", { domain: "example.com", logRetentionDays: 365 }, {}),
        stores: {},
        bucket: provider.bucket("main-bucket", { archiveAfterDays: 90, noncurrentRetentionDays: 30 }, {}),
        logRetentionDays: 365,
        protect: true,
        ...asked,
      },
      {},
    );
  });
  return resources;
}
