import assert from "node:assert/strict";
import { parse } from "yaml";
import { problemsOf, stackValues, withSetting } from "./stackFiles";

describe("the errors of a stack file", () => {
  it("says in its own words, for every key, what was expected", () => {
    const wrong: readonly unknown[] = [5, -1, "?", "", true, null, [], [5], ["?"], {}, { "?": 5 }];
    const paths = pathsOf(stackFile("prod"));
    assert.ok(paths.length > 30);
    let refused = 0;
    for (const path of paths) {
      for (const value of wrong) {
        const problems = problemsOf(withSetting("prod", path, value));
        refused += problems.length;
        for (const problem of problems) {
          assert.doesNotMatch(problem, /Invalid|Too (small|big)|Unrecognized|received|undefined|NaN/, path);
        }
      }
    }
    assert.ok(refused > 200, String(refused));
  });
});

/** A stack's values, as its file holds them. */
function stackFile(stack: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(stackValues(stack)).map(([key, value]) => [key, parse(value) as unknown]),
  );
}

/** Every key below an object, dotted: `network.cidr`. */
function pathsOf(value: object, at: readonly string[] = []): readonly string[] {
  return Object.entries(value).flatMap(([key, field]: [string, unknown]) => [
    [...at, key].join("."),
    ...(typeof field === "object" && field !== null && !Array.isArray(field)
      ? pathsOf(field, [...at, key])
      : []),
  ]);
}
