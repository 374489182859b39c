import assert from "node:assert/strict";
import { charts } from "../../../components/platform/charts";
import type { PlanResource } from "../../../preview/plan";
import { objectsOf, services, shopInMesh, valuesOf } from "./scene";

const release = "kubernetes:helm.sh/v3:Release";
const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

function named(resources: readonly PlanResource[], type: string, name: string): PlanResource {
  const [found, ...others] = resources.filter((resource) => resource.type === type && resource.name === name);
  assert.ok(
    found !== undefined && others.length === 0,
    `${name}, of ${resources.map((r) => r.name).join(" ")}`,
  );
  return found;
}

/** Names of the releases and policies that a resource waits for, straight or by way of others. */
function awaited(resources: readonly PlanResource[], { dependencies }: PlanResource): ReadonlySet<string> {
  const seen = new Map<string, PlanResource>();
  const visit = (urns: readonly string[]): void => {
    for (const resource of resources) {
      if (!urns.includes(resource.urn) || seen.has(resource.urn)) continue;
      seen.set(resource.urn, resource);
      visit(resource.dependencies);
    }
  };
  visit(dependencies);
  return new Set(
    [...seen.values()].filter(({ type }) => [release, policyType].includes(type)).map(({ name }) => name),
  );
}

interface Policy {
  readonly spec: {
    readonly ingress: readonly {
      readonly from?: readonly object[];
      readonly ports: readonly { port: number }[];
    }[];
    readonly egress: readonly {
      readonly to?: readonly object[];
      readonly ports: readonly { port: number }[];
    }[];
  };
}

const policy = (resources: readonly PlanResource[], name: string) =>
  (named(resources, policyType, name).inputs as unknown as Policy).spec;
const portsOf = (rules: Policy["spec"]["ingress"]) =>
  rules.flatMap(({ ports }) => ports.map(({ port }) => port));

interface Template {
  readonly spec: {
    readonly template: { readonly metadata: { readonly annotations?: Record<string, string> } };
  };
}
const annotationsOf = (resources: readonly PlanResource[], name: string) =>
  (named(resources, "kubernetes:apps/v1:Deployment", name).inputs as unknown as Template).spec.template
    .metadata.annotations ?? {};

describe("a mesh", () => {
  it("has its kinds first, then the plugin on the nodes, then istiod, then gateways", async () => {
    const resources = await shopInMesh({ egressHosts: ["api.example.com"] });
    const waits = (name: string) => awaited(resources, named(resources, release, name));
    assert.ok(waits("mesh-control-cni").has("mesh-control-base"));
    assert.ok(waits("mesh-control").has("mesh-control-cni"));
    for (const gateway of ["mesh-ingress", "mesh-egress"])
      assert.ok(waits(gateway).has("mesh-control"), gateway);
  });

  for (const mode of ["sidecar", "ambient"] as const) {
    it(`has no object of Istio's that does not wait for the kinds and for istiod: ${mode}`, async () => {
      const resources = await shopInMesh({ mode });
      const objects = resources.filter(({ type }) => type.includes(".istio.io/"));
      assert.ok(objects.length > 10, `${objects.length}`);
      for (const object of objects) {
        const waits = awaited(resources, object);
        assert.ok(waits.has("mesh-control-base") && waits.has("mesh-control"), object.name);
      }
    });

    it(`has pods of the system wait for istiod, which would otherwise not be asked: ${mode}`, async () => {
      const resources = await shopInMesh({ mode });
      for (const service of Object.keys(services)) {
        const pods = named(resources, "kubernetes:apps/v1:Deployment", `shop-${service}`);
        const waits = awaited(resources, pods);
        assert.ok(waits.has("mesh-control") && waits.has("shop-namespace-mesh"), service);
        assert.equal(waits.has("mesh-control-ztunnel"), mode === "ambient");
      }
    });
  }

  it("is of one version, and of the registry that has it", () => {
    const pins = [charts.istioBase, charts.istioCni, charts.istiod, charts.istioGateway, charts.ztunnel];
    assert.equal(new Set(pins.map(({ version }) => version)).size, 1);
    // the bucket of Helm charts has none since 1.31, and is taken down
    assert.deepEqual([...new Set(pins.map(({ repo }) => repo))], ["oci://ghcr.io/istio/release/charts"]);
  });

  for (const [highlyAvailable, least] of [
    [true, { istiod: 2, "mesh-ingress": 3, "mesh-egress": 2 }],
    [false, { istiod: 1, "mesh-ingress": 1, "mesh-egress": 1 }],
  ] as const) {
    it(`has ${highlyAvailable ? "more than one" : "one"} of each of its parts, and budgets to match`, async () => {
      const resources = await shopInMesh({ egressHosts: ["api.example.com"] }, highlyAvailable);
      const control = valuesOf(resources, "mesh-control") as {
        autoscaleMin: number;
        topologySpreadConstraints: object[];
        global: { defaultPodDisruptionBudget: { enabled: boolean } };
      };
      assert.equal(control.autoscaleMin, least.istiod);
      assert.equal(control.global.defaultPodDisruptionBudget.enabled, highlyAvailable);
      assert.equal(control.topologySpreadConstraints.length, 2);
      for (const gateway of ["mesh-ingress", "mesh-egress"] as const) {
        const { autoscaling, podDisruptionBudget } = valuesOf(resources, gateway) as {
          autoscaling: { minReplicas: number };
          podDisruptionBudget: object;
        };
        assert.equal(autoscaling.minReplicas, least[gateway]);
        assert.deepEqual(podDisruptionBudget, highlyAvailable ? { maxUnavailable: 1 } : {});
      }
    });
  }

  it("replaces what is on every node on a tenth of them at a time, and the proxy there not before the next is ready", async () => {
    const resources = await shopInMesh({ mode: "ambient" });
    const strategies = ["mesh-control-cni", "mesh-control-ztunnel"].map(
      (chart) => (valuesOf(resources, chart) as { updateStrategy?: object }).updateStrategy,
    );
    assert.deepEqual(strategies, [
      { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "10%" } },
      { type: "RollingUpdate", rollingUpdate: { maxSurge: "10%", maxUnavailable: 0 } },
    ]);
  });

  it("passes on what is registered and nothing else, and keeps metrics out of it", async () => {
    const { meshConfig, global } = valuesOf(await shopInMesh(), "mesh-control") as {
      meshConfig: Record<string, unknown>;
      global: { proxy: Record<string, unknown> };
    };
    assert.deepEqual(meshConfig["outboundTrafficPolicy"], { mode: "REGISTRY_ONLY" });
    assert.equal(meshConfig["enablePrometheusMerge"], false);
    assert.deepEqual(meshConfig["defaultConfig"], { holdApplicationUntilProxyStarts: true });
    // credentials come from the node itself, and from no host
    assert.equal(global.proxy["excludeIPRanges"], "169.254.170.23/32");
  });

  it("needs no right of any pod: Pod Security is restricted but on the namespace of what runs on nodes", async () => {
    const resources = await shopInMesh({ egressHosts: ["api.example.com"] });
    const levels = Object.fromEntries(
      resources
        .filter(({ type }) => type === "kubernetes:core/v1:Namespace")
        .map(({ inputs }) => {
          const { name, labels } = inputs["metadata"] as { name: string; labels: Record<string, string> };
          return [name, labels["pod-security.kubernetes.io/enforce"]];
        }),
    );
    assert.deepEqual(levels, {
      "istio-system": "restricted",
      "istio-nodes": "privileged",
      "istio-ingress": "restricted",
      "istio-egress": "restricted",
      shop: "restricted",
    });
    assert.deepEqual(valuesOf(resources, "mesh-control")["cni"], { enabled: true });
  });

  it("has no egress gateway where no host is registered, or nobody calls the internet", async () => {
    const { mailer, ...others } = services;
    assert.ok(mailer !== undefined);
    const quiet = { ...others, orders: { ...services["web"], calls: [] } } as typeof services;
    for (const resources of [
      await shopInMesh(),
      await shopInMesh({ egressHosts: ["api.example.com"] }, true, quiet),
    ]) {
      assert.ok(resources.every(({ name }) => !name.startsWith("mesh-egress")));
    }
  });

  it("lets those in the mesh to istiod by TLS alone, the API server to its webhook, Prometheus to its metrics", async () => {
    const { ingress, egress } = policy(await shopInMesh(), "mesh-control-istiod");
    assert.deepEqual(portsOf(ingress), [15012, 15017, 15014]);
    assert.ok(ingress[0]?.from?.length === 4 && ingress[1]?.from === undefined);
    assert.deepEqual(
      egress.flatMap(({ ports }) => ports.map(({ port }) => port)),
      [443],
    );
  });

  it("lets the ingress controller alone to its gateway, and that to the ports of services with a route", async () => {
    const { ingress, egress } = policy(await shopInMesh(), "mesh-ingress-traffic");
    assert.deepEqual(portsOf(ingress), [8443, 15090]);
    assert.deepEqual(
      egress.flatMap(({ ports }) => ports.map(({ port }) => port)),
      [15012, 3000, 8080],
    );
  });

  it("takes the ingress controller's place before services with a route, by network policy and by route", async () => {
    const resources = await shopInMesh();
    const [web, mailer] = ["shop-web-traffic", "shop-mailer-traffic"].map((name) => policy(resources, name));
    assert.match(JSON.stringify(web?.ingress), /"istio-ingress"/);
    assert.doesNotMatch(JSON.stringify(web?.ingress), /ingress-nginx/);
    assert.doesNotMatch(JSON.stringify(mailer?.ingress), /istio-ingress/);
    const { metadata, spec } = named(resources, "kubernetes:networking.k8s.io/v1:Ingress", "shop-web-route")
      .inputs as unknown as {
      metadata: { namespace: string; annotations: Record<string, string> };
      spec: { rules: { http: { paths: { backend: object }[] } }[] };
    };
    assert.equal(metadata.namespace, "istio-ingress");
    assert.equal(metadata.annotations["nginx.org/ssl-services"], "istio-ingress");
    assert.deepEqual(spec.rules[0]?.http.paths[0]?.backend, {
      service: { name: "istio-ingress", port: { number: 443 } },
    });
  });

  it("has a certificate for that, and no issuer that signs for anybody else's namespace", async () => {
    const resources = await shopInMesh();
    const certificate = named(
      resources,
      "kubernetes:cert-manager.io/v1:Certificate",
      "mesh-ingress-certificate",
    );
    assert.equal((certificate.inputs["metadata"] as { namespace: string }).namespace, "istio-ingress");
    assert.equal((certificate.inputs["spec"] as { secretName: string }).secretName, "gateway-tls");
  });

  it("takes the place of services with a route by routes of the Gateway API too", async () => {
    const resources = await shopInMesh({}, true, services, { wayIn: "gateway" });
    const { ingress } = policy(resources, "mesh-ingress-traffic");
    assert.deepEqual(portsOf(ingress), [8080, 15090]);
    assert.match(JSON.stringify(ingress[0]?.from), /"nginx-gateway"/);
    assert.match(JSON.stringify(policy(resources, "shop-web-traffic").ingress), /"istio-ingress"/);
    const { metadata, spec } = named(
      resources,
      "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute",
      "shop-web-route",
    ).inputs as unknown as {
      metadata: { namespace: string };
      spec: { rules: { backendRefs: object[] }[] };
    };
    assert.equal(metadata.namespace, "istio-ingress");
    assert.deepEqual(spec.rules[0]?.backendRefs, [{ name: "istio-ingress", port: 80 }]);
    const { "istio-ingress/gateway": gateway } = objectsOf(resources, "Gateway");
    assert.deepEqual(gateway?.["servers"], [
      { port: { number: 80, name: "http", protocol: "HTTP" }, hosts: ["*"] },
    ]);
    const service = valuesOf(resources, "mesh-ingress")["service"] as { ports: object[] };
    assert.deepEqual(service.ports, [{ name: "http", port: 80, protocol: "TCP", targetPort: 8080 }]);
    // nobody would be shown it
    assert.ok(resources.every(({ type }) => type !== "kubernetes:cert-manager.io/v1:Certificate"));
  });

  it("has those who call the internet go to its gateway and nowhere else, where hosts are registered", async () => {
    const through = policy(await shopInMesh({ egressHosts: ["api.example.com"] }), "shop-mailer-traffic");
    assert.deepEqual(
      through.egress.flatMap(({ ports }) => ports.map(({ port }) => port)),
      [8443],
    );
    assert.match(JSON.stringify(through.egress), /istio-egress/);
    const straight = policy(await shopInMesh(), "shop-mailer-traffic");
    assert.match(JSON.stringify(straight.egress), /0\.0\.0\.0\/0/);
  });

  it("has a sidecar in each pod of the system: labelled for it, rolled with Istio's version, metrics beside it", async () => {
    const resources = await shopInMesh();
    const { labels } = named(resources, "kubernetes:core/v1:Namespace", "shop-namespace").inputs[
      "metadata"
    ] as {
      labels: Record<string, string>;
    };
    assert.equal(labels["istio-injection"], "enabled");
    assert.deepEqual(annotationsOf(resources, "shop-web"), {
      "groundwork.dev/istio": charts.istiod.version,
      "traffic.sidecar.istio.io/excludeInboundPorts": "9464",
    });
    const { ingress, egress } = policy(resources, "shop-namespace-mesh");
    assert.deepEqual([portsOf(ingress), portsOf(egress)], [[15090], [15012]]);
  });

  it("counts the sidecars in the namespace's quota", async () => {
    const hard = async (mode: "sidecar" | "ambient") => {
      const quota = named(
        await shopInMesh({ mode }),
        "kubernetes:core/v1:ResourceQuota",
        "shop-namespace-quota",
      );
      return (quota.inputs["spec"] as { hard: Record<string, string> }).hard;
    };
    const [sidecar, ambient] = [await hard("sidecar"), await hard("ambient")];
    // four services of two pods and one more while they are replaced, 12 in all, with 5m and 192Mi, and 200m, more each
    assert.deepEqual([ambient["requests.cpu"], sidecar["requests.cpu"]], ["1200m", "1260m"]);
    assert.deepEqual([ambient["limits.cpu"], sidecar["limits.cpu"]], ["2400m", "4800m"]);
    assert.deepEqual([ambient["requests.memory"], sidecar["requests.memory"]], ["1536Mi", "3840Mi"]);
  });

  it("has nothing in the pods of an ambient mesh: labelled for the nodes' proxies, by whose port they speak", async () => {
    const resources = await shopInMesh({ mode: "ambient" });
    const { labels } = named(resources, "kubernetes:core/v1:Namespace", "shop-namespace").inputs[
      "metadata"
    ] as {
      labels: Record<string, string>;
    };
    assert.deepEqual([labels["istio.io/dataplane-mode"], labels["istio-injection"]], ["ambient", undefined]);
    assert.deepEqual(annotationsOf(resources, "shop-web"), {});
    const [first] = policy(resources, "shop-orders-traffic").ingress;
    assert.deepEqual(
      first?.ports.map(({ port }) => port),
      [8080, 15008],
    );
    // the nodes' agents ask for the pods' health from there
    assert.match(JSON.stringify(policy(resources, "shop-namespace-mesh").ingress), /169\.254\.7\.127\/32/);
    assert.equal(valuesOf(resources, "mesh-control")["trustedZtunnelNamespace"], "istio-nodes");
  });

  it("refuses a service whose metrics are on the port that it serves on, which would be out of the mesh", async () => {
    const { web } = services;
    assert.ok(web !== undefined);
    const shop = { web: { ...web, calls: [], metrics: { port: 3000 } } };
    await assert.rejects(
      shopInMesh({}, true, shop),
      /web\.metrics\.port: expected another than that it serves on/,
    );
  });
});
