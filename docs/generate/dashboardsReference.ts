import type * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { format } from "prettier";
import { blueprints } from "../../blueprints/catalogue";
import { type BlueprintName, blueprintNames } from "../../blueprints/names";
import { type Cloud, clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";

/** What a production stack registers. */
export type PlanOf = (blueprint: BlueprintName, cloud: Cloud) => Promise<readonly PlanResource[]>;

/** A dashboard of one stack, as Grafana's sidecar finds it. */
interface Found {
  readonly json: dashboard.Dashboard;
  readonly folder: string;
  readonly stack: string;
}

/** A dashboard, and how large it is where it is largest. */
interface Row {
  readonly title: string;
  readonly uid: string;
  readonly folder: string;
  readonly description: string;
  readonly panels: number;
  readonly queries: number;
  readonly stacks: readonly string[];
}

function foundIn(resources: readonly PlanResource[], stack: string): readonly Found[] {
  return resources.flatMap(({ type, inputs }) => {
    const { metadata, data } = inputs as unknown as {
      metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> };
      data?: Record<string, string>;
    };
    if (type !== "kubernetes:core/v1:ConfigMap" || metadata?.labels?.["grafana_dashboard"] !== "1") return [];
    return Object.values(data ?? {}).map((text) => ({
      json: JSON.parse(text) as dashboard.Dashboard,
      folder: metadata.annotations?.["grafana_folder"] ?? "",
      stack,
    }));
  });
}

/** Panels and queries of a dashboard. */
function sizeOf({ panels = [] }: dashboard.Dashboard): Pick<Row, "panels" | "queries"> {
  const shown = panels.filter((panel): panel is dashboard.Panel => panel.type !== "row");
  return {
    panels: shown.length,
    queries: shown.reduce((sum, { targets = [] }) => sum + targets.length, 0),
  };
}

function rowsOf(all: readonly Found[]): readonly Row[] {
  const byUid = new Map<string, Row>();
  for (const { json, folder, stack } of all) {
    const { uid = "", title = "", description = "" } = json;
    const { panels, queries } = sizeOf(json);
    const before = byUid.get(uid);
    byUid.set(uid, {
      ...{ title, uid, folder, description },
      panels: Math.max(panels, before?.panels ?? 0),
      queries: Math.max(queries, before?.queries ?? 0),
      stacks: [...(before?.stacks ?? []), stack],
    });
  }
  return [...byUid.values()].sort(
    (a, b) => a.folder.localeCompare(b.folder) || a.title.localeCompare(b.title),
  );
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

const businessRows = blueprintNames.flatMap((name) =>
  Object.values(blueprints[name].businessMetrics ?? {}).map(
    ({ title, metric, kind, service, by, description }) => [
      name,
      title,
      `\`${metric}\`${by === undefined ? "" : ` by \`${by}\``}`,
      kind,
      service,
      description,
    ],
  ),
);

/** The page on dashboards: what there is, for what, and how large. */
export async function dashboardsPage(planOf: PlanOf): Promise<string> {
  const all: Found[] = [];
  const counts: (readonly (string | number)[])[] = [];
  for (const blueprint of blueprintNames) {
    for (const cloud of clouds) {
      const found = foundIn(await planOf(blueprint, cloud), `${blueprint} on ${cloud}`);
      const sizes = found.map(({ json }) => sizeOf(json));
      all.push(...found);
      counts.push([
        blueprint,
        cloud,
        found.length,
        sizes.reduce((sum, { panels }) => sum + panels, 0),
        sizes.reduce((sum, { queries }) => sum + queries, 0),
      ]);
    }
  }
  const rows = rowsOf(all);
  const everywhere = blueprintNames.length * clouds.length;
  const text = `# Dashboards

Written by \`npm run docs\` from what production stacks register; the test of this page fails where it is not so.

Each dashboard is a file of \`components/dashboards\`, as typed data, of which \`render.ts\` makes Grafana's JSON with the
Foundation SDK. A stack has those of what it has: one ConfigMap each in the namespace \`monitoring\`, which Grafana's sidecar
finds by the label \`grafana_dashboard\` and puts into the folder that the annotation \`grafana_folder\` names. The chart's own
dashboards, those of Kubernetes' mixins, stand beside them in the folder \`Kubernetes\`. None can be changed in Grafana: a change
is one of the code.

Stores that the cloud runs are shown by CloudWatch or Cloud Monitoring, which Grafana reads by the identity of its own pod
(\`providers/*/cloudMetrics.ts\`) and may only read. MongoDB on Atlas is shown by Atlas.

## What there is

Panels and queries where a dashboard has most of them.

${table(
  ["Folder", "Dashboard", "Uid", "What for", "Panels", "Queries", "Where"],
  rows.map(({ folder, title, uid, description, panels, queries, stacks }) => [
    ...[folder, title, `\`${uid}\``, description, panels, queries],
    stacks.length === everywhere ? "every system" : stacks.join(", "),
  ]),
)}

## How many

${table(["System", "Cloud", "Dashboards", "Panels", "Queries"], counts)}

## Figures that services tell

The dashboard \`Business\` shows what a blueprint declares as \`businessMetrics\`. The services have to tell these series at
their \`metrics\` port; where one does not, its panel is empty.

${table(["System", "Figure", "Series", "Kind", "Service", "What it counts"], businessRows)}

## What is checked

- Every query is parsed by Prometheus' own parser, and asks only for series that something in that very stack tells, by labels
  that they have (\`test/dashboards/metrics\`: a list for each exporter, with the release and path of its source, tied to the
  chart or monitor that brings it). So are the expressions of all alerts.
- Every metric of a cloud stands in \`test/dashboards/cloudMetrics.ts\`, with the page that documents it.
- The JSON is held to the types of the installed SDK as a schema: dashboards, options and settings of each kind of panel, and
  queries of each data source.
- Every panel has a title, a description, a unit and one data source, which Grafana has.
`;
  return await format(text, { parser: "markdown", printWidth: 120 });
}
