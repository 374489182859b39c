import * as argoCd from "./argocd/argocd";
import * as atlasCluster from "./atlas/cluster";
import * as awsAudit from "./aws/audit";
import * as awsBackup from "./aws/backup";
import * as awsCloudfront from "./aws/cloudfront";
import * as awsCloudwatch from "./aws/cloudwatch";
import * as awsDataServices from "./aws/dataServices";
import * as awsDns from "./aws/dns";
import * as awsEc2 from "./aws/ec2";
import * as awsEcr from "./aws/ecr";
import * as awsEcs from "./aws/ecs";
import * as awsEks from "./aws/eks";
import * as awsEksNodes from "./aws/eksNodes";
import * as awsElasticache from "./aws/elasticache";
import * as awsIam from "./aws/iam";
import * as awsIamGrants from "./aws/iamGrants";
import * as awsKms from "./aws/kms";
import * as awsLambda from "./aws/lambda";
import * as awsLb from "./aws/lb";
import * as awsMessaging from "./aws/messaging";
import * as awsOpensearch from "./aws/opensearch";
import * as awsMsk from "./aws/msk";
import * as awsNetworkAcls from "./aws/networkAcls";
import * as awsOrphans from "./aws/orphans";
import * as awsRds from "./aws/rds";
import * as awsRdsOperations from "./aws/rdsOperations";
import * as awsRdsProxy from "./aws/rdsProxy";
import * as awsRoutes from "./aws/routes";
import * as awsS3 from "./aws/s3";
import * as awsS3Lock from "./aws/s3Lock";
import * as awsS3Replication from "./aws/s3Replication";
import * as awsSecretsManager from "./aws/secretsManager";
import * as awsSecurityGroups from "./aws/securityGroups";
import * as awsVpc from "./aws/vpc";
import * as awsWaf from "./aws/waf";
import * as gcpAuditWatch from "./gcp/auditWatch";
import * as gcpBackup from "./gcp/backup";
import * as gcpBinaryAuthorization from "./gcp/binaryAuthorization";
import * as gcpCompute from "./gcp/compute";
import * as gcpDns from "./gcp/dns";
import * as gcpEdge from "./gcp/edge";
import * as gcpFirewalls from "./gcp/firewalls";
import * as gcpGke from "./gcp/gke";
import * as gcpGkeCluster from "./gcp/gkeCluster";
import * as gcpIam from "./gcp/iam";
import * as gcpKafka from "./gcp/kafka";
import * as gcpKms from "./gcp/kms";
import * as gcpLogging from "./gcp/logging";
import * as gcpMachines from "./gcp/machines";
import * as gcpPubsub from "./gcp/pubsub";
import * as gcpRedis from "./gcp/redis";
import * as gcpRun from "./gcp/run";
import * as gcpSecrets from "./gcp/secrets";
import * as gcpServices from "./gcp/services";
import * as gcpSql from "./gcp/sql";
import * as gcpSqlServer from "./gcp/sqlServer";
import * as gcpStorage from "./gcp/storage";
import * as gcpStorageAccess from "./gcp/storageAccess";
import * as istioSecurity from "./istio/security";
import * as istioTraffic from "./istio/traffic";
import * as k8sAdmission from "./kubernetes/admission";
import * as k8sAvailability from "./kubernetes/availability";
import * as k8sCertificates from "./kubernetes/certificates";
import * as k8sClaims from "./kubernetes/claims";
import * as k8sConfig from "./kubernetes/config";
import * as k8sElasticsearch from "./kubernetes/elasticsearch";
import * as k8sGateway from "./kubernetes/gateway";
import * as k8sHelm from "./kubernetes/helm";
import * as k8sImages from "./kubernetes/images";
import * as k8sMongodb from "./kubernetes/mongodb";
import * as k8sNamespace from "./kubernetes/namespace";
import * as k8sNetwork from "./kubernetes/network";
import * as k8sNodes from "./kubernetes/nodes";
import * as k8sObservability from "./kubernetes/observability";
import * as k8sOpensearch from "./kubernetes/opensearch";
import * as k8sPodSecurity from "./kubernetes/podSecurity";
import * as k8sPodStandards from "./kubernetes/podStandards";
import * as k8sRbac from "./kubernetes/rbac";
import * as k8sRbacRights from "./kubernetes/rbacRights";
import * as k8sRollOut from "./kubernetes/rollOut";
import * as k8sStrimzi from "./kubernetes/strimzi";
import * as k8sTraffic from "./kubernetes/traffic";
import * as k8sWorkload from "./kubernetes/workload";
import * as awsAccount from "./aws/account";
import * as awsS3Web from "./aws/s3Web";
import * as gcpAnalytics from "./gcp/analytics";
import * as gcpMachineAccess from "./gcp/machineAccess";
import * as k8sPodTenancy from "./kubernetes/podTenancy";
import type { Rule } from "./rule";
import * as common from "./stack/common";
import * as exemptions from "./stack/exemptions";
import * as stackNetworks from "./stack/networks";
import * as stackValues from "./stack/values";
import * as vaultChart from "./vault/chart";
import * as vaultResources from "./vault/resources";

const files: readonly Readonly<Record<string, Rule>>[] = [
  argoCd,
  atlasCluster,
  awsAccount,
  awsAudit,
  awsBackup,
  awsCloudfront,
  awsCloudwatch,
  awsDataServices,
  awsDns,
  awsEc2,
  awsEcr,
  awsEcs,
  awsEks,
  awsEksNodes,
  awsElasticache,
  awsIam,
  awsIamGrants,
  awsKms,
  awsLambda,
  awsLb,
  awsMessaging,
  awsOpensearch,
  awsMsk,
  awsNetworkAcls,
  awsOrphans,
  awsRds,
  awsRdsOperations,
  awsRdsProxy,
  awsRoutes,
  awsS3,
  awsS3Lock,
  awsS3Replication,
  awsS3Web,
  awsSecretsManager,
  awsSecurityGroups,
  awsVpc,
  awsWaf,
  gcpAuditWatch,
  common,
  exemptions,
  gcpAnalytics,
  gcpBackup,
  gcpBinaryAuthorization,
  gcpCompute,
  gcpDns,
  gcpEdge,
  gcpFirewalls,
  gcpGke,
  gcpGkeCluster,
  gcpIam,
  gcpKafka,
  gcpKms,
  gcpLogging,
  gcpMachines,
  gcpMachineAccess,
  gcpPubsub,
  gcpRedis,
  gcpRun,
  gcpSecrets,
  gcpServices,
  gcpSql,
  gcpSqlServer,
  gcpStorage,
  gcpStorageAccess,
  istioSecurity,
  istioTraffic,
  k8sAdmission,
  k8sAvailability,
  k8sCertificates,
  k8sClaims,
  k8sConfig,
  k8sElasticsearch,
  k8sGateway,
  k8sHelm,
  k8sImages,
  k8sMongodb,
  k8sNamespace,
  k8sNetwork,
  k8sNodes,
  k8sObservability,
  k8sOpensearch,
  k8sPodSecurity,
  k8sPodStandards,
  k8sPodTenancy,
  k8sRbac,
  k8sRbacRights,
  k8sRollOut,
  k8sStrimzi,
  k8sTraffic,
  k8sWorkload,
  stackNetworks,
  stackValues,
  vaultChart,
  vaultResources,
];

/** Every rule of the pack, by id. */
export const rules: readonly Rule[] = files
  .flatMap((file) => Object.values(file))
  .sort((a, b) => (a.id < b.id ? -1 : 1));
