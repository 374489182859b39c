import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clouds } from "../../components/cloud";
import { capabilities, type Capability, parityReference } from "../../docs/generate/parityReference";
import { unsupported } from "../../providers/unsupported";

const root = join(__dirname, "../..");

/** Classes that only one cloud needs, with what the other has in their place. */
const oneSided: Readonly<Record<string, string>> = {
  ImagePolicy: "an account of AWS has no policy of which images its clusters run",
  Kafka:
    "brokers are in the cluster on GCP unless the stack says otherwise, as nothing copies those of Google's service",
  Project: "a project's APIs are turned on one by one; an account of AWS has them all",
};

describe("docs/parity.md", () => {
  let found: readonly Capability[];
  before(async () => {
    found = await capabilities(root);
  });

  it("is what the code registers today (npm run docs writes it)", async () => {
    assert.equal(readFileSync(join(root, "docs/parity.md"), "utf8"), await parityReference(root));
  });

  it("has an answer of both clouds to every capability", () => {
    const unanswered = found.filter(
      ({ name, types }) => !(name in oneSided) && clouds.some((cloud) => types[cloud].length === 0),
    );
    assert.deepEqual(
      unanswered.map(({ name }) => name),
      [],
    );
    assert.ok(found.length >= 12, `only ${found.length} capabilities`);
  });

  it("explains every option that a cloud lacks", () => {
    const written = readFileSync(join(root, "docs/parity.md"), "utf8");
    for (const [option, { reason }] of Object.entries(unsupported)) {
      assert.ok(written.includes(option) && written.includes(reason), option);
    }
  });
});
