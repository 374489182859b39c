import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { Stack } from "../../preview/stack";
import { pluginPackages } from "./packages";
import { Pulumi } from "./pulumi";

/** A place of its own for the Pulumi CLI: plugins, state, secrets' key and project, all in one folder. */
export interface Workspace {
  readonly pulumi: Pulumi;
  /** Folder in which the CLI finds the project. */
  readonly project: string;
}

/** A program that stands elsewhere in the repository than at its root. */
export interface OtherProgram {
  /** Its folder, with a `Pulumi.yaml`, from the repository's root. */
  readonly folder: string;
  /** Module whose `outputs` has the rows of types that the platform does not make. */
  readonly outputs: string;
}

/** What of the repository is not the project's own. */
const notLinked = /^(\.git|Pulumi(\..+)?\.ya?ml)$/;

/**
 * Makes the folder into a workspace for the stack, or takes it up again as a former command left it: the unmodified program
 * by links, the stack's configuration with values standing in for its secrets, and a stand-in for each provider plugin.
 */
export function openWorkspace(
  root: string,
  directory: string,
  stack: Stack,
  other?: OtherProgram,
): Workspace {
  const home = join(directory, "home");
  const backend = join(directory, "backend");
  const project = join(directory, "project");
  for (const folder of [home, backend, project]) {
    mkdirSync(folder, { recursive: true });
  }
  installPlugins(root, home, other);
  linkProject(root, project, other);

  const pulumi = new Pulumi(project, {
    PULUMI_HOME: home,
    PULUMI_BACKEND_URL: `file://${backend}`,
    // guards stand-ins only
    PULUMI_CONFIG_PASSPHRASE: "stand-in",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // the option --event-log is one of those
    PULUMI_DEBUG_COMMANDS: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  });
  configure(pulumi, join(project, `Pulumi.${stack.name}.yaml`), stack);
  return { pulumi, project };
}

/** One folder a plugin, as the CLI looks for them: `resource-aws-v7.48.0/pulumi-resource-aws`. */
function installPlugins(root: string, home: string, other: OtherProgram | undefined): void {
  const tsx = createRequire(join(root, "package.json")).resolve("tsx/cjs");
  const main = join(__dirname, "plugin", "main.ts");
  for (const { name, version } of pluginPackages(root)) {
    const folder = join(home, "plugins", `resource-${name}-v${version}`);
    const words = [
      process.execPath,
      "--require",
      tsx,
      main,
      name,
      version,
      ...(other ? [other.outputs] : []),
    ];
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, `pulumi-resource-${name}`),
      `#!/bin/sh\nexec ${words.map(quoted).join(" ")} "$@"\n`,
      { mode: 0o755 },
    );
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function linkProject(root: string, project: string, other: OtherProgram | undefined): void {
  for (const entry of readdirSync(root)) {
    const link = join(project, entry);
    if (!notLinked.test(entry)) {
      rmSync(link, { force: true });
      symlinkSync(join(root, entry), link);
    }
  }
  writeFileSync(join(project, "Pulumi.yaml"), projectFile(root, other));
}

/** The project's file, whose program is found from the root of the links. */
function projectFile(root: string, other: OtherProgram | undefined): string {
  if (other === undefined) return readFileSync(join(root, "Pulumi.yaml"), "utf8");
  const file: unknown = parse(readFileSync(join(root, other.folder, "Pulumi.yaml"), "utf8"));
  return stringify({ ...(file as object), main: join(other.folder, "index.ts") });
}

function configure(pulumi: Pulumi, file: string, { name, config, secretKeys }: Stack): void {
  // the key's salt belongs to the state that is there
  const before: unknown = existsSync(file) ? parse(readFileSync(file, "utf8")) : {};
  const salt = typeof before === "object" && before !== null && "encryptionsalt" in before ? before : {};
  const plain = Object.entries(config).filter(([key]) => !secretKeys.includes(key));
  const values = Object.fromEntries(plain.map(([key, text]) => [key, structured(text)]));
  writeFileSync(file, stringify({ ...salt, config: values }));

  pulumi.quiet("stack", "select", name, "--create", "--secrets-provider", "passphrase");
  for (const key of secretKeys) {
    pulumi.quiet("config", "set", "--secret", key, config[key] ?? "");
  }
}

/** Lists and objects as such: the CLI checks their type. */
function structured(text: string): unknown {
  return /^[[{]/.test(text) ? JSON.parse(text) : text;
}
