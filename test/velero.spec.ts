import * as assert from "node:assert/strict";
import { blueprintNames } from "../blueprints/names";
import { clouds } from "../components/cloud";
import { blueprints } from "../blueprints/catalogue";
import type { PlanResource } from "../preview/plan";
import { production } from "./blueprints/production";
import { find, findAll } from "./support/run";

const release = "kubernetes:helm.sh/v3:Release";
/** An input that is a text. */
function textOf({ inputs }: PlanResource, key: string): string {
  const value = inputs[key];
  assert.ok(typeof value === "string", key);
  return value;
}

const velero = ({ inputs }: PlanResource): boolean => inputs["name"] === "velero";

describe("backups of the cluster's objects", () => {
  it("are what suuupra and seo-platform ask for", () => {
    const asking = blueprintNames.filter((name) => blueprints[name].platform.velero !== undefined);
    assert.deepEqual([...asking].sort(), ["seo-platform", "suuupra"]);
  });

  for (const cloud of clouds) {
    for (const blueprint of blueprintNames) {
      const asked = blueprints[blueprint].platform.velero !== undefined;
      it(`are ${asked ? "" : "not "}in ${blueprint} on ${cloud}`, async () => {
        const made = findAll(await production(blueprint, cloud), release).filter(velero);
        assert.equal(made.length, asked ? 1 : 0);
      });
    }
  }

  for (const blueprint of ["suuupra", "seo-platform"] as const) {
    const name = `${blueprint}-prod`;

    describe(`of ${blueprint} on aws`, () => {
      let resources: readonly PlanResource[];
      before(async () => {
        resources = await production(blueprint, "aws");
      });

      it("are in a bucket under a key of its own, copied to the region for recovery, locked there", () => {
        const bucket = find(resources, "aws:s3/bucket:Bucket", `${name}-velero`);
        const copy = find(resources, "aws:s3/bucket:Bucket", `${name}-velero-recovery`);
        const copied = find(
          resources,
          "aws:s3/bucketReplicationConfig:BucketReplicationConfig",
          `${name}-velero-replication`,
        );
        assert.ok(copied.dependencies.includes(bucket.urn) && copied.dependencies.includes(copy.urn));
        const [rule] = copied.inputs["rules"] as readonly { status: string; destination: object }[];
        assert.equal(rule?.status, "Enabled");
        assert.match(JSON.stringify(rule.destination), /"replicationTime":\{"status":"Enabled"/);
        find(
          resources,
          "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
          `${copy.name}-lock`,
        );
        find(resources, "aws:kms/key:Key", `${bucket.name}-key`);
      });

      it("alarm when their copy is late, as backups and not as the system's own objects", () => {
        const alarms = findAll(resources, "aws:cloudwatch/metricAlarm:MetricAlarm").filter(
          (alarm) => alarm.name.endsWith("-replication") && alarm.name.includes("-critical-"),
        );
        const late = find(
          alarms,
          "aws:cloudwatch/metricAlarm:MetricAlarm",
          `${name}-alarms-critical-velero-replication`,
        );
        assert.match(JSON.stringify(late.inputs["metricQueries"]), /velero-replication-late/);
        assert.match(textOf(late, "alarmDescription"), /docs\/runbooks\/velero\.md#velero-replication$/);
        assert.ok(alarms.some((alarm) => alarm.name === `${name}-alarms-critical-bucket-replication`));
      });

      it("are written by a role that reaches that bucket, its copy and both their keys alone", () => {
        const policy = find(resources, "aws:iam/rolePolicy:RolePolicy", `${name}-velero-identity-bucket`);
        const { Statement } = JSON.parse(textOf(policy, "policy")) as { Statement: { Resource: string }[] };
        assert.equal(Statement.length, 6);
        for (const { Resource } of Statement)
          assert.match(Resource, /-velero(-recovery)?-[0-9a-f]{7}(\/\*)?$|:kms:/);
      });
    });

    describe(`of ${blueprint} on gcp`, () => {
      let resources: readonly PlanResource[];
      before(async () => {
        resources = await production(blueprint, "gcp");
      });

      it("are in a bucket of both regions under a key of its own, and copied to where nobody can empty it", () => {
        const bucket = find(resources, "gcp:storage/bucket:Bucket", `${name}-velero`);
        assert.equal(bucket.inputs["rpo"], "ASYNC_TURBO");
        assert.match(JSON.stringify(bucket.inputs["encryption"]), /velero-key/);
        const copy = find(resources, "gcp:storage/bucket:Bucket", `${name}-velero-recovery`);
        assert.match(JSON.stringify(copy.inputs["retentionPolicy"]), /"isLocked":true/);
        find(resources, "gcp:storage/transferJob:TransferJob", `${name}-velero-replication`);
      });

      it("alarm when their copy fails, is late or stops, as backups and not as the system's own objects", () => {
        const policies = findAll(resources, "gcp:monitoring/alertPolicy:AlertPolicy");
        for (const what of ["failed", "late", "overdue"]) {
          const one = policies.find((policy) => policy.name === `${name}-alarms-warning-velero-copy-${what}`);
          assert.match(JSON.stringify(one?.inputs["conditions"]), /-velero-re(covery|plication)/);
          assert.ok(policies.some((policy) => policy.name === `${name}-alarms-warning-bucket-copy-${what}`));
        }
      });

      it("can be read by URLs that its service account signs as itself, and as nobody else", () => {
        const account = find(resources, "gcp:serviceaccount/account:Account", `${name}-velero-identity`);
        const signs = find(
          resources,
          "gcp:serviceaccount/iAMMember:IAMMember",
          `${name}-velero-identity-signing`,
        );
        const email = textOf(account, "accountId");
        assert.equal(textOf(signs, "role"), "roles/iam.serviceAccountTokenCreator");
        assert.match(textOf(signs, "member"), new RegExp(`^serviceAccount:${email}@`));
        assert.match(textOf(signs, "serviceAccountId"), new RegExp(`/serviceAccounts/${email}@`));
        const values = JSON.stringify(findAll(resources, release).find(velero)?.inputs["values"]);
        assert.match(values, new RegExp(`"serviceAccount":"${email}@`));
      });
    });
  }
});
