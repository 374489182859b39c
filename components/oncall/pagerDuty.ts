import { getUserOutput } from "@pulumi/pagerduty/getUser";
import { Provider } from "@pulumi/pagerduty/provider";
import * as pulumi from "@pulumi/pulumi";
import { OnCallTeam } from "./onCallTeam";
import { type OnCallSpec, secondLine } from "./onCallSpec";

/** Arguments of {@link PagerDuty}. */
export interface PagerDutyArgs {
  readonly spec: OnCallSpec;
  /** Key of the REST API, of an account's administrator; a secret. */
  readonly token: pulumi.Input<string>;
  /** What stands before the names of all that it makes, such as the stack's own. */
  readonly owner: string;
}

/**
 * A stack's on-call in PagerDuty: for each team a service that takes events, and who is woken by them when. Users are looked
 * up and never made: a user is a licence that is paid for, and an invitation to somebody.
 */
export class PagerDuty extends pulumi.ComponentResource {
  /** Key of each team's service for events (Events API v2), by team; secrets. */
  public readonly routingKeys: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: PagerDutyArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:oncall:PagerDuty", name, {}, opts);
    const { spec, token, owner } = args;
    const provider = new Provider(
      name,
      { token: pulumi.secret(token), ...(spec.region === "eu" && { serviceRegion: "eu" }) },
      { parent: this },
    );
    const known = new Map<string, pulumi.Output<string>>();
    const userOf = (email: string): pulumi.Output<string> => {
      const id = known.get(email) ?? getUserOutput({ email }, { provider, parent: this }).id;
      known.set(email, id);
      return id;
    };
    this.routingKeys = Object.fromEntries(
      Object.entries(spec.teams).map(([team, people]) => [
        team,
        new OnCallTeam(
          `${name}-${team}`,
          { spec, team, people: secondLine(people), userOf, title: `${owner} ${team}` },
          { parent: this, provider },
        ).routingKey,
      ]),
    );
    this.registerOutputs({});
  }
}
