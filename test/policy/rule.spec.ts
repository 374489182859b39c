import assert from "node:assert/strict";
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { exemptionsSchema } from "../../policy/exemption";
import { strictInProd } from "../../policy/levels";
import { MalformedError } from "../../policy/malformed";
import { controlTags, everyTypeRule, findings, resourceRule, type Rule, stackRule } from "../../policy/rule";
import { isUnknownValue, unknownCheckingProxy, unknownSentinel } from "../../policy/unknown";
import {
  asGiven,
  Declined,
  declinesWith,
  facts as stated,
  notApplicable,
  remediatorOf,
  stackValidatorOf,
  validatorOf,
} from "./asking";

const facts = { ...stated, id: "test-rule" } as const;
const bucket = "aws:s3/bucket:Bucket";
const group = "aws:cloudwatch/logGroup:LogGroup";

/** What CrossGuard hands a rule of a resource, so far as rules read it. */
function args(type: string, props: object, config: object = {}): ResourceValidationArgs {
  return asGiven({
    type,
    name: "it",
    urn: `urn::${type}::it`,
    props,
    getConfig: () => config,
    notApplicable,
  });
}

function saidOf(policy: Rule["policy"], given: ResourceValidationArgs): readonly string[] {
  const said: string[] = [];
  void validatorOf(policy)(given, (message) => said.push(message));
  return said;
}

function mendedBy(policy: Rule["policy"], given: ResourceValidationArgs): unknown {
  return remediatorOf(policy)(given);
}

describe("a rule", () => {
  it("is told to CrossGuard with its settings at prod's values, its controls as tags and the first as framework", () => {
    const { policy, mends } = resourceRule({
      ...facts,
      controls: { cisAws: ["2.1", "2.2"], soc2: ["CC6.1"] },
      levels: strictInProd,
      settings: {
        days: { schema: { type: "integer", description: "Days." }, values: { dev: 1, staging: 2, prod: 3 } },
      },
      types: [bucket],
      check: () => false,
    });
    assert.ok("validateResource" in policy);
    const { validateResource, ...told } = policy;
    assert.deepEqual(told, {
      name: "test-rule",
      displayName: "A title",
      description: "A reason. Remedy: Do it.",
      enforcementLevel: "mandatory",
      severity: "high",
      tags: ["cis-aws:2.1", "cis-aws:2.2", "soc2:CC6.1"],
      remediationSteps: "Do it.",
      configSchema: {
        properties: {
          days: { type: "integer", description: "Days.", default: 3 },
          exemptions: exemptionsSchema,
        },
      },
      framework: {
        name: "CIS AWS Foundations Benchmark",
        version: "7.0",
        reference: "2.1",
        specification: "CIS AWS Foundations Benchmark 7.0, 2.1",
      },
    });
    assert.equal(Reflect.get(validateResource, "__pulumiType"), bucket);
    assert.deepEqual(mends, []);
  });

  it("has no framework without a control, and a critical one no exemptions", () => {
    const { policy } = resourceRule({
      ...facts,
      severity: "critical",
      types: [bucket, group],
      check: () => "no",
    });
    assert.equal("framework" in policy, false);
    assert.deepEqual(policy.tags, []);
    assert.deepEqual(policy.configSchema, { properties: {} });
    assert.equal(Reflect.get(validatorOf(policy), "__pulumiType"), undefined);
  });

  it("takes the first framework that has a number", () => {
    const { policy } = resourceRule({
      ...facts,
      controls: { cisAws: [], gdpr: ["30"] },
      types: [bucket],
      check: () => false,
    });
    assert.equal(policy.framework?.specification, "GDPR 2016/679, 30");
    assert.deepEqual(controlTags({ pss: ["hostProcesses"], pciDss: ["3.5.1"] }), [
      "pss:hostProcesses",
      "pci-dss:3.5.1",
    ]);
  });

  it("hands secrets to none that does not ask for them", () => {
    const rule = { ...facts, types: [bucket], check: () => undefined } as const;
    assert.equal(resourceRule(rule).readsSecrets, false);
    assert.equal(resourceRule({ ...rule, readsSecrets: true }).readsSecrets, true);
  });

  it("says each sentence of its verdict", () => {
    assert.deepEqual(findings(["a", false, undefined, ["b", [["c"]], []]]), ["a", "b", "c"]);
    assert.deepEqual(findings(false), []);
    assert.deepEqual(findings("a"), ["a"]);
  });
});

describe("a rule of single resources", () => {
  const { policy } = resourceRule({
    ...facts,
    settings: { least: { schema: { type: "integer" }, values: { dev: 1, staging: 1, prod: 30 } } },
    types: [group],
    applies: ({ props }) => props.name !== "other",
    check: ({ props: { retentionInDays = 0 } }, { least }) =>
      retentionInDays < least && `${retentionInDays} days`,
  });

  it("asks prod's values where the config has none of its own", () => {
    assert.deepEqual(saidOf(policy, args(group, { retentionInDays: 7 })), ["7 days"]);
    assert.deepEqual(saidOf(policy, args(group, { retentionInDays: 30 })), []);
    assert.deepEqual(saidOf(policy, args(group, { retentionInDays: 7 }, { least: 7 })), []);
  });

  it("declines other types, and what it is not about, and says why", () => {
    assert.throws(() => saidOf(policy, args(bucket, {})), declinesWith(`not about ${bucket}`));
    assert.throws(
      () => saidOf(policy, args(group, { name: "other" })),
      declinesWith("not about this resource"),
    );
  });

  it("says of a malformed value what is wrong with it, and hides no other error", () => {
    const failing = (error: Error) =>
      everyTypeRule({
        ...facts,
        concerns: () => true,
        check: () => {
          throw error;
        },
      }).policy;
    assert.deepEqual(saidOf(failing(new MalformedError("policy is no JSON")), args(bucket, {})), [
      "policy is no JSON",
    ]);
    assert.throws(() => saidOf(failing(new TypeError("broken")), args(bucket, {})), /broken/);
  });

  it("mends a breach and nothing else, and only of the types that it says", () => {
    const rule = resourceRule({
      ...facts,
      types: [bucket, group],
      check: ({ props }) => props.tags === undefined && "no tags",
      remediation: { [bucket]: { tags: { a: "b" } }, [group]: () => undefined },
    });
    assert.deepEqual(rule.mends, [bucket, group]);
    assert.deepEqual(mendedBy(rule.policy, args(bucket, { bucket: "x" })), { bucket: "x", tags: { a: "b" } });
    assert.equal(mendedBy(rule.policy, args(bucket, { tags: {} })), undefined);
    assert.equal(mendedBy(rule.policy, args(group, {})), undefined);
    assert.throws(
      () => mendedBy(rule.policy, args("aws:sqs/queue:Queue", {})),
      declinesWith("sets nothing of aws:sqs/queue:Queue"),
    );
    assert.equal("remediateResource" in policy, false);
  });
});

describe("a rule of the whole stack", () => {
  const { policy } = stackRule({
    ...facts,
    types: [bucket, group],
    applies: ({ name }) => name !== "other",
    check: ({ name, props }) => [props.tags === undefined && `${name} has no tags`],
  });
  const resource = (type: string, name: string, props: object): PolicyResource =>
    asGiven({
      type,
      name,
      urn: `urn::${name}`,
      props: unknownCheckingProxy(props),
      propertyDependencies: {},
    });

  /** What it reports, of which resources it was told that they were judged, and what it threw. */
  function run(resources: readonly PolicyResource[], judgedTold = true) {
    const reported: (readonly [string, string | undefined])[] = [];
    const judged: string[] = [];
    const given = {
      resources,
      getConfig: () => ({}),
      notApplicable,
      ...(judgedTold && { judged: (urn: string) => judged.push(urn) }),
    };
    let thrown: unknown;
    try {
      void stackValidatorOf(policy)(asGiven(given), (message, urn) => reported.push([message, urn]));
    } catch (error) {
      thrown = error;
    }
    return { reported, judged, thrown };
  }

  it("reports each resource by its URN and tells which it judged", () => {
    const { reported, judged, thrown } = run([
      resource(bucket, "bare", {}),
      resource(group, "logs", { tags: {} }),
      resource(group, "other", {}),
      resource("aws:sqs/queue:Queue", "queue", {}),
    ]);
    assert.deepEqual(reported, [["bare has no tags", "urn::bare"]]);
    assert.deepEqual(judged, ["urn::bare", "urn::logs"]);
    assert.equal(thrown, undefined);
    assert.deepEqual(run([resource(bucket, "bare", {})], false).reported, [
      ["bare has no tags", "urn::bare"],
    ]);
  });

  it("reports what is known before it says that another value is not", () => {
    const { reported, judged, thrown } = run([
      resource(bucket, "open", { tags: unknownSentinel }),
      resource(bucket, "bare", {}),
    ]);
    assert.deepEqual(reported, [["bare has no tags", "urn::bare"]]);
    assert.deepEqual(judged, ["urn::bare"]);
    assert.ok(isUnknownValue(thrown));
  });

  it("declines a stack in which nothing is for it to judge", () => {
    for (const resources of [[], [resource(group, "other", {})]]) {
      const { thrown } = run(resources);
      assert.ok(thrown instanceof Declined);
      assert.equal(thrown.message, `no ${bucket} or ${group} to judge`);
    }
  });
});
