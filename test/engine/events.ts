import { readFileSync } from "node:fs";
import { z } from "zod";

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
}

const step = z.object({ metadata: z.object({ urn: z.string(), op: z.string() }) }).optional();

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
      ...(resourcePreEvent === undefined ? [] : [{ ...resourcePreEvent.metadata, phase: "begins" as const }]),
      ...(resOutputsEvent === undefined ? [] : [{ ...resOutputsEvent.metadata, phase: "ends" as const }]),
    ]),
    urns: [...new Set(urns)],
    breaches: said.filter((breach) => !isUndecided(breach)),
    errors: events.flatMap(({ diagnosticEvent: said }) =>
      said?.severity === "error" ? [{ urn: said.urn, message: said.message.replace(/\s+/g, " ") }] : [],
    ),
    undecided: said.filter(isUndecided),
  };
}
