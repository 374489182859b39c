import type { AlertCases } from "../cases";

const of = (system: string, cronJob: string): string => `namespace="${system}",cronjob="${cronJob}"`;

/** Each five minutes, on UTC's clock, five minutes late at most, four to run, and five more: 300 + 300 + 240 + 300 s. */
const often = of("publishing", "api-publish-due");
/** Each day on another clock, an hour late, two hours to run: 86400 + 3600 + 7200 + 300 + 3600 s. */
const daily = of("suuupra", "payments-settlement");

const done = (runs: string): string => `kube_cronjob_status_last_successful_time{${runs}}`;
const made = (runs: string): string => `kube_cronjob_created{${runs}}`;
const labels = (runs: string): Record<string, string> =>
  Object.fromEntries(
    [...runs.matchAll(/(\w+)="([^"]+)"/g)].map(([, label = "", value = ""]) => [label, value]),
  );

export const tasks: AlertCases = {
  "workload-task-late": {
    fires: [
      { where: often, series: { [done(often)]: "0x60" }, at: "30m", labels: labels(often) },
      // of one that never was done, since it was made
      { where: often, series: { [made(often)]: "0x60" }, at: "30m", labels: labels(often) },
      {
        where: daily,
        series: { [done(daily)]: "0x40" },
        interval: "1h",
        at: "32h",
        labels: labels(daily),
      },
    ],
    silent: [
      // 19 minutes ago
      { where: often, series: { [done(often)]: "0x60" }, at: "19m" },
      { where: often, series: { [done(often)]: "0x10 600x20", [made(often)]: "0x30" }, at: "28m" },
      { where: daily, series: { [done(daily)]: "0x40" }, interval: "1h", at: "28h" },
      // another's
      { where: daily, series: { [done(of("suuupra", "other"))]: "0x40" }, interval: "1h", at: "36h" },
    ],
  },
};
