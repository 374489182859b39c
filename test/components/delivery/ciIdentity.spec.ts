import assert from "node:assert/strict";
import { githubSubject } from "../../../components/delivery/ciIdentity";

describe("the subject of a workflow's token", () => {
  it("is of one branch of one repository, main unless said", () => {
    assert.equal(githubSubject({ repository: "example/seo" }), "repo:example/seo:ref:refs/heads/main");
    assert.equal(
      githubSubject({ repository: "example/seo", branch: "release/1" }),
      "repo:example/seo:ref:refs/heads/release/1",
    );
  });

  for (const [what, args, message] of [
    ["a repository without an owner", { repository: "seo" }, /^repository: expected owner\/name, got "seo"$/],
    ["every repository of an owner", { repository: "example/*" }, /^repository: expected owner\/name/],
    [
      "every branch",
      { repository: "example/seo", branch: "*" },
      /^branch: expected a branch's name, got "\*"$/,
    ],
    ["a quote that ends a condition", { repository: "a/b", branch: 'x" || true' }, /^branch: expected/],
    [
      "more than Workload Identity Federation takes",
      { repository: `example/${"a".repeat(100)}` },
      /^repository and branch: expected a subject of at most 127 characters, got 133/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      assert.throws(() => githubSubject(args), { name: "RangeError", message });
    });
  }
});
