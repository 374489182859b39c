import { isSet, mustBeAtLeast, mustBeOn, mustBeOneOf, mustBeSet, show } from "../check";
import { always, fromStaging, inProd, onlyWarns, strictInProd } from "../levels";
import type { ResourceOf } from "../resource";
import { resourceRule, type Verdict } from "../rule";

const instances = ["gcp:sql/databaseInstance:DatabaseInstance"] as const;

type Instance = ResourceOf<(typeof instances)[number]>;

const isPostgres = ({ props }: Instance): boolean => /^POSTGRES/.test(props.databaseVersion ?? "");
const isReplica = ({ props }: Instance): boolean => isSet(props, "masterInstanceName");
const isMysql = ({ props }: Instance): boolean => /^MYSQL/.test(props.databaseVersion ?? "");

function flagsOf({ props }: Instance): ReadonlyMap<string | undefined, string | undefined> {
  return new Map((props.settings?.databaseFlags ?? []).map(({ name, value }) => [name, value]));
}

/** Breach for each flag that has none of the values that it may have. */
function mustHaveFlags(
  instance: Instance,
  wanted: Readonly<Record<string, readonly string[]>>,
): readonly Verdict[] {
  const set = flagsOf(instance);
  return Object.entries(wanted).map(([flag, values]) =>
    mustBeOneOf(set.get(flag), values, `the flag ${flag}`),
  );
}

export const postgresLogs = resourceRule({
  id: "gcp-sql-pg-log-flags",
  title: "PostgreSQL on Cloud SQL logs who came and what was changed",
  severity: "medium",
  description:
    "After an attack the log says who signed in, what waited and what was redefined; statements with data in them stay out of it.",
  remedy:
    "Set the flags log_connections, log_disconnections, log_lock_waits and log_checkpoints to on, log_statement to ddl, log_min_messages to warning, log_min_error_statement to error, log_min_duration_statement to -1 and log_error_verbosity to default.",
  controls: {
    cisGcp: ["6.2.1", "6.2.2", "6.2.3", "6.2.4", "6.2.5", "6.2.6", "6.2.7"],
    soc2: ["CC7.2"],
    gdpr: ["32(1)(d)"],
    pciDss: ["10.2.1"],
  },
  levels: strictInProd,
  types: instances,
  applies: isPostgres,
  check: (instance) =>
    mustHaveFlags(instance, {
      log_checkpoints: ["on"],
      log_connections: ["on"],
      log_disconnections: ["on"],
      log_error_verbosity: ["default"],
      log_lock_waits: ["on"],
      log_min_duration_statement: ["-1"],
      log_min_error_statement: ["error", "log", "fatal", "panic"],
      log_min_messages: ["warning", "error", "log", "fatal", "panic"],
      log_statement: ["ddl", "mod", "all"],
    }),
});

export const postgresAudit = resourceRule({
  id: "gcp-sql-pgaudit",
  title: "PostgreSQL on Cloud SQL has its audit extension",
  severity: "medium",
  description:
    "pgAudit records who changed structure and roles, which no other log says in a form to search.",
  remedy: "Set the flag cloudsql.enable_pgaudit to on.",
  controls: { cisGcp: ["6.2.8"], soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: inProd,
  types: instances,
  applies: isPostgres,
  check: (instance) => mustHaveFlags(instance, { "cloudsql.enable_pgaudit": ["on"] }),
});

export const mysqlFlags = resourceRule({
  id: "gcp-sql-mysql-flags",
  title: "MySQL on Cloud SQL reads no files of its clients and lists no databases",
  severity: "medium",
  description:
    "With local_infile a server that is not ours reads a client's files; without skip_show_database every user sees what else there is.",
  remedy: "Set the flags local_infile to off and skip_show_database to on.",
  controls: { cisGcp: ["6.1.2", "6.1.3"], soc2: ["CC6.1"] },
  levels: fromStaging,
  types: instances,
  applies: isMysql,
  check: (instance) => mustHaveFlags(instance, { local_infile: ["off"], skip_show_database: ["on"] }),
});

export const passwordPolicy = resourceRule({
  id: "gcp-sql-password-policy",
  title: "Cloud SQL takes no weak password",
  severity: "low",
  description:
    "Workloads have none; whoever gives an administrator one for an occasion is held to a long one.",
  remedy: "Set settings.passwordValidationPolicy with enablePasswordPolicy and a minLength of 14 or more.",
  controls: { soc2: ["CC6.1"], pciDss: ["8.3.6"] },
  levels: onlyWarns,
  types: instances,
  // users are the primary's, and a replica has them
  applies: (instance) => !isReplica(instance) && (isPostgres(instance) || isMysql(instance)),
  check: ({ props }) => {
    const policy = props.settings?.passwordValidationPolicy;
    return [
      mustBeOn(policy?.enablePasswordPolicy, "settings.passwordValidationPolicy.enablePasswordPolicy"),
      mustBeAtLeast(policy?.minLength, 14, "settings.passwordValidationPolicy.minLength"),
    ];
  },
});

export const supportedVersion = resourceRule({
  id: "gcp-sql-supported-version",
  title: "Cloud SQL runs a version that is still mended",
  severity: "medium",
  description: "A major past its end gets no fixes of what is found in it, and costs extra until it is left.",
  remedy:
    "Raise databaseVersion one major at a time, in place (postgres.version or mysql.version in the stack file).",
  controls: { soc2: ["CC7.1"], pciDss: ["6.3.3"] },
  levels: fromStaging,
  settings: {
    minPostgres: {
      schema: { type: "integer", minimum: 10, maximum: 30, description: "Oldest major of PostgreSQL." },
      values: { dev: 14, staging: 14, prod: 15 },
    },
    minMysql: {
      schema: { type: "number", minimum: 5, maximum: 20, description: "Oldest series of MySQL." },
      values: { dev: 8.4, staging: 8.4, prod: 8.4 },
    },
  },
  types: instances,
  applies: (instance) => isPostgres(instance) || isMysql(instance),
  check: (instance, { minPostgres, minMysql }) => {
    const { databaseVersion } = instance.props;
    const series = /_(\d+(?:_\d+)?)/.exec(databaseVersion ?? "")?.[1]?.replace("_", ".");
    const least = isMysql(instance) ? minMysql : minPostgres;
    return (
      !(Number(series) >= least) && `databaseVersion is ${show(databaseVersion)}, expected ${least} or newer`
    );
  },
});

export const operations = resourceRule({
  id: "gcp-sql-insights-maintenance",
  title: "Cloud SQL is measured, maintained by night and grows within a limit",
  severity: "low",
  description:
    "Slow queries are found where they are measured; maintenance without a window comes at any hour; a disk without a limit grows with a mistake, and never shrinks.",
  remedy:
    "Set settings.insightsConfig.queryInsightsEnabled, maintenanceWindow, diskAutoresize and diskAutoresizeLimit.",
  controls: { soc2: ["CC7.2"] },
  levels: onlyWarns,
  types: instances,
  check: (instance) => {
    const { settings } = instance.props;
    const measured = mustBeOn(
      settings?.insightsConfig?.queryInsightsEnabled,
      "settings.insightsConfig.queryInsightsEnabled",
    );
    // replicas are maintained with their primary, and a pool's disks are as large as that's
    if (isReplica(instance)) return measured;
    return [
      measured,
      mustBeSet(settings, "maintenanceWindow", "settings.maintenanceWindow"),
      mustBeOn(settings?.diskAutoresize, "settings.diskAutoresize"),
      mustBeAtLeast(settings?.diskAutoresizeLimit, 1, "settings.diskAutoresizeLimit"),
    ];
  },
});

export const sqlServerFlags = resourceRule({
  id: "gcp-sql-sqlserver-flags",
  title: "SQL Server on Cloud SQL keeps its side doors shut",
  severity: "medium",
  description:
    "External scripts, remote procedures and users that live in one database are ways around who may do what; trace flag 3625 keeps names out of error messages.",
  remedy:
    "Set the flags external scripts enabled, cross db ownership chaining, contained database authentication and remote access to off, 3625 to on, user connections to 0, and leave user options out.",
  controls: {
    cisGcp: ["6.3.1", "6.3.2", "6.3.3", "6.3.4", "6.3.5", "6.3.6", "6.3.7"],
    soc2: ["CC6.1"],
  },
  levels: fromStaging,
  types: instances,
  applies: ({ props }) => /^SQLSERVER/.test(props.databaseVersion ?? ""),
  check: (instance) => {
    const set = flagsOf(instance);
    return [
      ...mustHaveFlags(instance, {
        "3625": ["on"],
        "contained database authentication": ["off"],
        "cross db ownership chaining": ["off"],
        "external scripts enabled": ["off"],
        "remote access": ["off"],
      }),
      set.has("user options") && "the flag user options is set",
      set.has("user connections") &&
        mustBeOneOf(set.get("user connections"), ["0"], "the flag user connections"),
    ];
  },
});

export const noRootAnywhere = resourceRule({
  id: "gcp-sql-no-root-anywhere",
  title: "MySQL on Cloud SQL has no administrator from everywhere",
  severity: "high",
  description: "root@% is the one account that every guesser of passwords begins with.",
  remedy: "Name a host other than %, or give people and programs users of type CLOUD_IAM_*.",
  controls: { cisGcp: ["6.1.1"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"], pciDss: ["2.2.2"] },
  levels: always,
  types: ["gcp:sql/user:User"],
  applies: ({ props }) => props.name === "root",
  check: ({ props: { host } }) => ["%", "", undefined].includes(host) && `root may come from ${show(host)}`,
});
