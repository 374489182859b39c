import { z } from "zod";
import { type OnCallSpec, pagerDutyRegions } from "../components/oncall/onCallSpec";
import { weekdays } from "../components/oncall/rotation";
import { platformTeam } from "../components/platform/alerting";
import { addresses, byTeam, team, type TeamSecrets } from "./alerting";
import type { ConfigProblem } from "./errors";
import { count, oneOf, text } from "./fields";
import { present } from "./present";
import type { SecretKey } from "./schema";

const minutes = (preset: number, of: string) =>
  count(1, 120)
    .default(preset)
    .describe(`how long ${of} has to acknowledge before the next is asked, minutes`);

const handoff = { day: "monday", time: "09:00" } as const;
const escalation = { primaryMinutes: 5, secondaryMinutes: 10, leadMinutes: 15, repeats: 2 } as const;

/** Schema of `groundwork:pagerDuty`. */
export const pagerDuty = z
  .strictObject({
    region: oneOf(pagerDutyRegions).default("us").describe("where the account is"),
    timeZone: z
      .string({ error: "a zone of the tz database such as Europe/Berlin" })
      .refine(isTimeZone, "a zone of the tz database such as Europe/Berlin")
      .describe("by whose clock the week's on-call hands over"),
    handoff: z
      .strictObject({
        day: oneOf(weekdays).default(handoff.day).describe("day of the handover"),
        time: text(/^([01]\d|2[0-3]):[0-5]\d$/, "a time such as 09:00, in quotes")
          .default(handoff.time)
          .describe("time of the handover"),
      })
      .default(handoff),
    escalation: z
      .strictObject({
        primaryMinutes: minutes(escalation.primaryMinutes, "who is on call"),
        secondaryMinutes: minutes(escalation.secondaryMinutes, "the second line"),
        leadMinutes: minutes(escalation.leadMinutes, "the lead"),
        repeats: count(0, 9)
          .default(escalation.repeats)
          .describe("how often it begins again when nobody has answered"),
      })
      .default(escalation),
    acknowledgementMinutes: count(5, 1440)
      .default(30)
      .describe(
        "after how long an incident that somebody took and did not resolve is told of again, minutes",
      ),
    autoResolveHours: count(1, 168)
      .default(24)
      .describe("after how long an incident that nobody resolved is taken as over, hours"),
    teams: z
      .record(
        team,
        z.strictObject({
          primary: addresses.describe(
            "who is on call, a week each, in this order: the addresses by which PagerDuty knows them",
          ),
          secondary: addresses
            .optional()
            .describe(
              "who is asked next, a week each; those of primary, each the week before, where nothing is said",
            ),
          lead: z
            .email({ error: "an e-mail address" })
            .optional()
            .describe("who is asked when neither answers"),
        }),
        { error: byTeam },
      )
      .refine((teams) => platformTeam in teams, `the team ${platformTeam}, which has what no other has`)
      .describe("teams by the label team of their alerts"),
  })
  .optional()
  .describe(
    "who is on call, as the stack makes it in PagerDuty: services, schedules and escalations; the secret pagerDutyToken goes with it, and pagerDutyRoutingKey is not asked for then",
  );

/** What a stack file says of PagerDuty. */
export type PagerDutyFile = NonNullable<z.infer<typeof pagerDuty>>;

/** A stack's on-call, as its component takes it; undefined where the stack says nothing of it. */
export function onCallOf(file: PagerDutyFile | undefined): OnCallSpec | undefined {
  if (file === undefined) return undefined;
  const { teams, ...rest } = file;
  return {
    ...rest,
    teams: Object.fromEntries(
      Object.entries(teams).map(([name, { primary, ...others }]) => [name, { primary, ...present(others) }]),
    ),
  };
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** Keys of services that the program makes are not given as well. */
export function checkPagerDuty(
  file: PagerDutyFile | undefined,
  secrets: Partial<Record<SecretKey, unknown>>,
  teamSecrets: TeamSecrets<unknown>,
): ConfigProblem[] {
  if (file === undefined) return [];
  const made = "no key where groundwork:pagerDuty makes the service that it would be of";
  return [
    ...(secrets.pagerDutyRoutingKey === undefined ? [] : [{ key: "pagerDutyRoutingKey", expected: made }]),
    ...Object.keys(file.teams)
      .filter((name) => teamSecrets[name]?.pagerDutyRoutingKey !== undefined)
      .map((name) => ({ key: `teamReceivers.${name}.pagerDutyRoutingKey`, expected: made })),
  ];
}
