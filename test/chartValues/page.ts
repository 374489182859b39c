import { acceptances } from "./accepted";
import type { Judged, Judgement } from "./prove";

const head = `# Values of charts that their values.yaml does not name

A check against a chart's \`values.yaml\` alone cannot tell a mistyped value from one that the chart hands on whole, as it does with
most security contexts, selectors and configuration files. So each value that the program gives and no default of its chart has, of
the charts inside it neither, is taken away, and the chart rendered once more: what is rendered has to change. Written by
\`npm run chart-values\`, which needs \`helm\` on the PATH and fails on a value that changes nothing and is not listed below.
`;

/** The page of figures that a whole run leaves behind. */
export function pageOf({ releases, values, judged }: Judgement): string {
  const charts = [...new Set(judged.map(({ chart }) => chart))].sort();
  return [
    head,
    `${count(releases)} releases of all systems, stacks and clouds, ${count(values)} values; beyond the charts' own, each value ` +
      `counted once: ${count(judged.length)}, of which ${count(judged.filter(({ isRead }) => isRead).length)} change what is rendered.\n`,
    ...charts.map((chart) => lineOf(judged.filter((one) => one.chart === chart))),
    "\n## Values that change nothing and stay\n",
    ...acceptances.map(({ chart, path, reason }) => `- \`${chart}\`, \`${path}\`: ${reason}`),
    "",
  ].join("\n");
}

function lineOf(judged: readonly Judged[]): string {
  const [first] = judged;
  const places = [...new Set(judged.map(placeOf))].sort();
  return `- \`${first?.chart ?? ""}\` ${first?.version ?? ""}, ${count(judged.length)}: ${places.map((place) => `\`${place}\``).join(", ")}`;
}

/** Its first three keys: what is below them is the chart's to hand on. */
function placeOf({ path }: Judged): string {
  return path.slice(0, 3).join(".");
}

function count(figure: number): string {
  return figure.toLocaleString("en-US");
}
