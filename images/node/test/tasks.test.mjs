import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { runTask } from "../src/task.mjs";

const folder = new URL("..", import.meta.url);

/** Runs what a blueprint's command names, as a Job does. */
async function run(program, environment) {
  const { PATH } = process.env;
  const child = spawn("node", [program], { cwd: folder, env: { PATH, ...environment } });
  const [said, [status]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const lines = said
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(lines.length, 1);
  return { status, said: lines[0] };
}

for (const [task, did] of [
  ["migrate", { migrations: 0 }],
  ["recrawl", { pages: 0 }],
]) {
  test(`${task} ends well once its stores answer, and says what it did`, async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const stores = { PGHOST: "127.0.0.1", PGPORT: String(server.address().port) };
      const told = { OTEL_SERVICE_NAME: "backend-api", SERVICE_VERSION: "1.4.2", ...stores };
      const { status, said } = await run(`dist/${task}.js`, told);
      const { time, ...rest } = said;
      assert.ok(!Number.isNaN(Date.parse(time)));
      assert.deepEqual(
        { status, ...rest },
        {
          status: 0,
          level: "info",
          message: `${task}: done`,
          ...{ task, service: "backend-api", version: "1.4.2", stores: { postgres: "reachable" }, ...did },
        },
      );
    } finally {
      server.close();
    }
  });
}

test("fails where a store does not answer, and names it", async () => {
  const { status, said } = await run("dist/migrate.js", { PGHOST: "127.0.0.1", PGPORT: "1" });
  assert.equal(status, 1);
  assert.equal(said.message, "migrate: no answer from postgres");
});

test("fails where its work does", async () => {
  const fails = () => {
    throw new Error("no");
  };
  assert.equal(await runTask("migrate", fails, {}), 1);
});
