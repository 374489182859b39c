import * as aws from "@pulumi/aws";
import * as eks from "@pulumi/eks";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Cluster, ClusterArgs, ClusterPart } from "../../components/cluster/cluster";
import { checkBackupRetention, clusterBackupDefaults } from "../../components/cluster/clusterBackup";
import { nodesSkew, refuse } from "../../components/cluster/upgrade";
import { type Placement, usesSpot } from "../../components/cluster/nodeProvisioning";
import { physicalName } from "../../components/names";
import { type ClusterFacts, nodeAddons, workloadAddons } from "./addons";
import { pinsOf } from "./addonVersions";
import { clusterAutoscaler } from "./autoscaler";
import { volumeKinds } from "./blockStorage";
import { clusterParts, controlPlaneParts } from "./clusterParts";
import { clusterBackup } from "./clusterBackup";
import { hardenControlPlane } from "./controlPlane";
import { explicitProvider } from "./explicit";
import { gpuDevicePlugin } from "./gpus";
import { AwsKey } from "./key";
import { loadBalancerController } from "./loadBalancerController";
import { checkPools, nodeGroups } from "./nodePools";
import { nodeProvisioning } from "./nodeProvisioning";
import { awsRole, trustService } from "./role";
import { maxCidrKey } from "./storeAccess";
import { TokenCluster, type TokenIssuer } from "./tokenIssuer";
import { guardControlPlane } from "./upgradeGuard";
import { UnsupportedOnCloudError } from "../unsupported";

/** Arguments of an {@link AwsCluster}. */
export interface AwsClusterArgs extends ClusterArgs {
  readonly region: string;
  /** Account that owns the cluster, 12 digits. */
  readonly accountId: string;
  /**
   * Tags of what the provider's default tags do not reach: instances, volumes and load balancers that AWS and the
   * cluster's controllers make.
   *
   * @default {}
   */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * Let IAM trust the tokens of its service accounts, for pods that no agent of EKS Pod Identity stands beside.
   *
   * @default false
   */
  readonly oidcProvider?: boolean;
}

/** Longest name EKS takes. */
export const maxClusterName = 100;

/** Every log the control plane has. */
const logTypes = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/**
 * {@link Cluster} on EKS: the control plane by `@pulumi/eks`, and beside it, as `@pulumi/aws` resources, what that
 * component cannot say or makes less safely: node groups, add-ons, roles, keys, the log group.
 *
 * Two settings of the control plane are out of the component's reach (4.3.0): it makes the principal that creates the
 * cluster an administrator, and it does not know zonal shift. {@link hardenControlPlane} sets both on the component's
 * inner `aws.eks.Cluster`. So whoever deploys has to be among `admins`: nobody else reaches what the program makes in the
 * cluster.
 */
export class AwsCluster extends TokenCluster implements Cluster {
  readonly clusterName: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly provider: k8s.Provider;
  readonly ready: readonly pulumi.Resource[];
  readonly storageClassName = "gp3";
  readonly provisionedNodes?: Placement;
  readonly parts: readonly ClusterPart[];
  readonly controlPlane = controlPlaneParts;
  /** Group of the control plane and the nodes, that EKS makes. */
  readonly securityGroupId: pulumi.Output<string>;
  /** IAM knows it only where it was asked for; its ARN is empty otherwise. */
  readonly tokenIssuer: TokenIssuer;
  private readonly tokenNamespaces: readonly string[] | undefined;

  constructor(name: string, args: AwsClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Cluster", name, {}, opts);
    const { network, version, nodePools, region, accountId, protect = true, tags = {} } = args;
    const { nodeProvisioning: provisioning } = args;
    const { nodesVersion = version, backupRetentionDays = clusterBackupDefaults.retentionDays } = args;
    checkAccess(args);
    checkBackupRetention(backupRetentionDays);
    pinsOf(version);
    refuse("cluster.nodesVersion", nodesSkew(version, nodesVersion));
    checkSupport(args);
    checkPools(nodePools);

    const physical = physicalName(maxClusterName, name);
    const arn = `arn:aws:eks:${region}:${accountId}:cluster/${physical}`;
    const cluster: ClusterFacts = { name: physical, arn, version, region, accountId };
    const nodeSelector = nodePools["system"]?.labels ?? {};

    const volumeKey = new AwsKey(
      `${name}-volume-key`,
      {
        purpose: `Disks of the nodes and volumes of the pods of ${physical}`,
        services: [],
        // start the node groups' instances and those of spot, and their disks with them
        serviceLinkedRoles: [
          "autoscaling.amazonaws.com",
          ...(provisioning !== undefined && usesSpot(provisioning) ? ["spot.amazonaws.com"] : []),
        ],
        account: accountId,
        region,
        protect,
      },
      { parent: this },
    );
    const controlPlane = makeControlPlane(name, { ...args, cluster }, { parent: this, protect });
    this.provider = new k8s.Provider(
      name,
      {
        kubeconfig: pulumi.secret(controlPlane.kubeconfigJson),
        // a new certificate or endpoint is the same cluster still: nothing in it is replaced
        clusterIdentifier: arn,
        enableServerSideApply: true,
      },
      { parent: this },
    );

    const beforeNodes = nodeAddons(name, cluster, { parent: this, dependsOn: [controlPlane] });
    const nodes = nodeGroups(
      name,
      {
        clusterName: physical,
        version: nodesVersion,
        nodePools,
        zones: network.zones,
        subnetIds: network.privateSubnetIds,
        volumeKeyArn: volumeKey.arn,
        tags,
      },
      { parent: this, dependsOn: beforeNodes },
    );
    const addons = workloadAddons(
      name,
      { cluster, volumeKeyArn: volumeKey.arn, tags },
      { parent: this, dependsOn: nodes },
    );
    const inCluster = { parent: this, kubernetes: this.provider, dependsOn: [...nodes, ...addons] };
    const storageClass = defaultStorageClass(
      `${name}-storage-class`,
      { className: this.storageClassName, keyArn: volumeKey.arn, protect },
      inCluster,
    );
    const balancers = loadBalancerController(
      `${name}-load-balancer`,
      { cluster, vpcId: network.networkId, nodeSelector, tags },
      inCluster,
    );
    const autoscaler = clusterAutoscaler(`${name}-autoscaler`, { cluster, nodeSelector }, inCluster);
    const gpus = gpuDevicePlugin(`${name}-gpus`, nodePools, inCluster);
    const provisioned =
      provisioning === undefined
        ? undefined
        : nodeProvisioning(
            `${name}-provisioning`,
            {
              cluster,
              provisioning,
              subnetIds: network.privateSubnetIds,
              securityGroupId: controlPlane.clusterSecurityGroupId,
              volumeKeyArn: volumeKey.arn,
              nodeSelector,
              tags,
              protect,
            },
            inCluster,
          );
    clusterBackup(
      `${name}-backup`,
      { cluster, retentionDays: backupRetentionDays, protect },
      { parent: this, dependsOn: [controlPlane] },
    );

    this.clusterName = controlPlane.eksCluster.name;
    this.endpoint = controlPlane.eksCluster.endpoint;
    this.tokenNamespaces = args.tokenNamespaces;
    this.securityGroupId = controlPlane.clusterSecurityGroupId;
    this.tokenIssuer = { providerArn: controlPlane.oidcProviderArn, issuer: controlPlane.oidcIssuer };
    this.kubeconfig = pulumi.secret(controlPlane.kubeconfigJson);
    // the controller also outlives what is in the cluster, so that it takes the load balancers down when that goes
    this.ready = [
      ...nodes,
      ...addons,
      storageClass,
      balancers,
      autoscaler,
      ...gpus,
      ...(provisioned === undefined ? [] : provisioned.ready),
    ];
    this.parts = clusterParts({ karpenter: provisioned !== undefined });
    if (provisioned !== undefined) this.provisionedNodes = provisioned.placement;
    this.registerOutputs({
      clusterName: this.clusterName,
      endpoint: this.endpoint,
      kubeconfig: this.kubeconfig,
      storageClassName: this.storageClassName,
    });
  }

  tokenIssuerOf(namespace: string): TokenIssuer | undefined {
    return this.tokenNamespaces?.includes(namespace) === true ? this.tokenIssuer : undefined;
  }
}

interface ControlPlaneArgs extends AwsClusterArgs {
  readonly cluster: ClusterFacts;
}

/** The control plane, with the key of its Secrets, its role and its log group made before it. */
function makeControlPlane(
  name: string,
  args: ControlPlaneArgs,
  { parent, protect }: { readonly parent: pulumi.ComponentResource; readonly protect: boolean },
): eks.Cluster {
  const { cluster, network, admins = [], logRetentionDays = 365, tags = {} } = args;
  const { apiAccessCidrs = [], privateAccessCidrs = [] } = args;
  const key = new AwsKey(
    `${name}-key`,
    {
      purpose: `Secrets and control-plane logs of ${cluster.name}`,
      services: [`logs.${cluster.region}.amazonaws.com`],
      account: cluster.accountId,
      region: cluster.region,
      protect,
    },
    { parent },
  );
  // EKS writes to a group of this name and makes it, with neither key nor end, where it is not there
  const logGroup = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    {
      name: `/aws/eks/${cluster.name}/cluster`,
      retentionInDays: logRetentionDays,
      kmsKeyId: key.arn,
    },
    { parent, protect },
  );
  const { role, permissions } = awsRole(
    `${name}-control-plane`,
    {
      description: `Control plane of ${cluster.name}`,
      trust: [trustService("eks.amazonaws.com", cluster.accountId)],
      managedPolicies: { cluster: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" },
    },
    { parent },
  );
  const controlPlane = new eks.Cluster(
    name,
    {
      name: cluster.name,
      version: cluster.version,
      vpcId: network.networkId,
      privateSubnetIds: network.controlPlaneSubnetIds,
      kubernetesServiceIpAddressRange: network.serviceCidr,
      endpointPrivateAccess: true,
      endpointPublicAccess: apiAccessCidrs.length > 0,
      ...(apiAccessCidrs.length === 0 ? {} : { publicAccessCidrs: [...apiAccessCidrs] }),
      authenticationMode: "API",
      accessEntries: accessEntriesOf(admins),
      encryptionConfigKeyArn: key.arn,
      enabledClusterLogTypes: logTypes,
      upgradePolicy: { supportType: "STANDARD" },
      deletionProtection: protect,
      serviceRole: role,
      // pods on nodes sign in by Pod Identity
      createOidcProvider: (args.oidcProvider ?? false) || (args.tokenNamespaces ?? []).length > 0,
      // nodes are managed groups beside the component, in the security group that EKS makes for the cluster
      skipDefaultNodeGroup: true,
      skipDefaultSecurityGroups: true,
      createInstanceRole: false,
      // and so are the add-ons, pinned and on roles of their own
      bootstrapSelfManagedAddons: false,
      useDefaultVpcCni: true,
      kubeProxyAddonOptions: { enabled: false },
      corednsAddonOptions: { enabled: false },
      tags: { ...tags },
    },
    {
      parent,
      protect,
      dependsOn: [logGroup, ...permissions],
      transforms: [hardenControlPlane, guardControlPlane(name)],
      provider: explicitProvider(parent, "eks"),
      providers: [explicitProvider(parent, "aws")],
    },
  );
  for (const cidr of new Set([...network.workloadCidrs, ...privateAccessCidrs])) {
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-api-${physicalName(maxCidrKey, cidr)}`,
      {
        securityGroupId: controlPlane.clusterSecurityGroupId,
        description: "API server, from runners and operators in the network and in those it is joined to",
        cidrIpv4: cidr,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
      },
      { parent },
    );
  }
  return controlPlane;
}

/** The class of volumes that a claim gets when it names none: gp3, encrypted with our key, in the pod's zone; and others. */
function defaultStorageClass(
  name: string,
  args: { readonly className: string; readonly keyArn: pulumi.Input<string>; readonly protect: boolean },
  opts: {
    readonly parent: pulumi.Resource;
    readonly kubernetes: k8s.Provider;
    readonly dependsOn: readonly pulumi.Resource[];
  },
): k8s.storage.v1.StorageClass {
  const own = { parent: opts.parent, provider: opts.kubernetes, dependsOn: [...opts.dependsOn] };
  volumeKinds(name, args, own);
  return new k8s.storage.v1.StorageClass(
    name,
    {
      metadata: {
        name: args.className,
        annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
      },
      provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true", kmsKeyId: args.keyArn },
      reclaimPolicy: args.protect ? "Retain" : "Delete",
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
    },
    own,
  );
}

/** Cluster-admin for each principal, by an entry named after it. */
function accessEntriesOf(admins: readonly string[]): Record<string, eks.types.input.AccessEntryArgs> {
  const entries: Record<string, eks.types.input.AccessEntryArgs> = {};
  for (const principalArn of admins) {
    // the part after the account: `role-platform-admin`
    const key = physicalName(63, principalArn.split(":").slice(5).join(":"));
    if (key in entries) {
      throw new Error(
        `admins: expected principals with names of their own, got "${principalArn}" beside another`,
      );
    }
    entries[key] = {
      principalArn,
      accessPolicies: {
        admin: {
          policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
          accessScope: { type: "cluster" },
        },
      },
    };
  }
  return entries;
}

function checkSupport({ maintenanceExclusions = [], imagePolicy }: AwsClusterArgs): void {
  if (imagePolicy !== undefined) throw new UnsupportedOnCloudError("imagePolicy");
  if (maintenanceExclusions.length > 0) throw new UnsupportedOnCloudError("cluster.maintenanceExclusions");
}

function checkAccess({ apiAccessCidrs = [], privateAccessCidrs = [], admins = [] }: AwsClusterArgs): void {
  const blocks = [
    ...apiAccessCidrs.map((cidr) => ["apiAccessCidrs", cidr] as const),
    ...privateAccessCidrs.map((cidr) => ["privateAccessCidrs", cidr] as const),
  ];
  for (const [key, cidr] of blocks) {
    if (/\/0+$/.test(cidr)) {
      throw new Error(`${key}: expected blocks of networks you know, got "${cidr}", which is everybody`);
    }
  }
  for (const admin of admins) {
    if (!/^arn:aws:iam::\d{12}:(role|user)\/.+$/.test(admin)) {
      throw new Error(`admins: expected the ARN of an IAM role or user, got "${admin}"`);
    }
  }
}
