import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { format } from "prettier";
import { blueprintNames } from "../../blueprints/names";
import { clouds, environments } from "../../components/cloud";
import { isPlain, messageOf, UsageError } from "../../preview/errors";
import {
  clusterOf,
  type HelmRelease,
  kindsOf,
  releasesOf,
  templateRelease,
  templateText,
} from "../../preview/helm";
import { runStack } from "../../preview/program";
import { readStack } from "../../preview/stack";
import { acceptances, accepts } from "./accepted";
import { defaultsOf, type Values } from "./defaults";
import { pageOf } from "./page";
import { judge } from "./prove";

const root = join(__dirname, "../..");

interface Flags {
  readonly blueprint: readonly string[];
  readonly stack: readonly string[];
  readonly cloud: readonly string[];
  readonly chartFolder?: string;
}

async function main(args: readonly string[]): Promise<boolean> {
  const command = new Command("chart-values")
    .description("Prove of every value that no default of its chart has that the chart reads it.")
    .option("--blueprint <names...>", "systems", [...blueprintNames])
    .option("--stack <names...>", "stacks", [...environments])
    .option("--cloud <names...>", "clouds", [...clouds])
    .option("--chart-folder <dir>", "unpacked charts by name, in place of their repositories")
    .parse(args, { from: "user" });
  const flags: Flags = command.opts();
  const temporary = mkdtempSync(join(tmpdir(), "groundwork-charts-"));
  try {
    return await judged(flags, flags.chartFolder === undefined ? temporary : resolve(flags.chartFolder));
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function judged(
  { blueprint, stack, cloud, chartFolder: given }: Flags,
  chartFolder: string,
): Promise<boolean> {
  const releases: StackRelease[] = [];
  for (const system of blueprint) {
    for (const environment of stack) {
      for (const name of cloud) releases.push(...(await releasesIn(environment, system, name)));
    }
  }
  const charts = new Map(releases.map((each) => [each.release.chart, each]));
  if (given === undefined) for (const { release } of charts.values()) pull(release, chartFolder);
  const defaults = new Map<string, Values>(
    [...charts.keys()].map((chart) => [chart, defaultsOf(join(chartFolder, chart))]),
  );
  const apiVersions = await kindsIn([...charts.values()], chartFolder);
  const judgement = await judge(
    releases.map(({ release, ...cluster }) => ({
      release,
      render: (changed: HelmRelease) => templateText(changed, { chartFolder, apiVersions, ...cluster }),
    })),
    ({ chart }) => defaults.get(chart) ?? {},
  );
  const idle = judgement.judged.filter(({ isRead }) => !isRead);
  const unlisted = idle.filter((one) => !acceptances.some((acceptance) => accepts(acceptance, one)));
  for (const { chart, version, path, release } of unlisted) {
    process.stdout.write(`${chart} ${version}: ${path.join(".")} changes nothing in ${release}\n`);
  }
  process.stdout.write(
    `${String(judgement.releases)} releases, ${String(judgement.values)} values, ` +
      `${String(judgement.judged.length)} beyond the charts' own, ${String(unlisted.length)} change nothing\n`,
  );
  const isWhole =
    blueprint.length * stack.length * cloud.length ===
    blueprintNames.length * environments.length * clouds.length;
  // an acceptance may be of a stack that was left out
  const stale = isWhole
    ? acceptances.filter((acceptance) => !idle.some((one) => accepts(acceptance, one)))
    : [];
  for (const { chart, path } of stale) {
    process.stdout.write(`accepted, but found nowhere: ${path} of ${chart}\n`);
  }
  if (isWhole) {
    const page = await format(pageOf(judgement), { parser: "markdown", printWidth: 110 });
    writeFileSync(join(root, "docs/chart-values.md"), page);
  }
  return unlisted.length + stale.length === 0;
}

/** A release, and the version of Kubernetes that its stack's cluster has. */
interface StackRelease {
  readonly release: HelmRelease;
  readonly kubernetesVersion?: string;
}

async function releasesIn(stack: string, blueprint: string, cloud: string): Promise<readonly StackRelease[]> {
  const set = [`cloud=${cloud}`, `blueprint=${blueprint}`];
  const run = await runStack(readStack({ root, stack, set }), { root, outputs: "known", echo: false });
  const cluster = clusterOf(run.resources);
  return releasesOf(run).map((release) => ({ release, ...cluster }));
}

/** The kinds that the charts bring: a chart may ask the cluster for them. */
async function kindsIn(releases: readonly StackRelease[], chartFolder: string): Promise<readonly string[]> {
  const kinds: string[] = [];
  for (const { release, ...cluster } of releases) {
    // one that misses a kind of another refuses to be rendered, and brings none that anyone waits for
    kinds.push(...kindsOf(await templateRelease(release, { chartFolder, ...cluster }).catch(() => [])));
  }
  return [...new Set(kinds)].sort();
}

function pull({ chart, version, source }: HelmRelease, folder: string): void {
  const from = "address" in source ? [source.address] : [chart, `--repo=${source.repo}`];
  const { error, status, stderr } = spawnSync(
    "helm",
    ["pull", ...from, `--version=${version}`, "--untar", `--untardir=${folder}`],
    { encoding: "utf8" },
  );
  if (error !== undefined || status !== 0) {
    throw new UsageError(
      `expected chart ${chart} ${version} from its source, got ${error?.message ?? stderr}`,
    );
  }
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
