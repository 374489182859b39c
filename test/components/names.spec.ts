import assert from "node:assert/strict";
import fc from "fast-check";
import { physicalName } from "../../components/names";

describe("physicalName", () => {
  for (const [limit, parts, want] of [
    [30, ["seo", "backend-api"], "seo-backend-api"],
    [30, ["Seo_Platform", "a.b"], "seo-platform-a-b"],
    [16, ["seo-platform", "backend-api"], "seo-plat-1dbecd6"],
  ] as const) {
    it(`makes ${want} of ${parts.join(" and ")} within ${limit} characters`, () => {
      assert.equal(physicalName(limit, ...parts), want);
    });
  }

  it("keeps the limit, the alphabet and the difference of any two names", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,58}[a-z0-9]$/).filter((text) => !text.includes("--"));
    fc.assert(
      fc.property(name, name, fc.integer({ min: 12, max: 63 }), (one, other, limit) => {
        const made = physicalName(limit, one);
        assert.ok(made.length <= limit);
        assert.match(made, /^[a-z]([a-z0-9-]*[a-z0-9])?$/);
        assert.equal(made === physicalName(limit, other), one === other);
      }),
    );
  });

  it("refuses a limit that leaves no room for a name", () => {
    assert.throws(() => physicalName(8, "something-long"), /expected a limit of 9 or more, got 8/);
  });
});
