import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rules } from "../../../policy/rules";
import { scannerFindings } from "./findings";
import { scannersPath, withScanners } from "./page";

describe("what other scanners find", () => {
  it("is answered by rules that there are, each check once", () => {
    const known = new Set(rules.map(({ id }) => id));
    const unknown = scannerFindings.flatMap((finding) => finding.rules.filter((id) => !known.has(id)));
    assert.deepEqual(unknown, []);
    assert.ok(scannerFindings.every((finding) => finding.rules.length > 0));
    const checks = scannerFindings.map(({ tool, check }) => `${tool} ${check}`);
    assert.equal(new Set(checks).size, checks.length);
  });

  it("stands on its page: npm run docs:policies", async () => {
    const page = readFileSync(join(__dirname, "../../..", scannersPath), "utf8");
    assert.equal(page, await withScanners(page));
  });
});
