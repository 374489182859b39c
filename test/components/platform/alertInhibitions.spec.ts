import assert from "node:assert/strict";
import { all, configOf, type Labels, matches } from "./alertmanagerScene";

/** Whether one alert keeps another from being told. */
function inhibits(source: Labels, target: Labels): boolean {
  return configOf(all).inhibit_rules.some(
    ({ source_matchers, target_matchers, equal }) =>
      matches(source_matchers, source) &&
      matches(target_matchers, target) &&
      equal.every((label) => (source[label] ?? "") === (target[label] ?? "")),
  );
}

describe("Alertmanager's inhibitions", () => {
  const alert = { alertname: "disk", namespace: "shop", cluster: "prod" };
  const api = { namespace: "shop", cluster: "prod", service: "api" };
  const burn = (speed: string, labels: Labels = {}): Labels => ({
    ...api,
    slo: "availability",
    ...labels,
    alertname: `slo-burning-${speed}`,
  });
  const errors = { ...api, alertname: "workload-errors", severity: "critical" };
  for (const [what, source, target, expected] of [
    ...(["6h", "1d", "3d"] as const).map(
      (slower) => [`a burn in 1h keeps back the one in ${slower}`, burn("1h"), burn(slower), true] as const,
    ),
    ...(["1d", "3d"] as const).map(
      (slower) => [`a burn in 6h keeps back the one in ${slower}`, burn("6h"), burn(slower), true] as const,
    ),
    ["a burn in 6h keeps back none that is faster", burn("6h"), burn("1h"), false],
    ["a burn keeps not itself back", burn("1h"), burn("1h"), false],
    ...([{ slo: "latency" }, { service: "web" }, { namespace: "b" }, { cluster: "b" }] as const).map(
      (other) =>
        [
          `a burn keeps back none of another ${Object.keys(other).join("")}`,
          burn("1h"),
          burn("6h", other),
          false,
        ] as const,
    ),
    ["a burn of availability keeps back the errors of the service", burn("1h"), errors, true],
    ["a burn of latency keeps back no errors", burn("1h", { slo: "latency" }), errors, false],
    ["a slower burn keeps back no errors", burn("6h"), errors, false],
    ["a burn keeps back no errors of another service", burn("1h"), { ...errors, service: "web" }, false],
    [
      "a critical alert keeps back the warning of the same",
      { ...alert, severity: "critical" },
      { ...alert, severity: "warning" },
      true,
    ],
    [
      "a critical alert keeps back no other's warning",
      { ...alert, severity: "critical" },
      { ...alert, alertname: "cpu", severity: "warning" },
      false,
    ],
    [
      "a critical alert keeps back nothing of another namespace",
      { ...alert, severity: "critical" },
      { ...alert, namespace: "search", severity: "warning" },
      false,
    ],
    [
      "a critical alert of a service keeps back nothing of another service",
      { ...alert, service: "api", severity: "critical" },
      { ...alert, service: "web", severity: "warning" },
      false,
    ],
    [
      "a warning keeps back no critical alert",
      { ...alert, severity: "warning" },
      { ...alert, severity: "critical" },
      false,
    ],
    [
      "a warning keeps back the information of the same",
      { ...alert, severity: "warning" },
      { ...alert, severity: "info" },
      true,
    ],
    [
      "the inhibitor keeps back information of the mixin's",
      { alertname: "InfoInhibitor", namespace: "shop" },
      { namespace: "shop", severity: "info" },
      true,
    ],
    [
      "the inhibitor keeps back no information of ours, which names a team",
      { alertname: "InfoInhibitor", namespace: "shop" },
      { namespace: "shop", severity: "info", team: "platform" },
      false,
    ],
    [
      "a node that is gone keeps back what happens on it",
      { alertname: "KubeNodeUnreachable", node: "a" },
      { alertname: "something", node: "a" },
      true,
    ],
    [
      "a node that is gone keeps back nothing of another",
      { alertname: "KubeNodeUnreachable", node: "a" },
      { alertname: "something", node: "b" },
      false,
    ],
    [
      "a node that is gone keeps back nothing that names no node",
      { alertname: "KubeNodeUnreachable", node: "a" },
      { alertname: "something" },
      false,
    ],
    [
      "an alert of nodes that names none keeps nothing back",
      { alertname: "KubeNodeNotReady" },
      { alertname: "something" },
      false,
    ],
    [
      "a node that is gone does not keep back its own alert",
      { alertname: "KubeNodeNotReady", node: "a" },
      { alertname: "KubeNodeUnreachable", node: "a" },
      false,
    ],
    [
      "a cluster that nobody can ask keeps back what is said of pods",
      { alertname: "KubeAPIDown", cluster: "prod" },
      { alertname: "KubePodCrashLooping", cluster: "prod" },
      true,
    ],
    [
      "a cluster that nobody can ask keeps back nothing of another cluster",
      { alertname: "KubeAPIDown", cluster: "prod" },
      { alertname: "KubePodCrashLooping", cluster: "dev" },
      false,
    ],
    [
      "a cluster that nobody can ask keeps back nothing of services",
      { alertname: "KubeAPIDown", cluster: "prod" },
      { alertname: "slo-burn", cluster: "prod" },
      false,
    ],
  ] as const) {
    it(what, () => {
      assert.equal(inhibits(source, target), expected);
    });
  }

  it("let no alert keep itself back", () => {
    for (const alertname of ["KubeAPIDown", "KubeletDown", "KubeNodeNotReady", "KubeNodeUnreachable"]) {
      const own = { alertname, severity: "critical", node: "a", cluster: "prod" };
      assert.ok(!inhibits(own, own), alertname);
    }
  });
});
