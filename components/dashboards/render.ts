import * as cloudwatch from "@grafana/grafana-foundation-sdk/cloudwatch";
import type { Builder, Dataquery } from "@grafana/grafana-foundation-sdk/cog";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as monitoring from "@grafana/grafana-foundation-sdk/googlecloudmonitoring";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stat from "@grafana/grafana-foundation-sdk/stat";
import * as table from "@grafana/grafana-foundation-sdk/table";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import {
  type Board,
  type BoardLink,
  boardTag,
  type CloudMonitoringQuery,
  type CloudWatchQuery,
  type DataSource,
  type Panel,
  type PromQuery,
  type Query,
  type Threshold,
  type Variable,
} from "./board";

/** Prometheus as whoever looks has chosen it. */
const chosenPrometheus: DataSource = { type: "prometheus", uid: "${datasource}" };

/** Sources of the clouds' own metrics, by the uids that Grafana has them under. */
export const cloudWatchSource: DataSource = { type: "cloudwatch", uid: "cloudwatch" };
export const cloudMonitoringSource: DataSource = { type: "stackdriver", uid: "stackdriver" };

/** Seconds between two refreshes: as often as Prometheus has something new, twice. */
const refresh = "1m";

/** Columns and rows of Grafana's grid that a panel has where it does not say. */
const sizes = {
  graph: { width: 12, height: 8 },
  stat: { width: 4, height: 4 },
  table: { width: 24, height: 8 },
} as const;

/** Makes of a board what Grafana reads, in the SDK's version of the schema. */
export function renderBoard(board: Board): dashboard.Dashboard {
  const { uid, title, tags, variables = [], sections, links = [], hours = 6 } = board;
  const built = new dashboard.DashboardBuilder(title)
    .uid(uid)
    .description(describe(board))
    .tags([boardTag, ...tags])
    .timezone("browser")
    .readonly()
    .tooltip(dashboard.DashboardCursorSync.Crosshair)
    .refresh(refresh)
    .time({ from: `now-${hours}h`, to: "now" })
    .withVariable(
      new dashboard.DatasourceVariableBuilder("datasource")
        .label("Metrics")
        .type("prometheus")
        .current({ selected: true, text: "Prometheus", value: "prometheus" }),
    );
  for (const variable of variables) built.withVariable(variableOf(variable));
  built.link(
    new dashboard.DashboardLinkBuilder("Dashboards")
      .type(dashboard.DashboardLinkType.Dashboards)
      .tags([boardTag])
      .asDropdown(true)
      .keepTime(true),
  );
  for (const link of links) built.link(linkOf(link));
  let top = 0;
  for (const section of sections) {
    built.withRow(new dashboard.RowBuilder(section.title).gridPos({ h: 1, w: columns, x: 0, y: top }));
    const { placed, bottom } = place(section.panels, top + 1);
    for (const { panel, at } of placed) built.withPanel(panelOf(panel).gridPos(at));
    top = bottom;
  }
  return built.build();
}

/** Columns of Grafana's grid. */
const columns = 24;

/** Where each panel is, side by side as long as there is room; the SDK goes on beyond the grid's edge. */
function place(
  panels: readonly Panel[],
  top: number,
): {
  readonly placed: readonly { readonly panel: Panel; readonly at: dashboard.GridPos }[];
  readonly bottom: number;
} {
  let x = 0;
  let y = top;
  let bottom = top;
  const placed = panels.map((panel) => {
    const { width, height: h } = sizes[panel.kind ?? "graph"];
    const w = panel.width ?? width;
    if (x + w > columns) {
      x = 0;
      y = bottom;
    }
    const at = { h, w, x, y };
    x += w;
    bottom = Math.max(bottom, y + h);
    return { panel, at };
  });
  return { placed, bottom };
}

function describe({ description, runbook }: Board): string {
  return runbook === undefined ? description : `${description} What to do when it alerts: ${runbook}.`;
}

function linkOf({ title, url, tooltip = "" }: BoardLink): dashboard.DashboardLinkBuilder {
  return new dashboard.DashboardLinkBuilder(title)
    .type(dashboard.DashboardLinkType.Link)
    .url(url)
    .tooltip(tooltip)
    .keepTime(true)
    .targetBlank(true);
}

function variableOf(variable: Variable): Builder<dashboard.VariableModel> {
  if (variable.kind === "values") {
    return new dashboard.CustomVariableBuilder(variable.name)
      .label(variable.label)
      .values(variable.values.join(","))
      .multi(true)
      .includeAll(true)
      .current({ selected: true, text: "All", value: "$__all" });
  }
  const built = new dashboard.QueryVariableBuilder(variable.name)
    .label(variable.label)
    .refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
    .sort(dashboard.VariableSort.AlphabeticalAsc);
  if (variable.kind === "dimension") {
    const { namespace, metric, dimension, pattern } = variable;
    return built
      .datasource(cloudWatchSource)
      .query(`dimension_values(default,${namespace},${metric},${dimension})`)
      .regex(`/${pattern}/`)
      .multi(true)
      .includeAll(true)
      .current({ selected: true, text: "All", value: "$__all" });
  }
  built.datasource(chosenPrometheus).query(`label_values(${variable.selector}, ${variable.of})`);
  if (variable.multi === false) return built;
  return built
    .multi(true)
    .includeAll(true)
    .allValue(".+")
    .current({ selected: true, text: "All", value: "$__all" });
}

function panelOf(panel: Panel): AnyPanelBuilder {
  switch (panel.kind ?? "graph") {
    case "graph":
      return graphOf(panel);
    case "stat":
      return withFrame(new stat.PanelBuilder(), panel, "stat").reduceOptions(
        new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]),
      );
    case "table":
      return withFrame(new table.PanelBuilder(), panel, "table").withTransformation({
        id: "organize",
        options: { excludeByName: { Time: true } },
      });
  }
}

function graphOf(panel: Panel): timeseries.PanelBuilder {
  const graph = withFrame(new timeseries.PanelBuilder(), panel, "graph")
    .lineWidth(1)
    .fillOpacity(panel.stacked === true ? 30 : 10)
    .showPoints(common.VisibilityMode.Never)
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(["mean", "max", "lastNotNull"]),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    );
  if (panel.stacked === true) {
    graph.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
  }
  if (panel.thresholds !== undefined) {
    graph.thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(common.GraphThresholdsStyleMode.Dashed),
    );
  }
  return graph;
}

/** What panels of all kinds have; their builders share these methods, and no type. */
type AnyPanelBuilder = timeseries.PanelBuilder | stat.PanelBuilder | table.PanelBuilder;

function withFrame<Made extends AnyPanelBuilder>(built: Made, panel: Panel, kind: keyof typeof sizes): Made {
  const { title, description, unit, queries, thresholds = [], min, max, decimals, links = [] } = panel;
  built
    .title(title)
    .description(description)
    .unit(unit)
    .datasource(sourceOf(queries))
    .thresholds(thresholdsOf(thresholds))
    .links(links.map(linkOf));
  if (min !== undefined) built.min(min);
  if (max !== undefined) built.max(max);
  if (decimals !== undefined) built.decimals(decimals);
  queries.forEach((query, place) => built.withTarget(targetOf(query, refIdOf(place), kind, panel.exemplars)));
  return built;
}

function thresholdsOf(thresholds: readonly Threshold[]): dashboard.ThresholdsConfigBuilder {
  const base = thresholds.length > 0 && thresholds[0]?.color === "green" ? "red" : "green";
  return new dashboard.ThresholdsConfigBuilder()
    .mode(dashboard.ThresholdsMode.Absolute)
    .steps([{ value: null, color: base }, ...thresholds.map(({ from, color }) => ({ value: from, color }))]);
}

/** `A`, `B` and so on. */
function refIdOf(place: number): string {
  return String.fromCharCode("A".charCodeAt(0) + place);
}

/** @throws RangeError where the questions are for more than one */
function sourceOf(queries: readonly Query[]): DataSource {
  const sources = new Set(queries.map(sourceFor));
  const [source] = sources;
  if (source === undefined || sources.size > 1) {
    throw new RangeError(`queries: expected those of one data source, got ${sources.size} of them`);
  }
  return source;
}

function sourceFor(query: Query): DataSource {
  if ("expr" in query) return chosenPrometheus;
  return "metricType" in query ? cloudMonitoringSource : cloudWatchSource;
}

function targetOf(
  query: Query,
  refId: string,
  kind: keyof typeof sizes,
  exemplars: boolean | undefined,
): Builder<Dataquery> {
  if ("expr" in query) return promTarget(query, refId, kind, exemplars ?? false);
  return "metricType" in query ? monitoringTarget(query, refId) : cloudWatchTarget(query, refId);
}

function promTarget(
  { expr, legend }: PromQuery,
  refId: string,
  kind: keyof typeof sizes,
  exemplars: boolean,
): Builder<Dataquery> {
  const target = new prometheus.DataqueryBuilder().refId(refId).expr(expr).datasource(chosenPrometheus);
  if (legend !== undefined) target.legendFormat(legend);
  if (exemplars) target.exemplar(true);
  if (kind === "graph") return target.range();
  target.instant();
  return kind === "table" ? target.format(prometheus.PromQueryFormat.Table) : target;
}

function cloudWatchTarget(
  { namespace, metric, statistic, dimensions, periodSeconds, legend }: CloudWatchQuery,
  refId: string,
): Builder<Dataquery> {
  const target = new cloudwatch.MetricsQueryBuilder()
    .refId(refId)
    // CloudWatch wants a small letter first
    .id(`m${refId.toLowerCase()}`)
    .datasource(cloudWatchSource)
    .queryMode(cloudwatch.QueryMode.Metrics)
    .metricQueryType(cloudwatch.MetricQueryType.Search)
    .metricEditorMode(cloudwatch.MetricEditorMode.Builder)
    .region("default")
    .namespace(namespace)
    .metricName(metric)
    .statistic(statistic)
    .dimensions(Object.fromEntries(Object.entries(dimensions).map(([name, value]) => [name, [value]])))
    .matchExact(true);
  if (periodSeconds !== undefined) target.period(String(periodSeconds));
  if (legend !== undefined) target.label(legend);
  return target;
}

function monitoringTarget(
  { metricType, project, filters, aligner, reducer, groupBy, legend }: CloudMonitoringQuery,
  refId: string,
): Builder<Dataquery> {
  const filter = filters.flatMap(([key, operator, value]) => ["AND", key, operator, value]);
  const target = new monitoring.CloudMonitoringQueryBuilder()
    .refId(refId)
    .queryType("timeSeriesList")
    .datasource(cloudMonitoringSource)
    .timeSeriesList(
      new monitoring.TimeSeriesListBuilder()
        .projectName(project)
        .filters(["metric.type", "=", metricType, ...filter])
        .perSeriesAligner(aligner)
        .alignmentPeriod("+60s")
        .crossSeriesReducer(reducer)
        .groupBys([...groupBy])
        .view("FULL"),
    );
  if (legend !== undefined) target.aliasBy(legend);
  return target;
}
