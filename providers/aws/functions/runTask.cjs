"use strict";
/*
 * Runs a task of ECS and waits for its end: what has to be done before a service gets a new version. Called by the program,
 * which goes on once it has succeeded and not at all where this function fails. A function ends after a quarter of an hour
 * (Lambda): a task that takes longer is waited for by the next call, which is told what the one before knew.
 *
 * A call can run twice: a task of the same revision that still runs is waited for, and no second one is started.
 */

/** Milliseconds between two looks at the task. */
const patience = 5000;

/** Milliseconds before its own end in which the function answers. */
const reserve = 20_000;

/**
 * @param ecs client of ECS
 * @param clock `now()`, milliseconds; `sleep(milliseconds)`
 * @returns what waits: `(event, deadline)`, with the moment by which it has to answer
 */
function run(ecs, { now, sleep }) {
  async function running({ cluster, family, taskDefinition }) {
    const { taskArns: tasks = [] } = await ecs.listTasks({ cluster, family, desiredStatus: "RUNNING" });
    if (tasks.length === 0) return undefined;
    const { tasks: found = [] } = await ecs.describeTasks({ cluster, tasks });
    return found.find((task) => task.taskDefinitionArn === taskDefinition)?.taskArn;
  }

  async function start({ cluster, taskDefinition, subnets, securityGroups }) {
    const { tasks = [], failures = [] } = await ecs.runTask({
      cluster,
      taskDefinition,
      count: 1,
      capacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1 }],
      networkConfiguration: {
        awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: "DISABLED" },
      },
      enableECSManagedTags: true,
      propagateTags: "TASK_DEFINITION",
    });
    const [task] = tasks;
    if (task === undefined) {
      throw new Error(`expected a task, got ${failures.map(({ reason }) => reason).join(", ") || "none"}`);
    }
    return task.taskArn;
  }

  return async (event, deadline) => {
    const before = JSON.parse(event.before ?? "{}");
    if (before.done === true) return before;
    const { cluster, container, last } = event;
    const task = before.task ?? (await running(event)) ?? (await start(event));
    while (now() < deadline - reserve) {
      const { tasks = [], failures = [] } = await ecs.describeTasks({ cluster, tasks: [task] });
      const [found] = tasks;
      // a task that was just started may not be known yet
      if (found === undefined && before.task !== undefined) {
        throw new Error(`${task}: expected a task, got ${failures.map(({ reason }) => reason).join(", ")}`);
      }
      if (found?.lastStatus === "STOPPED") return ended(task, found, container);
      await sleep(patience);
    }
    if (!last) return { done: false, task };
    await ecs.stopTask({ cluster, task, reason: "it took longer than it may" });
    throw new Error(`${task}: expected an end in time, got none`);
  };
}

/** What a task that ended says: that it succeeded, or why not. */
function ended(task, { containers = [], stopCode, stoppedReason }, container) {
  if (containers.find(({ name }) => name === container)?.exitCode === 0) return { done: true, task };
  const exits = containers.map(({ name, exitCode, reason }) => `${name}: ${exitCode ?? reason ?? "not run"}`);
  throw new Error(
    `${task}: expected ${container} to end with 0, got ${stopCode}, ${stoppedReason} (${exits.join("; ")})`,
  );
}

exports.run = run;

exports.handler = async (event, context) => {
  // AWS's SDK is there where Lambda runs this, and nowhere else
  const { ECS } = require("@aws-sdk/client-ecs");
  const { setTimeout: sleep } = require("node:timers/promises");
  const deadline = Date.now() + context.getRemainingTimeInMillis();
  return await run(new ECS({}), { now: Date.now, sleep })(event, deadline);
};
