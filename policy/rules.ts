import * as awsCloudwatch from "./aws/cloudwatch";
import * as awsEc2 from "./aws/ec2";
import * as awsEks from "./aws/eks";
import * as awsElasticache from "./aws/elasticache";
import * as awsIam from "./aws/iam";
import * as awsKms from "./aws/kms";
import * as awsRds from "./aws/rds";
import * as awsS3 from "./aws/s3";
import * as awsVpc from "./aws/vpc";
import * as gcpCompute from "./gcp/compute";
import * as gcpGke from "./gcp/gke";
import * as gcpIam from "./gcp/iam";
import * as gcpKms from "./gcp/kms";
import * as gcpRedis from "./gcp/redis";
import * as gcpSql from "./gcp/sql";
import * as gcpStorage from "./gcp/storage";
import * as k8sAvailability from "./kubernetes/availability";
import * as k8sConfig from "./kubernetes/config";
import * as k8sHelm from "./kubernetes/helm";
import * as k8sNamespace from "./kubernetes/namespace";
import * as k8sNetwork from "./kubernetes/network";
import * as k8sPodSecurity from "./kubernetes/podSecurity";
import * as k8sRbac from "./kubernetes/rbac";
import * as k8sWorkload from "./kubernetes/workload";
import type { Rule } from "./rule";
import * as common from "./stack/common";

const files: readonly Readonly<Record<string, Rule>>[] = [
  awsCloudwatch,
  awsEc2,
  awsEks,
  awsElasticache,
  awsIam,
  awsKms,
  awsRds,
  awsS3,
  awsVpc,
  common,
  gcpCompute,
  gcpGke,
  gcpIam,
  gcpKms,
  gcpRedis,
  gcpSql,
  gcpStorage,
  k8sAvailability,
  k8sConfig,
  k8sHelm,
  k8sNamespace,
  k8sNetwork,
  k8sPodSecurity,
  k8sRbac,
  k8sWorkload,
];

/** Every rule of the pack, by id. */
export const rules: readonly Rule[] = files
  .flatMap((file) => Object.values(file))
  .sort((a, b) => (a.id < b.id ? -1 : 1));
