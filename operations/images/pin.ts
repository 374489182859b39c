import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { isMap, parseDocument } from "yaml";
import { UsageError } from "../../preview/errors";
import { type ExitStatus, exitStatus } from "../../preview/exitStatus";
import { plannedResources } from "../planned";
import { describeStack } from "../stacks";
import { imagesOf } from "./imagesOf";

/** A service's version: a tag that never moves, or a digest, which then decides. */
export interface Pin {
  readonly service: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** A service's version, and where it was pushed. */
export interface PushedPin extends Pin {
  /**
   * Registry and repository that have it.
   *
   * @default whatever each stack's file names
   */
  readonly name?: string;
}

/** As `config/schema.ts` takes them; `test/operations/pin.spec.ts` holds the two together. */
const patterns = {
  tag: /^(?!latest$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
  digest: /^sha256:[0-9a-f]{64}$/,
} as const;

/**
 * A stack's file in which services have other versions; everything else in it stays as it is written.
 *
 * @param unmigrated services whose migrations are not run
 * @throws UsageError where a version is none
 */
export async function pinned(
  file: string,
  pins: readonly Pin[],
  unmigrated: readonly string[] = [],
): Promise<string> {
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
  for (const service of unmigrated)
    document.setIn(["config", "groundwork:services", service, "migrate"], false);
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

/** As {@link parsePin}, or `service=registry/repository@digest`, where it was pushed. */
export function parsePushedPin(text: string): PushedPin {
  const { service, name, digest } =
    /^(?<service>[^=]+)=(?<name>[^@]+)@(?<digest>.*)$/.exec(text)?.groups ?? {};
  return service === undefined || name === undefined || digest === undefined
    ? parsePin(text)
    : { service, name, digest };
}

/** What `pin-image` is told. */
export interface PinFlags {
  readonly stack: readonly string[];
  readonly image: readonly PushedPin[];
}

/**
 * `pin-image`: writes services' versions into stack files, for a pull request to be made of it. A stack whose registry has not
 * what was pushed to another is left as it is.
 */
export async function pinCommand(root: string, { stack, image }: PinFlags): Promise<ExitStatus> {
  for (const name of stack) {
    describeStack(root, name);
    const path = join(root, `Pulumi.${name}.yaml`);
    const names = image.some((pin) => pin.name !== undefined)
      ? imagesOf(await plannedResources(root, name))
      : {};
    const pins = image.filter((pin) => pin.name === undefined || pin.name === names[pin.service]?.name);
    for (const { service, name: pushed } of image.filter((pin) => !pins.includes(pin))) {
      const there = names[service]?.name;
      const why =
        there === undefined
          ? `it has no ${service}`
          : `it takes ${service} from ${there}, not ${pushed ?? ""}`;
      process.stdout.write(`Pulumi.${name}.yaml: left as it is: ${why}\n`);
    }
    if (pins.length === 0) continue;
    writeFileSync(path, await pinned(readFileSync(path, "utf8"), pins));
    process.stdout.write(`Pulumi.${name}.yaml: ${pins.map(({ service }) => service).join(", ")}\n`);
  }
  return exitStatus.fine;
}
