import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type AddonName, pinsOf } from "./addonVersions";
import { trustPod } from "./identity";
import { awsRole } from "./role";

/** The cluster as its add-ons and controllers know it. */
export interface ClusterFacts {
  /** Physical name, known before the cluster stands. */
  readonly name: string;
  readonly arn: string;
  readonly version: string;
  readonly region: string;
  readonly accountId: string;
}

/** Arguments of {@link workloadAddons}. */
export interface WorkloadAddonsArgs {
  readonly cluster: ClusterFacts;
  /** Key of the volumes that pods ask for. */
  readonly volumeKeyArn: pulumi.Output<string>;
  /** Tags of the volumes that pods ask for. */
  readonly tags: Readonly<Record<string, string>>;
}

interface AddonArgs {
  readonly cluster: ClusterFacts;
  readonly addon: AddonName;
  /** What differs from the add-on's own configuration; checked by EKS against the add-on's schema. */
  readonly configuration?: object;
  /** Service account that the add-on's role is for, and what the role may do. */
  readonly identity?: {
    readonly serviceAccount: string;
    readonly managedPolicies: Readonly<Record<string, string>>;
    readonly statements?: readonly aws.iam.PolicyStatement[];
  };
}

interface Opts {
  readonly parent: pulumi.Resource;
  readonly dependsOn: readonly pulumi.Resource[];
}

/** Add-ons without which a node does not become ready; they stand before the first node. */
export function nodeAddons(name: string, cluster: ClusterFacts, opts: Opts): readonly aws.eks.Addon[] {
  return [
    managedAddon(
      name,
      {
        cluster,
        addon: "vpc-cni",
        configuration: {
          enableNetworkPolicy: "true",
          // blocks of 16 addresses in place of single ones: 110 pods a node, and fewer calls to EC2
          env: { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1" },
        },
        identity: {
          serviceAccount: "aws-node",
          managedPolicies: { cni: "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy" },
        },
      },
      opts,
    ),
    managedAddon(name, { cluster, addon: "kube-proxy" }, opts),
    managedAddon(name, { cluster, addon: "eks-pod-identity-agent" }, opts),
  ];
}

/** Add-ons that are pods on the nodes: DNS, volumes and their snapshots, and the agent that tells EKS which node to repair. */
export function workloadAddons(
  name: string,
  { cluster, volumeKeyArn, tags }: WorkloadAddonsArgs,
  opts: Opts,
): readonly aws.eks.Addon[] {
  // brings the kinds that the driver looks for when it is installed
  const snapshots = managedAddon(name, { cluster, addon: "snapshot-controller" }, opts);
  return [
    snapshots,
    managedAddon(
      name,
      {
        cluster,
        addon: "coredns",
        configuration: { autoScaling: { enabled: true, minReplicas: 2, maxReplicas: 10 } },
      },
      opts,
    ),
    managedAddon(
      name,
      {
        cluster,
        addon: "aws-ebs-csi-driver",
        // the sidecar also where the driver was there before those kinds
        configuration: {
          controller: { extraVolumeTags: { ...tags } },
          sidecars: { snapshotter: { forceEnable: true } },
        },
        identity: {
          serviceAccount: "ebs-csi-controller-sa",
          // touches only volumes that it tagged itself
          managedPolicies: { driver: "arn:aws:iam::aws:policy/AmazonEBSCSIDriverPolicyV2" },
          statements: useOfVolumeKey(volumeKeyArn),
        },
      },
      { ...opts, dependsOn: [...opts.dependsOn, snapshots] },
    ),
    managedAddon(name, { cluster, addon: "eks-node-monitoring-agent" }, opts),
  ];
}

/** One add-on, pinned, on a role of its own by Pod Identity. */
function managedAddon(
  name: string,
  { cluster, addon, configuration, identity }: AddonArgs,
  { parent, dependsOn }: Opts,
): aws.eks.Addon {
  const role =
    identity === undefined
      ? undefined
      : awsRole(
          `${name}-${addon}`,
          {
            description: `EKS add-on ${addon}`,
            trust: [
              trustPod({
                clusterArn: cluster.arn,
                namespace: "kube-system",
                serviceAccount: identity.serviceAccount,
                accountId: cluster.accountId,
              }),
            ],
            managedPolicies: identity.managedPolicies,
            statements: identity.statements ?? [],
          },
          { parent },
        );
  return new aws.eks.Addon(
    `${name}-${addon}`,
    {
      clusterName: cluster.name,
      addonName: addon,
      addonVersion: pinsOf(cluster.version).addons[addon],
      ...(configuration === undefined ? {} : { configurationValues: JSON.stringify(configuration) }),
      ...(role === undefined || identity === undefined
        ? {}
        : {
            podIdentityAssociations: [{ roleArn: role.role.arn, serviceAccount: identity.serviceAccount }],
          }),
      // what stands here is the truth, and an add-on that leaves the program leaves its pods running
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      preserve: true,
    },
    { parent, dependsOn: [...dependsOn, ...(role?.permissions ?? [])] },
  );
}

/** What creating and attaching encrypted volumes takes (https://github.com/kubernetes-sigs/aws-ebs-csi-driver, docs/install.md). */
function useOfVolumeKey(keyArn: pulumi.Output<string>): readonly aws.iam.PolicyStatement[] {
  return [
    {
      Effect: "Allow",
      Action: [
        "kms:Decrypt",
        "kms:DescribeKey",
        "kms:Encrypt",
        "kms:GenerateDataKey",
        "kms:GenerateDataKeyWithoutPlaintext",
        "kms:ReEncryptFrom",
        "kms:ReEncryptTo",
      ],
      Resource: keyArn,
    },
    {
      Effect: "Allow",
      Action: "kms:CreateGrant",
      Resource: keyArn,
      Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } },
    },
  ];
}
