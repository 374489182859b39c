import {
  capacityOf,
  type CapacityFigures,
  caseCells,
  caseTitles,
  loadNames,
  number,
  waitingTexts,
} from "./capacity";
import { UsageError } from "./errors";
import { type ExitStatus, exitStatus } from "./exitStatus";
import { runStack } from "./program";
import { progressOn } from "./progress";
import { readStack, type StackRequest } from "./stack";
import { textTable } from "./textTable";

/** How `capacity` shows what it found. */
export interface CapacityFlags {
  readonly json?: boolean;
}

/** `capacity`: whether a stack's pods fit on its nodes; a stack in which they don't is refused with the figures. */
export async function capacityCommand(
  request: StackRequest,
  { json = false }: CapacityFlags,
): Promise<ExitStatus> {
  const progress = progressOn(process.stderr);
  progress.say(`${request.stack} …`);
  const { outputs } = await runStack(readStack(request), {
    root: request.root,
    outputs: "known",
    echo: false,
  }).finally(() => {
    progress.done();
  });
  const figures = capacityOf(outputs);
  if (figures === undefined) throw new UsageError("capacity: expected a program with that output, got none");
  process.stdout.write(json ? `${JSON.stringify(figures, null, 2)}\n` : capacityText(figures));
  return exitStatus.fine;
}

/** The figures as tables: nodes, cases, and what does not fit, is bound to a zone or cannot grow. */
export function capacityText(figures: CapacityFigures): string {
  const waiting = figures.cases.flatMap((each) =>
    waitingTexts(each).map((text) => `  ${caseCells(each)[0] ?? ""}: ${text}`),
  );
  const bound = Object.entries(figures.cases.find(({ zoneLost }) => zoneLost)?.boundToZone ?? {});
  const sections = [
    figures.pools.length === 0 ? [] : textTable(poolRows(figures)),
    textTable([caseTitles(figures), ...figures.cases.map(caseCells)]),
    waiting.length === 0 ? [] : ["no room for:", ...waiting],
    bound.length === 0
      ? []
      : [
          `wait for their zone, with their volumes: ${bound.map(([name, count]) => `${count} of ${name}`).join(", ")}`,
        ],
    ...(figures.capped.length === 0
      ? []
      : [
          [
            `less than ten times what is there ${loadNames.normal}: ` +
              figures.capped.map(({ service, min, max }) => `${service} (${min} to ${max})`).join(", "),
          ],
        ]),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

/** Titles and cells of the pools. */
export function poolRows({ pools }: CapacityFigures): readonly (readonly string[])[] {
  return [
    [
      "pool",
      "node",
      "allocatable",
      "left beside what runs on each",
      "nodes at least, first, most",
      "at rest",
    ],
    ...pools.map(
      ({ pool, vcpus, memoryGiB, allocatable, room, minNodes, initialNodes, maxNodes, fitsUnscaled }) => [
        pool,
        `${vcpus} vCPUs, ${memoryGiB} GiB`,
        `${number(allocatable.cpuMillicores)}m, ${number(allocatable.memoryMiB)} MiB`,
        `${number(room.cpuMillicores)}m, ${number(room.memoryMiB)} MiB, ${room.pods} pods`,
        `${minNodes}, ${initialNodes}, ${maxNodes}`,
        fitsUnscaled ? "fits as it is" : "grows",
      ],
    ),
  ];
}
