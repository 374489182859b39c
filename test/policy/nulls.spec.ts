import assert from "node:assert/strict";
import { MalformedError, withoutNulls } from "../../policy/malformed";
import { isUnknownValue, unknownCheckingProxy, unknownSentinel } from "../../policy/unknown";

interface Bucket {
  readonly name?: string | null;
  readonly tags?: Readonly<Record<string, string | null>> | null;
  readonly rules?: readonly ({ readonly days?: number | null; readonly names?: readonly string[] } | null)[];
}

describe("properties without nulls", () => {
  const given: Bucket = {
    name: null,
    tags: { owner: "a", team: null },
    rules: [{ days: null, names: ["x"] }, null],
  };
  const bucket = withoutNulls(given);

  it("read a field of null as one that is not there", () => {
    assert.equal(bucket.name, undefined);
    assert.equal(bucket.rules?.[0]?.days, undefined);
    assert.equal(bucket.tags?.["team"], undefined);
  });

  it("read the rest as it is", () => {
    assert.equal(bucket.tags?.["owner"], "a");
    assert.equal(bucket.rules?.length, 2);
    assert.deepEqual(
      bucket.rules[0]?.names?.map((name) => name),
      ["x"],
    );
    assert.equal(withoutNulls({ days: 0 }).days, 0);
  });

  it("have no key of a field of null", () => {
    assert.deepEqual(Object.keys(bucket), ["tags", "rules"]);
    assert.deepEqual(Object.entries(bucket.tags ?? {}), [["owner", "a"]]);
    assert.equal("name" in bucket, false);
    assert.equal("tags" in bucket, true);
    assert.equal("other" in bucket, false);
    assert.deepEqual({ ...bucket.tags }, { owner: "a" });
  });

  it("keep the places of a list", () => {
    assert.deepEqual(Object.keys(bucket.rules ?? []), ["0", "1"]);
    assert.equal(1 in (bucket.rules ?? []), true);
    assert.equal(2 in (bucket.rules ?? []), false);
  });

  for (const [what, value, path] of [
    ["of a list", { rules: [{}, null] }, "rules[1] is null"],
    ["of a list in a list's object", { rules: [{ names: [null] }] }, "rules[0].names[0] is null"],
    ["of a list in an object", { a: { b: [null] } }, "a.b[0] is null"],
  ] as const) {
    it(`say which entry ${what} is null`, () => {
      assert.throws(
        () => JSON.stringify(withoutNulls<object>(value)),
        (error) => error instanceof MalformedError && String(error) === `MalformedError: ${path}`,
      );
    });
  }

  it("leave a value that is not known yet to be read, and its key to be there", () => {
    const open = withoutNulls(unknownCheckingProxy({ name: unknownSentinel, tags: null }));
    assert.deepEqual(Object.keys(open), ["name"]);
    assert.throws(() => open.name, isUnknownValue);
  });

  it("say by their symbols what they stand for", () => {
    assert.equal(Object.prototype.toString.call(withoutNulls([])), "[object Array]");
    assert.deepEqual([...withoutNulls(["a", "b"])], ["a", "b"]);
    const marked = { [Symbol.toStringTag]: "Marked" };
    assert.equal(Object.prototype.toString.call(withoutNulls(marked)), "[object Marked]");
  });
});
