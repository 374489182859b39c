import assert from "node:assert/strict";
import { type Cloud, clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { production, textsAt, valuesAt } from "./production";

const release = "kubernetes:helm.sh/v3:Release";
const etcd = "kubernetes:apps/v1:StatefulSet";
const backup = "kubernetes:batch/v1:CronJob";

/** What `../shared/systems.md` asks of suuupra in S3.3: Milvus, with etcd and object storage. */
describe("the vector database in production", () => {
  const plans = new Map<string, readonly PlanResource[]>();
  const on = (cloud: Cloud) => plans.get(cloud) ?? [];
  const milvus = (cloud: Cloud) =>
    on(cloud).filter(({ name }) => /^suuupra-prod-vectors(-release)?$/.test(name));
  before(async () => {
    for (const cloud of clouds) plans.set(cloud, await production("suuupra", cloud));
  });

  for (const cloud of clouds) {
    it(`is Milvus with three query nodes, two of each other part and three members of etcd, on ${cloud}`, () => {
      const at = (path: string) => valuesAt(milvus(cloud), release, `values.${path}`);
      assert.deepEqual(at("image.all.tag"), ["v2.6.19"]);
      assert.deepEqual(
        ["proxy", "mixCoordinator", "streamingNode", "dataNode", "queryNode"].map(
          (part) => at(`${part}.replicas`)[0],
        ),
        [2, 2, 2, 2, 3],
      );
      assert.deepEqual(at("queryNode.resources.requests.memory"), ["8Gi"]);
      assert.deepEqual(valuesAt(milvus(cloud), etcd, "spec.replicas"), [3]);
    });

    it(`keeps thirty backups in a bucket under a key of the stack's, on ${cloud}`, () => {
      const [script = ""] = textsAt(
        on(cloud),
        backup,
        "spec.jobTemplate.spec.template.spec.containers.*.args.*",
      );
      assert.match(script, / - 30 \* 86400 /);
      const bucket = cloud === "aws" ? "aws:s3/bucket:Bucket" : "gcp:storage/bucket:Bucket";
      const made = milvus(cloud).filter(({ type }) => type === bucket);
      assert.equal(made.length, 1);
      assert.equal(made[0]?.protect, true);
    });

    it(`is known by its passwords to content and commerce alone, on ${cloud}`, () => {
      const deployments = on(cloud).filter(({ type }) => type === "kubernetes:apps/v1:Deployment");
      const told = deployments.filter((deployment) =>
        valuesAt(
          [deployment],
          "kubernetes:apps/v1:Deployment",
          "spec.template.spec.containers.*.env.*.name",
        ).includes("MILVUS_PASSWORD"),
      );
      assert.deepEqual(told.map(({ name }) => name.replace("suuupra-prod-system-", "")).sort(), [
        "commerce",
        "content",
      ]);
    });
  }

  it("has its bucket copied to the other region under that region's key, on AWS", () => {
    const copies = on("aws").filter(({ name }) => name.startsWith("suuupra-prod-vectors-recovery"));
    assert.ok(copies.some(({ type }) => type === "aws:s3/bucket:Bucket"));
    const rules = on("aws").filter(({ name }) => name === "suuupra-prod-vectors-replication");
    assert.equal(
      rules.filter(({ type }) => type === "aws:s3/bucketReplicationConfig:BucketReplicationConfig").length,
      1,
    );
  });

  it("has a bucket of two regions, and may see that it is there, on GCP", () => {
    const own = milvus("gcp");
    assert.equal(
      valuesAt(own, "gcp:storage/bucket:Bucket", "customPlacementConfig.dataLocations.*").length,
      2,
    );
    const roles = on("gcp")
      .filter(({ name }) => name.startsWith("suuupra-prod-vectors-identity-"))
      .filter(({ type }) => type === "gcp:storage/bucketIAMMember:BucketIAMMember");
    assert.deepEqual(roles.map(({ inputs }) => inputs["role"]).sort(), [
      "roles/storage.legacyBucketReader",
      "roles/storage.objectUser",
    ]);
  });

  it("signs in to S3 by the token of its service account, which its engine knows, on AWS", () => {
    const account = milvus("aws").filter(({ type }) => type === "kubernetes:core/v1:ServiceAccount");
    const [annotations] = valuesAt(account, "kubernetes:core/v1:ServiceAccount", "metadata.annotations");
    assert.match(JSON.stringify(annotations), /eks\.amazonaws\.com\/role-arn/);
    const associations = valuesAt(
      on("aws"),
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
      "namespace",
    );
    assert.ok(!associations.includes("vectors"));
  });

  it("reaches its bucket by the address of its cloud", () => {
    const hosts = clouds.map((cloud) => valuesAt(milvus(cloud), release, "values.externalS3.host")[0]);
    assert.deepEqual(hosts, ["s3.us-east-1.amazonaws.com", "storage.googleapis.com"]);
  });
});
