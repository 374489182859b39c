import type * as aws from "@pulumi/aws";
import type * as k8s from "@pulumi/kubernetes";
import { prometheusPods } from "../../components/platform/names";
import { tcp } from "../../components/platform/networkPolicy";
import { spreadOver } from "../../components/platform/spread";
import type { ClusterFacts } from "./addons";
import { pinsOf } from "./addonVersions";
import { awsController, type ControllerOpts, restrictedContainer } from "./controller";

/** Labels that the chart gives its pods. */
export const autoscalerPods = {
  "app.kubernetes.io/name": "aws-cluster-autoscaler",
  "app.kubernetes.io/instance": "cluster-autoscaler",
} as const;

/** Cluster Autoscaler: adds nodes for pods that find none, and takes away those that stand empty. */
export function clusterAutoscaler(
  name: string,
  {
    cluster,
    nodeSelector,
  }: { readonly cluster: ClusterFacts; readonly nodeSelector: Readonly<Record<string, string>> },
  opts: ControllerOpts,
): k8s.helm.v3.Release {
  const serviceAccount = "cluster-autoscaler";
  return awsController(
    name,
    {
      cluster,
      chart: "clusterAutoscaler",
      serviceAccount,
      statements: permissions(cluster),
      podLabels: autoscalerPods,
      ingress: [{ from: [prometheusPods], ports: tcp(8085) }],
      values: {
        cloudProvider: "aws",
        awsRegion: cluster.region,
        autoDiscovery: { clusterName: cluster.name },
        fullnameOverride: "cluster-autoscaler",
        image: { tag: pinsOf(cluster.version).clusterAutoscaler },
        rbac: { serviceAccount: { create: true, name: serviceAccount } },
        replicaCount: 2,
        podDisruptionBudget: { maxUnavailable: 1 },
        priorityClassName: "system-cluster-critical",
        // of a node's size, not of the number of pods: most clusters need less
        resources: { requests: { cpu: "100m", memory: "600Mi" }, limits: { memory: "600Mi" } },
        securityContext: {
          runAsNonRoot: true,
          runAsUser: 65_534,
          runAsGroup: 65_534,
          fsGroup: 65_534,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containerSecurityContext: restrictedContainer,
        nodeSelector,
        topologySpreadConstraints: spreadOver(autoscalerPods),
        extraArgs: {
          v: 2,
          expander: "least-waste",
          // of a pool's groups, one a zone
          "balance-similar-node-groups": true,
          // an emptyDir or a pod of kube-system does not keep a node: pods that must not move say so by annotation
          "skip-nodes-with-local-storage": false,
          "skip-nodes-with-system-pods": false,
        },
      },
    },
    opts,
  );
}

/**
 * Looks at all groups, as discovery by tags has to, and changes those of this cluster, which EKS tags by itself
 * (kubernetes/autoscaler, cluster-autoscaler/cloudprovider/aws/README.md).
 */
function permissions({ name, region, accountId }: ClusterFacts): readonly aws.iam.PolicyStatement[] {
  return [
    {
      Effect: "Allow",
      Action: [
        "autoscaling:DescribeAutoScalingGroups",
        "autoscaling:DescribeAutoScalingInstances",
        "autoscaling:DescribeLaunchConfigurations",
        "autoscaling:DescribeScalingActivities",
        "ec2:DescribeImages",
        "ec2:DescribeInstanceTypes",
        "ec2:DescribeLaunchTemplateVersions",
        "ec2:GetInstanceTypesFromInstanceRequirements",
      ],
      Resource: "*",
    },
    {
      Effect: "Allow",
      Action: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      Resource: `arn:aws:autoscaling:${region}:${accountId}:autoScalingGroup:*`,
      Condition: { StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${name}`]: "owned" } },
    },
    {
      Effect: "Allow",
      Action: "eks:DescribeNodegroup",
      Resource: `arn:aws:eks:${region}:${accountId}:nodegroup/${name}/*`,
    },
  ];
}
