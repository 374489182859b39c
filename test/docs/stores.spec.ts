import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BlueprintName } from "../../blueprints/names";
import type { Cloud } from "../../components/cloud";
import {
  cellsOf,
  type Column,
  storeRows,
  type StoresPlan,
  storesPlan,
  storesReference,
} from "../../docs/generate/storesReference";
import { bucketCases } from "./bucketCases";
import { managedKafkaCases } from "./managedKafkaCases";
import { cases, domain } from "./storeCases";
import { vectorCases } from "./vectorCases";
import { type Change, changed } from "./storeChanges";

const root = join(__dirname, "../..");

/** Plans are not changed by what reads them: one of each is enough. */
const plans = new Map<string, Promise<StoresPlan>>();

function planOf(blueprint: BlueprintName, cloud: Cloud, ...set: readonly string[]): Promise<StoresPlan> {
  const key = [blueprint, cloud, ...set].join(" ");
  const plan = plans.get(key) ?? storesPlan({ root, blueprint, cloud, set });
  plans.set(key, plan);
  return plan;
}

function cell(plan: StoresPlan, store: string, column: Column): string {
  const row = storeRows(plan).find((at) => at.store === store) ?? assert.fail(`no ${store}`);
  return cellsOf(row)[column];
}

describe("docs/stores.md", () => {
  it("is what the production stacks register today (npm run stores writes it)", async () => {
    assert.equal(readFileSync(join(root, "docs/stores.md"), "utf8"), await storesReference(root));
  });

  for (const { blueprint, cloud, store, type, name, what, change, column, before, after, set } of [
    ...cases,
    ...vectorCases,
    ...bucketCases,
    ...managedKafkaCases,
  ]) {
    it(`says of ${store} of ${blueprint} on ${cloud}, where ${what}: ${column} is ${after}`, async () => {
      const plan = await planOf(blueprint, cloud, ...set);
      assert.equal(cell(plan, store, column), before);
      assert.equal(cell(changed(plan, type, name, change), store, column), after);
    });
  }

  it("has the recovery that the stack plans, which without a region for it is none", async () => {
    const plan = await planOf("suuupra", "aws");
    const { recovery, ...config } = plan.config;
    assert.ok(recovery !== undefined);
    assert.deepEqual([cell(plan, "redis", "RPO"), cell(plan, "redis", "RTO")], ["6 min", "35 min"]);
    const alone = { ...plan, config };
    assert.deepEqual([cell(alone, "redis", "RPO"), cell(alone, "redis", "RTO")], ["all", "never"]);
  });

  it("names a store whose main resource nobody reads", async () => {
    const plan = await planOf("publishing", "aws");
    for (const [type, name] of [
      [domain, "publishing-prod-search"],
      ["aws:sqs/queue:Queue", "publishing-prod-queue-media-jobs"],
    ] as const) {
      const other: Change = (resource) => ({ ...resource, type: "aws:other/store:Store" });
      const strange = changed(plan, type, new RegExp(`^${name}(-pair)?$`), other);
      assert.throws(
        () => storeRows(strange),
        new RegExp(`^Error: ${name}: expected one main resource of .*got 0$`),
      );
    }
  });
});
