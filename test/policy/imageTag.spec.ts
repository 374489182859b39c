import assert from "node:assert/strict";
import { hasDigest, tagOf } from "../../policy/imageTag";

const sha256 = `sha256:${"0a".repeat(32)}`;
const sha512 = `sha512:${"0a".repeat(64)}`;

describe("an image's reference", () => {
  for (const [image, tag, isByDigest] of [
    ["acme/web", undefined, false],
    ["acme/web:1.4.2", "1.4.2", false],
    ["acme/web:v1_a-b", "v1_a-b", false],
    ["registry.acme.dev:5000/web", undefined, false],
    ["registry.acme.dev:5000/web:1.4.2", "1.4.2", false],
    [`acme/web@${sha256}`, undefined, true],
    [`acme/web:1.4.2@${sha256}`, "1.4.2", true],
    [`acme/web@${sha512}`, undefined, true],
    [`acme/web:latest@${sha256}0`, "latest", false],
    [`acme/web:latest@${sha256}\n`, "latest", false],
    ["acme/web@sha256:abc", undefined, false],
    [`acme/web@${sha256.toUpperCase()}`, undefined, false],
    [`acme/web:${"0a".repeat(32)}`, "0a".repeat(32), false],
    ["", undefined, false],
  ] as const) {
    it(`${JSON.stringify(image)} has ${tag === undefined ? "no tag" : `the tag ${tag}`}${isByDigest ? ", and a digest" : ""}`, () => {
      assert.equal(tagOf(image), tag);
      assert.equal(hasDigest(image), isByDigest);
    });
  }
});
