import assert from "node:assert/strict";
import type { Queue, QueueArgs } from "../../../components/data/queue";
import type { Access } from "../../../components/identity/workloadIdentity";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, type Ran, valueOf } from "../../support/run";
import { api, clusterArgs, networkArgs, onGcp, textOf } from "./stack";

const spec = { key: "media-jobs", workSeconds: 600, retentionDays: 4, maxDeliveries: 5 };
const topicType = "gcp:pubsub/topic:Topic";
const subscriptionType = "gcp:pubsub/subscription:Subscription";
const agent = /^serviceAccount:service-\d+@gcp-sa-pubsub\.iam\.gserviceaccount\.com$/;

/** A queue with a region for recovery, and alarms, that a workload uses. */
async function queue(access: Access = "read", args: Partial<QueueArgs> = {}): Promise<Ran<Queue>> {
  return await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    const { podCidr, serviceCidr } = networkArgs;
    const recovery = cloud.recovery(
      "main-recovery",
      {
        network,
        region: "us-west1",
        cidr: "10.128.0.0/16",
        zones: ["a", "b"],
        podCidr,
        serviceCidr,
        flowLogRetentionDays: 365,
        protect: true,
      },
      {},
    );
    const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
    const made = cloud.queue("jobs", { ...spec, network, recovery, ...args }, {});
    const identity = cloud.workloadIdentity(
      "main-api",
      { cluster, namespace: "seo", serviceAccount: "api" },
      {},
    );
    made.grant("api-jobs", identity, access, { parent: identity });
    cloud.alarms(
      "main-alarms",
      {
        onCall: { email: "ops@example.com", slackWebhookUrl: "https://hooks.slack.com/services/T/B/X" },
        network,
        cluster,
        stores: [made],
      },
      {},
    );
    return made;
  });
}

describe("GcpQueue", () => {
  let ran: Ran<Queue> | undefined;
  let resources: readonly PlanResource[] = [];
  before(async () => {
    ran = await queue();
    ({ resources } = ran);
  });
  const mine = (type: string) => findAll(resources, type).filter(({ name }) => name.startsWith("jobs-"));

  it("keeps messages in its region under a key there, those put aside too, and those in the other region", () => {
    const topics = mine(topicType);
    assert.deepEqual(
      topics.map(({ name }) => name),
      ["jobs-pair", "jobs-pair-aside", "jobs-recovery", "jobs-recovery-aside"],
    );
    for (const { name, inputs, protect } of topics) {
      const region = name.includes("recovery") ? "us-west1" : "us-east1";
      assert.deepEqual(inputs["messageStoragePolicy"], {
        allowedPersistenceRegions: [region],
        enforceInTransit: true,
      });
      assert.match(textOf(inputs["kmsKeyName"]), new RegExp(`/locations/${region}/keyRings/`));
      assert.equal(protect, true, name);
    }
  });

  it("hands each message out until it is dealt with, ever more slowly, and puts aside what fails too often", () => {
    const { topic, deadLetterPolicy, ...inputs } = find(resources, subscriptionType, "jobs-pair").inputs;
    assert.match(textOf(topic), /\/topics\/jobs-pair-[0-9a-f]{7}$|\/topics\/jobs-pair$/);
    assert.deepEqual(inputs, {
      ackDeadlineSeconds: 600,
      messageRetentionDuration: "345600s",
      expirationPolicy: { ttl: "" },
      retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
    });
    assert.match(
      JSON.stringify(deadLetterPolicy),
      /^\{"deadLetterTopic":"projects\/example-prod\/topics\/jobs-pair-aside[-0-9a-f]*","maxDeliveryAttempts":5\}$/,
    );
    const aside = find(resources, subscriptionType, "jobs-pair-aside").inputs;
    assert.equal(aside["messageRetentionDuration"], "1209600s");
    assert.deepEqual(aside["expirationPolicy"], { ttl: "" });
  });

  it("hands out once, and in the order of each key, where it is asked for, here and in the other region", async () => {
    const { resources: asked } = await queue("read", { delivery: "exactlyOnce" });
    for (const name of ["jobs-pair", "jobs-recovery"]) {
      const { enableExactlyOnceDelivery, enableMessageOrdering } = find(asked, subscriptionType, name).inputs;
      assert.deepEqual([enableExactlyOnceDelivery, enableMessageOrdering], [true, true], name);
    }
  });

  it("lets Pub/Sub itself move them, and use the key, before anything is put aside", () => {
    const sends = find(resources, "gcp:pubsub/topicIAMMember:TopicIAMMember", "jobs-pair-aside-sends");
    const moves = find(
      resources,
      "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember",
      "jobs-pair-moves",
    );
    const encrypts = find(resources, "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "jobs-pair-key-pubsub");
    assert.equal(sends.inputs["role"], "roles/pubsub.publisher");
    assert.equal(moves.inputs["role"], "roles/pubsub.subscriber");
    for (const { inputs } of [sends, moves, encrypts]) assert.match(textOf(inputs["member"]), agent);
    assert.ok(find(resources, subscriptionType, "jobs-pair").dependencies.includes(sends.urn));
    assert.ok(find(resources, topicType, "jobs-pair").dependencies.includes(encrypts.urn));
  });

  it("says where one sends to and takes from", async () => {
    const entries = Object.entries(ran?.result.connection ?? {});
    const values = await Promise.all(entries.map(async ([key, value]) => [key, await valueOf(value)]));
    const { MEDIA_JOBS_QUEUE_TOPIC, MEDIA_JOBS_QUEUE_SUBSCRIPTION, ...others } = Object.fromEntries(
      values,
    ) as Record<string, string>;
    assert.match(MEDIA_JOBS_QUEUE_TOPIC ?? "", /^projects\/example-prod\/topics\/jobs-pair/);
    assert.match(MEDIA_JOBS_QUEUE_SUBSCRIPTION ?? "", /^projects\/example-prod\/subscriptions\/jobs-pair/);
    assert.deepEqual(others, {});
  });

  for (const [access, expected] of [
    ["read", ["roles/pubsub.subscriber"]],
    ["readWrite", ["roles/pubsub.publisher", "roles/pubsub.subscriber"]],
  ] as const) {
    it(`lets a workload with ${access} do no more than that, here and in the other region`, async () => {
      const grants = (await queue(access)).resources.filter(
        ({ name, type }) => name.startsWith("api-jobs") && type.startsWith("gcp:pubsub/"),
      );
      for (const { inputs } of grants) assert.equal(inputs["member"], api);
      for (const where of [/^jobs-pair-[0-9a-f]{7}$/, /^jobs-recovery-[0-9a-f]{7}$/]) {
        const roles = grants
          .filter(({ inputs }) => where.test(textOf(inputs["subscription"] ?? inputs["topic"])))
          .map(({ inputs }) => textOf(inputs["role"]));
        assert.deepEqual(roles.sort(), expected);
      }
      assert.equal(grants.length, 2 * expected.length);
    });
  }

  it("is an alarm when nobody empties it, and when something was put aside", () => {
    for (const [name, metric, subscription] of [
      ["main-alarms-critical-queue-media-jobs-age", "oldest_unacked_message_age", "jobs-pair-[0-9a-f]{7}"],
      [
        "main-alarms-warning-queue-media-jobs-aside",
        "num_undelivered_messages",
        "jobs-pair-aside-[0-9a-f]{7}",
      ],
    ] as const) {
      const { inputs } = find(resources, "gcp:monitoring/alertPolicy:AlertPolicy", name);
      const conditions = JSON.stringify(inputs["conditions"]);
      assert.match(conditions, new RegExp(`subscription/${metric}`));
      assert.match(conditions, new RegExp(`subscription_id=\\\\"${subscription}\\\\"`));
    }
  });
});
