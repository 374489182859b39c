import assert from "node:assert/strict";
import { Loki, type LokiArgs } from "../../../components/logging/loki";
import type { LokiSpec } from "../../../components/logging/lokiSpec";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run } from "../../support/run";
import { BucketStub, IdentityStub } from "../platform/cloudStubs";
import { ClusterStub } from "../platform/clusterStub";
import { at } from "../traffic/scene";

const release = "kubernetes:helm.sh/v3:Release";
const configMap = "kubernetes:core/v1:ConfigMap";
const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

const make = async (
  spec: LokiSpec = {},
  highlyAvailable = true,
  traces: Pick<LokiArgs, "traces"> = {},
): Promise<readonly PlanResource[]> => {
  const { resources } = await run(() => {
    const cluster = new ClusterStub("main");
    return new Loki(
      "shop-loki",
      {
        cluster,
        highlyAvailable,
        nodeSelector: { pool: "system" },
        identify: (name, account, opts) => new IdentityStub(name, account, opts),
        identityEndpoints: [{ cidrs: ["169.254.170.23/32"], ports: [80] }],
        spec,
        systemNamespace: "shop",
        team: "shop-team",
        ...traces,
        storage: { type: "s3", settings: { region: "here" } },
        bucket: (name, opts) => new BucketStub(name, { bucketName: "shop-logs" }, opts),
        alertmanagerReplicas: 3,
        metricsRetentionDays: 30,
        logRetentionDays: 365,
      },
      { providers: [cluster.provider] },
    );
  });
  return resources;
};
const chartOf = async (spec: LokiSpec = {}, highlyAvailable = true): Promise<PlanResource> =>
  find(await make(spec, highlyAvailable), release, "shop-loki");

describe("Loki", () => {
  it("keeps chunks and index in a bucket, as its own identity, without a key", async () => {
    const resources = await make();
    const chart = find(resources, release, "shop-loki");
    assert.deepEqual(at(chart, "values", "loki", "storage"), {
      type: "s3",
      bucketNames: { chunks: "shop-logs" },
      s3: { region: "here" },
    });
    assert.deepEqual(at(chart, "values", "loki", "schemaConfig", "configs"), [
      {
        from: "2026-01-01",
        store: "tsdb",
        object_store: "s3",
        schema: "v13",
        index: { prefix: "index_", period: "24h" },
      },
    ]);
    assert.deepEqual(at(chart, "values", "serviceAccount", "annotations"), {
      "example.com/identity": "loki-loki",
    });
    const grant = find(resources, configMap, "shop-loki-identity-bucket");
    assert.deepEqual(at(grant, "data"), { to: "loki/loki", access: "readWrite" });
  });

  for (const [highlyAvailable, replicas, zones] of [
    [true, 3, "DoNotSchedule"],
    [false, 1, "ScheduleAnyway"],
  ] as const) {
    it(`is there ${replicas} times, each line in each, where ${highlyAvailable ? "one may be lost" : "it need not be"}`, async () => {
      const chart = await chartOf({}, highlyAvailable);
      assert.equal(at(chart, "values", "deploymentMode"), "Monolithic");
      assert.equal(at(chart, "values", "singleBinary", "replicas"), replicas);
      assert.equal(at(chart, "values", "loki", "commonConfig", "replication_factor"), replicas);
      assert.equal(at(chart, "values", "loki", "structuredConfig", "ruler", "enable_sharding"), replicas > 1);
      const spread = ["values", "singleBinary", "topologySpreadConstraints", 0] as const;
      assert.equal(at(chart, ...spread, "topologyKey"), "topology.kubernetes.io/zone");
      assert.equal(at(chart, ...spread, "whenUnsatisfiable"), zones);
    });
  }

  it("lets one be replaced at a time, and waits for what is in memory to be in the bucket", async () => {
    const chart = await chartOf();
    assert.deepEqual(at(chart, "values", "singleBinary", "podDisruptionBudget"), {
      enabled: true,
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    });
    assert.deepEqual(
      at(chart, "values", "loki", "structuredConfig", "ingester", "wal", "flush_on_shutdown"),
      true,
    );
    assert.equal(at(chart, "values", "singleBinary", "terminationGracePeriodSeconds"), 300);
  });

  it("has neither a gateway nor caches nor a server of objects beside it", async () => {
    const chart = await chartOf();
    for (const part of ["gateway", "chunksCache", "resultsCache", "lokiCanary", "test"]) {
      assert.deepEqual(at(chart, "values", part), { enabled: false }, part);
    }
    for (const part of ["write", "read", "backend"]) {
      assert.deepEqual(at(chart, "values", part), { replicas: 0 }, part);
    }
    assert.equal(at(chart, "values", "minio"), undefined);
  });

  for (const [spec, days, auditDays] of [
    [{}, 30, 365],
    [{ retentionDays: 7 }, 7, 365],
    [{ retentionDays: 400 }, 400, 400],
    [{ auditRetentionDays: 730 }, 30, 730],
  ] as const) {
    it(`forgets after ${days} days, and what is the audit's after ${auditDays}, asked for ${JSON.stringify(spec)}`, async () => {
      const chart = await chartOf(spec);
      assert.equal(
        at(chart, "values", "loki", "structuredConfig", "limits_config", "retention_period"),
        `${days * 24}h`,
      );
      assert.deepEqual(at(chart, "values", "loki", "runtimeConfig", "overrides"), {
        audit: { retention_period: `${auditDays * 24}h` },
      });
      assert.equal(at(chart, "values", "loki", "structuredConfig", "compactor", "retention_enabled"), true);
      assert.equal(
        at(chart, "values", "loki", "structuredConfig", "compactor", "delete_request_store"),
        "s3",
      );
    });
  }

  it("does not forget what is the audit's before the rest", async () => {
    await assert.rejects(
      make({ retentionDays: 60, auditRetentionDays: 59 }),
      /loki\.auditRetentionDays: expected no less than retentionDays, 60, got 59/,
    );
  });

  it("answers nobody who names no tenant, and bounds what each may send", async () => {
    const chart = await chartOf();
    assert.equal(at(chart, "values", "loki", "auth_enabled"), true);
    const limits = at(chart, "values", "loki", "structuredConfig", "limits_config") as Readonly<
      Record<string, unknown>
    >;
    assert.deepEqual(
      [
        limits["ingestion_rate_strategy"],
        limits["ingestion_rate_mb"],
        limits["ingestion_burst_size_mb"],
        limits["max_global_streams_per_user"],
        limits["max_line_size"],
      ],
      ["global", 8, 16, 10_000, "256KB"],
    );
  });

  it("hears Alloy, Grafana, Prometheus and itself, and speaks to itself, Alertmanager and its bucket alone", async () => {
    const resources = await make();
    const traffic = find(resources, policyType, "shop-loki-traffic");
    const peers = (way: string, side: string) =>
      (
        at(traffic, "spec", way) as Readonly<Record<string, unknown>>[] &
          {
            readonly ports: { port: number }[];
          }[]
      ).map((rule) => ({
        ports: (rule["ports"] as { port: number }[]).map(({ port }) => port),
        to: ((rule[side] ?? []) as { namespaceSelector?: { matchLabels: Record<string, string> } }[]).map(
          ({ namespaceSelector }) => namespaceSelector?.matchLabels["kubernetes.io/metadata.name"] ?? "",
        ),
      }));
    assert.deepEqual(peers("ingress", "from"), [
      { ports: [3100], to: ["alloy", "alloy-events", "monitoring", "monitoring"] },
      { ports: [3100, 9095, 7946], to: [""] },
    ]);
    assert.deepEqual(peers("egress", "to"), [
      { ports: [3100, 9095, 7946], to: [""] },
      { ports: [9093], to: ["monitoring"] },
      { ports: [443], to: [""] },
      { ports: [80], to: [""] },
    ]);
    const alertmanager = find(resources, policyType, "shop-loki-alertmanager");
    assert.equal(at(alertmanager, "metadata", "namespace"), "monitoring");
  });

  it("looks at each tenant's alerts, from a file that stands before it, and tells every Alertmanager", async () => {
    const resources = await make();
    const chart = find(resources, release, "shop-loki");
    const mounts = at(chart, "values", "singleBinary", "extraVolumeMounts") as { mountPath: string }[];
    assert.deepEqual(
      mounts.map(({ mountPath }) => mountPath),
      ["/etc/loki/rules/shop", "/etc/loki/rules/platform", "/etc/loki/rules/audit"],
    );
    for (const tenant of ["shop", "platform", "audit"]) {
      const rules = find(resources, configMap, `shop-loki-rules-${tenant}`);
      assert.equal(at(rules, "metadata", "name"), `loki-rules-${tenant}`);
      const text = String(at(rules, "data", "rules.yaml"));
      assert.match(text, /"alert": "logs-/);
      assert.match(text, tenant === "shop" ? /"team": "shop-team"/ : /"team": "platform"/);
      assert.ok(chart.dependencies.includes(rules.urn), tenant);
    }
    assert.equal(
      String(at(chart, "values", "loki", "structuredConfig", "ruler", "alertmanager_url")).split(",").length,
      3,
    );
  });

  it("is shown by Grafana, each tenant by a source of its own, but for the audit's", async () => {
    const sources = findAll(await make(), configMap)
      .filter((map) => at(map, "metadata", "labels", "grafana_datasource") === "1")
      .map((map) => JSON.stringify(at(map, "data")));
    assert.equal(sources.length, 2);
    const tenants = sources.map((source) => /httpHeaderValue1\\*":\\*"([\w-]+)/.exec(source)?.[1]);
    assert.deepEqual(tenants.sort(), ["platform", "shop"]);
    for (const source of sources) assert.match(source, /X-Scope-OrgID/);
  });

  it("leads from a line to its trace, where the stack keeps traces", async () => {
    const sourceIn = async (traces: Pick<LokiArgs, "traces">) =>
      JSON.stringify(at(find(await make({}, true, traces), configMap, "shop-loki-source-shop"), "data"));
    const source = await sourceIn({ traces: "jaeger" });
    assert.match(source, /datasourceUid\\*":\\*"jaeger/);
    assert.match(source, /matcherRegex\\*":\\*"trace_id/);
    assert.doesNotMatch(await sourceIn({}), /derivedFields/);
  });

  it("alerts by rules that need the monitoring stack alone, of one replica fewer of them", async () => {
    const names = async (highlyAvailable: boolean) => {
      const rules = find(
        await make({}, highlyAvailable),
        "kubernetes:monitoring.coreos.com/v1:PrometheusRule",
      );
      return (at(rules, "spec", "groups", 0, "rules") as { alert: string }[]).map(({ alert }) => alert);
    };
    const all = await names(true);
    assert.equal(all.length, 12);
    assert.deepEqual(
      await names(false),
      all.filter((name) => name !== "loki-ingester"),
    );
  });
});

describe("Alloy", () => {
  it("is on every node, as the files' owner without a right, replaced on a tenth of the nodes at a time", async () => {
    const chart = find(await make(), release, "shop-loki-alloy");
    assert.deepEqual(at(chart, "values", "controller", "tolerations"), [{ operator: "Exists" }]);
    assert.equal(at(chart, "values", "controller", "nodeSelector"), undefined);
    assert.deepEqual(at(chart, "values", "controller", "updateStrategy"), {
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: "10%" },
    });
    assert.deepEqual(at(chart, "values", "alloy", "securityContext"), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      runAsUser: 0,
      runAsGroup: 0,
    });
    assert.deepEqual(at(chart, "values", "rbac"), { create: false });
    assert.deepEqual(at(chart, "values", "serviceAccount"), { automountServiceAccountToken: false });
  });

  it("reads the kubelet's files without writing to them, alone where pods may reach for the node", async () => {
    const resources = await make();
    const chart = find(resources, release, "shop-loki-alloy");
    assert.deepEqual(at(chart, "values", "alloy", "mounts", "extra"), [
      { name: "logs", mountPath: "/var/log/pods", readOnly: true },
      { name: "positions", mountPath: "/var/lib/alloy" },
    ]);
    const levels = findAll(resources, "kubernetes:core/v1:Namespace").map((namespace) => [
      at(namespace, "metadata", "name"),
      at(namespace, "metadata", "labels", "pod-security.kubernetes.io/enforce"),
    ]);
    assert.deepEqual(levels.sort(), [
      ["alloy", "privileged"],
      ["alloy-events", "restricted"],
      ["loki", "restricted"],
    ]);
  });

  it("reads events in one pod, by a right to events and no other", async () => {
    const chart = find(await make(), release, "shop-loki-alloy-events");
    assert.equal(at(chart, "values", "controller", "replicas"), 1);
    const rights = at(chart, "values", "rbac") as Readonly<Record<string, { resources: string[] }[]>>;
    assert.deepEqual(
      [...new Set(Object.values(rights).flatMap((rules) => rules.flatMap(({ resources }) => resources)))],
      ["events"],
    );
  });

  for (const [part, ports] of [
    ["nodes", [3100]],
    ["events-traffic", [3100, 443]],
  ] as const) {
    it(`speaks to Loki alone, and is heard by Prometheus, of ${part}`, async () => {
      const policy = find(await make(), policyType, `shop-loki-alloy-${part}`);
      const out = at(policy, "spec", "egress") as { ports: { port: number }[] }[];
      assert.deepEqual(
        out.flatMap(({ ports: some }) => some.map(({ port }) => port)),
        ports,
      );
      assert.deepEqual(at(policy, "spec", "ingress", 0, "ports"), [{ protocol: "TCP", port: 12345 }]);
    });
  }

  it("sends only once Loki is there to hear it", async () => {
    const resources = await make();
    const loki = find(resources, release, "shop-loki");
    for (const name of ["shop-loki-alloy", "shop-loki-alloy-events"]) {
      assert.ok(find(resources, release, name).dependencies.includes(loki.urn), name);
    }
  });

  it("takes out what the blueprint says", async () => {
    const content = async (spec: LokiSpec) =>
      String(
        at(find(await make(spec), release, "shop-loki-alloy"), "values", "alloy", "configMap", "content"),
      );
    assert.doesNotMatch(await content({}), /\[ip\]/);
    assert.match(await content({}), /\[email\]/);
    assert.match(await content({ redact: ["ipAddress"] }), /\[ip\]/);
    assert.doesNotMatch(await content({ redact: ["ipAddress"] }), /\[email\]/);
  });
});
