import * as assert from "node:assert/strict";
import { snapshotSettings } from "../../../components/data/elasticsearchSnapshots";
import { find } from "../../support/run";
import { index, objectType, specOf } from "./elasticsearchScene";

describe("the snapshots of Elasticsearch", () => {
  it("takes a snapshot each day by the identity of its nodes, and keeps it for as long as it is told", async () => {
    const resources = await index();
    const grant = find(resources, "kubernetes:core/v1:ConfigMap", "index-identity-snapshots");
    assert.deepEqual(grant.inputs["data"], { to: "search/elasticsearch", access: "readWrite" });
    const account = find(resources, "kubernetes:core/v1:ServiceAccount", "index");
    assert.deepEqual((account.inputs["metadata"] as Readonly<Record<string, unknown>>)["annotations"], {
      "example.com/identity": "search-elasticsearch",
    });
    const job = find(resources, "kubernetes:batch/v1:Job", "index-snapshots");
    const said = JSON.stringify(job.inputs["spec"]);
    for (const part of [
      "_snapshot/backups",
      "_slm/policy/backups",
      "--cacert",
      "user-snapshots",
      "snapshots-1234567",
    ]) {
      assert.ok(said.includes(part), part);
    }
    assert.ok(job.dependencies.includes(find(resources, objectType).urn));
    assert.deepEqual(snapshotSettings("gcs", "bucket", 30), {
      "_snapshot/backups": { type: "gcs", settings: { bucket: "bucket", base_path: "search" } },
      "_slm/policy/backups": {
        schedule: "0 30 1 * * ?",
        name: "<daily-{now/d}>",
        repository: "backups",
        config: { indices: ["*"], include_global_state: false },
        retention: { expire_after: "30d", min_count: 3 },
      },
    });
  });

  it("has another job say it when something else is to be said", async () => {
    const nameOf = async (snapshotRetentionDays: number) =>
      find(await index({ snapshotRetentionDays }), "kubernetes:batch/v1:Job").inputs["metadata"];
    assert.notDeepEqual(await nameOf(30), await nameOf(14));
    assert.deepEqual(await nameOf(30), await nameOf(30));
  });

  it("reads its token where alone it may, on AWS", async () => {
    for (const { podTemplate } of specOf(await index()).nodeSets) {
      const [container] = podTemplate.spec.containers;
      const folder = "/usr/share/elasticsearch/config/repository-s3";
      const { env: variables = [], volumeMounts } = container ?? {};
      assert.deepEqual(volumeMounts, [{ name: "aws-token", mountPath: folder, readOnly: true }]);
      const env = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
      assert.equal(env["AWS_WEB_IDENTITY_TOKEN_FILE"], `${folder}/aws-web-identity-token-file`);
      assert.equal(env["AWS_REGION"], "eu-west-1");
      assert.match(JSON.stringify(podTemplate.spec.volumes), /"audience":"sts.amazonaws.com"/);
    }
  });
});
