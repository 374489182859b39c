import assert from "node:assert/strict";
import { judge } from "../../../preview/policy";
import type { PlanResource } from "../../../preview/plan";
import { AwsAudit, type AwsAuditArgs } from "../../../providers/aws/audit";
import { find, findAll, run, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { awsProviders, here } from "./stacks";

async function makeAudit(
  args: Partial<AwsAuditArgs> = {},
): Promise<{ readonly result: AwsAudit; readonly resources: readonly PlanResource[] }> {
  return await run(
    () => new AwsAudit("watch", { ...here, retentionDays: 400, ...args }, { providers: awsProviders() }),
  );
}

const trailArn = "arn:aws:cloudtrail:eu-west-1:210987654321:trail/watch-trail";

describe("AwsAudit", () => {
  it("records every region's calls and every object's, validated, under its own key, to two places", async () => {
    const { result, resources } = await makeAudit();
    const trail = find(resources, "aws:cloudtrail/trail:Trail", "watch-trail");
    const { kmsKeyId, cloudWatchLogsGroupArn, cloudWatchLogsRoleArn, advancedEventSelectors, ...rest } =
      trail.inputs;
    const bucketName = await valueOf(result.recordName);
    assert.deepEqual(rest, {
      name: "watch-trail",
      s3BucketName: bucketName,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      enableLogging: true,
    });
    assert.match(JSON.stringify(kmsKeyId), /^"arn:aws:kms:eu-west-1:210987654321:key\/[0-9a-f-]{36}"$/);
    assert.match(JSON.stringify(cloudWatchLogsGroupArn), /:log-group:watch-trail-logs-[0-9a-f]{7}:\*"$/);
    assert.match(JSON.stringify(cloudWatchLogsRoleArn), /:role\/watch-trail-delivery-[0-9a-f]{7}"$/);
    assert.deepEqual(
      (advancedEventSelectors as { fieldSelectors: unknown }[]).map(({ fieldSelectors }) => fieldSelectors),
      [
        [{ field: "eventCategory", equals: ["Management"] }],
        [
          { field: "eventCategory", equals: ["Data"] },
          { field: "resources.type", equals: ["AWS::S3::Object"] },
          { field: "resources.ARN", notStartsWiths: [`arn:aws:s3:::${bucketName}/`] },
        ],
      ],
    );
    assert.equal(trail.protect, true);
  });

  it("locks the trail's versions for as long as they are kept, so that nobody can delete them", async () => {
    const { resources } = await makeAudit();
    const bucket = find(resources, "aws:s3/bucket:Bucket", "watch-trail");
    assert.deepEqual([bucket.inputs["objectLockEnabled"], bucket.protect], [true, true]);
    const lock = find(resources, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration");
    assert.deepEqual(lock.inputs["rule"], { defaultRetention: { mode: "COMPLIANCE", days: 400 } });
    assert.deepEqual(lock.propertyDependencies["bucket"], [bucket.urn]);
    const versioning = find(resources, "aws:s3/bucketVersioning:BucketVersioning", "watch-trail-versioning");
    assert.ok(lock.dependencies.includes(versioning.urn));
    assert.ok(find(resources, "aws:cloudtrail/trail:Trail").dependencies.includes(lock.urn));
  });

  it("takes deliveries of this trail alone, before the trail is made", async () => {
    const { resources } = await makeAudit();
    const policy = find(resources, "aws:s3/bucketPolicy:BucketPolicy", "watch-trail-policy");
    const arn = `arn:aws:s3:::${textOf(policy, "bucket")}`;
    const Principal = { Service: "cloudtrail.amazonaws.com" };
    assert.deepEqual(policyOf(policy).Statement.slice(2), [
      {
        Sid: "TrailAclCheck",
        Effect: "Allow",
        Principal,
        Action: "s3:GetBucketAcl",
        Resource: arn,
        Condition: { StringEquals: { "aws:SourceArn": trailArn } },
      },
      {
        Sid: "TrailWrite",
        Effect: "Allow",
        Principal,
        Action: "s3:PutObject",
        Resource: `${arn}/AWSLogs/210987654321/*`,
        Condition: {
          StringEquals: { "aws:SourceArn": trailArn, "s3:x-amz-acl": "bucket-owner-full-control" },
        },
      },
    ]);
    const { dependencies } = find(resources, "aws:cloudtrail/trail:Trail");
    assert.ok(dependencies.includes(policy.urn));
    assert.ok(
      dependencies.includes(
        find(resources, "aws:iam/rolePolicy:RolePolicy", "watch-trail-delivery-policy").urn,
      ),
    );
  });

  it("lets CloudTrail use the key for trails of this account", async () => {
    const { resources } = await makeAudit();
    const statement = policyOf(find(resources, "aws:kms/key:Key", "watch-trail-key")).Statement.find(
      ({ Sid }) => Sid === "ServiceCloudtrail",
    );
    assert.deepEqual(statement?.["Condition"], {
      ArnLike: { "aws:SourceArn": "arn:aws:cloudtrail:*:210987654321:trail/*" },
    });
  });

  it("looks for attacks on buckets, clusters, volumes, databases, functions and in running machines", async () => {
    const { resources } = await makeAudit();
    assert.deepEqual(find(resources, "aws:guardduty/detector:Detector").inputs, {
      enable: true,
      findingPublishingFrequency: "FIFTEEN_MINUTES",
    });
    const features = findAll(resources, "aws:guardduty/detectorFeature:DetectorFeature");
    assert.deepEqual(features.map(({ inputs }) => inputs["name"]).sort(), [
      "EBS_MALWARE_PROTECTION",
      "EKS_AUDIT_LOGS",
      "LAMBDA_NETWORK_LOGS",
      "RDS_LOGIN_EVENTS",
      "RUNTIME_MONITORING",
      "S3_DATA_EVENTS",
    ]);
    assert.ok(features.every(({ inputs }) => inputs["status"] === "ENABLED"));
    const runtime = find(resources, "aws:guardduty/detectorFeature:DetectorFeature", "watch-threats-runtime");
    assert.deepEqual(runtime.inputs["additionalConfigurations"], [
      { name: "EKS_ADDON_MANAGEMENT", status: "ENABLED" },
      { name: "ECS_FARGATE_AGENT_MANAGEMENT", status: "ENABLED" },
      { name: "EC2_AGENT_MANAGEMENT", status: "ENABLED" },
    ]);
  });

  it("records configurations of everything, and starts once they can be delivered", async () => {
    const { resources } = await makeAudit();
    const recorder = find(resources, "aws:cfg/recorder:Recorder");
    assert.deepEqual(recorder.inputs["recordingGroup"], {
      allSupported: true,
      includeGlobalResourceTypes: true,
    });
    const channel = find(resources, "aws:cfg/deliveryChannel:DeliveryChannel");
    assert.ok(channel.dependencies.includes(recorder.urn));
    const status = find(resources, "aws:cfg/recorderStatus:RecorderStatus");
    assert.equal(status.inputs["isEnabled"], true);
    assert.ok(status.dependencies.includes(channel.urn));
    const [deliver, bucket, key] = policyOf(
      find(resources, "aws:iam/rolePolicy:RolePolicy", "watch-config-role-policy"),
    ).Statement;
    assert.equal(deliver?.["Action"], "s3:PutObject");
    assert.match(String(deliver["Resource"]), /^arn:aws:s3:::watch-config-[^/]+\/AWSLogs\/210987654321\/\*$/);
    assert.deepEqual(bucket?.["Action"], ["s3:GetBucketAcl", "s3:ListBucket"]);
    // what it delivers is encrypted with a data key of this key
    assert.deepEqual(key?.["Action"], ["kms:Decrypt", "kms:GenerateDataKey"]);
    assert.match(String(key["Resource"]), /^arn:aws:kms:eu-west-1:210987654321:key\//);
    // Config delivers to no bucket that locks by default
    const { inputs } = find(resources, "aws:s3/bucket:Bucket", "watch-config");
    assert.equal(inputs["objectLockEnabled"], undefined);
    const delivered = policyOf(find(resources, "aws:iam/rolePolicy:RolePolicy", "watch-config-role-policy"))
      .Statement[0];
    assert.equal(
      delivered?.["Resource"],
      `arn:aws:s3:::${textOf(channel, "s3BucketName")}/AWSLogs/210987654321/*`,
    );
  });

  it("holds the account to two standards, and finds what is shared with strangers", async () => {
    const { resources } = await makeAudit();
    const hub = find(resources, "aws:securityhub/account:Account");
    assert.equal(hub.inputs["enableDefaultStandards"], false);
    assert.ok(
      hub.dependencies.includes(find(resources, "aws:cfg/recorderStatus:RecorderStatus").urn),
      "the hub waits for Config",
    );
    const subscriptions = findAll(resources, "aws:securityhub/standardsSubscription:StandardsSubscription");
    assert.deepEqual(
      subscriptions.map((subscription) => textOf(subscription, "standardsArn")),
      [
        "arn:aws:securityhub:eu-west-1::standards/aws-foundational-security-best-practices/v/1.0.0",
        "arn:aws:securityhub:eu-west-1::standards/cis-aws-foundations-benchmark/v/3.0.0",
      ],
    );
    for (const { dependencies } of subscriptions) assert.ok(dependencies.includes(hub.urn));
    assert.equal(find(resources, "aws:accessanalyzer/analyzer:Analyzer").inputs["type"], "ACCOUNT");
    assert.equal(
      find(resources, "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration").inputs[
        "scanType"
      ],
      "ENHANCED",
    );
  });

  it("keeps the record as long as asked", async () => {
    const { resources } = await makeAudit({ retentionDays: 731 });
    const logs = find(resources, "aws:cloudwatch/logGroup:LogGroup", "watch-trail-logs");
    assert.equal(logs.inputs["retentionInDays"], 731);
    for (const name of ["watch-trail-lifecycle", "watch-config-lifecycle"]) {
      const { inputs } = find(
        resources,
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        name,
      );
      assert.match(JSON.stringify(inputs["rules"]), /"expiration":\{"days":731\}/);
    }
  });

  it("breaks no policy at prod's levels", async () => {
    const { resources } = await makeAudit();
    const { evaluated, violations } = judge(resources, { environment: "prod" });
    assert.ok(evaluated > 20);
    const own = violations.filter(({ policy }) => policy !== "all-required-tags");
    assert.deepEqual(own, []);
  });
});
