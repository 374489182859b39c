import { format } from "prettier";
import { blueprintNames } from "../../blueprints/names";
import { type Cloud, clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { runStack } from "../../preview/program";
import { shortType } from "../../preview/report/paint";
import { readStack } from "../../preview/stack";
import { unsupported } from "../../providers/unsupported";

const cloudNames: Readonly<Record<Cloud, string>> = { aws: "AWS", gcp: "GCP" };

/** A capability, and the types of resources and the charts with which each cloud answers. */
export interface Capability {
  /** Name of the contract, such as `Postgres`. */
  readonly name: string;
  readonly types: Readonly<Record<Cloud, readonly string[]>>;
}

/**
 * Every capability of the contract of a cloud, as the production stacks of all blueprints register it: a class of
 * `providers/aws` or `providers/gcp`, with everything below it but what is in the cluster; of that, the charts.
 */
export async function capabilities(root: string): Promise<readonly Capability[]> {
  const found = new Map<string, Record<Cloud, Set<string>>>();
  for (const cloud of clouds) {
    for (const blueprint of blueprintNames) {
      const stack = readStack({ root, stack: "prod", set: [`cloud=${cloud}`, `blueprint=${blueprint}`] });
      const { resources } = await runStack(stack, { root, outputs: "known", echo: false });
      const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
      for (const resource of resources) {
        const name = capabilityOf(resource, cloud, byUrn);
        const shown = shownAs(resource);
        if (name === undefined || shown === undefined) continue;
        const types = found.get(name) ?? { aws: new Set(), gcp: new Set() };
        types[cloud].add(shown);
        found.set(name, types);
      }
    }
  }
  return [...found]
    .map(([name, { aws, gcp }]) => ({ name, types: { aws: [...aws].sort(), gcp: [...gcp].sort() } }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The outermost class of the cloud above the resource: a capability is what the platform asks for. */
function capabilityOf(
  resource: PlanResource,
  cloud: Cloud,
  byUrn: ReadonlyMap<string, PlanResource>,
): string | undefined {
  let outermost: string | undefined;
  for (
    let at: PlanResource | undefined = resource;
    at !== undefined;
    at = at.parent === null ? undefined : byUrn.get(at.parent)
  ) {
    outermost = new RegExp(`^groundwork:${cloud}:(\\w+)$`).exec(at.type)?.[1] ?? outermost;
  }
  return outermost;
}

function shownAs({ type, custom, remote, inputs }: PlanResource): string | undefined {
  if (type === "kubernetes:helm.sh/v3:Release") {
    const chart = inputs["chart"];
    return typeof chart === "string" ? `chart ${chart.split("/").at(-1) ?? chart}` : undefined;
  }
  return (custom || remote) && !/^(pulumi:providers|kubernetes|random):/.test(type)
    ? shortType(type).replace(/^(aws|gcp):/, "")
    : undefined;
}

/** docs/parity.md: what each cloud answers with, and what it has no answer to. */
export async function parityReference(root: string): Promise<string> {
  const rows = (await capabilities(root)).map(
    ({ name, types: { aws, gcp } }) => `| ${name} | ${listOf(aws)} | ${listOf(gcp)} |`,
  );
  const lines = [
    "# Parity of the clouds",
    "",
    "Each capability is a contract with a class on each cloud. The table is made by `npm run docs` from what the production",
    "stacks of all blueprints register, so that it can't say more than the code does. Types are those of `@pulumi/aws` and",
    "`@pulumi/gcp`; what runs in the cluster whatever the cloud is left out.",
    "",
    "| capability | AWS | GCP |",
    "|---|---|---|",
    ...rows,
    "",
    "What a cloud has no answer to is refused by an `UnsupportedOnCloudError` that names the option and the cloud, never",
    "passed over (`providers/unsupported.ts`).",
    "",
    "| option | not on | why |",
    "|---|---|---|",
    ...Object.entries(unsupported).map(
      ([option, { cloud, reason }]) => `| \`${option}\` | ${cloudNames[cloud]} | ${reason} |`,
    ),
    "",
  ];
  return await format(lines.join("\n"), { parser: "markdown", printWidth: 110 });
}

function listOf(types: readonly string[]): string {
  return types.length === 0 ? "—" : types.map((type) => `\`${type}\``).join(", ");
}
