import assert from "node:assert/strict";
import { cidrsPastSidecar } from "../../../components/mesh/members";
import { istioAlertsOf } from "../../../components/mesh/alerts";
import { type MeshMode, meshModes } from "../../../components/mesh/istioSpec";
import type { RouteTimes } from "../../../components/workload/routeTimes";
import type { WorkloadSpec } from "../../../components/workload/spec";
import { objectsOf, services, shopInMesh } from "./scene";

const principal = (service: string) => `cluster.local/ns/shop/sa/${service}`;
const fromGateway = "cluster.local/ns/istio-ingress/sa/istio-ingress";

interface Authorization {
  readonly action?: string;
  readonly rules?: readonly {
    readonly from?: readonly { readonly source: { readonly principals: readonly string[] } }[];
    readonly to?: readonly {
      readonly operation: { readonly ports?: readonly string[]; readonly hosts?: string[] };
    }[];
    readonly when?: object[];
  }[];
}

describe("a system in a mesh", () => {
  for (const mode of ["sidecar", "ambient"] as const) {
    it(`has no connection without both sides' certificates, in the whole mesh: ${mode}`, async () => {
      const { "istio-system/default": whole } = objectsOf(await shopInMesh({ mode }), "PeerAuthentication");
      assert.deepEqual(whole, { mtls: { mode: "STRICT" } });
    });

    it(`lets in whom a service's callers are, on its port, and nobody else: ${mode}`, async () => {
      const { "istio-system/deny": denial, ...allowed } = objectsOf(
        await shopInMesh({ mode }),
        "AuthorizationPolicy",
      );
      assert.deepEqual(denial, {});
      const callers = Object.fromEntries(
        Object.entries(allowed as Record<string, Authorization>).flatMap(([name, { action, rules = [] }]) => {
          assert.equal(action, "ALLOW", name);
          return rules.flatMap(({ from, to }) =>
            from === undefined
              ? []
              : [[name, [from.flatMap(({ source }) => source.principals), to?.[0]?.operation.ports]]],
          );
        }),
      );
      assert.deepEqual(callers, {
        "shop/web": [[fromGateway], ["3000"]],
        "shop/orders": [[principal("web"), fromGateway], ["8080"]],
        "shop/mailer": [[principal("orders")], ["8080"]],
      });
    });
  }

  it("has Prometheus past the sidecars, and in an ambient mesh on the metrics' port alone without a certificate", async () => {
    const sidecar = await shopInMesh();
    assert.deepEqual(Object.keys(objectsOf(sidecar, "PeerAuthentication")), ["istio-system/default"]);
    assert.ok(!("shop/worker" in objectsOf(sidecar, "AuthorizationPolicy")));
    const ambient = await shopInMesh({ mode: "ambient" });
    const { "shop/worker-metrics": metrics } = objectsOf(ambient, "PeerAuthentication");
    assert.deepEqual(
      [metrics?.["mtls"], metrics?.["portLevelMtls"]],
      [{ mode: "STRICT" }, { "9464": { mode: "PERMISSIVE" } }],
    );
    const { "shop/worker": allowed } = objectsOf(ambient, "AuthorizationPolicy") as Record<
      string,
      Authorization
    >;
    assert.deepEqual(allowed?.rules, [{ to: [{ operation: { ports: ["9464"] } }] }]);
  });

  describe("with a service that goes out by canary", () => {
    const orders = { ...services["orders"], strategy: { kind: "canary" } } as WorkloadSpec;
    const shop = {
      ...services,
      orders,
      mailer: { ...services["mailer"], strategy: { kind: "canary" } },
    } as Record<string, WorkloadSpec>;
    const part = (service: string, subset: string, weight: number) => ({
      destination: { host: `${service}.shop.svc.cluster.local`, subset, port: { number: 80 } },
      weight,
    });
    const both = (service: string) => [
      { name: service, route: [part(service, "stable", 100), part(service, "canary", 0)] },
    ];

    it("knows both of its versions, which are all of its pods until there are two", async () => {
      const rules = objectsOf(await shopInMesh({}, true, shop), "DestinationRule");
      const labels = { "app.kubernetes.io/name": "orders" };
      // of how it is called they say nothing: the mesh takes that from the rule beside them
      assert.deepEqual(rules["shop/orders-versions"], {
        host: "orders.shop.svc.cluster.local",
        subsets: [
          { name: "stable", labels },
          { name: "canary", labels },
        ],
      });
      assert.ok(rules["shop/web"] && !("shop/web-versions" in rules));
    });

    it("is told how each service is called by the same rule whatever its strategy", async () => {
      const { "shop/orders": rolling } = objectsOf(await shopInMesh(), "DestinationRule");
      const { "shop/orders": canary } = objectsOf(await shopInMesh({}, true, shop), "DestinationRule");
      assert.deepEqual(canary, rolling);
    });

    it("hands all of its requests to the version that stands, from within and from the way in", async () => {
      const {
        "shop/orders": calls,
        "shop/orders-way-in": wayIn,
        "shop/mailer-way-in": noWayIn,
        "istio-ingress/shop-example-com": host,
      } = objectsOf(await shopInMesh({}, true, shop), "VirtualService");
      assert.deepEqual(calls, {
        hosts: ["orders.shop.svc.cluster.local"],
        gateways: ["mesh"],
        exportTo: ["."],
        http: both("orders"),
      });
      assert.deepEqual(wayIn, { exportTo: ["istio-ingress"], http: both("orders") });
      assert.equal(noWayIn, undefined);
      const [first] = host?.["http"] as { delegate?: object; route?: object[] }[];
      assert.deepEqual(
        [first?.delegate, first?.route],
        [{ name: "orders-way-in", namespace: "shop" }, undefined],
      );
    });

    // by whole lists: the Kubernetes provider finds no path inside of one
    it("leaves to Argo Rollouts what that changes, and nothing else", async () => {
      const resources = await shopInMesh({}, true, shop);
      const left = resources.filter(
        ({ type, ignoreChanges }) => type.includes("istio.io") && ignoreChanges.length > 0,
      );
      assert.deepEqual(
        Object.fromEntries(left.map(({ name, ignoreChanges }) => [name, ignoreChanges])),
        Object.fromEntries(
          ["mailer-split", "mailer-versions", "orders-split", "orders-versions", "orders-way-in"].map(
            (key) => [`rules-${key}`, key.endsWith("-versions") ? ["spec.subsets"] : ["spec.http"]],
          ),
        ),
      );
    });

    it("splits no requests in an ambient mesh, which knows none", async () => {
      const resources = await shopInMesh({ mode: "ambient" }, true, shop);
      assert.deepEqual(Object.keys(objectsOf(resources, "VirtualService")), [
        "istio-ingress/shop-example-com",
      ]);
      assert.ok(!("shop/orders-versions" in objectsOf(resources, "DestinationRule")));
    });
  });

  it("takes requests for its hosts, and hands them on by their paths, the longest first", async () => {
    const resources = await shopInMesh();
    const { "istio-ingress/hosts": hosts } = objectsOf(resources, "AuthorizationPolicy") as Record<
      string,
      Authorization
    >;
    assert.deepEqual(hosts?.rules?.[0]?.to?.[0]?.operation, { hosts: ["shop.example.com"], ports: ["8443"] });
    const { "istio-ingress/shop-example-com": routes } = objectsOf(resources, "VirtualService") as Record<
      string,
      { hosts: string[]; http: { match: object[]; route: { destination: { host: string } }[] }[] }
    >;
    assert.deepEqual(
      routes?.http.map(({ match, route }) => [match, route[0]?.destination.host]),
      [
        [[{ uri: { exact: "/orders" } }, { uri: { prefix: "/orders/" } }], "orders.shop.svc.cluster.local"],
        [[{ uri: { prefix: "/" } }], "web.shop.svc.cluster.local"],
      ],
    );
  });

  describe("with routes that say how long and how often they are asked", () => {
    type Routes = { http: { name: string; match: unknown; timeout?: string; retries?: unknown }[] };
    const routesOf = async (
      times: RouteTimes,
      more: Pick<WorkloadSpec, "strategy"> = {},
      mode: MeshMode = "sidecar",
    ): Promise<Routes["http"]> => {
      const { orders, ...others } = services;
      const shop = {
        ...others,
        orders: { ...orders, ...more, route: { path: "/orders", ...times } },
      } as Record<string, WorkloadSpec>;
      const objects = objectsOf(await shopInMesh({ mode }, true, shop), "VirtualService");
      return (objects["istio-ingress/shop-example-com"] as Routes).http;
    };
    const methods = { method: { regex: "GET|HEAD|OPTIONS|TRACE|PUT|DELETE" } };
    const paths = (more: object) => [
      { uri: { exact: "/orders" }, ...more },
      { uri: { prefix: "/orders/" }, ...more },
    ];

    for (const mode of meshModes) {
      it(`waits so long for all of the answer, and of others as long as it takes: ${mode}`, async () => {
        const [orders, web, ...more] = await routesOf({ timeoutSeconds: 45 }, {}, mode);
        assert.deepEqual([orders?.timeout, orders?.retries, orders?.match], ["45s", undefined, paths({})]);
        assert.ok(web && !("timeout" in web) && !("retries" in web));
        assert.deepEqual(more, []);
      });

      it(`sends again what may be sent twice, and the rest only where no pod has got it: ${mode}`, async () => {
        const [twice, once, web, ...more] = await routesOf({ timeoutSeconds: 45, retries: 2 }, {}, mode);
        assert.deepEqual(
          [twice, once].map((route) => [route?.name, route?.match, route?.timeout, route?.retries]),
          [
            [
              "orders-idempotent",
              paths(methods),
              "45s",
              { attempts: 2, retryOn: "connect-failure,refused-stream,reset,gateway-error" },
            ],
            ["orders", paths({}), "45s", { attempts: 2, retryOn: "connect-failure,refused-stream" }],
          ],
        );
        assert.equal(web?.name, "web");
        assert.deepEqual(more, []);
      });
    }

    it("sends nothing again where it is not to", async () => {
      const [orders, web] = await routesOf({ retries: 0 });
      assert.deepEqual([orders?.retries, orders?.timeout, web?.name], [{ attempts: 0 }, undefined, "web"]);
    });

    it("says so of a service of two versions beside what Argo Rollouts changes", async () => {
      const [twice, once] = await routesOf(
        { timeoutSeconds: 45, retries: 1 },
        { strategy: { kind: "canary" } },
      );
      const delegate = { name: "orders-way-in", namespace: "shop" };
      assert.deepEqual(
        [twice, once],
        [
          {
            name: "orders-idempotent",
            match: paths(methods),
            timeout: "45s",
            retries: { attempts: 1, retryOn: "connect-failure,refused-stream,reset,gateway-error" },
            delegate,
          },
          {
            name: "orders",
            match: paths({}),
            timeout: "45s",
            retries: { attempts: 1, retryOn: "connect-failure,refused-stream" },
            delegate,
          },
        ],
      );
    });
  });

  it("calls services by certificate alone, and not those pods that have just failed", async () => {
    const rules = objectsOf(await shopInMesh(), "DestinationRule");
    assert.deepEqual(Object.keys(rules).sort(), ["shop/mailer", "shop/orders", "shop/web"]);
    for (const { trafficPolicy } of Object.values(rules) as { trafficPolicy: Record<string, object> }[]) {
      assert.deepEqual(trafficPolicy["tls"], { mode: "ISTIO_MUTUAL" });
      assert.equal(
        (trafficPolicy["outlierDetection"] as { maxEjectionPercent: number }).maxEjectionPercent,
        50,
      );
    }
  });

  it("knows in each pod those that it calls and its stores, and nothing else", async () => {
    const sidecars = objectsOf(await shopInMesh({ egressHosts: ["api.example.com"] }), "Sidecar") as Record<
      string,
      { egress: { hosts: string[] }[]; outboundTrafficPolicy: { mode: string } }
    >;
    const known = Object.fromEntries(
      Object.entries(sidecars).map(([name, { egress }]) => [name, egress.flatMap(({ hosts }) => hosts)]),
    );
    assert.deepEqual(known, {
      "shop/web": ["./orders.shop.svc.cluster.local"],
      "shop/orders": [
        "./mailer.shop.svc.cluster.local",
        "./postgres.stores.internal",
        "./*.objects.example.com",
        "search/*",
      ],
      "shop/mailer": ["./api.example.com", "istio-egress/istio-egress.istio-egress.svc.cluster.local"],
      "shop/worker": ["~/*"],
    });
    assert.ok(
      Object.values(sidecars).every(({ outboundTrafficPolicy: { mode } }) => mode === "REGISTRY_ONLY"),
    );
  });

  it("knows in each pod who hears its spans, outside of the mesh, where the system has traces", async () => {
    const telemetry = { namespace: "tracing", podLabels: {}, ports: [4318] };
    const resources = await shopInMesh({}, true, undefined, { telemetry });
    const sidecars = objectsOf(resources, "Sidecar") as Record<string, { egress: { hosts: string[] }[] }>;
    assert.deepEqual(
      Object.values(sidecars).filter(({ egress }) => !egress[0]?.hosts.includes("tracing/*")),
      [],
    );
    assert.ok(!JSON.stringify(objectsOf(await shopInMesh(), "Sidecar")).includes("tracing"));
  });

  it("lets out to all of the internet who calls it, where no hosts are registered, and nobody else", async () => {
    const sidecars = objectsOf(await shopInMesh(), "Sidecar") as Record<
      string,
      { outboundTrafficPolicy: { mode: string } }
    >;
    const open = Object.entries(sidecars).filter(
      ([
        ,
        {
          outboundTrafficPolicy: { mode },
        },
      ]) => mode === "ALLOW_ANY",
    );
    assert.deepEqual(
      open.map(([name]) => name),
      ["shop/mailer"],
    );
  });

  it("registers stores by their addresses, and the cloud's own APIs by name; in an ambient mesh none", async () => {
    const entries = objectsOf(await shopInMesh(), "ServiceEntry");
    assert.deepEqual(Object.keys(entries).sort(), ["shop/public-stores", "shop/store-postgres"]);
    const { addresses, ports, resolution, exportTo } = entries["shop/store-postgres"] ?? {};
    assert.deepEqual([addresses, resolution, exportTo], [["10.0.128.0/18"], "NONE", ["."]]);
    assert.deepEqual(ports, [{ number: 5432, name: "tcp-5432", protocol: "TCP" }]);
    assert.deepEqual(entries["shop/public-stores"]?.["hosts"], ["*.objects.example.com"]);
    assert.deepEqual(objectsOf(await shopInMesh({ mode: "ambient" }), "ServiceEntry"), {});
    assert.deepEqual(objectsOf(await shopInMesh({ mode: "ambient" }), "Sidecar"), {});
  });

  it("has sidecars pass by what answers on a range of ports, and nothing else", () => {
    const range = { cidrs: ["10.1.0.0/16"], ports: [{ from: 1024, to: 65535 }] };
    const port = { cidrs: ["10.2.0.0/16"], ports: [5432] };
    const pods = { namespace: "search", podLabels: {}, ports: [9200] };
    assert.deepEqual(cidrsPastSidecar([range, port, pods]), ["10.1.0.0/16"]);
    assert.deepEqual(cidrsPastSidecar([port, pods]), []);
  });

  it("lets to registered hosts, by the gateway, who calls the internet, and nobody else", async () => {
    const resources = await shopInMesh({ egressHosts: ["api.example.com"] });
    const { "istio-egress/hosts": hosts } = objectsOf(resources, "AuthorizationPolicy") as Record<
      string,
      Authorization
    >;
    assert.deepEqual(hosts?.rules, [
      {
        from: [{ source: { principals: [principal("mailer")] } }],
        to: [{ operation: { ports: ["8443"] } }],
        when: [{ key: "connection.sni", values: ["api.example.com"] }],
      },
    ]);
    const { "istio-egress/gateway": gateway } = objectsOf(resources, "Gateway") as Record<
      string,
      { servers: { hosts: string[]; tls: { mode: string } }[] }
    >;
    assert.deepEqual(
      gateway?.servers.map(({ hosts: served, tls }) => [served, tls.mode]),
      [[["api.example.com"], "ISTIO_MUTUAL"]],
    );
    const { "shop/api-example-com": route } = objectsOf(resources, "VirtualService");
    assert.match(JSON.stringify(route?.["tls"]), /"subset":"api-example-com"/);
    assert.match(JSON.stringify(route?.["tcp"]), /"host":"api\.example\.com"/);
    const { "shop/istio-egress": rule } = objectsOf(resources, "DestinationRule");
    assert.match(JSON.stringify(rule), /"mode":"ISTIO_MUTUAL","sni":"api\.example\.com"/);
  });

  it("tells the on-call by alerts that have a runbook each", async () => {
    const resources = await shopInMesh();
    const rules = resources.find(({ type }) => type === "kubernetes:monitoring.coreos.com/v1:PrometheusRule");
    const text = JSON.stringify(rules?.inputs);
    for (const alert of Object.keys(istioAlertsOf("shop"))) {
      assert.match(text, new RegExp(`docs/runbooks/istio\\.md#${alert}"`));
    }
  });
});
