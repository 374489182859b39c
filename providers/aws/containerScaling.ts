import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerPlan } from "../../components/containers/plan";
import { targetPercents } from "../../components/workload/scaling";

/** Metrics of ECS by what a plan calls them. */
const metrics: Readonly<Record<string, string>> = {
  cpu: "ECSServiceAverageCPUUtilization",
  memory: "ECSServiceAverageMemoryUtilization",
};

/** How soon it grows again after it has grown, seconds: tasks of Fargate take about as long to start. */
const growAgainSeconds = 60;

/** The autoscaler of a service: up when either is above its target, down after the load was lower for a while. */
export function containerScaling(
  name: string,
  {
    plan,
    clusterName,
    service,
  }: {
    readonly plan: ContainerPlan;
    readonly clusterName: pulumi.Output<string>;
    readonly service: aws.ecs.Service;
  },
  opts: { readonly parent: pulumi.Resource },
): void {
  const { autoscaled, minReplicas, maxReplicas, scaleDownAfterSeconds = 300 } = plan;
  if (!autoscaled) return;
  const target = new aws.appautoscaling.Target(
    name,
    {
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: pulumi.interpolate`service/${clusterName}/${service.name}`,
      minCapacity: minReplicas,
      maxCapacity: maxReplicas,
    },
    opts,
  );
  for (const [resource, percent] of Object.entries(targetPercents(plan))) {
    const predefinedMetricType = metrics[resource];
    if (predefinedMetricType === undefined) continue;
    new aws.appautoscaling.Policy(
      `${name}-${resource}`,
      {
        policyType: "TargetTrackingScaling",
        serviceNamespace: target.serviceNamespace,
        scalableDimension: target.scalableDimension,
        resourceId: target.resourceId,
        targetTrackingScalingPolicyConfiguration: {
          targetValue: percent,
          scaleOutCooldown: growAgainSeconds,
          scaleInCooldown: scaleDownAfterSeconds,
          predefinedMetricSpecification: { predefinedMetricType },
        },
      },
      opts,
    );
  }
}
