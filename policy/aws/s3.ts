import { isSet, mustBeOn, mustBeOneOf, mustBeSet, mustNotBeOn, show } from "../check";
import { always, fromStaging, inProd, offInDev, strictInProd } from "../levels";
import { isForEveryone, statementsOf } from "../policyDocument";
import { resourceRule, stackRule } from "../rule";
import { recordsObjects } from "./trail";
import { pointsAt, type PlacedResource, type Stack } from "../stack";

const buckets = ["aws:s3/bucket:Bucket"] as const;
type Bucket = PlacedResource<"aws:s3/bucket:Bucket">;

/** The split resources that say one thing each about a bucket. */
type AboutBucket =
  | "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
  | "aws:s3/bucketLogging:BucketLogging"
  | "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
  | "aws:s3/bucketPolicy:BucketPolicy"
  | "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
  | "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
  | "aws:s3/bucketVersioning:BucketVersioning";

/** What stands beside the bucket under that type. */
function beside<T extends AboutBucket>(bucket: Bucket, type: T, stack: Stack): PlacedResource<T> | undefined {
  return stack.ofType(type).find((candidate) => pointsAt(candidate, "bucket", bucket, ["bucket", "id"]));
}

/** True for the bucket that access logs go to, of another bucket or of a load balancer. */
function takesAccessLogs(bucket: Bucket, stack: Stack): boolean {
  const ofBuckets = stack
    .ofType("aws:s3/bucketLogging:BucketLogging")
    .some((logging) => pointsAt(logging, "targetBucket", bucket, ["bucket", "id"]));
  return ofBuckets || takesBalancerLogs(bucket, stack);
}

/** True for the bucket that a load balancer's go to, which takes no key of ours either. */
function takesBalancerLogs(bucket: Bucket, stack: Stack): boolean {
  return stack
    .ofType("aws:lb/loadBalancer:LoadBalancer")
    .some((balancer) => pointsAt(balancer, "accessLogs", bucket));
}

export const accessOnRecord = stackRule({
  id: "aws-s3-access-on-record",
  title: "Who reads and writes S3 objects is on record",
  severity: "medium",
  description:
    "After a leak the first question is who read what; S3 answers it only if it was told to before.",
  remedy:
    "Add an aws.s3.BucketLogging, or a CloudTrail trail whose selectors hold data events of AWS::S3::Object.",
  controls: { cisAws: ["4.8", "4.9"], soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: inProd,
  types: buckets,
  // A log of what is written to the log would never end.
  applies: (bucket, stack) => !takesAccessLogs(bucket, stack),
  check: (bucket, stack) =>
    !beside(bucket, "aws:s3/bucketLogging:BucketLogging", stack) &&
    !stack.ofType("aws:cloudtrail/trail:Trail").some(recordsObjects) &&
    "neither a BucketLogging is about this bucket nor a Trail records objects",
});

export const customerKey = stackRule({
  id: "aws-s3-cmk",
  title: "S3 objects are encrypted with our key",
  severity: "medium",
  description:
    "With a key of ours reading an object takes two permissions, each use of the key is logged, and a bucket key keeps the price down.",
  remedy:
    'Add an aws.s3.BucketServerSideEncryptionConfiguration with sseAlgorithm "aws:kms", kmsMasterKeyId of this stack\'s key and bucketKeyEnabled.',
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.6.1"] },
  levels: strictInProd,
  types: buckets,
  // S3 and load balancers deliver access logs only to a bucket under S3's own key.
  applies: (bucket, stack) => !takesAccessLogs(bucket, stack),
  check: (bucket, stack) => {
    const split = beside(
      bucket,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      stack,
    );
    const rule = split?.props.rules?.[0] ?? bucket.props.serverSideEncryptionConfiguration?.rule;
    if (!rule) return "no BucketServerSideEncryptionConfiguration is about this bucket";
    const applied = rule.applyServerSideEncryptionByDefault;
    return [
      mustBeOneOf(applied?.sseAlgorithm, ["aws:kms", "aws:kms:dsse"], "sseAlgorithm"),
      mustBeSet(applied, "kmsMasterKeyId"),
      mustBeOn(rule.bucketKeyEnabled, "bucketKeyEnabled"),
    ];
  },
});

export const lifecycle = stackRule({
  id: "aws-s3-lifecycle",
  title: "S3 lets old versions and broken uploads go",
  severity: "low",
  description:
    "A versioned bucket without a lifecycle keeps, and bills, every version and every unfinished upload for ever.",
  remedy:
    "Add an aws.s3.BucketLifecycleConfiguration with noncurrentVersionExpiration and abortIncompleteMultipartUpload of 7 days.",
  controls: { soc2: ["C1.2"], gdpr: ["5(1)(e)"] },
  levels: strictInProd,
  types: buckets,
  check: (bucket, stack) => {
    const rules = (
      beside(bucket, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", stack)?.props
        .rules ?? []
    ).filter(({ status }) => status === "Enabled");
    if (rules.length === 0)
      return "no BucketLifecycleConfiguration with an enabled rule is about this bucket";
    return [
      !rules.some((rule) => isSet(rule, "noncurrentVersionExpiration") || isSet(rule, "expiration")) &&
        "no rule has a noncurrentVersionExpiration",
      !rules.some((rule) => isSet(rule, "abortIncompleteMultipartUpload")) &&
        "no rule has an abortIncompleteMultipartUpload",
    ];
  },
});

export const noForceDestroy = resourceRule({
  id: "aws-s3-no-force-destroy",
  title: "S3 buckets with objects refuse deletion",
  severity: "medium",
  description: "forceDestroy empties a bucket, versions and all, before deleting it.",
  remedy: "Leave forceDestroy false.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: offInDev,
  types: buckets,
  check: ({ props }) => mustNotBeOn(props.forceDestroy, "forceDestroy"),
});

export const noPublicAcl = resourceRule({
  id: "aws-s3-no-public-acl",
  title: "S3 grants nothing to the public by ACL",
  severity: "critical",
  description:
    "public-read, public-read-write and authenticated-read hand objects to everyone, or to everyone with an AWS account.",
  remedy: "Leave acl out; object ownership BucketOwnerEnforced switches ACLs off altogether.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"], pciDss: ["7.2.1"] },
  levels: always,
  types: ["aws:s3/bucket:Bucket", "aws:s3/bucketAcl:BucketAcl"],
  check: ({ props }) =>
    ["public-read", "public-read-write", "authenticated-read"].includes(props.acl ?? "") &&
    `acl is ${show(props.acl)}`,
  remediation: {
    "aws:s3/bucketAcl:BucketAcl": { acl: "private" },
  },
});

export const noPublicPolicy = resourceRule({
  id: "aws-s3-no-public-policy",
  title: "S3 bucket policies let in nobody in particular",
  severity: "critical",
  description:
    'An Allow for Principal "*" without a condition makes the bucket public, whatever its ACL says.',
  remedy: "Name the principals, or add a Condition such as aws:SourceVpce or aws:PrincipalOrgID.",
  controls: { cisAws: ["2.21"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"], pciDss: ["7.2.1"] },
  levels: always,
  types: ["aws:s3/bucketPolicy:BucketPolicy"],
  check: ({ props }) =>
    statementsOf(props.policy, "policy").some(isForEveryone) &&
    'policy has an Allow for Principal "*" without a condition',
});

export const ownershipEnforced = stackRule({
  id: "aws-s3-ownership-enforced",
  title: "S3 buckets know no ACLs",
  severity: "medium",
  description:
    "With ACLs on, each object has an owner and a list of its own, and no policy says who reads the bucket.",
  remedy: 'Add an aws.s3.BucketOwnershipControls with rule.objectOwnership "BucketOwnerEnforced".',
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: buckets,
  check: (bucket, stack) => {
    const controls = beside(bucket, "aws:s3/bucketOwnershipControls:BucketOwnershipControls", stack);
    if (!controls) return "no BucketOwnershipControls is about this bucket";
    return mustBeOneOf(
      controls.props.rule?.objectOwnership,
      ["BucketOwnerEnforced"],
      "its rule.objectOwnership",
    );
  },
});

export const publicAccessBlock = stackRule({
  id: "aws-s3-public-access-block",
  title: "Every bucket has a public access block",
  severity: "critical",
  description:
    "A block holds whatever an ACL or a policy says later; aws-s3-public-access-block-complete looks at what it blocks.",
  remedy: "Add an aws.s3.BucketPublicAccessBlock that is about the bucket.",
  controls: { cisAws: ["3.1.4"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"], pciDss: ["7.2.1"] },
  levels: always,
  types: buckets,
  check: (bucket, stack) =>
    beside(bucket, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", stack) === undefined &&
    "no BucketPublicAccessBlock is about this bucket",
});

const blocks = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
} as const;

export const publicAccessBlockComplete = resourceRule({
  id: "aws-s3-public-access-block-complete",
  title: "A public access block blocks all four ways",
  severity: "critical",
  description:
    "Public access comes by ACLs and by policies, old ones and new: what is left open of the four is the way in.",
  remedy: "Set blockPublicAcls, blockPublicPolicy, ignorePublicAcls and restrictPublicBuckets to true.",
  controls: { cisAws: ["3.1.4"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"],
  check: ({ props: { blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets } }) =>
    Object.entries({ blockPublicAcls, blockPublicPolicy, ignorePublicAcls, restrictPublicBuckets }).map(
      ([name, value]) => mustBeOn(value, name),
    ),
  remediation: { "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": blocks },
});

export const tlsOnly = stackRule({
  id: "aws-s3-tls-only-policy",
  title: "S3 refuses requests without TLS",
  severity: "high",
  description: "S3 still answers over HTTP; only a Deny on aws:SecureTransport false stops that.",
  remedy: "Add an aws.s3.BucketPolicy that denies s3:* to everyone when aws:SecureTransport is false.",
  controls: { cisAws: ["3.1.1"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: fromStaging,
  types: buckets,
  check: (bucket, stack) => {
    const policy =
      beside(bucket, "aws:s3/bucketPolicy:BucketPolicy", stack)?.props.policy ?? bucket.props.policy;
    if (policy === undefined) return "no BucketPolicy is about this bucket";
    const denies = statementsOf(policy, "policy").some(
      ({ allow, actions, principals, conditions }) =>
        !allow &&
        principals.includes("*") &&
        actions.some((action) => action === "*" || action === "s3:*") &&
        (conditions["Bool aws:SecureTransport"] ?? []).includes("false"),
    );
    return !denies && "its policy does not deny s3:* to everyone when aws:SecureTransport is false";
  },
});

export const versioning = stackRule({
  id: "aws-s3-versioning",
  title: "S3 keeps versions",
  severity: "medium",
  description:
    "An object that is overwritten or deleted by mistake, or by someone's malice, can be brought back.",
  remedy: 'Add an aws.s3.BucketVersioning with versioningConfiguration.status "Enabled".',
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: fromStaging,
  types: buckets,
  check: (bucket, stack) => {
    const split = beside(bucket, "aws:s3/bucketVersioning:BucketVersioning", stack);
    if (!split)
      return !(bucket.props.versioning?.enabled === true) && "no BucketVersioning is about this bucket";
    return mustBeOneOf(
      split.props.versioningConfiguration?.status,
      ["Enabled"],
      "its versioningConfiguration.status",
    );
  },
});

export const encrypted = stackRule({
  id: "aws-s3-encrypted",
  title: "S3 says how it enciphers objects",
  severity: "high",
  description:
    "Said in the program, it is there for every object from the first, and a change of it shows in a review.",
  remedy: "Add an aws.s3.BucketServerSideEncryptionConfiguration with sseAlgorithm aws:kms or AES256.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.5.1"] },
  levels: always,
  types: buckets,
  check: (bucket, stack) => {
    const split = beside(
      bucket,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      stack,
    );
    const rule = split?.props.rules?.[0] ?? bucket.props.serverSideEncryptionConfiguration?.rule;
    if (!rule) return "no BucketServerSideEncryptionConfiguration is about this bucket";
    return mustBeOneOf(
      rule.applyServerSideEncryptionByDefault?.sseAlgorithm,
      ["aws:kms", "aws:kms:dsse", "AES256"],
      "sseAlgorithm",
    );
  },
});
