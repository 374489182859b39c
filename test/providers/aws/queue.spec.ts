import * as assert from "node:assert/strict";
import type { QueueArgs } from "../../../components/data/queue";
import type { Access } from "../../../components/identity/workloadIdentity";
import type { PlanResource } from "../../../preview/plan";
import { AwsQueue } from "../../../providers/aws/queue";
import { find, findAll, type Ran, run, valueOf } from "../../support/run";
import { onCall } from "./alarmScene";
import { policyOf, textOf } from "./inputs";
import { there, withRecovery } from "./recoveries";
import { awsProviders, givenNetwork, here, pool } from "./stacks";

const spec = { key: "media-jobs", workSeconds: 600, retentionDays: 4, maxDeliveries: 5 };
const queueType = "aws:sqs/queue:Queue";

const makeQueue = (args: Partial<QueueArgs> = {}): Promise<Ran<AwsQueue>> =>
  run(
    () =>
      new AwsQueue(
        "jobs",
        { ...here, ...spec, network: givenNetwork(), ...args },
        { providers: awsProviders() },
      ),
  );

/** A queue with a region for recovery, and alarms, that a workload uses. */
async function used(access: Access): Promise<readonly PlanResource[]> {
  const { resources } = await withRecovery(({ cloud, network, recovery }) => {
    const cluster = cloud.cluster(
      "main-cluster",
      { network, version: "1.35", nodePools: { system: pool } },
      {},
    );
    const queue = cloud.queue("jobs", { ...spec, network, recovery }, {});
    const identity = cloud.workloadIdentity("api", { cluster, namespace: "seo", serviceAccount: "api" }, {});
    queue.grant("api-jobs", identity, access, { parent: identity });
    cloud.alarms("main-alarms", { onCall, network, cluster, stores: [queue] }, {});
  });
  return resources;
}

describe("AwsQueue", () => {
  it("keeps messages under its own key for their time, and what fails too often apart for two weeks", async () => {
    const { resources } = await makeQueue();
    const queue = find(resources, queueType, "jobs-pair");
    const aside = find(resources, queueType, "jobs-pair-aside");
    for (const { inputs, protect, name } of [queue, aside]) {
      assert.match(JSON.stringify(inputs["kmsMasterKeyId"]), /"arn:aws:kms:eu-west-1:210987654321:key\//);
      assert.equal(protect, true, name);
    }
    const { kmsMasterKeyId, redrivePolicy } = queue.inputs;
    assert.deepEqual(queue.inputs, {
      kmsMasterKeyId,
      redrivePolicy,
      visibilityTimeoutSeconds: 600,
      messageRetentionSeconds: 345_600,
      receiveWaitTimeSeconds: 20,
    });
    assert.match(
      JSON.stringify(JSON.parse(textOf(queue, "redrivePolicy"))),
      /^\{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:210987654321:jobs-pair-aside-[0-9a-f]{7}","maxReceiveCount":5\}$/,
    );
    assert.equal(aside.inputs["messageRetentionSeconds"], 1_209_600);
  });

  it("keeps the order of each group, and what was sent twice once, where it is asked for, in what is put aside too", async () => {
    const { resources } = await makeQueue({ delivery: "exactlyOnce" });
    const queue = find(resources, queueType, "jobs-pair");
    const aside = find(resources, queueType, "jobs-pair-aside");
    for (const { inputs } of [queue, aside]) {
      const { fifoQueue, contentBasedDeduplication, deduplicationScope, fifoThroughputLimit } = inputs;
      assert.deepEqual([fifoQueue, contentBasedDeduplication], [true, true]);
      assert.deepEqual([deduplicationScope, fifoThroughputLimit], ["messageGroup", "perMessageGroupId"]);
    }
    assert.match(textOf(queue, "redrivePolicy"), /:jobs-pair-aside-[0-9a-f]{7}\.fifo"/);
  });

  it("lets no other queue put its failures aside there", async () => {
    const { resources } = await makeQueue();
    const allowed = find(resources, "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy");
    assert.match(textOf(allowed, "queueUrl"), /\/jobs-pair-aside-[0-9a-f]{7}$/);
    assert.match(
      textOf(allowed, "redriveAllowPolicy"),
      /^\{"redrivePermission":"byQueue","sourceQueueArns":\["arn:aws:sqs:eu-west-1:210987654321:jobs-pair-[0-9a-f]{7}"\]\}$/,
    );
  });

  it("refuses requests without TLS to both", async () => {
    const policies = findAll((await makeQueue()).resources, "aws:sqs/queuePolicy:QueuePolicy");
    assert.equal(policies.length, 2);
    for (const policy of policies) {
      const [statement, ...others] = policyOf(policy, "policy").Statement;
      assert.deepEqual(others, []);
      assert.match(JSON.stringify(statement?.["Resource"]), /^"arn:aws:sqs:eu-west-1:210987654321:jobs-pair/);
      assert.deepEqual(statement, {
        Resource: statement?.["Resource"],
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
    }
  });

  it("says where it is, and is reached in the network or at AWS's own addresses", async () => {
    const { result } = await makeQueue();
    const [[variable, url] = []] = Object.entries(result.connection);
    assert.equal(variable, "MEDIA_JOBS_QUEUE_URL");
    assert.match(
      (url && (await valueOf(url))) ?? "",
      /^https:\/\/sqs\.eu-west-1\.amazonaws\.com\/210987654321\/jobs-pair-/,
    );
    assert.deepEqual(result.destinations[1], { cidrs: ["10.20.0.0/17"], ports: [443] });
  });

  it("may go with a stack that nobody minds losing", async () => {
    const { resources } = await makeQueue({ protect: false });
    assert.deepEqual(
      findAll(resources, queueType).filter(({ protect }) => protect),
      [],
    );
  });

  for (const [access, mayNot] of [
    ["read", ["sqs:SendMessage", "kms:GenerateDataKey"]],
    ["readWrite", []],
  ] as const) {
    it(`lets a workload with ${access} do no more than that, here and in the other region`, async () => {
      const { Statement } = policyOf(
        find(await used(access), "aws:iam/rolePolicy:RolePolicy", "api-jobs"),
        "policy",
      );
      const actions = Statement.map(({ Action }) => [Action].flat());
      assert.deepEqual(actions.slice(0, 2), actions.slice(2));
      const all = actions.flat();
      for (const action of ["sqs:ReceiveMessage", "sqs:DeleteMessage", "kms:Decrypt"]) {
        assert.ok(all.includes(action), action);
      }
      assert.deepEqual(
        ["sqs:SendMessage", "kms:GenerateDataKey"].filter((action) => !all.includes(action)),
        mayNot,
      );
      assert.deepEqual(
        Statement.map(({ Resource }) =>
          /^"arn:aws:(sqs|kms):([a-z0-9-]+):/.exec(JSON.stringify(Resource))?.slice(1),
        ),
        [
          ["sqs", here.region],
          ["kms", here.region],
          ["sqs", there],
          ["kms", there],
        ],
      );
    });
  }

  it("stands ready in the other region, under a key there", async () => {
    const resources = await used("read");
    const queue = find(resources, queueType, "jobs-recovery");
    assert.match(JSON.stringify(queue.inputs["kmsMasterKeyId"]), new RegExp(`"arn:aws:kms:${there}:`));
    const place = resources.find(({ urn }) => urn === queue.provider?.replace(/::[^:]*$/, ""));
    assert.equal(place?.inputs["region"], there);
  });

  it("is an alarm when nobody empties it, and when something was put aside", async () => {
    const resources = await used("read");
    for (const [name, metric, queue] of [
      ["main-alarms-critical-queue-media-jobs-age", "ApproximateAgeOfOldestMessage", "jobs-pair-[0-9a-f]{7}"],
      [
        "main-alarms-warning-queue-media-jobs-aside",
        "ApproximateNumberOfMessagesVisible",
        "jobs-pair-aside-[0-9a-f]{7}",
      ],
    ] as const) {
      const { inputs } = find(resources, "aws:cloudwatch/metricAlarm:MetricAlarm", name);
      const queries = JSON.stringify(inputs["metricQueries"]);
      assert.match(queries, new RegExp(`"QueueName":"${queue}"`));
      assert.match(queries, new RegExp(`"${metric}"`));
    }
  });

  it("refuses what SQS and Pub/Sub do not both have", async () => {
    const made = run(
      () =>
        new AwsQueue(
          "jobs",
          { ...here, ...spec, workSeconds: 5, network: givenNetwork() },
          { providers: awsProviders() },
        ),
    );
    await assert.rejects(made, /workSeconds: expected a whole number from 10 to 600, got 5/);
  });
});
