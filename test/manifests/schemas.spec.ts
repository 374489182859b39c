import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { writeSchemas } from "./schemas";

const definition = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "monitors.example.com" },
  spec: {
    group: "example.com",
    names: { kind: "Monitor" },
    versions: [
      {
        name: "v1",
        schema: {
          openAPIV3Schema: {
            type: "object",
            properties: {
              spec: {
                type: "object",
                required: ["port"],
                properties: {
                  port: { "x-kubernetes-int-or-string": true },
                  default: { type: "object", properties: { size: { type: "integer", default: 1 } } },
                  labels: { type: "object", additionalProperties: { type: "string" } },
                  free: {
                    type: "object",
                    "x-kubernetes-preserve-unknown-fields": true,
                    properties: { a: { type: "string" } },
                  },
                  paused: { type: "boolean", nullable: true },
                },
                oneOf: [{ required: ["labels"] }, { properties: { default: {} }, required: ["default"] }],
              },
            },
          },
        },
      },
    ],
  },
};

describe("schemas from CRDs", () => {
  let accepts: (spec: unknown) => boolean;

  before(() => {
    const folder = mkdtempSync(join(tmpdir(), "schemas-"));
    writeSchemas([definition], folder);
    assert.deepEqual(readdirSync(folder), ["example.com_v1_monitor.json"]);
    const schema = JSON.parse(readFileSync(join(folder, "example.com_v1_monitor.json"), "utf8")) as object;
    rmSync(folder, { recursive: true });
    const validate = new Ajv({ strict: false }).compile(schema);
    accepts = (spec) =>
      validate({ apiVersion: "example.com/v1", kind: "Monitor", metadata: { name: "web" }, spec });
  });

  const labels = { app: "web" };
  const rows: readonly [string, unknown, boolean][] = [
    ["a number where either is meant", { port: 80, labels }, true],
    ["a word where either is meant", { port: "http", labels }, true],
    ["what is neither", { port: true, labels }, false],
    ["a field that nobody named", { port: 80, labels, prot: 1 }, false],
    [
      "such a field deeper down, below a property called like a keyword",
      { port: 80, default: { sise: 1 } },
      false,
    ],
    ["a property called like a keyword", { port: 80, default: { size: 1 } }, true],
    ["any key of a map", { port: 80, labels: { other: "x" } }, true],
    ["a wrong value of a map", { port: 80, labels: { other: 1 } }, false],
    ["what is said to be kept", { port: 80, labels, free: { a: "x", b: 1 } }, true],
    ["null where it is allowed", { port: 80, labels, paused: null }, true],
    ["null where it is not", { port: 80, labels: null }, false],
    ["two of which one is meant", { port: 80, labels, default: {} }, false],
    ["what lacks a field", { labels }, false],
  ];
  for (const [what, spec, expected] of rows) {
    it(`${expected ? "takes" : "refuses"} ${what}`, () => {
      assert.equal(accepts(spec), expected);
    });
  }
});
