import assert from "node:assert/strict";
import { compileFunction } from "node:vm";
import * as pulumi from "@pulumi/pulumi";
import { addressLookup } from "../../../providers/gcp/kafkaAddress";

const cluster = "projects/example-prod/locations/us-east1/clusters/main-kafka";
const asked = { cluster, createTime: "2026-01-01T00:00:00Z", projectId: "example-prod", token: "ya29.token" };

/** Runs something while the API answers so, and says what it was asked. */
async function answering<T>(
  status: number,
  body: unknown,
  run: () => Promise<T>,
): Promise<{ readonly calls: readonly string[]; readonly result: T }> {
  const calls: string[] = [];
  const real = globalThis.fetch;
  globalThis.fetch = (input, init) => {
    const headers = new Headers(init?.headers);
    const said = ["authorization", "x-goog-user-project"].map((name) => headers.get(name) ?? "-");
    calls.push([input instanceof Request ? input.url : String(input), ...said].join(" "));
    return Promise.resolve(new Response(JSON.stringify(body), { status }));
  };
  try {
    return { calls, result: await run() };
  } finally {
    globalThis.fetch = real;
  }
}

describe("the lookup of a Kafka cluster's address", () => {
  const found = { bootstrapAddress: "bootstrap-a1.b2.us-east1.managedkafka.s.cloud.goog" };

  it("asks the API as whoever runs the update, and keeps no token", async () => {
    const { calls, result } = await answering(200, found, () => addressLookup.create(asked));
    assert.deepEqual(calls, [
      `https://managedkafka.googleapis.com/v1/${cluster} Bearer ya29.token example-prod`,
    ]);
    const { cluster: name, createTime } = asked;
    assert.deepEqual(result, { id: cluster, outs: { cluster: name, createTime, ...found } });
  });

  for (const [status, body, message] of [
    [403, {}, /expected status 200, got 403$/],
    [200, {}, /expected a bootstrapAddress, got none$/],
    [200, { bootstrapAddress: "" }, /expected a bootstrapAddress, got none$/],
  ] as const) {
    it(`fails on ${status} ${JSON.stringify(body)}, naming the cluster and no token`, async () => {
      await assert.rejects(
        answering(status, body, () => addressLookup.create(asked)),
        (error: Error) =>
          message.test(error.message) && error.message.includes(cluster) && !error.message.includes("ya29"),
      );
    });
  }

  for (const [change, replaces] of [
    [{ token: "another" }, []],
    [{ createTime: "2026-02-01T00:00:00Z" }, ["cluster"]],
    [{ cluster: `${cluster}-2` }, ["cluster"]],
  ] as const) {
    it(`${replaces.length === 0 ? "is not repeated" : "is repeated"} for ${JSON.stringify(change)}`, async () => {
      const diff = await addressLookup.diff(cluster, asked, { ...asked, ...change });
      assert.deepEqual([diff.changes, diff.replaces], [replaces.length > 0, replaces]);
    });
  }

  it("runs in the engine's own process: what is sent there finds everything it uses", async () => {
    const { text } = await pulumi.runtime.serializeFunction(() => addressLookup);
    const sent: { handler?: () => typeof addressLookup } = {};
    // as Pulumi's plugin for dynamic providers does
    // of these two parameters, and of no result
    const load = compileFunction(text, ["exports", "require"]) as (to: object, from: typeof require) => void;
    load(sent, require);
    const provider = sent.handler?.() ?? assert.fail("nothing was sent");
    const { result } = await answering(200, found, () => provider.create(asked));
    assert.equal(result.id, cluster);
  });
});
