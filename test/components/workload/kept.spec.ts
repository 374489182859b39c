import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { StrategySpec } from "../../../components/workload/strategy";
import { Workload } from "../../../components/workload/workload";
import { findAll, run } from "../../support/run";

const strategies: readonly StrategySpec[] = [{ kind: "rolling" }, { kind: "canary" }, { kind: "blueGreen" }];

describe("What a service's pods are told and given stays for pods of a version before, which are made after an update", () => {
  for (const strategy of strategies) {
    it(`where its strategy is ${strategy.kind}`, async () => {
      const { resources } = await run(() => {
        const provider = new k8s.Provider("main", { kubeconfig: "{}" });
        return new Workload(
          "shop-api",
          {
            service: "api",
            spec: {
              image: { repository: "ghcr.io/acme/api", tag: "1.2.3" },
              port: 3000,
              replicas: 3,
              resources: { cpu: "500m", memory: "512Mi" },
              metrics: { port: 9464 },
              configFiles: { "/etc/api/limits.json": "{}" },
              strategy,
            },
            system: "shop",
            namespace: "shop",
            connections: { PGHOST: "db" },
            caBundles: { orders: { variable: "PGSSLROOTCERT", pem: pulumi.output("-----BEGIN") } },
            rollouts: { namespace: "shop", controller: provider },
          },
          { provider },
        );
      });
      assert.deepEqual(
        findAll(resources, "kubernetes:core/v1:ConfigMap").map(({ name, retainOnDelete, inputs }) => [
          name,
          retainOnDelete,
          inputs["immutable"],
        ]),
        ["shop-api-authorities", "shop-api-connections", "shop-api-files"].map((name) => [name, true, true]),
      );
      assert.equal(
        resources.filter(({ retainOnDelete }) => retainOnDelete).length,
        3,
        "and nothing else of it does",
      );
    });
  }
});
