import assert from "node:assert/strict";
import type { BucketArgs } from "../../../components/data/bucket";
import type { PlanResource } from "../../../preview/plan";
import { GcpBucket } from "../../../providers/gcp/bucket";
import { GcpProject } from "../../../providers/gcp/project";
import { find, findAll } from "../../support/run";
import { bucketArgs, clusterArgs, networkArgs, onGcp, otherRegion, textOf } from "./stack";

const bucketType = "gcp:storage/bucket:Bucket";
const jobType = "gcp:storage/transferJob:TransferJob";
const roleType = "gcp:projects/iAMCustomRole:IAMCustomRole";
const transferAgent = "serviceAccount:project-123456789012@storage-transfer-service.iam.gserviceaccount.com";
const storageAgent = "serviceAccount:service-123456789012@gs-project-accounts.iam.gserviceaccount.com";
const copy = "main-recovery-[0-9a-f]{7}";

/** Two buckets with a region for recovery, the one with alarms. */
async function copied(args: Partial<BucketArgs> = {}): Promise<readonly PlanResource[]> {
  const { resources } = await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    const recovery = otherRegion(cloud, network);
    const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
    const bucket = cloud.bucket("main", { ...bucketArgs, recovery, ...args }, {});
    cloud.bucket("other", { ...bucketArgs, recovery }, {});
    cloud.alarms(
      "main-alarms",
      {
        onCall: { email: "ops@example.com", slackWebhookUrl: "https://hooks.slack.com/services/T/B/X" },
        network,
        cluster,
        stores: [bucket],
      },
      {},
    );
  });
  return resources;
}

/** The last part of what names a role of the project's own. */
const roleOf = ({ inputs }: PlanResource): string => textOf(inputs["role"]).replace(/^.*\/roles\//, "");

describe("the copy of a GcpBucket", () => {
  let resources: readonly PlanResource[] = [];
  before(async () => {
    resources = await copied();
  });

  it("is in the other region under a key there, and nobody deletes a version before its days are over", () => {
    const { inputs, protect } = find(resources, bucketType, "main-recovery");
    assert.equal(inputs["location"], "us-west1");
    assert.deepEqual(inputs["retentionPolicy"], { retentionPeriod: "2592000", isLocked: true });
    assert.match(JSON.stringify(inputs["encryption"]), /\/locations\/us-west1\/keyRings\//);
    assert.equal(protect, true);
    assert.deepEqual(inputs["labels"], { purpose: "copy" });
  });

  it("keeps what is replaced or deleted as versions, which go when their days are over, as everything the bucket has", () => {
    const [here, there] = ["main", "main-recovery"].map((name) => find(resources, bucketType, name).inputs);
    for (const same of ["versioning", "lifecycleRules", "publicAccessPrevention", "softDeletePolicy"]) {
      assert.deepEqual(there?.[same], here?.[same], same);
    }
    assert.deepEqual(there?.["versioning"], { enabled: true });
    assert.equal(here?.["retentionPolicy"], undefined);
  });

  it("can be let go by whoever may, where the stack says so", async () => {
    const { inputs } = find(await copied({ lock: "governance" }), bucketType, "main-recovery");
    assert.deepEqual(inputs["retentionPolicy"], { retentionPeriod: "2592000", isLocked: false });
  });

  it("has no lock where nobody minds losing the stack, which it would outlive", async () => {
    const { inputs, protect } = find(await copied({ protect: false }), bucketType, "main-recovery");
    assert.deepEqual([inputs["retentionPolicy"], inputs["forceDestroy"], protect], [undefined, true, false]);
  });

  it("is made of what is new by a job without a name, which Google refuses to replication", () => {
    const { name, inputs } = find(resources, jobType, "main-replication");
    const { replicationSpec, ...others } = inputs;
    assert.deepEqual(others, {
      name: "",
      project: "example-prod",
      description: `copies of the objects of ${name}`,
      loggingConfig: { logActions: ["COPY"], logActionStates: ["FAILED"] },
    });
    assert.match(
      JSON.stringify(replicationSpec),
      new RegExp(
        `^{"gcsDataSink":{"bucketName":"${copy}"},"gcsDataSource":{"bucketName":"main-[0-9a-f]{7}"},"transferOptions":{"overwriteWhen":"DIFFERENT"}}$`,
      ),
    );
  });

  it("is swept twice a day: what is missing is copied, and what was deleted is deleted there too", () => {
    const { inputs } = find(resources, jobType, "main-replication-sweep");
    assert.match(
      JSON.stringify(inputs["transferSpec"]),
      new RegExp(
        `^{"gcsDataSink":{"bucketName":"${copy}"},"gcsDataSource":{"bucketName":"main-[0-9a-f]{7}"},"transferOptions":{"deleteObjectsUniqueInSink":true,"overwriteWhen":"DIFFERENT"}}$`,
      ),
    );
    assert.deepEqual(inputs["schedule"], {
      scheduleStartDate: { year: 2026, month: 1, day: 1 },
      startTimeOfDay: { hours: 1, minutes: 0, seconds: 0, nanos: 0 },
      repeatInterval: "43200s",
    });
    assert.match(
      JSON.stringify(inputs["notificationConfig"]),
      /^{"eventTypes":\["TRANSFER_OPERATION_SUCCESS"\],"payloadFormat":"NONE","pubsubTopic":"projects\/example-prod\/topics\/main-replication-swept-[0-9a-f]{7}"}$/,
    );
  });

  it("is written by Google's agent with rights on these two buckets, none of which gives more rights", () => {
    const grants = ["main-replication-source", "main-replication-sink"].map((name) =>
      find(resources, "gcp:storage/bucketIAMMember:BucketIAMMember", name),
    );
    assert.deepEqual(
      grants.map(({ inputs }) => inputs["member"]),
      [transferAgent, transferAgent],
    );
    assert.deepEqual(grants.map(roleOf), ["main_transfers_source", "main_transfers_sink"]);
    const [source, sink] = grants.map(({ inputs }) => textOf(inputs["bucket"]));
    assert.match(source ?? "", /^main-[0-9a-f]{7}$/);
    assert.match(sink ?? "", new RegExp(`^${copy}$`));
    const permissionsOf = (role: string) => find(resources, roleType, role).inputs["permissions"];
    assert.deepEqual(permissionsOf("main-transfers-source"), [
      "storage.buckets.get",
      "storage.buckets.update",
      "storage.objects.get",
      "storage.objects.list",
    ]);
    assert.deepEqual(permissionsOf("main-transfers-sink"), [
      "storage.buckets.get",
      "storage.objects.create",
      "storage.objects.delete",
      "storage.objects.get",
      "storage.objects.list",
    ]);
  });

  it("has Pub/Sub tell of new objects, by rights that are given once for all buckets of the stack", () => {
    assert.equal(findAll(resources, roleType).filter(({ name }) => name.includes("transfers")).length, 4);
    const [events, notices] = ["main-transfers-events", "main-transfers-notices"].map((name) =>
      find(resources, "gcp:projects/iAMMember:IAMMember", name),
    );
    assert.deepEqual(
      [events, notices].map((grant) => [grant && roleOf(grant), grant?.inputs["member"]]),
      [
        ["main_transfers_events", transferAgent],
        ["main_transfers_notices", storageAgent],
      ],
    );
    assert.deepEqual(find(resources, roleType, "main-transfers-notices").inputs["permissions"], [
      "pubsub.topics.publish",
    ]);
    for (const job of findAll(resources, jobType)) {
      for (const grant of [events, notices]) assert.ok(job.dependencies.includes(grant?.urn ?? ""), job.name);
    }
  });

  it("waits for what it may do, on both buckets", () => {
    for (const job of ["main-replication", "main-replication-sweep"]) {
      const { dependencies } = find(resources, jobType, job);
      for (const grant of ["main-replication-source", "main-replication-sink"]) {
        const { urn } = find(resources, "gcp:storage/bucketIAMMember:BucketIAMMember", grant);
        assert.ok(dependencies.includes(urn), `${job} waits for ${grant}`);
      }
      const { urn } = find(resources, "gcp:projects/service:Service", "main-storagetransfer");
      assert.ok(dependencies.includes(urn), `${job} waits for its API`);
    }
  });

  for (const [what, says, limit] of [
    ["failed", /object_replication_count\\" .*status=\\"failed\\".*"thresholdValue":0\b/, "0s"],
    [
      "late",
      /"crossSeriesReducer":"REDUCE_PERCENTILE_99".*replication_latency\\" .*"thresholdValue":3600000\b/,
      "900s",
    ],
    ["overdue", /conditionAbsent.*topic_id=\\"main-replication-swept-[0-9a-f]{7}\\"/, "84600s"],
  ] as const) {
    it(`is an alarm when it is ${what}`, () => {
      const { inputs } = find(
        resources,
        "gcp:monitoring/alertPolicy:AlertPolicy",
        `main-alarms-warning-bucket-copy-${what}`,
      );
      const conditions = JSON.stringify(inputs["conditions"]);
      assert.match(conditions, says);
      assert.ok(conditions.includes(`"duration":"${limit}"`), conditions);
      if (what !== "overdue") assert.match(conditions, new RegExp(`destination_bucket=\\\\"${copy}\\\\"`));
    });
  }

  it("is not there without a region for recovery, nor anybody who copies", async () => {
    const { resources: alone } = await onGcp((cloud) => cloud.bucket("main", bucketArgs, {}));
    assert.deepEqual(findAll(alone, jobType), []);
    assert.deepEqual(findAll(alone, roleType), []);
    assert.equal(findAll(alone, bucketType).length, 1);
  });

  it("is refused where nobody is there to copy", async () => {
    const made = onGcp((cloud) => {
      const recovery = otherRegion(cloud, cloud.network("main-network", networkArgs, {}));
      const project = new GcpProject("alone", { projectId: "example-prod", region: "us-east1", labels: {} });
      const providers = { providers: [project.provider] };
      return new GcpBucket("alone", { ...bucketArgs, region: "us-east1", project, recovery }, providers);
    });
    await assert.rejects(made, /transfers: expected who copies objects, got nothing/);
  });
});
