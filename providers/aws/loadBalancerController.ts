import type * as aws from "@pulumi/aws";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { prometheusPods } from "../../components/platform/names";
import { ingressFromAnyone, tcp } from "../../components/platform/networkPolicy";
import { spreadOver } from "../../components/platform/spread";
import type { ClusterFacts } from "./addons";
import { awsController, type ControllerOpts, restrictedContainer } from "./controller";

/** Arguments of {@link loadBalancerController}. */
export interface LoadBalancerControllerArgs {
  readonly cluster: ClusterFacts;
  readonly vpcId: pulumi.Input<string>;
  /** Labels of the nodes that carry the platform's own pods. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Tags of the load balancers it makes, which no provider's default tags reach. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Labels that the chart gives its pods. */
export const balancerPods = {
  "app.kubernetes.io/name": "aws-load-balancer-controller",
  "app.kubernetes.io/instance": "aws-load-balancer-controller",
} as const;

/** AWS Load Balancer Controller: a network load balancer for each Service of type LoadBalancer. */
export function loadBalancerController(
  name: string,
  { cluster, vpcId, nodeSelector, tags }: LoadBalancerControllerArgs,
  opts: ControllerOpts,
): k8s.helm.v3.Release {
  const serviceAccount = "aws-load-balancer-controller";
  return awsController(
    name,
    {
      cluster,
      chart: "awsLoadBalancerController",
      serviceAccount,
      statements: permissions(cluster),
      podLabels: balancerPods,
      // its webhook, which the API server calls
      ingress: [ingressFromAnyone(9443), { from: [prometheusPods], ports: tcp(8080) }],
      values: {
        // pods do not reach the metadata service, where it would look these three up
        clusterName: cluster.name,
        region: cluster.region,
        vpcId,
        serviceAccount: { create: true, name: serviceAccount },
        defaultTags: { ...tags },
        defaultTargetType: "ip",
        // its webhook would be asked about every Service, those of charts that are installed beside it too, before it
        // answers; ours say by annotation whose they are (kubernetes-sigs/aws-load-balancer-controller#4140)
        enableServiceMutatorWebhook: false,
        // WAF and Shield are not the cluster's to attach, and its role may not
        enableShield: false,
        enableWaf: false,
        enableWafv2: false,
        // a new certificate at each upgrade would break the webhook until all replicas have it
        keepTLSSecret: true,
        replicaCount: 2,
        podDisruptionBudget: { maxUnavailable: 1 },
        priorityClassName: "system-cluster-critical",
        resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { memory: "256Mi" } },
        // its image runs as an unprivileged user by itself
        podSecurityContext: {
          fsGroup: 65_534,
          runAsNonRoot: true,
          seccompProfile: { type: "RuntimeDefault" },
        },
        securityContext: restrictedContainer,
        nodeSelector,
        topologySpreadConstraints: spreadOver(balancerPods),
      },
    },
    opts,
  );
}

/** The tag by which the controller knows what it made, and whose it is. */
const ownTag = "elbv2.k8s.aws/cluster";

/**
 * What the controller does in this account and region, and to what it tagged for this cluster alone.
 *
 * Follows docs/install/iam_policy.json of kubernetes-sigs/aws-load-balancer-controller v3.5.0, narrowed: no WAF, Shield,
 * Cognito and IAM server certificates, which we do not use; tags compared with the cluster's name and not only for being
 * there; security groups by the tag that EKS puts on the cluster's own; ARNs of this account and region.
 */
function permissions({ name, region, accountId }: ClusterFacts): readonly aws.iam.PolicyStatement[] {
  const securityGroups = `arn:aws:ec2:${region}:${accountId}:security-group/*`;
  const elb = (resource: string) => `arn:aws:elasticloadbalancing:${region}:${accountId}:${resource}`;
  const balancersAndGroups = [
    elb("targetgroup/*/*"),
    elb("loadbalancer/net/*/*"),
    elb("loadbalancer/app/*/*"),
  ];
  const listenersAndRules = ["net", "app"].flatMap((kind) => [
    elb(`listener/${kind}/*/*/*`),
    elb(`listener-rule/${kind}/*/*/*`),
  ]);
  const asked = { [`aws:RequestTag/${ownTag}`]: name };
  const owned = { StringEquals: { [`aws:ResourceTag/${ownTag}`]: name } };
  const allow = (
    Action: string[],
    Resource: string | string[],
    Condition?: aws.iam.PolicyStatement["Condition"],
  ): aws.iam.PolicyStatement => ({
    Effect: "Allow",
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  });

  return [
    allow(readActions, "*"),
    allow(
      ["iam:CreateServiceLinkedRole"],
      `arn:aws:iam::${accountId}:role/aws-service-role/elasticloadbalancing.amazonaws.com/*`,
      { StringEquals: { "iam:AWSServiceName": "elasticloadbalancing.amazonaws.com" } },
    ),
    allow(["ec2:CreateSecurityGroup"], [securityGroups, `arn:aws:ec2:${region}:${accountId}:vpc/*`]),
    allow(["ec2:CreateTags"], securityGroups, {
      StringEquals: { "ec2:CreateAction": "CreateSecurityGroup", ...asked },
    }),
    allow(["ec2:CreateTags", "ec2:DeleteTags"], securityGroups, {
      Null: { [`aws:RequestTag/${ownTag}`]: "true" },
      ...owned,
    }),
    allow(
      ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress", "ec2:DeleteSecurityGroup"],
      securityGroups,
      owned,
    ),
    allow(["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"], securityGroups, {
      StringEquals: { [`aws:ResourceTag/kubernetes.io/cluster/${name}`]: "owned" },
    }),
    allow(
      ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"],
      balancersAndGroups,
      { StringEquals: asked },
    ),
    allow(["elasticloadbalancing:AddTags"], balancersAndGroups, {
      StringEquals: {
        "elasticloadbalancing:CreateAction": ["CreateTargetGroup", "CreateLoadBalancer"],
        ...asked,
      },
    }),
    allow(["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"], balancersAndGroups, {
      Null: { [`aws:RequestTag/${ownTag}`]: "true" },
      ...owned,
    }),
    allow(["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"], listenersAndRules),
    allow(changeOwnActions, balancersAndGroups, owned),
    allow(
      ["elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"],
      elb("targetgroup/*/*"),
    ),
    allow(listenerActions, [...balancersAndGroups, ...listenersAndRules]),
  ];
}

/** Actions that only look, and cannot be scoped to resources. */
const readActions = [
  "acm:DescribeCertificate",
  "acm:ListCertificates",
  "ec2:DescribeAccountAttributes",
  "ec2:DescribeAddresses",
  "ec2:DescribeAvailabilityZones",
  "ec2:DescribeCoipPools",
  "ec2:DescribeInstances",
  "ec2:DescribeInternetGateways",
  "ec2:DescribeIpamPools",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeRouteTables",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSubnets",
  "ec2:DescribeTags",
  "ec2:DescribeVpcPeeringConnections",
  "ec2:DescribeVpcs",
  "ec2:GetCoipPoolUsage",
  "ec2:GetSecurityGroupsForVpc",
  "elasticloadbalancing:DescribeCapacityReservation",
  "elasticloadbalancing:DescribeListenerAttributes",
  "elasticloadbalancing:DescribeListenerCertificates",
  "elasticloadbalancing:DescribeListeners",
  "elasticloadbalancing:DescribeLoadBalancerAttributes",
  "elasticloadbalancing:DescribeLoadBalancers",
  "elasticloadbalancing:DescribeRules",
  "elasticloadbalancing:DescribeSSLPolicies",
  "elasticloadbalancing:DescribeTags",
  "elasticloadbalancing:DescribeTargetGroupAttributes",
  "elasticloadbalancing:DescribeTargetGroups",
  "elasticloadbalancing:DescribeTargetHealth",
  "elasticloadbalancing:DescribeTrustStores",
];

/** Changes to balancers and target groups that it made. */
const changeOwnActions = [
  "elasticloadbalancing:DeleteLoadBalancer",
  "elasticloadbalancing:DeleteTargetGroup",
  "elasticloadbalancing:ModifyCapacityReservation",
  "elasticloadbalancing:ModifyIpPools",
  "elasticloadbalancing:ModifyListenerAttributes",
  "elasticloadbalancing:ModifyLoadBalancerAttributes",
  "elasticloadbalancing:ModifyTargetGroup",
  "elasticloadbalancing:ModifyTargetGroupAttributes",
  "elasticloadbalancing:SetIpAddressType",
  "elasticloadbalancing:SetSecurityGroups",
  "elasticloadbalancing:SetSubnets",
];

/** What it does to listeners and their rules, which carry no tag when they are made. */
const listenerActions = [
  "elasticloadbalancing:AddListenerCertificates",
  "elasticloadbalancing:CreateListener",
  "elasticloadbalancing:CreateRule",
  "elasticloadbalancing:DeleteListener",
  "elasticloadbalancing:DeleteRule",
  "elasticloadbalancing:ModifyListener",
  "elasticloadbalancing:ModifyRule",
  "elasticloadbalancing:RemoveListenerCertificates",
  "elasticloadbalancing:SetRulePriorities",
];
