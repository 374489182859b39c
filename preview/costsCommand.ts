import { drivers } from "./costs/drivers";
import { type ExitStatus, exitStatus } from "./exitStatus";
import { runStack } from "./program";
import { progressOn } from "./progress";
import type { PlanResource } from "./plan";
import { readStack, type StackRequest } from "./stack";

/** What `costs` compares. */
export interface CostsFlags {
  /** Presets, one column each and cloud. */
  readonly presets: readonly string[];
  readonly clouds: readonly string[];
  readonly json?: boolean;
}

/** One column: a stack in a preset on a cloud, and how much it has of each driver, by the driver's name. */
export interface CostsColumn {
  readonly cloud: string;
  readonly preset: string;
  readonly drivers: Readonly<Record<string, number>>;
}

/** `costs`: a stack in every preset and on every cloud, and what of it is paid for or waited for. */
export async function costsCommand(request: StackRequest, flags: CostsFlags): Promise<ExitStatus> {
  const columns = await compareCosts(request, flags);
  process.stdout.write(flags.json === true ? `${JSON.stringify(columns, null, 2)}\n` : table(columns));
  return exitStatus.fine;
}

/** Runs the stack once for each cloud and preset. */
export async function compareCosts(
  request: StackRequest,
  { clouds, presets }: Pick<CostsFlags, "clouds" | "presets">,
): Promise<readonly CostsColumn[]> {
  const progress = progressOn(process.stderr);
  const columns: CostsColumn[] = [];
  for (const cloud of clouds) {
    for (const preset of presets) {
      progress.say(`${request.stack}: ${preset} on ${cloud} …`);
      const set = [...request.set, `cloud=${cloud}`, `preset=${preset}`];
      const { resources } = await runStack(readStack({ ...request, set }), {
        root: request.root,
        outputs: "known",
        echo: false,
      }).finally(() => {
        progress.done();
      });
      columns.push({ cloud, preset, drivers: amounts(resources) });
    }
  }
  return columns;
}

function amounts(resources: readonly PlanResource[]): Record<string, number> {
  return Object.fromEntries(drivers.map(({ name, of }) => [name, of(resources)]));
}

function table(columns: readonly CostsColumn[]): string {
  const rows = [
    ["", ...columns.map(({ cloud }) => cloud)],
    ["", ...columns.map(({ preset }) => preset)],
    ...drivers.map(({ name }) => [
      name,
      ...columns.map((column) => (column.drivers[name] ?? 0).toLocaleString("en-US")),
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, index) => {
          const width = widths[index] ?? 0;
          return index === 0 ? cell.padEnd(width) : cell.padStart(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}
