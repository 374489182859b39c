import assert from "node:assert/strict";
import { covered, exemptionText, Ledger, policiesOf, type ExemptHit } from "../../policy/ledger";
import { resourceRule, stackRule, type Rule } from "../../policy/rule";
import { exemptionsValid } from "../../policy/stack/exemptions";
import {
  asGiven,
  Declined,
  declinesWith,
  facts,
  notApplicable,
  remediatorOf,
  stackValidatorOf,
  validatorOf,
} from "./asking";

const bucket = "aws:s3/bucket:Bucket";
const queue = "aws:sqs/queue:Queue";
const day = "2026-06-01";
const soon = { reason: "until it moves", expires: "2026-06-30" };
const forIt = { ...soon, name: "it" };

const single = resourceRule({
  ...facts,
  id: "test-single",
  types: [bucket],
  applies: ({ name }) => name !== "other",
  check: ({ name }) => `${name} is bad`,
  remediation: { [bucket]: { forceDestroy: false } },
});
const several = resourceRule({ ...facts, id: "test-several", types: [bucket, queue], check: () => "bad" });
const whole = stackRule({
  ...facts,
  id: "test-whole",
  types: [bucket],
  check: ({ name }) => `${name} is bad`,
});
const resource = (name: string, type = bucket) => ({
  type,
  name,
  urn: `urn::${type}::${name}`,
  props: {},
  propertyDependencies: {},
});

/** A run of the pack, in which each rule has these exemptions. */
class Run {
  readonly ledger = new Ledger(() => day);
  readonly hits: (readonly [rule: string, urn: string, message: string, until: string])[] = [];
  readonly reported: string[] = [];

  constructor(private readonly exemptions?: unknown) {}

  private readonly tell = ({ rule, urn, message, exemption }: ExemptHit) =>
    this.hits.push([rule.id, urn, message, exemption.expires]);
  private readonly report = (message: string, urn?: string) =>
    this.reported.push(urn === undefined ? message : `${urn}: ${message}`);
  private readonly getConfig = () => (this.exemptions === undefined ? {} : { exemptions: this.exemptions });

  policy(rule: Rule) {
    return covered(rule, this.ledger, this.tell);
  }

  of(rule: Rule, name: string, type?: string): this {
    const given = { ...resource(name, type), getConfig: this.getConfig, notApplicable };
    void validatorOf(this.policy(rule))(asGiven(given), this.report);
    return this;
  }

  mends(rule: Rule, name: string): unknown {
    const given = { ...resource(name), getConfig: this.getConfig, notApplicable };
    return remediatorOf(this.policy(rule))(asGiven(given));
  }

  ofStack(rule: Rule, ...resources: readonly object[]): this {
    const given = { resources, getConfig: this.getConfig, notApplicable };
    void stackValidatorOf(this.policy(rule))(asGiven(given), this.report);
    return this;
  }
}

describe("a rule with exemptions", () => {
  it("is as it was without any", () => {
    const run = new Run().of(single, "it");
    assert.deepEqual([run.hits, run.reported], [[], ["it is bad"]]);
    assert.equal(run.ledger.problems(), undefined);
    assert.deepEqual(run.mends(single, "it"), { forceDestroy: false });
  });

  it("tells of a breach that one takes, and reports the others", () => {
    const run = new Run([forIt]).of(single, "it").of(single, "second");
    assert.deepEqual(run.hits, [["test-single", `urn::${bucket}::it`, "it is bad", "2026-06-30"]]);
    assert.deepEqual(run.reported, ["second is bad"]);
    assert.deepEqual(run.ledger.problems(), []);
  });

  it("takes an exemption that stands alone for a list of one", () => {
    assert.deepEqual(new Run(forIt).of(single, "it").hits.length, 1);
  });

  it("mends nothing that one takes, and says until when", () => {
    const run = new Run([forIt]);
    assert.throws(() => run.mends(single, "it"), declinesWith("exempt until 2026-06-30 (until it moves)"));
    assert.deepEqual(run.mends(single, "second"), { forceDestroy: false });
    assert.equal("remediateResource" in run.policy(several), false);
  });

  it("keeps the one type by which the analyzer passes others by", () => {
    const typeOf = (rule: Rule): unknown => Reflect.get(validatorOf(new Run().policy(rule)), "__pulumiType");
    assert.equal(typeOf(single), bucket);
    assert.equal(typeOf(several), undefined);
  });

  it("of a rule of the whole stack goes by the resource that is named", () => {
    const run = new Run([forIt]).ofStack(whole, resource("it"), resource("second"), resource("it", queue));
    assert.deepEqual(run.hits, [["test-whole", `urn::${bucket}::it`, "it is bad", "2026-06-30"]]);
    assert.deepEqual(run.reported, [`urn::${bucket}::second: second is bad`]);
    assert.deepEqual(run.ledger.problems(), []);
    const bare = new Run().ofStack(whole, resource("it"));
    assert.deepEqual(bare.reported, [`urn::${bucket}::it: it is bad`]);
  });
});

describe("the exemptions of a run", () => {
  const unmet = (rule: string, exemption: object) =>
    `${rule}: exemption ${JSON.stringify(exemption)}: matches no resource that the rule judges`;

  it("are refused where they match nothing that their rule judges", () => {
    const other = { ...soon, name: "other" };
    const run = new Run([other]).of(single, "it");
    assert.throws(() => run.of(single, "other"), Declined);
    assert.deepEqual(run.ledger.problems(), [unmet("test-single", other)]);

    const foreign = new Run([{ ...soon, type: queue }]).ofStack(whole, resource("it"), resource("it", queue));
    assert.deepEqual(foreign.ledger.problems(), [unmet("test-whole", { ...soon, type: queue })]);
  });

  it("take nothing where they have a problem, and are not said to be unmet too", () => {
    const past = { ...forIt, expires: "2026-05-31" };
    const run = new Run([past, forIt]).of(single, "it");
    assert.equal(run.hits.length, 1);
    assert.deepEqual(run.ledger.problems(), [
      `test-single: exemption ${JSON.stringify(past)}: expired on 2026-05-31`,
    ]);
    assert.deepEqual(new Run([past]).of(single, "it").reported, ["it is bad"]);
  });

  it("are forgotten once they were asked about, as an update follows the preview", () => {
    const run = new Run([forIt]).of(single, "it");
    assert.deepEqual(run.ledger.problems(), []);
    assert.equal(run.ledger.problems(), undefined);
    run.of(single, "second");
    assert.deepEqual(run.ledger.problems(), [unmet("test-single", forIt)]);
  });

  it("are looked at anew where a rule is given others", () => {
    const ledger = new Ledger(() => day);
    const exemptions = [forIt];
    const first = ledger.know(single, { exemptions });
    assert.equal(ledger.know(single, { exemptions }), first);
    assert.notEqual(ledger.know(single, { exemptions: [...exemptions] }), first);
    assert.deepEqual(ledger.know(several, {}), []);
  });

  it("are judged by a rule of their own", () => {
    const none = new Run();
    assert.throws(() => none.ofStack(exemptionsValid), declinesWith("no exemption is configured"));
    const run = new Run([forIt]).of(single, "second");
    assert.deepEqual(run.ofStack(exemptionsValid).reported, ["second is bad", unmet("test-single", forIt)]);
  });
});

describe("the rules as CrossGuard is handed them", () => {
  it("have the verdict on exemptions last", () => {
    assert.deepEqual(
      policiesOf([single, exemptionsValid, whole]).map(({ name }) => name),
      ["test-single", "test-whole", "all-exemptions-valid"],
    );
  });

  it("report an exempt breach as a warning of that resource that says until when", () => {
    const [policy] = policiesOf([single], new Ledger(() => day));
    const reported: unknown[] = [];
    const given = { ...resource("it"), getConfig: () => ({ exemptions: [forIt] }), notApplicable };
    void validatorOf(policy)(asGiven(given), (message) => reported.push(message));
    assert.deepEqual(reported, [
      {
        message: "exempt until 2026-06-30 (until it moves): it is bad",
        urn: `urn::${bucket}::it`,
        enforcementLevel: "advisory",
      },
    ]);
    assert.equal(exemptionText(forIt), "exempt until 2026-06-30 (until it moves)");
  });
});
