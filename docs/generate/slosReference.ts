import { format } from "prettier";
import { blueprints } from "../../blueprints/catalogue";
import { measuredBy } from "../../components/mesh/istioSpec";
import { planSlos } from "../../components/slo/plan";
import { budgetOf, type Slo } from "../../components/slo/slo";

const marks = ["<!-- objectives -->", "<!-- /objectives -->"] as const;

const header = ["system", "service", "priority", "objective", "of", "by", "window", "budget"];

/** docs/slo.md with the table of every service's objectives as its blueprint has them. */
export async function slosReference(page: string): Promise<string> {
  const [begin, end] = marks.map((mark) => page.indexOf(mark));
  if (begin === undefined || end === undefined || begin < 0 || end < begin) {
    throw new Error(`docs/slo.md: expected ${marks.join(" and ")}, got a page without`);
  }
  const rows = Object.values(blueprints).flatMap(({ name, namespace, services, platform }) =>
    Object.entries(services).flatMap(([service, spec]) =>
      planSlos(service, spec, { namespace, measured: measuredBy(platform.istio) }).map((slo) =>
        row(name, spec.priority ?? "standard", slo),
      ),
    ),
  );
  const table = [header, header.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  const whole = [page.slice(0, begin + marks[0].length), "", ...table, "", page.slice(end)].join("\n");
  return await format(whole, { parser: "markdown", printWidth: 110 });
}

function row(system: string, priority: string, slo: Slo): readonly string[] {
  const { service, kind, objectivePercent, windowDays } = slo;
  const [of, by] = measureOf(slo);
  return [
    system,
    `\`${service}\``,
    priority,
    `${kind} ${objectivePercent} %`,
    of,
    by,
    `${windowDays} days`,
    budgetText(slo),
  ];
}

function measureOf({ indicator }: Slo): readonly [of: string, by: string] {
  switch (indicator.of) {
    case "requests":
      return ["requests that don't fail", tellers[indicator.measured]];
    case "durations":
      return [`answers within ${indicator.thresholdMilliseconds} ms`, tellers[indicator.measured]];
    case "pods":
      return [`time with ${indicator.least} ready pods or more`, "kube-state-metrics"];
    case "backlog":
      return [`time with fewer than ${indicator.most} messages waiting`, "KEDA"];
  }
}

const tellers = { mesh: "its sidecars", workload: "the service" } as const;

/** Of requests a part, of time how much it is in the window. */
function budgetText(slo: Slo): string {
  const budget = budgetOf(slo);
  const { of } = slo.indicator;
  if (of === "requests" || of === "durations") return `${Number((budget * 1000).toFixed(2))} of 1,000`;
  return `${Number((budget * slo.windowDays * 24).toFixed(1))} h`;
}
