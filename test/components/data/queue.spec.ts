import * as assert from "node:assert/strict";
import { clouds } from "../../../components/cloud";
import { checkQueue, queuePrefix, queueRecovery } from "../../../components/data/queue";
import { lost } from "../../../components/data/recovery";
import { runbookOf } from "../../../components/governance/runbooks";

const spec = { workSeconds: 60, retentionDays: 4, maxDeliveries: 5 };

describe("a queue", () => {
  it("has variables by its name", () => {
    assert.equal(queuePrefix("media-jobs"), "MEDIA_JOBS_QUEUE");
  });

  it("has a runbook that all queues share", () => {
    assert.equal(runbookOf("queue-media-jobs-age"), "docs/runbooks/queue.md#queue-age");
    assert.equal(runbookOf("queue-publications-aside"), "docs/runbooks/queue.md#queue-aside");
  });

  for (const change of [
    { workSeconds: 10, retentionDays: 1, maxDeliveries: 5 },
    { workSeconds: 600, retentionDays: 7, maxDeliveries: 100 },
    { key: "a" },
    { key: "a2345678901234567890" },
  ]) {
    it(`may be ${JSON.stringify(change)}`, () => {
      checkQueue({ key: "jobs", ...spec, ...change });
    });
  }

  for (const [change, message] of [
    [{ workSeconds: 9 }, /workSeconds: expected a whole number from 10 to 600, got 9/],
    [{ workSeconds: 601 }, /got 601/],
    [{ retentionDays: 0 }, /retentionDays: expected a whole number from 1 to 7, got 0/],
    [{ retentionDays: 8 }, /got 8/],
    [{ maxDeliveries: 4 }, /maxDeliveries: expected a whole number from 5 to 100, got 4/],
    [{ maxDeliveries: 101 }, /got 101/],
    [{ maxDeliveries: 5.5 }, /got 5.5/],
    [{ key: "Jobs" }, /key: expected up to 20 lower-case letters/],
    [{ key: "a23456789012345678901" }, /key: expected up to 20/],
    [{ key: "jobs-" }, /got jobs-/],
  ] as const) {
    it(`is refused with ${JSON.stringify(change)}`, () => {
      assert.throws(() => checkQueue({ key: "jobs", ...spec, ...change }), message);
    });
  }

  for (const cloud of clouds) {
    it(`loses what is on its way unless it is elsewhere too, on ${cloud}`, () => {
      const facts = { cloud, recoveryRegion: true };
      const kept = queueRecovery({ ...spec, refilledFrom: "postgres" }, facts);
      assert.deepEqual([kept.rpoMinutes, kept.rtoMinutes], [0, 30]);
      assert.match(kept.by, /postgres/);
      assert.equal(queueRecovery(spec, facts).rpoMinutes, Infinity);
      assert.equal(
        queueRecovery({ ...spec, refilledFrom: "postgres" }, { cloud, recoveryRegion: false }),
        lost,
      );
    });
  }
});
