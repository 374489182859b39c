import * as assert from "node:assert/strict";
import { blueprints } from "../../blueprints/catalogue";
import { blueprintNames } from "../../blueprints/names";
import { clouds } from "../../components/cloud";
import { checkQueue, queueRecovery } from "../../components/data/queue";
import { production, valuesAt } from "./production";

describe("queues of the blueprints", () => {
  for (const name of blueprintNames) {
    const { queues = {}, stores, secrets = {}, services } = blueprints[name];

    it(`of ${name} have names of their own, are had by both clouds, and are used`, () => {
      for (const [key, spec] of Object.entries(queues)) {
        checkQueue({ key, ...spec });
        for (const other of [stores, secrets, { bucket: {} }]) assert.ok(!(key in other), key);
        const uses = Object.values(services).map(({ stores: used = {} }) => used[key]);
        assert.ok(uses.includes("read"), `${key}: nobody takes messages`);
        assert.ok(uses.includes("readWrite"), `${key}: nobody sends messages`);
      }
    });

    it(`of ${name} that are filled again have senders who write to that store first`, () => {
      for (const [key, { refilledFrom }] of Object.entries(queues)) {
        if (refilledFrom === undefined) continue;
        for (const [service, { stores: used = {} }] of Object.entries(services)) {
          if (used[key] !== "readWrite") continue;
          assert.equal(used[refilledFrom], "readWrite", `${service} sends to ${key} without ${refilledFrom}`);
        }
      }
    });
  }

  it("lose no more than publishing may, when its region is (S5.5)", () => {
    const { queues = {}, recovery = {} } = blueprints.publishing;
    assert.deepEqual(Object.keys(queues), ["media-jobs", "publications"]);
    for (const spec of Object.values(queues)) {
      for (const cloud of clouds) {
        const { rpoMinutes, rtoMinutes } = queueRecovery(spec, { cloud, recoveryRegion: true });
        assert.ok(rpoMinutes <= (recovery.rpoMinutes ?? 0));
        assert.ok(rtoMinutes <= (recovery.rtoMinutes ?? 0));
      }
    }
  });

  it("are SQS and Pub/Sub for publishing, each with a second for what fails (S5.2)", async () => {
    const aws = (await production("publishing", "aws")).filter(({ name }) => /-queue-.+-pair/.test(name));
    const waits = valuesAt(aws, "aws:sqs/queue:Queue", "visibilityTimeoutSeconds");
    assert.deepEqual([...waits].sort(), [120, 600, undefined, undefined]);
    const kept = valuesAt(aws, "aws:sqs/queue:Queue", "messageRetentionSeconds").map(
      (s) => Number(s) / 86_400,
    );
    assert.deepEqual(
      [...kept].sort((a, b) => a - b),
      [4, 7, 14, 14],
    );
    const gcp = (await production("publishing", "gcp")).filter(({ name }) => /-queue-.+-pair/.test(name));
    assert.deepEqual(
      [...valuesAt(gcp, "gcp:pubsub/subscription:Subscription", "messageRetentionDuration")].sort(),
      ["1209600s", "1209600s", "345600s", "604800s"],
    );
  });
});
