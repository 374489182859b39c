import type { PlanResource } from "../../preview/plan";

/** Longest name that the service takes, by type and input, from the service's own API reference. */
const nameLimits: readonly (readonly [type: RegExp, input: string, most: number])[] = [
  [/^aws:accessanalyzer\/analyzer:Analyzer$/, "analyzerName", 255],
  [/^aws:backup\/restoreTesting(Plan|Selection):/, "name", 50],
  [/^aws:cloudtrail\/trail:Trail$/, "name", 128],
  [/^aws:cloudwatch\/eventRule:EventRule$/, "name", 64],
  [/^aws:cloudwatch\/logGroup:LogGroup$/, "name", 512],
  [/^aws:ecr\/repository:Repository$/, "name", 256],
  [/^aws:eks\/nodeGroup:NodeGroup$/, "nodeGroupName", 63],
  [/^aws:elasticache\/globalReplicationGroup:GlobalReplicationGroup$/, "globalReplicationGroupIdSuffix", 34],
  [/^aws:elasticache\/replicationGroup:ReplicationGroup$/, "replicationGroupId", 40],
  [/^aws:elasticache\/user:User$/, "userId", 40],
  [/^aws:elasticache\/userGroup:UserGroup$/, "userGroupId", 40],
  [/^aws:iam\/role:Role$/, "name", 64],
  [/^aws:ecs\/taskDefinition:TaskDefinition$/, "family", 255],
  [/^aws:lb\/(loadBalancer:LoadBalancer|targetGroup:TargetGroup)$/, "name", 32],
  [/^aws:opensearch\/domain:Domain$/, "domainName", 28],
  [/^aws:rds\/instance:Instance$/, "identifier", 63],
  [/^aws:rds\/proxy:Proxy$/, "name", 63],
  [/^aws:route53\/keySigningKey:KeySigningKey$/, "name", 128],
  [/^aws:msk\/replicator:Replicator$/, "replicatorName", 128],
  [/^aws:msk\/topic:Topic$/, "name", 249],
  [/^aws:s3\/bucket:Bucket$/, "bucket", 63],
  [/^eks:index:Cluster$/, "name", 100],
  [/^gcp:artifactregistry\/repository:Repository$/, "repositoryId", 63],
  [/^gcp:billing\/budget:Budget$/, "displayName", 60],
  [/^gcp:compute\//, "name", 63],
  [/^gcp:container\/cluster:Cluster$/, "name", 40],
  [/^gcp:container\/nodePool:NodePool$/, "name", 40],
  [/^gcp:iam\/workloadIdentityPool:WorkloadIdentityPool$/, "displayName", 32],
  [/^gcp:iam\/workloadIdentityPool:WorkloadIdentityPool$/, "workloadIdentityPoolId", 32],
  [/^gcp:iam\/workloadIdentityPoolProvider:/, "displayName", 32],
  [/^gcp:iam\/workloadIdentityPoolProvider:/, "workloadIdentityPoolProviderId", 32],
  [/^gcp:logging\/projectBucketConfig:ProjectBucketConfig$/, "bucketId", 100],
  [/^gcp:monitoring\//, "displayName", 512],
  [/^gcp:managedkafka\/cluster:Cluster$/, "clusterId", 63],
  [/^gcp:managedkafka\/connectCluster:ConnectCluster$/, "connectClusterId", 63],
  [/^gcp:managedkafka\/connector:Connector$/, "connectorId", 63],
  [/^gcp:managedkafka\/topic:Topic$/, "topicId", 249],
  [/^gcp:projects\/iAMCustomRole:IAMCustomRole$/, "roleId", 64],
  [/^gcp:redis\/cluster:Cluster$/, "name", 63],
  [/^gcp:securitycenter\/v2ProjectNotificationConfig:/, "configId", 128],
  [/^gcp:serviceaccount\/account:Account$/, "accountId", 30],
  [/^gcp:serviceaccount\/account:Account$/, "displayName", 100],
  [/^gcp:sql\/databaseInstance:DatabaseInstance$/, "name", 98],
  [/^gcp:storage\/bucket:Bucket$/, "name", 63],
];

/** Types that Pulumi names itself, and the longest name their service takes; a name of its own is `logical-1234567`. */
const autoNameLimits: ReadonlyMap<string, number> = new Map([
  ["aws:appautoscaling/policy:Policy", 256],
  ["aws:backup/plan:Plan", 50],
  ["aws:backup/selection:Selection", 50],
  ["aws:backup/vault:Vault", 50],
  ["aws:budgets/budget:Budget", 100],
  ["aws:cfg/deliveryChannel:DeliveryChannel", 256],
  ["aws:cfg/recorder:Recorder", 256],
  ["aws:cloudfront/cachePolicy:CachePolicy", 128],
  ["aws:cloudfront/originAccessControl:OriginAccessControl", 64],
  ["aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", 128],
  ["aws:cloudwatch/eventApiDestination:EventApiDestination", 64],
  ["aws:cloudwatch/eventConnection:EventConnection", 64],
  ["aws:cloudwatch/eventRule:EventRule", 64],
  ["aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination", 60],
  ["aws:cloudwatch/logDeliverySource:LogDeliverySource", 60],
  ["aws:cloudwatch/logGroup:LogGroup", 512],
  ["aws:cloudwatch/logMetricFilter:LogMetricFilter", 512],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", 255],
  ["aws:msk/cluster:Cluster", 64],
  ["aws:msk/configuration:Configuration", 64],
  ["aws:costexplorer/anomalyMonitor:AnomalyMonitor", 1024],
  ["aws:costexplorer/anomalySubscription:AnomalySubscription", 1024],
  ["aws:ec2/launchTemplate:LaunchTemplate", 128],
  ["aws:ec2/securityGroup:SecurityGroup", 255],
  ["aws:ecs/capacityProvider:CapacityProvider", 255],
  ["aws:ecs/cluster:Cluster", 255],
  ["aws:ecs/service:Service", 255],
  ["aws:scheduler/schedule:Schedule", 64],
  ["aws:servicediscovery/httpNamespace:HttpNamespace", 1024],
  // EKS documents none: that of a node group
  ["aws:eks/fargateProfile:FargateProfile", 63],
  ["aws:eks/nodeGroup:NodeGroup", 63],
  ["aws:elasticache/parameterGroup:ParameterGroup", 255],
  ["aws:elasticache/replicationGroup:ReplicationGroup", 40],
  ["aws:elasticache/subnetGroup:SubnetGroup", 255],
  ["aws:iam/instanceProfile:InstanceProfile", 128],
  ["aws:iam/policy:Policy", 128],
  ["aws:iam/role:Role", 64],
  ["aws:iam/rolePolicy:RolePolicy", 128],
  ["aws:kms/alias:Alias", 250],
  ["aws:lambda/function:Function", 64],
  ["aws:rds/optionGroup:OptionGroup", 255],
  ["aws:rds/parameterGroup:ParameterGroup", 255],
  ["aws:rds/subnetGroup:SubnetGroup", 255],
  ["aws:s3/bucket:Bucket", 63],
  ["aws:secretsmanager/secret:Secret", 512],
  ["aws:sns/topic:Topic", 256],
  // 80 with the ending of one that keeps an order
  ["aws:sqs/queue:Queue", 75],
  ["aws:wafv2/webAcl:WebAcl", 128],
  ["gcp:certificatemanager/certificate:Certificate", 64],
  ["gcp:certificatemanager/certificateMap:CertificateMap", 64],
  ["gcp:certificatemanager/certificateMapEntry:CertificateMapEntry", 64],
  ["gcp:certificatemanager/dnsAuthorization:DnsAuthorization", 64],
  ["gcp:cloudrunv2/job:Job", 49],
  ["gcp:cloudrunv2/service:Service", 49],
  ["gcp:cloudscheduler/job:Job", 500],
  ["gcp:compute/address:Address", 63],
  ["gcp:compute/backendBucket:BackendBucket", 63],
  ["gcp:compute/backendService:BackendService", 63],
  ["gcp:compute/firewall:Firewall", 63],
  ["gcp:compute/forwardingRule:ForwardingRule", 63],
  ["gcp:compute/globalAddress:GlobalAddress", 63],
  ["gcp:compute/globalForwardingRule:GlobalForwardingRule", 63],
  ["gcp:compute/globalNetworkEndpointGroup:GlobalNetworkEndpointGroup", 63],
  ["gcp:compute/network:Network", 63],
  ["gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup", 63],
  ["gcp:compute/route:Route", 63],
  ["gcp:compute/router:Router", 63],
  ["gcp:compute/routerNat:RouterNat", 63],
  ["gcp:compute/sSLPolicy:SSLPolicy", 63],
  ["gcp:compute/securityPolicy:SecurityPolicy", 63],
  ["gcp:compute/subnetwork:Subnetwork", 63],
  ["gcp:compute/targetHttpProxy:TargetHttpProxy", 63],
  ["gcp:compute/targetHttpsProxy:TargetHttpsProxy", 63],
  ["gcp:compute/uRLMap:URLMap", 63],
  ["gcp:container/cluster:Cluster", 40],
  ["gcp:dns/managedZone:ManagedZone", 63],
  ["gcp:dns/policy:Policy", 63],
  ["gcp:gkebackup/backupPlan:BackupPlan", 63],
  ["gcp:gkebackup/restorePlan:RestorePlan", 63],
  ["gcp:kms/cryptoKey:CryptoKey", 63],
  ["gcp:kms/keyRing:KeyRing", 63],
  ["gcp:logging/metric:Metric", 100],
  ["gcp:logging/projectExclusion:ProjectExclusion", 100],
  ["gcp:logging/projectSink:ProjectSink", 100],
  ["gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy", 63],
  ["gcp:pubsub/subscription:Subscription", 255],
  ["gcp:pubsub/topic:Topic", 255],
  ["gcp:redis/cluster:Cluster", 63],
  ["gcp:secretmanager/secret:Secret", 255],
  // 98 with the project's id, which has 30 at most, and the colon between them
  ["gcp:sql/databaseInstance:DatabaseInstance", 67],
  ["gcp:storage/bucket:Bucket", 63],
  ["gcp:workflows/workflow:Workflow", 64],
]);

/**
 * Types without a physical name of ours: the cloud gives an id, or they are known by what they belong to (a bucket, a role,
 * a domain), or the service says nothing of a length.
 */
const nameless: ReadonlySet<string> = new Set([
  "aws:acm/certificate:Certificate",
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:appautoscaling/target:Target",
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration",
  "aws:cfg/recorderStatus:RecorderStatus",
  "aws:cloudfront/distribution:Distribution",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:cloudwatch/logDelivery:LogDelivery",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/flowLog:FlowLog",
  "aws:ec2/networkAcl:NetworkAcl",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
  "aws:ecr/replicationConfiguration:ReplicationConfiguration",
  "aws:ecr/repositoryPolicy:RepositoryPolicy",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  "aws:eks/accessEntry:AccessEntry",
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
  "aws:eks/addon:Addon",
  "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  "aws:elasticache/userGroupAssociation:UserGroupAssociation",
  "aws:guardduty/detector:Detector",
  "aws:guardduty/detectorFeature:DetectorFeature",
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:kms/key:Key",
  "aws:lambda/invocation:Invocation",
  "aws:lambda/permission:Permission",
  "aws:lb/listener:Listener",
  "aws:lb/listenerRule:ListenerRule",
  "aws:msk/clusterPolicy:ClusterPolicy",
  "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
  "aws:rds/proxyTarget:ProxyTarget",
  "aws:route53/healthCheck:HealthCheck",
  "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec",
  "aws:route53/queryLog:QueryLog",
  "aws:route53/record:Record",
  "aws:route53/zone:Zone",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketLogging:BucketLogging",
  "aws:s3/bucketNotification:BucketNotification",
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:secretsmanager/secretRotation:SecretRotation",
  "aws:securityhub/account:Account",
  "aws:securityhub/standardsSubscription:StandardsSubscription",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:sqs/queuePolicy:QueuePolicy",
  "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
  "gcp:binaryauthorization/policy:Policy",
  "gcp:cloudrunv2/jobIamMember:JobIamMember",
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember",
  "gcp:compute/globalNetworkEndpoint:GlobalNetworkEndpoint",
  "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember",
  "gcp:dns/recordSet:RecordSet",
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
  "gcp:orgpolicy/policy:Policy",
  "gcp:projects/iAMAuditConfig:IAMAuditConfig",
  "gcp:projects/iAMMember:IAMMember",
  "gcp:projects/service:Service",
  "gcp:projects/serviceIdentity:ServiceIdentity",
  "gcp:secretmanager/secretVersion:SecretVersion",
  "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember",
  "gcp:pubsub/topicIAMMember:TopicIAMMember",
  "gcp:secretmanager/secretIamMember:SecretIamMember",
  "gcp:serviceaccount/iAMMember:IAMMember",
  "gcp:servicenetworking/connection:Connection",
  "gcp:sql/database:Database",
  "gcp:sql/user:User",
  "gcp:storage/bucketIAMMember:BucketIAMMember",
  "gcp:storage/transferJob:TransferJob",
]);

/** A dash and seven digits, which Pulumi's auto-naming adds. */
const autoNameLength = 8;

/** What {@link checkNames} found. */
interface NameReport {
  /** How many names were looked at. */
  readonly checked: number;
  /** Names that are longer than their service takes. */
  readonly tooLong: readonly string[];
  /** Types of aws and gcp of which the tables here say nothing. */
  readonly unknown: readonly string[];
}

/** Holds every name to its service's limit, and every type to having one. */
export function checkNames(resources: readonly PlanResource[]): NameReport {
  let checked = 0;
  const tooLong: string[] = [];
  const unknown = new Set<string>();
  for (const { type, inputs, urn, name, custom } of resources) {
    const given = nameLimits.flatMap(([pattern, input, most]) => {
      const value = inputs[input];
      return pattern.test(type) && typeof value === "string" ? [{ value, most }] : [];
    });
    const most = autoNameLimits.get(type);
    const named = inputs["name"] !== undefined || inputs["bucket"] !== undefined;
    const own =
      most === undefined || named ? [] : [{ value: `${name}-${"0".repeat(autoNameLength - 1)}`, most }];
    for (const { value, most } of [...given, ...own]) {
      checked++;
      if (value.length > most) tooLong.push(`${urn}: ${value} is longer than ${most}`);
    }
    const ofCloud = custom && /^(aws|gcp):/.test(type);
    if (ofCloud && given.length + own.length === 0 && !nameless.has(type)) unknown.add(type);
  }
  return { checked, tooLong, unknown: [...unknown] };
}
