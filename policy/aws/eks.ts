import {
  isOpenToAll,
  isSet,
  isTrue,
  mustBeOn,
  mustBeOneOf,
  mustBeSet,
  mustHold,
  prefixLength,
  show,
} from "../check";
import { always, fromStaging, inProd } from "../levels";
import type { ResourceOf } from "../resource";
import { resourceRule, stackRule } from "../rule";
import { pointsAt } from "../stack";

/** The cluster, and the component that makes one: its arguments are judged where its children can't be seen. */
const clusters = ["aws:eks/cluster:Cluster", "eks:index:Cluster"] as const;
type ClusterType = (typeof clusters)[number];

/**
 * False for a component without arguments: so the engine shows one whose plugin made it, and there its child, the
 * cluster, is judged.
 */
function hasArguments({ type, props }: { readonly type: ClusterType; readonly props: object }): boolean {
  return type === "aws:eks/cluster:Cluster" || Object.keys(props).length > 0;
}

/** Where the endpoint can be reached from, under the names that the type at hand uses. */
function endpointOf(cluster: ResourceOf<ClusterType>) {
  if (cluster.type === "aws:eks/cluster:Cluster") {
    const { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs } = cluster.props.vpcConfig ?? {};
    return { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs, at: "vpcConfig." };
  }
  const { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs } = cluster.props;
  return { endpointPrivateAccess, endpointPublicAccess, publicAccessCidrs, at: "" };
}

export const accessEntriesOnly = resourceRule({
  id: "aws-eks-access-entries-only",
  title: "EKS authenticates by access entries alone",
  severity: "medium",
  description:
    "Who may enter the cluster is said by EKS access entries, which IAM audits, not by the aws-auth ConfigMap, which anyone who can edit it in the cluster can rewrite.",
  remedy: 'Set authenticationMode to "API" (accessConfig.authenticationMode on aws.eks.Cluster).',
  controls: { cisEks: ["4.1.7", "5.5.1"], nsa: ["Authentication"], soc2: ["CC6.3"] },
  levels: fromStaging,
  types: clusters,
  applies: hasArguments,
  check: (cluster) =>
    cluster.type === "aws:eks/cluster:Cluster"
      ? mustBeOneOf(
          cluster.props.accessConfig?.authenticationMode,
          ["API"],
          "accessConfig.authenticationMode",
        )
      : mustBeOneOf(cluster.props.authenticationMode, ["API"], "authenticationMode"),
});

export const controlPlaneLogs = resourceRule({
  id: "aws-eks-control-plane-logs",
  title: "EKS control plane logs are on",
  severity: "medium",
  description: "Without the control plane's logs nobody can say afterwards who did what to the cluster.",
  remedy: "List the log types in enabledClusterLogTypes.",
  controls: {
    cisEks: ["2.1.1"],
    nsa: ["Logging", "Kubernetes native audit logging configuration"],
    soc2: ["CC7.2"],
    gdpr: ["32(1)(d)"],
    pciDss: ["10.2.1"],
  },
  levels: fromStaging,
  settings: {
    logTypes: {
      schema: { type: "array", items: { type: "string" }, description: "Log types that must be on." },
      values: {
        dev: ["audit", "authenticator"],
        staging: ["api", "audit", "authenticator"],
        prod: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      },
    },
  },
  types: clusters,
  applies: hasArguments,
  check: ({ props }, { logTypes }) =>
    mustHold(props.enabledClusterLogTypes, logTypes, "enabledClusterLogTypes"),
});

export const deletionProtection = resourceRule({
  id: "aws-eks-deletion-protection",
  title: "EKS refuses deletion",
  severity: "high",
  description: "Deleting a cluster takes every workload down at once; the API itself has to refuse it.",
  remedy: "Set deletionProtection to true.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: clusters,
  applies: hasArguments,
  check: ({ props }) => mustBeOn(props.deletionProtection, "deletionProtection"),
  remediation: {
    "aws:eks/cluster:Cluster": { deletionProtection: true },
    "eks:index:Cluster": { deletionProtection: true },
  },
});

export const endpointPrivate = resourceRule({
  id: "aws-eks-endpoint-private",
  title: "EKS endpoint answers inside the VPC",
  severity: "high",
  description:
    "Nodes and operators reach the API server without leaving the VPC only when its private endpoint is on.",
  remedy: "Set endpointPrivateAccess to true (vpcConfig.endpointPrivateAccess on aws.eks.Cluster).",
  controls: { cisEks: ["5.4.2"], nsa: ["Control plane hardening"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: clusters,
  applies: hasArguments,
  check: (cluster) => {
    const { endpointPrivateAccess, at } = endpointOf(cluster);
    return mustBeOn(endpointPrivateAccess, `${at}endpointPrivateAccess`);
  },
});

export const endpointPublicRestricted = resourceRule({
  id: "aws-eks-endpoint-public-restricted",
  title: "EKS endpoint is not open to the internet",
  severity: "critical",
  description:
    "The public endpoint is on unless it is switched off, and answers everyone unless told whom; an API server in reach of the internet is one leaked credential from being taken over.",
  remedy: "Set endpointPublicAccess to false, or publicAccessCidrs to the few networks that need it.",
  controls: {
    cisEks: ["5.4.1", "5.4.2"],
    nsa: ["Control plane hardening"],
    soc2: ["CC6.6"],
    gdpr: ["32(1)(b)"],
    pciDss: ["2.2.7"],
  },
  levels: always,
  settings: {
    shortestPrefix: {
      schema: {
        type: "integer",
        minimum: 8,
        maximum: 32,
        description: "Widest IPv4 block allowed, as a prefix length.",
      },
      values: { dev: 16, staging: 24, prod: 24 },
    },
  },
  types: clusters,
  applies: hasArguments,
  check: (cluster, { shortestPrefix }) => {
    const { endpointPublicAccess, publicAccessCidrs, at } = endpointOf(cluster);
    if (endpointPublicAccess === false) return;
    const cidrs = publicAccessCidrs ?? [];
    if (cidrs.length === 0) {
      return `${at}endpointPublicAccess is ${show(endpointPublicAccess)} and publicAccessCidrs names no network, so the endpoint answers the whole internet`;
    }
    return cidrs
      .filter((cidr) => isOpenToAll(cidr) || prefixLength(cidr) < shortestPrefix)
      .map(
        (cidr) => `${at}publicAccessCidrs holds ${cidr}, expected blocks of /${shortestPrefix} or smaller`,
      );
  },
});

export const networkPolicyEnforced = stackRule({
  id: "aws-eks-network-policy-enforced",
  title: "EKS enforces NetworkPolicies",
  severity: "high",
  description:
    "A NetworkPolicy is only text until the CNI enforces it, and the VPC CNI does so only when told.",
  remedy: 'Manage the vpc-cni add-on and set enableNetworkPolicy to "true" in its configurationValues.',
  controls: { cisEks: ["4.3.1", "5.4.4"], nsa: ["Network policies"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: clusters,
  applies: (cluster, stack) => !stack.hasChildOfType(cluster, "aws:eks/cluster:Cluster"),
  check: (cluster, stack) => {
    const cni = stack
      .ofType("aws:eks/addon:Addon")
      .find(
        (addon) => addon.props.addonName === "vpc-cni" && pointsAt(addon, "clusterName", cluster, ["name"]),
      );
    if (!cni)
      return "no vpc-cni add-on of this cluster is managed here, so nothing says that NetworkPolicies are enforced";
    const values: unknown = JSON.parse(cni.props.configurationValues ?? "{}");
    const enabled = (values as { readonly enableNetworkPolicy?: unknown } | null)?.enableNetworkPolicy;
    return (
      !isTrue(enabled) && `the vpc-cni add-on's enableNetworkPolicy is ${show(enabled)}, expected "true"`
    );
  },
});

export const nodeGroupImage = resourceRule({
  id: "aws-eks-node-group-image",
  title: "EKS nodes run an image that is still published",
  severity: "high",
  description:
    "AWS stopped publishing node images of Amazon Linux 2 on 26 November 2025, and has none for Kubernetes 1.33 and later: nodes on one get no fixes any more.",
  remedy: "Set amiType to one of Amazon Linux 2023 or Bottlerocket, such as AL2023_x86_64_STANDARD.",
  controls: { nsa: ["Upgrading and application security practices"], soc2: ["CC7.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:eks/nodeGroup:NodeGroup"],
  // AL2_x86_64, AL2_x86_64_GPU, AL2_ARM_64 (the API's AMITypes)
  check: ({ props: { amiType } }) =>
    amiType?.startsWith("AL2_") === true && `amiType is ${show(amiType)}, of Amazon Linux 2`,
});

export const nodeGroupLaunchTemplate = stackRule({
  id: "aws-eks-node-group-launch-template",
  title: "EKS node groups use a launch template of this stack",
  severity: "medium",
  description:
    "Without a launch template nodes run with the service's defaults: a disk under AWS's key and a metadata service that pods can reach.",
  remedy:
    "Give launchTemplate an aws.ec2.LaunchTemplate of this stack, whose own rules then hold for the nodes.",
  controls: { nsa: ["Protecting sensitive cloud infrastructure"], soc2: ["CC6.1"] },
  levels: fromStaging,
  types: ["aws:eks/nodeGroup:NodeGroup"],
  check: (group, stack) => {
    if (!isSet(group.props, "launchTemplate")) return "launchTemplate is not set";
    const templates = stack.ofType("aws:ec2/launchTemplate:LaunchTemplate");
    return (
      !templates.some((template) => pointsAt(group, "launchTemplate", template)) &&
      "launchTemplate is none of this stack's"
    );
  },
});

export const nodeGroupNoSsh = resourceRule({
  id: "aws-eks-node-group-no-ssh",
  title: "EKS nodes take no SSH from anywhere",
  severity: "high",
  description:
    "A key pair without source groups opens port 22 of every node to the internet; Session Manager needs neither.",
  remedy: "Leave remoteAccess out, or name remoteAccess.sourceSecurityGroupIds.",
  controls: { cisEks: ["5.4.3"], nsa: ["Worker node segmentation"], soc2: ["CC6.6"] },
  levels: always,
  types: ["aws:eks/nodeGroup:NodeGroup"],
  check: ({ props: { remoteAccess = {} } }) =>
    isSet(remoteAccess, "ec2SshKey") &&
    (remoteAccess.sourceSecurityGroupIds ?? []).length === 0 &&
    "remoteAccess.ec2SshKey is set without sourceSecurityGroupIds",
});

export const secretsEncrypted = resourceRule({
  id: "aws-eks-secrets-cmk",
  title: "EKS encrypts Secrets with our key",
  severity: "high",
  description:
    "Kubernetes Secrets in etcd are enciphered under a key of ours, whose use is logged and which we can withdraw.",
  remedy:
    "Set encryptionConfigKeyArn (encryptionConfig with resources [secrets] on aws.eks.Cluster) to a KMS key of this stack.",
  controls: { cisEks: ["5.3.1"], nsa: ["Secrets"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: clusters,
  applies: hasArguments,
  check: (cluster) => {
    if (cluster.type === "eks:index:Cluster") return mustBeSet(cluster.props, "encryptionConfigKeyArn");
    const { encryptionConfig } = cluster.props;
    return [
      mustBeSet(encryptionConfig?.provider, "keyArn", "encryptionConfig.provider.keyArn"),
      mustHold(encryptionConfig?.resources, ["secrets"], "encryptionConfig.resources"),
    ];
  },
});

export const standardSupport = resourceRule({
  id: "aws-eks-supported-version",
  title: "EKS runs a Kubernetes version in standard support",
  severity: "high",
  description:
    "A version out of standard support gets fewer fixes at six times the price; it is named, so that upgrades are decisions.",
  remedy: 'Set version to a supported minor and upgradePolicy.supportType to "STANDARD".',
  controls: { nsa: ["Upgrading and application security practices"], soc2: ["CC7.1"], pciDss: ["6.3.3"] },
  levels: fromStaging,
  settings: {
    versions: {
      // The minors that the platform offers; a minor has 14 months of standard support on EKS.
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Kubernetes minors in standard support.",
      },
      values: {
        dev: ["1.34", "1.35", "1.36"],
        staging: ["1.34", "1.35", "1.36"],
        prod: ["1.34", "1.35", "1.36"],
      },
    },
  },
  types: clusters,
  applies: hasArguments,
  check: ({ props }, { versions }) => [
    mustBeOneOf(props.version, versions, "version"),
    mustBeOneOf(props.upgradePolicy?.supportType, ["STANDARD"], "upgradePolicy.supportType"),
  ],
});

export const administratorsAreRoles = resourceRule({
  id: "aws-eks-admins-are-roles",
  title: "EKS administrators are roles",
  severity: "high",
  description:
    "cluster-admin is for whoever assumes a role, for an hour, under their own name: an IAM user's key or the account's root lasts until someone finds it.",
  remedy: "Name an IAM role as principalArn (cluster.admins.aws in the stack file).",
  controls: { cisEks: ["4.1.1"], nsa: ["Authentication"], soc2: ["CC6.3"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: ["aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "eks:index:Cluster"],
  check: (resource) =>
    boundPolicies(resource).map(
      ({ policyArn, principalArn }) =>
        policyArn?.endsWith("/AmazonEKSClusterAdminPolicy") === true &&
        principalArn !== undefined &&
        /:(user\/|root$)/.test(principalArn) &&
        `${principalArn} is cluster-admin, expected a role`,
    ),
});

/** Access policies with whom they are bound to. */
function boundPolicies(
  resource: ResourceOf<"aws:eks/accessPolicyAssociation:AccessPolicyAssociation" | "eks:index:Cluster">,
): readonly { readonly policyArn?: string | undefined; readonly principalArn?: string | undefined }[] {
  if (resource.type !== "eks:index:Cluster") return [resource.props];
  return Object.values(resource.props.accessEntries ?? {}).flatMap((entry) =>
    Object.values(entry?.accessPolicies ?? {}).map((bound) => ({
      policyArn: bound?.policyArn,
      principalArn: entry?.principalArn,
    })),
  );
}
