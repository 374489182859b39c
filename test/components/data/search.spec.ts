import * as assert from "node:assert/strict";
import { checkSearch, searchRecovery, type SearchSpec, searchStep } from "../../../components/data/search";

const spec: SearchSpec = {
  hosting: "cluster",
  openSearchVersion: "3.3",
  elasticsearchVersion: "9.4.3",
  dataNodes: 3,
  masterNodes: 3,
  machine: { vcpus: 2, memoryGiB: 8 },
  diskGiB: 100,
  rebuildMinutes: 60,
  snapshotRetentionDays: 30,
};

describe("a search index", () => {
  it("loses nothing of its own with its region, and takes as long as filling it does", () => {
    for (const cloud of ["aws", "gcp"] as const) {
      const { rpoMinutes, rtoMinutes } = searchRecovery(spec, { cloud, recoveryRegion: true });
      assert.deepEqual([rpoMinutes, rtoMinutes], [0, 90]);
      const longer = searchRecovery({ ...spec, rebuildMinutes: 400 }, { cloud, recoveryRegion: true });
      assert.equal(longer.rtoMinutes, 430);
    }
  });

  it("is lost with the database where there is no other region", () => {
    const { rpoMinutes, rtoMinutes } = searchRecovery(spec, { cloud: "aws", recoveryRegion: false });
    assert.deepEqual([rpoMinutes, rtoMinutes], [Infinity, Infinity]);
  });

  for (const [running, wanted, fits] of [
    ["9.3.7", "9.4.3", true],
    ["9.4.3", "9.4.3", true],
    ["9.4.3", "9.3.7", false],
    ["8.19.0", "9.4.3", true],
    ["7.17.0", "9.4.3", false],
    ["9.4.3", "8.19.0", false],
    ["3.10", "3.9", false],
  ] as const) {
    it(`${fits ? "goes" : "does not go"} from ${running} to ${wanted}`, () => {
      assert.equal(searchStep(running, wanted) === undefined, fits);
    });
  }

  it("takes what an engine can start with", () => {
    for (const fine of [{}, { dataNodes: 1, masterNodes: 0 }, { dataNodes: 3, masterNodes: 0 }] as const) {
      checkSearch({ ...spec, ...fine });
    }
  });

  for (const [args, message] of [
    [{ dataNodes: 0 }, /dataNodes: expected a whole number of 1 or more, got 0/],
    [{ dataNodes: 1.5 }, /dataNodes: expected a whole number/],
    [{ masterNodes: 2 }, /masterNodes: expected one of 0, 3, 5, got 2/],
    [{ dataNodes: 2, masterNodes: 0 }, /dataNodes: expected 1, or 3 or more/],
    [{ diskGiB: 5 }, /diskGiB: expected a whole number of 10 or more, got 5/],
    [{ snapshotRetentionDays: 0 }, /snapshotRetentionDays: expected a whole number from 1 to 365, got 0/],
    [{ snapshotRetentionDays: 366 }, /snapshotRetentionDays: .* got 366/],
    [{ rebuildMinutes: 0 }, /rebuildMinutes: expected more than 0, got 0/],
  ] as const) {
    it(`refuses ${JSON.stringify(args)}`, () => {
      assert.throws(() => {
        checkSearch({ ...spec, ...args });
      }, message);
    });
  }
});
