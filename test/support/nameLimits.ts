import type { PlanResource } from "../../preview/plan";

/** Longest name that the service takes, by type and input, from the service's own API reference. */
const nameLimits: readonly (readonly [type: RegExp, input: string, most: number])[] = [
  [/^aws:iam\/role:Role$/, "name", 64],
  [/^aws:rds\/instance:Instance$/, "identifier", 63],
  [/^aws:rds\/cluster:Cluster$/, "clusterIdentifier", 52],
  [/^aws:elasticache\/replicationGroup:ReplicationGroup$/, "replicationGroupId", 40],
  [/^aws:elasticache\/user:User$/, "userId", 40],
  [/^aws:elasticache\/userGroup:UserGroup$/, "userGroupId", 40],
  [/^aws:s3\/bucket:Bucket$/, "bucket", 63],
  [/^aws:eks\/nodeGroup:NodeGroup$/, "nodeGroupName", 63],
  [/^eks:index:Cluster$/, "name", 100],
  [/^gcp:serviceaccount\/account:Account$/, "accountId", 30],
  [/^gcp:sql\/databaseInstance:DatabaseInstance$/, "name", 98],
  [/^gcp:container\/cluster:Cluster$/, "name", 40],
  [/^gcp:container\/nodePool:NodePool$/, "name", 40],
  [/^gcp:redis\/cluster:Cluster$/, "name", 63],
  [/^gcp:storage\/bucket:Bucket$/, "name", 63],
  [/^gcp:compute\//, "name", 63],
];

/** Types that Pulumi names itself, and the longest name their service takes; a name of its own is `logical-1234567`. */
const autoNameLimits: readonly (readonly [type: string, most: number])[] = [
  ["aws:iam/role:Role", 64],
  ["aws:backup/plan:Plan", 50],
  ["aws:backup/selection:Selection", 50],
  ["aws:backup/vault:Vault", 50],
  ["aws:s3/bucket:Bucket", 63],
  ["aws:kms/alias:Alias", 250],
  ["aws:rds/parameterGroup:ParameterGroup", 255],
  ["aws:rds/clusterParameterGroup:ClusterParameterGroup", 255],
  ["aws:elasticache/parameterGroup:ParameterGroup", 255],
  ["aws:elasticache/subnetGroup:SubnetGroup", 255],
  ["aws:ec2/launchTemplate:LaunchTemplate", 128],
  ["aws:eks/nodeGroup:NodeGroup", 63],
  ["aws:lambda/function:Function", 64],
  ["aws:sqs/queue:Queue", 80],
  ["aws:sns/topic:Topic", 256],
  ["aws:cloudwatch/eventRule:EventRule", 64],
  ["aws:cloudwatch/eventConnection:EventConnection", 64],
  ["aws:cloudwatch/eventApiDestination:EventApiDestination", 64],
  ["aws:cloudwatch/metricAlarm:MetricAlarm", 255],
  ["aws:wafv2/webAcl:WebAcl", 128],
  ["aws:cloudfront/cachePolicy:CachePolicy", 128],
  ["aws:cloudfront/originAccessControl:OriginAccessControl", 64],
  ["aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", 128],
  ["aws:iam/policy:Policy", 128],
  ["gcp:pubsub/topic:Topic", 255],
  ["gcp:pubsub/subscription:Subscription", 255],
  ["gcp:workflows/workflow:Workflow", 64],
  ["gcp:cloudscheduler/job:Job", 500],
  ["gcp:compute/address:Address", 63],
  ["gcp:gkebackup/backupPlan:BackupPlan", 63],
  ["gcp:gkebackup/restorePlan:RestorePlan", 63],
  ["gcp:storage/bucket:Bucket", 63],
  ["gcp:kms/keyRing:KeyRing", 63],
  ["gcp:compute/network:Network", 63],
  ["gcp:compute/subnetwork:Subnetwork", 63],
  ["gcp:compute/router:Router", 63],
  ["gcp:compute/firewall:Firewall", 63],
  ["gcp:compute/globalAddress:GlobalAddress", 63],
  ["gcp:compute/backendBucket:BackendBucket", 63],
  ["gcp:compute/backendService:BackendService", 63],
  ["gcp:compute/globalForwardingRule:GlobalForwardingRule", 63],
  ["gcp:compute/globalNetworkEndpointGroup:GlobalNetworkEndpointGroup", 63],
  ["gcp:compute/route:Route", 63],
  ["gcp:compute/sSLPolicy:SSLPolicy", 63],
  ["gcp:compute/securityPolicy:SecurityPolicy", 63],
  ["gcp:compute/targetHttpProxy:TargetHttpProxy", 63],
  ["gcp:compute/targetHttpsProxy:TargetHttpsProxy", 63],
  ["gcp:compute/uRLMap:URLMap", 63],
  ["gcp:certificatemanager/certificate:Certificate", 64],
  ["gcp:certificatemanager/certificateMap:CertificateMap", 64],
  ["gcp:certificatemanager/certificateMapEntry:CertificateMapEntry", 64],
  ["gcp:certificatemanager/dnsAuthorization:DnsAuthorization", 64],
  ["gcp:dns/managedZone:ManagedZone", 63],
];

/** A dash and seven digits, which Pulumi's auto-naming adds. */
const autoNameLength = 8;

/** Names that are longer than their service takes, and how many were looked at. */
export function checkNames(resources: readonly PlanResource[]): {
  readonly checked: number;
  readonly tooLong: readonly string[];
} {
  let checked = 0;
  const tooLong: string[] = [];
  const check = (urn: string, value: string, most: number): void => {
    checked++;
    if (value.length > most) tooLong.push(`${urn}: ${value} is longer than ${most}`);
  };
  for (const { type, inputs, urn, name } of resources) {
    for (const [pattern, input, most] of nameLimits) {
      const value = inputs[input];
      if (pattern.test(type) && typeof value === "string") check(urn, value, most);
    }
    for (const [autoNamed, most] of autoNameLimits) {
      if (type !== autoNamed || inputs["name"] !== undefined || inputs["bucket"] !== undefined) continue;
      check(urn, `${name}-${"0".repeat(autoNameLength - 1)}`, most);
    }
  }
  return { checked, tooLong };
}
