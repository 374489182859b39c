import assert from "node:assert/strict";
import { createRequire } from "node:module";

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}
type Answer = (call: Call) => number;
interface Code {
  readonly access: (
    call: (method: string, path: string, body?: unknown) => Promise<number>,
  ) => (event: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly signed: (request: Readonly<Record<string, unknown>>) => Readonly<Record<string, string>>;
}
const { access, signed } = createRequire(__filename)(
  "../../../providers/aws/functions/searchAccess.cjs",
) as Code;

const roleArn = "arn:aws:iam::210987654321:role/api-1234567";
const tables = "/_plugins/_security/api";

/** What the function sends for an event, to a domain that answers so. */
async function sent(event: Readonly<Record<string, unknown>>, answer: Answer = () => 200): Promise<Call[]> {
  const calls: Call[] = [];
  await access((method, path, body) => {
    const call = { method, path, ...(body !== undefined && { body }) };
    calls.push(call);
    return Promise.resolve(answer(call));
  })(event);
  return calls;
}

describe("the function that lets roles into a domain", () => {
  for (const [asked, cluster, index] of [
    ["read", ["cluster_composite_ops_ro"], ["read", "indices_monitor"]],
    ["readWrite", ["cluster_composite_ops", "cluster_monitor"], ["crud", "create_index", "manage"]],
  ] as const) {
    for (const action of ["create", "update"]) {
      it(`writes a role and whose it is on ${action} of ${asked}`, async () => {
        assert.deepEqual(await sent({ user: "api", access: asked, roleArn, tf: { action } }), [
          {
            method: "PUT",
            path: `${tables}/roles/api`,
            body: {
              cluster_permissions: cluster,
              index_permissions: [{ index_patterns: ["*"], allowed_actions: index }],
            },
          },
          { method: "PUT", path: `${tables}/rolesmapping/api`, body: { backend_roles: [roleArn] } },
        ]);
      });
    }
  }

  it("takes both away again, and is content where they are gone", async () => {
    const event = { user: "api", access: "read", roleArn, tf: { action: "delete" } };
    assert.deepEqual(await sent(event, () => 404), [
      { method: "DELETE", path: `${tables}/rolesmapping/api` },
      { method: "DELETE", path: `${tables}/roles/api` },
    ]);
  });

  for (const [what, event, answer, message] of [
    ["a domain that refuses", {}, 403, /PUT .*roles\/api: expected 200 or 201, got 403/],
    ["a deletion that fails", { tf: { action: "delete" } }, 500, /DELETE .*: expected 200 or 404, got 500/],
    ["a name that is a path", { user: "../internalusers/a" }, 200, /user: expected letters/],
    ["an access that is none", { access: "all_access" }, 200, /access: expected read or readWrite/],
    ["an access of every object", { access: "constructor" }, 200, /access: expected read or readWrite/],
    ["whoever is no role", { roleArn: "*" }, 200, /roleArn: expected a role/],
  ] as const) {
    it(`fails on ${what}`, async () => {
      const whole = { user: "api", access: "read", roleArn, tf: { action: "create" }, ...event };
      await assert.rejects(
        sent(whole, () => answer),
        message,
      );
    });
  }

  // get-vanilla of AWS's own test suite of Signature Version 4
  const vanilla = {
    method: "GET",
    host: "example.amazonaws.com",
    path: "/",
    region: "us-east-1",
    service: "service",
    credentials: {
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    },
    now: new Date("2015-08-30T12:36:00.000Z"),
  };

  it("signs as AWS does", () => {
    assert.deepEqual(signed(vanilla), {
      host: "example.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    });
  });

  it("signs the session's token and the body as well", () => {
    const session = { ...vanilla, credentials: { ...vanilla.credentials, sessionToken: "token" } };
    const { authorization = "", ...headers } = signed(session);
    assert.equal(headers["x-amz-security-token"], "token");
    assert.match(authorization, /SignedHeaders=host;x-amz-date;x-amz-security-token,/);
    assert.notEqual(signed({ ...session, body: "{}" })["authorization"], authorization);
  });
});
