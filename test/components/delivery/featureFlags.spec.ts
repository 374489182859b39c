import assert from "node:assert/strict";
import { flagDefinitions, flagProblems, type FlagSpec } from "../../../components/delivery/featureFlags";

const flag: FlagSpec = { variants: { on: true, off: false }, defaultVariant: "off" };
const written = (spec: FlagSpec, defaults: Readonly<Record<string, string>> = {}): unknown => {
  const { flags } = JSON.parse(flagDefinitions({ flags: { "new-cart": spec }, defaults })) as {
    flags: Record<string, unknown>;
  };
  return flags["new-cart"];
};

describe("feature flags", () => {
  it("are on, and give all their default, where nobody says otherwise", () => {
    assert.deepEqual(written(flag), {
      state: "ENABLED",
      variants: { on: true, off: false },
      defaultVariant: "off",
      targeting: {},
    });
  });

  it("are none where there are none", () => {
    assert.deepEqual((JSON.parse(flagDefinitions({})) as { flags: object }).flags, {});
  });

  it("are off where they are not enabled", () => {
    assert.equal((written({ ...flag, enabled: false }) as { state: string }).state, "DISABLED");
  });

  it("give each his own by a part of all", () => {
    const { targeting } = written({ ...flag, rollout: { on: 10, off: 90 } }) as { targeting: object };
    assert.deepEqual(targeting, {
      fractional: [
        ["on", 10],
        ["off", 90],
      ],
    });
  });

  it("give all what the stack says, in place of the default and of a rollout", () => {
    const { defaultVariant, targeting } = written(
      { ...flag, rollout: { on: 10, off: 90 } },
      { "new-cart": "on" },
    ) as { defaultVariant: string; targeting: object };
    assert.deepEqual([defaultVariant, targeting], ["on", {}]);
  });

  for (const [what, key, spec, says] of [
    [
      "a key with spaces",
      "new cart",
      flag,
      /^flags\.new cart: expected a name of lower-case .* got new cart$/,
    ],
    [
      "no variant",
      "cart",
      { variants: {}, defaultVariant: "on" },
      /^flags\.cart\.variants: expected values of one type, got none/,
    ],
    [
      "variants of two types",
      "cart",
      { variants: { on: true, off: "no" }, defaultVariant: "on" },
      /^flags\.cart\.variants: expected values of one type, got boolean, string$/,
    ],
    [
      "a number that JSON can't say",
      "cart",
      { variants: { most: Infinity }, defaultVariant: "most" },
      /^flags\.cart\.variants: expected finite numbers, got Infinity$/,
    ],
    [
      "a default that is no variant",
      "cart",
      { ...flag, defaultVariant: "maybe" },
      /^flags\.cart\.defaultVariant: expected a variant: one of on, off, got maybe$/,
    ],
    [
      "a part of what is no variant",
      "cart",
      { ...flag, rollout: { maybe: 100 } },
      /^flags\.cart\.rollout: expected a variant: one of on, off, got maybe$/,
    ],
    [
      "parts that make no whole",
      "cart",
      { ...flag, rollout: { on: 10, off: 80 } },
      /^flags\.cart\.rollout: expected whole percents that make 100, got 10 \+ 80$/,
    ],
    [
      "a part that is not whole",
      "cart",
      { ...flag, rollout: { on: 0.5, off: 99.5 } },
      /^flags\.cart\.rollout: expected whole percents that make 100, got 0\.5 \+ 99\.5$/,
    ],
    [
      "a part below nothing",
      "cart",
      { ...flag, rollout: { on: -10, off: 110 } },
      /^flags\.cart\.rollout: expected whole percents that make 100, got -10 \+ 110$/,
    ],
  ] as const) {
    it(`are refused: ${what}`, () => {
      assert.throws(() => flagDefinitions({ flags: { [key]: spec } }), { name: "RangeError", message: says });
    });
  }

  for (const [what, defaults, says] of [
    [
      "a flag that is not there",
      { basket: "on" },
      /^defaults\.basket: expected a flag: one of new-cart, got basket$/,
    ],
    [
      "a variant that is not there",
      { "new-cart": "maybe" },
      /^defaults\.new-cart: expected a variant: one of on, off, got maybe$/,
    ],
  ] as const) {
    it(`are refused where a stack names ${what}`, () => {
      assert.throws(() => flagDefinitions({ flags: { "new-cart": flag }, defaults }), {
        name: "RangeError",
        message: says,
      });
    });
  }

  it("are said all at once, with all that is wrong with them", () => {
    const wrong: FlagSpec = { ...flag, defaultVariant: "maybe", rollout: { on: 1 } };
    const keys = flagProblems({ flags: { a: wrong, b: flag }, defaults: { c: "on" } }).map(({ key }) => key);
    assert.deepEqual(keys, ["defaults.c", "flags.a.defaultVariant", "flags.a.rollout"]);
  });
});
