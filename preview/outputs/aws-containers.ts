import type * as aws from "@pulumi/aws";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that services on ECS register. */
export const outputs: OutputTable = {
  "aws:ecs/capacityProvider:CapacityProvider": computes<aws.ecs.CapacityProvider>()((r) => {
    const arn = ofEcs(r, `capacity-provider/${r.autoName}`);
    return { id: arn, arn, name: r.autoName };
  }),
  "aws:ecs/cluster:Cluster": computes<aws.ecs.Cluster>()((r) => {
    const arn = ofEcs(r, `cluster/${r.autoName}`);
    return { id: arn, arn, name: r.autoName };
  }),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": computes<aws.ecs.ClusterCapacityProviders>()(
    (r) => ({ id: text(r, "clusterName") }),
  ),
  "aws:ecs/service:Service": computes<aws.ecs.Service>()((r) => {
    const cluster = text(r, "cluster").split("/").at(-1) ?? "";
    const arn = ofEcs(r, `service/${cluster}/${r.autoName}`);
    return { id: arn, arn, name: r.autoName };
  }),
  "aws:ecs/taskDefinition:TaskDefinition": computes<aws.ecs.TaskDefinition>()((r) => {
    const family = text(r, "family");
    const withoutRevision = ofEcs(r, `task-definition/${family}`);
    return { id: family, arn: `${withoutRevision}:1`, arnWithoutRevision: withoutRevision, revision: 1 };
  }),
  "aws:lb/listener:Listener": computes<aws.lb.Listener>()((r) => {
    const arn = `${text(r, "loadBalancerArn").replace(":loadbalancer/", ":listener/")}/${r.hex(16)}`;
    return { id: arn, arn };
  }),
  "aws:lb/listenerRule:ListenerRule": computes<aws.lb.ListenerRule>()((r) => {
    const arn = `${text(r, "listenerArn").replace(":listener/", ":listener-rule/")}/${r.hex(16)}`;
    return { id: arn, arn };
  }),
  "aws:lb/loadBalancer:LoadBalancer": computes<aws.lb.LoadBalancer>()((r) => {
    const name = text(r, "name");
    const arnSuffix = `app/${name}/${r.hex(16)}`;
    const arn = ofBalancing(r, `loadbalancer/${arnSuffix}`);
    return {
      id: arn,
      arn,
      arnSuffix,
      dnsName: `${name}-1234567890.${r.region}.elb.amazonaws.com`,
      zoneId: "Z0APPLICATION0STANDIN",
    };
  }),
  "aws:lb/targetGroup:TargetGroup": computes<aws.lb.TargetGroup>()((r) => {
    const arnSuffix = `targetgroup/${text(r, "name")}/${r.hex(16)}`;
    const arn = ofBalancing(r, arnSuffix);
    return { id: arn, arn, arnSuffix };
  }),
  "aws:scheduler/schedule:Schedule": computes<aws.scheduler.Schedule>()((r) => ({
    id: `default/${r.autoName}`,
    name: r.autoName,
    arn: `arn:aws:scheduler:${r.region}:${r.account}:schedule/default/${r.autoName}`,
  })),
  "aws:servicediscovery/httpNamespace:HttpNamespace": computes<aws.servicediscovery.HttpNamespace>()((r) => ({
    id: `ns-${r.hex(16)}`,
    name: r.autoName,
    httpName: r.autoName,
    arn: `arn:aws:servicediscovery:${r.region}:${r.account}:namespace/ns-${r.hex(16)}`,
  })),
};

/** Answers of the provider functions they call. */
export const functions: InvokeTable = {};

function ofEcs({ region, account }: Registered, rest: string): string {
  return `arn:aws:ecs:${region}:${account}:${rest}`;
}

function ofBalancing({ region, account }: Registered, rest: string): string {
  return `arn:aws:elasticloadbalancing:${region}:${account}:${rest}`;
}

/** An input that is text; one that is not known yet makes a name that says so. */
function text({ inputs }: Registered, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : `unknown-${key}`;
}
