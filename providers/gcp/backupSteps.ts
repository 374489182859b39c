import { vaultWithinHours } from "../../components/data/backups";
import type { Step } from "./scheduledWorkflow";

/** A workflow's text: its steps, and parts that it calls. */
export interface Workflow {
  readonly main: { readonly steps: readonly Step[] };
  readonly [part: string]: { readonly params?: readonly string[]; readonly steps: readonly Step[] };
}

const sql = "https://sqladmin.googleapis.com/v1";
const auth = { type: "OAuth2" };
const hourSeconds = 3600;

/** Databases that a server has by itself, with nothing of ours in them. */
const ownDatabases = ["information_schema", "mysql", "performance_schema", "postgres", "sys"];

const get = (url: string): Step => ({ call: "http.get", args: { url, auth } });
const post = (url: string, body: Step): Step => ({ call: "http.post", args: { url, auth, body } });
const into = (result: string, step: Step): Step => ({ ...step, result });
const assign = (variable: string, value: unknown): Step => ({ assign: [{ [variable]: value }] });
const when = (condition: string, then: Step): Step => ({
  switch: [{ condition: `\${${condition}}`, ...then }],
});

/** Waits for the operation that a call began, and fails where it did. */
const settle = (started: string): Step => ({
  call: "settled",
  args: { operation: `\${${started}.body.name}` },
});

/** A part that waits for an operation of Cloud SQL, looking each half a minute. */
const settled = (projectId: string) => ({
  params: ["operation"],
  steps: [
    { look: into("now", get(`\${"${sql}/projects/${projectId}/operations/" + operation}`)) },
    { over: when('now.body.status == "DONE"', { next: "judge" }) },
    { wait: { call: "sys.sleep", args: { seconds: 30 }, next: "look" } },
    {
      judge: when('map.get(now.body, "error") != null', {
        raise: "${json.encode_to_string(now.body.error)}",
      }),
    },
  ],
});

/** Does the steps for each instance; one that fails keeps no other from its turn, and the workflow fails at the end. */
function forEachInstance(instances: readonly string[], steps: readonly Step[]): readonly Step[] {
  return [
    { begin: assign("failures", []) },
    { each: { for: { value: "instance", in: [...instances], steps: [...steps] } } },
    { judge: when("len(failures) > 0", { raise: "${json.encode_to_string(failures)}" }) },
  ];
}

/** The steps, and a note of what went wrong with them. */
const noted = (steps: readonly Step[]): Step => ({
  try: { steps: [...steps] },
  except: {
    as: "problem",
    steps: [
      {
        note: assign(
          "failures",
          '${list.concat(failures, instance + ": " + json.encode_to_string(problem))}',
        ),
      },
    ],
  },
});

/** What {@link saveSteps} is told. */
export interface SaveStepsArgs {
  readonly projectId: string;
  readonly bucket: string;
  /** Names of the instances whose databases are saved. */
  readonly instances: readonly string[];
}

/**
 * Exports each database of each instance into the bucket, under the instance's name, the time, and its own. By a helper
 * instance that Cloud SQL makes for it (`offload`), so that the server has no more to do.
 * https://cloud.google.com/sql/docs/postgres/import-export/import-export-sql
 */
export function saveSteps({ projectId, bucket, instances }: SaveStepsArgs): Workflow {
  const at = `${sql}/projects/${projectId}/instances/`;
  return {
    main: {
      steps: [
        {
          moment: assign(
            "moment",
            '${text.replace_all(text.substring(time.format(sys.now()), 0, 19), ":", "-")}',
          ),
        },
        ...forEachInstance(instances, [
          {
            save: noted([
              { list: into("listed", get(`\${"${at}" + instance + "/databases"}`)) },
              {
                databases: {
                  for: {
                    value: "database",
                    in: "${listed.body.items}",
                    steps: [
                      {
                        own: when(ownDatabases.map((name) => `database.name == "${name}"`).join(" or "), {
                          next: "continue",
                        }),
                      },
                      {
                        export: into(
                          "started",
                          post(`\${"${at}" + instance + "/export"}`, {
                            exportContext: {
                              fileType: "SQL",
                              offload: true,
                              databases: ["${database.name}"],
                              uri: `\${"gs://${bucket}/" + instance + "/" + moment + "/" + database.name + ".sql.gz"}`,
                            },
                          }),
                        ),
                      },
                      { exported: settle("started") },
                    ],
                  },
                },
              },
            ]),
          },
        ]),
      ],
    },
    settled: settled(projectId),
  };
}

/** What {@link drillSteps} is told. */
export interface DrillStepsArgs {
  readonly projectId: string;
  readonly instances: readonly string[];
  /** What names of scratch instances begin with. */
  readonly scratch: string;
}

/**
 * Restores the newest backup of each instance into a scratch instance of the same kind, under the same key and reached by
 * nobody, looks whether it runs and has the databases of its source, and removes it, whatever came of it.
 * https://cloud.google.com/sql/docs/postgres/backup-recovery/restoring
 */
export function drillSteps({ projectId, instances, scratch }: DrillStepsArgs): Workflow {
  const all = `${sql}/projects/${projectId}/instances`;
  const source = (path: string) => `\${"${all}/" + instance + "${path}"}`;
  const copy = (path: string) => `\${"${all}/" + scratch + "${path}"}`;
  const same = (path: string) => `\${source.body.${path}}`;
  return {
    main: {
      steps: forEachInstance(instances, [
        // a name that was used is taken for a week
        { name: assign("scratch", `\${"${scratch}-" + string(int(sys.now()))}`) },
        { none: assign("made", false) },
        {
          restore: noted([
            { source: into("source", get(source(""))) },
            { backups: into("backups", get(source("/backupRuns?maxResults=20"))) },
            { nothing: assign("newest", null) },
            {
              // newest first
              choose: {
                for: {
                  value: "backup",
                  in: '${default(map.get(backups.body, "items"), [])}',
                  steps: [
                    { failed: when('backup.status != "SUCCESSFUL"', { next: "continue" }) },
                    { chosen: { assign: [{ newest: "${backup}" }], next: "break" } },
                  ],
                },
              },
            },
            { missing: when("newest == null", { raise: "there is no backup" }) },
            {
              old: when(`sys.now() - time.parse(newest.endTime) > ${vaultWithinHours * hourSeconds}`, {
                raise: '${"the newest backup is of " + newest.endTime}',
              }),
            },
            {
              make: into(
                "making",
                post(all, {
                  name: "${scratch}",
                  region: same("region"),
                  databaseVersion: same("databaseVersion"),
                  diskEncryptionConfiguration: { kmsKeyName: same("diskEncryptionConfiguration.kmsKeyName") },
                  settings: {
                    tier: same("settings.tier"),
                    edition: same("settings.edition"),
                    availabilityType: "ZONAL",
                    dataDiskType: same("settings.dataDiskType"),
                    dataDiskSizeGb: same("settings.dataDiskSizeGb"),
                    databaseFlags: same("settings.databaseFlags"),
                    deletionProtectionEnabled: false,
                    backupConfiguration: { enabled: false },
                    ipConfiguration: {
                      ipv4Enabled: false,
                      privateNetwork: same("settings.ipConfiguration.privateNetwork"),
                      allocatedIpRange: same("settings.ipConfiguration.allocatedIpRange"),
                      sslMode: "ENCRYPTED_ONLY",
                    },
                    userLabels: { purpose: "restore-drill" },
                  },
                }),
              ),
            },
            { remember: assign("made", true) },
            { making: settle("making") },
            {
              fill: into(
                "filling",
                post(copy("/restoreBackup"), {
                  restoreBackupContext: {
                    project: projectId,
                    instanceId: "${instance}",
                    backupRunId: "${newest.id}",
                  },
                }),
              ),
            },
            { filling: settle("filling") },
            { look: into("restored", get(copy(""))) },
            {
              runs: when('restored.body.state != "RUNNABLE"', {
                raise: '${"the server is " + restored.body.state}',
              }),
            },
            { wanted: into("wanted", get(source("/databases"))) },
            { found: into("found", get(copy("/databases"))) },
            {
              compare: {
                for: {
                  value: "database",
                  in: "${wanted.body.items}",
                  steps: [
                    { absent: assign("present", false) },
                    {
                      search: {
                        for: {
                          value: "other",
                          in: "${found.body.items}",
                          steps: [
                            {
                              same: when("other.name == database.name", {
                                steps: [{ present: assign("present", true) }],
                              }),
                            },
                          ],
                        },
                      },
                    },
                    {
                      lacks: when("not(present)", { raise: '${"it lacks the database " + database.name}' }),
                    },
                  ],
                },
              },
            },
          ]),
        },
        { unmade: when("not(made)", { next: "continue" }) },
        {
          remove: noted([
            { delete: into("removing", { call: "http.delete", args: { url: copy(""), auth } }) },
            { removing: settle("removing") },
          ]),
        },
      ]),
    },
    settled: settled(projectId),
  };
}

/** A workflow that has to have gone well within some time. */
export interface Awaited {
  /** `projects/…/workflows/…`. */
  readonly workflow: string;
  readonly withinHours: number;
  /** What is logged where it has not: an alarm's name. */
  readonly says: string;
}

/**
 * Writes to the log which workflows have not gone well in time; of one that is newer than that nothing is expected yet. An
 * alert of Cloud Monitoring looks back a day at most; runs are kept for 90 days.
 */
export function watchSteps(awaited: readonly Awaited[]): Workflow {
  const good = "/executions?pageSize=1&filter=state%3D%22SUCCEEDED%22";
  return {
    main: {
      steps: awaited.flatMap(({ workflow, withinHours, says }, place) => [
        {
          [`runs${place}`]: into(
            "listed",
            get(`https://workflowexecutions.googleapis.com/v1/${workflow}${good}`),
          ),
        },
        { [`workflow${place}`]: into("awaited", get(`https://workflows.googleapis.com/v1/${workflow}`)) },
        { [`made${place}`]: assign("last", "${awaited.body.createTime}") },
        {
          [`newest${place}`]: {
            for: {
              value: "run",
              in: '${default(map.get(listed.body, "executions"), [])}',
              steps: [{ ended: assign("last", "${run.endTime}") }],
            },
          },
        },
        {
          [`late${place}`]: when(`sys.now() - time.parse(last) > ${withinHours * hourSeconds}`, {
            steps: [{ tell: { call: "sys.log", args: { text: says, severity: "WARNING" } } }],
          }),
        },
      ]),
    },
  };
}
