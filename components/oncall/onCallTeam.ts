import { EscalationPolicy } from "@pulumi/pagerduty/escalationPolicy";
import { Schedule, type ScheduleArgs } from "@pulumi/pagerduty/schedule";
import { Service } from "@pulumi/pagerduty/service";
import { ServiceIntegration } from "@pulumi/pagerduty/serviceIntegration";
import { Team } from "@pulumi/pagerduty/team";
import { TeamMembership } from "@pulumi/pagerduty/teamMembership";
import * as pulumi from "@pulumi/pulumi";
import { type Level, levelsOf, type OnCallSpec, type OnCallTeamSpec } from "./onCallSpec";
import { rotationStart, turnSeconds } from "./rotation";

/** Arguments of {@link OnCallTeam}. */
export interface OnCallTeamArgs {
  readonly spec: OnCallSpec;
  /** Value of the label `team` of its alerts. */
  readonly team: string;
  readonly people: OnCallTeamSpec;
  /** PagerDuty's id of somebody, by their e-mail address. */
  readonly userOf: (email: string) => pulumi.Input<string>;
  /** What all of it is called in PagerDuty. */
  readonly title: string;
}

type Layer = Extract<ScheduleArgs["layers"], readonly unknown[]>[number];

/** What stands where the program made something, in PagerDuty's own words "Managed by Pulumi". */
const description = "Managed by Groundwork: changes by hand are taken back.";

/** A team's on-call: a rotation of a week each, a second one behind it, and the service that wakes them. */
export class OnCallTeam extends pulumi.ComponentResource {
  /** A secret. */
  public readonly routingKey: pulumi.Output<string>;

  constructor(name: string, args: OnCallTeamArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:oncall:Team", name, {}, opts);
    const { spec, people, userOf, title } = args;
    const child = { parent: this };

    const team = new Team(name, { name: title, description }, child);
    const members = membersOf(people).map(
      (email) =>
        new TeamMembership(
          `${name}-${slugOf(email)}`,
          { teamId: team.id, userId: userOf(email), role: "responder" },
          child,
        ),
    );
    const schedule = (line: "primary" | "secondary", emails: readonly string[]) =>
      new Schedule(
        `${name}-${line}`,
        {
          name: `${title} ${line}`,
          description,
          timeZone: spec.timeZone,
          layers: [rotation(spec, emails.map(userOf))],
          teams: [team.id],
        },
        // who is no member can't be in a schedule of the team, and leaves it before the team
        { ...child, dependsOn: members },
      );
    const { primary, secondary = [], lead } = people;
    const first = schedule("primary", primary);
    const second = secondary.length > 0 ? schedule("secondary", secondary) : undefined;
    const target = ({ asks }: Level) => {
      if (asks === "lead" && lead !== undefined) return { type: "user_reference", id: userOf(lead) };
      return { type: "schedule_reference", id: asks === "secondary" && second ? second.id : first.id };
    };
    const policy = new EscalationPolicy(
      `${name}-escalation`,
      {
        name: title,
        description,
        numLoops: spec.escalation.repeats,
        rules: levelsOf(people, spec.escalation).map((level) => ({
          escalationDelayInMinutes: level.minutes,
          targets: [target(level)],
        })),
        teams: team.id,
      },
      { ...child, dependsOn: members },
    );
    const service = new Service(
      `${name}-service`,
      {
        name: title,
        description: `Alerts of the team ${args.team}. ${description}`,
        escalationPolicy: policy.id,
        // an alert that comes again, or is over, is the same incident
        alertCreation: "create_alerts_and_incidents",
        // what comes as a warning or less wakes nobody, whoever sends it
        incidentUrgencyRule: { type: "constant", urgency: "severity_based" },
        acknowledgementTimeout: String(spec.acknowledgementMinutes * 60),
        autoResolveTimeout: String(spec.autoResolveHours * 3600),
      },
      child,
    );
    const integration = new ServiceIntegration(
      `${name}-events`,
      {
        name: "Alertmanager and the cloud's alarms",
        service: service.id,
        type: "events_api_v2_inbound_integration",
      },
      // who has it can open and close incidents
      { ...child, additionalSecretOutputs: ["integrationKey"] },
    );
    this.routingKey = pulumi.secret(integration.integrationKey);
    this.registerOutputs({});
  }
}

/** One after the other, a week each, for ever. */
function rotation({ timeZone, handoff }: OnCallSpec, users: readonly pulumi.Input<string>[]): Layer {
  const start = rotationStart({ ...handoff, timeZone });
  return {
    name: "Weeks",
    start,
    rotationVirtualStart: start,
    rotationTurnLengthSeconds: turnSeconds,
    users: [...users],
  };
}

/** Everybody, each once. */
function membersOf({ primary, secondary = [], lead }: OnCallTeamSpec): readonly string[] {
  return [...new Set([...primary, ...secondary, ...(lead === undefined ? [] : [lead])])];
}

/** An address as a part of a name. */
function slugOf(email: string): string {
  return email.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}
