import type { Board } from "./board";
import { anyIsBad, lines, sumIncrease, sumRate } from "./promql";

/** What fires, what was told to whom, and whether it came there. */
export const alertsBoard: Board = {
  uid: "groundwork-alerts",
  title: "Alerts",
  description: "What fires and since when, what is silenced, and whether those who are to be told are told.",
  folder: "Platform",
  tags: ["alerts"],
  sections: [
    {
      title: "Now",
      panels: [
        {
          title: "Critical",
          description: "Alerts that wake somebody.",
          unit: "none",
          kind: "stat",
          thresholds: anyIsBad,
          queries: lines({ critical: 'count(ALERTS{alertstate="firing",severity="critical"}) or vector(0)' }),
        },
        {
          title: "Warnings",
          description: "Alerts for working hours.",
          unit: "none",
          kind: "stat",
          thresholds: [{ from: 1, color: "yellow" }],
          queries: lines({ warnings: 'count(ALERTS{alertstate="firing",severity="warning"}) or vector(0)' }),
        },
        {
          title: "About to fire",
          description: "Alerts whose condition holds, not yet for long enough.",
          unit: "none",
          kind: "stat",
          queries: lines({ pending: 'count(ALERTS{alertstate="pending"}) or vector(0)' }),
        },
        {
          title: "Silences",
          description: "Silences that keep alerts from being told.",
          unit: "none",
          kind: "stat",
          queries: lines({ silences: 'max(alertmanager_silences{state="active"})' }),
        },
        {
          title: "Watchdog",
          description:
            "1 while the alert fires that always fires: without it nobody would be told of any other.",
          unit: "none",
          kind: "stat",
          thresholds: [{ from: 1, color: "green" }],
          queries: lines({
            watchdog: 'max(ALERTS{alertname="Watchdog",alertstate="firing"}) or vector(0)',
          }),
        },
        {
          title: "Firing",
          description:
            "Each alert that fires, with where; its runbook is the page of docs/runbooks by the first word of its name.",
          unit: "none",
          kind: "table",
          queries: [
            {
              expr: 'count by (alertname, severity, namespace, pod) (ALERTS{alertstate="firing",alertname!="Watchdog"})',
            },
          ],
        },
      ],
    },
    {
      title: "Course",
      panels: [
        {
          title: "Firing by name",
          description: "Which alerts fired when: what came first is nearer to the cause.",
          unit: "none",
          min: 0,
          width: 24,
          stacked: true,
          queries: lines({
            "{{alertname}}": 'count by (alertname) (ALERTS{alertstate="firing",alertname!="Watchdog"})',
          }),
        },
        {
          title: "Told within an hour",
          description: "Notifications by where they went.",
          unit: "none",
          min: 0,
          queries: lines({
            "{{integration}}": sumIncrease("alertmanager_notifications_total", "1h", "integration"),
          }),
        },
        {
          title: "Not told within an hour",
          description: "Notifications that did not come to where they should.",
          unit: "none",
          min: 0,
          thresholds: anyIsBad,
          queries: lines({
            "{{integration}}: {{reason}}": sumIncrease(
              "alertmanager_notifications_failed_total",
              "1h",
              "integration",
              "reason",
            ),
          }),
        },
        {
          title: "From Prometheus to Alertmanager",
          description: "Alerts a second that each Alertmanager is sent, and those that it did not take.",
          unit: "ops",
          min: 0,
          queries: lines({
            "{{alertmanager}}": sumRate("prometheus_notifications_sent_total", "alertmanager"),
            "{{alertmanager}} refused": sumRate("prometheus_notifications_errors_total", "alertmanager"),
          }),
        },
        {
          title: "Alertmanagers that know each other",
          description: "Members that each sees: fewer than there are, and some alerts are told twice.",
          unit: "none",
          min: 0,
          queries: lines({ "{{pod}}": "max by (pod) (alertmanager_cluster_members)" }),
        },
      ],
    },
  ],
};
