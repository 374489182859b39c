import assert from "node:assert/strict";
import { blueprintNames } from "../../blueprints/names";
import { blueprints } from "../../blueprints/catalogue";
import { clouds } from "../../components/cloud";
import { longestPageDelaySeconds, pageDelaySeconds } from "../../components/platform/pageDelay";
import type { Json, PlanResource } from "../../preview/plan";
import { planOf } from "../support/plans";
import { needTool } from "../support/tools";
import { alertmanagerConfigOf, checkConfig, receiversOf } from "./amtool";

/** What a team has of its own in prod, beside what the stack's file says for the team of the sample's own blueprint. */
const ownWays = (team: string): string => {
  const pager = team === "seo-platform" ? "" : ", pagerDutyRoutingKey: {secure: x}";
  return `teamReceivers.${team}={slackWebhookUrl: {secure: x}${pager}}`;
};

interface Route {
  readonly matchers?: readonly string[];
  readonly group_wait?: string;
  readonly routes?: readonly Route[];
}

/** Routes of what is critical, wherever they are. */
function criticalRoutes(route: Route): readonly Route[] {
  const inner = (route.routes ?? []).flatMap(criticalRoutes);
  return route.matchers?.includes('severity = "critical"') === true ? [route, ...inner] : inner;
}

/** A duration of Prometheus' in seconds. */
function secondsOf(duration: Json | undefined): number {
  const [, count = "", unit = ""] = /^(\d+)(s|m|h)$/.exec(typeof duration === "string" ? duration : "") ?? [];
  return Number(count) * ({ s: 1, m: 60, h: 3600 }[unit] ?? NaN);
}

/** A value of the monitoring stack by its path. */
function monitoringValue(resources: readonly PlanResource[], ...path: readonly string[]): Json | undefined {
  const release = resources.find(({ inputs }) => inputs["chart"] === "kube-prometheus-stack");
  return path.reduce<Json | undefined>(
    (object, key) => (object as Readonly<Record<string, Json>> | undefined)?.[key],
    release?.inputs["values"],
  );
}

describe("the way of an alert", () => {
  for (const blueprint of blueprintNames) {
    for (const cloud of clouds) {
      describe(`of ${blueprint} in prod on ${cloud}`, () => {
        let resources: readonly PlanResource[];
        before(async () => {
          resources = await planOf("prod", `blueprint=${blueprint}`, `cloud=${cloud}`, ownWays(blueprint));
        });

        it("is one that Alertmanager takes, and leads each severity of each team to its own", function () {
          // npm run check says which tools it looks for, and where
          needTool(this, "amtool");
          const config = alertmanagerConfigOf(resources);
          assert.match(checkConfig(config), /SUCCESS/);
          const told = (labels: Readonly<Record<string, string>>) => receiversOf(config, labels);
          const { namespace } = blueprints[blueprint];
          for (const [team, prefix] of [
            ["platform", ""],
            [blueprint, `${blueprint}-`],
          ] as const) {
            // of those who have an address of their own
            const mail = blueprint === "seo-platform" ? `${prefix}email` : "email";
            const alert = { alertname: "something", namespace, team };
            assert.deepEqual(told({ ...alert, severity: "critical" }), [
              `${prefix}pagerduty`,
              `${prefix}slack`,
            ]);
            assert.deepEqual(told({ ...alert, severity: "warning" }), [`${prefix}slack`]);
            assert.deepEqual(told({ ...alert, severity: "info" }), [mail]);
            assert.deepEqual(told({ ...alert, severity: "none" }), ["null"]);
          }
          const unnamed = { alertname: "KubePodCrashLooping", severity: "warning" };
          assert.deepEqual(told({ ...unnamed, namespace }), [`${blueprint}-slack`]);
          assert.deepEqual(told({ ...unnamed, namespace: "monitoring" }), ["slack"]);
          assert.deepEqual(told({ alertname: "Watchdog", severity: "none" }), ["dead-mans-switch"]);
          assert.deepEqual(told({ alertname: "InfoInhibitor", severity: "none" }), ["null"]);
        });

        it("takes half a minute at most from a breach to the page, with one Alertmanager gone too", () => {
          const { route } = alertmanagerConfigOf(resources) as unknown as { readonly route: Route };
          const critical = criticalRoutes(route);
          assert.ok(critical.length >= 6, `${critical.length} routes`);
          const of = (...path: readonly string[]) => secondsOf(monitoringValue(resources, ...path));
          const delays = critical.map(({ group_wait }) =>
            pageDelaySeconds({
              scrapeSeconds: of("prometheus", "prometheusSpec", "scrapeInterval"),
              evaluationSeconds: of("prometheus", "prometheusSpec", "evaluationInterval"),
              groupWaitSeconds: secondsOf(group_wait),
              peerTimeoutSeconds: of(
                "alertmanager",
                "alertmanagerSpec",
                "additionalConfig",
                "clusterPeerTimeout",
              ),
              lostAlertmanagers: 1,
            }),
          );
          assert.ok(
            delays.every((delay) => delay <= longestPageDelaySeconds),
            delays.join(", "),
          );
        });
      });
    }
  }

  for (const cloud of clouds) {
    it(`leads in staging on ${cloud} into the channel, and in dev to nobody`, async function () {
      needTool(this, "amtool");
      const staging = alertmanagerConfigOf(await planOf("staging", `cloud=${cloud}`));
      const dev = alertmanagerConfigOf(await planOf("dev", `cloud=${cloud}`));
      for (const team of ["platform", "seo-platform"]) {
        for (const severity of ["critical", "warning"]) {
          assert.deepEqual(receiversOf(staging, { severity, team }), ["slack"]);
          assert.deepEqual(receiversOf(dev, { severity, team }), ["null"]);
        }
        assert.deepEqual(receiversOf(staging, { severity: "info", team }), ["null"]);
      }
      assert.match(checkConfig(staging) + checkConfig(dev), /SUCCESS[^]*SUCCESS/);
    });
  }
});
