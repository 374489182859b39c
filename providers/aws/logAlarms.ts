import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { WatchedLogs } from "../../components/governance/alarms";
import { errorWords, logSigns, pinoLevels } from "../../components/logging/logSigns";
import type { Series } from "./metricAlarm";
import { type AlarmSet, makeAll } from "./storeAlarms";

/** Where Fargate's log router says which container a line is of: its name is the service's. */
const container = "$.kubernetes.container_name";

/** A word in any case: regular expressions of filter patterns know no flags. */
const anyCase = (word: string): string =>
  word.replace(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`);

const level = (words: readonly string[]): string => words.map((word) => `^${anyCase(word)}$`).join("|");

const anyOf = (terms: readonly string[]): string => `{ ${terms.map((term) => `(${term})`).join(" || ")} }`;

const subjects = ["[Aa]uthentication", "[Aa]uthorization", "[Ss]ign-?in", "[Ll]og-?in", "[Pp]assword"];
const outcomes = ["fail", "denied", "invalid"];

/**
 * CloudWatch Logs' patterns of what is counted. Of regular expressions it takes no groups, no blank but `\s`, two in a pattern
 * and five in a log group (docs.aws.amazon.com/AmazonCloudWatch/latest/logs/regex-expressions.html).
 *
 * A line in JSON has its fields beside `kubernetes`; any other is in `log`.
 */
export const linePatterns = {
  lines: `{ ${container} = "*" }`,
  errors: anyOf([
    `$.level = %${level(errorWords)}%`,
    `$.severity = %${level(errorWords)}%`,
    `$.level >= ${pinoLevels.error}`,
    ...["*ERROR*", "*FATAL*", "*panic:*"].map((text) => `$.log = "${text}"`),
  ]),
  fatal: anyOf([
    `$.level = %${level(["fatal", "panic"])}%`,
    // as Go, Node and the kernel say it when a process ends
    String.raw`$.log = %[Pp]anic:|[Ff]atal\serror|FATAL|[Oo]ut\sof\s[Mm]emory%`,
    `$.level >= ${pinoLevels.fatal}`,
    ...["$.msg", "$.message"].map((field) => `${field} = "*out of memory*"`),
  ]),
  // in the text of the whole line, whatever the field
  signins: `%${[
    ...subjects.flatMap((subject) => outcomes.map((outcome) => `${subject}.?${outcome}`)),
    "[Ll]og-?in.attempt.fail",
    "[Ii]nvalid.credentials",
    "[Ii]nvalid.password",
    "[Ii]nvalid.token",
    "[Bb]ad.credentials",
  ].join("|")}%`,
} as const;

/** Lines that are counted by service; of the rest CloudWatch reads no field. */
const byService: readonly (keyof typeof linePatterns)[] = ["lines", "errors", "fatal"];

/** Alarms from what pods on Fargate say, which CloudWatch Logs counts as it takes it. */
export function logAlarms(
  name: string,
  { logGroupName, services }: Pick<WatchedLogs, "services"> & { readonly logGroupName: pulumi.Input<string> },
  { topicArn }: AlarmSet,
  opts: { readonly parent: pulumi.Resource },
): void {
  for (const [what, pattern] of Object.entries(linePatterns)) {
    const dimensions = byService.some((one) => one === what) ? { dimensions: { service: container } } : {};
    new aws.cloudwatch.LogMetricFilter(
      `${name}-logs-${what}`,
      {
        logGroupName,
        pattern,
        metricTransformation: { namespace: name, name: `logs-${what}`, value: "1", ...dimensions },
      },
      opts,
    );
  }
  const count = (what: keyof typeof linePatterns, dimensions: Series["dimensions"] = {}): Series => ({
    namespace: name,
    metric: `logs-${what}`,
    statistic: "Sum",
    dimensions,
  });
  for (const service of services) {
    makeAll(
      name,
      {
        [`logs-errors-${service}`]: {
          severity: "warning",
          description: `Logs: of what ${service} writes one line in ten is an error.`,
          series: { errors: count("errors", { service }), lines: count("lines", { service }) },
          expression: `IF(errors > ${logSigns.fewestErrors}, errors / lines, 0)`,
          limit: { above: logSigns.errorShare },
          minutes: 10,
        },
        [`logs-fatal-${service}`]: {
          severity: "warning",
          description: `Logs: ${service} says that it ends, by a panic, a fatal error or for want of memory.`,
          series: { fatal: count("fatal", { service }) },
          limit: { above: 0 },
          minutes: 5,
        },
      },
      topicArn,
      opts,
    );
  }
  makeAll(
    name,
    {
      "logs-signins": {
        severity: "warning",
        description: "Logs: services refuse many who sign in. Somebody may be trying passwords.",
        series: { refused: count("signins") },
        limit: { above: logSigns.mostRefusals },
        minutes: 10,
        periodMinutes: 10,
      },
    },
    topicArn,
    opts,
  );
}
