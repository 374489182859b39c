import assert from "node:assert/strict";
import { find, findAll, isSecretInput, valueOf } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { at, edge, withGateway } from "./scene";

const release = "kubernetes:helm.sh/v3:Release";
const gateway = "kubernetes:gateway.networking.k8s.io/v1:Gateway";
const route = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
const certificate = "kubernetes:cert-manager.io/v1:Certificate";
const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const service = "kubernetes:core/v1:Service";
const snippets = "kubernetes:gateway.nginx.org/v1alpha1:SnippetsPolicy";
const admission = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";

interface Listener {
  readonly name: string;
  readonly hostname?: string;
  readonly port: number;
  readonly protocol: string;
  readonly tls?: { readonly options: Record<string, string>; readonly certificateRefs: { name: string }[] };
  readonly allowedRoutes: { readonly namespaces: { readonly from: string; readonly selector?: object } };
}

const listenersIn = (resources: Parameters<typeof find>[0]) =>
  at(find(resources, gateway), "spec", "listeners") as readonly Listener[];

/** Ports on which anyone reaches the pods of the data plane. */
const openPorts = (resources: Parameters<typeof find>[0]) =>
  (
    at(find(resources, policy, "platform-gateway-data-plane"), "spec", "ingress") as readonly {
      from?: unknown;
      ports: { port: number }[];
    }[]
  )
    .filter(({ from }) => from === undefined)
    .flatMap(({ ports }) => ports.map(({ port }) => port));

describe("NginxGateway", () => {
  it("has a listener for each host, with the host's certificate, for routes of our namespaces alone", async () => {
    const { resources } = await withGateway();
    const [plain, ...hosts] = listenersIn(resources);
    assert.deepEqual(
      hosts.map(({ hostname, port, protocol, tls }) => [
        hostname,
        port,
        protocol,
        tls?.certificateRefs.map(({ name }) => name).join(),
      ]),
      [
        ["shop.example.com", 443, "HTTPS", "shop-example-com-tls"],
        ["api.shop.example.com", 443, "HTTPS", "api-shop-example-com-tls"],
      ],
    );
    for (const { allowedRoutes } of hosts) {
      assert.deepEqual(allowedRoutes.namespaces, {
        from: "Selector",
        selector: { matchLabels: { "app.kubernetes.io/managed-by": "pulumi" } },
      });
    }
    assert.deepEqual([plain?.protocol, plain?.allowedRoutes.namespaces.from], ["HTTP", "Same"]);
    const secrets = findAll(resources, certificate).map((found) => at(found, "spec", "secretName"));
    for (const secret of ["shop-example-com-tls", "api-shop-example-com-tls"]) {
      assert.ok(secrets.includes(secret), secret);
    }
  });

  it("speaks TLS 1.2 or newer, and sends plain HTTP on to HTTPS", async () => {
    const { resources } = await withGateway();
    for (const { tls } of listenersIn(resources).slice(1)) {
      assert.equal(tls?.options["nginx.org/ssl-protocols"], "TLSv1.2 TLSv1.3");
      assert.match(tls.options["nginx.org/ssl-ciphers"] ?? "", /^ECDHE-/);
    }
    assert.deepEqual(at(find(resources, route), "spec"), {
      parentRefs: [{ name: "gateway", sectionName: "http" }],
      rules: [
        { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] },
      ],
    });
    assert.deepEqual(openPorts(resources), [80, 443]);
  });

  it("needs no certificate to stand, as the first is issued only once the domain is delegated", async () => {
    const { resources } = await withGateway({ edge });
    const [plain] = listenersIn(resources);
    assert.deepEqual([plain?.port, plain?.tls], [80, undefined]);
    assert.equal(
      at(find(resources, gateway), "metadata", "annotations", "pulumi.com/waitFor"),
      "condition=Programmed",
    );
    const hosts = findAll(resources, certificate).filter(({ name }) => name.includes("-host-"));
    assert.equal(hosts.length, 2);
    for (const { urn, inputs } of hosts) {
      assert.ok(!waitsFor(resources, find(resources, gateway), (other) => other === urn));
      assert.ok(!JSON.stringify(inputs).includes("pulumi.com/waitFor"));
    }
  });

  it("installs the Gateway API's kinds first where the cluster has none, and leaves those of the cloud alone", async () => {
    const { resources } = await withGateway();
    const kinds = find(resources, release, "platform-gateway-api");
    assert.deepEqual(at(kinds, "values"), {
      standard: { enabled: true },
      experimental: { enabled: false },
      global: { resourcePolicy: { keep: true } },
    });
    for (const type of [gateway, route]) {
      for (const object of findAll(resources, type)) {
        assert.ok(
          waitsFor(resources, object, (urn) => urn === kinds.urn),
          object.name,
        );
      }
    }
    const ofTheCloud = await withGateway({ hasGatewayApi: true });
    assert.ok(!ofTheCloud.resources.some(({ name }) => name.startsWith("platform-gateway-api")));
  });

  it("makes objects of its kinds after what installs them", async () => {
    for (const own of [{}, { edge }]) {
      const { resources } = await withGateway(own);
      const { urn } = find(resources, release, "platform-gateway");
      for (const object of [gateway, route, snippets].flatMap((type) => findAll(resources, type))) {
        assert.ok(
          waitsFor(resources, object, (other) => other === urn),
          object.name,
        );
      }
    }
  });

  it("takes the load balancer away before the Gateway, that before its controller, and that before the nodes", async () => {
    const { resources } = await withGateway();
    const order = [
      find(resources, service, "platform-gateway-load-balancer"),
      find(resources, gateway),
      find(resources, release, "platform-gateway"),
      find(resources, release, "platform-monitoring"),
    ];
    for (const [index, earlier] of order.slice(1).entries()) {
      const later = order[index];
      assert.ok(
        later !== undefined && waitsFor(resources, later, (urn) => urn === earlier.urn),
        earlier.name,
      );
    }
  });

  it("has one load balancer, which keeps the client's address and sends to the data plane's pods", async () => {
    const { resources, result } = await withGateway();
    const found = find(resources, service, "platform-gateway-load-balancer");
    assert.deepEqual(at(found, "metadata", "annotations"), { "example.com/load-balancer": "network" });
    assert.deepEqual(at(found, "spec"), {
      type: "LoadBalancer",
      externalTrafficPolicy: "Local",
      selector: {
        "app.kubernetes.io/name": "gateway-nginx",
        "app.kubernetes.io/instance": "nginx-gateway-fabric",
        "gateway.networking.k8s.io/gateway-name": "gateway",
      },
      ports: [
        { name: "http", port: 80, targetPort: 80, protocol: "TCP" },
        { name: "https", port: 443, targetPort: 443, protocol: "TCP" },
      ],
    });
    assert.equal(
      at(find(resources, release, "platform-gateway"), "values", "nginx", "service", "type"),
      "ClusterIP",
    );
    assert.equal(await valueOf(result.loadBalancer), "203.0.113.10");
  });

  it("lets in the edge alone, by TLS alone, once what has no proof is refused", async () => {
    const { resources, result } = await withGateway({ edge });
    const balancer = find(resources, service, "platform-gateway-load-balancer");
    assert.deepEqual(at(balancer, "metadata", "annotations"), {
      "example.com/load-balancer": "network",
      "example.com/prefix-lists": "pl-cdn",
    });
    assert.deepEqual(at(balancer, "spec", "loadBalancerSourceRanges"), ["198.51.100.0/24"]);
    assert.deepEqual(at(balancer, "spec", "ports"), [
      { name: "https", port: 443, targetPort: 443, protocol: "TCP" },
    ]);
    assert.deepEqual(openPorts(resources), [443]);
    assert.equal(findAll(resources, route).length, 0);

    const refused = find(resources, snippets);
    assert.deepEqual(at(refused, "spec", "targetRefs"), [
      { group: "gateway.networking.k8s.io", kind: "Gateway", name: "gateway" },
    ]);
    assert.deepEqual(at(refused, "spec", "snippets"), [
      { context: "http", value: "include /etc/origin-proofs/proofs.conf;\ninclude /etc/edge/edge.conf;" },
      { context: "http.server", value: "if ($origin_proven = 0) { return 403; }" },
    ]);
    assert.match(
      String(at(refused, "metadata", "annotations", "pulumi.com/waitFor")),
      /^jsonpath=.+Accepted.+=True$/,
    );
    assert.ok(waitsFor(resources, balancer, (urn) => urn === refused.urn));
    assert.deepEqual(
      result.originProofs.map(({ header }) => header),
      ["X-Origin-Proof-A", "X-Origin-Proof-B"],
    );
  });

  it("reads the proofs from a Secret and the edge's addresses from a ConfigMap, new ones by new pods", async () => {
    const { resources } = await withGateway({ edge });
    const secret = find(resources, "kubernetes:core/v1:Secret", "platform-gateway-edge-proofs");
    assert.ok(isSecretInput(secret, "stringData"));
    const settings = find(resources, "kubernetes:core/v1:ConfigMap", "platform-gateway-edge");
    assert.equal(
      at(settings, "data", "edge.conf"),
      [
        "keepalive_timeout 620s;",
        "set_real_ip_from 198.51.100.0/24;",
        "set_real_ip_from 203.0.113.0/24;",
        "real_ip_header X-Client;",
        "real_ip_recursive on;",
        "",
      ].join("\n"),
    );
    const nginx = at(find(resources, release, "platform-gateway"), "values", "nginx") as {
      pod: { volumes: { name: string; secret?: object; configMap?: object }[] };
      container: { volumeMounts: { name: string; mountPath: string }[] };
    };
    assert.deepEqual(
      nginx.container.volumeMounts.map(({ name, mountPath }) => [name, mountPath]),
      [
        ["origin-proofs", "/etc/origin-proofs"],
        ["edge", "/etc/edge"],
      ],
    );
    assert.deepEqual(
      nginx.pod.volumes.map(({ name }) => name),
      ["origin-proofs", "edge"],
    );
    for (const { inputs } of [secret, settings]) assert.equal(inputs["immutable"], true);
  });

  it("takes configuration of NGINX from the edge's own object and from no other, and from none where no edge stands", async () => {
    const { resources } = await withGateway({ edge });
    const guard = find(resources, admission);
    assert.equal(at(guard, "spec", "failurePolicy"), "Fail");
    assert.equal(
      at(guard, "spec", "validations", 0, "expression"),
      'request.resource.resource == "snippetspolicies" && request.namespace == "nginx-gateway" && request.name == "edge"',
    );
    assert.deepEqual(at(guard, "spec", "matchConstraints", "resourceRules", 0, "resources"), [
      "snippetsfilters",
      "snippetspolicies",
    ]);
    const binding = find(resources, `${admission}Binding`);
    assert.deepEqual(at(binding, "spec", "validationActions"), ["Deny"]);
    const installed = find(resources, release, "platform-gateway");
    assert.ok(installed.dependencies.includes(binding.urn));
    assert.deepEqual(at(find(resources, snippets), "metadata", "name"), "edge");
    assert.equal(at(installed, "values", "nginxGateway", "snippets", "enable"), true);
    assert.equal(at(installed, "values", "nginx", "config", "disableSNIHostValidation"), true);

    const plain = (await withGateway()).resources;
    const values = (...path: string[]) => at(find(plain, release, "platform-gateway"), "values", ...path);
    assert.equal(values("nginxGateway", "snippets", "enable"), false);
    assert.equal(values("nginx", "config", "disableSNIHostValidation"), false);
    assert.equal(findAll(plain, snippets).length, 0);
  });

  it("has certificates of the internal authority between its halves, had anew in time", async () => {
    const { resources } = await withGateway();
    const installed = find(resources, release, "platform-gateway");
    assert.equal(at(installed, "values", "certGenerator", "enable"), false);
    for (const [role, usage] of [
      ["server", "server auth"],
      ["agent", "client auth"],
    ] as const) {
      const own = find(resources, certificate, `platform-gateway-${role}`);
      assert.deepEqual(at(own, "spec", "issuerRef"), {
        group: "cert-manager.io",
        kind: "ClusterIssuer",
        name: "internal-ca",
      });
      assert.equal(at(own, "spec", "secretName"), `${role}-tls`);
      assert.deepEqual(at(own, "spec", "usages"), ["digital signature", usage]);
      assert.ok(installed.dependencies.includes(own.urn), role);
    }
  });

  it("runs three to twelve over all zones, drained and never fewer, and two of its controller", async () => {
    const { resources } = await withGateway();
    const values = (...path: (string | number)[]) =>
      at(find(resources, release, "platform-gateway"), "values", ...path);
    assert.deepEqual(
      [values("nginx", "autoscaling", "minReplicas"), values("nginx", "autoscaling", "maxReplicas")],
      [3, 12],
    );
    assert.equal(values("nginxGateway", "replicas"), 2);
    assert.equal(
      values("nginx", "pod", "topologySpreadConstraints", 0, "whenUnsatisfiable"),
      "DoNotSchedule",
    );
    const drained = Number(values("nginx", "container", "lifecycle", "preStop", "sleep", "seconds"));
    assert.ok(drained > 120);
    assert.ok(Number(values("nginx", "pod", "terminationGracePeriodSeconds")) >= drained + 60);
    const patched = values("nginx", "patches", 0, "value", "spec", "template", "spec") as {
      priorityClassName: string;
    };
    assert.equal(patched.priorityClassName, "platform-critical");
    assert.equal(values("nginxGateway", "priorityClassName"), "platform-critical");
    const budgets = findAll(resources, "kubernetes:policy/v1:PodDisruptionBudget");
    assert.deepEqual(budgets.map((budget) => at(budget, "metadata", "name")).sort(), [
      "gateway-nginx",
      "nginx-gateway-fabric",
    ]);
  });

  it("is one of each, without a budget, where high availability is not wanted", async () => {
    const { resources } = await withGateway({ highlyAvailable: false });
    const values = (...path: string[]) => at(find(resources, release, "platform-gateway"), "values", ...path);
    assert.equal(values("nginxGateway", "replicas"), 1);
    assert.equal(values("nginx", "autoscaling", "minReplicas"), 1);
    assert.equal(findAll(resources, "kubernetes:policy/v1:PodDisruptionBudget").length, 0);
  });

  it("is scraped, both halves, and watched", async () => {
    const { resources } = await withGateway();
    const monitors = findAll(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").filter(({ name }) =>
      name.startsWith("platform-gateway"),
    );
    assert.equal(monitors.length, 2);
    const rules = find(
      resources,
      "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
      "platform-gateway-alerts",
    );
    assert.match(JSON.stringify(rules.inputs), /deployment=\\"gateway-nginx\\"/);
    const { urn } = find(resources, release, "platform-monitoring");
    for (const object of [...monitors, rules]) {
      assert.ok(
        waitsFor(resources, object, (other) => other === urn),
        object.name,
      );
    }
  });

  it("lets the data plane to its controller and to pods of our namespaces, and the controller to the API server alone", async () => {
    const { resources } = await withGateway();
    assert.deepEqual(at(find(resources, policy, "platform-gateway-data-plane"), "spec", "egress"), [
      { to: [{ namespaceSelector: { matchLabels: { "app.kubernetes.io/managed-by": "pulumi" } } }] },
    ]);
    const controller = find(resources, policy, "platform-gateway-controller");
    assert.deepEqual(at(controller, "spec", "egress"), [{ ports: [{ protocol: "TCP", port: 443 }] }]);
    assert.deepEqual(at(controller, "spec", "ingress", 0, "ports"), [{ protocol: "TCP", port: 8443 }]);
  });

  it("registers the same set whether outputs are known or not", async () => {
    const urns = async (preview: "known" | "unknown") =>
      (await withGateway({ edge }, { preview })).resources.map(({ urn }) => urn);
    assert.deepEqual(await urns("unknown"), await urns("known"));
  });

  it("has no objects of the other way in", async () => {
    const { resources } = await withGateway();
    assert.equal(findAll(resources, "kubernetes:networking.k8s.io/v1:Ingress").length, 0);
    assert.ok(!findAll(resources, release).some(({ inputs }) => inputs["chart"] === "nginx-ingress"));
  });
});
