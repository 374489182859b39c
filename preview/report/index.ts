import type { Plan } from "../plan";
import type { StandIn } from "../stack";
import { capacity } from "./capacity";
import type { Paint } from "./paint";
import { counts, outputs, standIns, warnings } from "./summary";
import { tree } from "./tree";
import { isMandatory, verdict } from "./verdict";

/** What the report shows beside the plan, and how. */
export interface ReportOptions {
  readonly standIns: readonly StandIn[];
  readonly warnings: readonly string[];
  /** A line for each resource, none folded. */
  readonly full: boolean;
  /** What `--first` found, in a line. */
  readonly firstPreview?: string;
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
}

/** The plan as a person reads it: the tree by component, counts, outputs, what to set, warnings, and the policies' verdict. */
export function report(plan: Plan, options: ReportOptions): string {
  const { paint, width } = options;
  const marked = new Set(
    plan.policy.violations.flatMap((violation) =>
      isMandatory(violation) && violation.urn !== null ? [violation.urn] : [],
    ),
  );
  const title = [
    plan.stack,
    plan.blueprint,
    [plan.cloud, plan.region].filter((word) => word !== "").join(" "),
  ];
  const sections = [
    [paint.bold(title.filter((word) => word !== "").join(" · "))],
    tree(plan.resources, { paint, marked, full: options.full }),
    counts(plan.resources, width, paint),
    outputs(plan.outputs, paint),
    capacity(plan.outputs, paint),
    standIns(options.standIns, paint),
    warnings(options.warnings, paint),
    options.firstPreview === undefined ? [] : [`${paint.bold("First preview")}  ${options.firstPreview}`],
    verdict(plan.policy, paint),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}
