import assert from "node:assert/strict";
import type { Bucket, BucketArgs } from "../../../components/data/bucket";
import { type Ran, find, findAll, valueOf } from "../../support/run";
import { api, bucketArgs, granted, onGcp, textOf } from "./stack";

async function makeBucket(args: Partial<BucketArgs> = {}): Promise<Ran<Bucket>> {
  return await onGcp((cloud) => cloud.bucket("main", { ...bucketArgs, ...args }, {}));
}

describe("GcpBucket", () => {
  it("is closed, versioned and encrypted with its own key", async () => {
    const { resources } = await makeBucket();
    const bucket = find(resources, "gcp:storage/bucket:Bucket", "main");
    const { encryption, ...inputs } = bucket.inputs;
    assert.match(JSON.stringify(encryption), /"defaultKmsKeyName":"[^"]+\/cryptoKeys\/main-key-/);
    assert.deepEqual(inputs, {
      location: "us-east1",
      storageClass: "STANDARD",
      uniformBucketLevelAccess: true,
      publicAccessPrevention: "enforced",
      forceDestroy: false,
      versioning: { enabled: true },
      softDeletePolicy: { retentionDurationSeconds: 604800 },
      lifecycleRules: [
        {
          action: { type: "SetStorageClass", storageClass: "COLDLINE" },
          condition: { age: 90, withState: "LIVE" },
        },
        { action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30, withState: "ARCHIVED" } },
        { action: { type: "AbortIncompleteMultipartUpload" }, condition: { age: 7 } },
      ],
    });
    assert.equal(bucket.protect, true);
    const grant = find(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "main-key-storage");
    assert.ok(bucket.dependencies.includes(grant.urn));
  });

  it("lets in nobody of another organisation, as projects under domain-restricted sharing refuse", async () => {
    const { resources } = await makeBucket();
    assert.equal(findAll(resources, "gcp:storage/bucket:Bucket").length, 1);
    assert.deepEqual(findAll(resources, "gcp:storage/bucketIAMMember:BucketIAMMember"), []);
    assert.doesNotMatch(JSON.stringify(resources), /@google\.com/);
  });

  it("archives nothing where it is told 0 days", async () => {
    const { resources } = await makeBucket({ archiveAfterDays: 0 });
    const { inputs } = find(resources, "gcp:storage/bucket:Bucket", "main");
    assert.doesNotMatch(JSON.stringify(inputs["lifecycleRules"]), /SetStorageClass/);
  });

  it("says where it is", async () => {
    const { result } = await makeBucket();
    const name = await valueOf(result.bucketName);
    const { BUCKET_NAME, BUCKET_URL } = result.connection;
    assert.ok(BUCKET_NAME !== undefined && BUCKET_URL !== undefined);
    assert.deepEqual([await valueOf(BUCKET_NAME), await valueOf(BUCKET_URL)], [name, `gs://${name}`]);
  });

  for (const [access, role] of [
    ["read", "roles/storage.objectViewer"],
    ["readWrite", "roles/storage.objectUser"],
  ] as const) {
    it(`lets a workload in by IAM, into this bucket alone, for ${access}`, async () => {
      const [grant, ...others] = await granted("bucket", access);
      assert.deepEqual(others, []);
      assert.equal(grant?.type, "gcp:storage/bucketIAMMember:BucketIAMMember");
      assert.equal(grant.inputs["role"], role);
      assert.equal(grant.inputs["member"], api);
      assert.match(textOf(grant.inputs["bucket"]), /^main-[0-9a-f]{7}$/);
    });
  }
});
