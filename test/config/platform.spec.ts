import * as assert from "node:assert/strict";
import { clouds } from "../../components/cloud";
import { platformOf } from "../../config/platform";
import { configOf, problemsOf, stackValues } from "./stackFiles";

const values = (cloud: string, platform?: object): Record<string, string> => ({
  ...stackValues("prod"),
  cloud,
  ...(platform !== undefined && { platform: JSON.stringify(platform) }),
});

describe("the platform's services in a stack's file", () => {
  for (const cloud of clouds) {
    it(`are on ${cloud} what the blueprint asks for, unless the stack says`, () => {
      assert.deepEqual(configOf(values(cloud)).blueprint.platform.reloader, {});
      const without = configOf(values(cloud, { reloader: { enabled: false } }));
      assert.ok(!("reloader" in without.blueprint.platform));
    });
  }

  it("may be asked for where the blueprint does without them", () => {
    assert.deepEqual(platformOf({}, { reloader: { enabled: true } }), { reloader: {} });
    assert.deepEqual(platformOf({}, { reloader: {} }), {});
  });

  it("are refused by their key where there are none such", () => {
    assert.deepEqual(problemsOf(values("aws", { reloder: { enabled: true } })).length, 1);
    assert.match(problemsOf(values("aws", { reloder: { enabled: true } }))[0] ?? "", /^platform/);
    assert.match(
      problemsOf(values("aws", { reloader: { enabled: "yes" } }))[0] ?? "",
      /^platform\.reloader\.enabled: expected true or false, got "yes"/,
    );
  });
});
