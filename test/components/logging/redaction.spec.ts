import assert from "node:assert/strict";
import {
  defaultRedactions,
  type Redaction,
  redactionRules,
  redactions,
  redactionsOf,
} from "../../../components/logging/redaction";

/** What Alloy's stage makes of a line: each group is replaced, and what stands around it stays. */
function redacted(line: string, kinds: readonly Redaction[]): string {
  return redactionsOf(kinds).reduce((text, { pattern, replacement }) => {
    const found = [...text.matchAll(new RegExp(pattern, "dg"))].reverse();
    return found.reduce((whole, match) => {
      const [start, end] =
        match.indices?.slice(1).find((group) => group !== undefined) ?? assert.fail(pattern);
      return whole.slice(0, start) + replacement + whole.slice(end);
    }, text);
  }, line);
}

const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N";

const taken: Readonly<Record<Redaction, readonly (readonly [string, string])[]>> = {
  bearerToken: [
    ["Authorization: Bearer abcdefghijklmnop123456==", "Authorization: Bearer [token]"],
    ['{"authorization":"basic dXNlcjpwYXNzd29yZDEyMw=="}', '{"authorization":"basic [token]"}'],
    [`{"token":"${jwt}"}`, '{"token":"[token]"}'],
    [`GET /?access_token=${jwt} 200`, "GET /?access_token=[token] 200"],
  ],
  cardNumber: [
    ["paid by 4032032513548443 today", "paid by [card] today"],
    ['{"card":"4032-0325-1354-8443"}', '{"card":"[card]"}'],
    ["5500 0000 0000 0004", "[card]"],
    ["2221000000000009", "[card]"],
    ["amex 378282246310005", "amex [card]"],
    ["6011111111111117,6511111111111111", "[card],[card]"],
  ],
  email: [
    ['{"user":"jane.doe+test@mail.example.co.uk"}', '{"user":"[email]"}'],
    ["/reset?mail=jane%40example.com&x=1", "/reset?mail=[email]&x=1"],
    ["from a@b.io to c_d@e.org", "from [email] to [email]"],
  ],
  ipAddress: [
    ['"remote_addr":"203.0.113.7"', '"remote_addr":"[ip]"'],
    ["from 8.8.8.8:443 and 172.15.0.1 and 192.169.1.1", "from [ip]:443 and [ip] and [ip]"],
    ["from 2001:db8::8a2e:370:7334 at", "from [ip] at"],
  ],
};

const kept: Readonly<Record<Redaction, readonly string[]>> = {
  bearerToken: ["the bearer of this", "Bearer realm=x", "eyJust.a.word"],
  cardNumber: [
    '{"time":1732212345678}',
    "1732212345678901",
    "1732212345678901234",
    "order 40320325135484439999",
    "build 4032",
    "id 9032032513548443",
  ],
  email: ["@angular/core@17.0.0", "user@host", "a @ b.c"],
  ipAddress: [
    "10.0.1.2",
    "127.0.0.1:3100",
    "172.16.0.1 172.31.255.255",
    "192.168.1.1",
    "2026-11-21T18:00:00Z",
    "version 1.2.3",
  ],
};

describe("what is taken out of log lines", () => {
  for (const kind of redactions) {
    for (const [line, expected] of taken[kind]) {
      it(`is a ${kind}: ${line}`, () => {
        assert.equal(redacted(line, [kind]), expected);
      });
    }
    for (const line of kept[kind]) {
      it(`is no ${kind}: ${line}`, () => {
        assert.equal(redacted(line, [kind]), line);
      });
    }

    it(`of kind ${kind} is written so that RE2 reads it as others do, and leaves JSON as it is`, () => {
      const { pattern, replacement } = redactionRules[kind];
      // neither look-around nor back-references, and no group that has a name or flags
      assert.doesNotMatch(pattern, /\(\?(?!:)|\\[1-9]/);
      assert.equal(JSON.stringify(replacement), `"${replacement}"`);
    });
  }

  it("is not to be found in what takes its place", () => {
    const all = redactions.flatMap((kind) => taken[kind].map(([line]) => line)).join(" ");
    const once = redacted(all, redactions);
    assert.equal(redacted(once, redactions), once);
    assert.doesNotMatch(once, /@|eyJ|4032|203\.0|2001/);
  });

  it("is everything but addresses of the internet, unless a blueprint says so", () => {
    assert.deepEqual(
      redactions.filter((kind) => !defaultRedactions.includes(kind)),
      ["ipAddress"],
    );
    assert.deepEqual(redactionsOf([]), []);
    assert.deepEqual(redactionsOf(["email", "bearerToken"]), [
      redactionRules.bearerToken,
      redactionRules.email,
    ]);
  });
});
