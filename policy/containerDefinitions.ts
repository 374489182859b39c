import { MalformedError, secretMask } from "./malformed";
import { cannotTell } from "./unknown";

/** A container of a task definition, as rules ask for it. */
export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  /** Whether the task ends with it, as it does unless told otherwise. */
  readonly essential: boolean;
  readonly user: string;
  readonly privileged: unknown;
  readonly readonlyRootFilesystem: unknown;
  readonly logDriver: unknown;
  readonly dropped: readonly unknown[];
  readonly added: readonly unknown[];
  readonly environment: Readonly<Record<string, unknown>>;
}

/**
 * Containers of a task definition, which has them as JSON text. Of a masked one no verdict is due.
 *
 * @throws MalformedError where it is no list of containers
 */
export function containersOf(definitions: unknown): readonly ContainerDefinition[] {
  const parsed = typeof definitions === "string" ? parse(definitions) : definitions;
  if (!Array.isArray(parsed)) throw new MalformedError("containerDefinitions is no list");
  return parsed.map((raw) => {
    const container = record(raw);
    const capabilities = record(record(container["linuxParameters"])["capabilities"]);
    return {
      name: text(container["name"]),
      image: text(container["image"]),
      essential: container["essential"] !== false,
      user: text(container["user"]),
      privileged: container["privileged"],
      readonlyRootFilesystem: container["readonlyRootFilesystem"],
      logDriver: record(container["logConfiguration"])["logDriver"],
      dropped: list(capabilities["drop"]),
      added: list(capabilities["add"]),
      environment: Object.fromEntries(
        list(container["environment"]).map((one) => [text(record(one)["name"]), record(one)["value"]]),
      ),
    };
  });
}

function parse(definitions: string): unknown {
  if (definitions === secretMask) return cannotTell("containerDefinitions");
  try {
    return JSON.parse(definitions);
  } catch {
    throw new MalformedError("containerDefinitions is no JSON");
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
