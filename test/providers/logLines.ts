/*
 * Lines as services write them, and what is to be counted of each:
 *
 *   for (const [line, counted] of lines) ...
 */

/** What a line can be counted as. */
export type Counted = "errors" | "fatal" | "signins";

/** A line: a text, or the fields of what is written in JSON. */
export type Line = string | Readonly<Record<string, string | number>>;

export const lines: readonly (readonly [Line, readonly Counted[]])[] = [
  [{ level: 30, msg: "request done" }, []],
  [{ level: "info", message: "no error at all" }, []],
  [{ level: "INFO", message: "terrors are none" }, []],
  [{ level: 50, msg: "could not save" }, ["errors"]],
  [{ level: "error", message: "could not save" }, ["errors"]],
  [{ level: "ERROR", message: "could not save" }, ["errors"]],
  [{ level: "Critical", message: "could not save" }, ["errors"]],
  [{ level: 60, msg: "ends" }, ["errors", "fatal"]],
  [{ level: "fatal", msg: "ends" }, ["errors", "fatal"]],
  [{ level: "panic", msg: "ends" }, ["errors", "fatal"]],
  [{ level: "warn", message: "worker 3: out of memory" }, ["fatal"]],
  [{ level: "info", msg: "authentication failed for user 7" }, ["signins"]],
  [{ level: "info", message: "Invalid credentials" }, ["signins"]],
  [{ level: "info", msg: "login attempt failed" }, ["signins"]],
  ["GET /healthz 200", []],
  ["2026-11-21 ERROR could not save", ["errors"]],
  ["panic: runtime error: index out of range", ["errors", "fatal"]],
  ["fatal error: all goroutines are asleep - deadlock!", ["fatal"]],
  ["FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", ["errors", "fatal"]],
  ["sign-in denied", ["signins"]],
  ["password invalid", ["signins"]],
  ["password changed", []],
];
