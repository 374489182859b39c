import * as assert from "node:assert/strict";
import { charts } from "../../components/platform/charts";
import { type ChartAlert, readChartAlerts } from "./chartRules";

/**
 * What the program leaves to the chart, which says it as well as we could: how workloads, claims, nodes, the control plane, Prometheus and
 * Alertmanager themselves are. Its alerts keep their own pages of what to do.
 */
const reliedUpon: Readonly<Record<string, readonly string[]>> = {
  "workloads at their highest, without all their pods, or that failed": [
    ...["KubeHpaMaxedOut", "KubeHpaReplicasMismatch", "KubePdbNotEnoughHealthyPods"],
    ...["KubeDeploymentReplicasMismatch", "KubeDeploymentRolloutStuck", "KubeStatefulSetReplicasMismatch"],
    ...["KubeStatefulSetUpdateNotRolledOut", "KubeDaemonSetRolloutStuck", "KubePodNotReady"],
    ...["KubeContainerWaiting", "KubeJobNotCompleted"],
  ],
  "volumes that will be full, and those that can't be bound": [
    ...["KubePersistentVolumeFillingUp", "KubePersistentVolumeInodesFillingUp", "KubePersistentVolumeErrors"],
  ],
  nodes: [
    ...["KubeNodeNotReady", "KubeNodeUnreachable", "KubeNodePressure", "KubeNodeReadinessFlapping"],
    ...[
      "KubeletDown",
      "KubeletTooManyPods",
      "NodeFilesystemSpaceFillingUp",
      "NodeFilesystemAlmostOutOfSpace",
    ],
    ...["NodeFilesystemAlmostOutOfFiles", "NodeMemoryHighUtilization", "NodeClockNotSynchronising"],
  ],
  "the control plane": [
    ...["KubeSchedulerDown", "KubeControllerManagerDown"],
    ...["KubeAPIDown", "KubeAPIErrorBudgetBurn", "KubeAggregatedAPIDown"],
  ],
  "what watches": [
    ...[
      "Watchdog",
      "InfoInhibitor",
      "TargetDown",
      "KubeStateMetricsListErrors",
      "ConfigReloaderSidecarErrors",
    ],
    ...["PrometheusBadConfig", "PrometheusRuleFailures", "PrometheusMissingRuleEvaluations"],
    ...["PrometheusNotConnectedToAlertmanagers", "PrometheusErrorSendingAlertsToAnyAlertmanager"],
    ...["PrometheusNotIngestingSamples", "PrometheusOperatorRejectedResources"],
    ...["AlertmanagerFailedReload", "AlertmanagerClusterDown", "AlertmanagerClusterFailedToSendAlerts"],
  ],
};

describe("the alerts of the monitoring stack's chart", () => {
  const { version, alerts } = readChartAlerts();

  it("are those of the version that is installed; npm run rules looks anew", () => {
    assert.equal(version, charts.kubePrometheusStack.version);
  });

  for (const [what, names] of Object.entries(reliedUpon)) {
    it(`are there for ${what}`, () => {
      const missing = names.filter((name) => !alerts.some(({ alert }) => alert === name));
      assert.deepEqual(missing, []);
    });
  }

  it("say how much each matters, all but the two by which others are handled, and where to read on", () => {
    const severities = ["critical", "warning", "info"];
    const without = alerts.filter(({ severity }: ChartAlert) => !severities.includes(severity));
    assert.deepEqual(
      without.map(({ alert, severity }) => `${alert} ${severity}`),
      ["InfoInhibitor none", "Watchdog none"],
    );
    const unread = alerts.filter(({ alert, runbook }) => !runbook.endsWith(`/${alert.toLowerCase()}`));
    assert.deepEqual(unread, []);
  });

  it("leave what the program tells itself to it, and what no cloud shows of its control plane to the cloud", () => {
    const twice = alerts.filter(({ alert }) =>
      /^KubePodCrashLooping$|^KubeJobFailed$|^etcd|^KubeProxy/.test(alert),
    );
    assert.deepEqual(twice, []);
  });
});
