import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { needTool, skipFor } from "./tools";

const root = join(__dirname, "../..");
const cache = join(root, "node_modules/.cache/samples");

/** Sample services of `images/` that tests start as processes of their own, without containers. */
export const startedSamples = ["node", "go", "python"] as const;
export type StartedSample = (typeof startedSamples)[number];

/** Those of which tests need more than a language: a browser, or a build of most of a minute. */
export type LargeSample = "nextjs" | "puppeteer";

/** How a program is called, and from where. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** A sample that can be started. */
export interface PreparedSample {
  readonly service: Command;
  /** What the image's HEALTHCHECK calls. */
  readonly probe: Command;
  /** Its own tests, in its own language. */
  readonly tests: Command;
}

/** Longest that a sample's packages may take to come, milliseconds. */
const patience = 150_000;

/** How npm, pip and Go say that there is no registry to be had, or no release of the language that is new enough. */
const wanting =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|NewConnectionError|name resolution|dial tcp|requires go >=/;

/**
 * Fetches what a sample is made of, once for each of its lock files, beside what the root has. Where a language or a registry
 * is not to be had the test is skipped and counted so.
 */
export function prepareSample(test: Mocha.Context, name: StartedSample | LargeSample): PreparedSample {
  const source = join(root, "images", name);
  const folder = join(cache, name);
  mkdirSync(folder, { recursive: true });
  const run = (program: string, args: readonly string[], cwd: string) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd, timeout: patience, encoding: "utf8" });
    if (status === 0) return;
    const said = `${stdout}\n${stderr}`;
    if (status === null || wanting.test(said)) skipFor(test, `the packages of images/${name}`);
    throw new Error(`${program} ${args.join(" ")}: ended with ${String(status)}\n${said}`);
  };
  const lockedBy = (lock: string, fetch: () => void) => {
    const stamp = join(folder, "fetched-by");
    const wanted = readFileSync(join(source, lock), "utf8");
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
    rmSync(stamp, { force: true });
    fetch();
    writeFileSync(stamp, wanted);
  };
  return samplers[name]({ test, source, folder, run, lockedBy });
}

/** What Next.js builds from. */
const nextjsParts = ["app", "service", "instrumentation.js", "next.config.mjs"] as const;

/** File beside a build of Next.js with what it was built from. */
const builtBy = "built-by";

/** Digest of all that Next.js builds from. */
function nextjsSources(): string {
  const source = join(root, "images/nextjs");
  const files = [...nextjsParts, "package.json", "package-lock.json"].flatMap((part) =>
    statSync(join(source, part)).isDirectory()
      ? readdirSync(join(source, part), { recursive: true, encoding: "utf8" }).map((leaf) => join(part, leaf))
      : [part],
  );
  const hash = createHash("sha256");
  for (const file of files.sort().filter((one) => statSync(join(source, one)).isFile())) {
    hash.update(`${file}\n`).update(readFileSync(join(source, file)));
  }
  return hash.digest("hex");
}

/** Builds the front end where tests look for it. */
export function buildNextjs(): void {
  const folder = join(cache, "nextjs");
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, builtBy), { force: true });
  for (const part of [...nextjsParts, "package.json", "package-lock.json"]) {
    rmSync(join(folder, part), { recursive: true, force: true });
    cpSync(join(root, "images/nextjs", part), join(folder, part), { recursive: true });
  }
  for (const args of [
    ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
    ["run", "build"],
  ]) {
    const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
    const { status } = spawnSync("npm", args, { cwd: folder, stdio: "inherit", env });
    if (status !== 0) throw new Error(`npm ${args.join(" ")}: ended with ${String(status)}`);
  }
  cpSync(join(folder, ".next/static"), join(folder, ".next/standalone/.next/static"), { recursive: true });
  writeFileSync(join(folder, builtBy), nextjsSources());
}

/** Has a sample's files beside its packages. */
function copied({ source, folder }: Sampler, ...parts: readonly string[]): void {
  for (const part of [...parts, "package.json", "package-lock.json"]) {
    rmSync(join(folder, part), { recursive: true, force: true });
    cpSync(join(source, part), join(folder, part), { recursive: true });
  }
}

function packagesOf({ folder, run, lockedBy }: Sampler): void {
  lockedBy("package-lock.json", () => {
    run("npm", ["ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], folder);
  });
}

interface Sampler {
  readonly test: Mocha.Context;
  readonly source: string;
  readonly folder: string;
  readonly run: (program: string, args: readonly string[], cwd: string) => void;
  /** Fetches what is not there yet, as the lock file says it. */
  readonly lockedBy: (lock: string, fetch: () => void) => void;
}

const samplers: Readonly<Record<StartedSample | LargeSample, (sampler: Sampler) => PreparedSample>> = {
  node: (sampler) => {
    copied(sampler, "src", "dist", "test");
    packagesOf(sampler);
    const command = (...args: readonly string[]) => ({
      program: process.execPath,
      args,
      cwd: sampler.folder,
    });
    return {
      service: command("src/main.mjs"),
      probe: command("src/probe.mjs"),
      tests: command("--test", "test/service.test.mjs", "test/tasks.test.mjs"),
    };
  },
  puppeteer: (sampler) => {
    copied(sampler, "src", "test");
    packagesOf(sampler);
    const command = (...args: readonly string[]) => ({
      program: process.execPath,
      args,
      cwd: sampler.folder,
    });
    return {
      service: command("src/main.mjs"),
      probe: command("src/probe.mjs"),
      tests: command("--test", "test/egress.test.mjs"),
    };
  },
  nextjs: ({ test, folder }) => {
    const built = join(folder, ".next/standalone");
    const isBuilt =
      existsSync(join(folder, builtBy)) && readFileSync(join(folder, builtBy), "utf8") === nextjsSources();
    if (!isBuilt) skipFor(test, "the build of images/nextjs (npm run images:samples)");
    const command = (file: string) => ({ program: process.execPath, args: [file], cwd: built });
    const probe = command(join(folder, "service/probe.mjs"));
    return { service: command("server.js"), probe, tests: probe };
  },
  go: ({ test, source, folder, run }) => {
    const go = needTool(test, "go");
    const program = join(folder, "sample");
    run(go, ["build", "-mod=readonly", "-o", program, "."], source);
    return {
      service: { program, args: [], cwd: folder },
      probe: { program, args: ["probe"], cwd: folder },
      tests: { program: go, args: ["test", "-mod=readonly", "./..."], cwd: source },
    };
  },
  python: ({ test, source, folder, run, lockedBy }) => {
    const python = needTool(test, "python3");
    // of 3.11 are the newest parts of the standard library that it uses
    const { status } = spawnSync(python, ["-c", "import sys; sys.exit(sys.version_info < (3, 11))"]);
    if (status !== 0) skipFor(test, "Python 3.11");
    const program = join(folder, "venv/bin/python");
    lockedBy("requirements.txt", () => {
      rmSync(join(folder, "venv"), { recursive: true, force: true });
      run(python, ["-m", "venv", "venv"], folder);
      const args = ["--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"];
      run(
        program,
        ["-m", "pip", "install", ...args, "--requirement", join(source, "requirements.txt")],
        folder,
      );
    });
    const main = join(source, "main.py");
    return {
      service: { program, args: ["-B", main], cwd: folder },
      probe: { program, args: ["-B", main, "probe"], cwd: folder },
      tests: { program, args: ["-B", "-m", "unittest", "discover", "-s", "tests", "-t", "."], cwd: source },
    };
  },
};

/** A process of a sample, and what it has written. */
export interface RunningSample {
  readonly child: ChildProcess;
  readonly url: string;
  readonly metricsUrl: string;
  readonly lines: () => readonly string[];
  /** The status with which it ends. */
  readonly ended: Promise<number | null>;
}

/** Starts a sample on ports that nobody has. */
export async function startSample(
  { program, args, cwd }: Command,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningSample> {
  const [port, metricsPort] = [await freePort(), await freePort()];
  const child = spawn(program, args, {
    cwd,
    env: {
      PATH: process.env["PATH"],
      PORT: String(port),
      OTEL_EXPORTER_PROMETHEUS_PORT: String(metricsPort),
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (output += part));
  }
  return {
    child,
    url: `http://127.0.0.1:${environment["PORT"] ?? port}`,
    metricsUrl: `http://127.0.0.1:${environment["OTEL_EXPORTER_PROMETHEUS_PORT"] ?? metricsPort}`,
    lines: () => output.split("\n").filter((line) => line !== ""),
    ended: new Promise((resolve) => child.once("close", resolve)),
  };
}

/** Waits until it is ready, at most 20 seconds. */
export async function untilReady({ url, lines, child }: RunningSample): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline && child.exitCode === null) {
    const ready = await fetch(`${url}/readyz`).catch(() => undefined);
    if (ready?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`never ready:\n${lines().join("\n")}`);
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
