import assert from "node:assert/strict";
import { checkServer } from "../../../providers/aws/sqlUpgradeGuard";

const asksFor = (engineVersion: string, running: string, allowMajorVersionUpgrade = true) => ({
  oldInputs: { engineVersion: running.split(".")[0] },
  oldOutputs: { engineVersionActual: running },
  newInputs: { engineVersion, allowMajorVersionUpgrade },
});

describe("the upgrade guard of RDS", () => {
  it("lets a server stay, take minors, and take the next major where the stack allows it", () => {
    checkServer("postgres", asksFor("17", "17.6", false));
    checkServer("postgres", asksFor("18", "17.6"));
  });

  for (const [args, message] of [
    [asksFor("18", "17.6", false), /^Error: postgres\.allowMajorUpgrade: expected true/],
    [asksFor("18", "16.9"), /^Error: postgres\.version: expected 16 or the major after it/],
    [asksFor("17", "18.1"), /^Error: postgres\.version: expected 18 or newer/],
  ] as const) {
    it(`refuses ${JSON.stringify(args)} before RDS hears of it`, () => {
      assert.throws(() => {
        checkServer("postgres", args);
      }, message);
    });
  }

  it("goes by what runs, and by what was asked for last where that is not known", () => {
    const newInputs = { engineVersion: "18", allowMajorVersionUpgrade: true };
    checkServer("postgres", {
      oldInputs: { engineVersion: "16" },
      oldOutputs: { engineVersionActual: "17.1" },
      newInputs,
    });
    assert.throws(() => {
      checkServer("postgres", { oldInputs: { engineVersion: "16" }, oldOutputs: {}, newInputs });
    });
  });

  it("waits for a version that is not known yet", () => {
    checkServer("postgres", { oldInputs: {}, oldOutputs: {}, newInputs: { engineVersion: "18" } });
    checkServer("mysql", { oldInputs: { engineVersion: "8.4" }, oldOutputs: {}, newInputs: {} });
  });
});
