import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { NodePoolArgs, Taint } from "../../components/cluster/nodePools";
import { nodeInstanceTypes } from "./machines";
import { awsRole } from "./role";

/** Arguments of {@link nodeGroups}. */
export interface NodeGroupsArgs {
  readonly clusterName: pulumi.Input<string>;
  /** Minor of the nodes' kubelet; the control plane's. */
  readonly version: string;
  readonly nodePools: Readonly<Record<string, NodePoolArgs>>;
  readonly subnetIds: pulumi.Input<string[]>;
  /** Key of the nodes' disks. */
  readonly volumeKeyArn: pulumi.Input<string>;
  /** Tags of instances, disks and interfaces, which the provider's default tags do not reach through a launch template. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The part of a node group's name that auto-naming leaves to us, of the 63 characters it may have. */
const maxNodeGroupName = 63 - 8;

/** Kubernetes' own limit of a node below 30 vCPUs; prefix delegation has addresses for more on every type we use. */
const maxPods = 110;

/** EKS's words for the effects of a taint. */
const taintEffects: Readonly<Record<Taint["effect"], string>> = {
  NoSchedule: "NO_SCHEDULE",
  PreferNoSchedule: "PREFER_NO_SCHEDULE",
  NoExecute: "NO_EXECUTE",
};

/**
 * One managed node group a pool, over all its subnets. EKS makes the access entry of the nodes' role and tags the groups
 * for Cluster Autoscaler by itself.
 *
 * One group spans the zones, so that a pool's counts are its counts: a pod that waits for a volume in one zone gets its
 * node where EC2 puts it, which the autoscaler tries again when it was another zone.
 */
export function nodeGroups(
  name: string,
  args: NodeGroupsArgs,
  opts: { readonly parent: pulumi.Resource; readonly dependsOn: readonly pulumi.Resource[] },
): readonly aws.eks.NodeGroup[] {
  const { parent, dependsOn } = opts;
  for (const [pool, nodePool] of Object.entries(args.nodePools)) {
    checkPool(`${name}-${pool}`, pool, nodePool);
  }
  const { role, permissions } = awsRole(
    `${name}-node`,
    {
      description: "Nodes of the cluster: join it, pull images, be reached by Session Manager",
      // EC2 does not name a source account when an instance's role is assumed
      trust: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
      managedPolicies: {
        worker: "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
        registry: "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        ssm: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
      },
    },
    { parent },
  );
  return Object.entries(args.nodePools).map(([pool, nodePool]) =>
    nodeGroup(
      `${name}-${pool}`,
      { ...args, nodePool, roleArn: role.arn },
      { parent, dependsOn: [...permissions, ...dependsOn] },
    ),
  );
}

interface NodeGroupArgs extends NodeGroupsArgs {
  readonly nodePool: NodePoolArgs;
  readonly roleArn: pulumi.Input<string>;
}

function nodeGroup(
  name: string,
  args: NodeGroupArgs,
  opts: { readonly parent: pulumi.Resource; readonly dependsOn: readonly pulumi.Resource[] },
): aws.eks.NodeGroup {
  const { clusterName, version, subnetIds, roleArn, nodePool } = args;
  const { machine, minNodes, initialNodes, maxNodes, spot = false, labels = {}, taints = [] } = nodePool;
  const template = launchTemplate(name, args, opts.parent);
  return new aws.eks.NodeGroup(
    name,
    {
      clusterName,
      version,
      nodeRoleArn: roleArn,
      subnetIds,
      amiType: "AL2023_x86_64_STANDARD",
      capacityType: spot ? "SPOT" : "ON_DEMAND",
      // spot takes whichever is cheapest to keep; on demand the template names the one type, so that a change of it rolls
      // through the group in place of making another
      ...(spot ? { instanceTypes: [...nodeInstanceTypes(machine)] } : {}),
      launchTemplate: { id: template.id, version: pulumi.interpolate`${template.latestVersion}` },
      scalingConfig: { minSize: minNodes, desiredSize: initialNodes, maxSize: maxNodes },
      updateConfig: { maxUnavailablePercentage: 33 },
      nodeRepairConfig: { enabled: true },
      labels: { ...labels },
      taints: taints.map(({ key, value, effect }) => ({ key, value, effect: taintEffects[effect] })),
    },
    {
      parent: opts.parent,
      dependsOn: [...opts.dependsOn],
      // the autoscaler's from here on
      ignoreChanges: ["scalingConfig.desiredSize"],
    },
  );
}

function launchTemplate(
  name: string,
  { nodePool, volumeKeyArn, tags }: NodeGroupArgs,
  parent: pulumi.Resource,
): aws.ec2.LaunchTemplate {
  const { machine, diskGiB = 100, spot = false } = nodePool;
  return new aws.ec2.LaunchTemplate(
    name,
    {
      ...(spot ? {} : { instanceType: nodeInstanceTypes(machine)[0] }),
      // a burst that lasts is billed, not throttled
      ...(machine.burstable === true ? { creditSpecification: { cpuCredits: "unlimited" } } : {}),
      updateDefaultVersion: true,
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        // keeps pods from the node's own role: they have Pod Identity
        httpPutResponseHopLimit: 1,
        instanceMetadataTags: "disabled",
      },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: diskGiB,
            encrypted: "true",
            kmsKeyId: volumeKeyArn,
            deleteOnTermination: "true",
          },
        },
      ],
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({
        resourceType,
        tags: { ...tags, Name: name },
      })),
      userData: Buffer.from(nodeConfig()).toString("base64"),
    },
    { parent },
  );
}

/**
 * Settings of the kubelet, which EKS merges with its own (https://awslabs.github.io/amazon-eks-ami/nodeadm/): without
 * `maxPods` a node counts addresses as if they were handed out one by one.
 */
function nodeConfig(): string {
  return `MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="//"

--//
Content-Type: application/node.eks.aws

---
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  kubelet:
    config:
      maxPods: ${maxPods}

--//--
`;
}

function checkPool(name: string, pool: string, { minNodes, initialNodes, maxNodes }: NodePoolArgs): void {
  if (minNodes > initialNodes || initialNodes > maxNodes) {
    throw new Error(
      `nodePools.${pool}: expected minNodes <= initialNodes <= maxNodes, ` +
        `got ${minNodes}, ${initialNodes}, ${maxNodes}`,
    );
  }
  if (name.length > maxNodeGroupName) {
    throw new Error(
      `nodePools.${pool}: expected a name of at most ${maxNodeGroupName} characters with the cluster's, ` +
        `got "${name}", ${name.length} long`,
    );
  }
}
