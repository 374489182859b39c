import assert from "node:assert/strict";
import { inspect } from "node:util";
import { containersOf } from "../../policy/containerDefinitions";
import { MalformedError, secretMask } from "../../policy/malformed";
import { isForEveryone, statementsOf } from "../../policy/policyDocument";
import { isUnknownValue } from "../../policy/unknown";

const malformed = (message: string) => (error: unknown) =>
  error instanceof MalformedError && error.message === message;
const openAt = (path: string) => (error: unknown) => isUnknownValue(error) && error.props[0] === path;

describe("statementsOf", () => {
  const statement = {
    Effect: "Allow",
    Principal: { AWS: ["arn:a", "arn:b"], Service: "s3.amazonaws.com" },
    Action: "s3:GetObject",
    Resource: ["a", "b"],
    Condition: { Bool: { "aws:SecureTransport": "true" }, StringEquals: { a: ["x", "y"] } },
  };
  const read = {
    allow: true,
    actions: ["s3:GetObject"],
    allActionsBut: false,
    resources: ["a", "b"],
    principals: ["arn:a", "arn:b", "s3.amazonaws.com"],
    conditions: { "Bool aws:SecureTransport": ["true"], "StringEquals a": ["x", "y"] },
  };

  it("reads a document and its text alike, a statement alone or in a list", () => {
    for (const given of [{ Statement: statement }, { Statement: [statement] }]) {
      assert.deepEqual(statementsOf(given, "policy"), [read]);
      assert.deepEqual(statementsOf(JSON.stringify(given), "policy"), [read]);
    }
  });

  it("reads what is left out as nothing, and NotAction as all but those", () => {
    assert.deepEqual(statementsOf({ Statement: { Effect: "Deny", Principal: "*", NotAction: "a:*" } }, "p"), [
      { allow: false, actions: [], allActionsBut: true, resources: [], principals: ["*"], conditions: {} },
    ]);
  });

  for (const none of [undefined, null, ""]) {
    it(`finds none in ${inspect(none)}`, () => {
      assert.deepEqual(statementsOf(none, "policy"), []);
    });
  }

  for (const [given, message] of [
    ["allow", "policy is no JSON"],
    ["{}", "policy has no statement"],
    [{ Statement: [] }, "policy has no statement"],
    [{ Statement: null }, "policy has no statement"],
    ["null", "policy has no statement"],
    ["3", "policy has no statement"],
    [3, "policy has no statement"],
  ] as const) {
    it(`takes ${inspect(given)} for none`, () => {
      assert.throws(() => statementsOf(given, "policy"), malformed(message));
    });
  }

  it("leaves a masked one open", () => {
    assert.throws(() => statementsOf(secretMask, "policy"), openAt("policy"));
  });
});

describe("isForEveryone", () => {
  for (const [what, given, said] of [
    ["everyone", { Effect: "Allow", Principal: "*" }, true],
    ["everyone of AWS", { Effect: "Allow", Principal: { AWS: ["arn:a", "*"] } }, true],
    ["a denial", { Effect: "Deny", Principal: "*" }, false],
    ["somebody", { Effect: "Allow", Principal: { AWS: "arn:a" } }, false],
    ["nobody", { Effect: "Allow" }, false],
    [
      "everyone on a condition",
      { Effect: "Allow", Principal: "*", Condition: { StringEquals: { a: "b" } } },
      false,
    ],
  ] as const) {
    it(`is ${String(said)} of ${what}`, () => {
      assert.deepEqual(statementsOf({ Statement: given }, "policy").map(isForEveryone), [said]);
    });
  }
});

describe("containersOf", () => {
  const bare = {
    name: "",
    image: "",
    essential: true,
    user: "",
    privileged: undefined,
    readonlyRootFilesystem: undefined,
    logDriver: undefined,
    dropped: [],
    added: [],
    environment: {},
  };

  it("reads a list and its text alike", () => {
    const given = [
      {
        name: "web",
        image: "acme/web:1",
        essential: false,
        user: "1000",
        privileged: false,
        readonlyRootFilesystem: true,
        logConfiguration: { logDriver: "awslogs" },
        linuxParameters: { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } },
        environment: [{ name: "A", value: "1" }],
      },
    ];
    const read = {
      name: "web",
      image: "acme/web:1",
      essential: false,
      user: "1000",
      privileged: false,
      readonlyRootFilesystem: true,
      logDriver: "awslogs",
      dropped: ["ALL"],
      added: ["NET_BIND_SERVICE"],
      environment: { A: "1" },
    };
    assert.deepEqual(containersOf(given), [read]);
    assert.deepEqual(containersOf(JSON.stringify(given)), [read]);
  });

  it("reads what is left out, null or of another type as nothing", () => {
    const odd = { name: 3, linuxParameters: null, logConfiguration: "x", environment: "y" };
    assert.deepEqual(containersOf([{}, null, odd, "z"]), [bare, bare, bare, bare]);
  });

  for (const [given, message] of [
    ["[", "containerDefinitions is no JSON"],
    ["{}", "containerDefinitions is no list"],
    [undefined, "containerDefinitions is no list"],
  ] as const) {
    it(`takes ${inspect(given)} for none`, () => {
      assert.throws(() => containersOf(given), malformed(message));
    });
  }

  it("leaves masked ones open", () => {
    assert.throws(() => containersOf(secretMask), openAt("containerDefinitions"));
  });
});
