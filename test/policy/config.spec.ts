import assert from "node:assert/strict";
import Ajv2020 from "ajv/dist/2020";
import { configSchema, packConfig, reconciled, ruleConfigSchema } from "../../policy/config";
import { strictInProd } from "../../policy/levels";
import { resourceRule } from "../../policy/rule";
import { facts as stated } from "./asking";

const facts = {
  ...stated,
  severity: "critical",
  types: ["aws:s3/bucket:Bucket"],
  check: () => undefined,
} as const;
const kept = resourceRule({
  ...facts,
  id: "test-kept",
  title: "Kept",
  levels: strictInProd,
  settings: { days: { schema: { type: "integer" }, values: { dev: 1, staging: 2, prod: 3 } } },
});
const mended = resourceRule({
  ...facts,
  id: "test-mended",
  title: "Mended",
  remediation: { "aws:s3/bucket:Bucket": { forceDestroy: false } },
});
const rules = [kept, mended];

describe("the pack's config", () => {
  it("is what the rules ask of the environment", () => {
    assert.deepEqual(packConfig(rules, "staging"), {
      "test-kept": { enforcementLevel: "advisory", days: 2 },
      "test-mended": { enforcementLevel: "mandatory" },
    });
  });

  const prod = {
    "test-kept": { enforcementLevel: "mandatory", days: 3 },
    "test-mended": { enforcementLevel: "mandatory" },
  };
  for (const [what, given, read] of [
    ["nothing", {}, prod],
    [
      "a level alone",
      { "test-kept": "advisory" },
      { ...prod, "test-kept": { enforcementLevel: "advisory", days: 3 } },
    ],
    [
      "a setting alone",
      { "test-kept": { days: 9 } },
      { ...prod, "test-kept": { enforcementLevel: "mandatory", days: 9 } },
    ],
    [
      "a level for all, and one of a rule's own",
      { all: "disabled", "test-mended": { enforcementLevel: "remediate" } },
      {
        "test-kept": { enforcementLevel: "disabled", days: 3 },
        "test-mended": { enforcementLevel: "remediate" },
      },
    ],
    ["all as an object, which is no level", { all: { enforcementLevel: "disabled" } }, prod],
  ] as const) {
    it(`with ${what} given is prod's for the rest`, () => {
      assert.deepEqual(reconciled(rules, given), read);
    });
  }
});

describe("the schema of the pack's config", () => {
  it("states of each rule its levels, the one of prod as the default, and its settings", () => {
    assert.deepEqual(ruleConfigSchema(kept), {
      type: "object",
      properties: {
        enforcementLevel: {
          enum: ["mandatory", "advisory", "disabled"],
          default: "mandatory",
          description: "What a breach does.",
        },
        days: { type: "integer", default: 3 },
      },
      additionalProperties: false,
    });
    assert.deepEqual(configSchema(rules), {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "Config of the policy pack, as --policy-pack-config takes it",
      type: "object",
      properties: {
        all: {
          enum: ["mandatory", "advisory", "disabled"],
          description: "Level of each rule that gets none of its own.",
        },
        "test-kept": {
          description: "Kept",
          if: { type: "string" },
          then: { enum: ["mandatory", "advisory", "disabled"] },
          else: ruleConfigSchema(kept),
        },
        "test-mended": {
          description: "Mended",
          if: { type: "string" },
          then: { enum: ["mandatory", "advisory", "disabled", "remediate"] },
          else: ruleConfigSchema(mended),
        },
      },
      additionalProperties: false,
    });
  });

  const validate = new Ajv2020({ strict: false }).compile(configSchema(rules));
  for (const [config, isTaken] of [
    [{ all: "advisory", "test-kept": "disabled", "test-mended": "remediate" }, true],
    [{ "test-kept": { enforcementLevel: "mandatory", days: 4 } }, true],
    [{ "test-kept": "remediate" }, false],
    [{ "test-kept": { enforcementLevel: "remediate" } }, false],
    [{ "test-kept": { days: "4" } }, false],
    [{ "test-kept": { weeks: 4 } }, false],
    [{ "test-kept": 3 }, false],
    [{ all: "off" }, false],
    [{ "test-other": "advisory" }, false],
    ["advisory", false],
  ] as const) {
    it(`${isTaken ? "takes" : "refuses"} ${JSON.stringify(config)}`, () => {
      assert.equal(validate(config), isTaken);
    });
  }
});
