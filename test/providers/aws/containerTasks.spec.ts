import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import type { PlanResource } from "../../../preview/plan";
import { clockCommand } from "../../../providers/aws/containerFiles";
import { schedulerCron } from "../../../providers/aws/containerSchedule";
import { callsFor } from "../../../providers/aws/containerTasks";
import { planOf } from "../../support/plans";
import { find, findAll } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";

describe("a schedule for EventBridge Scheduler", () => {
  for (const [schedule, expected] of [
    ["45 2 * * *", "cron(45 2 * * ? *)"],
    ["*/20 * * * *", "cron(0,20,40 * * * ? *)"],
    ["5-59/25,7 * * * *", "cron(5,30,55,7 * * * ? *)"],
    ["0 9-17 * * 1-5", "cron(0 9-17 ? * MON,TUE,WED,THU,FRI *)"],
    ["0 0 1,15 * *", "cron(0 0 1,15 * ? *)"],
    ["0 */8 */10 */3 *", "cron(0 0,8,16 1,11,21,31 1,4,7,10 ? *)"],
    ["30 6 * * 0", "cron(30 6 ? * SUN *)"],
    ["30 6 * * */2", "cron(30 6 ? * SUN,TUE,THU,SAT *)"],
    ["30 6 * * 1-5/2,6", "cron(30 6 ? * MON,WED,FRI,SAT *)"],
  ] as const) {
    it(`is ${expected} for ${schedule}`, () => {
      assert.equal(schedulerCron("one", schedule), expected);
    });
  }

  it("is refused where it says days of both kinds, which Scheduler can't", () => {
    assert.throws(
      () => schedulerCron("backend.cronJobs.one.schedule", "0 0 1 * 1"),
      /backend\.cronJobs\.one\.schedule: expected days of the month or days of the week, not both, on ECS, got "0 0 1 \* 1"/,
    );
  });
});

describe("the clock of a task on ECS", () => {
  it("ends with 124 when the time is over, by the image's own interpreter", () => {
    for (const runtime of ["node", "go"] as const) {
      const { entryPoint, command } = clockCommand(runtime, 1);
      const [program = ""] = entryPoint;
      assert.equal(spawnSync(program, [...command], { timeout: 20_000 }).status, 124, runtime);
    }
    const { entryPoint, command } = clockCommand("python", 900);
    assert.deepEqual(entryPoint, ["python3"]);
    assert.match(command.join(" "), /time\.sleep\(900\)\nsys\.exit\(124\)/);
  });
});

function textOf(value: unknown): string {
  assert.ok(typeof value === "string");
  return value;
}

interface Ended {
  readonly done: boolean;
  readonly task: string;
}
type Call = readonly [operation: string, input: Readonly<Record<string, unknown>>];
const { run } = createRequire(__filename)("../../../providers/aws/functions/runTask.cjs") as {
  readonly run: (
    ecs: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => Promise<unknown>>>,
    clock: { readonly now: () => number; readonly sleep: (milliseconds: number) => Promise<void> },
  ) => (event: Readonly<Record<string, unknown>>, deadline: number) => Promise<Ended>;
};

const event = {
  cluster: "c",
  taskDefinition: "arn:d:2",
  family: "d",
  container: "backend",
  subnets: ["s"],
  securityGroups: ["g"],
  last: true,
};

/** A task that ends after so many looks, in an account where others may run. */
function world({
  looks = 2,
  exits = { backend: 0, "backend-clock": 137 },
  others = [],
  refused,
}: {
  looks?: number;
  exits?: Readonly<Record<string, number | undefined>>;
  others?: readonly string[];
  refused?: string;
}): { calls: Call[]; wait: (more?: object, deadline?: number) => Promise<Ended> } {
  const calls: Call[] = [];
  let time = 0;
  let looked = 0;
  const answers: Readonly<Record<string, () => unknown>> = {
    listTasks: () => ({ taskArns: others }),
    runTask: () =>
      refused === undefined ? { tasks: [{ taskArn: "t" }] } : { failures: [{ reason: refused }] },
    stopTask: () => ({}),
    describeTasks: () => {
      const [, { tasks }] = calls.at(-1) ?? ["", {}];
      if (tasks === others)
        return { tasks: others.map((taskArn) => ({ taskArn, taskDefinitionArn: "arn:d:2" })) };
      looked += 1;
      const containers = Object.entries(exits).map(([name, exitCode]) => ({ name, exitCode }));
      return {
        tasks: [
          looked < looks
            ? { lastStatus: "RUNNING" }
            : {
                lastStatus: "STOPPED",
                containers,
                stopCode: "EssentialContainerExited",
                stoppedReason: "end",
              },
        ],
      };
    },
  };
  const ecs = Object.fromEntries(
    Object.entries(answers).map(([operation, answer]) => [
      operation,
      (input: Readonly<Record<string, unknown>>) => {
        calls.push([operation, input]);
        return Promise.resolve(answer());
      },
    ]),
  );
  const clock = {
    now: () => time,
    sleep: (milliseconds: number) => {
      time += milliseconds;
      return Promise.resolve();
    },
  };
  return {
    calls,
    wait: async (more = {}, deadline = 900_000) => await run(ecs, clock)({ ...event, ...more }, deadline),
  };
}

describe("the function that runs a task and waits for it", () => {
  it("starts one on demand, in private subnets, and says when it has succeeded", async () => {
    const { calls, wait } = world({});
    assert.deepEqual(await wait(), { done: true, task: "t" });
    const [, started] = calls.find(([operation]) => operation === "runTask") ?? ["", {}];
    assert.deepEqual(started["capacityProviderStrategy"], [{ capacityProvider: "FARGATE", weight: 1 }]);
    assert.deepEqual(started["networkConfiguration"], {
      awsvpcConfiguration: { subnets: ["s"], securityGroups: ["g"], assignPublicIp: "DISABLED" },
    });
  });

  for (const [title, exits] of [
    ["ends with something else than 0", { backend: 1 }],
    ["is ended by its clock", { backend: 143, "backend-clock": 124 }],
    ["never starts", { backend: undefined }],
  ] as const) {
    it(`fails where it ${title}, with what ECS says of it`, async () => {
      await assert.rejects(
        world({ exits }).wait(),
        /t: expected backend to end with 0, got EssentialContainer/,
      );
    });
  }

  it("fails where ECS starts none, with the reason", async () => {
    await assert.rejects(world({ refused: "RESOURCE:CPU" }).wait(), /expected a task, got RESOURCE:CPU/);
  });

  it("waits for one of the same revision that runs already, and starts no second", async () => {
    const { calls, wait } = world({ others: ["other"] });
    assert.deepEqual(await wait(), { done: true, task: "other" });
    assert.ok(!calls.some(([operation]) => operation === "runTask"));
  });

  it("says which it waits for when its own time is over, and goes on with that one", async () => {
    const { wait } = world({ looks: 1000 });
    assert.deepEqual(await wait({ last: false }, 60_000), { done: false, task: "t" });
    const next = world({});
    const before = JSON.stringify({ done: false, task: "t" });
    assert.deepEqual(await next.wait({ before }), { done: true, task: "t" });
    assert.ok(!next.calls.some(([operation]) => operation === "runTask"));
  });

  it("asks nobody once it is done", async () => {
    const { calls, wait } = world({});
    assert.deepEqual(await wait({ before: JSON.stringify({ done: true, task: "t" }) }), {
      done: true,
      task: "t",
    });
    assert.deepEqual(calls, []);
  });

  it("stops one that has not ended when the last time is over, and fails", async () => {
    const { calls, wait } = world({ looks: 1000 });
    await assert.rejects(wait({}, 60_000), /t: expected an end in time, got none/);
    assert.equal(calls.at(-1)?.[0], "stopTask");
  });

  it("is called as often as the task's time asks for", () => {
    assert.equal(callsFor({ timeoutSeconds: 30 }), 1);
    assert.equal(callsFor({ timeoutSeconds: 900 }), 2);
    assert.equal(callsFor({ timeoutSeconds: 3600 }), 5);
  });
});

describe("tasks of explico on ECS", () => {
  let resources: readonly PlanResource[];
  const text = (type: string, name: string): string =>
    JSON.stringify(find(resources, type, `explico-prod-system-backend-${name}`).inputs);
  const definition = (task: string): Record<string, unknown>[] => {
    const { inputs } = find(
      resources,
      "aws:ecs/taskDefinition:TaskDefinition",
      `explico-prod-system-backend-${task}`,
    );
    return JSON.parse(textOf(inputs["containerDefinitions"])) as Record<string, unknown>[];
  };

  before(async () => {
    resources = await planOf("prod", "cloud=aws", "blueprint=explico", "orchestrator=containers");
  });

  it("run what they are told of in the service's image, beside a clock and without a port", () => {
    const service = find(resources, "aws:ecs/taskDefinition:TaskDefinition", "explico-prod-system-backend");
    const commands = {
      migration: ["alembic", "upgrade", "head"],
      "delete-expired": ["python", "-m", "backend.delete_expired"],
    };
    for (const [task, command] of Object.entries(commands)) {
      const containers = definition(task);
      assert.deepEqual(
        containers.map(({ name, essential }) => [name, essential]),
        [
          ["backend-files", false],
          ["backend", true],
          ["backend-clock", true],
        ],
      );
      const [, main = {}, clock] = containers;
      assert.deepEqual(main["entryPoint"], command);
      assert.ok(!("portMappings" in main) && !("healthCheck" in main));
      assert.match(JSON.stringify(clock), /time\.sleep\(900\)/);
      const env = JSON.stringify(main["environment"]);
      assert.match(env, /"name":"PGHOST"/);
      assert.match(env, /"name":"PGSSLROOTCERT"/);
      // Service Connect is for tasks of services
      assert.doesNotMatch(env, /AI_INFERENCE_URL/);
      const own = find(
        resources,
        "aws:ecs/taskDefinition:TaskDefinition",
        `explico-prod-system-backend-${task}`,
      );
      for (const role of ["taskRoleArn", "executionRoleArn"]) {
        assert.equal(own.inputs[role], service.inputs[role]);
      }
    }
  });

  it("are started by a role that may start those of one family in one cluster, as the service", () => {
    const said = text("aws:scheduler/schedule:Schedule", "delete-expired");
    assert.match(said, /"scheduleExpression":"cron\(45 2 \* \* \? \*\)"/);
    assert.match(said, /"scheduleExpressionTimezone":"Etc\/UTC"/);
    assert.match(said, /"maximumEventAgeInSeconds":300/);
    assert.match(said, /"deadLetterConfig":\{"arn":"arn:aws:sqs:[^"]+explico-prod-system-missed/);
    assert.match(said, /"assignPublicIp":false/);
    assert.match(said, /"capacityProvider":"FARGATE"/);
    const role = text("aws:iam/rolePolicy:RolePolicy", "delete-expired-schedule-policy");
    assert.match(role, /task-definition\/explico-prod-system-backend-delete-expired[^"]*:\*/);
    assert.match(role, /ecs:cluster/);
    assert.match(role, /iam:PassedToService/);
    assert.doesNotMatch(role, /"Resource\\*":\\*"\*\\*"/);
  });

  it("have the service wait for the last call of its migration, each of which waits for the one before", () => {
    const calls = findAll(resources, "aws:lambda/invocation:Invocation");
    assert.deepEqual(
      calls.map(({ name }) => name.replace("explico-prod-system-backend-migration", "")),
      ["", "-wait-2"],
    );
    const [first, second] = calls;
    assert.ok(first !== undefined && second !== undefined);
    assert.match(textOf(first.inputs["input"]), /"last":false/);
    assert.match(textOf(second.inputs["input"]), /"last":true/);
    assert.ok(waitsFor(resources, second, (urn) => urn === first.urn));
    const service = find(resources, "aws:ecs/service:Service", "explico-prod-system-backend");
    assert.ok(waitsFor(resources, service, (urn) => urn === second.urn));
  });

  it("are told of where one failed, took too long or did not start", () => {
    const { inputs } = find(
      resources,
      "aws:cloudwatch/eventRule:EventRule",
      "explico-prod-alarms-warning-container-jobs-failed",
    );
    const pattern = JSON.parse(textOf(inputs["eventPattern"])) as { detail: Record<string, unknown> };
    assert.deepEqual(pattern.detail["lastStatus"], ["STOPPED"]);
    assert.match(
      JSON.stringify(pattern.detail["group"]),
      /family:explico-prod-system-backend-delete-expired/,
    );
    assert.deepEqual(pattern.detail["$or"], [
      { containers: { name: ["backend"], exitCode: [{ "anything-but": 0 }] } },
      { containers: { name: ["backend-clock"], exitCode: [124] } },
      { stopCode: ["TaskFailedToStart"] },
    ]);
  });
});
