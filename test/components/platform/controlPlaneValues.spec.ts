import assert from "node:assert/strict";
import type { ControlPlanePart } from "../../../components/cluster/controlPlanePart";
import { controlPlaneMonitors, controlPlaneValues } from "../../../components/platform/controlPlaneValues";

const scheduler: ControlPlanePart = {
  part: "kubeScheduler",
  path: "/apis/metrics.cloud.example/v1/scheduler",
  resource: { apiGroup: "metrics.cloud.example", name: "scheduler/metrics" },
};

/** Which groups of rules are on or off. */
const rules = (args: Partial<Parameters<typeof controlPlaneValues>[0]>) => {
  const { defaultRules } = controlPlaneValues({ coreDns: true, managedNodes: false, ...args });
  return (defaultRules as { rules: Readonly<Record<string, boolean>> }).rules;
};

describe("the control plane's metrics", () => {
  it("are neither asked for nor alerted on where the API server shows its own alone", () => {
    const values = controlPlaneValues({ coreDns: false, managedNodes: false });
    for (const part of ["kubeControllerManager", "kubeScheduler", "kubeEtcd", "kubeProxy", "coreDns"]) {
      assert.deepEqual(values[part], { enabled: false }, part);
    }
    assert.ok(Object.values(rules({})).every((isOn) => !isOn));
    assert.deepEqual(controlPlaneMonitors([]), {});
  });

  it("are asked for by the API server's Service where it shows a part, under the job that the chart's rules name", () => {
    const { additionalServiceMonitors: monitors, additionalRulesForClusterRole: rights } =
      controlPlaneMonitors([scheduler]);
    const [monitor] = monitors as { name: string; selector: unknown; endpoints: Record<string, unknown>[] }[];
    assert.equal(monitor?.name, "kube-scheduler");
    assert.deepEqual(monitor.selector, { matchLabels: { component: "apiserver", provider: "kubernetes" } });
    const [endpoint] = monitor.endpoints;
    assert.equal(endpoint?.["path"], scheduler.path);
    assert.equal(endpoint["scheme"], "https");
    assert.deepEqual(endpoint["relabelings"], [
      { action: "replace", targetLabel: "job", replacement: "kube-scheduler" },
    ]);
    assert.deepEqual(rights, [
      { apiGroups: ["metrics.cloud.example"], resources: ["scheduler/metrics"], verbs: ["get"] },
    ]);
  });

  it("turn on the rules of a part that is shown, without the chart's own Service and monitor, and no others", () => {
    const controlPlane = [scheduler];
    const values = controlPlaneValues({ coreDns: true, managedNodes: false, controlPlane });
    assert.deepEqual(values["kubeScheduler"], {
      enabled: true,
      service: { enabled: false },
      serviceMonitor: { enabled: false },
    });
    const { kubeSchedulerAlerting, kubeSchedulerRecording, ...others } = rules({ controlPlane });
    assert.ok(kubeSchedulerAlerting === true && kubeSchedulerRecording === true);
    assert.ok(Object.values(others).every((isOn) => !isOn));
  });

  it("leave rules of a node exporter out where none may run", () => {
    const off = [
      "nodeExporterAlerting",
      "nodeExporterRecording",
      "network",
      "node",
      "kubePrometheusNodeRecording",
    ];
    for (const group of off) {
      assert.equal(rules({ managedNodes: true })[group], false, group);
      assert.equal(rules({})[group], undefined, group);
    }
  });
});
