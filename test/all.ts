/*
 * What `make test` runs: types, lint, format and mocha, all of them whatever fails. The last line says how many checks
 * passed and failed, each test and each of the other three counting one.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Counts } from "./support/countingReporter";

const root = join(__dirname, "..");
const cache = join(root, "node_modules", ".cache");
const countsFile = join(cache, "mocha-counts.json");

void main();

async function main(): Promise<void> {
  mkdirSync(cache, { recursive: true });
  rmSync(countsFile, { force: true });
  // the static checks take one core, the tests another
  const [failedChecks, tests] = await Promise.all([staticChecks(["types", "lint", "format:check"]), mocha()]);
  for (const { name, output } of failedChecks) {
    process.stdout.write(`\n${name} failed:\n${output}\n`);
  }
  const passed = 3 - failedChecks.length + tests.passes;
  const failed = failedChecks.length + tests.failures;
  const summary = `${String(passed)} passed, ${String(failed)} failed\n`;
  writeFileSync(join(cache, "test-summary"), summary);
  process.stdout.write(`\n${summary}`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** The checks that fail, with what they say. */
async function staticChecks(
  names: readonly string[],
): Promise<readonly { readonly name: string; readonly output: string }[]> {
  const failed = [];
  for (const name of names) {
    const child = spawn("npm", ["run", "--silent", name], { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
    if (code !== 0) {
      failed.push({ name, output: `${out}${err}` });
    }
  }
  return failed;
}

/** Runs every test; one that ends without counts, as when a file does not load, is one failure. */
async function mocha(): Promise<Counts> {
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules", "mocha", "bin", "mocha.js"),
      "--reporter=./test/support/countingReporter.ts",
      `--reporter-option=counts=${countsFile}`,
    ],
    { cwd: root, stdio: "inherit" },
  );
  const code = await ended(child);
  const counts = existsSync(countsFile)
    ? (JSON.parse(readFileSync(countsFile, "utf8")) as Counts)
    : { passes: 0, failures: 0 };
  return code !== 0 && counts.failures === 0 ? { ...counts, failures: 1 } : counts;
}

function ended(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve) => child.once("close", resolve));
}
