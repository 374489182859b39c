import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { instrumentationImages } from "../../../components/tracing/instrumentation";
import { collectorImage } from "../../../components/tracing/operatorValues";
import { telemetryTo } from "../../../components/tracing/tracing";
import { chartImages } from "../../../components/platform/chartImages";
import { charts } from "../../../components/platform/charts";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { at } from "../traffic/scene";
import { collectorOf, inTempo, traced, trafficOf } from "./scene";

const root = join(__dirname, "../../..");
const release = (resources: readonly PlanResource[], name: string) =>
  find(resources, "kubernetes:helm.sh/v3:Release", `shop-tracing-${name}`);

describe("the operator of collectors", () => {
  it("is asked about pods of traces and of the system alone, which start without it while it is away", async () => {
    const chart = release(await traced(inTempo), "operator");
    const { pods, failurePolicy, namespaceSelector } = at(chart, "values", "admissionWebhooks") as {
      pods: object;
      failurePolicy: string;
      namespaceSelector: object;
    };
    assert.deepEqual(pods, { failurePolicy: "Ignore" });
    assert.equal(failurePolicy, "Fail");
    assert.deepEqual(namespaceSelector, {
      matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "In", values: ["tracing", "shop"] }],
    });
    assert.equal(at(chart, "values", "manager", "env", "WATCH_NAMESPACE"), "tracing,shop");
  });

  it("has its webhook's certificate of the internal authority, and keeps its kinds when it goes", async () => {
    const chart = release(await traced(inTempo), "operator");
    assert.deepEqual(at(chart, "values", "admissionWebhooks", "certManager", "issuerRef"), {
      group: "cert-manager.io",
      kind: "ClusterIssuer",
      name: "internal-ca",
    });
    assert.deepEqual(at(chart, "values", "crds"), {
      create: true,
      annotations: { "helm.sh/resource-policy": "keep" },
    });
    assert.equal(at(chart, "values", "manager", "createRbacPermissions"), false);
  });

  for (const [highlyAvailable, replicas, pdb] of [
    [true, 2, { create: true, minAvailable: "", maxUnavailable: 1 }],
    [false, 1, { create: false }],
  ] as const) {
    it(`is ${replicas} of it`, async () => {
      const chart = release(await traced({ ...inTempo, highlyAvailable }), "operator");
      assert.deepEqual([at(chart, "values", "replicaCount"), at(chart, "values", "pdb")], [replicas, pdb]);
    });
  }

  it("makes collectors of the image of its own version, which moves with it", () => {
    assert.equal(collectorImage.version, charts.openTelemetryOperator.appVersion);
    assert.ok(chartImages.openTelemetryOperator.repositories.includes(collectorImage.repository));
    assert.ok(
      readFileSync(join(root, "docs/charts.md"), "utf8").includes(
        "/^components/tracing/(operatorValues|jaegerPods)\\\\.ts$/",
      ),
    );
  });
});

describe("what instruments pods", () => {
  it("is of pinned images that may run, in containers that say what they ask for", async () => {
    const resources = await traced(inTempo);
    const instrumentation = find(resources, "kubernetes:opentelemetry.io/v1alpha1:Instrumentation");
    assert.deepEqual(at(instrumentation, "metadata"), { name: "services", namespace: "shop" });
    for (const [language, key] of [
      ["java", "resources"],
      ["nodejs", "resourceRequirements"],
      ["python", "resourceRequirements"],
    ] as const) {
      const { [key]: resourcesOf, image } = at(instrumentation, "spec", language) as Record<string, unknown>;
      assert.equal(image, instrumentationImages[language]);
      const [repository = "", tag = ""] = String(image).split(":");
      assert.ok(chartImages.openTelemetryOperator.repositories.includes(repository), repository);
      assert.match(tag, /^\d/);
      assert.deepEqual(resourcesOf, {
        requests: { cpu: "50m", memory: "128Mi" },
        limits: { cpu: "500m", memory: "256Mi" },
      });
    }
    // what runs as the service's own container does, and not Go, which would take privileges
    assert.equal(at(instrumentation, "spec", "initContainerSecurityContext"), undefined);
    assert.equal(at(instrumentation, "spec", "go"), undefined);
    assert.ok(waitsFor(resources, instrumentation, (urn) => urn.endsWith("Release::shop-tracing-operator")));
  });
});

describe("Tempo", () => {
  it("keeps traces in a bucket of its own as its own identity, for as long as the blueprint says", async () => {
    const resources = await traced(inTempo);
    const chart = release(resources, "tempo");
    assert.deepEqual(at(chart, "values", "tempo", "storage", "trace"), {
      backend: "example",
      example: { bucket: "shop-traces" },
      wal: { path: "/var/tempo/wal" },
    });
    assert.deepEqual(
      [at(chart, "values", "serviceAccount", "name"), at(chart, "values", "serviceAccount", "annotations")],
      ["tempo", { "example.com/identity": "tracing-tempo" }],
    );
    assert.equal(at(chart, "values", "tempo", "retention"), "168h");
    const { tempo } = inTempo;
    const longer = await traced({ ...(tempo && { tempo: { ...tempo, spec: { retentionDays: 30 } } }) });
    assert.equal(at(release(longer, "tempo"), "values", "tempo", "retention"), "720h");
    const grants = findAll(resources, "kubernetes:core/v1:ConfigMap").map((map) => at(map, "data"));
    assert.ok(
      grants.some((data) => JSON.stringify(data) === '{"access":"readWrite","to":"tracing/tempo"}'),
      JSON.stringify(grants),
    );
  });

  it("hears gateways that show a certificate, answers Grafana, and reaches its bucket and nothing else", async () => {
    const resources = await traced(inTempo);
    assert.deepEqual(trafficOf(resources, "tempo"), {
      ingress: ["tracing.gateway:4317", "monitoring/prometheus:3200", "monitoring/grafana:3200"],
      egress: ["0.0.0.0/0:443", "169.254.170.23/32:80"],
    });
    const tls = at(release(resources, "tempo"), "values", "tempo", "receivers", "otlp", "protocols", "grpc");
    assert.equal((tls as { tls: Record<string, string> }).tls["client_ca_file"], "/etc/tracing/tls/ca.crt");
    const { exporters } = collectorOf(resources, "gateway").config;
    const { endpoint } = exporters["otlp_grpc/tempo"] ?? {};
    const certificate = find(
      resources,
      "kubernetes:cert-manager.io/v1:Certificate",
      "shop-tracing-tempo-certificate",
    );
    assert.deepEqual([`${String((at(certificate, "spec", "dnsNames") as string[])[0])}:4317`], [endpoint]);
  });

  it("is a closed pod, whose writes are on a disk until they are in the bucket", async () => {
    const chart = release(await traced(inTempo), "tempo");
    assert.deepEqual(at(chart, "values", "persistence"), {
      enabled: true,
      storageClassName: "encrypted",
      size: "10Gi",
    });
    assert.deepEqual(at(chart, "values", "tempo", "securityContext"), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    assert.equal(at(chart, "values", "tempo", "reportingEnabled"), false);
  });
});

describe("Grafana's source of traces", () => {
  for (const [logs, query] of [
    ["loki", '{namespace="shop"} |= "$${__trace.traceId}"'],
    ["elasticsearch", '"$${__trace.traceId}"'],
  ] as const) {
    it(`leads from a span to the lines of its trace in ${logs}`, async () => {
      const source = find(
        await traced({ ...inTempo, logs }),
        "kubernetes:core/v1:ConfigMap",
        "shop-tracing-tempo-source",
      );
      const { datasources } = JSON.parse(String(at(source, "data", "tempo.json"))) as {
        datasources: readonly { uid: string; url: string; jsonData: { tracesToLogsV2: object } }[];
      };
      assert.deepEqual(
        datasources.map(({ uid, url }) => [uid, url]),
        [["tempo", "http://tempo.tracing.svc:3200"]],
      );
      assert.deepEqual(datasources[0]?.jsonData.tracesToLogsV2, {
        datasourceUid: logs,
        spanStartTimeShift: "-5m",
        spanEndTimeShift: "5m",
        customQuery: true,
        query,
      });
    });
  }
});

describe("where services send spans", () => {
  it("is the agents' Service, at a port that they hear and their policy lets the system to", async () => {
    const { endpoint, destination } = telemetryTo("prod");
    assert.equal(endpoint, "http://agent-collector.tracing.svc:4318");
    const resources = await traced(inTempo);
    const { otlp } = collectorOf(resources, "agent").config.receivers as {
      otlp: { protocols: Record<"grpc" | "http", { endpoint: string }> };
    };
    assert.equal(otlp.protocols.http.endpoint, "0.0.0.0:4318");
    const policy = find(
      resources,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "shop-tracing-collectors-agent-traffic",
    );
    assert.ok("podLabels" in destination);
    assert.deepEqual(at(policy, "spec", "podSelector", "matchLabels"), destination.podLabels);
    assert.equal(destination.namespace, "tracing");
  });
});
