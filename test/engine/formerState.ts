import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nameOf } from "../../preview/urn";
import type { Pulumi } from "./pulumi";

/** What of the CLI is asked for. */
type Cli = Pick<Pulumi, "quiet">;

/** What a former release of the program, or somebody by hand, left in the state of a resource. */
export interface Former {
  readonly type: string;
  readonly name: string;
  /** Input by its path, and the output of the same name. */
  readonly input: string;
  readonly value: string;
}

interface Held {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: unknown;
  readonly outputs?: unknown;
}

/**
 * Makes the state one that a former program left, as the engine lets its user edit it. Returns what takes that back.
 *
 * @throws Error where no resource, or more than one, has that input
 */
export function leave(pulumi: Cli, former: readonly Former[]): () => void {
  const before = pulumi.quiet("stack", "export");
  // as the engine wrote it
  const state = JSON.parse(before) as { deployment: { resources: Held[] } };
  for (const each of former) {
    const { type, name, input, value } = each;
    const found = state.deployment.resources.filter(
      (held) => held.type === type && nameOf(held.urn) === name,
    );
    const [held] = found;
    if (held === undefined || found.length > 1 || !change(held.inputs, input, value)) {
      throw new Error(`expected one ${type} ${name} with the input ${input}, got ${found.length}`);
    }
    change(held.outputs, input, value);
  }
  hold(pulumi, JSON.stringify(state));
  return () => {
    hold(pulumi, before);
  };
}

function hold(pulumi: Cli, state: string): void {
  const folder = mkdtempSync(join(tmpdir(), "groundwork-state-"));
  try {
    const file = join(folder, "state.json");
    writeFileSync(file, state);
    pulumi.quiet("stack", "import", "--file", file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether there was such a field. */
function change(fields: unknown, path: string, value: string): boolean {
  const [key = "", ...rest] = path.split(".");
  if (typeof fields !== "object" || fields === null || !(key in fields)) return false;
  // what has a key is an object with string keys
  const object = fields as Record<string, unknown>;
  if (rest.length > 0) return change(object[key], rest.join("."), value);
  object[key] = value;
  return true;
}
