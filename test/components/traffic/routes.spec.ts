import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { Workload, type WorkloadArgs } from "../../../components/workload/workload";
import { find, findAll, run } from "../../support/run";
import { at } from "./scene";

const make = (overrides: Partial<WorkloadArgs> = {}) =>
  run(
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
            route: { path: "/api", maxBodyMiB: 25 },
          },
          system: "shop",
          namespace: "shop",
          host: "shop.example.com",
          wayIn: "gateway",
          ...overrides,
        },
        { provider: new k8s.Provider("main", { kubeconfig: "{}" }) },
      ),
  );

describe("a workload's route of the Gateway", () => {
  it("attaches to the listener of its host, keeps to HTTPS, and tells no service what the edge proves itself with", async () => {
    const { resources, result } = await make();
    const route = find(resources, "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute");
    assert.deepEqual(at(route, "metadata", "namespace"), "shop");
    assert.deepEqual(at(route, "spec"), {
      parentRefs: [{ name: "gateway", namespace: "nginx-gateway", sectionName: "shop-example-com" }],
      hostnames: ["shop.example.com"],
      rules: [
        {
          matches: [{ path: { type: "PathPrefix", value: "/api" } }],
          filters: [
            {
              type: "RequestHeaderModifier",
              requestHeaderModifier: { remove: ["X-Origin-Proof-A", "X-Origin-Proof-B"] },
            },
            {
              type: "ResponseHeaderModifier",
              responseHeaderModifier: {
                set: [{ name: "Strict-Transport-Security", value: "max-age=31536000; includeSubDomains" }],
              },
            },
          ],
          backendRefs: [{ name: "api", port: 80 }],
        },
      ],
    });
    assert.equal(result.publicUrl, "https://shop.example.com/api");
    assert.equal(findAll(resources, "kubernetes:networking.k8s.io/v1:Ingress").length, 0);
  });

  for (const [asked, limit] of [
    [25, "25m"],
    [undefined, "10m"],
  ] as const) {
    it(`takes bodies of ${limit}`, async () => {
      const route = { path: "/api", ...(asked !== undefined && { maxBodyMiB: asked }) };
      const spec = {
        image: { repository: "ghcr.io/acme/api", tag: "1.2.3" },
        port: 3000,
        replicas: 2,
        resources: { cpu: "500m", memory: "512Mi" },
        route,
      };
      const { resources } = await make({ spec });
      const settings = find(resources, "kubernetes:gateway.nginx.org/v1alpha1:ClientSettingsPolicy");
      assert.deepEqual(at(settings, "spec"), {
        targetRef: { group: "gateway.networking.k8s.io", kind: "HTTPRoute", name: "api" },
        body: { maxSize: limit },
      });
      const made = find(resources, "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute");
      assert.ok(settings.dependencies.includes(made.urn));
    });
  }

  it("lets in the Gateway's pods, and not those of the other way in", async () => {
    const { resources } = await make();
    const policy = find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy");
    assert.deepEqual(at(policy, "spec", "ingress", 0, "from"), [
      {
        namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "nginx-gateway" } },
        podSelector: {
          matchLabels: {
            "app.kubernetes.io/name": "gateway-nginx",
            "app.kubernetes.io/instance": "nginx-gateway-fabric",
            "gateway.networking.k8s.io/gateway-name": "gateway",
          },
        },
      },
    ]);
  });
});
