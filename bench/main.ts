import { cpus, totalmem } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { median, rounds, type Sample, typescript } from "./measure";

const program = (name: string, ...args: readonly (string | number)[]): readonly string[] => [
  ...(name.endsWith(".ts") ? typescript : []),
  `bench/programs/${name}`,
  ...args.map(String),
];
const preview = (cloud: string): readonly string[] => [
  ...typescript,
  "preview/main.ts",
  "preview",
  "--stack",
  "prod",
  "--cloud",
  cloud,
  "--json",
];

const counts = {
  plain: [100, 500, 1000, 2000, 5000],
  workloads: [10, 100, 1000],
  peer: [500, 2000],
} as const;

type Samples = readonly Sample[];
const wall = (samples: Samples): number => median(samples.map(({ wallMs }) => wallMs));
const peak = (samples: Samples): number => Math.max(...samples.map(({ peakMiB }) => peakMiB));
const work = (samples: Samples): number => median(samples.map(({ workMs = Number.NaN }) => workMs));
const made = (samples: Samples): number => samples[0]?.resources ?? Number.NaN;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const mebibytes = (value: number): string => `${value.toFixed(0)} MiB`;
const times = (value: number): string => `${value.toFixed(2)} ×`;

/** Measures the preview: against the floor, by size, and beside a peer. Prints tables of medians. */
async function main({ runs }: { readonly runs: number }): Promise<void> {
  const progress = (done: string): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${done}`);
  };
  const prod = await rounds(
    { floor: program("floor.cjs"), "prod on aws": preview("aws"), "prod on gcp": preview("gcp") },
    runs,
    progress,
  );
  table("the preview of prod beside the floor (a process that imports the same SDK packages)", [
    ["", "wall", "to the floor", "peak memory"],
    ...Object.entries(prod).map(([name, samples]) => [
      name,
      seconds(wall(samples)),
      times(wall(samples) / wall(prod.floor)),
      mebibytes(peak(samples)),
    ]),
  ]);

  const plain = await rounds(
    Object.fromEntries(counts.plain.map((count) => [count, program("plain.ts", count)])),
    runs,
    progress,
  );
  table("by number of plain resources (S3 buckets), start-up left out", sizes(plain));

  const workloads = await rounds(
    Object.fromEntries(counts.workloads.map((count) => [count, program("workloads.ts", count)])),
    runs,
    progress,
  );
  table("by number of workloads, policy pack included, start-up left out", sizes(workloads));

  const versus = await rounds(
    Object.fromEntries(
      counts.peer.flatMap((count) => [
        [`preview of ${count}`, program("plain.ts", count)],
        [`aws-cdk-lib, ${count}`, program("cdk.ts", count)],
      ]),
    ),
    runs,
    progress,
  );
  table("beside a peer: as many plain resources synthesised by aws-cdk-lib, whole processes", [
    ["", "wall", "peak memory"],
    ...Object.entries(versus).map(([name, samples]) => [
      name,
      seconds(wall(samples)),
      mebibytes(peak(samples)),
    ]),
  ]);
}

function sizes(measured: Readonly<Record<string, Samples>>): string[][] {
  return [
    ["", "resources", "work", "a resource", "peak memory"],
    ...Object.entries(measured).map(([count, samples]) => [
      count,
      String(made(samples)),
      seconds(work(samples)),
      `${(work(samples) / made(samples)).toFixed(2)} ms`,
      mebibytes(peak(samples)),
    ]),
  ];
}

function table(title: string, [head = [], ...rows]: readonly (readonly string[])[]): void {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("   ");
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  process.stdout.write([`\n${title}`, ...[head, ...rows].map((row) => `  ${line(row)}`), ""].join("\n"));
}

function atLeastOne(value: string): number {
  const runs = Number(value);
  if (!Number.isInteger(runs) || runs < 1)
    throw new InvalidArgumentError("expected a whole number of 1 or more");
  return runs;
}

void new Command("bench")
  .description("time and memory of the offline preview; medians of several runs, the commands in turn")
  .option("--runs <number>", "counted runs of each command", atLeastOne, 5)
  .action(async (options: { readonly runs: number }) => {
    const model = cpus()[0]?.model ?? "unknown processor";
    process.stdout.write(
      `${cpus().length} × ${model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Node ${process.version}, median of ${options.runs} runs\n`,
    );
    await main(options);
  })
  .parseAsync();
