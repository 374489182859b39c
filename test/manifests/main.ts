import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { blueprintNames } from "../../blueprints/names";
import { clouds, environments } from "../../components/cloud";
import { isPlain, messageOf } from "../../preview/errors";
import { acceptances, accepts, isAccepted } from "./accepted";
import { pageOf } from "./page";
import { writeSchemas } from "./schemas";
import { checkTools } from "./tools";
import { type Combination, renderAll, type Rendering, type Verdict, verify } from "./verify";

interface Flags {
  readonly blueprint: readonly string[];
  readonly stack: readonly string[];
  readonly cloud: readonly string[];
  readonly chartFolder?: string;
  readonly schemas: readonly string[];
}

/** Kubeconform's own for Kubernetes, and the catalogue of CRDs that its documentation names. */
const publicSchemas = [
  "default",
  "https://raw.githubusercontent.com/datreeio/CRDs-catalog/main/{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json",
];

async function main(args: readonly string[]): Promise<boolean> {
  const command = new Command("manifests")
    .description(
      "Render every stack of every system whole, charts included, and hold it against schemas and good practice.",
    )
    .option("--blueprint <names...>", "systems", [...blueprintNames])
    .option("--stack <names...>", "stacks", [...environments])
    .option("--cloud <names...>", "clouds", [...clouds])
    .option("--chart-folder <dir>", "unpacked charts by name, in place of their repositories")
    .option(
      "--schemas <locations...>",
      "schemas of kinds that no chart defines, as kubeconform takes them: Kubernetes' own and the clouds'",
      publicSchemas,
    )
    .parse(args, { from: "user" });
  const flags: Flags = command.opts();
  checkTools();
  const verdicts = await judged(flags);
  const unlisted = verdicts.flatMap(({ findings }) => findings.filter((finding) => !isAccepted(finding)));
  const isWhole = verdicts.length === blueprintNames.length * environments.length * clouds.length;
  // an acceptance may be of a stack that was left out
  const idle = isWhole ? idleAcceptances(verdicts) : [];
  for (const line of idle) {
    process.stderr.write(`accepted, but found nowhere: ${line}\n`);
  }
  if (isWhole) {
    writeFileSync(join(__dirname, "../../docs/manifests.md"), pageOf(verdicts));
  }
  return unlisted.length + idle.length === 0 && verdicts.every(({ invalid }) => invalid.length === 0);
}

/** Renders everything first: the kinds that one stack defines, another has from its cloud. */
async function judged(flags: Flags): Promise<readonly Verdict[]> {
  const { blueprint, stack, cloud, schemas } = flags;
  const charts = flags.chartFolder === undefined ? {} : { chartFolder: resolve(flags.chartFolder) };
  const schemaFolder = mkdtempSync(join(tmpdir(), "groundwork-schemas-"));
  try {
    const renderings: Rendering[] = [];
    for (const combination of combinations(blueprint, stack, cloud)) {
      const rendering = await renderAll(combination, charts.chartFolder);
      writeSchemas(
        rendering.objects.filter(({ kind }) => kind === "CustomResourceDefinition"),
        schemaFolder,
      );
      renderings.push(rendering);
    }
    const verdicts: Verdict[] = [];
    for (const rendering of renderings) {
      const verdict = await verify(rendering, { ...charts, schemas, schemaFolder });
      report(verdict);
      verdicts.push(verdict);
    }
    return verdicts;
  } finally {
    rmSync(schemaFolder, { recursive: true, force: true });
  }
}

function combinations(
  blueprints: readonly string[],
  stacks: readonly string[],
  of: readonly string[],
): readonly Combination[] {
  return blueprints.flatMap((blueprint) =>
    stacks.flatMap((stack) => of.map((cloud) => ({ blueprint, stack, cloud }))),
  );
}

function report({ combination, objects, valid, invalid, findings, releases }: Verdict): void {
  const { blueprint, stack, cloud } = combination;
  const unlisted = findings.filter((finding) => !isAccepted(finding));
  process.stdout.write(
    `${blueprint} ${stack} on ${cloud}: ${String(releases)} releases, ${String(valid)} of ${String(objects)} objects valid, ` +
      `${String(findings.length - unlisted.length)} findings accepted, ${String(unlisted.length)} not\n`,
  );
  for (const line of invalid) {
    process.stdout.write(`  ${line}\n`);
  }
  for (const { check, object, detail } of unlisted) {
    process.stdout.write(`  ${check}: ${object} ${detail}\n`);
  }
}

function idleAcceptances(verdicts: readonly Verdict[]): readonly string[] {
  const findings = verdicts.flatMap((verdict) => verdict.findings);
  return acceptances
    .filter((acceptance) => !findings.some((finding) => accepts(acceptance, finding)))
    .map(({ checks, objects }) => `${checks.join(", ")} of ${objects?.source ?? "all objects"}`);
}

main(process.argv.slice(2)).then(
  (isFine) => {
    process.exitCode = isFine ? 0 : 1;
  },
  (error: unknown) => {
    process.stderr.write(
      isPlain(error) ? `error: ${messageOf(error)}\n` : `${String((error as Error).stack)}\n`,
    );
    process.exitCode = 2;
  },
);
