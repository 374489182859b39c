import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { monitorsPage } from "../../docs/generate/monitorsReference";
import { planOf } from "../support/plans";

describe("docs/monitors.md", () => {
  it("is what stacks and their charts are today (npm run docs writes it)", async function () {
    this.timeout(300_000);
    const page = await monitorsPage(({ stack, set }) => planOf(stack, ...set));
    assert.equal(readFileSync(join(__dirname, "../../docs/monitors.md"), "utf8"), page);
  });
});
