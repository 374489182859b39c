import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { autoNamed, physicalName } from "../../components/names";
import type { GcpKey } from "./key";
import { accountId, type GcpPlacement, type GcpProject } from "./project";

/** Longest name that the service takes. */
const maxWorkflowName = 64;

/** Longest id of a role of the project's own, characters. */
const maxRoleId = 64;

type Opts = { readonly parent: pulumi.Resource };

/** Steps of a workflow. https://cloud.google.com/workflows/docs/reference/syntax */
export type Step = Readonly<Record<string, unknown>>;

/** As whom a workflow runs. */
export interface Runner {
  readonly account: gcp.serviceaccount.Account;
  /** What it needs before it can run. */
  readonly grants: readonly pulumi.Resource[];
}

/** Arguments of {@link runner}. */
export interface RunnerArgs {
  /** What it is for, in two or three words. */
  readonly title: string;
  readonly description: string;
  /** What it may do anywhere in the project, beside starting itself. */
  readonly permissions: readonly string[];
  /** Name of the role's grant, after the runner's own. */
  readonly grant: string;
  readonly project: GcpProject;
}

/** An account with a role of its own, that may start workflows. */
export function runner(name: string, args: RunnerArgs, opts: Opts): Runner {
  const { title, description, permissions, grant, project } = args;
  const account = new gcp.serviceaccount.Account(
    name,
    { accountId: accountId(name), displayName: `${title}, ${name}` },
    { ...opts, dependsOn: [project.api("iam"), project.api("iamcredentials")] },
  );
  const role = ownRole(name, { title, description, permissions, project }, opts);
  const inProject = { ...opts, dependsOn: [project.api("cloudresourcemanager")] };
  return {
    account,
    grants: [
      new gcp.projects.IAMMember(
        `${name}-${grant}`,
        { project: project.projectId, role: role.name, member: account.member },
        inProject,
      ),
      // workflows have no policy of their own: it may start any of the project's, each of which runs as its own account
      new gcp.projects.IAMMember(
        `${name}-start`,
        { project: project.projectId, role: "roles/workflows.invoker", member: account.member },
        inProject,
      ),
    ],
  };
}

/** A role of the project's own. */
export function ownRole(
  name: string,
  { title, description, permissions, project }: Omit<RunnerArgs, "grant">,
  opts: Opts,
): gcp.projects.IAMCustomRole {
  return new gcp.projects.IAMCustomRole(
    name,
    {
      // it takes no dashes
      roleId: physicalName(maxRoleId, name).replaceAll("-", "_"),
      title: `${title}, ${name}`,
      description,
      permissions: [...permissions],
    },
    { ...opts, dependsOn: [project.api("iam")] },
  );
}

/** Arguments of {@link scheduledWorkflow}. */
export interface ScheduledWorkflowArgs extends GcpPlacement {
  readonly description: string;
  /** When it runs, in cron's language and Universal Time. */
  readonly schedule: string;
  readonly source: pulumi.Input<string>;
  readonly runner: Runner;
  /** What its runs are kept under. */
  readonly key: GcpKey;
}

/**
 * A workflow that runs on the clock: text that Google runs, with no image, no build, and no package to patch. Runs are under
 * our key, and what they hold is in no history or log.
 */
export function scheduledWorkflow(
  name: string,
  args: ScheduledWorkflowArgs,
  opts: Opts,
): gcp.workflows.Workflow {
  const { description, schedule, source, runner: runsAs, key, region, project } = args;
  const { account, grants } = runsAs;
  const workflow = new gcp.workflows.Workflow(
    autoNamed(maxWorkflowName, name),
    {
      region,
      description,
      serviceAccount: account.id,
      cryptoKeyName: key.keyId,
      executionHistoryLevel: "EXECUTION_HISTORY_BASIC",
      callLogLevel: "LOG_ERRORS_ONLY",
      // it holds nothing: what it works on does
      deletionProtection: false,
      sourceContents: source,
    },
    { ...opts, dependsOn: [project.api("workflows"), ...key.grants, ...grants] },
  );
  new gcp.cloudscheduler.Job(
    name,
    {
      region,
      description: `starts ${name}`,
      schedule,
      timeZone: "Etc/UTC",
      httpTarget: {
        httpMethod: "POST",
        uri: pulumi.interpolate`https://workflowexecutions.googleapis.com/v1/${workflow.id}/executions`,
        headers: { "Content-Type": "application/json" },
        body: Buffer.from("{}").toString("base64"),
        oauthToken: {
          serviceAccountEmail: account.email,
          scope: "https://www.googleapis.com/auth/cloud-platform",
        },
      },
      retryConfig: { retryCount: 3 },
    },
    { ...opts, dependsOn: [project.api("cloudscheduler"), project.api("workflowexecutions")] },
  );
  return workflow;
}
