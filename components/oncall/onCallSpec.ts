import { pagerDutyEventsUrl } from "../governance/alarms";
import { type Handoff, secondLineOf } from "./rotation";

/** Where an account of PagerDuty is: https://support.pagerduty.com/main/docs/service-regions */
export const pagerDutyRegions = ["us", "eu"] as const;
export type PagerDutyRegion = (typeof pagerDutyRegions)[number];

/** Where each region takes events (Events API v2). */
export const eventsUrls: Readonly<Record<PagerDutyRegion, string>> = {
  us: pagerDutyEventsUrl,
  eu: "https://events.eu.pagerduty.com/v2/enqueue",
};

/** Who of a team is woken; all by the e-mail address that PagerDuty knows them by. */
export interface OnCallTeamSpec {
  /** In the order in which they are on call, a week each. */
  readonly primary: readonly string[];
  /**
   * Who is asked next, a week each.
   *
   * @default - those who are primary, each the week before; nobody beside one alone
   */
  readonly secondary?: readonly string[];
  /**
   * Who is asked when neither answers.
   *
   * @default - the first is asked again
   */
  readonly lead?: string;
}

/** How long each level has to acknowledge before the next one is asked, minutes. */
export interface Escalation {
  readonly primaryMinutes: number;
  readonly secondaryMinutes: number;
  readonly leadMinutes: number;
  /** How often it begins again when nobody has answered, 0 to 9. */
  readonly repeats: number;
}

/** An on-call as PagerDuty has it. */
export interface OnCallSpec {
  readonly region: PagerDutyRegion;
  readonly timeZone: Handoff["timeZone"];
  readonly handoff: Pick<Handoff, "day" | "time">;
  readonly escalation: Escalation;
  /** After how long an incident that somebody took and did not resolve is told of again, minutes. */
  readonly acknowledgementMinutes: number;
  /** After how long an incident that nobody resolved is taken as over, hours: what goes on is then told of anew. */
  readonly autoResolveHours: number;
  /** By the label `team` of their alerts; `platform` has what no other has. */
  readonly teams: Readonly<Record<string, OnCallTeamSpec>>;
}

/** A team with its second line, where it names none of its own. */
export function secondLine(team: OnCallTeamSpec): OnCallTeamSpec {
  return { ...team, secondary: team.secondary ?? secondLineOf(team.primary) };
}

/** One level of an escalation: whom it asks, and for how long before the next one is. */
export interface Level {
  readonly asks: "primary" | "secondary" | "lead";
  readonly minutes: number;
}

/** The levels of a team's escalation, those left out that it has nobody for. */
export function levelsOf(
  { secondary = [], lead }: OnCallTeamSpec,
  { primaryMinutes, secondaryMinutes, leadMinutes }: Escalation,
): readonly Level[] {
  return [
    { asks: "primary", minutes: primaryMinutes },
    ...(secondary.length > 0 ? [{ asks: "secondary", minutes: secondaryMinutes } as const] : []),
    ...(lead === undefined ? [] : [{ asks: "lead", minutes: leadMinutes } as const]),
  ];
}
