import assert from "node:assert/strict";
import { blueprintNames } from "../../blueprints/names";
import { clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { waitsFor } from "../support/waitsFor";
import { production } from "./production";

const rolloutType = "kubernetes:argoproj.io/v1alpha1:Rollout";

/** What goes out otherwise than pod by pod: S3.7 of suuupra, S2.3 of explico. */
const judged: Readonly<Record<string, Readonly<Record<string, "canary" | "blueGreen">>>> = {
  explico: { backend: "canary", frontend: "blueGreen" },
  suuupra: { "api-gateway": "canary", web: "blueGreen" },
};

const releaseOf = (resources: readonly PlanResource[], chart: string) =>
  resources.find(({ type, inputs }) => type === "kubernetes:helm.sh/v3:Release" && inputs["name"] === chart);

interface RolloutInputs {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly strategy: {
      readonly canary?: {
        readonly steps: readonly object[];
        readonly trafficRouting: { readonly istio: { readonly virtualServices: readonly object[] } };
      };
      readonly blueGreen?: { readonly activeService: string; readonly autoPromotionEnabled: boolean };
    };
  };
}

describe("the strategies of a blueprint", () => {
  for (const cloud of clouds) {
    for (const blueprint of blueprintNames) {
      const wanted = judged[blueprint] ?? {};
      const names = Object.keys(wanted);
      it(`are ${names.length === 0 ? "rolling for all" : `others for ${names.join(" and ")}`} in ${blueprint} on ${cloud}`, async () => {
        const resources = await production(blueprint, cloud);
        const rollouts = resources
          .filter(({ type }) => type === rolloutType)
          .map(({ inputs }) => inputs as unknown as RolloutInputs);
        assert.deepEqual(
          Object.fromEntries(
            rollouts.map(({ metadata, spec }) => [metadata.name, Object.keys(spec.strategy)[0]]),
          ),
          wanted,
        );
        assert.equal(releaseOf(resources, "argo-rollouts") !== undefined, names.length > 0);
        for (const { metadata, spec } of rollouts) {
          const { canary, blueGreen } = spec.strategy;
          if (canary !== undefined) {
            assert.deepEqual(canary.steps, [
              { setWeight: 10 },
              { pause: { duration: "2m" } },
              { setWeight: 50 },
              { pause: { duration: "5m" } },
            ]);
            assert.deepEqual(canary.trafficRouting.istio.virtualServices, [
              { name: metadata.name, routes: [metadata.name] },
              { name: `${metadata.name}-way-in`, routes: [metadata.name] },
            ]);
          } else {
            assert.deepEqual(
              [blueGreen?.activeService, blueGreen?.autoPromotionEnabled],
              [metadata.name, true],
            );
          }
        }
      });
    }

    it(`have Argo Rollouts on ${cloud} after the mesh's kinds, which it looks for once, and Reloader after it`, async () => {
      const resources = await production("suuupra", cloud);
      const [rollouts, mesh, reloader] = ["argo-rollouts", "base", "reloader"].map((chart) =>
        releaseOf(resources, chart),
      );
      assert.ok(rollouts !== undefined && mesh !== undefined && reloader !== undefined);
      assert.ok(waitsFor(resources, rollouts, (urn) => urn === mesh.urn));
      assert.ok(waitsFor(resources, reloader, (urn) => urn === rollouts.urn));
      const { reloader: values } = reloader.inputs["values"] as unknown as {
        reloader: { isArgoRollouts: boolean };
      };
      assert.equal(values.isArgoRollouts, true);
    });

    it(`let the way in hand requests to both versions on ${cloud}`, async () => {
      const resources = await production("suuupra", cloud);
      const host = resources.find(
        ({ type, inputs }) =>
          type === "kubernetes:networking.istio.io/v1beta1:VirtualService" &&
          (inputs["metadata"] as { namespace?: string }).namespace === "istio-ingress",
      );
      const { http } = host?.inputs["spec"] as unknown as {
        http: { name: string; delegate?: object; route?: object[] }[];
      };
      assert.deepEqual(
        http.map(({ name, delegate }) => [name, delegate]),
        [
          ["api-gateway", { name: "api-gateway-way-in", namespace: "suuupra" }],
          ["web", undefined],
        ],
      );
    });
  }
});
