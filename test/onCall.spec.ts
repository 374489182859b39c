import assert from "node:assert/strict";
import { clouds } from "../components/cloud";
import type { PlanResource } from "../preview/plan";
import { runStack } from "../preview/program";
import { readStack } from "../preview/stack";
import { find, findAll } from "./support/run";

const root = `${__dirname}/..`;

async function resourcesOf(stack: string, ...set: readonly string[]): Promise<readonly PlanResource[]> {
  const run = await runStack(readStack({ root, stack, set }), { root, outputs: "known", echo: false });
  return run.resources;
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
