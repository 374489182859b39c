import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanResource } from "../../../preview/plan";
import { findings, type Found, planOfBadStack, repaired, resourceOf } from "./judged";
import { page, pagePath } from "./page";

/** Mistakes that no rule is about, each with its reason in its list: one more, or one less, is a change to be seen. */
const left = [
  "Instance desk: no role of its own",
  "Secret clear: secret in the program",
  "ServiceAccount robots: token in every pod",
  "ValidatingWebhookConfiguration checks: what cannot be checked is let in",
  "Provider cluster: access to whatever cluster the machine speaks to",
];

describe("a stack of mistakes", function () {
  // three hundred stacks are judged
  this.timeout(240_000);
  let plan: readonly PlanResource[];
  let found: readonly Found[];
  before(async () => {
    plan = await planOfBadStack();
    found = (await findings()).flatMap(([, each]) => each);
  });

  const named = ({ mistake: { on, what } }: Found): string => `${on}: ${what}`;

  it("makes at least forty, each once", () => {
    assert.ok(found.length >= 40, String(found.length));
    assert.equal(new Set(found.map(named)).size, found.length);
  });

  it("is changed by each repair", () => {
    const idle = found.filter(({ mistake }) => {
      const resource = resourceOf(plan, mistake);
      const right = repaired(plan, resource, mistake);
      return JSON.stringify(right) === JSON.stringify(plan);
    });
    assert.deepEqual(idle.map(named), []);
  });

  it("is caught in all but what is listed", () => {
    assert.deepEqual(found.filter(({ rules }) => rules.length === 0).map(named), left);
  });

  it("has a reason with each that is not caught, and with no other", () => {
    assert.deepEqual(found.filter(({ mistake }) => mistake.left !== undefined).map(named), left);
  });

  it("is what its page says: npm run docs:policies", async () => {
    assert.equal(readFileSync(join(__dirname, "../../..", pagePath), "utf8"), await page());
  });
});
