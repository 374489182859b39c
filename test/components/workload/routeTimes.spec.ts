import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { wayInKinds } from "../../../components/traffic/wayIn";
import type { WorkloadMesh } from "../../../components/workload/membership";
import type { RouteTimes } from "../../../components/workload/routeTimes";
import { Workload, type WorkloadArgs } from "../../../components/workload/workload";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run } from "../../support/run";

const mesh: WorkloadMesh = {
  front: { namespace: "istio-ingress", service: "istio-ingress", port: 80, pods: { podSelector: {} } },
  knowsRequests: true,
};

async function resourcesOf(
  times: RouteTimes,
  place: Pick<WorkloadArgs, "wayIn" | "mesh">,
): Promise<readonly PlanResource[]> {
  const { resources } = await run(
    () =>
      new Workload(
        "shop-api",
        {
          service: "api",
          spec: {
            image: { repository: "ghcr.io/acme/api", tag: "1.2.3" },
            port: 3000,
            replicas: 2,
            resources: { cpu: "500m", memory: "512Mi" },
            route: { path: "/api", ...times },
          },
          system: "shop",
          namespace: "shop",
          host: "shop.example.com",
          ...place,
        },
        { provider: new k8s.Provider("main", { kubeconfig: "{}" }) },
      ),
  );
  return resources;
}

const policyType = "kubernetes:gateway.nginx.org/v1alpha1:ProxySettingsPolicy";

/** What NGINX Ingress Controller is told of times. */
async function annotationsOf(
  times: RouteTimes,
  place: Pick<WorkloadArgs, "mesh"> = {},
): Promise<Record<string, string>> {
  const resources = await resourcesOf(times, { wayIn: "ingress", ...place });
  assert.deepEqual(findAll(resources, policyType), []);
  const { annotations } = find(resources, "kubernetes:networking.k8s.io/v1:Ingress").inputs["metadata"] as {
    annotations: Record<string, string>;
  };
  return Object.fromEntries(
    Object.entries(annotations).filter(([key]) => key.startsWith("nginx.org/proxy-")),
  );
}

describe("how long, and how often, a route is asked", () => {
  describe("by way of the Gateway", () => {
    for (const [what, place, read] of [
      ["its pods", {}, "45s"],
      // the mesh's gateway is the one that gives up, and says so
      ["a mesh's gateway, a second longer than that for the pods", { mesh }, "46s"],
    ] as const) {
      it(`is as long as it says that NGINX waits for ${what}`, async () => {
        const resources = await resourcesOf({ timeoutSeconds: 45 }, { wayIn: "gateway", ...place });
        const policy = find(resources, policyType);
        const route = find(resources, "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute");
        assert.deepEqual(policy.inputs["spec"], {
          targetRefs: [{ group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: "api" }],
          timeout: { read: read },
        });
        const namespaceOf = ({ inputs }: PlanResource) =>
          (inputs["metadata"] as { namespace: string }).namespace;
        assert.equal(namespaceOf(policy), namespaceOf(route));
        assert.ok(policy.dependencies.includes(route.urn));
        // an HTTPRoute with either is not taken at all
        const [rule] = (route.inputs["spec"] as { rules: object[] }).rules;
        assert.ok(rule && !("timeouts" in rule) && !("retry" in rule));
      });
    }

    it("is refused how often where no mesh hands requests on, naming the key", async () => {
      await assert.rejects(resourcesOf({ retries: 2 }, { wayIn: "gateway" }), {
        message:
          "api.route.retries: expected none, as NGINX Gateway Fabric has no setting for it and no mesh hands requests on, got 2",
      });
      assert.deepEqual(
        findAll(await resourcesOf({ retries: 2 }, { wayIn: "gateway", mesh }), policyType),
        [],
      );
    });
  });

  describe("by way of an Ingress", () => {
    for (const [what, times, expected] of [
      ["nothing of a route that says nothing", {}, {}],
      [
        "how long, and to ask no further pod after that",
        { timeoutSeconds: 45 },
        { "proxy-read-timeout": "45s", "proxy-next-upstream-timeout": "45s" },
      ],
      [
        "how often, and never of what may not be sent twice",
        { retries: 2 },
        {
          "proxy-next-upstream": "error timeout http_502 http_503 http_504",
          "proxy-next-upstream-tries": "3",
        },
      ],
      [
        "to ask one pod alone",
        { timeoutSeconds: 45, retries: 0 },
        { "proxy-read-timeout": "45s", "proxy-next-upstream": "off" },
      ],
    ] as const) {
      it(`tells NGINX ${what}`, async () => {
        assert.deepEqual(
          await annotationsOf(times),
          Object.fromEntries(Object.entries(expected).map(([key, value]) => [`nginx.org/${key}`, value])),
        );
      });
    }

    it("leaves to a mesh how often, and waits a second longer than that does", async () => {
      assert.deepEqual(await annotationsOf({ timeoutSeconds: 45, retries: 0 }, { mesh }), {
        "nginx.org/proxy-read-timeout": "46s",
      });
    });
  });

  for (const wayIn of wayInKinds) {
    it(`is NGINX's own where nothing is said: ${wayIn}`, async () => {
      const resources = await resourcesOf({}, { wayIn });
      assert.deepEqual(findAll(resources, policyType), []);
    });
  }
});
