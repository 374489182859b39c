import type * as aws from "@pulumi/aws";
import type * as awsx from "@pulumi/awsx";
import type * as eks from "@pulumi/eks";
import type * as gcp from "@pulumi/gcp";
import type * as k8s from "@pulumi/kubernetes";
import type { PolicyProviderResource, PolicyResourceOptions } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";

/**
 * The arguments of each resource type that a rule judges. Only types are imported, so that neither the pack nor the
 * preview loads an SDK for it.
 */
export interface ArgsByType {
  "aws:cloudwatch/logGroup:LogGroup": aws.cloudwatch.LogGroupArgs;
  "aws:ebs/volume:Volume": aws.ebs.VolumeArgs;
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": aws.ec2.DefaultSecurityGroupArgs;
  "aws:ec2/defaultVpc:DefaultVpc": aws.ec2.DefaultVpcArgs;
  "aws:ec2/flowLog:FlowLog": aws.ec2.FlowLogArgs;
  "aws:ec2/instance:Instance": aws.ec2.InstanceArgs;
  "aws:ec2/launchTemplate:LaunchTemplate": aws.ec2.LaunchTemplateArgs;
  "aws:ec2/networkAcl:NetworkAcl": aws.ec2.NetworkAclArgs;
  "aws:ec2/networkAclRule:NetworkAclRule": aws.ec2.NetworkAclRuleArgs;
  "aws:ec2/securityGroup:SecurityGroup": aws.ec2.SecurityGroupArgs;
  "aws:ec2/securityGroupRule:SecurityGroupRule": aws.ec2.SecurityGroupRuleArgs;
  "aws:ec2/subnet:Subnet": aws.ec2.SubnetArgs;
  "aws:ec2/vpc:Vpc": aws.ec2.VpcArgs;
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": aws.eks.AccessPolicyAssociationArgs;
  "aws:eks/addon:Addon": aws.eks.AddonArgs;
  "aws:eks/cluster:Cluster": aws.eks.ClusterArgs;
  "aws:eks/nodeGroup:NodeGroup": aws.eks.NodeGroupArgs;
  "aws:elasticache/replicationGroup:ReplicationGroup": aws.elasticache.ReplicationGroupArgs;
  "aws:elasticache/subnetGroup:SubnetGroup": aws.elasticache.SubnetGroupArgs;
  "aws:elasticache/user:User": aws.elasticache.UserArgs;
  "aws:iam/accessKey:AccessKey": aws.iam.AccessKeyArgs;
  "aws:iam/groupPolicy:GroupPolicy": aws.iam.GroupPolicyArgs;
  "aws:iam/policy:Policy": aws.iam.PolicyArgs;
  "aws:iam/role:Role": aws.iam.RoleArgs;
  "aws:iam/rolePolicy:RolePolicy": aws.iam.RolePolicyArgs;
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": aws.iam.RolePolicyAttachmentArgs;
  "aws:iam/user:User": aws.iam.UserArgs;
  "aws:iam/userLoginProfile:UserLoginProfile": aws.iam.UserLoginProfileArgs;
  "aws:iam/userPolicy:UserPolicy": aws.iam.UserPolicyArgs;
  "aws:kms/key:Key": aws.kms.KeyArgs;
  "aws:rds/cluster:Cluster": aws.rds.ClusterArgs;
  "aws:rds/clusterInstance:ClusterInstance": aws.rds.ClusterInstanceArgs;
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": aws.rds.ClusterParameterGroupArgs;
  "aws:rds/instance:Instance": aws.rds.InstanceArgs;
  "aws:rds/parameterGroup:ParameterGroup": aws.rds.ParameterGroupArgs;
  "aws:rds/subnetGroup:SubnetGroup": aws.rds.SubnetGroupArgs;
  "aws:s3/bucket:Bucket": aws.s3.BucketArgs;
  "aws:s3/bucketAcl:BucketAcl": aws.s3.BucketAclArgs;
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": aws.s3.BucketLifecycleConfigurationArgs;
  "aws:s3/bucketLogging:BucketLogging": aws.s3.BucketLoggingArgs;
  "aws:s3/bucketPolicy:BucketPolicy": aws.s3.BucketPolicyArgs;
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": aws.s3.BucketPublicAccessBlockArgs;
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": aws.s3.BucketServerSideEncryptionConfigurationArgs;
  "aws:s3/bucketVersioning:BucketVersioning": aws.s3.BucketVersioningArgs;
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": aws.vpc.SecurityGroupIngressRuleArgs;
  "awsx:ec2:Vpc": awsx.ec2.VpcArgs;
  "eks:index:Cluster": eks.ClusterArgs;
  "gcp:compute/firewall:Firewall": gcp.compute.FirewallArgs;
  "gcp:compute/network:Network": gcp.compute.NetworkArgs;
  "gcp:compute/subnetwork:Subnetwork": gcp.compute.SubnetworkArgs;
  "gcp:container/cluster:Cluster": gcp.container.ClusterArgs;
  "gcp:container/nodePool:NodePool": gcp.container.NodePoolArgs;
  "gcp:kms/cryptoKey:CryptoKey": gcp.kms.CryptoKeyArgs;
  "gcp:kms/keyRing:KeyRing": gcp.kms.KeyRingArgs;
  "gcp:projects/iAMBinding:IAMBinding": gcp.projects.IAMBindingArgs;
  "gcp:projects/iAMMember:IAMMember": gcp.projects.IAMMemberArgs;
  "gcp:redis/cluster:Cluster": gcp.redis.ClusterArgs;
  "gcp:redis/instance:Instance": gcp.redis.InstanceArgs;
  "gcp:serviceaccount/key:Key": gcp.serviceaccount.KeyArgs;
  "gcp:sql/databaseInstance:DatabaseInstance": gcp.sql.DatabaseInstanceArgs;
  "gcp:storage/bucket:Bucket": gcp.storage.BucketArgs;
  "kubernetes:apps/v1:DaemonSet": k8s.apps.v1.DaemonSetArgs;
  "kubernetes:apps/v1:Deployment": k8s.apps.v1.DeploymentArgs;
  "kubernetes:apps/v1:ReplicaSet": k8s.apps.v1.ReplicaSetArgs;
  "kubernetes:apps/v1:StatefulSet": k8s.apps.v1.StatefulSetArgs;
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": k8s.autoscaling.v2.HorizontalPodAutoscalerArgs;
  "kubernetes:batch/v1:CronJob": k8s.batch.v1.CronJobArgs;
  "kubernetes:batch/v1:Job": k8s.batch.v1.JobArgs;
  "kubernetes:core/v1:ConfigMap": k8s.core.v1.ConfigMapArgs;
  "kubernetes:core/v1:LimitRange": k8s.core.v1.LimitRangeArgs;
  "kubernetes:core/v1:Namespace": k8s.core.v1.NamespaceArgs;
  "kubernetes:core/v1:PersistentVolumeClaim": k8s.core.v1.PersistentVolumeClaimArgs;
  "kubernetes:core/v1:Pod": k8s.core.v1.PodArgs;
  "kubernetes:core/v1:ResourceQuota": k8s.core.v1.ResourceQuotaArgs;
  "kubernetes:core/v1:Secret": k8s.core.v1.SecretArgs;
  "kubernetes:core/v1:Service": k8s.core.v1.ServiceArgs;
  "kubernetes:core/v1:ServiceAccount": k8s.core.v1.ServiceAccountArgs;
  "kubernetes:helm.sh/v3:Release": k8s.helm.v3.ReleaseArgs;
  "kubernetes:helm.sh/v4:Chart": k8s.helm.v4.ChartArgs;
  "kubernetes:networking.k8s.io/v1:Ingress": k8s.networking.v1.IngressArgs;
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": k8s.networking.v1.NetworkPolicyArgs;
  "kubernetes:policy/v1:PodDisruptionBudget": k8s.policy.v1.PodDisruptionBudgetArgs;
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": k8s.rbac.v1.ClusterRoleArgs;
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": k8s.rbac.v1.ClusterRoleBindingArgs;
  "kubernetes:rbac.authorization.k8s.io/v1:Role": k8s.rbac.v1.RoleArgs;
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": k8s.rbac.v1.RoleBindingArgs;
  "kubernetes:storage.k8s.io/v1:StorageClass": k8s.storage.v1.StorageClassArgs;
  "pulumi:providers:aws": aws.ProviderArgs;
  "pulumi:providers:gcp": gcp.ProviderArgs;
  "pulumi:providers:kubernetes": k8s.ProviderArgs;
}

/** A type token that rules know. */
export type ResourceType = keyof ArgsByType;

/** As `T`, but nothing is sure to be there: a plan may have been edited, and the API, not the type, has the last word. */
export type Loose<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer E)[]
    ? readonly Loose<E>[]
    : T extends object
      ? { readonly [K in keyof T]?: Loose<T[K]> }
      : T;

/** Properties of a resource type as a rule reads them. */
export type Props<T extends ResourceType> = Loose<Unwrap<NonNullable<ArgsByType[T]>>>;

/** A resource before its rules: the CrossGuard arguments, with the properties' types known by the type token. */
export interface Resource<T extends string, P> {
  readonly type: T;
  /** Logical name. */
  readonly name: string;
  readonly urn: string;
  readonly props: P;
  readonly opts: PolicyResourceOptions;
  readonly provider?: PolicyProviderResource | undefined;
}

/** One of the given types; switching on `type` narrows `props`. */
export type ResourceOf<T extends ResourceType> = { [K in T]: Resource<K, Props<K>> }[T];

/** A resource of any type. */
export type AnyResource = Resource<string, Readonly<Record<string, unknown>>>;
