import type * as aws from "@pulumi/aws";
import type * as awsx from "@pulumi/awsx";
import type * as eks from "@pulumi/eks";
import type * as gcp from "@pulumi/gcp";
import type * as k8s from "@pulumi/kubernetes";
import type * as mongodbatlas from "@pulumi/mongodbatlas";
import type { ArgoCdArgsByType } from "./argocd/kinds";
import type { IstioArgsByType } from "./istio/kinds";
import type { PolicyProviderResource, PolicyResourceOptions } from "@pulumi/policy";
import type { Unwrap } from "@pulumi/pulumi";
import type {
  BeatArgs,
  CertificateArgs,
  ClusterIssuerArgs,
  GatewayArgs,
  ComputeClassArgs,
  Ec2NodeClassArgs,
  ElasticsearchArgs,
  KarpenterNodePoolArgs,
  KibanaArgs,
  LogstashArgs,
  OpenSearchClusterArgs,
  OpenTelemetryCollectorArgs,
  PerconaServerMongoDbArgs,
  ScaledObjectArgs,
  VerticalPodAutoscalerArgs,
  RolloutArgs,
  VolumeSnapshotClassArgs,
} from "./kubernetes/customResources";
import type { VaultArgsByType } from "./vault/kinds";
import type { KafkaArgs, KafkaNodePoolArgs, KafkaTopicArgs, KafkaUserArgs } from "./kubernetes/kafkaKinds";

/**
 * The arguments of each resource type that a rule judges. Only types are imported, so that neither the pack nor the
 * preview loads an SDK for it.
 */
export interface ArgsByType extends IstioArgsByType, ArgoCdArgsByType, VaultArgsByType {
  "aws:acm/certificate:Certificate": aws.acm.CertificateArgs;
  "aws:apigateway/method:Method": aws.apigateway.MethodArgs;
  "aws:athena/workgroup:Workgroup": aws.athena.WorkgroupArgs;
  "aws:backup/plan:Plan": aws.backup.PlanArgs;
  "aws:backup/selection:Selection": aws.backup.SelectionArgs;
  "aws:backup/vault:Vault": aws.backup.VaultArgs;
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": aws.backup.VaultLockConfigurationArgs;
  "aws:budgets/budget:Budget": aws.budgets.BudgetArgs;
  "aws:cfg/recorder:Recorder": aws.cfg.RecorderArgs;
  "aws:cfg/recorderStatus:RecorderStatus": aws.cfg.RecorderStatusArgs;
  "aws:cloudfront/distribution:Distribution": aws.cloudfront.DistributionArgs;
  "aws:cloudfront/originAccessControl:OriginAccessControl": aws.cloudfront.OriginAccessControlArgs;
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": aws.cloudfront.ResponseHeadersPolicyArgs;
  "aws:cloudtrail/trail:Trail": aws.cloudtrail.TrailArgs;
  "aws:cloudwatch/eventTarget:EventTarget": aws.cloudwatch.EventTargetArgs;
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": aws.cloudwatch.LogDeliverySourceArgs;
  "aws:cloudwatch/logGroup:LogGroup": aws.cloudwatch.LogGroupArgs;
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": aws.cloudwatch.LogResourcePolicyArgs;
  "aws:cloudwatch/metricAlarm:MetricAlarm": aws.cloudwatch.MetricAlarmArgs;
  "aws:docdb/cluster:Cluster": aws.docdb.ClusterArgs;
  "aws:dynamodb/table:Table": aws.dynamodb.TableArgs;
  "aws:ebs/encryptionByDefault:EncryptionByDefault": aws.ebs.EncryptionByDefaultArgs;
  "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": aws.ebs.SnapshotBlockPublicAccessArgs;
  "aws:ebs/volume:Volume": aws.ebs.VolumeArgs;
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": aws.ec2.DefaultSecurityGroupArgs;
  "aws:ec2/defaultVpc:DefaultVpc": aws.ec2.DefaultVpcArgs;
  "aws:ec2/flowLog:FlowLog": aws.ec2.FlowLogArgs;
  "aws:ec2/eip:Eip": aws.ec2.EipArgs;
  "aws:ec2/instance:Instance": aws.ec2.InstanceArgs;
  "aws:ec2/internetGateway:InternetGateway": aws.ec2.InternetGatewayArgs;
  "aws:ec2/launchTemplate:LaunchTemplate": aws.ec2.LaunchTemplateArgs;
  "aws:ec2/natGateway:NatGateway": aws.ec2.NatGatewayArgs;
  "aws:ec2/networkAcl:NetworkAcl": aws.ec2.NetworkAclArgs;
  "aws:ec2/networkAclAssociation:NetworkAclAssociation": aws.ec2.NetworkAclAssociationArgs;
  "aws:ec2/networkAclRule:NetworkAclRule": aws.ec2.NetworkAclRuleArgs;
  "aws:ec2/route:Route": aws.ec2.RouteArgs;
  "aws:ec2/routeTable:RouteTable": aws.ec2.RouteTableArgs;
  "aws:ec2/routeTableAssociation:RouteTableAssociation": aws.ec2.RouteTableAssociationArgs;
  "aws:ec2/securityGroup:SecurityGroup": aws.ec2.SecurityGroupArgs;
  "aws:ec2/securityGroupRule:SecurityGroupRule": aws.ec2.SecurityGroupRuleArgs;
  "aws:ec2/subnet:Subnet": aws.ec2.SubnetArgs;
  "aws:ec2/vpc:Vpc": aws.ec2.VpcArgs;
  "aws:ec2/vpcEndpoint:VpcEndpoint": aws.ec2.VpcEndpointArgs;
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": aws.ecr.LifecyclePolicyArgs;
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration": aws.ecr.RegistryScanningConfigurationArgs;
  "aws:ecr/repository:Repository": aws.ecr.RepositoryArgs;
  "aws:ecr/repositoryPolicy:RepositoryPolicy": aws.ecr.RepositoryPolicyArgs;
  "aws:ecrpublic/repository:Repository": aws.ecrpublic.RepositoryArgs;
  "aws:efs/fileSystem:FileSystem": aws.efs.FileSystemArgs;
  "aws:ecs/cluster:Cluster": aws.ecs.ClusterArgs;
  "aws:ecs/service:Service": aws.ecs.ServiceArgs;
  "aws:ecs/taskDefinition:TaskDefinition": aws.ecs.TaskDefinitionArgs;
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": aws.eks.AccessPolicyAssociationArgs;
  "aws:eks/addon:Addon": aws.eks.AddonArgs;
  "aws:eks/cluster:Cluster": aws.eks.ClusterArgs;
  "aws:eks/nodeGroup:NodeGroup": aws.eks.NodeGroupArgs;
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": aws.eks.PodIdentityAssociationArgs;
  "aws:elasticache/cluster:Cluster": aws.elasticache.ClusterArgs;
  "aws:elasticache/replicationGroup:ReplicationGroup": aws.elasticache.ReplicationGroupArgs;
  "aws:elasticache/subnetGroup:SubnetGroup": aws.elasticache.SubnetGroupArgs;
  "aws:elasticache/user:User": aws.elasticache.UserArgs;
  "aws:guardduty/detector:Detector": aws.guardduty.DetectorArgs;
  "aws:guardduty/detectorFeature:DetectorFeature": aws.guardduty.DetectorFeatureArgs;
  "aws:iam/accessKey:AccessKey": aws.iam.AccessKeyArgs;
  "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": aws.iam.AccountPasswordPolicyArgs;
  "aws:iam/groupPolicy:GroupPolicy": aws.iam.GroupPolicyArgs;
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": aws.iam.OpenIdConnectProviderArgs;
  "aws:iam/policy:Policy": aws.iam.PolicyArgs;
  "aws:iam/policyAttachment:PolicyAttachment": aws.iam.PolicyAttachmentArgs;
  "aws:iam/role:Role": aws.iam.RoleArgs;
  "aws:iam/rolePolicy:RolePolicy": aws.iam.RolePolicyArgs;
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": aws.iam.RolePolicyAttachmentArgs;
  "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": aws.iam.RolePolicyAttachmentsExclusiveArgs;
  "aws:iam/user:User": aws.iam.UserArgs;
  "aws:iam/userLoginProfile:UserLoginProfile": aws.iam.UserLoginProfileArgs;
  "aws:iam/userPolicy:UserPolicy": aws.iam.UserPolicyArgs;
  "aws:iam/userPolicyAttachment:UserPolicyAttachment": aws.iam.UserPolicyAttachmentArgs;
  "aws:kinesis/stream:Stream": aws.kinesis.StreamArgs;
  "aws:kms/key:Key": aws.kms.KeyArgs;
  "aws:lb/listener:Listener": aws.lb.ListenerArgs;
  "aws:lb/loadBalancer:LoadBalancer": aws.lb.LoadBalancerArgs;
  "aws:lambda/function:Function": aws.lambda.FunctionArgs;
  "aws:lambda/functionUrl:FunctionUrl": aws.lambda.FunctionUrlArgs;
  "aws:lambda/permission:Permission": aws.lambda.PermissionArgs;
  "aws:opensearch/domain:Domain": aws.opensearch.DomainArgs;
  "aws:opensearch/domainPolicy:DomainPolicy": aws.opensearch.DomainPolicyArgs;
  "aws:msk/cluster:Cluster": aws.msk.ClusterArgs;
  "aws:msk/configuration:Configuration": aws.msk.ConfigurationArgs;
  "aws:neptune/cluster:Cluster": aws.neptune.ClusterArgs;
  "aws:rds/cluster:Cluster": aws.rds.ClusterArgs;
  "aws:rds/clusterInstance:ClusterInstance": aws.rds.ClusterInstanceArgs;
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": aws.rds.ClusterParameterGroupArgs;
  "aws:rds/instance:Instance": aws.rds.InstanceArgs;
  "aws:rds/parameterGroup:ParameterGroup": aws.rds.ParameterGroupArgs;
  "aws:rds/proxy:Proxy": aws.rds.ProxyArgs;
  "aws:rds/subnetGroup:SubnetGroup": aws.rds.SubnetGroupArgs;
  "aws:redshift/cluster:Cluster": aws.redshift.ClusterArgs;
  "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec": aws.route53.HostedZoneDnsSecArgs;
  "aws:route53/keySigningKey:KeySigningKey": aws.route53.KeySigningKeyArgs;
  "aws:route53/queryLog:QueryLog": aws.route53.QueryLogArgs;
  "aws:route53/zone:Zone": aws.route53.ZoneArgs;
  "aws:s3/bucket:Bucket": aws.s3.BucketArgs;
  "aws:s3/bucketAcl:BucketAcl": aws.s3.BucketAclArgs;
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": aws.s3.BucketCorsConfigurationArgs;
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": aws.s3.BucketLifecycleConfigurationArgs;
  "aws:s3/bucketLogging:BucketLogging": aws.s3.BucketLoggingArgs;
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": aws.s3.BucketObjectLockConfigurationArgs;
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": aws.s3.BucketOwnershipControlsArgs;
  "aws:s3/bucketPolicy:BucketPolicy": aws.s3.BucketPolicyArgs;
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": aws.s3.BucketPublicAccessBlockArgs;
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": aws.s3.BucketReplicationConfigArgs;
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": aws.s3.BucketServerSideEncryptionConfigurationArgs;
  "aws:s3/bucketVersioning:BucketVersioning": aws.s3.BucketVersioningArgs;
  "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration": aws.s3.BucketWebsiteConfigurationArgs;
  "aws:sagemaker/notebookInstance:NotebookInstance": aws.sagemaker.NotebookInstanceArgs;
  "aws:secretsmanager/secret:Secret": aws.secretsmanager.SecretArgs;
  "aws:secretsmanager/secretPolicy:SecretPolicy": aws.secretsmanager.SecretPolicyArgs;
  "aws:secretsmanager/secretRotation:SecretRotation": aws.secretsmanager.SecretRotationArgs;
  "aws:securityhub/account:Account": aws.securityhub.AccountArgs;
  "aws:securityhub/standardsSubscription:StandardsSubscription": aws.securityhub.StandardsSubscriptionArgs;
  "aws:sns/topic:Topic": aws.sns.TopicArgs;
  "aws:sns/topicPolicy:TopicPolicy": aws.sns.TopicPolicyArgs;
  "aws:sqs/queue:Queue": aws.sqs.QueueArgs;
  "aws:sqs/queuePolicy:QueuePolicy": aws.sqs.QueuePolicyArgs;
  "aws:ssm/parameter:Parameter": aws.ssm.ParameterArgs;
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": aws.vpc.SecurityGroupEgressRuleArgs;
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": aws.vpc.SecurityGroupIngressRuleArgs;
  "aws:wafv2/webAcl:WebAcl": aws.wafv2.WebAclArgs;
  "aws:wafv2/webAclAssociation:WebAclAssociation": aws.wafv2.WebAclAssociationArgs;
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": aws.wafv2.WebAclLoggingConfigurationArgs;
  "awsx:ec2:Vpc": awsx.ec2.VpcArgs;
  "eks:index:Cluster": eks.ClusterArgs;
  "gcp:artifactregistry/repository:Repository": gcp.artifactregistry.RepositoryArgs;
  "gcp:bigquery/dataset:Dataset": gcp.bigquery.DatasetArgs;
  "gcp:billing/budget:Budget": gcp.billing.BudgetArgs;
  "gcp:binaryauthorization/policy:Policy": gcp.binaryauthorization.PolicyArgs;
  "gcp:certificatemanager/certificate:Certificate": gcp.certificatemanager.CertificateArgs;
  "gcp:cloudfunctions/function:Function": gcp.cloudfunctions.FunctionArgs;
  "gcp:cloudscheduler/job:Job": gcp.cloudscheduler.JobArgs;
  "gcp:cloudrunv2/job:Job": gcp.cloudrunv2.JobArgs;
  "gcp:cloudrunv2/service:Service": gcp.cloudrunv2.ServiceArgs;
  "gcp:compute/backendBucket:BackendBucket": gcp.compute.BackendBucketArgs;
  "gcp:compute/backendService:BackendService": gcp.compute.BackendServiceArgs;
  "gcp:compute/firewall:Firewall": gcp.compute.FirewallArgs;
  "gcp:compute/firewallPolicyRule:FirewallPolicyRule": gcp.compute.FirewallPolicyRuleArgs;
  "gcp:compute/instance:Instance": gcp.compute.InstanceArgs;
  "gcp:compute/instanceTemplate:InstanceTemplate": gcp.compute.InstanceTemplateArgs;
  "gcp:compute/network:Network": gcp.compute.NetworkArgs;
  "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule": gcp.compute.NetworkFirewallPolicyRuleArgs;
  "gcp:compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule": gcp.compute.RegionNetworkFirewallPolicyRuleArgs;
  "gcp:compute/routerNat:RouterNat": gcp.compute.RouterNatArgs;
  "gcp:compute/sSLPolicy:SSLPolicy": gcp.compute.SSLPolicyArgs;
  "gcp:compute/securityPolicy:SecurityPolicy": gcp.compute.SecurityPolicyArgs;
  "gcp:compute/subnetwork:Subnetwork": gcp.compute.SubnetworkArgs;
  "gcp:compute/targetHttpProxy:TargetHttpProxy": gcp.compute.TargetHttpProxyArgs;
  "gcp:compute/targetHttpsProxy:TargetHttpsProxy": gcp.compute.TargetHttpsProxyArgs;
  "gcp:compute/uRLMap:URLMap": gcp.compute.URLMapArgs;
  "gcp:container/cluster:Cluster": gcp.container.ClusterArgs;
  "gcp:container/nodePool:NodePool": gcp.container.NodePoolArgs;
  "gcp:dataproc/cluster:Cluster": gcp.dataproc.ClusterArgs;
  "gcp:dns/managedZone:ManagedZone": gcp.dns.ManagedZoneArgs;
  "gcp:dns/policy:Policy": gcp.dns.PolicyArgs;
  "gcp:gkebackup/backupPlan:BackupPlan": gcp.gkebackup.BackupPlanArgs;
  "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider": gcp.iam.WorkloadIdentityPoolProviderArgs;
  "gcp:kms/cryptoKey:CryptoKey": gcp.kms.CryptoKeyArgs;
  "gcp:kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding": gcp.kms.CryptoKeyIAMBindingArgs;
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": gcp.kms.CryptoKeyIAMMemberArgs;
  "gcp:kms/keyRing:KeyRing": gcp.kms.KeyRingArgs;
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": gcp.logging.ProjectBucketConfigArgs;
  "gcp:logging/metric:Metric": gcp.logging.MetricArgs;
  "gcp:logging/projectSink:ProjectSink": gcp.logging.ProjectSinkArgs;
  "gcp:monitoring/alertPolicy:AlertPolicy": gcp.monitoring.AlertPolicyArgs;
  "gcp:orgpolicy/policy:Policy": gcp.orgpolicy.PolicyArgs;
  "gcp:projects/iAMAuditConfig:IAMAuditConfig": gcp.projects.IAMAuditConfigArgs;
  "gcp:projects/iAMBinding:IAMBinding": gcp.projects.IAMBindingArgs;
  "gcp:managedkafka/acl:Acl": gcp.managedkafka.AclArgs;
  "gcp:managedkafka/cluster:Cluster": gcp.managedkafka.ClusterArgs;
  "gcp:managedkafka/topic:Topic": gcp.managedkafka.TopicArgs;
  "gcp:projects/iAMCustomRole:IAMCustomRole": gcp.projects.IAMCustomRoleArgs;
  "gcp:projects/iAMMember:IAMMember": gcp.projects.IAMMemberArgs;
  "gcp:projects/iAMPolicy:IAMPolicy": gcp.projects.IAMPolicyArgs;
  "gcp:projects/service:Service": gcp.projects.ServiceArgs;
  "gcp:pubsub/subscription:Subscription": gcp.pubsub.SubscriptionArgs;
  "gcp:pubsub/topic:Topic": gcp.pubsub.TopicArgs;
  "kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB": PerconaServerMongoDbArgs;
  "mongodbatlas:index/advancedCluster:AdvancedCluster": mongodbatlas.AdvancedClusterArgs;
  "mongodbatlas:index/auditing:Auditing": mongodbatlas.AuditingArgs;
  "mongodbatlas:index/databaseUser:DatabaseUser": mongodbatlas.DatabaseUserArgs;
  "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList": mongodbatlas.ProjectIpAccessListArgs;
  "gcp:redis/cluster:Cluster": gcp.redis.ClusterArgs;
  "gcp:redis/instance:Instance": gcp.redis.InstanceArgs;
  "gcp:secretmanager/secret:Secret": gcp.secretmanager.SecretArgs;
  "gcp:secretmanager/secretIamMember:SecretIamMember": gcp.secretmanager.SecretIamMemberArgs;
  "gcp:serviceaccount/key:Key": gcp.serviceaccount.KeyArgs;
  "gcp:spanner/database:Database": gcp.spanner.DatabaseArgs;
  "gcp:sql/databaseInstance:DatabaseInstance": gcp.sql.DatabaseInstanceArgs;
  "gcp:sql/user:User": gcp.sql.UserArgs;
  "gcp:storage/bucket:Bucket": gcp.storage.BucketArgs;
  "gcp:storage/bucketACL:BucketACL": gcp.storage.BucketACLArgs;
  "gcp:storage/bucketAccessControl:BucketAccessControl": gcp.storage.BucketAccessControlArgs;
  "gcp:storage/defaultObjectACL:DefaultObjectACL": gcp.storage.DefaultObjectACLArgs;
  "gcp:workbench/instance:Instance": gcp.workbench.InstanceArgs;
  "gcp:workflows/workflow:Workflow": gcp.workflows.WorkflowArgs;
  "kubernetes:admissionregistration.k8s.io/v1:MutatingWebhookConfiguration": k8s.admissionregistration.v1.MutatingWebhookConfigurationArgs;
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy": k8s.admissionregistration.v1.ValidatingAdmissionPolicyArgs;
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding": k8s.admissionregistration.v1.ValidatingAdmissionPolicyBindingArgs;
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingWebhookConfiguration": k8s.admissionregistration.v1.ValidatingWebhookConfigurationArgs;
  "kubernetes:apps/v1:DaemonSet": k8s.apps.v1.DaemonSetArgs;
  "kubernetes:apps/v1:Deployment": k8s.apps.v1.DeploymentArgs;
  "kubernetes:apps/v1:ReplicaSet": k8s.apps.v1.ReplicaSetArgs;
  "kubernetes:apps/v1:StatefulSet": k8s.apps.v1.StatefulSetArgs;
  "kubernetes:argoproj.io/v1alpha1:Rollout": RolloutArgs;
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": k8s.autoscaling.v2.HorizontalPodAutoscalerArgs;
  "kubernetes:batch/v1:CronJob": k8s.batch.v1.CronJobArgs;
  "kubernetes:batch/v1:Job": k8s.batch.v1.JobArgs;
  "kubernetes:beat.k8s.elastic.co/v1beta1:Beat": BeatArgs;
  "kubernetes:cert-manager.io/v1:Certificate": CertificateArgs;
  "kubernetes:cert-manager.io/v1:ClusterIssuer": ClusterIssuerArgs;
  "kubernetes:gateway.networking.k8s.io/v1:Gateway": GatewayArgs;
  "kubernetes:cloud.google.com/v1:ComputeClass": ComputeClassArgs;
  "kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler": VerticalPodAutoscalerArgs;
  "kubernetes:keda.sh/v1alpha1:ScaledObject": ScaledObjectArgs;
  "kubernetes:core/v1:ConfigMap": k8s.core.v1.ConfigMapArgs;
  "kubernetes:core/v1:LimitRange": k8s.core.v1.LimitRangeArgs;
  "kubernetes:core/v1:Namespace": k8s.core.v1.NamespaceArgs;
  "kubernetes:core/v1:PersistentVolume": k8s.core.v1.PersistentVolumeArgs;
  "kubernetes:core/v1:PersistentVolumeClaim": k8s.core.v1.PersistentVolumeClaimArgs;
  "kubernetes:core/v1:Pod": k8s.core.v1.PodArgs;
  "kubernetes:core/v1:ResourceQuota": k8s.core.v1.ResourceQuotaArgs;
  "kubernetes:core/v1:Secret": k8s.core.v1.SecretArgs;
  "kubernetes:core/v1:Service": k8s.core.v1.ServiceArgs;
  "kubernetes:core/v1:ServiceAccount": k8s.core.v1.ServiceAccountArgs;
  "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch": ElasticsearchArgs;
  "kubernetes:helm.sh/v3:Release": k8s.helm.v3.ReleaseArgs;
  "kubernetes:helm.sh/v4:Chart": k8s.helm.v4.ChartArgs;
  "kubernetes:kafka.strimzi.io/v1:Kafka": KafkaArgs;
  "kubernetes:kafka.strimzi.io/v1:KafkaNodePool": KafkaNodePoolArgs;
  "kubernetes:kafka.strimzi.io/v1:KafkaTopic": KafkaTopicArgs;
  "kubernetes:kafka.strimzi.io/v1:KafkaUser": KafkaUserArgs;
  "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass": Ec2NodeClassArgs;
  "kubernetes:karpenter.sh/v1:NodePool": KarpenterNodePoolArgs;
  "kubernetes:kibana.k8s.elastic.co/v1:Kibana": KibanaArgs;
  "kubernetes:logstash.k8s.elastic.co/v1alpha1:Logstash": LogstashArgs;
  "kubernetes:networking.k8s.io/v1:Ingress": k8s.networking.v1.IngressArgs;
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": k8s.networking.v1.NetworkPolicyArgs;
  "kubernetes:opensearch.opster.io/v1:OpenSearchCluster": OpenSearchClusterArgs;
  "kubernetes:opensearch.org/v1:OpenSearchCluster": OpenSearchClusterArgs;
  "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector": OpenTelemetryCollectorArgs;
  "kubernetes:policy/v1:PodDisruptionBudget": k8s.policy.v1.PodDisruptionBudgetArgs;
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": k8s.rbac.v1.ClusterRoleArgs;
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": k8s.rbac.v1.ClusterRoleBindingArgs;
  "kubernetes:rbac.authorization.k8s.io/v1:Role": k8s.rbac.v1.RoleArgs;
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": k8s.rbac.v1.RoleBindingArgs;
  "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass": VolumeSnapshotClassArgs;
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
