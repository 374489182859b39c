/*
 * What `make test` runs: types, lint, format and mocha, all of them whatever fails. The last line says how many checks
 * passed and failed, each test and each of the other three counting one; the lines before, what was skipped for want of a
 * tool that the machine lacks and the distribution's packages did not have.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { Counts } from "./support/countingReporter";
import { fetchTools } from "./support/fetchTools";
import { plansVariable } from "./support/plansVariable";

const root = join(__dirname, "..");
const cache = join(root, "node_modules", ".cache");
/** Plans that the processes share, of this run alone. */
const plans = join(cache, "test-plans");

/**
 * The specs, in processes that each hold a part, those that take longest first: a whole program is run hundreds of times, and
 * Pulumi's runtime and the inspector that it opens keep something of each run, in all more than one process may have. A folder that is
 * in no other part is in the last.
 */
const own = [
  "blueprints",
  "components",
  "operations",
  "policy",
  "preview",
  "providers",
  "scorecard",
  "systems",
] as const;
const parts: Readonly<Record<string, readonly string[]>> = {
  program: ["test/*.spec.ts"],
  clouds: [specsOf("providers")],
  preview: [specsOf("preview")],
  systems: [specsOf("blueprints"), specsOf("systems")],
  components: [specsOf("components")],
  policy: [specsOf("policy")],
  operations: [specsOf("operations"), specsOf("scorecard")],
  rest: readdirSync(__dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !own.some((folder) => folder === entry.name))
    .map(({ name }) => specsOf(name)),
};

/** How many processes run beside each other: more than one has cores for takes no less time. */
const lanes = 2;

void main();

function specsOf(folder: string): string {
  return `test/${folder}/**/*.spec.ts`;
}

async function main(): Promise<void> {
  rmSync(plans, { recursive: true, force: true });
  mkdirSync(plans, { recursive: true });
  fetchTools();
  const failedChecks: FailedCheck[] = [];
  const all: Counts[] = [];
  const jobs = [
    async () => {
      failedChecks.push(...(await staticChecks(["types", "lint", "format:check"])));
    },
    ...Object.keys(parts).map((part) => async () => {
      all.push(await mocha(part));
    }),
  ];
  // each lane takes what is next when it is free
  const lane = async (): Promise<void> => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  const tests = all.reduce(
    (sum, { passes, failures }) => ({ passes: sum.passes + passes, failures: sum.failures + failures }),
    { passes: 0, failures: 0 },
  );
  for (const { name, output } of failedChecks) {
    process.stdout.write(`\n${name} failed:\n${output}\n`);
  }
  for (const line of skippedLines(all)) {
    process.stdout.write(`\n${line}\n`);
  }
  const passed = 3 - failedChecks.length + tests.passes;
  const failed = failedChecks.length + tests.failures;
  const summary = `${String(passed)} passed, ${String(failed)} failed\n`;
  writeFileSync(join(cache, "test-summary"), summary);
  process.stdout.write(`\n${summary}`);
  process.exitCode = failed === 0 ? 0 : 1;
}

/** What was skipped, a line for each tool. */
function skippedLines(counts: readonly Counts[]): readonly string[] {
  const skipped = counts.flatMap(({ skippedFor }) => Object.entries(skippedFor));
  return [...new Set(skipped.map(([tool]) => tool))].map((tool) => {
    const tests = skipped.reduce((sum, [name, some]) => (name === tool ? sum + some : sum), 0);
    return `skipped: ${String(tests)} tests, for want of ${tool}, which is neither here nor to be had from the distribution's packages`;
  });
}

interface FailedCheck {
  readonly name: string;
  readonly output: string;
}

/** The checks that fail, with what they say. */
async function staticChecks(names: readonly string[]): Promise<readonly FailedCheck[]> {
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

/** Runs a part's tests; one that ends without counts, as when a file does not load, is one failure. */
async function mocha(part: string): Promise<Counts> {
  const countsFile = join(cache, `mocha-counts-${part}.json`);
  rmSync(countsFile, { force: true });
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules", "mocha", "bin", "mocha.js"),
      "--reporter=./test/support/countingReporter.ts",
      `--reporter-option=counts=${countsFile}`,
      "--no-config",
      "--require=tsx/cjs",
      "--timeout=60000",
      ...(parts[part] ?? []),
    ],
    { cwd: root, stdio: "inherit", env: { ...process.env, [plansVariable]: plans } },
  );
  const code = await ended(child);
  const counts = existsSync(countsFile)
    ? (JSON.parse(readFileSync(countsFile, "utf8")) as Counts)
    : { passes: 0, failures: 0, skippedFor: {} };
  return code !== 0 && counts.failures === 0 ? { ...counts, failures: 1 } : counts;
}

function ended(child: ReturnType<typeof spawn>): Promise<number | null> {
  return new Promise((resolve) => child.once("close", resolve));
}
