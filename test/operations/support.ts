import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { runOperations } from "../../operations/commandLine";
import type { Machine } from "../../operations/machine";
import type { Ended, Run } from "../../operations/run";

/** What a command printed, and the status that it would exit with. */
export interface CommandEnded {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an operator's command on a machine of the test's own. */
export async function operations(
  machine: Partial<Machine>,
  ...args: readonly string[]
): Promise<CommandEnded> {
  const stdout = collecting(process.stdout);
  const stderr = collecting(process.stderr);
  try {
    const status = await runOperations(args, { ...away, ...machine });
    return { status, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    stdout.stop();
    stderr.stop();
  }
}

/** A machine with no program, no network and one moment. */
const away: Machine = {
  run: (program, args, options) => noPrograms(program, args, options),
  env: {},
  ask: () => Promise.reject(new Error("no network")),
  certificateOf: () => Promise.reject(new Error("no network")),
  now: () => new Date("2026-11-21T12:00:00Z"),
  sleep: () => Promise.resolve(),
};

const noPrograms: Run = (program) =>
  Promise.resolve({ status: 127, stdout: "", stderr: `${program}: command not found` });

/** A program that was run. */
export interface Called {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What a fake answers to a call: what it prints, or how it ends. */
export type Answer = string | Partial<Ended> | undefined;

/** A machine whose programs answer as the test says; one that it says nothing about is not there. */
export function fakeRun(answer: (called: Called) => Answer): { readonly run: Run; readonly calls: Called[] } {
  const calls: Called[] = [];
  const run: Run = (program, args, { cwd, env } = {}) => {
    const called = { program, args, ...(cwd !== undefined && { cwd }), ...(env !== undefined && { env }) };
    calls.push(called);
    const given = answer(called);
    if (given === undefined) return Promise.resolve({ status: 127, stdout: "", stderr: "" });
    const ended = typeof given === "string" ? { stdout: given } : given;
    return Promise.resolve({ status: 0, stdout: "", stderr: "", ...ended });
  };
  return { run, calls };
}

function collecting(stream: NodeJS.WriteStream): { readonly text: () => string; readonly stop: () => void } {
  const write = stream.write.bind(stream);
  const chunks: string[] = [];
  stream.write = (chunk: string | Uint8Array): boolean => {
    chunks.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    return true;
  };
  return {
    text: () => chunks.join(""),
    stop: () => {
      stream.write = write;
    },
  };
}

/** A request that a server got. */
export interface Got {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

/** A server on this machine alone, which answers as the test says. */
export async function serving<Result>(
  answer: (got: Got) => { readonly status?: number; readonly body?: unknown; readonly text?: string },
  use: (url: string, requests: readonly Got[]) => Promise<Result>,
): Promise<Result> {
  const requests: Got[] = [];
  const server = createServer((request, response) => {
    void text(request).then((sent) => {
      const got: Got = {
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body:
          request.headers["content-type"]?.includes("form") === true || sent === ""
            ? sent
            : (JSON.parse(sent) as unknown),
      };
      requests.push(got);
      const { status = 200, body, text: plain } = answer(got);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(plain ?? JSON.stringify(body ?? null));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
