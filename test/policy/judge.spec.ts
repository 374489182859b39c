import assert from "node:assert/strict";
import type { Environment } from "../../policy/levels";
import { fromStaging, inProd } from "../../policy/levels";
import { everyTypeRule, resourceRule, stackRule } from "../../policy/rule";
import { environmentOf, judge, PolicyRuleError } from "../../preview/policy";
import { facts } from "./asking";
import { edited, scene, type Line } from "./scene";

const logGroups = ["aws:cloudwatch/logGroup:LogGroup"] as const;
const retention = resourceRule({
  ...facts,
  id: "test-retention",
  levels: fromStaging,
  settings: { minDays: { schema: { type: "integer" }, values: { dev: 1, staging: 30, prod: 365 } } },
  types: logGroups,
  applies: ({ props }) => props.name !== "exempt",
  check: ({ props }, { minDays }) => (props.retentionInDays ?? 0) < minDays && `fewer than ${minDays} days`,
});

const lines: readonly Line[] = [
  ["pulumi:providers:aws", "provider", { inputs: { region: "us-east-1" } }],
  ["aws:cloudwatch/logGroup:LogGroup", "short", { inputs: { retentionInDays: 7 } }],
  ["aws:cloudwatch/logGroup:LogGroup", "long", { inputs: { retentionInDays: 400 } }],
  ["aws:cloudwatch/logGroup:LogGroup", "exempt", { inputs: { name: "exempt" } }],
];
const resources = scene(lines);

describe("judge", () => {
  it("counts pairs judged, declined and left open, and says which rule found what where", () => {
    const open = edited(resources, ["long", "inputs.retentionInDays", "[unknown]"]);
    assert.deepEqual(judge(open, { environment: "prod", rules: [retention] }), {
      evaluated: 1,
      notApplicable: 1,
      unknown: 1,
      open: [{ policy: "test-retention", urn: resources[2]?.urn, value: "retentionInDays" }],
      exempt: [],
      remediated: [],
      violations: [
        {
          policy: "test-retention",
          level: "mandatory",
          severity: "high",
          urn: resources[1]?.urn,
          message: "fewer than 365 days",
          remedy: "Do it.",
        },
      ],
    });
  });

  const expected: Readonly<Record<Environment, readonly string[]>> = {
    dev: [],
    staging: ["mandatory fewer than 30 days"],
    prod: ["mandatory fewer than 365 days"],
  };
  for (const [environment, found] of Object.entries(expected)) {
    it(`takes levels and thresholds of ${environment}`, () => {
      const { violations } = judge(resources, { environment, rules: [retention] });
      assert.deepEqual(
        violations.map(({ level, message }) => `${level} ${message}`),
        found,
      );
    });
  }

  it("judges a stack of any other name as prod", () => {
    assert.deepEqual(["dev", "staging", "prod", "acme-live"].map(environmentOf), [
      "dev",
      "staging",
      "prod",
      "prod",
    ]);
  });

  it("warns where the level is advisory and is silent where the rule is off", () => {
    const rule = everyTypeRule({
      ...facts,
      id: "test-every",
      levels: inProd,
      concerns: () => true,
      check: () => "no",
    });
    const levels = (environment: string) =>
      judge(resources, { environment, rules: [rule] }).violations.map(({ level }) => level);
    assert.deepEqual(levels("dev"), []);
    assert.deepEqual(
      levels("staging"),
      Array.from({ length: 4 }, () => "advisory"),
    );
  });

  it("follows a config of one's own", () => {
    const config = { "test-retention": { enforcementLevel: "advisory", minDays: 5 } } as const;
    assert.deepEqual(judge(resources, { environment: "prod", rules: [retention], config }).violations, []);
  });

  it("names the rule and the resource when a rule throws", () => {
    const faulty = resourceRule({
      ...facts,
      id: "test-faulty",
      types: logGroups,
      check: () => {
        throw new TypeError("no such thing");
      },
    });
    assert.throws(
      () => judge(resources, { environment: "prod", rules: [faulty] }),
      (error) =>
        error instanceof PolicyRuleError &&
        /policy test-faulty failed on urn:.*::short: no such thing/.test(error.message),
    );
  });

  it("hands a resource's secrets to the rules that read them, and to no other", () => {
    const masked = edited(resources, ["long", "inputs.name", "[secret]"]);
    const urn = resources[2]?.urn ?? assert.fail();
    const secrets = new Map([[urn, { name: "hush", retentionInDays: "[unknown]" }]]);
    const seen: unknown[] = [];
    const rule = (readsSecrets: boolean) =>
      resourceRule({
        ...facts,
        id: readsSecrets ? "test-secret" : "test-masked",
        readsSecrets,
        types: logGroups,
        check: ({ props }) => {
          seen.push(props.name);
          return readsSecrets && props.name === "hush" && props.retentionInDays === 0 && "never said";
        },
      });
    const judged = (readsSecrets: boolean) =>
      judge(masked, { environment: "prod", rules: [rule(readsSecrets)], secrets });
    judged(false);
    assert.deepEqual(seen.splice(0), [undefined, "[secret]", "exempt"]);
    // what is not known yet is not known to them either
    assert.deepEqual(judged(true).open, [{ policy: "test-secret", urn, value: "retentionInDays" }]);
    assert.deepEqual(seen, [undefined, "hush", "exempt"]);
  });

  it("keeps what a stack rule found of known resources when another's value is open", () => {
    const rule = stackRule({
      ...facts,
      id: "test-stack",
      types: logGroups,
      check: ({ props }) => (props.retentionInDays ?? 0) < 30 && "too few",
    });
    const open = edited(resources, ["long", "inputs.retentionInDays", "[unknown]"]);
    const { violations, unknown, evaluated } = judge(open, { environment: "prod", rules: [rule] });
    assert.deepEqual(
      violations.map(({ urn }) => urn?.split("::").at(-1)),
      ["exempt", "short"],
    );
    assert.deepEqual({ unknown, evaluated }, { unknown: 1, evaluated: 0 });
  });

  it("hands a rule the provider, the options and the types as the analyzer does", () => {
    const seen: unknown[] = [];
    const rule = everyTypeRule({
      ...facts,
      id: "test-args",
      concerns: (type) => type.startsWith("aws:"),
      check: ({ name, provider, opts }) => {
        seen.push([
          name,
          provider?.name,
          provider?.props["region"],
          opts.protect,
          opts.customTimeouts.createSeconds,
        ]);
        return undefined;
      },
    });
    const timed = edited(edited(resources, ["short", "customTimeouts", { create: "1h30m" }]), [
      "short",
      "protect",
      true,
    ]);
    judge(timed, { environment: "prod", rules: [rule] });
    assert.deepEqual(seen[0], ["short", "provider", "us-east-1", true, 5400]);
    assert.deepEqual(seen[1], ["long", "provider", "us-east-1", false, 0]);
  });

  it("leaves out what the program only looks up, as the engine does", () => {
    const read = edited(edited(resources, ["short", "inputs", {}]), ["short", "importId", "log-group-1"]);
    const { violations, evaluated } = judge(read, { environment: "prod", rules: [retention] });
    assert.deepEqual(violations, []);
    assert.equal(evaluated, 1);
  });

  it("puts violations in an order that does not depend on that of the resources", () => {
    const there = judge(resources, { environment: "prod" }).violations;
    const back = judge([...resources].reverse(), { environment: "prod" }).violations;
    assert.ok(there.length > 1);
    assert.deepEqual(there, back);
  });
});
