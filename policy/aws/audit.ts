import { isSet, isTrue, mustBeOn, mustBeOneOf, mustBeSet } from "../check";
import { fromStaging, inProd, onlyWarns, strictInProd } from "../levels";
import { resourceRule, stackRule } from "../rule";
import { pointingAt, pointsAt } from "../stack";
import { recordsObjects } from "./trail";

const trails = ["aws:cloudtrail/trail:Trail"] as const;

export const trailBucketLocked = stackRule({
  id: "aws-cloudtrail-bucket-locked",
  title: "Nobody can take back what the trail has recorded",
  severity: "high",
  description:
    "Whoever breaks in deletes the record first; an object lock refuses it to everyone, ourselves included.",
  remedy: "Add an aws.s3.BucketObjectLockConfiguration with a defaultRetention to the trail's bucket.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"], pciDss: ["10.3.2"] },
  levels: inProd,
  types: trails,
  check: (trail, stack) => {
    const bucket = stack
      .ofType("aws:s3/bucket:Bucket")
      .find((candidate) => pointsAt(trail, "s3BucketName", candidate, ["bucket"]));
    // A bucket of another stack or account is judged there.
    if (!bucket) return undefined;
    const [lock] = pointingAt(
      stack,
      "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
      "bucket",
      bucket,
    );
    return (
      !isSet(lock?.props.rule, "defaultRetention") &&
      `its bucket ${bucket.name} has no BucketObjectLockConfiguration with a defaultRetention`
    );
  },
});

export const trailKey = resourceRule({
  id: "aws-cloudtrail-cmk",
  title: "CloudTrail's record is under our key",
  severity: "medium",
  description: "Who did what with which names is itself worth protecting: to read it then takes the key too.",
  remedy: "Set kmsKeyId to a key whose policy names cloudtrail.amazonaws.com.",
  controls: { cisAws: ["4.5"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: trails,
  check: ({ props }) => mustBeSet(props, "kmsKeyId"),
});

export const trailDataEvents = resourceRule({
  id: "aws-cloudtrail-s3-data-events",
  title: "CloudTrail records who reads and writes objects",
  severity: "low",
  description: "Management events show who made a bucket, not who emptied it.",
  remedy: "Add an advancedEventSelectors entry with eventCategory Data and resources.type AWS::S3::Object.",
  controls: { cisAws: ["4.8", "4.9"], soc2: ["CC7.2"], gdpr: ["30"] },
  levels: inProd,
  types: trails,
  check: (trail) => !recordsObjects(trail) && "no selector is of AWS::S3::Object",
});

export const trailEverywhere = resourceRule({
  id: "aws-cloudtrail-multi-region",
  title: "CloudTrail records every region",
  severity: "high",
  description: "Whoever breaks in goes to the region that nobody looks at.",
  remedy: "Set isMultiRegionTrail to true, and leave enableLogging and includeGlobalServiceEvents so.",
  controls: { cisAws: ["4.1"], soc2: ["CC7.2"], gdpr: ["32(1)(d)"], pciDss: ["10.2.1"] },
  levels: fromStaging,
  types: trails,
  check: ({ props }) => [
    mustBeOn(props.isMultiRegionTrail, "isMultiRegionTrail"),
    // On unless switched off.
    mustBeOn(props.enableLogging ?? true, "enableLogging"),
    mustBeOn(props.includeGlobalServiceEvents ?? true, "includeGlobalServiceEvents"),
  ],
  remediation: {
    "aws:cloudtrail/trail:Trail": {
      isMultiRegionTrail: true,
      enableLogging: true,
      includeGlobalServiceEvents: true,
    },
  },
});

export const trailValidated = resourceRule({
  id: "aws-cloudtrail-validation",
  title: "CloudTrail's files can be proven unchanged",
  severity: "medium",
  description: "With its digests a file that was changed or left out shows.",
  remedy: "Set enableLogFileValidation to true.",
  controls: { cisAws: ["4.2"], soc2: ["CC7.2"], gdpr: ["32(1)(d)"], pciDss: ["10.3.4"] },
  levels: fromStaging,
  types: trails,
  check: ({ props }) => mustBeOn(props.enableLogFileValidation, "enableLogFileValidation"),
  remediation: {
    "aws:cloudtrail/trail:Trail": { enableLogFileValidation: true },
  },
});

export const trailWatched = resourceRule({
  id: "aws-cloudtrail-logs",
  title: "CloudTrail's events can raise alarms",
  severity: "low",
  description:
    "In a bucket the record is for afterwards; in a log group a filter sees what happens as it does.",
  remedy: "Set cloudWatchLogsGroupArn and cloudWatchLogsRoleArn.",
  controls: { soc2: ["CC7.2", "CC7.3"], gdpr: ["33"] },
  levels: strictInProd,
  types: trails,
  check: ({ props }) => [
    mustBeSet(props, "cloudWatchLogsGroupArn"),
    mustBeSet(props, "cloudWatchLogsRoleArn"),
  ],
});

export const recorder = stackRule({
  id: "aws-config-recorder",
  title: "AWS Config records every change",
  severity: "medium",
  description:
    "Only with every type recorded, and the recorder running, can it be told what was so on a day.",
  remedy:
    "Set recordingGroup.allSupported and includeGlobalResourceTypes, and add an aws.cfg.RecorderStatus with isEnabled.",
  controls: { cisAws: ["4.3"], soc2: ["CC7.1", "CC8.1"], gdpr: ["32(1)(d)"] },
  levels: strictInProd,
  types: ["aws:cfg/recorder:Recorder"],
  check: (resource, stack) => {
    const { recordingGroup } = resource.props;
    const [status] = pointingAt(stack, "aws:cfg/recorderStatus:RecorderStatus", "name", resource);
    return [
      mustBeOn(recordingGroup?.allSupported ?? true, "recordingGroup.allSupported"),
      mustBeOn(recordingGroup?.includeGlobalResourceTypes, "recordingGroup.includeGlobalResourceTypes"),
      !isTrue(status?.props.isEnabled) && "no RecorderStatus with isEnabled is about this recorder",
    ];
  },
});

export const detector = resourceRule({
  id: "aws-guardduty-enabled",
  title: "GuardDuty is on",
  severity: "medium",
  description: "A detector that is suspended looks the same in a list and sees nothing.",
  remedy: "Leave enable true.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"], pciDss: ["11.5.1"] },
  levels: fromStaging,
  types: ["aws:guardduty/detector:Detector"],
  check: ({ props }) => mustBeOn(props.enable ?? true, "enable"),
});

export const detectorFeatures = stackRule({
  id: "aws-guardduty-features",
  title: "GuardDuty watches what this program makes",
  severity: "medium",
  description:
    "Clusters, objects, databases and what runs on nodes: each is a feature of its own, off until asked for.",
  remedy: 'Add an aws.guardduty.DetectorFeature with status "ENABLED" for each name asked.',
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: inProd,
  settings: {
    features: {
      schema: { type: "array", items: { type: "string" }, description: "Features that must be on." },
      values: {
        dev: [],
        staging: ["EKS_AUDIT_LOGS", "S3_DATA_EVENTS"],
        prod: ["EKS_AUDIT_LOGS", "S3_DATA_EVENTS", "RDS_LOGIN_EVENTS", "RUNTIME_MONITORING"],
      },
    },
  },
  types: ["aws:guardduty/detector:Detector"],
  check: (resource, stack, { features }) => {
    const on = pointingAt(stack, "aws:guardduty/detectorFeature:DetectorFeature", "detectorId", resource)
      .filter(({ props }) => props.status === "ENABLED")
      .map(({ props }) => props.name);
    return features
      .filter((name) => !on.includes(name))
      .map((name) => `no DetectorFeature ${name} is ENABLED`);
  },
});

export const standards = stackRule({
  id: "aws-securityhub-standards",
  title: "Security Hub holds the account to a standard",
  severity: "low",
  description: "Without a standard it collects what others find and checks nothing itself.",
  remedy: "Add an aws.securityhub.StandardsSubscription, or leave enableDefaultStandards true.",
  controls: { cisAws: ["5.16"], soc2: ["CC4.1", "CC7.1"], gdpr: ["32(1)(d)"] },
  levels: strictInProd,
  types: ["aws:securityhub/account:Account"],
  check: ({ props }, stack) => [
    props.enableDefaultStandards === false &&
      stack.ofType("aws:securityhub/standardsSubscription:StandardsSubscription").length === 0 &&
      "enableDefaultStandards is false and no StandardsSubscription is there",
    mustBeOneOf(props.autoEnableControls ?? true, [true], "autoEnableControls"),
  ],
});

export const detectiveControls = stackRule({
  id: "aws-account-detective-controls",
  title: "Who watches an account watches it by all four",
  severity: "medium",
  description:
    "Security Hub's checks read what AWS Config records, and its findings are GuardDuty's; without a trail nobody can say who did what they found.",
  remedy:
    "Add an aws.cloudtrail.Trail, an aws.guardduty.Detector and an aws.cfg.Recorder beside Security Hub.",
  controls: {
    cisAws: ["2.18", "4.1", "4.3", "5.16"],
    soc2: ["CC7.2"],
    gdpr: ["32(1)(d)"],
    pciDss: ["11.5.1"],
  },
  levels: onlyWarns,
  types: ["aws:securityhub/account:Account"],
  check: (_, stack) =>
    (
      [
        ["Trail", "aws:cloudtrail/trail:Trail"],
        ["Detector", "aws:guardduty/detector:Detector"],
        ["Recorder", "aws:cfg/recorder:Recorder"],
      ] as const
    )
      .filter(([, type]) => stack.ofType(type).length === 0)
      .map(([name]) => `no ${name} stands beside it`),
});
