import assert from "node:assert/strict";
import { inspect } from "node:util";
import * as check from "../../policy/check";
import { MalformedError, secretMask } from "../../policy/malformed";
import { ifKnown, isUnknownValue, unknownCheckingProxy, unknownSentinel } from "../../policy/unknown";

/** What a function says of each value. */
function saysOf(
  name: string,
  ask: (value: unknown) => unknown,
  rows: readonly (readonly [value: unknown, said: string | number | boolean])[],
): void {
  describe(name, () => {
    for (const [value, said] of rows) {
      it(`of ${inspect(value)} says ${JSON.stringify(said)}`, () => {
        assert.deepEqual(ask(value), said);
      });
    }
  });
}

saysOf("show", check.show, [
  [undefined, "not set"],
  [null, "not set"],
  ["a", '"a"'],
  [0, "0"],
  [["a"], '["a"]'],
]);
saysOf("mustBeOn", (value) => check.mustBeOn(value, "at"), [
  [true, false],
  ["true", false],
  [false, "at is false, expected true"],
  [undefined, "at is not set, expected true"],
]);
saysOf("mustBeOff", (value) => check.mustBeOff(value, "at"), [
  [false, false],
  ["false", false],
  [true, "at is true, expected false"],
  [undefined, "at is not set, expected false"],
]);
saysOf("mustNotBeOn", (value) => check.mustNotBeOn(value, "at"), [
  [undefined, false],
  ["false", false],
  ["true", 'at is "true", expected false or not set'],
]);
saysOf("mustBeOneOf", (value) => check.mustBeOneOf(value, ["a", 1], "at"), [
  ["a", false],
  [1, false],
  ["b", 'at is "b", expected "a" or 1'],
]);
saysOf("mustBeAtLeast", (value) => check.mustBeAtLeast(value, 3, "at"), [
  [3, false],
  [2, "at is 2, expected at least 3"],
  ["4", 'at is "4", expected at least 3'],
  [undefined, "at is not set, expected at least 3"],
]);
saysOf("mustHold", (value) => check.mustHold(value as readonly unknown[] | undefined, ["a", "b"], "at"), [
  [["b", "c", "a"], false],
  [["c"], "at lacks a, b"],
  [["a"], "at lacks b"],
  [undefined, "at lacks a, b"],
]);
saysOf("isSet", (value) => check.isSet({ key: value }, "key"), [
  ["a", true],
  [false, true],
  [0, true],
  ["", false],
  [null, false],
  [undefined, false],
]);
saysOf("isOpenToAll", check.isOpenToAll, [
  ["0.0.0.0/0", true],
  [" 0.0.0.0/0 ", true],
  ["128.0.0.0/1", true],
  ["16.0.0.0/7", true],
  ["17.0.0.0/8", false],
  ["10.0.0.0/17", false],
  ["x10.0.0.0/0", false],
  ["0.0.0.0/0,10.0.0.0/8", false],
  ["::/0", true],
  ["0:0:0:0:0:0:0:0/0", true],
  ["fc00::/7", false],
  [["0.0.0.0/0"], false],
  [undefined, false],
]);
saysOf("prefixLength", check.prefixLength, [
  ["10.0.0.0/8", 8],
  [" 10.0.0.0/16 ", 16],
  ["2001:db8::/128", 128],
  ["10.0.0.0/8 of peers", 0],
  ["10.0.0.0", 0],
  [undefined, 0],
  [8, 0],
]);
saysOf("isWithin", (value) => check.isWithin(value, ["none", "10.0.0.0/8", "fd00::/8"]), [
  ["10.0.0.0/8", true],
  ["10.4.0.0/16", true],
  ["10.0.0.0/7", false],
  ["11.0.0.0/16", false],
  ["fd12::/16", true],
  ["fe80::/10", false],
  ["10.0.0.1", false],
  ["none", false],
  [undefined, false],
]);
saysOf("isPrivateBlock", check.isPrivateBlock, [
  ["10.0.0.0/8", true],
  ["172.16.0.0/12", true],
  ["172.32.0.0/16", false],
  ["192.168.4.0/24", true],
  ["192.169.0.0/16", false],
  ["100.64.0.0/10", true],
  ["100.128.0.0/16", false],
  ["fd00::/8", true],
  ["2001:db8::/32", false],
]);
// Put together here, so that no scanner takes them for what they look like.
const credentials = [
  "AKIA" + "ABCDEFGHIJKLMNOP",
  "ASIA" + "ABCDEFGHIJKLMNOP",
  "AIza" + "0123456789abcdefghijklmnopqrstuvwxy",
  "-----BEGIN RSA " + "PRIVATE KEY-----",
  "eyJ" + "hbGciOiJI.eyJ" + "zdWIiOiIx.c2ln",
  "hvs." + "CAESIJabcdefghijklmnop",
  "ghp_" + "abcdefghijklmnopqrstuvwxyz0123456789",
  "xoxb-" + "1234567890-abc",
  "https://hooks.slack" + ".com/services/T0AB/B0CD/xyz1",
  "postgres://app:" + "hunter2@db/app",
];
saysOf("holdsCredential", check.holdsCredential, [
  ...credentials.flatMap((text) => [[text, true] as const, [`set to ${text} here`, true] as const]),
  ["postgres://app@db/app", false],
  ["postgres://app:${PASSWORD}@db/app", false],
  ["postgres://app:%s@db/app", false],
  ["https://acme.com/a:b@c", false],
  ["AKIAABC", false],
  [[credentials[0]], false],
]);
saysOf("isSecretName", (name) => check.isSecretName(String(name)), [
  ...[
    "adminPassword",
    "DB_PASSWD",
    "passphrase",
    "SLACK_TOKEN",
    "api_key",
    "API-KEY",
    "apiKey",
    "private_key",
    "private-key",
    "PRIVATEKEY",
    "access_key",
    "access-key",
    "accessKey",
    "secret_key",
    "secret-key",
    "secretKey",
    "client_secret",
    "client-secret",
    "clientSecret",
    "routing_key",
    "routing-key",
    "routingKey",
    "credential",
    "GOOGLE_CREDENTIALS",
  ].map((name) => [name, true] as const),
  ...["passwordSecretName", "tokens", "keyName", "PUBLIC_KEY", "api.key", "credentialsFile"].map(
    (name) => [name, false] as const,
  ),
]);

describe("what is not known yet", () => {
  const props = unknownCheckingProxy<{ key?: string }>({ key: unknownSentinel });

  it("is set", () => {
    assert.equal(check.isSet(props, "key"), true);
    assert.equal(check.mustBeSet(props, "key"), false);
  });

  it("reads as nothing where that will do", () => {
    assert.equal(
      ifKnown(() => props.key),
      undefined,
    );
    assert.equal(
      ifKnown(() => "a"),
      "a",
    );
  });

  it("is nothing that another error may pass for", () => {
    const failing = new Proxy<{ key?: string }>({}, { get: () => assert.fail("broken") });
    assert.throws(() => check.isSet(failing, "key"), /broken/);
    assert.throws(() => ifKnown(() => failing.key), /broken/);
  });
});

describe("mustBeSet", () => {
  it("names the property, or the path where one is given", () => {
    assert.equal(check.mustBeSet<{ key?: string }>({}, "key"), "key is not set");
    assert.equal(check.mustBeSet<{ key?: string }>(undefined, "key", "a.key"), "a.key is not set");
    assert.equal(check.mustBeSet({ key: "x" }, "key"), false);
  });
});

describe("objectAt", () => {
  it("hands on an object, and nothing for none", () => {
    const value = { a: 1 };
    assert.equal(check.objectAt(value, "at"), value);
    assert.equal(check.objectAt(null, "at"), undefined);
    assert.equal(check.objectAt(undefined, "at"), undefined);
  });

  it("says that a text is none, and leaves a masked one open", () => {
    assert.throws(
      () => check.objectAt("x", "at"),
      (error) => error instanceof MalformedError && error.message === "at is a text, expected an object",
    );
    assert.throws(
      () => check.objectAt(secretMask, "at"),
      (error) => isUnknownValue(error) && error.props[0] === "at",
    );
  });
});
