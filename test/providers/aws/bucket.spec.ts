import * as assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Access, WorkloadIdentity } from "../../../components/identity/workloadIdentity";
import type { PlanResource } from "../../../preview/plan";
import { AwsBucket, type AwsBucketArgs } from "../../../providers/aws/bucket";
import { find, run, valueOf } from "../../support/run";
import { policyOf, textOf } from "./inputs";

const bucketArgs: AwsBucketArgs = {
  archiveAfterDays: 90,
  noncurrentRetentionDays: 30,
  region: "eu-west-1",
  accountId: "210987654321",
};

interface Made {
  readonly result: AwsBucket;
  readonly resources: readonly PlanResource[];
}

function newBucket(args: Partial<AwsBucketArgs>): AwsBucket {
  const provider = new aws.Provider("main", { region: "eu-west-1", allowedAccountIds: ["210987654321"] });
  return new AwsBucket("media", { ...bucketArgs, ...args }, { provider });
}

async function makeBucket(args: Partial<AwsBucketArgs> = {}): Promise<Made> {
  return await run(() => newBucket(args));
}

/** An identity as far as a grant looks at it. */
class Workload extends pulumi.ComponentResource implements WorkloadIdentity {
  readonly namespace = "shop";
  readonly serviceAccount = "api";
  readonly principal = pulumi.output("api-role-1234567");
  readonly identifier = pulumi.output("identifier");
  readonly serviceAccountAnnotations = pulumi.output<Record<string, string>>({});

  constructor(name: string) {
    super("test:index:Workload", name);
    this.registerOutputs({});
  }
}

async function grantTo(access: Access): Promise<Made> {
  return await run(() => {
    const bucket = newBucket({});
    const workload = new Workload("api");
    bucket.grant("api-media", workload, access, { parent: workload });
    return bucket;
  });
}

describe("AwsBucket", () => {
  for (const name of ["media", "media-access-logs"]) {
    it(`keeps ${name} versioned, without ACLs and closed to the public`, async () => {
      const { resources } = await makeBucket();
      const { urn, inputs, protect } = find(resources, "aws:s3/bucket:Bucket", name);
      assert.deepEqual([inputs, protect], [{ forceDestroy: false }, true]);
      const bucketName = textOf(
        find(resources, "aws:s3/bucketPolicy:BucketPolicy", `${name}-policy`),
        "bucket",
      );
      assert.match(bucketName, new RegExp(`^${name}-[0-9a-f]{7}$`));
      const part = (type: string, role: string): PlanResource["inputs"] => {
        const resource = find(resources, type, `${name}-${role}`);
        assert.deepEqual(resource.propertyDependencies["bucket"], [urn]);
        const { bucket, ...rest } = resource.inputs;
        assert.equal(bucket, bucketName);
        return rest;
      };
      assert.deepEqual(part("aws:s3/bucketVersioning:BucketVersioning", "versioning"), {
        versioningConfiguration: { status: "Enabled" },
      });
      assert.deepEqual(part("aws:s3/bucketOwnershipControls:BucketOwnershipControls", "ownership"), {
        rule: { objectOwnership: "BucketOwnerEnforced" },
      });
      assert.deepEqual(
        part("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "public-access-block"),
        {
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
      );
    });

    it(`refuses plain text and TLS before 1.2 to ${name}`, async () => {
      const { resources } = await makeBucket();
      const policy = find(resources, "aws:s3/bucketPolicy:BucketPolicy", `${name}-policy`);
      const arn = `arn:aws:s3:::${textOf(policy, "bucket")}`;
      const deny = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [arn, `${arn}/*`] };
      assert.deepEqual(policyOf(policy).Statement.slice(0, 2), [
        { ...deny, Sid: "TlsOnly", Condition: { Bool: { "aws:SecureTransport": "false" } } },
        { ...deny, Sid: "Tls12OrLater", Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
      ]);
    });
  }

  it("encrypts objects with a rotated key of its own, and access logs as S3 can deliver them", async () => {
    const { resources } = await makeBucket();
    const type = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    const key = find(resources, "aws:kms/key:Key", "media-key");
    assert.equal(key.protect, true);
    const objects = find(resources, type, "media-encryption");
    assert.deepEqual(objects.propertyDependencies["rules"], [key.urn]);
    const [rule] = objects.inputs["rules"] as readonly Record<string, unknown>[];
    assert.equal(rule?.["bucketKeyEnabled"], true);
    const byDefault = rule["applyServerSideEncryptionByDefault"] as Record<string, unknown>;
    assert.equal(byDefault["sseAlgorithm"], "aws:kms");
    assert.match(String(byDefault["kmsMasterKeyId"]), /^arn:aws:kms:eu-west-1:210987654321:key\//);
    assert.deepEqual(find(resources, type, "media-access-logs-encryption").inputs["rules"], [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
    ]);
  });

  const cleanUp = {
    id: "clean-up",
    status: "Enabled",
    filter: { prefix: "" },
    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
  };
  const lifecycleOf = ({ resources }: Made, name: string): unknown =>
    find(resources, "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", name).inputs["rules"];

  it("archives objects and drops old versions after the days asked for", async () => {
    assert.deepEqual(lifecycleOf(await makeBucket(), "media-lifecycle"), [
      {
        ...cleanUp,
        noncurrentVersionExpiration: { noncurrentDays: 30 },
        expiration: { expiredObjectDeleteMarker: true },
      },
      {
        id: "archive",
        status: "Enabled",
        filter: { prefix: "" },
        transitions: [{ days: 90, storageClass: "GLACIER_IR" }],
      },
    ]);
  });

  it("never archives where asked for 0 days", async () => {
    const rules = lifecycleOf(await makeBucket({ archiveAfterDays: 0 }), "media-lifecycle");
    assert.deepEqual(
      (rules as readonly { readonly id: string }[]).map((rule) => rule.id),
      ["clean-up"],
    );
  });

  it("logs each access beside, for a year unless told otherwise", async () => {
    const made = await makeBucket();
    const logging = find(made.resources, "aws:s3/bucketLogging:BucketLogging", "media-logging");
    const logs = find(made.resources, "aws:s3/bucket:Bucket", "media-access-logs");
    assert.deepEqual(logging.propertyDependencies["targetBucket"], [logs.urn]);
    const rules = (days: number): unknown => [
      { ...cleanUp, noncurrentVersionExpiration: { noncurrentDays: 7 }, expiration: { days } },
    ];
    assert.deepEqual(lifecycleOf(made, "media-access-logs-lifecycle"), rules(365));
    const shorter = await makeBucket({ accessLogRetentionDays: 30 });
    assert.deepEqual(lifecycleOf(shorter, "media-access-logs-lifecycle"), rules(30));
  });

  it("takes access logs from its own bucket only", async () => {
    const { result, resources } = await makeBucket();
    const policy = find(resources, "aws:s3/bucketPolicy:BucketPolicy", "media-access-logs-policy");
    assert.deepEqual(policyOf(policy).Statement.slice(2), [
      {
        Sid: "AccessLogDelivery",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `arn:aws:s3:::${textOf(policy, "bucket")}/*`,
        Condition: {
          ArnLike: { "aws:SourceArn": `arn:aws:s3:::${await valueOf(result.bucketName)}` },
          StringEquals: { "aws:SourceAccount": "210987654321" },
        },
      },
    ]);
  });

  it("can be deleted with what it holds where the stack is not protected", async () => {
    const { resources } = await makeBucket({ protect: false });
    for (const name of ["media", "media-access-logs"]) {
      const { protect, inputs } = find(resources, "aws:s3/bucket:Bucket", name);
      assert.deepEqual([protect, inputs["forceDestroy"]], [false, true]);
    }
  });

  it("lets the account's distributions read the folder that is served, and its key decrypt for them, and no more", async () => {
    const { resources } = await makeBucket({ servedFolder: "assets" });
    const policy = find(resources, "aws:s3/bucketPolicy:BucketPolicy", "media-policy");
    const distributions = { ArnLike: { "aws:SourceArn": "arn:aws:cloudfront::210987654321:distribution/*" } };
    assert.deepEqual(policyOf(policy).Statement.slice(2), [
      {
        Sid: "CloudFrontRead",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::${textOf(policy, "bucket")}/assets/*`,
        Condition: distributions,
      },
    ]);
    assert.deepEqual(policyOf(find(resources, "aws:kms/key:Key", "media-key")).Statement.slice(1), [
      {
        Sid: "ServiceCloudfront",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: ["kms:Decrypt"],
        Resource: "*",
        Condition: distributions,
      },
    ]);
  });

  it("lets nobody in by its own policy where nothing is served", async () => {
    const { resources } = await makeBucket();
    const policy = find(resources, "aws:s3/bucketPolicy:BucketPolicy", "media-policy");
    assert.ok(policyOf(policy).Statement.every(({ Effect }) => Effect === "Deny"));
    assert.equal(policyOf(find(resources, "aws:kms/key:Key", "media-key")).Statement.length, 1);
  });

  it("tells a workload its name and URL", async () => {
    const { result } = await makeBucket();
    const name = await valueOf(result.bucketName);
    assert.deepEqual(Object.keys(result.connection), ["BUCKET_NAME", "BUCKET_URL"]);
    assert.equal(await valueOf(pulumi.output(result.connection["BUCKET_NAME"])), name);
    assert.equal(await valueOf(pulumi.output(result.connection["BUCKET_URL"])), `s3://${name}`);
  });
});

describe("a grant of AwsBucket", () => {
  const reads = {
    bucket: ["s3:GetBucketLocation", "s3:ListBucket"],
    objects: ["s3:GetObject", "s3:GetObjectVersion"],
    key: ["kms:Decrypt"],
  };
  for (const [access, actions] of [
    ["read", reads],
    [
      "readWrite",
      {
        bucket: [...reads.bucket, "s3:ListBucketMultipartUploads"],
        objects: [
          ...reads.objects,
          "s3:AbortMultipartUpload",
          "s3:DeleteObject",
          "s3:ListMultipartUploadParts",
          "s3:PutObject",
        ],
        key: [...reads.key, "kms:GenerateDataKey"],
      },
    ],
  ] as const) {
    it(`lets the workload's role ${access} this bucket by this key, and nothing else`, async () => {
      const { result, resources } = await grantTo(access);
      const policy = find(resources, "aws:iam/rolePolicy:RolePolicy", "api-media");
      const arn = `arn:aws:s3:::${await valueOf(result.bucketName)}`;
      assert.equal(policy.inputs["role"], "api-role-1234567");
      const [bucket, objects, { Resource: keyArn, ...key } = {}, ...more] = policyOf(policy).Statement;
      assert.deepEqual(more, []);
      assert.deepEqual(bucket, { Sid: "Bucket", Effect: "Allow", Action: actions.bucket, Resource: arn });
      assert.deepEqual(objects, {
        Sid: "Objects",
        Effect: "Allow",
        Action: actions.objects,
        Resource: `${arn}/*`,
      });
      assert.deepEqual(key, {
        Sid: "Key",
        Effect: "Allow",
        Action: actions.key,
        Condition: { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
      });
      assert.match(String(keyArn), /^arn:aws:kms:eu-west-1:210987654321:key\/[0-9a-f-]{36}$/);
    });
  }

  it("stands under the workload, and with the bucket's provider", async () => {
    const { resources } = await grantTo("read");
    const policy = find(resources, "aws:iam/rolePolicy:RolePolicy", "api-media");
    assert.equal(policy.parent, find(resources, "test:index:Workload", "api").urn);
    assert.match(policy.provider ?? "", /::pulumi:providers:aws::main::/);
  });
});
