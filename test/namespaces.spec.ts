import assert from "node:assert/strict";
import { blueprintNames } from "../blueprints/names";
import { clouds, environments } from "../components/cloud";
import { privilegedNamespaces } from "../components/guardrails/admissionRules";
import type { Json, PlanResource } from "../preview/plan";
import { findAll } from "./support/run";
import { planOf } from "./support/plans";

async function resourcesOf(
  stack: string,
  cloud: string,
  blueprint: string,
): Promise<readonly PlanResource[]> {
  return await planOf(stack, `cloud=${cloud}`, `blueprint=${blueprint}`);
}

interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: Readonly<Record<string, Json>>;
}

const objects = (resources: readonly PlanResource[], type: string): readonly KubernetesObject[] =>
  findAll(resources, type).map(({ inputs }) => inputs as unknown as KubernetesObject);

/** What a quota says, without how many pods of it there are. */
const computeOf = ({ spec: { hard } }: KubernetesObject): readonly (Json | undefined)[] =>
  ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"].map(
    (key) => (hard as Readonly<Record<string, Json>>)[key],
  );

/** Namespaces in which pods may do more than `restricted` lets them, each of which says why. */
const exceptions = new Set(["alloy", "falco", "filebeat", "istio-nodes", "monitoring", "node-exporter"]);

describe("The namespaces of a stack", () => {
  const all = blueprintNames.flatMap((blueprint) =>
    environments.flatMap((stack) => clouds.map((cloud) => ({ blueprint, stack, cloud }))),
  );
  for (const { blueprint, stack, cloud } of all) {
    it(`each have a quota, bounds, a closed door and a Pod Security level, in ${blueprint} ${stack} on ${cloud}`, async () => {
      const resources = await resourcesOf(stack, cloud, blueprint);
      const namespaces = objects(resources, "kubernetes:core/v1:Namespace");
      assert.ok(namespaces.length >= 5, `only ${namespaces.length} namespaces`);
      const names = namespaces.map(({ metadata }) => metadata.name).sort();
      const inside = (type: string, fits: (object: KubernetesObject) => boolean) =>
        objects(resources, type)
          .filter(fits)
          .map(({ metadata: { namespace } }) => namespace)
          .sort();

      assert.deepEqual(
        inside("kubernetes:core/v1:ResourceQuota", (quota) =>
          computeOf(quota).every((bound) => typeof bound === "string"),
        ),
        names,
      );
      assert.deepEqual(
        inside("kubernetes:core/v1:LimitRange", () => true),
        names,
      );
      assert.deepEqual(
        inside(
          "kubernetes:networking.k8s.io/v1:NetworkPolicy",
          ({ metadata: { name }, spec }) =>
            name === "default-deny" &&
            spec["ingress"] === undefined &&
            spec["egress"] === undefined &&
            JSON.stringify([spec["podSelector"], spec["policyTypes"]]) === '[{},["Ingress","Egress"]]',
        ),
        names,
      );
      for (const { metadata } of namespaces) {
        const level = metadata.labels?.["pod-security.kubernetes.io/enforce"];
        if (level === "restricted") continue;
        assert.ok(exceptions.has(metadata.name), `${metadata.name} is ${String(level)}`);
        // and the guard rails, which let such pods in there, say the same
        assert.ok(privilegedNamespaces.includes(metadata.name), `${metadata.name} is ${String(level)}`);
        assert.ok(metadata.annotations?.["groundwork.dev/pod-security-reason"], metadata.name);
      }
    });
  }

  for (const { stack, cloud } of all.filter(({ blueprint }) => blueprint === "suuupra")) {
    it(`let suuupra ask for 100 CPU and 200 GiB and use 200 CPU and 400 GiB, in ${stack} on ${cloud}`, async () => {
      const resources = await resourcesOf(stack, cloud, "suuupra");
      const quotas = objects(resources, "kubernetes:core/v1:ResourceQuota").filter(
        ({ metadata: { namespace } }) => namespace === "suuupra",
      );
      assert.deepEqual(quotas.map(computeOf), [["100", "200Gi", "200", "400Gi"]]);
    });
  }
});
