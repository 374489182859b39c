import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Former, leave } from "./formerState";

const type = "aws:rds/instance:Instance";
const urn = (name: string): string => `urn:pulumi:prod::groundwork::${type}::${name}`;
const held = (name: string, fields: object) => ({ urn: urn(name), type, inputs: fields, outputs: fields });
const version: Former = { type, name: "main", input: "engineVersion", value: "16.8" };

describe("a state that a former program left", () => {
  let state: string;
  /** A CLI that keeps a state. */
  const cli = {
    quiet: (_command: string, verb: string, _option?: string, file?: string): string => {
      if (verb === "import") state = readFileSync(file ?? "", "utf8");
      return state;
    },
  };
  const resources = (): unknown =>
    (JSON.parse(state) as { deployment: { resources: unknown } }).deployment.resources;

  beforeEach(() => {
    const main = held("main", { engineVersion: "16", place: { zone: "a" } });
    state = JSON.stringify({ deployment: { resources: [main, held("other", { engineVersion: "16" })] } });
  });

  it("has the input and the output of that resource alone, wherever it lies, until it is taken back", () => {
    const before = state;
    const undo = leave(cli, [version, { ...version, input: "place.zone", value: "b" }]);
    assert.deepEqual(resources(), [
      held("main", { engineVersion: "16.8", place: { zone: "b" } }),
      held("other", { engineVersion: "16" }),
    ]);
    undo();
    assert.equal(state, before);
  });

  for (const [what, missing] of [
    ["resource", { ...version, name: "none" }],
    ["input", { ...version, input: "engine" }],
  ] as const) {
    it(`is none without the ${what}`, () => {
      assert.throws(
        () => leave(cli, [missing]),
        /expected one aws:rds\/instance:Instance (none|main) with the input/,
      );
    });
  }
});
