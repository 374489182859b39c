import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { PlatformServices, type PlatformServicesArgs } from "../../../components/platform/platformServices";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, isSecretInput, run, type TestRunOptions, valueOf } from "../../support/run";
import { IdentityStub, ZoneStub } from "./cloudStubs";
import { ClusterStub } from "./clusterStub";

const release = "kubernetes:helm.sh/v3:Release";
const issuer = "kubernetes:cert-manager.io/v1:ClusterIssuer";
const certificate = "kubernetes:cert-manager.io/v1:Certificate";
const args: Omit<PlatformServicesArgs, "cluster" | "zone"> = {
  wayIn: "ingress",
  loadBalancerAnnotations: { "example.com/load-balancer": "network" },
  loadBalancedNamespaceLabels: { "example.com/readiness": "load-balancer" },
  hasMetricsServer: false,
  acmeEmail: "platform@example.com",
  identify: (name, account, opts) => new IdentityStub(name, account, opts),
  identityEndpoints: [{ cidrs: ["169.254.170.23/32"], ports: [80] }],
  monitoring: { prometheusReplicas: 2, alertmanagerReplicas: 3, retentionDays: 30, diskGiB: 200 },
  hosts: ["shop.example.com"],
  nodeSelector: { "groundwork.dev/pool": "system" },
  alerting: {
    pagerDutyRoutingKey: "pager-duty-integration",
    slackWebhookUrl: "https://slack.example.com/hook",
  },
};

const make = (overrides: Partial<PlatformServicesArgs> = {}, options?: TestRunOptions) =>
  run(
    () =>
      new PlatformServices("platform", {
        cluster: new ClusterStub("main"),
        zone: new ZoneStub("zone"),
        ...args,
        ...overrides,
      }),
    options,
  );

/** A value of a chart by its path. */
function value(resources: readonly PlanResource[], chart: string, ...path: readonly string[]): unknown {
  const found = findAll(resources, release).find(({ inputs }) => inputs["chart"] === chart);
  assert.ok(found !== undefined, `no release of ${chart}`);
  return path.reduce<unknown>(
    (object, key) => (object as Record<string, unknown> | undefined)?.[key],
    found.inputs["values"],
  );
}

/** Ports on which anyone reaches NGINX's pods. */
function portsOfIngress(resources: readonly PlanResource[]): readonly number[] {
  const { spec } = find(
    resources,
    "kubernetes:networking.k8s.io/v1:NetworkPolicy",
    "platform-ingress-controller",
  ).inputs as { spec: { ingress: { from?: unknown; ports: { port: number }[] }[] } };
  return spec.ingress
    .filter(({ from }) => from === undefined)
    .flatMap(({ ports }) => ports.map(({ port }) => port));
}

/** URNs of everything that stands before a resource. */
function before(resources: readonly PlanResource[], urn: string, seen = new Set<string>()): Set<string> {
  for (const dependency of resources.find((resource) => resource.urn === urn)?.dependencies ?? []) {
    if (!seen.has(dependency)) before(resources, dependency, seen.add(dependency));
  }
  return seen;
}

describe("PlatformServices", () => {
  it("makes everything in the cluster through the cluster's own provider", async () => {
    const { resources } = await make();
    const provider = find(resources, "pulumi:providers:kubernetes", "main").urn;
    for (const { type, name, provider: used } of resources) {
      if (type.startsWith("kubernetes:")) assert.ok(used?.startsWith(`${provider}::`), `${name} by ${used}`);
    }
    assert.match(
      find(resources, "random:index/randomPassword:RandomPassword").provider ?? "",
      /platform-random::/,
    );
  });

  it("registers the same set whether outputs are known or not", async () => {
    const urns = async (preview: "known" | "unknown") =>
      (await make({}, { preview })).resources.map(({ urn }) => urn);
    assert.deepEqual(await urns("unknown"), await urns("known"));
  });

  it("starts each service after what it needs: kinds, certificates and its own traffic rules", async () => {
    const { resources } = await make();
    const urn = (name: string) => find(resources, release, name).urn;
    const order = [
      ["platform-monitoring", "platform-cert-manager"],
      ["platform-ingress", "platform-monitoring"],
      ["platform-metrics-server", "platform-monitoring"],
    ] as const;
    for (const [later, earlier] of order) {
      assert.ok(before(resources, urn(later)).has(urn(earlier)), `${later} does not wait for ${earlier}`);
    }
    for (const { name, urn: own } of findAll(resources, release)) {
      const policies = [...before(resources, own)].filter((other) =>
        other.includes(`NetworkPolicy::${name}-`),
      );
      assert.ok(policies.length > 0, `${name} does not wait for its policies`);
    }
  });

  it("gives every namespace of its own a default deny, a quota and default limits", async () => {
    const { resources } = await make();
    const names = findAll(resources, "kubernetes:core/v1:Namespace").map(({ name }) => name);
    assert.equal(names.length, 5);
    for (const name of names) {
      find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", `${name}-default-deny`);
      find(resources, "kubernetes:core/v1:ResourceQuota", `${name}-quota`);
      find(resources, "kubernetes:core/v1:LimitRange", `${name}-limits`);
    }
  });

  it("installs metrics-server only where the cluster has none", async () => {
    const charts = async (hasMetricsServer: boolean) =>
      findAll((await make({ hasMetricsServer })).resources, release).map(({ inputs }) => inputs["chart"]);
    assert.deepEqual(await charts(false), [
      "cert-manager",
      "nginx-ingress",
      "metrics-server",
      "kube-prometheus-stack",
    ]);
    assert.deepEqual(await charts(true), ["cert-manager", "nginx-ingress", "kube-prometheus-stack"]);
  });

  it("keeps keys and passwords out of values, in Secrets", async () => {
    const { resources, result } = await make();
    for (const name of ["platform-monitoring-grafana", "platform-monitoring-receivers"]) {
      assert.ok(isSecretInput(find(resources, "kubernetes:core/v1:Secret", name), "stringData"), name);
    }
    const text = JSON.stringify(findAll(resources, release).map(({ inputs }) => inputs));
    assert.doesNotMatch(text, /pager-duty-integration|slack\.example\.com/);
    assert.equal(
      value(resources, "kube-prometheus-stack", "grafana", "admin", "existingSecret"),
      "grafana-admin",
    );
    assert.ok(await pulumi.isSecret(result.grafanaPassword));
  });

  it("ends TLS at NGINX: 1.2 or newer, HSTS, the client's address kept, root file system read-only", async () => {
    const { resources } = await make();
    const nginx = (...path: string[]) => value(resources, "nginx-ingress", "controller", ...path);
    assert.equal(nginx("config", "entries", "ssl-protocols"), "TLSv1.2 TLSv1.3");
    assert.equal(nginx("config", "entries", "hsts"), "True");
    assert.equal(nginx("service", "externalTrafficPolicy"), "Local");
    assert.deepEqual(nginx("service", "annotations"), args.loadBalancerAnnotations);
    // a network load balancer of AWS goes on for two minutes with an address that was taken out
    const drained = Number(nginx("lifecycle", "preStop", "sleep", "seconds"));
    assert.ok(drained > 120);
    assert.ok(Number(nginx("terminationGracePeriodSeconds")) >= drained + 60);
    assert.equal(nginx("readOnlyRootFilesystem"), true);
    assert.equal(nginx("enableSnippets"), false);
    assert.deepEqual(nginx("podDisruptionBudget"), { enabled: true, maxUnavailable: 1 });
  });

  it("proves names to ACME by records in the zone, with the identity of cert-manager's own service account", async () => {
    const { resources } = await make();
    const { spec } = find(resources, issuer, "platform-cert-manager-issuer").inputs;
    assert.deepEqual(spec, {
      acme: {
        server: "https://acme-v02.api.letsencrypt.org/directory",
        email: "platform@example.com",
        privateKeySecretRef: { name: "letsencrypt-production-account" },
        solvers: [{ dns01: { cloudDNS: { project: "example", hostedZoneName: "example-com" } } }],
      },
    });
    assert.deepEqual(value(resources, "cert-manager", "serviceAccount"), {
      create: true,
      name: "cert-manager",
      annotations: { "example.com/identity": "cert-manager-cert-manager" },
    });
    const grant = find(resources, "kubernetes:core/v1:ConfigMap", "platform-cert-manager-identity-zone");
    const { urn } = find(resources, release, "platform-cert-manager");
    assert.ok(before(resources, urn).has(grant.urn), "its pods start before they may write records");
  });

  it("lets cert-manager out to ACME, to the zone's name servers and to its credentials, and NGINX's pods answer no challenge", async () => {
    const { resources } = await make();
    const policy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
    const { egress } = find(resources, policy, "platform-cert-manager-acme").inputs["spec"] as {
      egress: { to: { ipBlock: { cidr: string } }[]; ports: { protocol: string; port: number }[] }[];
    };
    const reached = egress.flatMap(({ to, ports }) =>
      ports.map(({ protocol, port }) => [to.map(({ ipBlock }) => ipBlock.cidr).join(), protocol, port]),
    );
    assert.deepEqual(reached, [
      ["0.0.0.0/0", "TCP", 443],
      ["0.0.0.0/0", "UDP", 53],
      ["0.0.0.0/0", "TCP", 53],
      ["169.254.170.23/32", "TCP", 80],
    ]);
    const ofIngress = findAll(resources, policy).filter(({ name }) => name.startsWith("platform-ingress-"));
    assert.deepEqual(ofIngress.map(({ name }) => name).sort(), [
      "platform-ingress-allow-dns",
      "platform-ingress-controller",
      "platform-ingress-default-deny",
    ]);
  });

  it("gives each host a certificate and the Ingress that owns it", async () => {
    const { resources } = await make();
    const { metadata, spec } = find(resources, certificate, "platform-host-shop-example-com-certificate")
      .inputs as Record<string, Record<string, unknown>>;
    assert.deepEqual(metadata, { name: "shop-example-com", namespace: "ingress-nginx" });
    assert.deepEqual(spec?.["dnsNames"], ["shop.example.com"]);
    const host = find(resources, "kubernetes:networking.k8s.io/v1:Ingress").inputs["spec"];
    assert.deepEqual(host, {
      ingressClassName: "nginx",
      tls: [{ hosts: ["shop.example.com"], secretName: "shop-example-com-tls" }],
      rules: [{ host: "shop.example.com" }],
    });
  });

  it("lets in the edge alone, by TLS alone, and believes its word on the client's address, nobody else's", async () => {
    const edge = {
      annotations: { "example.com/prefix-lists": "pl-cdn" },
      sourceRanges: ["198.51.100.0/24"],
      proxies: pulumi.output(["198.51.100.0/24", "203.0.113.0/24"]),
      clientAddressHeader: "X-Client",
    };
    const { resources } = await make({ edge });
    const nginx = (...path: string[]) => value(resources, "nginx-ingress", "controller", ...path);
    assert.deepEqual(nginx("service", "annotations"), {
      "example.com/load-balancer": "network",
      "example.com/prefix-lists": "pl-cdn",
    });
    assert.deepEqual(nginx("service", "loadBalancerSourceRanges"), ["198.51.100.0/24"]);
    assert.deepEqual(nginx("service", "httpPort"), { enable: false });
    assert.equal(nginx("config", "entries", "set-real-ip-from"), "198.51.100.0/24,203.0.113.0/24");
    assert.equal(nginx("config", "entries", "real-ip-header"), "X-Client");
    assert.equal(nginx("config", "entries", "real-ip-recursive"), "True");
    assert.equal(nginx("config", "entries", "keepalive-timeout"), "620s");
    assert.deepEqual(portsOfIngress(resources), [443]);
  });

  it("believes no header on the client's address, and redirects to HTTPS itself, where no edge stands", async () => {
    const { resources } = await make();
    const nginx = (...path: string[]) => value(resources, "nginx-ingress", "controller", ...path);
    assert.equal(nginx("config", "entries", "set-real-ip-from"), undefined);
    assert.equal(nginx("config", "entries", "real-ip-header"), undefined);
    assert.equal(nginx("config", "entries", "keepalive-timeout"), undefined);
    assert.equal(nginx("service", "loadBalancerSourceRanges"), undefined);
    assert.equal(nginx("service", "httpPort"), undefined);
    assert.deepEqual(portsOfIngress(resources), [80, 443]);
  });

  it("issues from ACME's staging directory when told", async () => {
    const { resources, result } = await make({ acmeServer: "staging" });
    const { spec } = find(resources, issuer, "platform-cert-manager-issuer").inputs as {
      spec: { acme: { server: string } };
    };
    assert.equal(spec.acme.server, "https://acme-staging-v02.api.letsencrypt.org/directory");
    assert.equal(result.clusterIssuerName, "letsencrypt-staging");
  });

  it("keeps metrics as long as asked, twice, on the encrypted class, and leaves what a managed control plane hides", async () => {
    const { resources } = await make();
    const spec = value(resources, "kube-prometheus-stack", "prometheus", "prometheusSpec") as Record<
      string,
      unknown
    >;
    assert.equal(spec["replicas"], 2);
    assert.equal(spec["retention"], "30d");
    assert.equal(spec["retentionSize"], "150GiB");
    assert.deepEqual(spec["storageSpec"], {
      volumeClaimTemplate: {
        spec: {
          storageClassName: "encrypted",
          accessModes: ["ReadWriteOnce"],
          resources: { requests: { storage: "200Gi" } },
        },
      },
    });
    assert.equal(spec["serviceMonitorSelectorNilUsesHelmValues"], false);
    assert.equal(
      value(resources, "kube-prometheus-stack", "alertmanager", "alertmanagerSpec", "replicas"),
      3,
    );
    for (const part of ["kubeControllerManager", "kubeScheduler", "kubeEtcd", "kubeProxy"]) {
      assert.deepEqual(value(resources, "kube-prometheus-stack", part), { enabled: false });
    }
    const rules = value(resources, "kube-prometheus-stack", "defaultRules", "rules") as Record<
      string,
      unknown
    >;
    for (const rule of [
      "etcd",
      "kubeControllerManager",
      "kubeProxy",
      "kubeSchedulerAlerting",
      "kubeSchedulerRecording",
    ]) {
      assert.equal(rules[rule], false, rule);
    }
  });

  it("lets the first release make its rules before the webhook that judges them stands", async () => {
    const { resources } = await make();
    const webhooks = value(resources, "kube-prometheus-stack", "prometheusOperator", "admissionWebhooks");
    assert.equal((webhooks as Record<string, unknown>)["failurePolicy"], "IgnoreOnInstallOnly");
  });

  it("upgrades the definitions before each release, with images that exist and the way to the API server", async () => {
    const { resources } = await make();
    const job = value(resources, "kube-prometheus-stack", "crds", "upgradeJob") as Record<string, unknown>;
    assert.equal(job["enabled"], true);
    const busybox = { registry: "docker.io", repository: "library/busybox", tag: "1.37.0" };
    assert.deepEqual(job["image"], { busybox, kubectl: { tag: "v1.35.0" } });
    assert.deepEqual(job["resources"], {
      requests: { cpu: "50m", memory: "256Mi" },
      limits: { cpu: "500m", memory: "256Mi" },
    });
    const policy = find(
      resources,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "platform-monitoring-crd-upgrade",
    );
    assert.deepEqual(policy.inputs["spec"], {
      podSelector: { matchLabels: job["podLabels"] },
      policyTypes: ["Egress"],
      ingress: [],
      egress: [{ ports: [{ protocol: "TCP", port: 443 }] }],
    });
    const { dependencies, urn } = find(resources, release, "platform-monitoring");
    assert.ok(dependencies.includes(policy.urn), urn);
  });

  it("labels the namespace that the load balancer sends to, and no other", async () => {
    const { resources } = await make();
    const labelled = findAll(resources, "kubernetes:core/v1:Namespace").filter(
      ({ inputs }) =>
        (inputs["metadata"] as { labels: Record<string, string> }).labels["example.com/readiness"] !==
        undefined,
    );
    assert.deepEqual(
      labelled.map(({ inputs }) => (inputs["metadata"] as { name?: string }).name),
      ["ingress-nginx"],
    );
  });

  it("gives the node exporter alone a privileged namespace, with the reason", async () => {
    const { resources } = await make();
    const privileged = findAll(resources, "kubernetes:core/v1:Namespace").filter((namespace) =>
      JSON.stringify(namespace.inputs).includes('"pod-security.kubernetes.io/enforce":"privileged"'),
    );
    assert.deepEqual(
      privileged.map(({ name }) => name),
      ["platform-monitoring-node-exporter"],
    );
    assert.match(JSON.stringify(privileged[0]?.inputs), /pod-security-reason":"node-exporter reads/);
    assert.equal(
      value(resources, "kube-prometheus-stack", "prometheus-node-exporter", "namespaceOverride"),
      "node-exporter",
    );
  });

  it("lets Grafana's sidecars read ConfigMaps alone", async () => {
    const { resources } = await make();
    const role = find(
      resources,
      "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
      "platform-monitoring-grafana",
    );
    assert.deepEqual(role.inputs["rules"], [
      { apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] },
    ]);
    assert.deepEqual(value(resources, "kube-prometheus-stack", "grafana", "rbac"), {
      useExistingClusterRole: "grafana-dashboards",
    });
  });

  it("has one of each and no budgets where high availability is not wanted", async () => {
    const { resources } = await make({
      highlyAvailable: false,
      monitoring: { prometheusReplicas: 1, alertmanagerReplicas: 1, retentionDays: 7, diskGiB: 20 },
    });
    assert.equal(value(resources, "cert-manager", "replicaCount"), 1);
    assert.deepEqual(value(resources, "cert-manager", "podDisruptionBudget"), { enabled: false });
    assert.equal(value(resources, "nginx-ingress", "controller", "autoscaling", "minReplicas"), 1);
    assert.deepEqual(value(resources, "nginx-ingress", "controller", "podDisruptionBudget"), {
      enabled: false,
    });
    assert.equal(
      value(resources, "kube-prometheus-stack", "prometheus", "podDisruptionBudget", "enabled"),
      false,
    );
    assert.equal(value(resources, "metrics-server", "replicas"), 1);
  });

  it("gives the address of the load balancer once it is there", async () => {
    const { result } = await make();
    assert.equal(await valueOf(result.loadBalancer), "203.0.113.10");
  });
});
