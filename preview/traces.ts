import { createRequire } from "node:module";
import { sep } from "node:path";

/** The SDK's aid for finding promises that never settle; hidden from its types. */
interface Debuggable {
  debuggablePromise: <T>(promise: Promise<T>) => Promise<T>;
}
// a function of its own wherever it is called from, so that taking its place here takes it everywhere
const debuggable = createRequire(__filename)("@pulumi/pulumi/runtime/debuggable") as Debuggable;

/**
 * Runs `work` with no stack trace ever captured.
 *
 * The SDK makes an error, for its trace alone, at each promise and each resource, and sets the limit to infinity while it
 * does so: two thirds of a run's time. V8 captures nothing while the limit is not a plain number, which an accessor isn't.
 * The watch that it keeps on each promise, three more promises and a place in a set, is a fifth of what then remains, and a
 * run finds by itself when it waits for what never comes.
 */
export async function withoutStackTraces<T>(work: () => Promise<T>): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit") ?? { value: 10, writable: true };
  const { debuggablePromise } = debuggable;
  Object.defineProperty(Error, "stackTraceLimit", { configurable: true, get: () => 0, set: () => undefined });
  debuggable.debuggablePromise = (promise) => promise;
  try {
    return await work();
  } finally {
    debuggable.debuggablePromise = debuggablePromise;
    Object.defineProperty(Error, "stackTraceLimit", { ...before, configurable: true });
  }
}

/** An error's message and the frames of its trace that lie in the program: those of packages and of Node say little. */
export function located(error: unknown, root: string): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  const thrown = framesOf(error.stack);
  const own = [thrown, framesOf(startedAt(error))]
    .map((frames) => frames.filter((frame) => isProgram(frame, root)))
    .find((frames) => frames.length > 0);
  return [`${error.name}: ${error.message}`, ...(own ?? thrown)].join("\n");
}

function framesOf(trace: string | undefined): readonly string[] {
  return (trace ?? "").split("\n").filter((line) => /^\s+at /.test(line));
}

function isProgram(frame: string, root: string): boolean {
  return (
    frame.includes(root + sep) &&
    !frame.includes(`${sep}node_modules${sep}`) &&
    !frame.includes(`${root}${sep}preview${sep}`)
  );
}

/** Where the promise was made that failed: the SDK notes it on the error, as a provider function fails far from its call. */
function startedAt(error: Error): string | undefined {
  const promise: unknown = "promise" in error ? error.promise : undefined;
  const trace: unknown =
    typeof promise === "object" && promise !== null ? Reflect.get(promise, "_debugStackTrace") : undefined;
  return typeof trace === "string" ? trace : undefined;
}
