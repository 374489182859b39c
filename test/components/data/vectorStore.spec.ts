import * as assert from "node:assert/strict";
import { clouds } from "../../../components/cloud";
import { lost } from "../../../components/data/recovery";
import {
  checkVectorStore,
  vectorStoreRecovery,
  type VectorStoreSpec,
  vectorStoreStep,
} from "../../../components/data/vectorStore";

const spec: VectorStoreSpec = {
  version: "2.6.19",
  queryNodes: 3,
  machine: { vcpus: 2, memoryGiB: 8 },
  cacheGiB: 20,
  highAvailability: true,
  backupRetentionDays: 30,
  restoreMinutes: 120,
};

describe("a vector store's arguments", () => {
  it("are taken as they are", () => {
    assert.doesNotThrow(() => {
      checkVectorStore(spec);
      checkVectorStore({ ...spec, highAvailability: false, queryNodes: 1 });
    });
  });

  for (const [what, change, message] of [
    ["a version that nobody tried", { version: "2.5.1" as never }, /version: expected one of 2\.6\.19/],
    [
      "one node that searches where it has to stay",
      { queryNodes: 1 },
      /queryNodes: expected .* from 2 to 64/,
    ],
    ["half a node", { queryNodes: 2.5 }, /queryNodes/],
    ["no disk", { cacheGiB: 0 }, /cacheGiB/],
    ["backups that are not kept", { backupRetentionDays: 0 }, /backupRetentionDays/],
    ["a restore in no time", { restoreMinutes: 0 }, /restoreMinutes: expected more than 0/],
  ] as const) {
    it(`are refused with ${what}`, () => {
      assert.throws(() => {
        checkVectorStore({ ...spec, ...change });
      }, message);
    });
  }
});

describe("the recovery of a vector store", () => {
  for (const cloud of clouds) {
    it(`is the newest backup in the other region, on ${cloud}`, () => {
      const { by, rpoMinutes, rtoMinutes } = vectorStoreRecovery(spec, { cloud, recoveryRegion: true });
      // a day, two hours for the backup, a quarter of an hour for its copy; 15 + 30 + what the drill measured
      assert.deepEqual([by, rpoMinutes, rtoMinutes], ["copied backup", 1440 + 120 + 15, 15 + 30 + 120]);
    });

    it(`is none without another region, on ${cloud}`, () => {
      assert.deepEqual(vectorStoreRecovery(spec, { cloud, recoveryRegion: false }), lost);
    });
  }
});

describe("a step of Milvus", () => {
  for (const [from, to, fine] of [
    ["2.6.15", "2.6.19", true],
    ["v2.6.19", "v2.6.19", true],
    ["2.6.19", "2.7.0", true],
    ["2.6.19", "2.6.15", false],
    ["2.7.0", "2.6.19", false],
    ["2.6.19", "2.8.0", false],
    ["2.6.19", "3.0.1", false],
  ] as const) {
    it(`from ${from} to ${to} is ${fine ? "taken" : "refused"}`, () => {
      assert.equal(vectorStoreStep(from, to) === undefined, fine);
    });
  }
});
