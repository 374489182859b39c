import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { stringify } from "yaml";
import { blueprints } from "../blueprints/catalogue";
import { type BlueprintName, blueprintNames } from "../blueprints/names";
import { composeOf } from "./compose";
import { environmentFile } from "./environmentFile";
import { localPort } from "./gateway";
import { kindCluster, minikubeCommands } from "./kind";
import type { ServiceSource } from "./services";

const root = join(__dirname, "..");

interface Flags {
  readonly blueprint: BlueprintName;
  readonly out?: string;
  readonly service: Readonly<Record<string, ServiceSource>>;
}

new Command("local")
  .description(
    "Write what runs a system on this machine: a compose file, its passwords, and clusters of kind and minikube.",
  )
  .requiredOption("--blueprint <name>", `which system: ${blueprintNames.join(", ")}`, blueprintName)
  .option("--out <folder>", "where to write (default: .local/<name>, which git ignores)")
  .option(
    "--service <name=source>",
    "what a service is made from, again for each: an image, or a folder with a Dockerfile, which begins with . or / (default: a sample)",
    withSource,
    {},
  )
  .action(write)
  .parse();

function write({ blueprint: name, out, service }: Flags): void {
  const blueprint = blueprints[name];
  const folder = resolve(out ?? join(root, ".local", name));
  const here = (path: string) => relative(process.cwd(), path) || ".";
  const { file, files, passwords, leftOut } = composeOf({
    blueprint,
    sources: service,
    samplesFolder: relative(folder, join(root, "images")),
  });
  mkdirSync(join(folder, "configs"), { recursive: true });
  const write = (leaf: string, text: string, mode = 0o644) => {
    writeFileSync(join(folder, leaf), text, { mode });
  };
  const written = "# Written by npm run local: another run writes it again.\n";
  write("compose.yaml", written + stringify(file, { lineWidth: 0 }));
  for (const [path, text] of Object.entries(files)) write(path, text);
  write("kind.yaml", written + stringify(kindCluster(blueprint), { lineWidth: 0 }));
  write("minikube.sh", `#!/bin/sh -e\n${written}${minikubeCommands(blueprint).join("\n")}\n`, 0o755);
  const secrets = join(folder, ".env");
  const current = existsSync(secrets) ? readFileSync(secrets, "utf8") : "";
  write(".env", environmentFile(current, passwords), 0o600);
  const compose = `docker compose --file ${here(folder)}/compose.yaml`;
  process.stdout.write(
    [
      `${Object.keys(file.services).length} containers written to ${here(folder)}`,
      ...Object.entries(leftOut).map(
        ([store, services]) => `left out: ${store}, which ${services.join(", ")} would use`,
      ),
      `start it:   ${compose} up --build --detach`,
      `then ask:   curl http://localhost:${localPort}/`,
      `as you edit: ${compose} watch`,
      `a cluster:  kind create cluster --config ${here(folder)}/kind.yaml, or ${here(folder)}/minikube.sh`,
      "",
    ].join("\n"),
  );
}

function blueprintName(text: string): BlueprintName {
  const name = blueprintNames.find((known) => known === text);
  if (name === undefined) throw new InvalidArgumentError(`expected one of ${blueprintNames.join(", ")}`);
  return name;
}

/** Adds a source to those that were given before. */
function withSource(
  text: string,
  before: Readonly<Record<string, ServiceSource>>,
): Readonly<Record<string, ServiceSource>> {
  const { name, source } = /^(?<name>[a-z0-9-]+)=(?<source>.+)$/.exec(text)?.groups ?? {};
  if (name === undefined || source === undefined) {
    throw new InvalidArgumentError("expected name=image or name=./folder");
  }
  return { ...before, [name]: /^[./]/.test(source) ? { folder: resolve(source) } : { image: source } };
}
