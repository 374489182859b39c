import { series } from "../../components/slo/indicators";
import { messageOf } from "../../preview/errors";
import type { PlanResource } from "../../preview/plan";
import { listAt, textAt } from "../json";
import type { Check } from "./check";
import type { Query } from "./prometheus";

/** An objective, by what tells its series from others'. */
export interface Objective {
  readonly namespace: string;
  readonly service: string;
  readonly slo: string;
}

/** The objectives of a plan, by what its own rules record of each one's budget. */
export function objectivesOf(resources: readonly PlanResource[]): readonly Objective[] {
  return resources
    .filter(({ type }) => type === "kubernetes:monitoring.coreos.com/v1:PrometheusRule")
    .flatMap(({ inputs }) => listAt(inputs, "spec", "groups"))
    .flatMap((group) => listAt(group, "rules"))
    .filter((rule) => textAt(rule, "record") === series.budgetRemaining)
    .flatMap((rule): Objective[] => {
      const [namespace, service, slo] = ["namespace", "service", "slo"].map((label) =>
        textAt(rule, "labels", label),
      );
      if (namespace === undefined || service === undefined || slo === undefined) return [];
      return [{ namespace, service, slo }];
    });
}

/** What is left of each error budget: none is bad, and nothing recorded is unknown. */
export async function checkBudgets(
  objectives: readonly Objective[],
  query: Query | undefined,
): Promise<readonly Check[]> {
  const unknown = (seen: string) =>
    objectives.map((objective): Check => ({
      kind: "budget",
      what: nameOf(objective),
      state: "unknown",
      seen,
    }));
  if (query === undefined) return unknown("nobody said where Prometheus is: --prometheus");
  try {
    const samples = await query(series.budgetRemaining);
    return objectives.map((objective): Check => {
      const { namespace, service, slo } = objective;
      const check = { kind: "budget", what: nameOf(objective) } as const;
      const found = samples.find(
        ({ labels }) =>
          labels["namespace"] === namespace && labels["service"] === service && labels["slo"] === slo,
      );
      if (found === undefined || Number.isNaN(found.value)) {
        return { ...check, state: "unknown", seen: "nothing is recorded" };
      }
      const left = Math.floor(found.value * 100);
      return { ...check, state: found.value > 0 ? "ok" : "bad", seen: `${left} % of the error budget left` };
    });
  } catch (error) {
    return unknown(messageOf(error));
  }
}

function nameOf({ service, slo }: Objective): string {
  return `${service} ${slo}`;
}
