import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Audit, AuditArgs } from "../../components/governance/audit";
import { auditTrail } from "./auditTrail";
import { configHistory } from "./configHistory";
import { threatDetection } from "./threatDetection";

/** Arguments of an {@link AwsAudit}. */
export interface AwsAuditArgs extends AuditArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

/**
 * Standards that Security Hub holds the account to:
 * https://docs.aws.amazon.com/securityhub/latest/userguide/standards-reference.html
 */
const standards = {
  "best-practices": "aws-foundational-security-best-practices/v/1.0.0",
  cis: "cis-aws-foundations-benchmark/v/3.0.0",
} as const;

/**
 * {@link Audit} of an AWS account: CloudTrail in every region, and in the stack's region GuardDuty, Config, Security Hub,
 * IAM Access Analyzer and Inspector's scans of images.
 */
export class AwsAudit extends pulumi.ComponentResource implements Audit {
  readonly recordName: pulumi.Output<string>;
  /** Log group in which the record can be searched, and alarms be set on it. */
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: AwsAuditArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Audit", name, {}, opts);
    const { retentionDays, region, accountId, protect = true } = args;
    const here = { region, accountId, retentionDays, protect };
    const child = { parent: this };

    const { bucket, logGroup } = auditTrail(`${name}-trail`, here, child);
    const recording = configHistory(`${name}-config`, here, child);
    threatDetection(`${name}-threats`, child);
    // most of Security Hub's controls read what Config records
    securityHub(`${name}-hub`, region, { ...child, dependsOn: [recording] });
    new aws.accessanalyzer.Analyzer(
      `${name}-access`,
      { analyzerName: `${name}-access`, type: "ACCOUNT" },
      child,
    );
    // images are scanned when they are pushed, and again when a new vulnerability becomes known
    new aws.ecr.RegistryScanningConfiguration(
      `${name}-image-scans`,
      {
        scanType: "ENHANCED",
        rules: [
          {
            scanFrequency: "CONTINUOUS_SCAN",
            repositoryFilters: [{ filter: "*", filterType: "WILDCARD" }],
          },
        ],
      },
      child,
    );

    this.recordName = bucket.bucket;
    this.logGroupName = logGroup.name;
    this.registerOutputs({ recordName: this.recordName });
  }
}

function securityHub(
  name: string,
  region: string,
  opts: { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource[] },
): void {
  const hub = new aws.securityhub.Account(
    name,
    {
      // the standards stand below, each by its name
      enableDefaultStandards: false,
      // one finding a control, however many standards ask for it
      controlFindingGenerator: "SECURITY_CONTROL",
      autoEnableControls: true,
    },
    opts,
  );
  for (const [key, standard] of Object.entries(standards)) {
    new aws.securityhub.StandardsSubscription(
      `${name}-${key}`,
      { standardsArn: `arn:aws:securityhub:${region}::standards/${standard}` },
      { parent: opts.parent, dependsOn: [hub] },
    );
  }
}
