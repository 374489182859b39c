import { capacityOf, caseCells, caseTitles, waitingTexts, loadNames } from "../capacity";
import { textTable } from "../textTable";
import type { Plan } from "../plan";
import type { Paint } from "./paint";
import type { Section } from "./summary";

/** How full the nodes are, a line for each case, and below it what finds no room. */
export function capacity(values: Plan["outputs"], paint: Paint): Section {
  const figures = capacityOf(values);
  if (figures === undefined) return [];
  const [titles = "", ...rows] = textTable([caseTitles(figures), ...figures.cases.map(caseCells)]);
  const lines = figures.cases.flatMap((each, index) => [
    `  ${rows[index] ?? ""}`,
    ...waitingTexts(each).map((text) => `    ${paint.yellow("!")} ${text}`),
  ]);
  const capped = figures.capped.map(({ service, min, max }) => `${service} (${min} to ${max})`);
  return [
    paint.bold("Capacity"),
    `  ${paint.dim(titles)}`,
    ...lines,
    ...(capped.length === 0
      ? []
      : [`  ${paint.dim(`less than ten times what is there ${loadNames.normal}: ${capped.join(", ")}`)}`]),
  ];
}
