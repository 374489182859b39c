import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configurationReference } from "../../config/document";

describe("docs/configuration.md", () => {
  it("is what the schema says today (npm run docs writes it)", async () => {
    const written = readFileSync(join(__dirname, "../../docs/configuration.md"), "utf8");
    assert.equal(written, await configurationReference());
  });

  it("calls no key required for which the project has a default", async () => {
    const [row = ""] = (await configurationReference()).match(/^\| `blueprint` .*$/m) ?? [];
    assert.match(row, /\| `"seo-platform"` +\|/);
    assert.doesNotMatch(row, /required/);
    const [environment = ""] = (await configurationReference()).match(/^\| `environment` .*$/m) ?? [];
    assert.match(environment, /\| required +\|/);
  });

  it("has the keys of a list's maps", async () => {
    const [row = ""] =
      (await configurationReference()).match(/^\| `cluster\.maintenanceExclusions\.<n>\.scope` .*$/m) ?? [];
    assert.match(row, /\| `noUpgrades`, `noMinorUpgrades`, `noMinorOrNodeUpgrades` +\| required +\|/);
  });

  it("tells of every key what it is", async () => {
    const bare = (await configurationReference())
      .split("\n")
      .filter((line) => /^\| `(?!cluster\.(admins|teams\.[a-z]+)\.)/.test(line) && /\|\s*\|$/.test(line));
    assert.deepEqual(bare, []);
  });
});
