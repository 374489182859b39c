import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import { drillHourUtc, type drillWithinDays, vaultHourUtc } from "../../components/data/backups";
import { physicalName } from "../../components/names";
import { type Awaited, drillSteps, saveSteps, watchSteps, type Workflow } from "./backupSteps";
import { grantRole } from "./grants";
import type { GcpKey } from "./key";
import type { GcpPlacement, GcpProject } from "./project";
import { ownRole, type Runner, runner, scheduledWorkflow } from "./scheduledWorkflow";

/** When it is looked for what is late, every six hours. */
const watchCron = "30 */6 * * *";

/** When a drill begins, in cron's language. */
const drillCrons: Readonly<Record<keyof typeof drillWithinDays, string>> = {
  weekly: `0 ${drillHourUtc} * * 1`,
  monthly: `0 ${drillHourUtc} 1 * *`,
};

/** Longest that the name of a scratch instance begins with, characters: Cloud SQL takes 98 with the project's name. */
const maxScratchName = 40;

/** What is looked at, of any server of the project. */
const lookPermissions = ["cloudsql.databases.list", "cloudsql.instances.get", "logging.logEntries.create"];

/** What a drill does to servers of its own, and to no other. */
const scratchPermissions = [
  "cloudsql.instances.create",
  "cloudsql.instances.delete",
  "cloudsql.instances.restoreBackup",
];

/** By the names of their stores. */
type Instances = Readonly<Record<string, gcp.sql.DatabaseInstance>>;
type Opts = { readonly parent: pulumi.Resource };

/** Where workflows run, and what on. */
export interface BackupPlace extends GcpPlacement {
  readonly instances: Instances;
  /** What runs are kept under. */
  readonly runs: GcpKey;
}

/** The workflow that exports. A server writes what is exported itself, as its own account. */
export function saver(
  name: string,
  { instances, runs, bucket, region, project }: BackupPlace & { readonly bucket: gcp.storage.Bucket },
  opts: Opts,
): gcp.workflows.Workflow {
  const runsAs = runner(
    name,
    {
      title: "backups",
      description: "looks at servers and their operations",
      permissions: lookPermissions,
      grant: "look",
      project,
    },
    opts,
  );
  const role = ownRole(
    `${name}-export`,
    {
      title: "exports",
      description: "exports databases",
      permissions: ["cloudsql.instances.export"],
      project,
    },
    opts,
  );
  const exports = grantRole(
    `${name}-export`,
    {
      project,
      role: role.name,
      member: runsAs.account.member,
      resourceNames: Object.values(instances).map(
        (instance) => pulumi.interpolate`projects/${project.projectId}/instances/${instance.name}`,
      ),
    },
    opts,
  );
  const writers = Object.entries(instances).map(
    ([store, instance]) =>
      new gcp.storage.BucketIAMMember(
        `${name}-${store}`,
        {
          bucket: bucket.name,
          role: "roles/storage.objectUser",
          member: pulumi.interpolate`serviceAccount:${instance.serviceAccountEmailAddress}`,
        },
        opts,
      ),
  );
  return scheduledWorkflow(
    name,
    {
      description: "exports each database to the vault",
      schedule: `0 ${vaultHourUtc} * * *`,
      source: sourceOf(instances, bucket.name, (names, vault) =>
        saveSteps({ projectId: project.projectId, bucket: vault, instances: names }),
      ),
      runner: { ...runsAs, grants: [...runsAs.grants, exports, ...writers] },
      key: runs,
      region,
      project,
    },
    opts,
  );
}

/** The workflow that restores, and removes again. */
export function driller(
  name: string,
  {
    instances,
    runs,
    schedule,
    region,
    project,
  }: BackupPlace & { readonly schedule: keyof typeof drillCrons },
  opts: Opts,
): gcp.workflows.Workflow {
  const scratch = physicalName(maxScratchName, name);
  const runsAs = runner(
    name,
    {
      title: "drill",
      description: "looks at servers, their backups and their operations",
      permissions: [...lookPermissions, "cloudsql.backupRuns.get", "cloudsql.backupRuns.list"],
      grant: "look",
      project,
    },
    opts,
  );
  const role = ownRole(
    `${name}-scratch`,
    {
      title: "scratch servers",
      description: "makes, fills and removes servers",
      permissions: scratchPermissions,
      project,
    },
    opts,
  );
  const makes = scratchGrant(`${name}-scratch`, { runsAs, role, scratch, project }, opts);
  return scheduledWorkflow(
    name,
    {
      description: "restores the newest backup of each database into a scratch server",
      schedule: drillCrons[schedule],
      source: sourceOf(instances, scratch, (names) =>
        drillSteps({ projectId: project.projectId, instances: names, scratch }),
      ),
      runner: { ...runsAs, grants: [...runsAs.grants, makes] },
      key: runs,
      region,
      project,
    },
    opts,
  );
}

/** The role, on instances whose names begin so. https://cloud.google.com/sql/docs/postgres/iam-conditions */
function scratchGrant(
  name: string,
  {
    runsAs,
    role,
    scratch,
    project,
  }: {
    readonly runsAs: Runner;
    readonly role: gcp.projects.IAMCustomRole;
    readonly scratch: string;
    readonly project: GcpProject;
  },
  opts: Opts,
): pulumi.Resource {
  return new gcp.projects.IAMMember(
    name,
    {
      project: project.projectId,
      role: role.name,
      member: runsAs.account.member,
      condition: {
        title: "scratch-servers-only",
        expression: `resource.name.startsWith("projects/${project.projectId}/instances/${scratch}-")`,
      },
    },
    { ...opts, dependsOn: [project.api("cloudresourcemanager")] },
  );
}

/** The workflow that looks for what is late. */
export function watcher(
  name: string,
  {
    awaited,
    runs,
    region,
    project,
  }: BackupPlace & {
    readonly awaited: readonly (Omit<Awaited, "workflow"> & { readonly workflow: gcp.workflows.Workflow })[];
  },
  opts: Opts,
): gcp.workflows.Workflow {
  const runsAs = runner(
    name,
    {
      title: "watch",
      description: "looks at runs of workflows, and says what is late",
      permissions: ["logging.logEntries.create", "workflows.executions.list", "workflows.workflows.get"],
      grant: "look",
      project,
    },
    opts,
  );
  return scheduledWorkflow(
    name,
    {
      description: "says which backups and drills are late",
      schedule: watchCron,
      source: pulumi.all(awaited.map(({ workflow }) => workflow.id)).apply((ids) => {
        const steps = watchSteps(awaited.map((one, place) => ({ ...one, workflow: ids[place] ?? "" })));
        return JSON.stringify(steps);
      }),
      runner: runsAs,
      key: runs,
      region,
      project,
    },
    opts,
  );
}

/** A workflow's text, made when the names in it are known. */
function sourceOf(
  instances: Instances,
  other: pulumi.Input<string>,
  steps: (names: readonly string[], other: string) => Workflow,
): pulumi.Output<string> {
  return pulumi
    .all([pulumi.all(Object.values(instances).map((instance) => instance.name)), other])
    .apply(([names, known]) => JSON.stringify(steps(names, known)));
}
