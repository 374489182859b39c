import { namespaces } from "../platform/names";
import type { Board, Section } from "./board";
import { anyIsBad, lines, quantile, sumIncrease } from "./promql";

/** What delivers new versions in a stack. */
export interface DeliveryFacts {
  readonly argoCd: boolean;
  readonly argoRollouts: boolean;
  readonly flagd: boolean;
}

/** What is delivered, what waits and what was sent back. */
export function deliveryBoard({ argoCd, argoRollouts, flagd }: DeliveryFacts): Board {
  return {
    uid: "groundwork-delivery",
    title: "Delivery",
    description: "Which versions are on their way, which wait for somebody, and which were sent back.",
    folder: "Platform",
    tags: ["delivery"],
    hours: 24,
    sections: [
      ...(argoCd ? [applications] : []),
      ...(argoRollouts ? [rollouts] : []),
      ...(flagd ? [flags] : []),
    ],
  };
}

const cd = `namespace="${namespaces.argoCd}"`;

const applications: Section = {
  title: "Argo CD",
  panels: [
    {
      title: "Not as Git has them",
      description: "Applications whose objects differ from their repository.",
      unit: "none",
      kind: "stat",
      thresholds: [{ from: 1, color: "yellow" }],
      queries: lines({
        applications: `count(argocd_app_info{${cd},sync_status!="Synced"}) or vector(0)`,
      }),
    },
    {
      title: "Not healthy",
      description: "Applications with an object that is broken or missing.",
      unit: "none",
      kind: "stat",
      thresholds: anyIsBad,
      queries: lines({
        applications: `count(argocd_app_info{${cd},health_status=~"Degraded|Missing"}) or vector(0)`,
      }),
    },
    {
      title: "Applications",
      description: "Each application with its repository, and how it stands.",
      unit: "none",
      kind: "table",
      queries: [
        { expr: `max by (name, project, repo, sync_status, health_status) (argocd_app_info{${cd}})` },
      ],
    },
    {
      title: "Deliveries within an hour",
      description: "How often each application was brought to what its repository has, by how it went.",
      unit: "none",
      min: 0,
      queries: lines({
        "{{name}}: {{phase}}": sumIncrease(`argocd_app_sync_total{${cd}}`, "1h", "name", "phase"),
      }),
    },
    {
      title: "Comparing, slowest tenth",
      description: "How long comparing an application with its repository takes.",
      unit: "s",
      min: 0,
      queries: lines({ "slowest tenth": quantile(0.9, `argocd_app_reconcile_bucket{${cd}}`) }),
    },
    {
      title: "Repositories out of reach within an hour",
      description: "Fetches that failed: the repository is away, or its key is not let in.",
      unit: "none",
      min: 0,
      thresholds: anyIsBad,
      queries: lines({ "{{repo}}": sumIncrease(`argocd_git_fetch_fail_total{${cd}}`, "1h", "repo") }),
    },
    {
      title: "Clusters that answer",
      description: "1 where Argo CD reaches the cluster that it delivers to.",
      unit: "none",
      min: 0,
      max: 1,
      queries: lines({ "{{server}}": `min by (server) (argocd_cluster_connection_status{${cd}})` }),
    },
  ],
};

const ro = `namespace="${namespaces.argoRollouts}"`;

const rollouts: Section = {
  title: "Roll-outs",
  panels: [
    {
      title: "Roll-outs by phase",
      description: "Paused wait for somebody or for their next step; degraded ones were sent back.",
      unit: "none",
      min: 0,
      stacked: true,
      queries: lines({ "{{phase}}": `count by (phase) (rollout_info{${ro}})` }),
    },
    {
      title: "Pods that lack",
      description: "Pods that each service should have and has not.",
      unit: "none",
      min: 0,
      thresholds: anyIsBad,
      queries: lines({
        "{{name}}": `sum by (name) (rollout_info_replicas_desired{${ro}}) - sum by (name) (rollout_info_replicas_available{${ro}})`,
      }),
    },
    {
      title: "Judgements within an hour",
      description: "Analyses of new versions by how they came out: failed ones sent theirs back.",
      unit: "none",
      min: 0,
      queries: lines({ "{{phase}}": `count by (phase) (analysis_run_info{${ro}})` }),
    },
    {
      title: "Errors within an hour",
      description: "What Argo Rollouts could not do.",
      unit: "none",
      min: 0,
      thresholds: anyIsBad,
      queries: lines({ "{{name}}": sumIncrease(`rollout_reconcile_error{${ro}}`, "1h", "name") }),
    },
  ],
};

const fl = `namespace="${namespaces.flagd}"`;

const flags: Section = {
  title: "Feature flags",
  panels: [
    {
      title: "Variants given within an hour",
      description: "How often each variant of each flag was given: a roll-out shows as its share.",
      unit: "none",
      min: 0,
      queries: lines({
        "{{feature_flag_key}}: {{feature_flag_result_variant}}": sumIncrease(
          `feature_flag_flagd_impression_total{${fl}}`,
          "1h",
          "feature_flag_key",
          "feature_flag_result_variant",
        ),
      }),
    },
    {
      title: "Reasons within an hour",
      description: "Why a variant was given; ERROR are flags that services ask for and nobody has.",
      unit: "none",
      min: 0,
      queries: lines({
        "{{feature_flag_reason}}": sumIncrease(
          `feature_flag_flagd_result_reason_total{${fl}}`,
          "1h",
          "feature_flag_reason",
        ),
      }),
    },
  ],
};
