import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import * as server from "@pulumi/policy/server";
import type * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { type PackConfig, packConfig, ruleConfigSchema } from "../../policy/config";
import type { Rule } from "../../policy/rule";
import { rules } from "../../policy/rules";
import { unknownSentinel } from "../../policy/unknown";
import { awsReplacements } from "../../preview/replay/awsReplacements";
import { gcpReplacements } from "../../preview/replay/gcpReplacements";
import type { Replacing } from "../../preview/replay/replacing";
import type { Json, PlanResource } from "../../preview/plan";
import { judge } from "../../preview/policy";
import { requestFor } from "./analyzer";
import { fixtures } from "./fixtures";
import { beyondMending, mendings, settingsOf } from "./mending";
import { type Edit, edited, scene } from "./scene";

const mending = rules.filter(({ mends }) => mends.length > 0);

/** Prod's config, with some rules at the level `remediate`. */
function remediating(some: readonly Rule[], settings: object = {}): PackConfig {
  const config = packConfig(rules, "prod");
  return {
    ...config,
    ...Object.fromEntries(
      some.map(({ id }) => [
        id,
        { ...config[id], ...settingsOf[id], ...settings, enforcementLevel: "remediate" as const },
      ]),
    ),
  };
}

/** Every case of the fixtures whose breach a rule says that it mends. */
const cases = fixtures.flatMap(({ name, good, cases: all }) =>
  all.flatMap(({ rule: id, edit, add }) => {
    const rule = mending.find((each) => each.id === id);
    if (rule === undefined || edit === undefined || add !== undefined) return [];
    const whole = scene(good);
    const target = whole.find((resource) => resource.name === edit[0]);
    return target === undefined || !rule.mends.includes(target.type) || !edit[1].startsWith("inputs.")
      ? []
      : [{ fixture: name, rule, edit, whole, type: target.type }];
  }),
);

function breachesOf(rule: Rule, resources: readonly PlanResource[], config: PackConfig) {
  return judge(resources, { environment: "prod", config, rules: [rule] });
}

describe("remediation", () => {
  for (const { rule, edit, whole, type } of cases) {
    const what = `${edit[0]}.${inputOf(edit)} ${edit[2] === undefined ? "taken away" : `of ${JSON.stringify(edit[2])}`}`;
    const isBeyond = beyondMending.has(`${rule.id} ${inputOf(edit)}`);
    it(`by ${rule.id} ${isBeyond ? "leaves" : "mends"} ${what}, and says so`, () => {
      const broken = edited(whole, edit);
      const { violations, remediated } = breachesOf(rule, broken, remediating([rule]));
      const urn = broken.find(({ name }) => name === edit[0])?.urn;
      if (isBeyond) {
        assert.ok(violations.some((violation) => violation.urn === urn && violation.level === "mandatory"));
        return;
      }
      assert.deepEqual(violations, []);
      assert.deepEqual(remediated, [{ policy: rule.id, urn }]);
      assert.ok(rule.mends.includes(type));
    });
  }

  it("is of every rule that says so by at least one case that it mends", () => {
    const mended = new Set(
      cases
        .filter(({ rule, edit }) => !beyondMending.has(`${rule.id} ${inputOf(edit)}`))
        .map(({ rule }) => rule.id),
    );
    assert.deepEqual(
      mending.map(({ id }) => id).filter((id) => !mended.has(id)),
      [],
    );
  });

  it("is what CrossGuard's analyzer hands the engine to register, and mends there too", async () => {
    for (const { rule, edit, whole } of cases) {
      if (beyondMending.has(`${rule.id} ${inputOf(edit)}`) || rule.id in settingsOf) continue;
      const broken = edited(whole, edit);
      const mended = await mendedBy(rule, broken, edit[0]);
      assert.ok(mended !== undefined, rule.id);
      const registered = broken.map((each) => (each.name === edit[0] ? { ...each, inputs: mended } : each));
      assert.deepEqual(judge(registered, { environment: "prod", rules: [rule] }).violations, []);
    }
  });

  it("sets nothing for which a provider makes another resource", async () => {
    const tables: Readonly<Record<string, Replacing | undefined>> = {
      ...awsReplacements,
      ...gcpReplacements,
    };
    const replaced: string[] = [];
    for (const { rule, edit, whole, type } of cases) {
      const broken = edited(whole, edit);
      const before = broken.find(({ name }) => name === edit[0])?.inputs ?? {};
      const after = (await mendedBy(rule, broken, edit[0])) ?? before;
      const { inputs = [], allows = {} } = tables[type] ?? {};
      for (const path of inputs) {
        const [was, is] = [at(before, path), at(after, path)];
        if (!isDeepStrictEqual(was, is) && allows[path]?.(was, is) !== true)
          replaced.push(`${rule.id} ${path}`);
      }
    }
    assert.deepEqual(replaced, []);
  });

  it("leaves what is known only after the update, and what is secret, as it came", async () => {
    const [rule] = mending.filter(({ id }) => id === "aws-rds-proxy-tls");
    const [scenario] = cases.filter((each) => each.rule === rule);
    assert.ok(rule !== undefined && scenario !== undefined);
    const { edit, whole } = scenario;
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "hush" };
    const broken = edited(edited(edited(whole, edit), [edit[0], "inputs.roleArn", "[unknown]"]), [
      edit[0],
      "inputs.name",
      secret,
    ]);
    const mended = await mendedBy(rule, broken, edit[0]);
    assert.equal(mended?.["requireTls"], true);
    assert.equal(mended["roleArn"], unknownSentinel);
    assert.deepEqual(mended["name"], secret);
  });

  it("waits where what it would mend is known only after the update", () => {
    for (const { rule, edit, whole } of cases) {
      const config = remediating([rule]);
      const unknown = edited(whole, [edit[0], edit[1], "[unknown]"]);
      assert.deepEqual(breachesOf(rule, unknown, config).remediated, [], `${rule.id} ${edit[1]}`);
    }
  });

  for (const [what, id, type, inputs, expected, settings = {}] of mendings) {
    it(`by ${id} ${what}`, async () => {
      const [rule] = rules.filter((each) => each.id === id);
      assert.ok(rule !== undefined);
      const lines = scene([[type, "it", { inputs, provider: null }]]);
      const isMended = breachesOf(rule, lines, remediating([rule], settings)).remediated.length > 0;
      assert.equal(isMended, expected !== undefined);
      if (Object.keys(settings).length === 0) assert.deepEqual(await mendedBy(rule, lines, "it"), expected);
    });
  }

  it("touches nothing that its rule finds in order, nor anything at another level", () => {
    for (const { good } of fixtures) {
      assert.deepEqual(
        judge(scene(good), { environment: "prod", config: remediating(mending) }).remediated,
        [],
      );
    }
    for (const { rule, edit, whole } of cases) {
      const { remediated, violations } = breachesOf(rule, edited(whole, edit), packConfig(rules, "prod"));
      assert.deepEqual(remediated, []);
      assert.ok(violations.length > 0);
    }
  });

  it("leaves a resource that is exempt", () => {
    const [scenario] = cases.filter(({ rule }) => rule.severity !== "critical");
    assert.ok(scenario !== undefined);
    const { rule, edit, whole } = scenario;
    const exemptions = [{ name: edit[0], reason: "it goes next week", expires: "2026-12-31" }];
    const { remediated, violations, exempt } = judge(edited(whole, edit), {
      environment: "prod",
      config: remediating([rule], { exemptions }),
      rules: [rule],
      day: "2026-11-22",
    });
    assert.deepEqual([remediated, violations], [[], []]);
    assert.ok(exempt.length > 0);
  });

  it("is a level that a config may give to the rules that mend, and to no other", () => {
    for (const rule of rules) {
      const levels = JSON.stringify(at(ruleConfigSchema(rule), "properties.enforcementLevel.enum"));
      assert.equal(levels.includes("remediate"), mending.includes(rule), rule.id);
    }
  });
});

function inputOf([, path]: Edit): string {
  return path.slice("inputs.".length);
}

interface RemediateCall {
  readonly request: analyzer.AnalyzeRequest;
}
type Remediate = (
  call: RemediateCall,
  done: (error: Error | null | undefined, response: analyzer.RemediateResponse | undefined) => void,
) => Promise<void>;

// CrossGuard's own handler, which its declarations leave out as internal.
const { makeRemediateRpcFun } = server as unknown as {
  readonly makeRemediateRpcFun: (
    pack: string,
    version: string,
    level: "advisory",
    policies: readonly Rule["policy"][],
  ) => Remediate;
};

/** What the engine would register in the resource's stead; undefined where the rule changes nothing. */
async function mendedBy(
  rule: Rule,
  resources: readonly PlanResource[],
  name: string,
): Promise<Readonly<Record<string, Json>> | undefined> {
  const remediate = makeRemediateRpcFun("groundwork", "0.1.0", "advisory", [
    { ...rule.policy, enforcementLevel: "remediate" },
  ]);
  const resource = resources.find((each) => each.name === name);
  assert.ok(resource !== undefined);
  const response = await new Promise<analyzer.RemediateResponse | undefined>((resolve, reject) => {
    void remediate({ request: requestFor(resource, resources) }, (error, answer) => {
      if (error) reject(error);
      else resolve(answer);
    });
  });
  const [first] = response?.getRemediationsList() ?? [];
  // what crosses the wire is JSON
  return first?.getProperties()?.toJavaScript();
}

/** The value at a path of inputs, null where there is none. */
function at(value: unknown, path: string): Json {
  const [key = "", ...rest] = path.split(".");
  if (typeof value !== "object" || value === null) return null;
  const inner: unknown = Reflect.get(value, key);
  return rest.length === 0 ? ((inner ?? null) as Json) : at(inner, rest.join("."));
}
