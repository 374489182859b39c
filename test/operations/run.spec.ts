import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

const root = join(__dirname, "../..");

/** Says how often it is asked to stop, and takes its time for that, as Pulumi does. */
const slow = `
  let asked = 0;
  process.on("SIGINT", () => {
    asked += 1;
    if (asked === 1) setTimeout(() => { console.log("stopped, asked " + asked); process.exit(3); }, 400);
  });
  setTimeout(() => process.exit(9), 20_000);
  console.log("ready");
`;

/** A command that runs it, and says how it ended. */
const command = `
  const { runProgram } = require("./operations/run");
  const options = { show: true, stopsItself: true };
  void runProgram(process.execPath, ["-e", process.argv[1]], options).then(({ status, stdout }) => {
    console.log(status + ": " + stdout.trim().split("\\n").at(-1));
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => console.log("still there"), 500);
  });
`;

describe("A program that stops by itself", () => {
  for (const signals of [["SIGINT"], ["SIGTERM"], ["SIGINT", "SIGINT"]] as const) {
    it(`is asked once and waited for at ${signals.join(" and ")}, and afterwards the command ends at once`, async () => {
      const child = spawn(process.execPath, ["--require", "tsx/cjs", "-e", command, slow], { cwd: root });
      const ended = Promise.all([text(child.stdout), once(child, "close")]);
      await once(child.stderr, "data");
      for (const signal of signals) {
        child.kill(signal);
        // two at once are one to the system
        await sleep(100);
      }
      const [said, [, signal]] = (await ended) as [string, [number | null, string | null]];
      assert.equal(said, "3: stopped, asked 1\n");
      assert.equal(signal, "SIGTERM");
    });
  }
});
