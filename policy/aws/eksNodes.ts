import { isSet, isTrue } from "../check";
import { fromStaging, inProd } from "../levels";
import { stackRule } from "../rule";
import { pointsAt, type PlacedResource, type Stack } from "../stack";
import { isPublicSubnet, namedSubnets, zonesOf } from "./subnets";

/** The cluster, and the component that makes one where its children can't be seen. */
const clusters = ["aws:eks/cluster:Cluster", "eks:index:Cluster"] as const;
type Cluster = PlacedResource<(typeof clusters)[number]>;

/** True where the resource itself is judged: a component whose plugin made it leaves that to its child. */
function isJudged(cluster: Cluster, stack: Stack): boolean {
  return !stack.hasChildOfType(cluster, "aws:eks/cluster:Cluster");
}

function nodeGroupsOf(
  cluster: Cluster,
  stack: Stack,
): readonly PlacedResource<"aws:eks/nodeGroup:NodeGroup">[] {
  return stack
    .ofType("aws:eks/nodeGroup:NodeGroup")
    .filter((group) => pointsAt(group, "clusterName", cluster, ["name"]));
}

function addonsOf(cluster: Cluster, stack: Stack): readonly PlacedResource<"aws:eks/addon:Addon">[] {
  return stack
    .ofType("aws:eks/addon:Addon")
    .filter((addon) => pointsAt(addon, "clusterName", cluster, ["name"]));
}

/** True for a cluster whose nodes AWS runs, with all that belongs on them. */
function isAutoMode({ type, props }: Cluster): boolean {
  return type === "eks:index:Cluster"
    ? isTrue(props.autoMode?.enabled)
    : isTrue(props.computeConfig?.enabled);
}

export const privateSubnets = stackRule({
  id: "aws-eks-node-group-private-subnets",
  title: "EKS nodes stand in private subnets",
  severity: "high",
  description:
    "A node in a public subnet is on the internet with everything that listens on it: the kubelet, host ports, node ports.",
  remedy: "Name private subnets, whose default route leads to a NAT gateway, in subnetIds.",
  controls: {
    cisEks: ["5.4.3"],
    nsa: ["Worker node segmentation"],
    soc2: ["CC6.6"],
    gdpr: ["32(1)(b)"],
    pciDss: ["1.4.1"],
  },
  levels: fromStaging,
  types: ["aws:eks/nodeGroup:NodeGroup"],
  // Subnets of another stack, and those that a component keeps to itself, are judged there.
  applies: (group, stack) => namedSubnets(group, "subnetIds", stack).length > 0,
  check: (group, stack) =>
    namedSubnets(group, "subnetIds", stack)
      .filter((subnet) => isPublicSubnet(subnet, stack))
      .map(({ name }) => `subnetIds holds ${name}, which is public`),
});

export const zones = stackRule({
  id: "aws-eks-node-groups-multi-az",
  title: "EKS nodes stand in more zones than one",
  severity: "medium",
  description: "Nodes in one zone are all gone with it, and every pod with them.",
  remedy: "Give the cluster's node groups subnetIds in as many zones as asked.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  settings: {
    minZones: {
      schema: { type: "integer", minimum: 1, maximum: 6, description: "Fewest zones with nodes." },
      values: { dev: 1, staging: 2, prod: 3 },
    },
  },
  types: clusters,
  applies: (cluster, stack) => isJudged(cluster, stack) && nodeGroupsOf(cluster, stack).length > 0,
  check: (cluster, stack, { minZones }) => {
    const groups = nodeGroupsOf(cluster, stack);
    const known = new Set(groups.flatMap((group) => namedSubnets(group, "subnetIds", stack)));
    const spanned =
      known.size > 0
        ? zonesOf([...known])
        : new Set(groups.flatMap(({ props }) => props.subnetIds ?? [])).size;
    return spanned < minZones && `its node groups stand in ${spanned} zones, expected at least ${minZones}`;
  },
});

export const managedAddons = stackRule({
  id: "aws-eks-addons-managed",
  title: "EKS add-ons are managed, at a version of our choice",
  severity: "medium",
  description:
    "What EKS puts into a cluster by itself is never updated: the network, DNS and disks of every pod stay at the day of its making.",
  remedy: "Add an aws.eks.Addon with addonVersion for each add-on asked.",
  controls: {
    nsa: ["Upgrading and application security practices"],
    soc2: ["CC7.1"],
    gdpr: ["32(1)(b)"],
    pciDss: ["6.3.3"],
  },
  levels: fromStaging,
  settings: {
    addons: {
      schema: { type: "array", items: { type: "string" }, description: "Add-ons that every cluster needs." },
      values: {
        dev: ["vpc-cni", "coredns", "kube-proxy"],
        staging: ["vpc-cni", "coredns", "kube-proxy", "aws-ebs-csi-driver"],
        prod: ["vpc-cni", "coredns", "kube-proxy", "aws-ebs-csi-driver"],
      },
    },
  },
  types: clusters,
  applies: (cluster, stack) => isJudged(cluster, stack) && !isAutoMode(cluster),
  check: (cluster, stack, { addons }) => {
    const managed = addonsOf(cluster, stack);
    return addons.map((name) => {
      const addon = managed.find(({ props }) => props.addonName === name);
      if (!addon) return `no Addon ${name} is of this cluster`;
      return !isSet(addon.props, "addonVersion") && `its Addon ${addon.name} names no addonVersion`;
    });
  },
});

export const workloadIdentity = stackRule({
  id: "aws-eks-workload-identity",
  title: "EKS pods can have identities of their own",
  severity: "high",
  description:
    "Where neither Pod Identity nor an OIDC provider is there, pods take the node's role, and all have the rights of each.",
  remedy:
    "Add the add-on eks-pod-identity-agent, or set createOidcProvider (an aws.iam.OpenIdConnectProvider of the cluster's issuer).",
  controls: {
    cisAws: ["2.16"],
    cisEks: ["5.2.1"],
    nsa: ["Protecting sensitive cloud infrastructure"],
    soc2: ["CC6.3"],
  },
  levels: fromStaging,
  types: clusters,
  applies: (cluster, stack) => isJudged(cluster, stack),
  check: (cluster, stack) => {
    const byOidc =
      (cluster.type === "eks:index:Cluster" && isTrue(cluster.props.createOidcProvider)) ||
      stack
        .ofType("aws:iam/openIdConnectProvider:OpenIdConnectProvider")
        .some((provider) => pointsAt(provider, "url", cluster));
    const byAgent =
      isAutoMode(cluster) ||
      addonsOf(cluster, stack).some(({ props }) => props.addonName === "eks-pod-identity-agent");
    return !byOidc && !byAgent && "neither an OIDC provider nor the add-on eks-pod-identity-agent is of it";
  },
});
