import assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { longestRunSeconds } from "../../../providers/gcp/containerTasks";
import { planOf } from "../../support/plans";
import { find, findAll } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";

const settings = [
  "cloud=gcp",
  "blueprint=explico",
  "orchestrator=containers",
  "gcp.region=us-central1",
  "gcp.zones=[a, b, c]",
];

const backend = "explico-prod-system-backend";

describe("tasks of explico on Cloud Run", () => {
  let resources: readonly PlanResource[];
  const job = (task: "migration" | "delete-expired"): PlanResource => {
    // a name that is longer than Cloud Run takes is cut
    const begins = `${backend}-${task.slice(0, 5)}`;
    const [found, ...others] = findAll(resources, "gcp:cloudrunv2/job:Job").filter(({ name }) =>
      name.startsWith(begins),
    );
    assert.ok(found !== undefined && others.length === 0, begins);
    return found;
  };
  const text = (task: "migration" | "delete-expired"): string => JSON.stringify(job(task).inputs);

  before(async () => {
    resources = await planOf("prod", ...settings);
  });

  it("run what they are told of in the service's image, as it, in its network and with its certificates", () => {
    const service = JSON.stringify(
      find(resources, "gcp:cloudrunv2/service:Service", "explico-prod-system-backend").inputs,
    );
    assert.match(text("migration"), /"commands":\["alembic","upgrade","head"\]/);
    assert.match(text("delete-expired"), /"commands":\["python","-m","backend.delete_expired"\]/);
    for (const task of ["migration", "delete-expired"] as const) {
      for (const part of [
        /"image":"[^"]+"/,
        /"serviceAccount":"[^"]+"/,
        /"encryptionKey":"[^"]+"/,
        /"tags":\[[^\]]+\]/,
        /"egress":"ALL_TRAFFIC"/,
        /"binaryAuthorization":\{"useDefault":true\}/,
        /\{"name":"PGHOST","value":"[^"]+"\}/,
        /\{"name":"PGSSLROOTCERT","value":"[^"]+"\}/,
        /"mountPath":"\/etc\/groundwork\/authorities\/postgres"/,
      ]) {
        const [own] = part.exec(service) ?? [];
        assert.ok(own !== undefined, String(part));
        assert.ok(text(task).includes(own), `${task}: ${own}`);
      }
      // nobody asks a task whether it is well
      assert.doesNotMatch(text(task), /Probe|"ports"/);
      assert.match(text(task), /"taskCount":1/);
      assert.match(text(task), /"parallelism":1/);
      assert.match(text(task), /"timeout":"900s"/);
      assert.match(text(task), /"maxRetries":2/);
    }
  });

  it("wait for a migration's end, and run none but it by an update", async () => {
    const token = job("migration").inputs["runExecutionToken"];
    assert.ok(typeof token === "string");
    assert.match(token, /^[0-9a-f]+$/);
    assert.ok(!("runExecutionToken" in job("delete-expired").inputs));
    const other = await planOf("prod", ...settings, "services.backend.tag=1.0.1");
    const after = find(other, "gcp:cloudrunv2/job:Job", "explico-prod-system-backend-migration");
    assert.notEqual(after.inputs["runExecutionToken"], token);
  });

  it("are started by an account that may run that job and no other, within the time that a run may be late", () => {
    const [schedule, ...others] = findAll(resources, "gcp:cloudscheduler/job:Job").filter(({ name }) =>
      name.includes("-system-"),
    );
    assert.ok(schedule !== undefined && others.length === 0);
    assert.equal(schedule.inputs["schedule"], "45 2 * * *");
    assert.equal(schedule.inputs["timeZone"], "Etc/UTC");
    const said = JSON.stringify(schedule.inputs);
    assert.match(
      said,
      /"uri":"https:\/\/run\.googleapis\.com\/v2\/projects\/[^"]+\/jobs\/explico-prod-system-backend-delet-[^"]*:run"/,
    );
    assert.match(said, /"oauthToken":\{[^}]*"serviceAccountEmail":"explico-prod-s/);
    assert.match(said, /"maxRetryDuration":"300s"/);
    const invokers = findAll(resources, "gcp:cloudrunv2/jobIamMember:JobIamMember");
    assert.deepEqual(
      invokers.map(({ name, inputs }) => [name, inputs["role"]]),
      [["explico-prod-system-backend-delete-expired", "roles/run.invoker"]],
    );
    assert.ok(waitsFor(resources, schedule, (urn) => urn === invokers[0]?.urn));
    assert.ok(waitsFor(resources, job("delete-expired"), (urn) => urn === job("migration").urn));
  });

  it("are told of where one failed or could not be started", () => {
    const policy = (what: string): string =>
      JSON.stringify(
        find(
          resources,
          "gcp:monitoring/alertPolicy:AlertPolicy",
          `explico-prod-alarms-warning-container-jobs-${what}`,
        ).inputs,
      );
    assert.match(policy("failed"), /completed_execution_count.+backend-delet-/);
    assert.doesNotMatch(policy("failed"), /migration/);
    assert.match(policy("missed"), /cloud_scheduler_job.+delete-expired/);
  });

  it("may take each try's time", () => {
    const task = { timeoutSeconds: 900, retries: 2 };
    assert.equal(longestRunSeconds(task), 2700);
  });
});
