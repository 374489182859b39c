import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { configurationReference } from "../../config/document";

describe("docs/configuration.md", () => {
  it("is what the schema says today (npm run docs writes it)", () => {
    const written = readFileSync(join(__dirname, "../../docs/configuration.md"), "utf8");
    assert.equal(written, configurationReference());
  });

  it("tells of every key what it is", () => {
    const bare = configurationReference()
      .split("\n")
      .filter((line) => /^\| `(?!cluster\.admins\.)/.test(line) && /\|\s*\|$/.test(line));
    assert.deepEqual(bare, []);
  });
});
