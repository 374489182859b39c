import type { AlertCases } from "../cases";

const of = (system: string, cronJob: string): string => `namespace="${system}",cronjob="${cronJob}"`;

/** Each five minutes, on UTC's clock, five minutes late at most, four to run, and five more: 300 + 300 + 240 + 300 s. */
const often = of("publishing", "api-publish-due");
/** Each day on another clock, an hour late, two hours to run: 86400 + 3600 + 7200 + 300 + 3600 s. */
const daily = of("suuupra", "payments-settlement");
/** Each day: 90,600 s and 87,900 s by how late they may begin and how long they may run. */
const recrawl = of("seo-platform", "backend-api-recrawl");
const expiry = of("explico", "backend-delete-expired");
/** Each Monday: 609,000 s. */
const weekly = of("gainsly", "backend-weekly-summaries");
/** Hours since each was done, when that is too long and when not yet. */
const others = [
  { where: recrawl, late: 28, early: 25 },
  { where: expiry, late: 27, early: 24 },
  { where: weekly, late: 172, early: 169 },
] as const;

const done = (runs: string): string => `kube_cronjob_status_last_successful_time{${runs}}`;
const made = (runs: string): string => `kube_cronjob_created{${runs}}`;
const labels = (runs: string): Record<string, string> =>
  Object.fromEntries(
    [...runs.matchAll(/(\w+)="([^"]+)"/g)].map(([, label = "", value = ""]) => [label, value]),
  );

export const tasks: AlertCases = {
  "workload-task-late": {
    fires: [
      { where: often, series: { [done(often)]: "0x60" }, at: "36m", labels: labels(often) },
      // of one that never was done, since it was made
      { where: often, series: { [made(often)]: "0x60" }, at: "36m", labels: labels(often) },
      {
        where: daily,
        series: { [done(daily)]: "0x40" },
        interval: "1h",
        at: "32h",
        labels: labels(daily),
      },
      ...others.map(({ where, late }) => ({
        where,
        series: { [done(where)]: "0x200" },
        interval: "1h",
        at: `${late}h`,
        labels: labels(where),
      })),
    ],
    silent: [
      // 19 minutes ago
      { where: often, series: { [done(often)]: "0x60" }, at: "19m" },
      { where: often, series: { [done(often)]: "0x10 600x20", [made(often)]: "0x30" }, at: "28m" },
      { where: daily, series: { [done(daily)]: "0x40" }, interval: "1h", at: "28h" },
      ...others.map(({ where, early }) => ({
        where,
        series: { [done(where)]: "0x200" },
        interval: "1h",
        at: `${early}h`,
      })),
      // another's
      { where: daily, series: { [done(of("suuupra", "other"))]: "0x40" }, interval: "1h", at: "36h" },
    ],
  },
};
