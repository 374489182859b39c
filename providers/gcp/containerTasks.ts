import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { planOfTask } from "../../components/containers/plan";
import { autoNamed, digest } from "../../components/names";
import type { CronJobPlan, TaskPlan } from "../../components/workload/tasks";
import { containerOf, type GcpContainerServiceArgs, volumesOf } from "./containerService";
import { accountId, type GcpPlacement } from "./project";

/** Longest name that Cloud Run takes of a job. */
const maxJobName = 49;

/** Longest name that Cloud Scheduler takes. */
const maxScheduleName = 500;

/** What an update waits for beside a task itself: its image has to come and its instance to start, seconds. */
const startSeconds = 300;

type Opts = { readonly parent: pulumi.Resource; readonly dependsOn: pulumi.Resource[] };

/** A service, as what its tasks are made from. */
export type TaskedArgs = Omit<GcpContainerServiceArgs, "callers" | "protect">;

/** What its tasks may take until the last try has ended, seconds: Cloud Run counts the time of each try by itself. */
export function longestRunSeconds({
  timeoutSeconds,
  retries,
}: Pick<TaskPlan, "timeoutSeconds" | "retries">): number {
  return timeoutSeconds * (retries + 1);
}

/**
 * Runs a service's migration as a job of Cloud Run, and waits for its end: who depends on it is made once that has succeeded.
 * It is run once for each image, command and setting, which its token stands for.
 */
export function migrationRun(
  name: string,
  { args, migration }: { readonly args: TaskedArgs; readonly migration: TaskPlan },
  opts: Opts,
): gcp.cloudrunv2.Job {
  const token = digest(migration.name);
  const seconds = `${longestRunSeconds(migration) + startSeconds}s`;
  return jobOf(
    name,
    { args, task: migration, runExecutionToken: token },
    { ...opts, customTimeouts: { create: seconds, update: seconds } },
  );
}

/** A task that Cloud Scheduler starts at its times, as the account that may run that job and nothing else. */
export function scheduledRun(
  name: string,
  {
    args,
    cronJob,
    account,
    project,
  }: {
    readonly args: TaskedArgs;
    readonly cronJob: CronJobPlan;
    readonly account: gcp.serviceaccount.Account;
    readonly project: GcpPlacement["project"];
  },
  opts: Opts,
): { readonly job: gcp.cloudrunv2.Job; readonly schedule: gcp.cloudscheduler.Job } {
  const { schedule, timeZone, startingDeadlineSeconds } = cronJob;
  const job = jobOf(name, { args, task: cronJob }, opts);
  const invoker = new gcp.cloudrunv2.JobIamMember(
    name,
    { location: args.region, name: job.name, role: "roles/run.invoker", member: account.member },
    opts,
  );
  const own = new gcp.cloudscheduler.Job(
    autoNamed(maxScheduleName, name),
    {
      region: args.region,
      description: `runs ${cronJob.name}`,
      schedule,
      timeZone,
      attemptDeadline: "60s",
      httpTarget: {
        httpMethod: "POST",
        uri: pulumi.interpolate`https://run.googleapis.com/v2/${job.id}:run`,
        oauthToken: {
          serviceAccountEmail: account.email,
          scope: "https://www.googleapis.com/auth/cloud-platform",
        },
      },
      // what can't be started is tried again for as long as a run may be late
      retryConfig: { retryCount: 5, maxRetryDuration: `${startingDeadlineSeconds}s` },
    },
    { ...opts, dependsOn: [...opts.dependsOn, project.api("cloudscheduler"), invoker] },
  );
  return { job, schedule: own };
}

/** As whom Cloud Scheduler starts tasks. */
export function schedulerAccount(
  name: string,
  { system, project }: { readonly system: string; readonly project: GcpPlacement["project"] },
  opts: { readonly parent: pulumi.Resource },
): gcp.serviceaccount.Account {
  return new gcp.serviceaccount.Account(
    name,
    { accountId: accountId(name), displayName: `starts tasks of ${system}` },
    { ...opts, dependsOn: [project.api("iam"), project.api("iamcredentials")] },
  );
}

/** One instance at a time, with the service's image, account, network, disks and files. */
function jobOf(
  name: string,
  {
    args,
    task,
    runExecutionToken,
  }: { readonly args: TaskedArgs; readonly task: TaskPlan; readonly runExecutionToken?: string },
  opts: pulumi.CustomResourceOptions,
): gcp.cloudrunv2.Job {
  const { network, admitted, key, tags, region, checksImages } = args;
  const plan = planOfTask(args.plan, task);
  return new gcp.cloudrunv2.Job(
    autoNamed(maxJobName, name),
    {
      location: region,
      // disks of instances, as the service has them
      launchStage: "BETA",
      // it holds nothing: what it works on does
      deletionProtection: false,
      ...(runExecutionToken !== undefined && { runExecutionToken }),
      ...(checksImages && { binaryAuthorization: { useDefault: true } }),
      template: {
        taskCount: 1,
        parallelism: 1,
        template: {
          serviceAccount: admitted.identity.identifier,
          encryptionKey: key.keyId,
          executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
          maxRetries: task.retries,
          timeout: `${task.timeoutSeconds}s`,
          vpcAccess: {
            egress: "ALL_TRAFFIC",
            networkInterfaces: [
              { network: network.networkId, subnetwork: network.nodeSubnetId, tags: [...tags] },
            ],
          },
          containers: [containerOf({ ...args, plan })],
          volumes: volumesOf({ ...args, plan }),
        },
      },
    },
    pulumi.mergeOptions({ dependsOn: [...key.grants] }, opts),
  );
}
