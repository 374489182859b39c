import assert from "node:assert/strict";
import { mostFull } from "../../../components/metrics/standardAlerts";
import { grafanaValues } from "../../../components/platform/grafanaValues";
import { usedDiskShare } from "../../../components/platform/monitoringSize";

/** A value of Grafana's chart by its path. */
function valueAt(...path: readonly string[]): unknown {
  const values = grafanaValues({
    storageClassName: "fast",
    nodeSelector: {},
    hasSignInSecret: false,
    grafanaSecret: "grafana-admin",
    grafanaClusterRole: "grafana-dashboards",
  });
  return path.reduce<unknown>(
    (object, key) => (object as Record<string, unknown> | undefined)?.[key],
    values,
  );
}

describe("Grafana's values", () => {
  for (const [what, path, expected] of [
    ["compress nothing, for which Grafana 13 is killed", ["env", "GF_SERVER_ENABLE_GZIP"], "false"],
    ["have memory for twice what it takes", ["resources", "limits", "memory"], "1Gi"],
    ["have sources read again until a Secret is mounted", ["sidecar", "datasources", "maxTotalRetries"], 8],
  ] as const) {
    it(what, () => {
      assert.equal(valueAt(...path), expected);
    });
  }
});

describe("the disk of Prometheus", () => {
  it("is full of samples before the alert of volumes fires, which would never end otherwise", () => {
    const filled: number = usedDiskShare;
    assert.ok(filled < mostFull, `${filled} of ${mostFull}`);
  });
});
