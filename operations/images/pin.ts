import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { isMap, parseDocument } from "yaml";
import { UsageError } from "../../preview/errors";
import { type ExitStatus, exitStatus } from "../../preview/exitStatus";
import { describeStack } from "../stacks";

/** A service's version: a tag that never moves, or a digest, which then decides. */
export interface Pin {
  readonly service: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** As `config/schema.ts` takes them; `test/operations/pin.spec.ts` holds the two together. */
const patterns = {
  tag: /^(?!latest$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
  digest: /^sha256:[0-9a-f]{64}$/,
} as const;

/**
 * A stack's file in which services have other versions; everything else in it stays as it is written.
 *
 * @throws UsageError where a version is none
 */
export async function pinned(file: string, pins: readonly Pin[]): Promise<string> {
  const document = parseDocument(file);
  for (const { service, tag, digest } of pins) {
    for (const [key, value] of Object.entries({ tag, digest })) {
      const path = ["config", "groundwork:services", service, key];
      if (value === undefined) {
        // a digest that stayed would decide in place of the tag
        if (key === "digest") document.deleteIn(path);
        continue;
      }
      if (!patterns[key === "tag" ? "tag" : "digest"].test(value)) {
        throw new UsageError(`${service}: expected a ${key}, got ${value}`);
      }
      const services = document.getIn(["config", "groundwork:services"]);
      if (services !== undefined && !isMap(services)) {
        throw new UsageError(`groundwork:services: expected a map of services, got ${typeof services}`);
      }
      document.setIn(path, value);
    }
  }
  // as the rest of the file is formatted, and the check of formats wants it
  return await format(document.toString({ lineWidth: 0 }), { parser: "yaml", printWidth: 110 });
}

/** `service=version`, the version a tag or a digest. */
export function parsePin(text: string): Pin {
  const equals = text.indexOf("=");
  const service = text.slice(0, equals);
  const version = text.slice(equals + 1);
  if (equals <= 0 || version === "") throw new UsageError(`--image: expected service=version, got ${text}`);
  return version.startsWith("sha256:") ? { service, digest: version } : { service, tag: version };
}

/** What `pin-image` is told. */
export interface PinFlags {
  readonly stack: readonly string[];
  readonly image: readonly Pin[];
}

/** `pin-image`: writes services' versions into stack files, for a pull request to be made of it. */
export async function pinCommand(root: string, { stack, image }: PinFlags): Promise<ExitStatus> {
  for (const name of stack) {
    describeStack(root, name);
    const path = join(root, `Pulumi.${name}.yaml`);
    writeFileSync(path, await pinned(readFileSync(path, "utf8"), image));
    process.stdout.write(`Pulumi.${name}.yaml: ${image.map(({ service }) => service).join(", ")}\n`);
  }
  return exitStatus.fine;
}
