import type { Json, Plan } from "./plan";

/** How full a pool is in a case; `components/capacity/report.ts` says what each figure is. */
export interface PoolFigures {
  readonly pool: string;
  readonly pods: number;
  readonly cpuMillicores: number;
  readonly memoryMiB: number;
  readonly nodes: number;
  readonly maxNodes: number;
  readonly usedPercent: number;
  readonly scarcest: string;
  readonly waiting: Readonly<Record<string, number>>;
}

/** A case: a load, with all zones or with one less. */
export interface CaseFigures {
  readonly load: "normal" | "tenfold" | "most";
  readonly zoneLost: boolean;
  readonly mustFit: boolean;
  readonly pools: readonly PoolFigures[];
  readonly boundToZone: Readonly<Record<string, number>>;
  readonly serverless?: {
    readonly pods: number;
    readonly cpuMillicores: number;
    readonly memoryMiB: number;
    readonly givenVcpus: number;
    readonly givenGiB: number;
  };
}

/** The output `capacity`, as far as it is shown. */
export interface CapacityFigures {
  readonly pools: readonly {
    readonly pool: string;
    readonly vcpus: number;
    readonly memoryGiB: number;
    readonly minNodes: number;
    readonly initialNodes: number;
    readonly maxNodes: number;
    readonly allocatable: { readonly cpuMillicores: number; readonly memoryMiB: number };
    readonly room: { readonly cpuMillicores: number; readonly memoryMiB: number; readonly pods: number };
    readonly fitsUnscaled: boolean;
  }[];
  readonly cases: readonly CaseFigures[];
  readonly capped: readonly { readonly service: string; readonly min: number; readonly max: number }[];
}

/** What the program says of its capacity; undefined where it says nothing, as a program of others. */
export function capacityOf({ capacity }: Plan["outputs"]): CapacityFigures | undefined {
  // as components/capacity/report.ts writes it
  return isFigures(capacity) ? (capacity as unknown as CapacityFigures) : undefined;
}

function isFigures(value: Json | undefined): boolean {
  return (
    typeof value === "object" && value !== null && "pools" in value && "cases" in value && "capped" in value
  );
}

/** What a load is called. */
export const loadNames: Readonly<Record<CaseFigures["load"], string>> = {
  normal: "at rest",
  tenfold: "10 × that",
  most: "at the most",
};

/** Cells of a case: its name, then a pool each with its nodes, and how much of the scarcest is asked for. */
export function caseCells({ load, zoneLost, pools, serverless }: CaseFigures): readonly string[] {
  return [
    `${loadNames[load]}${zoneLost ? ", a zone lost" : ""}`,
    ...pools.map(
      ({ nodes, maxNodes, usedPercent, scarcest }) =>
        `${nodes} of ${maxNodes} nodes, ${usedPercent} % of ${scarcest}`,
    ),
    ...(serverless === undefined
      ? []
      : [
          `${serverless.pods} pods, ${number(serverless.givenVcpus)} vCPUs, ${number(serverless.givenGiB)} GiB`,
        ]),
  ];
}

/** Titles of those cells. */
export function caseTitles({ cases }: CapacityFigures): readonly string[] {
  const [first] = cases;
  return [
    "load",
    ...(first?.pools ?? []).map(({ pool }) => pool),
    ...(first?.serverless === undefined ? [] : ["pods without nodes of ours"]),
  ];
}

/** What finds no room in a case, a pool each; empty where all fits. */
export function waitingTexts({ pools }: CaseFigures): readonly string[] {
  return pools.flatMap(({ pool, waiting, cpuMillicores, memoryMiB, nodes }) => {
    const names = Object.entries(waiting);
    const count = names.reduce((sum, [, each]) => sum + each, 0);
    if (count === 0) return [];
    const most = [...names].sort(([, one], [, other]) => other - one).slice(0, 3);
    const said = most.map(([name, each]) => `${each} of ${name}`).join(", ");
    const more = names.length > most.length ? ` and of ${names.length - most.length} others` : "";
    return [
      `${pool}: ${count} pods wait (${said}${more}); ${number(cpuMillicores)}m and ${number(memoryMiB)} MiB are asked for, and there are ${nodes} nodes`,
    ];
  });
}

/** A number as people read it. */
export function number(value: number): string {
  return value.toLocaleString("en-US");
}
