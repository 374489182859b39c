import { series } from "../slo/indicators";
import { burns } from "../slo/rules";
import type { Board, Panel, Threshold } from "./board";
import { lines } from "./promql";

/** What the dashboard has to know of a system. */
export interface SloFacts {
  readonly namespace: string;
  readonly services: readonly string[];
}

const legend = "{{service}} {{slo}}";

/** Colours of what is left of a budget: nothing is red, and a quarter is where changes had better wait. */
const left: readonly Threshold[] = [
  { from: -1_000_000, color: "red" },
  { from: 0, color: "yellow" },
  { from: 0.25, color: "green" },
];

/** What is promised of each service: what is left of its budget, how fast it goes, and what goes wrong. */
export function sloBoard({ namespace, services }: SloFacts): Board {
  const here = `{namespace="${namespace}",service=~"$service"}`;
  return {
    uid: "groundwork-slo",
    title: "Service levels",
    description:
      "What is promised of each service, what is left of its error budget and how fast that goes. What to do about an alert: docs/runbooks/slo.md.",
    folder: "System",
    runbook: "docs/runbooks/slo.md",
    tags: ["slo"],
    hours: 72,
    variables: [{ kind: "values", name: "service", label: "Service", values: services }],
    sections: [
      { title: "Error budgets", panels: budgets(here) },
      { title: "How fast they go", panels: burns.map((burn) => burnPanel(here, burn)) },
      { title: "What goes wrong", panels: failures(here) },
    ],
  };
}

function budgets(here: string): readonly Panel[] {
  return [
    {
      title: "Left of the budget",
      description:
        "Of what may go wrong in the objective's window, the part that still may: 0 and less is none.",
      kind: "stat",
      unit: "percentunit",
      thresholds: left,
      width: 16,
      queries: lines({ [legend]: `${series.budgetRemaining}${here}` }),
    },
    {
      title: "Objectives",
      description: "The part of requests, or of the time, that has to be good.",
      kind: "stat",
      unit: "percentunit",
      decimals: 3,
      width: 8,
      queries: lines({ [legend]: `${series.objective}${here}` }),
    },
    {
      title: "Budget over time",
      description:
        "Steps are outages, and a slope is a defect that lasts; it rises as bad days leave the window.",
      unit: "percentunit",
      max: 1,
      thresholds: left,
      width: 24,
      queries: lines({ [legend]: `${series.budgetRemaining}${here}` }),
    },
  ];
}

/** Times as fast as the budget may go to last its window; the alert's factor is where the line turns red. */
function burnPanel(here: string, { alert, factor, long, short, severity }: (typeof burns)[number]): Panel {
  const rate = (window: string) => `${series.ratio(window)}${here} / (1 - ${series.objective}${here})`;
  return {
    title: `Over ${long}`,
    description: `How many times as fast as it may. Above ${factor} here and over ${short} it is the alert ${alert}, which ${severity === "critical" ? "pages" : "can wait for the morning"}.`,
    unit: "none",
    min: 0,
    thresholds: [{ from: factor, color: severity === "critical" ? "red" : "yellow" }],
    queries: lines({ [legend]: rate(long), [`${legend}, ${short}`]: rate(short) }),
  };
}

function failures(here: string): readonly Panel[] {
  return [
    {
      title: "Failing or late",
      description:
        "The part of requests that failed or were late in five minutes; of a worker, of the moments.",
      unit: "percentunit",
      min: 0,
      queries: lines({ [legend]: `${series.ratio("5m")}${here}` }),
    },
    {
      title: "Failures",
      description: "Requests a second that failed or were late: what a percentage is of.",
      unit: "reqps",
      min: 0,
      queries: lines({ [legend]: `${series.failures}${here}` }),
    },
  ];
}
