import type * as aws from "@pulumi/aws";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that registry, audit and budget of AWS register. */
export const outputs: OutputTable = {
  "aws:accessanalyzer/analyzer:Analyzer": computes<aws.accessanalyzer.Analyzer>()((r) => ({
    id: text(r, "analyzerName"),
    arn: `arn:aws:access-analyzer:${r.region}:${r.account}:analyzer/${text(r, "analyzerName")}`,
  })),
  "aws:budgets/budget:Budget": computes<aws.budgets.Budget>()((r) => ({
    id: `${r.account}:${r.autoName}`,
    name: r.autoName,
    accountId: r.account,
    arn: `arn:aws:budgets::${r.account}:budget/${r.autoName}`,
  })),
  "aws:cfg/deliveryChannel:DeliveryChannel": computes<aws.cfg.DeliveryChannel>()(autoNamed),
  "aws:cfg/recorder:Recorder": computes<aws.cfg.Recorder>()(autoNamed),
  "aws:cfg/recorderStatus:RecorderStatus": computes<aws.cfg.RecorderStatus>()((r) => ({
    id: text(r, "name"),
  })),
  "aws:cloudtrail/trail:Trail": computes<aws.cloudtrail.Trail>()((r) => {
    const arn = `arn:aws:cloudtrail:${r.region}:${r.account}:trail/${text(r, "name")}`;
    return { id: arn, arn, homeRegion: r.region };
  }),
  "aws:costexplorer/anomalyMonitor:AnomalyMonitor": computes<aws.costexplorer.AnomalyMonitor>()((r) =>
    named(r, `arn:aws:ce::${r.account}:anomalymonitor/${uuid(r)}`),
  ),
  "aws:costexplorer/anomalySubscription:AnomalySubscription":
    computes<aws.costexplorer.AnomalySubscription>()((r) => ({
      ...named(r, `arn:aws:ce::${r.account}:anomalysubscription/${uuid(r)}`),
      accountId: r.account,
    })),
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": computes<aws.ecr.LifecyclePolicy>()(ofRepository),
  "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration":
    computes<aws.ecr.RegistryScanningConfiguration>()((r) => ({ id: r.account, registryId: r.account })),
  "aws:ecr/repository:Repository": computes<aws.ecr.Repository>()((r) => ({
    id: text(r, "name"),
    arn: `arn:aws:ecr:${r.region}:${r.account}:repository/${text(r, "name")}`,
    registryId: r.account,
    repositoryUrl: `${r.account}.dkr.ecr.${r.region}.amazonaws.com/${text(r, "name")}`,
  })),
  "aws:ecr/replicationConfiguration:ReplicationConfiguration": computes<aws.ecr.ReplicationConfiguration>()(
    (r) => ({ id: r.account, registryId: r.account }),
  ),
  "aws:ecr/repositoryPolicy:RepositoryPolicy": computes<aws.ecr.RepositoryPolicy>()(ofRepository),
  "aws:guardduty/detector:Detector": computes<aws.guardduty.Detector>()((r) => ({
    id: r.hex(32),
    accountId: r.account,
    arn: `arn:aws:guardduty:${r.region}:${r.account}:detector/${r.hex(32)}`,
  })),
  "aws:guardduty/detectorFeature:DetectorFeature": computes<aws.guardduty.DetectorFeature>()((r) => ({
    id: `${text(r, "detectorId")}/${text(r, "name")}`,
  })),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": computes<aws.iam.OpenIdConnectProvider>()((r) => {
    const arn = `arn:aws:iam::${r.account}:oidc-provider/${text(r, "url").replace("https://", "")}`;
    return { id: arn, arn };
  }),
  "aws:iam/policy:Policy": computes<aws.iam.Policy>()((r) => {
    const arn = `arn:aws:iam::${r.account}:policy/${text(r, "name")}`;
    return { id: arn, arn, policyId: `ANPA${r.hex(17).toUpperCase()}`, attachmentCount: 0 };
  }),
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration":
    computes<aws.s3.BucketObjectLockConfiguration>()((r) => ({ id: text(r, "bucket") })),
  "aws:securityhub/account:Account": computes<aws.securityhub.Account>()((r) => ({
    id: r.account,
    arn: `arn:aws:securityhub:${r.region}:${r.account}:hub/default`,
  })),
  "aws:securityhub/standardsSubscription:StandardsSubscription":
    computes<aws.securityhub.StandardsSubscription>()((r) => ({
      id: text(r, "standardsArn").replace("::standards/", `:${r.account}:subscription/`),
    })),
  "aws:sns/topic:Topic": computes<aws.sns.Topic>()((r) => ({
    ...named(r, `arn:aws:sns:${r.region}:${r.account}:${r.autoName}`),
    owner: r.account,
  })),
  "aws:sns/topicPolicy:TopicPolicy": computes<aws.sns.TopicPolicy>()((r) => ({
    id: text(r, "arn"),
    owner: r.account,
  })),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

function autoNamed({ autoName }: Registered): { id: string; name: string } {
  return { id: autoName, name: autoName };
}

/** A resource that has its ARN as its id, and a name by auto-naming. */
function named({ autoName }: Registered, arn: string): { id: string; arn: string; name: string } {
  return { id: arn, arn, name: autoName };
}

/** What says one thing about a repository has the repository's name as its id. */
function ofRepository(r: Registered): { id: string; registryId: string } {
  return { id: text(r, "repository"), registryId: r.account };
}

function uuid({ hex }: Registered): string {
  return hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function text({ type, name, inputs }: Registered, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") {
    throw new Error(`${type} ${name}: expected a string in ${key}, got ${typeof value}`);
  }
  return value;
}
