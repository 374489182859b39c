import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { jaegerImages } from "../../../components/tracing/jaegerPods";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { at } from "../traffic/scene";
import { collectorOf, type Config, inJaeger, traced, trafficOf } from "./scene";

const root = join(__dirname, "../../..");
const parts = ["collector", "query"] as const;
type Part = (typeof parts)[number];

const deployment = (resources: readonly PlanResource[], part: Part) =>
  find(resources, "kubernetes:apps/v1:Deployment", `shop-tracing-jaeger-${part}`);
const cleaner = (resources: readonly PlanResource[]) => find(resources, "kubernetes:batch/v1:CronJob");

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
  }[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: Readonly<Record<"requests" | "limits", { readonly memory: string }>>;
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}
interface Pod {
  readonly automountServiceAccountToken: boolean;
  readonly priorityClassName: string;
  readonly securityContext: object;
  readonly containers: readonly Container[];
  readonly volumes: readonly Readonly<Record<string, unknown>>[];
}

const podOf = (made: PlanResource): Pod =>
  (at(made, "spec", "jobTemplate", "spec", "template", "spec") ??
    at(made, "spec", "template", "spec")) as Pod;
const containerOf = (made: PlanResource): Container =>
  podOf(made).containers[0] ?? assert.fail("no container");

interface JaegerConfig extends Config {
  readonly extensions: Config["extensions"] & {
    readonly jaeger_storage: {
      readonly backends: Readonly<Record<string, { readonly elasticsearch: Elasticsearch }>>;
    };
  };
}
interface Elasticsearch {
  readonly server_urls: readonly string[];
  readonly auth: { readonly basic: { readonly username: string; readonly password_file: string } };
  readonly tls: { readonly ca_file: string };
  readonly max_span_age: string;
  readonly indices: Readonly<Record<string, { readonly shards: number; readonly replicas: number }>>;
}

/** What a part is told, by the ConfigMap that its pods mount. */
function configOf(resources: readonly PlanResource[], part: Part): JaegerConfig {
  const map = find(resources, "kubernetes:core/v1:ConfigMap", `shop-tracing-jaeger-${part}`);
  assert.equal(at(map, "immutable"), true);
  return JSON.parse(String(at(map, "data", "config.json"))) as JaegerConfig;
}
const storageOf = (config: JaegerConfig): Elasticsearch =>
  Object.values(config.extensions.jaeger_storage.backends)[0]?.elasticsearch ?? assert.fail("no storage");

describe("Jaeger", () => {
  for (const part of parts) {
    it(`has, as ${part}, every part of its configuration that it uses, and no other`, async () => {
      const {
        receivers,
        exporters,
        extensions,
        service,
        processors = {},
      } = configOf(await traced(inJaeger), part) as Partial<JaegerConfig> & JaegerConfig;
      const used = Object.values(service.pipelines["traces"] ?? {}).flat();
      assert.deepEqual(
        [...new Set(used)].sort(),
        [...new Set([receivers, processors, exporters].flatMap((some) => Object.keys(some)))].sort(),
      );
      assert.deepEqual([...service.extensions].sort(), Object.keys(extensions).sort());
    });

    it(`knows Elasticsearch, as ${part}, by the user and the authority that it is handed, in files`, async () => {
      const resources = await traced(inJaeger);
      const { server_urls, auth, tls, max_span_age } = storageOf(configOf(resources, part));
      assert.deepEqual(server_urls, ["https://telemetry-es-http.logging.svc:9200"]);
      assert.equal(auth.basic.username, "jaeger");
      const { volumes, containers } = podOf(deployment(resources, part));
      const mount = containers[0]?.volumeMounts.find(({ name }) => name === "storage");
      assert.deepEqual(
        [auth.basic.password_file, tls.ca_file],
        [`${mount?.mountPath}/password`, `${mount?.mountPath}/ca.crt`],
      );
      assert.deepEqual(
        volumes.find(({ name }) => name === "storage"),
        {
          name: "storage",
          projected: {
            sources: [
              { secret: { name: "telemetry-user", items: [{ key: "password", path: "password" }] } },
              { secret: { name: "telemetry-authority", items: [{ key: "ca.crt", path: "ca.crt" }] } },
            ],
          },
        },
      );
      // as far back as there are indices
      assert.equal(max_span_age, "168h");
    });

    it(`is, as ${part}, closed pods of a pinned version, of the platform's priority and without a token`, async () => {
      const pod = podOf(deployment(await traced(inJaeger), part));
      const [container] = pod.containers;
      assert.deepEqual(
        [pod.automountServiceAccountToken, pod.priorityClassName, container?.image],
        [false, "platform-critical", `docker.io/jaegertracing/jaeger:${jaegerImages.jaeger.version}`],
      );
      assert.deepEqual(container?.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      });
      assert.equal(container.resources.requests.memory, container.resources.limits.memory);
    });

    for (const [highlyAvailable, replicas, budgets] of [
      [true, 2, 2],
      [false, 1, 0],
    ] as const) {
      it(`is ${replicas} of it as ${part}, none of which is away while a new one starts`, async () => {
        const resources = await traced({ ...inJaeger, highlyAvailable });
        const made = deployment(resources, part);
        assert.equal(at(made, "spec", "replicas"), replicas);
        assert.deepEqual(at(made, "spec", "strategy"), {
          type: "RollingUpdate",
          rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
        });
        assert.equal(findAll(resources, "kubernetes:policy/v1:PodDisruptionBudget").length, budgets);
      });
    }
  }

  for (const replicated of [true, false]) {
    it(`has ${replicated ? "a second" : "no second"} shard of each where there are ${replicated ? "" : "no "}nodes for it`, async () => {
      const { jaeger } = inJaeger;
      assert.ok(jaeger !== undefined);
      const store = { ...jaeger.store, replicated };
      const { indices } = storageOf(configOf(await traced({ jaeger: { ...jaeger, store } }), "collector"));
      assert.ok(Object.values(indices).every(({ replicas }) => replicas === (replicated ? 1 : 0)));
    });
  }

  it("hears gateways that show a certificate, is asked by Grafana and Prometheus, and asks Elasticsearch alone", async () => {
    const resources = await traced(inJaeger);
    assert.deepEqual(trafficOf(resources, "jaeger-collector"), {
      ingress: ["tracing.gateway:4317", "monitoring/prometheus:8888"],
      egress: ["logging/elasticsearch:9200"],
    });
    assert.deepEqual(trafficOf(resources, "jaeger-query"), {
      ingress: ["monitoring/grafana:16686", "monitoring/prometheus:8888"],
      egress: ["logging/elasticsearch:9200"],
    });
    assert.deepEqual(trafficOf(resources, "jaeger-index-cleaner"), {
      ingress: [],
      egress: ["logging/elasticsearch:9200"],
    });
    assert.deepEqual(trafficOf(resources, "gateway-collector").egress, ["jaeger-collector:4317"]);
    const { otlp } = configOf(resources, "collector").receivers as {
      otlp: { protocols: { grpc: { tls: Readonly<Record<string, string>> } } };
    };
    assert.equal(otlp.protocols.grpc.tls["client_ca_file"], "/etc/tracing/tls/ca.crt");
    const certificate = find(
      resources,
      "kubernetes:cert-manager.io/v1:Certificate",
      "shop-tracing-jaeger-certificate",
    );
    const { endpoint } = collectorOf(resources, "gateway").config.exporters["otlp_grpc/jaeger"] ?? {};
    assert.equal(endpoint, `${String((at(certificate, "spec", "dnsNames") as readonly string[])[0])}:4317`);
  });

  it("waits for Elasticsearch, and for the policies without which it could not ask it", async () => {
    const resources = await traced(inJaeger);
    for (const made of [...parts.map((part) => deployment(resources, part)), cleaner(resources)]) {
      assert.ok(
        waitsFor(resources, made, (urn) => urn.endsWith("::shop-tracing-jaeger-storage")),
        made.name,
      );
      assert.ok(waitsFor(resources, made, (urn) => urn.includes("NetworkPolicy::shop-tracing-jaeger-")));
    }
  });

  for (const [spec, days] of [
    [{}, "7"],
    [{ retentionDays: 30 }, "30"],
  ] as const) {
    it(`deletes indices that are older than ${days} days, each night, as the same user`, async () => {
      const { jaeger } = inJaeger;
      assert.ok(jaeger !== undefined);
      const resources = await traced({ jaeger: { ...jaeger, spec } });
      const container = containerOf(cleaner(resources));
      assert.deepEqual(container.args, [days, "https://telemetry-es-http.logging.svc:9200"]);
      assert.deepEqual(
        container.env.map(({ name, value, valueFrom }) => [name, value ?? valueFrom?.secretKeyRef]),
        [
          ["ES_USERNAME", { name: "telemetry-user", key: "username" }],
          ["ES_PASSWORD", { name: "telemetry-user", key: "password" }],
          ["ES_TLS_ENABLED", "true"],
          ["ES_TLS_CA", "/etc/tracing/elasticsearch/ca.crt"],
        ],
      );
      const { concurrencyPolicy, schedule } = at(cleaner(resources), "spec") as Readonly<
        Record<string, string>
      >;
      assert.equal(concurrencyPolicy, "Forbid");
      assert.match(schedule ?? "", /^\d+ \d+ \* \* \*$/);
      assert.equal(storageOf(configOf(resources, "query")).max_span_age, `${Number(days) * 24}h`);
    });
  }

  it("is shown in Grafana, by the port at which it answers, and to nobody outside", async () => {
    const resources = await traced({ ...inJaeger, logs: "loki" });
    const source = find(resources, "kubernetes:core/v1:ConfigMap", "shop-tracing-jaeger-source");
    assert.match(String(at(source, "data", "jaeger.json")), /"http:\/\/jaeger-query\.tracing\.svc:16686"/);
    const container = containerOf(deployment(resources, "query"));
    assert.ok(container.ports.some(({ name, containerPort }) => name === "http" && containerPort === 16686));
    for (const service of findAll(resources, "kubernetes:core/v1:Service"))
      assert.equal(at(service, "spec", "type"), undefined);
    assert.deepEqual(
      resources.filter(({ type }) => /Ingress|HTTPRoute|Gateway/.test(type.split(":")[2] ?? "")),
      [],
    );
  });

  it("is pinned where Renovate finds it, all of it at one version", () => {
    const text = readFileSync(join(root, "components/tracing/jaegerPods.ts"), "utf8");
    for (const { repository, version } of Object.values(jaegerImages)) {
      assert.match(version, /^\d+\.\d+\.\d+$/);
      assert.ok(
        text.includes(`// renovate: datasource=docker depName=${repository}\n    version: "${version}",`),
        repository,
      );
    }
    assert.equal(jaegerImages.jaeger.version, jaegerImages.indexCleaner.version);
  });
});
