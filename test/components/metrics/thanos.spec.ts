import assert from "node:assert/strict";
import type { MetricsArchive } from "../../../components/metrics/metricsArchive";
import { Thanos, type ThanosArgs } from "../../../components/metrics/thanos";
import { compactorDiskGiB } from "../../../components/metrics/thanosValues";
import { charts } from "../../../components/platform/charts";
import { gcsThanos } from "../../../providers/gcp/thanos";
import { s3Thanos } from "../../../providers/aws/thanos";
import { find, findAll, isSecretInput, run } from "../../support/run";
import { ClusterStub } from "../platform/clusterStub";
import { BucketStub, IdentityStub } from "../platform/cloudStubs";
import { at, withGateway } from "../traffic/scene";

const release = "kubernetes:helm.sh/v3:Release";
const configMap = "kubernetes:core/v1:ConfigMap";
const secretType = "kubernetes:core/v1:Secret";
const networkPolicy = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

const archiveOf = (): MetricsArchive => ({
  bucket: new BucketStub("shop-archive", { bucketName: "shop-metrics" }),
  storage: (bucket) => ({ type: "S3", config: { bucket, region: "here" } }),
});

const monitoring = { prometheusReplicas: 2, alertmanagerReplicas: 3, retentionDays: 28, diskGiB: 100 };

const make = (overrides: Partial<ThanosArgs> = {}) =>
  run(
    () =>
      new Thanos("shop-thanos", {
        cluster: new ClusterStub("main"),
        highlyAvailable: true,
        nodeSelector: { pool: "system" },
        identify: (name, account, opts) => new IdentityStub(name, account, opts),
        identityEndpoints: [{ cidrs: ["169.254.170.23/32"], ports: [80] }],
        spec: {},
        archive: archiveOf(),
        monitoring,
        ...overrides,
      }),
  );
const installed = async (overrides: Partial<ThanosArgs> = {}) =>
  find((await make(overrides)).resources, release);

describe("Thanos", () => {
  it("reads and writes the bucket as its own identity, without a key", async () => {
    const { resources } = await make();
    const grants = findAll(resources, configMap).flatMap((map) => {
      const data = at(map, "data") as { to?: string };
      return data.to === undefined ? [] : [data];
    });
    assert.deepEqual(grants, [{ to: "thanos/thanos", access: "readWrite" }]);
    const secret = find(resources, secretType, "shop-thanos-objstore");
    assert.deepEqual(at(secret, "metadata"), { name: "thanos-objstore", namespace: "thanos" });
    assert.ok(isSecretInput(secret, "stringData"));
    const chart = find(resources, release);
    assert.equal(at(chart, "values", "global", "objstore", "secretName"), "thanos-objstore");
    assert.equal(at(chart, "values", "global", "objstore", "createSecret"), false);
    const account = at(chart, "values", "global", "serviceAccount") as Record<string, unknown>;
    assert.deepEqual(account["annotations"], { "example.com/identity": "thanos-thanos" });
    assert.equal(account["automountServiceAccountToken"], false);
  });

  it("keeps samples for as long as is asked, and finer ones for less long", async () => {
    const retention = at(await installed(), "values", "compactor", "retention");
    assert.deepEqual(retention, { resolutionRaw: "30d", resolution5m: "180d", resolution1h: "730d" });
    const longer = await installed({ spec: { hourDays: 3650 } });
    assert.equal(at(longer, "values", "compactor", "retention", "resolution1h"), "3650d");
  });

  it("has one compactor alone, and two of the rest where it is to be highly available", async () => {
    for (const [highlyAvailable, replicas] of [
      [true, 2],
      [false, 1],
    ] as const) {
      const chart = await installed({ highlyAvailable });
      for (const part of ["query", "queryFrontend", "storegateway"]) {
        assert.equal(at(chart, "values", part, "replicaCount"), replicas, part);
        assert.equal(at(chart, "values", part, "pdb", "enabled"), highlyAvailable, part);
      }
      assert.equal(at(chart, "values", "compactor", "replicaCount"), 1);
    }
  });

  it("gives the compactor room for a block of fourteen days twice, by what Prometheus has for so many days", async () => {
    assert.equal(compactorDiskGiB(monitoring), 100);
    assert.equal(compactorDiskGiB({ ...monitoring, retentionDays: 14 }), 200);
    assert.equal(at(await installed(), "values", "compactor", "persistence", "size"), "100Gi");
  });

  it("asks the sidecars of all of Prometheus, and takes its replicas for one", async () => {
    const chart = await installed();
    assert.deepEqual(at(chart, "values", "query", "endpoints", "static"), [
      "dnssrv+_grpc._tcp.kube-prometheus-stack-thanos-discovery.monitoring.svc.cluster.local",
    ]);
    assert.deepEqual(at(chart, "values", "query", "replicaLabels"), ["prometheus_replica"]);
  });

  it("makes nothing that it is not asked for: no receiver, ruler, page of buckets, resizer or rules of the chart", async () => {
    const chart = await installed();
    for (const part of [
      ["receive"],
      ["ruler"],
      ["bucket"],
      ["compactor", "vpa"],
      ["global", "thanosRules"],
    ]) {
      assert.deepEqual(at(chart, "values", ...part), { enabled: false }, part.join("."));
    }
  });

  it("lets Grafana in to the frontend alone, and out to the bucket those alone that read or write it", async () => {
    const { resources } = await make();
    const rules = (part: string, way: "ingress" | "egress"): string =>
      JSON.stringify(at(find(resources, networkPolicy, `shop-thanos-${part}`), "spec", way));
    const parts = ["query-frontend", "query", "storegateway", "compactor"];
    assert.deepEqual(
      parts.filter((part) => rules(part, "ingress").includes("grafana")),
      ["query-frontend"],
    );
    assert.deepEqual(
      parts.filter((part) => rules(part, "egress").includes('"port":443')),
      ["storegateway", "compactor"],
    );
    for (const part of parts) assert.match(rules(part, "ingress"), /"app.kubernetes.io\/name":"prometheus"/);
    const there = find(resources, networkPolicy, "shop-thanos-sidecars");
    assert.equal(at(there, "metadata", "namespace"), "monitoring");
    assert.match(JSON.stringify(at(there, "spec", "ingress")), /component":"query"[^]*"port":10901/);
  });

  it("is a source of Grafana, which asks its frontend", async () => {
    const { resources } = await make();
    const source = findAll(resources, configMap).find(
      (map) => at(map, "metadata", "name") === "data-source-thanos",
    );
    assert.ok(source !== undefined);
    const { datasources } = JSON.parse(String(at(source, "data", "thanos.json"))) as {
      datasources: readonly Record<string, unknown>[];
    };
    assert.equal(datasources[0]?.["type"], "prometheus");
    assert.equal(datasources[0]["url"], "http://thanos-query-frontend.thanos.svc:9090");
  });

  it("wakes nobody: Prometheus alerts from its own disk", async () => {
    const alerts = find((await make()).resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule");
    const rules = at(alerts, "spec", "groups", 0, "rules") as readonly { labels: { severity: string } }[];
    assert.ok(rules.length >= 7);
    assert.deepEqual([...new Set(rules.map(({ labels }) => labels.severity))], ["warning"]);
  });

  it("is refused where coarser samples would be gone before finer ones", async () => {
    await assert.rejects(
      make({ spec: { rawDays: 365 } }),
      /thanos\.fiveMinuteDays: expected 365 days or more/,
    );
  });
});

describe("Prometheus with an archive", () => {
  it("has a sidecar of Thanos' own version, which writes blocks to the bucket as Prometheus' identity", async () => {
    const { resources } = await withGateway({
      // made inside the program, where it is asked for
      get metricsArchive() {
        return archiveOf();
      },
    });
    const chart = findAll(resources, release).find(
      ({ inputs }) => inputs["name"] === "kube-prometheus-stack",
    );
    assert.ok(chart !== undefined);
    const prometheus = ["values", "prometheus"] as const;
    const sidecar = at(chart, ...prometheus, "prometheusSpec", "thanos") as Record<string, unknown>;
    assert.equal(sidecar["image"], `quay.io/thanos/thanos:${charts.thanos.appVersion}`);
    assert.deepEqual(sidecar["objectStorageConfig"], {
      existingSecret: { name: "thanos-objstore", key: "objstore.yml" },
    });
    assert.deepEqual(at(chart, ...prometheus, "serviceAccount"), {
      name: "kube-prometheus-stack-prometheus",
      annotations: { "example.com/identity": "monitoring-kube-prometheus-stack-prometheus" },
    });
    assert.deepEqual(at(chart, ...prometheus, "thanosService"), { enabled: true });
    // its pods get their credentials as they start
    const grant = find(resources, configMap, "platform-monitoring-prometheus-identity-bucket");
    assert.deepEqual(at(grant, "data"), {
      to: "monitoring/kube-prometheus-stack-prometheus",
      access: "readWrite",
    });
    assert.ok(chart.dependencies.includes(grant.urn));
    const secret = find(resources, secretType, "platform-monitoring-prometheus-objstore");
    assert.equal(at(secret, "metadata", "namespace"), "monitoring");
    const policy = find(resources, networkPolicy, "platform-monitoring-prometheus-archive");
    assert.match(JSON.stringify(at(policy, "spec", "egress")), /"port":443[^]*"port":80/);
  });

  it("is as it was without one", async () => {
    const { resources } = await withGateway();
    const chart = findAll(resources, release).find(
      ({ inputs }) => inputs["name"] === "kube-prometheus-stack",
    );
    assert.ok(chart !== undefined);
    assert.equal(at(chart, "values", "prometheus", "prometheusSpec", "thanos"), undefined);
    assert.equal(at(chart, "values", "prometheus", "serviceAccount"), undefined);
  });
});

describe("What Thanos is told of a bucket", () => {
  it("has no key on either cloud: it signs in as its pod does", () => {
    assert.deepEqual(s3Thanos("eu-central-1")("shop"), {
      type: "S3",
      config: {
        bucket: "shop",
        region: "eu-central-1",
        endpoint: "s3.eu-central-1.amazonaws.com",
        aws_sdk_auth: true,
      },
    });
    assert.deepEqual(gcsThanos("shop"), { type: "GCS", config: { bucket: "shop" } });
  });
});
