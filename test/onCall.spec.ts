import assert from "node:assert/strict";
import { blueprints } from "../blueprints/catalogue";
import { blueprintNames } from "../blueprints/names";
import { clouds } from "../components/cloud";
import { planWorkload } from "../components/workload/plan";
import type { PlanResource } from "../preview/plan";
import { production } from "./blueprints/production";
import { find, findAll } from "./support/run";
import { waitsFor } from "./support/waitsFor";
import { planOf } from "./support/plans";

async function resourcesOf(stack: string, ...set: readonly string[]): Promise<readonly PlanResource[]> {
  return await planOf(stack, ...set);
}

/** Alarms by name, without what comes before. */
function alarmsOf(resources: readonly PlanResource[]): readonly string[] {
  return ["aws:cloudwatch/metricAlarm:MetricAlarm", "gcp:monitoring/alertPolicy:AlertPolicy"].flatMap(
    (type) => findAll(resources, type).map(({ name }) => name.replace(/^.*-alarms-/, "")),
  );
}

/** Where the stack has somebody to tell, and what it tells of. */
describe("the platform's alarms", () => {
  for (const cloud of clouds) {
    describe(`on ${cloud}`, () => {
      it("page and write in prod, of the account as well", async () => {
        const resources = await resourcesOf("prod", `cloud=${cloud}`);
        const alarms = alarmsOf(resources);
        for (const about of [
          "cluster-silent",
          "postgres-disk",
          "redis-",
          "nat-",
          cloud === "aws" ? "account-" : "project-",
        ]) {
          assert.ok(
            alarms.some((name) => name.includes(about)),
            `${about}: ${alarms.join(" ")}`,
          );
        }
        const channels = resources.filter(({ type }) =>
          /(eventApiDestination|pubsub\/subscription):/.test(type),
        );
        for (const channel of ["pagerduty", "slack"]) {
          assert.ok(
            channels.some(({ name }) => name.endsWith(`-alarms-${channel}`)),
            channel,
          );
        }
      });

      it("write in staging, of the stack alone", async () => {
        const resources = await resourcesOf("staging", `cloud=${cloud}`);
        assert.ok(alarmsOf(resources).length > 5);
        assert.ok(!resources.some(({ name }) => name.includes("-alarms-pagerduty")));
        assert.ok(!alarmsOf(resources).some((name) => /-(account|project)-/.test(name)));
      });

      it("disturb nobody in dev", async () => {
        const resources = await resourcesOf("dev", `cloud=${cloud}`);
        assert.deepEqual(alarmsOf(resources), []);
        assert.ok(!resources.some(({ type }) => type === `groundwork:${cloud}:Alarms`));
      });

      it("page by the key of the service that Alertmanager's pages go to", async () => {
        const keys = (resources: readonly PlanResource[]) =>
          findAll(resources, "pagerduty:index/serviceIntegration:ServiceIntegration").map(({ urn }) => urn);
        const resources = await resourcesOf("prod", `cloud=${cloud}`);
        const [platform, blueprint] = keys(resources);
        const receivers = find(
          resources,
          "kubernetes:core/v1:Secret",
          "seo-platform-prod-services-monitoring-receivers",
        );
        assert.deepEqual(
          receivers.dependencies.filter((urn) => keys(resources).includes(urn)),
          [platform, blueprint],
        );
        const pager = resources.filter(
          ({ dependencies, name }) =>
            name.endsWith("-alarms-pagerduty") && dependencies.includes(platform ?? ""),
        );
        assert.equal(pager.length, 1);
        // Helm would wait for PagerDuty, and all that waits for the release
        const release = find(
          resources,
          "kubernetes:helm.sh/v3:Release",
          "seo-platform-prod-services-monitoring",
        );
        assert.ok(!waitsFor(resources, release, (urn) => urn.includes("pagerduty:")));
      });

      it("page in the region of PagerDuty that the stack names", async () => {
        const european = await resourcesOf("prod", `cloud=${cloud}`, "pagerDuty.region=eu");
        const all = JSON.stringify(european.map(({ inputs }) => inputs));
        assert.ok(all.includes("https://events.eu.pagerduty.com/v2/enqueue"));
        assert.ok(!all.includes("https://events.pagerduty.com/v2/enqueue"));
      });

      it("write to the stack's own contact", async () => {
        const resources = await resourcesOf("prod", `cloud=${cloud}`, "contactEmail=on-call@example.com");
        const mail =
          cloud === "aws"
            ? findAll(resources, "aws:sns/topicSubscription:TopicSubscription").map(
                ({ inputs }) => inputs["endpoint"],
              )
            : find(
                resources,
                "gcp:monitoring/notificationChannel:NotificationChannel",
                "seo-platform-prod-alarms-mail",
              ).inputs["labels"];
        assert.ok([mail].flat().length > 0);
        for (const address of [mail].flat()) assert.match(JSON.stringify(address), /on-call@example\.com/);
      });
    });
  }
});

describe("what users come in by", () => {
  const checks = {
    aws: "aws:route53/healthCheck:HealthCheck",
    gcp: "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
  } as const;

  for (const cloud of clouds) {
    for (const name of blueprintNames) {
      it(`is asked for from outside in ${name} on ${cloud}, each route where it answers everybody, and an alarm once it stands`, async () => {
        const resources = await production(name, cloud);
        const routes = Object.entries(blueprints[name].services).flatMap(([service, { route }]) =>
          route === undefined ? [] : [[service, route] as const],
        );
        assert.ok(routes.length > 0);
        for (const [service, { path, check: { path: checkPath = path } = {} }] of routes) {
          const asked = find(resources, checks[cloud], `${name}-prod-alarms-uptime-${service}`);
          const { resourcePath, httpCheck } = asked.inputs as {
            resourcePath?: string;
            httpCheck?: { path: string };
          };
          assert.equal(resourcePath ?? httpCheck?.path, checkPath);
          const alarm = resources.find(({ name: one }) => one.endsWith(`-critical-uptime-${service}`));
          assert.ok(alarm !== undefined, service);
          const waitsFor = alarm.dependencies.map((urn) => urn.slice(urn.lastIndexOf("::") + 2));
          assert.ok(
            waitsFor.some((one) => one.includes("-record-")),
            waitsFor.join(" "),
          );
          assert.ok(
            waitsFor.some((one) => one.endsWith(`-${service}`)),
            waitsFor.join(" "),
          );
        }
      });
    }
  }

  it("has a path below the route's, or is refused by its key", () => {
    const { frontend } = blueprints.gainsly.services;
    assert.ok(frontend !== undefined);
    const checked = (path: string) => () =>
      planWorkload("api", { ...frontend, route: { path: "/api", check: { path } } });
    for (const right of ["/api", "/api/healthz", "/api/v1/ready"]) assert.doesNotThrow(checked(right));
    for (const wrong of ["/healthz", "/apis", "/api/a b", "api/health"]) {
      assert.throws(checked(wrong), /api\.route\.check\.path: expected a path below \/api, got /);
    }
  });
});
