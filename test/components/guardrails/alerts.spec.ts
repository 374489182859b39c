import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { guardRailAlerts } from "../../../components/guardrails/alerts";
import { find, run } from "../../support/run";
import { at } from "../traffic/scene";

describe("The guard rails' alerts", () => {
  it("count a rule's first refusal, whose series begins at 1, as well as later ones", async () => {
    const { resources } = await run(() =>
      guardRailAlerts("shop-guardrails", { provider: new k8s.Provider("shop") }),
    );
    const rules = find(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule");
    const refusals =
      'apiserver_validating_admission_policy_check_total{policy=~"groundwork-.+",enforcement_action="deny"}';
    assert.equal(
      at(rules, "spec", "groups", 0, "rules", 0, "expr"),
      `sum by (policy) ((increase(${refusals}[10m]) > 0) or (${refusals} unless ${refusals} offset 10m)) > 0`,
    );
  });
});
