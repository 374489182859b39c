import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Json } from "../../preview/plan";
import { toPlan, type WireObject } from "../../preview/wire";

/** A breach as the engine reported it. */
export interface Breach {
  readonly policy: string;
  readonly level: string;
  readonly urn: string;
  readonly message: string;
}

/** A step that the engine took with a resource, as it begins and as it ends. */
export interface Step {
  readonly urn: string;
  /** `create`, `update`, `delete`, `create-replacement` and the like. */
  readonly op: string;
  readonly phase: "begins" | "ends";
}

/** What the engine said of one run. */
export interface Events {
  /** Every step, in the order in which it came about; what failed never ends. */
  readonly steps: readonly Step[];
  /** Resources that it was asked for, whether made, changed, read or left. */
  readonly urns: readonly string[];
  readonly breaches: readonly Breach[];
  /** What went wrong, of each resource: empty where it is of none. */
  readonly errors: readonly { readonly urn: string; readonly message: string }[];
  /** Rules that it could not run, as a value they read is not known yet. */
  readonly undecided: readonly Breach[];
  /** What rules mended before it was registered. */
  readonly remediated: readonly Pick<Breach, "policy" | "urn">[];
  /** By URN, what the engine hands the provider, and what this made of it. */
  readonly handed: ReadonlyMap<string, Handed>;
}

/** A resource's properties after a step, as a plan shows them. */
export interface Handed {
  readonly inputs: Readonly<Record<string, Json>>;
  readonly outputs: Readonly<Record<string, Json>>;
}

const fields = z
  .record(z.string(), z.unknown())
  .default({})
  // a log is what went over the wire
  .transform((found) =>
    Object.fromEntries(Object.entries(found as WireObject).map(([key, value]) => [key, toPlan(value)])),
  );

const step = z
  .object({
    metadata: z.object({
      urn: z.string(),
      op: z.string(),
      new: z.object({ inputs: fields, outputs: fields }).nullish(),
    }),
  })
  .optional();

const event = z.object({
  resourcePreEvent: step,
  resOutputsEvent: step,
  diagnosticEvent: z
    .object({ severity: z.string(), urn: z.string().default(""), message: z.string() })
    .optional(),
  policyEvent: z
    .object({
      policyName: z.string(),
      enforcementLevel: z.string(),
      resourceUrn: z.string().default(""),
      message: z.string(),
    })
    .optional(),
  policyRemediationEvent: z.object({ policyName: z.string(), resourceUrn: z.string() }).optional(),
});

/** Reads the log that `--event-log` writes: a JSON document a line. */
export function readEvents(file: string): Events {
  const events = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => event.parse(JSON.parse(line)));
  const urns = events.flatMap(({ resourcePreEvent }) => resourcePreEvent?.metadata.urn ?? []);
  const said = events.flatMap(({ policyEvent }) =>
    policyEvent === undefined
      ? []
      : [
          {
            policy: policyEvent.policyName,
            level: policyEvent.enforcementLevel,
            urn: policyEvent.resourceUrn,
            message: policyEvent.message,
          },
        ],
  );
  const isUndecided = (breach: Breach): boolean => breach.message.includes("can't be known during preview");
  return {
    steps: events.flatMap(({ resourcePreEvent, resOutputsEvent }) => [
      ...(resourcePreEvent === undefined ? [] : [stepOf(resourcePreEvent.metadata, "begins")]),
      ...(resOutputsEvent === undefined ? [] : [stepOf(resOutputsEvent.metadata, "ends")]),
    ]),
    urns: [...new Set(urns)],
    breaches: said.filter((breach) => !isUndecided(breach)),
    errors: events.flatMap(({ diagnosticEvent: said }) =>
      said?.severity === "error" ? [{ urn: said.urn, message: said.message.replace(/\s+/g, " ") }] : [],
    ),
    undecided: said.filter(isUndecided),
    remediated: events.flatMap(({ policyRemediationEvent: mended }) =>
      mended === undefined ? [] : [{ policy: mended.policyName, urn: mended.resourceUrn }],
    ),
    handed: new Map(
      events.flatMap(({ resOutputsEvent }) => {
        const { urn = "", new: after } = resOutputsEvent?.metadata ?? {};
        return after == null ? [] : [[urn, after] as const];
      }),
    ),
  };
}

function stepOf({ urn, op }: Pick<Step, "urn" | "op">, phase: Step["phase"]): Step {
  return { urn, op, phase };
}
