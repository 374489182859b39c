import { digest } from "../names";
import { planResources, type ResourcesPlan } from "./containerResources";
import { expect, expected, expectWithin } from "./expected";
import { longestGapMinutes } from "./schedule";
import type { Priority, WorkloadSpec } from "./spec";
import type { CronJobSpec, MigrationSpec, TaskSpec } from "./taskSpec";

/** A task with every default filled in, checked. */
export interface TaskPlan {
  /** Name of its object; a migration's is another one for each image, command and setting. */
  readonly name: string;
  /** What it is among the service's tasks: `migration`, or its key. */
  readonly task: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly resources: ResourcesPlan;
  readonly retries: number;
  readonly timeoutSeconds: number;
  readonly priority: Priority;
}

/** A task that comes again and again. */
export interface CronJobPlan extends TaskPlan {
  readonly schedule: string;
  readonly timeZone: string;
  readonly startingDeadlineSeconds: number;
  /** The longest time between two runs, minutes. */
  readonly longestGapMinutes: number;
}

/** What a service runs beside its pods. */
export interface TasksPlan {
  /** @default - nothing is done before a new version */
  readonly migration?: TaskPlan;
  readonly cronJobs: readonly CronJobPlan[];
}

/** What the pods' own plan says already. */
export interface TaskedService {
  readonly service: string;
  readonly spec: WorkloadSpec;
  readonly resources: ResourcesPlan;
}

const migrationTask = "migration";

/** Seconds that any task may take: less is none, and more than a day is a service. */
const timeouts = { migration: [30, 3600], cronJob: [30, 86_400] } as const;

/** Longest name of a CronJob, to which Kubernetes adds eleven characters for each run. */
const longestName = 52;

/**
 * Fills in the defaults of what a service runs beside its pods.
 *
 * @throws RangeError naming the key, what was expected and what came
 */
export function planTasks(tasked: TaskedService): TasksPlan {
  const { service, spec } = tasked;
  const { migration, cronJobs = {}, gpus } = spec;
  const keys = [...(migration === undefined ? [] : [migrationTask]), ...Object.keys(cronJobs)];
  expect(gpus === undefined || keys.length === 0, `${service}.gpus`, "none, as it has tasks", gpus);
  return {
    ...(migration !== undefined && { migration: planMigration(tasked, migration) }),
    cronJobs: Object.entries(cronJobs).map(([key, cronJob]) => planCronJob(tasked, key, cronJob)),
  };
}

/** All tasks, whenever they run. */
export function tasksOf({ migration, cronJobs }: TasksPlan): readonly TaskPlan[] {
  return [...(migration === undefined ? [] : [migration]), ...cronJobs];
}

/** Whether a service runs anything beside its pods. */
export function hasTasks({
  migration,
  cronJobs = {},
}: Pick<WorkloadSpec, "migration" | "cronJobs">): boolean {
  return migration !== undefined || Object.keys(cronJobs).length > 0;
}

/**
 * Refuses services whose names are those of others' tasks, which could not be told from them.
 *
 * @throws RangeError naming the service
 */
export function checkTaskNames(services: Readonly<Record<string, WorkloadSpec>>): void {
  for (const [service, spec] of Object.entries(services)) {
    const names = [migrationTask, ...Object.keys(spec.cronJobs ?? {})].map((task) => `${service}-${task}`);
    const taken = hasTasks(spec)
      ? [`${service}-tasks`, ...names].find((name) => name in services)
      : undefined;
    if (taken !== undefined) throw expected(taken, `a name that is none of ${service}'s tasks`, taken);
  }
}

function planMigration(tasked: TaskedService, spec: MigrationSpec): TaskPlan {
  const { service, spec: own } = tasked;
  const key = `${service}.${migrationTask}`;
  const { timeoutSeconds = 900 } = spec;
  expectWithin(`${key}.timeoutSeconds`, timeoutSeconds, timeouts.migration);
  const { image, env = {}, priority = "standard" } = own;
  const { command, args = [] } = spec;
  const name = `${service}-${migrationTask}-${digest(JSON.stringify([image, command, args, env]))}`;
  // its pods carry it as a label
  expect(name.length <= 63, key, `a name of at most 63 characters`, name);
  return { ...planTask(tasked, key, spec), name, task: migrationTask, timeoutSeconds, priority };
}

function planCronJob(tasked: TaskedService, task: string, spec: CronJobSpec): CronJobPlan {
  const { service, spec: own } = tasked;
  const key = `${service}.cronJobs.${task}`;
  const name = `${service}-${task}`;
  expect(
    /^[a-z]([a-z0-9-]*[a-z0-9])?$/.test(task),
    key,
    "a name of lower-case letters, digits and dashes",
    task,
  );
  expect(task !== migrationTask && task !== "tasks", key, `a name other than ${task}`, task);
  expect(name.length <= longestName, key, `a name of at most ${longestName} characters`, name);
  const { schedule, timeZone = "Etc/UTC", startingDeadlineSeconds = 300, timeoutSeconds = 900 } = spec;
  expectWithin(`${key}.timeoutSeconds`, timeoutSeconds, timeouts.cronJob);
  expectWithin(`${key}.startingDeadlineSeconds`, startingDeadlineSeconds, [30, 86_400]);
  expect(
    isTimeZone(timeZone),
    `${key}.timeZone`,
    "a name of the tz database such as Europe/Berlin",
    timeZone,
  );
  return {
    ...planTask(tasked, key, spec),
    name,
    task,
    timeoutSeconds,
    priority: own.priority ?? "standard",
    schedule,
    timeZone,
    startingDeadlineSeconds,
    longestGapMinutes: longestGapMinutes(`${key}.schedule`, schedule),
  };
}

function planTask(
  { resources: own }: TaskedService,
  key: string,
  { command, args = [], resources, retries = 2 }: TaskSpec,
): Pick<TaskPlan, "command" | "args" | "resources" | "retries"> {
  expect(command.length > 0, `${key}.command`, "at least one word", "none");
  expectWithin(`${key}.retries`, retries, [0, 6]);
  return {
    command,
    args,
    resources: resources === undefined ? own : planResources(`${key}.resources`, resources),
    retries,
  };
}

function isTimeZone(name: string): boolean {
  try {
    // "UTC+2" and the like are taken by none but some programs
    return (
      /^[A-Za-z_]+(\/[A-Za-z0-9_+-]+)*$/.test(name) &&
      new Intl.DateTimeFormat("en", { timeZone: name }).format() !== ""
    );
  } catch {
    return false;
  }
}
