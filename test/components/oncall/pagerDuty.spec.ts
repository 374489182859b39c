import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { OnCallSpec, OnCallTeamSpec } from "../../../components/oncall/onCallSpec";
import { PagerDuty } from "../../../components/oncall/pagerDuty";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, isSecretInput, run, valueOf } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";

const type = (kind: string) => `pagerduty:index/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;

const spec: Omit<OnCallSpec, "teams"> = {
  region: "us",
  timeZone: "Europe/Berlin",
  handoff: { day: "monday", time: "09:00" },
  escalation: { primaryMinutes: 5, secondaryMinutes: 10, leadMinutes: 15, repeats: 2 },
  acknowledgementMinutes: 30,
  autoResolveHours: 24,
};
const platform: OnCallTeamSpec = {
  primary: ["ada@example.com", "grace@example.com"],
  lead: "barbara@example.com",
};

const make = (teams: OnCallSpec["teams"] = { platform }, overrides: Partial<OnCallSpec> = {}) =>
  run(
    () =>
      new PagerDuty("on-call", {
        spec: { ...spec, teams, ...overrides },
        token: pulumi.secret("u+token"),
        owner: "shop-prod",
      }),
  );

/** Users of a schedule, as PagerDuty's ids. */
function usersOf(resources: readonly PlanResource[], name: string): readonly string[] {
  const { layers } = find(resources, type("Schedule"), name).inputs as {
    readonly layers: readonly { readonly users: readonly string[] }[];
  };
  return layers.flatMap(({ users }) => users);
}

interface Asked {
  readonly minutes: number;
  readonly type: string;
  readonly id: string;
}

/** Whom each level of a team's escalation asks, and for how long. */
function escalationOf(resources: readonly PlanResource[], team: string): readonly Asked[] {
  const { rules } = find(resources, type("EscalationPolicy"), `on-call-${team}-escalation`).inputs as {
    readonly rules: readonly {
      readonly escalationDelayInMinutes: number;
      readonly targets: readonly { readonly type: string; readonly id: string }[];
    }[];
  };
  return rules.flatMap(({ escalationDelayInMinutes: minutes, targets }) =>
    targets.map((target) => ({ minutes, ...target })),
  );
}
const levelsOf = (resources: readonly PlanResource[], team: string) =>
  escalationOf(resources, team).map((asked) => `${asked.type} ${asked.minutes}`);

describe("PagerDuty's on-call", () => {
  it("wakes who is on call, then the second line, then the lead, and begins again", async () => {
    const { resources } = await make();
    assert.deepEqual(levelsOf(resources, "platform"), [
      "schedule_reference 5",
      "schedule_reference 10",
      "user_reference 15",
    ]);
    assert.equal(find(resources, type("EscalationPolicy")).inputs["numLoops"], 2);
    // a schedule has the same id in both runs, and here there is the first one alone
    const { resources: alone } = await make({ platform: { primary: ["ada@example.com"] } });
    const [first, second, third] = escalationOf(resources, "platform");
    assert.equal(first?.id, escalationOf(alone, "platform")[0]?.id);
    assert.notEqual(second?.id, first?.id);
    const barbara = find(resources, type("TeamMembership"), "on-call-platform-barbara-example-com");
    assert.equal(third?.id, barbara.inputs["userId"]);
  });

  it("asks nobody twice where one is alone, or has no lead", async () => {
    const { resources } = await make({
      platform: { primary: ["ada@example.com"] },
      search: { primary: ["ada@example.com"], secondary: ["grace@example.com", "alan@example.com"] },
    });
    assert.deepEqual(levelsOf(resources, "platform"), ["schedule_reference 5"]);
    assert.deepEqual(levelsOf(resources, "search"), ["schedule_reference 5", "schedule_reference 10"]);
    assert.equal(findAll(resources, type("Schedule")).length, 3);
  });

  it("has weeks from one handover to the next, by the clock of the zone", async () => {
    const { resources } = await make();
    const { layers, timeZone } = find(resources, type("Schedule"), "on-call-platform-primary").inputs as {
      readonly layers: readonly object[];
      readonly timeZone: string;
    };
    assert.equal(timeZone, "Europe/Berlin");
    const users = usersOf(resources, "on-call-platform-primary");
    const start = "2026-01-05T08:00:00Z";
    assert.deepEqual(layers, [
      { name: "Weeks", start, rotationVirtualStart: start, rotationTurnLengthSeconds: 604_800, users },
    ]);
    const [first, second] = usersOf(resources, "on-call-platform-primary");
    assert.notEqual(first, second);
    assert.deepEqual(usersOf(resources, "on-call-platform-secondary"), [second, first]);
  });

  it("looks users up and makes none, and has each in the team once", async () => {
    const { resources } = await make();
    assert.deepEqual(findAll(resources, type("User")), []);
    const members = findAll(resources, type("TeamMembership")).map(({ inputs }) => inputs["userId"]);
    assert.equal(members.length, 3);
    assert.equal(new Set(members).size, 3);
  });

  it("lets somebody go from the team only after schedules and the escalation", async () => {
    const { resources } = await make();
    for (const kind of ["Schedule", "EscalationPolicy"]) {
      for (const one of findAll(resources, type(kind))) {
        for (const { urn } of findAll(resources, type("TeamMembership"))) {
          assert.ok(
            waitsFor(resources, one, (other) => other === urn),
            `${one.name} does not wait for ${urn}`,
          );
        }
      }
    }
  });

  it("has a service of each team take events, and tells the key as a secret", async () => {
    const { resources, result } = await make({ platform, shop: platform });
    const { inputs } = find(resources, type("Service"), "on-call-shop-service");
    assert.equal(inputs["name"], "shop-prod shop");
    assert.equal(inputs["alertCreation"], "create_alerts_and_incidents");
    assert.deepEqual(inputs["incidentUrgencyRule"], { type: "constant", urgency: "severity_based" });
    assert.equal(inputs["acknowledgementTimeout"], "1800");
    assert.equal(inputs["autoResolveTimeout"], "86400");
    const integrations = findAll(resources, type("ServiceIntegration"));
    assert.deepEqual(
      integrations.map((one) => one.inputs["type"]),
      ["events_api_v2_inbound_integration", "events_api_v2_inbound_integration"],
    );
    assert.deepEqual(Object.keys(result.routingKeys), ["platform", "shop"]);
    const keys = await Promise.all(
      Object.values(result.routingKeys).map(async (key) => {
        assert.ok(await pulumi.isSecret(key));
        return await valueOf(key);
      }),
    );
    assert.equal(new Set(keys).size, 2);
    assert.ok(keys.every((key) => /^[0-9a-f]{32}$/.test(key)));
  });

  it("signs in with its own provider and a secret token, in the account's region", async () => {
    const provider = (resources: readonly PlanResource[]) => find(resources, "pulumi:providers:pagerduty");
    const { resources } = await make();
    assert.ok(isSecretInput(provider(resources), "token"));
    assert.equal(provider(resources).inputs["serviceRegion"], undefined);
    for (const one of resources.filter((other) => other.type.startsWith("pagerduty:"))) {
      assert.ok(one.provider?.startsWith(`${provider(resources).urn}::`), one.name);
    }
    const { resources: european } = await make({ platform }, { region: "eu" });
    assert.equal(provider(european).inputs["serviceRegion"], "eu");
  });
});
