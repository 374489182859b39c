import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { asSecret } from "../../../preview/wire";
import { replacementOf } from "./replacement";

const urn = (type: string): string => `urn:pulumi:prod::groundwork::${type}::main`;
const nodeGroup = urn("aws:eks/nodeGroup:NodeGroup");
const nodePool = urn("gcp:container/nodePool:NodePool");

describe("the stand-in providers' replacements", () => {
  const group = { instanceTypes: ["t3.xlarge"], launchTemplate: { id: "lt-1", version: "1" } };

  it("take a change of what the cloud can't change for another resource, made before the old one goes", () => {
    assert.deepEqual(replacementOf(nodeGroup, group, { ...group, instanceTypes: ["m7i.xlarge"] }), {
      keys: ["instanceTypes"],
      deleteBefore: false,
    });
    assert.deepEqual(replacementOf(nodePool, { name: "app-1" }, { name: "app-2" }), {
      keys: ["name"],
      deleteBefore: false,
    });
  });

  it("take the rest for changes in place, within an input too", () => {
    const next = { ...group, launchTemplate: { id: "lt-1", version: "2" } };
    assert.deepEqual(replacementOf(nodeGroup, group, next).keys, []);
    const other = { ...group, launchTemplate: { id: "lt-2", version: "1" } };
    assert.deepEqual(replacementOf(nodeGroup, group, other).keys, ["launchTemplate.id"]);
    assert.deepEqual(
      replacementOf(urn("aws:s3/bucketPolicy:BucketPolicy"), {}, { bucket: "other" }).keys,
      [],
    );
  });

  it("go by the table of what a release must not replace, and by what it allows all the same", () => {
    const instance = { engineVersion: "17", kmsKeyId: "arn:one", settings: {} };
    const database = urn("aws:rds/instance:Instance");
    assert.deepEqual(replacementOf(database, instance, { ...instance, engineVersion: "18" }).keys, []);
    assert.deepEqual(replacementOf(database, instance, { ...instance, kmsKeyId: "arn:two" }).keys, [
      "kmsKeyId",
    ]);
    const domain = urn("aws:opensearch/domain:Domain");
    const step = (was: string, is: string) =>
      replacementOf(domain, { engineVersion: was }, { engineVersion: is }).keys;
    assert.deepEqual(step("OpenSearch_3.1", "OpenSearch_3.3"), []);
    assert.deepEqual(step("OpenSearch_3.3", "OpenSearch_3.1"), ["engineVersion"]);
  });

  it("see into what is secret, and take what is not known yet for another value", () => {
    const pool = { cluster: "one", name: "app" };
    assert.deepEqual(replacementOf(nodePool, pool, { ...pool, cluster: asSecret("one") }).keys, []);
    assert.deepEqual(replacementOf(nodePool, pool, { ...pool, cluster: runtime.unknownValue }).keys, [
      "cluster",
    ]);
  });

  it("have the old one go first where the program has named it and the name stays", () => {
    const named = { ...group, nodeGroupName: "app" };
    // the cluster's name is none of the group's
    assert.equal(
      replacementOf(nodeGroup, { clusterName: "main" }, { clusterName: "main", diskSize: 100 }).deleteBefore,
      false,
    );
    assert.equal(
      replacementOf(nodeGroup, named, { ...named, instanceTypes: ["c7i.large"] }).deleteBefore,
      true,
    );
    assert.equal(replacementOf(nodeGroup, named, { ...named, labels: {} }).deleteBefore, false);
    const job = { metadata: { name: "settings" }, spec: { template: "one" } };
    const run = urn("kubernetes:batch/v1:Job");
    assert.deepEqual(replacementOf(run, job, { ...job, spec: { template: "two" } }), {
      keys: ["spec.template"],
      deleteBefore: true,
    });
  });
});
