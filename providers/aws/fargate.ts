import * as aws from "@pulumi/aws";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Network } from "../../components/network/network";
import { SecureNamespace } from "../../components/platform/namespace";
import { physicalName } from "../../components/names";
import type { ClusterFacts } from "./addons";
import { AwsKey } from "./key";
import { type AwsRole, awsRole } from "./role";
import { maxCidrKey } from "./storeAccess";

/** Ports on which pods listen: none below runs without rights of root. */
const podPorts = { fromPort: 1024, toPort: 65_535 } as const;

interface Opts {
  readonly parent: pulumi.Resource;
  readonly dependsOn: readonly pulumi.Resource[];
}

/** Where and for whom Fargate runs pods. */
export interface FargateArgs {
  readonly cluster: ClusterFacts;
  readonly network: Network;
  readonly namespaces: readonly string[];
  readonly logGroup: aws.cloudwatch.LogGroup;
}

/**
 * A Fargate profile for each namespace: whatever pod is made there gets a machine of its own, in the private subnets. The
 * role is that of the machine, which pulls images and writes the pods' logs; pods have identities of their own.
 */
export function fargateProfiles(
  name: string,
  { cluster, network, namespaces, logGroup }: FargateArgs,
  { parent, dependsOn }: Opts,
): readonly aws.eks.FargateProfile[] {
  const { role, permissions } = executionRole(`${name}-pods`, { cluster, logGroup }, parent);
  return namespaces.map(
    (namespace) =>
      new aws.eks.FargateProfile(
        `${name}-${namespace}`,
        {
          clusterName: cluster.name,
          podExecutionRoleArn: role.arn,
          subnetIds: network.privateSubnetIds,
          selectors: [{ namespace }],
        },
        { parent, dependsOn: [...dependsOn, ...permissions] },
      ),
  );
}

/**
 * Assumed by Fargate for profiles of this one cluster.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html
 */
function executionRole(
  name: string,
  { cluster, logGroup }: Pick<FargateArgs, "cluster" | "logGroup">,
  parent: pulumi.Resource,
): AwsRole {
  return awsRole(
    name,
    {
      description: `Machines of Fargate below the pods of ${cluster.name}`,
      trust: [
        {
          Effect: "Allow",
          Principal: { Service: "eks-fargate-pods.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": cluster.accountId },
            ArnLike: {
              "aws:SourceArn": `arn:aws:eks:${cluster.region}:${cluster.accountId}:fargateprofile/${cluster.name}/*`,
            },
          },
        },
      ],
      managedPolicies: { execution: "arn:aws:iam::aws:policy/AmazonEKSFargatePodExecutionRolePolicy" },
      statements: [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          Resource: [logGroup.arn, pulumi.interpolate`${logGroup.arn}:*`],
        },
      ],
    },
    { parent },
  );
}

/** Where Fargate writes what pods say, under a key of its own. */
export function fargateLogGroup(
  name: string,
  {
    cluster,
    retentionDays,
    protect,
  }: { readonly cluster: ClusterFacts; readonly retentionDays: number; readonly protect: boolean },
  opts: { readonly parent: pulumi.Resource },
): aws.cloudwatch.LogGroup {
  const key = new AwsKey(
    `${name}-key`,
    {
      purpose: `Logs of the pods on Fargate of ${cluster.name}`,
      services: [`logs.${cluster.region}.amazonaws.com`],
      account: cluster.accountId,
      region: cluster.region,
      protect,
    },
    opts,
  );
  return new aws.cloudwatch.LogGroup(
    name,
    { name: `/aws/eks/${cluster.name}/pods`, retentionInDays: retentionDays, kmsKeyId: key.arn },
    { ...opts, protect },
  );
}

/** What the container runtime writes before each line: when, where, and whether it is a whole one. */
export const runtimeLines = {
  Name: "crio",
  Format: "Regex",
  Regex: "^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>P|F) (?<log>.*)$",
  Time_Key: "time",
  Time_Format: "%Y-%m-%dT%H:%M:%S.%L%z",
} as const;

/**
 * Tells the log router beside each pod on Fargate where to write. It reads this namespace and this ConfigMap alone, as a
 * pod starts. https://docs.aws.amazon.com/eks/latest/userguide/fargate-logging.html
 */
export function fargateLogging(
  name: string,
  { cluster, logGroup }: Pick<FargateArgs, "cluster" | "logGroup">,
  opts: pulumi.ComponentResourceOptions & { readonly provider: k8s.Provider },
): readonly pulumi.Resource[] {
  const { provider, ...rest } = opts;
  const nothing = { cpu: "1", memory: "1Gi" };
  const namespace = new SecureNamespace(
    name,
    {
      namespace: "aws-observability",
      labels: { "aws-observability": "enabled" },
      quota: { requests: nothing, limits: nothing, pods: 0 },
    },
    { ...rest, providers: [provider] },
  );
  const settings = new k8s.core.v1.ConfigMap(
    `${name}-router`,
    {
      metadata: { name: "aws-logging", namespace: namespace.namespaceName },
      data: {
        "parsers.conf": section("PARSER", runtimeLines),
        "filters.conf": [
          // a line in JSON is no JSON before this, and so none of its fields would be found
          section("FILTER", { Name: "parser", Match: "*", Key_name: "log", Parser: runtimeLines.Name }),
          section("FILTER", {
            Name: "kubernetes",
            Match: "kube.*",
            Merge_Log: "On",
            Keep_Log: "Off",
            Buffer_Size: "0",
            Kube_Meta_Cache_TTL: "300s",
          }),
        ].join("\n"),
        "output.conf": logGroup.name.apply((group) =>
          section("OUTPUT", {
            Name: "cloudwatch_logs",
            Match: "kube.*",
            region: cluster.region,
            log_group_name: group,
            log_stream_prefix: "fargate-",
            auto_create_group: "false",
          }),
        ),
      },
    },
    { parent: namespace, provider },
  );
  return [namespace, settings];
}

/** A section of Fluent Bit's classic configuration. */
function section(kind: string, entries: Readonly<Record<string, string>>): string {
  return [`[${kind}]`, ...Object.entries(entries).map(([key, value]) => `    ${key} ${value}`), ""].join(
    "\n",
  );
}

/** Arguments of {@link fargateSecurityGroup}. */
export interface FargateSecurityGroupArgs {
  readonly network: Network;
  /** Group of the control plane and the nodes. */
  readonly clusterGroupId: pulumi.Output<string>;
}

/**
 * The group of the pods on Fargate, in place of the cluster's own, whose members reach each other on every port. The VPC
 * CNI enforces no network policy on Fargate, where none of its pods runs; this is what stands in for them: in from
 * the nodes (ingress, Prometheus, the kubelet's callers) and from each other, out to each other, to DNS and the API server,
 * to the stores, and by HTTPS.
 */
export function fargateSecurityGroup(
  name: string,
  { network, clusterGroupId }: FargateSecurityGroupArgs,
  opts: { readonly parent: pulumi.Resource },
): { readonly group: aws.ec2.SecurityGroup; readonly rules: readonly pulumi.Resource[] } {
  const group = new aws.ec2.SecurityGroup(
    name,
    {
      vpcId: network.networkId,
      description: "Pods on Fargate: from nodes and each other, out to what they use",
    },
    opts,
  );
  const https = { ipProtocol: "tcp", fromPort: 443, toPort: 443 } as const;
  const ingress = (key: string, args: Omit<aws.vpc.SecurityGroupIngressRuleArgs, "securityGroupId">) =>
    new aws.vpc.SecurityGroupIngressRule(`${name}-from-${key}`, { ...args, securityGroupId: group.id }, opts);
  const egress = (key: string, args: Omit<aws.vpc.SecurityGroupEgressRuleArgs, "securityGroupId">) =>
    new aws.vpc.SecurityGroupEgressRule(`${name}-to-${key}`, { ...args, securityGroupId: group.id }, opts);
  const dns = (["tcp", "udp"] as const).flatMap((ipProtocol) => {
    const port = { ipProtocol, fromPort: 53, toPort: 53 };
    return [
      egress(`dns-${ipProtocol}`, {
        ...port,
        description: "The cluster's DNS, on its nodes",
        referencedSecurityGroupId: clusterGroupId,
      }),
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-dns-${ipProtocol}`,
        {
          ...port,
          securityGroupId: clusterGroupId,
          description: "The cluster's DNS, from pods on Fargate",
          referencedSecurityGroupId: group.id,
        },
        opts,
      ),
    ];
  });
  const rules = [
    ...dns,
    ingress("nodes", {
      ...podPorts,
      ipProtocol: "tcp",
      description: "Ingress and Prometheus on nodes, and who calls the kubelet",
      referencedSecurityGroupId: clusterGroupId,
    }),
    ingress("pods", {
      ...podPorts,
      ipProtocol: "tcp",
      description: "Each other",
      referencedSecurityGroupId: group.id,
    }),
    egress("pods", {
      ...podPorts,
      ipProtocol: "tcp",
      description: "Each other",
      referencedSecurityGroupId: group.id,
    }),
    egress("https", {
      ...https,
      description: "API server, AWS and, where a service may, the internet",
      cidrIpv4: "0.0.0.0/0",
    }),
    ...network.dataCidrs.map((cidrIpv4) =>
      egress(`stores-${physicalName(maxCidrKey, cidrIpv4)}`, {
        ...podPorts,
        ipProtocol: "tcp",
        description: "Stores",
        cidrIpv4,
      }),
    ),
  ];
  return { group, rules };
}

/**
 * Gives the pods of a namespace their group; EKS reads it as a pod is made. The kind comes with every cluster of EKS.
 * https://docs.aws.amazon.com/eks/latest/userguide/sg-pods-example-deployment.html
 */
export function securityGroupPolicy(
  name: string,
  {
    namespace,
    groupId,
  }: { readonly namespace: pulumi.Input<string>; readonly groupId: pulumi.Output<string> },
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "vpcresources.k8s.aws/v1beta1",
      kind: "SecurityGroupPolicy",
      metadata: { name: "fargate", namespace },
      spec: { podSelector: {}, securityGroups: { groupIds: [groupId] } },
    },
    opts,
  );
}
