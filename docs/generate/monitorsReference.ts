import { format } from "prettier";
import { blueprints } from "../../blueprints/catalogue";
import { type Cloud, clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { type RenderedStack, renderedStacks } from "../../test/monitors/chartTargets";
import { type ScrapedStack, scrapedStack } from "../../test/monitors/stack";
import {
  addons,
  operated,
  rulesOff,
  unscraped,
  type Unscraped,
  type Watched,
} from "../../test/monitors/table";
import { type Monitor, scrapesOf } from "../../test/monitors/targets";

/** What a stack registers. */
export type PlanOf = (stack: RenderedStack) => Promise<readonly PlanResource[]>;

/** A workload, and who scrapes it where. */
interface Row {
  readonly from: string;
  readonly workload: string;
  readonly namespace: string;
  readonly scraped: string;
  readonly stacks: string[];
}

const systemNamespaces: ReadonlySet<string> = new Set(
  Object.values(blueprints).map(({ namespace }) => namespace),
);

function rowsOf(all: ScrapedStack): readonly Omit<Row, "stacks">[] {
  return all.workloads
    .filter(({ namespace }) => !systemNamespaces.has(namespace))
    .map((workload) => {
      const { from, name, namespace } = workload;
      const monitors = [...new Set(scrapesOf(workload, all).map(({ monitor }) => textOf(monitor, all)))];
      const why = unscraped[`${from}: ${name}`]?.because ?? "";
      const scraped = monitors.length === 0 ? `— ${why}` : monitors.sort().join(", ");
      return { from: from === "plan" ? "the program" : from, workload: name, namespace, scraped };
    });
}

function textOf({ kind, namespace, name }: Monitor, { monitors }: ScrapedStack): string {
  const same = monitors.filter((one) => one.namespace === namespace && one.name === name);
  return `${kind} \`${name}\`${same.length > 1 ? ` in ${namespace}` : ""}`;
}

const production = renderedStacks.filter(({ stack, set }) => stack === "prod" && set.length === 2);

/** Where something is, by the titles of stacks. */
function whereOf(titles: readonly string[]): string {
  const prods = production.filter(({ title }) => titles.includes(title)).map(({ title }) => title);
  if (prods.length === 0) return titles.join("; ");
  if (prods.length === production.length) return "every system";
  const isOf = (cloud: Cloud) => (title: string) => title.endsWith(` on ${cloud}`);
  const whole = clouds.find(
    (cloud) =>
      prods.every(isOf(cloud)) &&
      prods.length === production.filter(({ title }) => isOf(cloud)(title)).length,
  );
  if (whole !== undefined) return `every system on ${whole}`;
  const bySystem = new Map<string, string[]>();
  for (const title of prods) {
    const [system = "", cloud = ""] = title.split(" on ");
    bySystem.set(system, [...(bySystem.get(system) ?? []), cloud]);
  }
  return [...bySystem]
    .map(([system, on]) => (on.length === clouds.length ? system : `${system} on ${on.join(", ")}`))
    .join(", ");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A row of the tables of what operators and the cloud make. */
function watchedRow(what: string, row: Unscraped | Watched): readonly string[] {
  if (!("monitors" in row)) return [what, `— ${row.because}`];
  const names = row.monitors("…", "<name>").map((name) => `\`${name.replace("…/", "")}\``);
  return [what, names.join(", ")];
}

/** The page on who scrapes what. */
export async function monitorsPage(planOf: PlanOf): Promise<string> {
  const rows = new Map<string, Row>();
  for (const stack of renderedStacks) {
    for (const row of rowsOf(scrapedStack(stack.title, await planOf(stack)))) {
      const key = JSON.stringify(row);
      const { stacks } = rows.get(key) ?? { stacks: [] };
      rows.set(key, { ...row, stacks: [...new Set([...stacks, stack.title])] });
    }
  }
  const sorted = [...rows.values()].sort((a, b) =>
    [a.from, a.workload, a.namespace, a.scraped]
      .join()
      .localeCompare([b.from, b.workload, b.namespace, b.scraped].join()),
  );
  const text = `# Who is scraped, and by what

Written by \`npm run docs\` from what stacks register and what their charts make with its values, as Helm renders them
(\`test/monitors/render.ts\`): each row is a workload whose pods a monitor finds, at a port that they have and by which their
traffic rules let Prometheus in. \`test/monitors\` fails where a workload has neither a monitor nor a reason, where a reason is of
nothing, and where a rule of the monitoring stack's chart asks for a job that no monitor finds.

Workloads of a system each have a PodMonitor of their name, in a mesh of sidecars a second one of the proxies (\`sidecars\`). Jobs
end, and kube-state-metrics tells how. What the cloud runs is shown by CloudWatch and Cloud Monitoring.

## Workloads

${table(
  ["Chart", "Workload", "Namespace", "Scraped by", "Where"],
  sorted.map(({ from, workload, namespace, scraped, stacks }) => [
    ...[from, `\`${workload}\``, namespace, scraped],
    whereOf(stacks),
  ]),
)}

## What operators make

${table(
  ["Kind", "Monitors, in its namespace"],
  Object.entries(operated).map(([kind, row]) => watchedRow(kind.replace(/^.*\//, ""), row)),
)}

## Add-ons of EKS

${table(
  ["Add-on", "Monitor"],
  Object.entries(addons).map(([name, row]) => watchedRow(name, row)),
)}

## Rules of the monitoring stack's chart that are off

All others are on: \`defaultRules.rules\` of its values.

${table(
  ["Group", "Where", "Why"],
  Object.entries(rulesOff).map(([group, { where, because }]) => [`\`${group}\``, places[where], because]),
)}
`;
  return format(text, { parser: "markdown", printWidth: 110 });
}

const places: Readonly<Record<(typeof rulesOff)[string]["where"], string>> = {
  everywhere: "everywhere",
  gcp: "on GCP",
  managed: "where nodes are the cloud's own (serverless pods on GCP)",
};
