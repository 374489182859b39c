import * as assert from "node:assert/strict";
import { clouds } from "../components/cloud";
import type { StackConfig } from "../config/resolve";
import { Platform } from "../platform";
import type { PlanResource } from "../preview/plan";
import { configOf, stackValues } from "./config/stackFiles";
import { find, findAll, run } from "./support/run";

/** A system whose site reads a key that the cloud makes from its environment, and whose API asks for one. */
function withSecrets(cloud: string): StackConfig {
  const config = configOf({ ...stackValues("staging"), cloud, blueprint: "gainsly" });
  const { blueprint } = config;
  const [first, second] = Object.keys(blueprint.services);
  const services = Object.fromEntries(
    Object.entries(blueprint.services).map(([name, spec]) => {
      const key = { [first ?? ""]: "session-key", [second ?? ""]: "signing-key" }[name];
      return [
        name,
        key === undefined ? spec : { ...spec, stores: { ...spec.stores, [key]: "read" as const } },
      ];
    }),
  );
  const secrets = {
    "session-key": { maxAgeHours: 720, delivery: "variable" },
    "signing-key": { maxAgeHours: 24 },
  } as const;
  return { ...config, blueprint: { ...blueprint, services, secrets } };
}

interface PodSpec {
  readonly template: {
    readonly spec: { readonly containers: readonly { readonly env: readonly object[] }[] };
  };
}

describe("a secret that the blueprint delivers as a variable", () => {
  for (const cloud of clouds) {
    describe(`on ${cloud}`, () => {
      const config = withSecrets(cloud);
      const { name } = config;
      const [reader = "", asker = ""] = Object.keys(config.blueprint.services);
      let resources: readonly PlanResource[];
      before(async () => {
        ({ resources } = await run(() => new Platform(config)));
      });

      it("is in the environment of who names it, by reference, and rolls it", () => {
        const { inputs } = find(resources, "kubernetes:apps/v1:Deployment", `${name}-system-${reader}`);
        const { template } = inputs["spec"] as unknown as PodSpec;
        const variables = template.spec.containers[0]?.env ?? [];
        assert.deepEqual(
          variables.filter((variable) => JSON.stringify(variable).includes("secretKeyRef")),
          [{ name: "SESSION_KEY", valueFrom: { secretKeyRef: { name: "session-key", key: "value" } } }],
        );
        const { annotations } = inputs["metadata"] as { annotations: object };
        assert.deepEqual(annotations, { "reloader.stakater.com/auto": "true" });
      });

      it("is read from the cloud by External Secrets, and by no service itself", () => {
        const granted = resources
          .map((resource) => resource.name)
          .filter((grant) => /-identity-(session|signing)-key(-secretaccessor)?$/.test(grant));
        assert.deepEqual(
          granted.map((grant) => grant.replace(/-secretaccessor$/, "")).sort(),
          [
            `${name}-external-secrets-identity-session-key`,
            `${name}-system-${asker}-identity-signing-key`,
          ].sort(),
        );
        const made = findAll(resources, "kubernetes:external-secrets.io/v1:ExternalSecret");
        assert.deepEqual(
          made.map(({ inputs }) => inputs["metadata"]),
          [{ name: "session-key", namespace: config.blueprint.namespace }],
        );
      });

      it("leaves the others as they were: told by their id", () => {
        const facts = find(resources, "kubernetes:core/v1:ConfigMap", `${name}-system-${asker}-connections`);
        assert.ok("SIGNING_KEY_SECRET_ID" in (facts.inputs["data"] as object));
        const told = JSON.stringify(
          findAll(resources, "kubernetes:core/v1:ConfigMap").map(({ inputs }) => inputs),
        );
        assert.ok(!told.includes("SESSION_KEY_SECRET_ID"));
      });
    });
  }
});
