import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { strimziAlerts } from "../../../components/data/strimziAlerts";
import { StrimziKafka, type StrimziKafkaArgs } from "../../../components/data/strimziKafka";
import { strimziValues } from "../../../components/data/strimziOperator";
import type { Access, WorkloadIdentity } from "../../../components/identity/workloadIdentity";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, run, valueOf } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { givenNetwork } from "../../providers/aws/stacks";
import { ClusterStub } from "../platform/clusterStub";

/** An identity of no cloud: who a workload is. */
class Identity extends pulumi.ComponentResource implements WorkloadIdentity {
  readonly principal = pulumi.output("nobody");
  readonly identifier = pulumi.output("identifier");
  readonly serviceAccountAnnotations = pulumi.output<Record<string, string>>({});

  constructor(
    name: string,
    readonly namespace: string,
    readonly serviceAccount: string,
  ) {
    super("groundwork:test:Identity", name);
  }
}

function makeKafka(change: Partial<StrimziKafkaArgs> = {}): StrimziKafka {
  return new StrimziKafka("queue", {
    hosting: "cluster",
    brokers: 3,
    machine: { vcpus: 2, memoryGiB: 8 },
    diskGiB: 200,
    retentionHours: 72,
    topics: { orders: { partitions: 12 }, payments: { partitions: 6, retentionHours: 24 } },
    network: givenNetwork("stores"),
    cluster: new ClusterStub("test"),
    namespace: "kafka",
    systemNamespace: "shop",
    nodeSelector: { pool: "application" },
    ready: [],
    identify: () => {
      throw new Error("brokers reach nothing of the cloud");
    },
    identityEndpoints: [],
    ...change,
  });
}

async function made(change: Partial<StrimziKafkaArgs> = {}): Promise<readonly PlanResource[]> {
  return (await run(() => makeKafka(change))).resources;
}

const kind = (name: string): string => `kubernetes:kafka.strimzi.io/v1:${name}`;
const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** A part of an input, by its keys. */
function at({ inputs }: PlanResource, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    // the plan is JSON: every step is a map, a list or the end
    (value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key],
    inputs,
  );
}

describe("StrimziKafka", () => {
  it("asks for an older release before each update", async () => {
    const { resources, hooks } = await run(() => makeKafka());
    assert.deepEqual(hooks.get(find(resources, kind("Kafka")).urn), ["queue-upgrade"]);
  });

  it("has three brokers that are controllers as well, a zone each, on encrypted volumes that stay", async () => {
    const pool = find(await made(), kind("KafkaNodePool"), "queue-brokers");
    assert.equal(pool.protect, true);
    assert.equal(at(pool, "spec", "replicas"), 3);
    assert.deepEqual(at(pool, "spec", "roles"), ["controller", "broker"]);
    assert.deepEqual(at(pool, "spec", "storage", "volumes"), [
      {
        id: 0,
        type: "persistent-claim",
        size: "200Gi",
        class: "encrypted",
        deleteClaim: false,
        kraftMetadata: "shared",
      },
    ]);
    assert.deepEqual(at(pool, "spec", "resources"), {
      requests: { cpu: "2", memory: "8Gi" },
      limits: { cpu: "2", memory: "8Gi" },
    });
    assert.deepEqual(at(pool, "spec", "jvmOptions"), { "-Xms": "4096m", "-Xmx": "4096m" });
    const template = ["spec", "template", "pod"] as const;
    assert.equal(at(pool, ...template, "topologySpreadConstraints", 0, "whenUnsatisfiable"), "DoNotSchedule");
    assert.equal(
      at(pool, ...template, "topologySpreadConstraints", 0, "topologyKey"),
      "topology.kubernetes.io/zone",
    );
    assert.deepEqual(
      at(
        pool,
        ...template,
        "affinity",
        "nodeAffinity",
        "requiredDuringSchedulingIgnoredDuringExecution",
        "nodeSelectorTerms",
      ),
      [{ matchExpressions: [{ key: "pool", operator: "In", values: ["application"] }] }],
    );
  });

  it("never has fewer than three, of which a majority outlives one, and as many as are asked", async () => {
    for (const [brokers, replicas] of [
      [2, 3],
      [5, 5],
    ] as const) {
      assert.equal(at(find(await made({ brokers }), kind("KafkaNodePool")), "spec", "replicas"), replicas);
    }
  });

  it("has one listener, with TLS and a password, and refuses what no rule allows", async () => {
    const kafka = find(await made(), kind("Kafka"), "queue");
    assert.equal(kafka.protect, true);
    assert.deepEqual(at(kafka, "spec", "kafka", "listeners"), [
      { name: "tls", port: 9093, type: "internal", tls: true, authentication: { type: "scram-sha-512" } },
    ]);
    assert.deepEqual(at(kafka, "spec", "kafka", "authorization"), { type: "simple" });
    assert.equal(at(kafka, "spec", "kafka", "config", "min.insync.replicas"), 2);
    assert.equal(at(kafka, "spec", "kafka", "config", "auto.create.topics.enable"), false);
    assert.deepEqual(at(kafka, "spec", "kafka", "rack"), { topologyKey: "topology.kubernetes.io/zone" });
    assert.equal(at(kafka, "spec", "entityOperator", "userOperator", "watchedNamespace"), "shop");
  });

  for (const [version, patch] of [
    [undefined, "4.3.1"],
    ["4.3", "4.3.1"],
    ["4.2", "4.2.1"],
  ] as const) {
    it(`runs ${patch} where ${version ?? "nothing"} is asked`, async () => {
      const resources = await made(version === undefined ? {} : { version });
      assert.equal(at(find(resources, kind("Kafka")), "spec", "kafka", "version"), patch);
    });
  }

  it("makes each topic with three copies once the brokers run, and keeps it as long as it says", async () => {
    const resources = await made();
    const kafka = find(resources, kind("Kafka"));
    const topics = findAll(resources, kind("KafkaTopic"));
    assert.deepEqual(
      topics.map((topic) => [
        at(topic, "metadata", "name"),
        at(topic, "spec", "partitions"),
        at(topic, "spec", "replicas"),
        at(topic, "spec", "config", "retention.ms"),
      ]),
      [
        ["orders", 12, 3, "259200000"],
        ["payments", 6, 3, "86400000"],
      ],
    );
    for (const topic of topics) {
      assert.ok(topic.protect);
      assert.ok(topic.dependencies.includes(kafka.urn));
    }
    assert.deepEqual(at(kafka, "metadata", "annotations"), { "pulumi.com/waitFor": "condition=Ready" });
  });

  it("may be deleted with its volumes where it is not protected", async () => {
    const resources = await made({ protect: false });
    assert.equal(find(resources, kind("Kafka")).protect, false);
    assert.equal(
      at(find(resources, kind("KafkaNodePool")), "spec", "storage", "volumes", 0, "deleteClaim"),
      true,
    );
  });

  it("stands in a namespace of its own, with room for itself and closed to whoever is not named", async () => {
    const resources = await made();
    const quota = find(resources, "kubernetes:core/v1:ResourceQuota");
    // three brokers of two CPUs, and six for what runs and rolls beside them
    assert.equal(at(quota, "spec", "hard", "requests.cpu"), "12");
    assert.equal(at(quota, "spec", "hard", "requests.memory"), "29Gi");
    assert.equal(at(quota, "spec", "hard", "requests.storage"), "600Gi");
    const brokers = find(resources, policyType, "queue-brokers");
    const rules = at(brokers, "spec", "ingress") as readonly { from?: unknown; ports: { port: number }[] }[];
    assert.ok(rules.every(({ from }) => Array.isArray(from) && from.length > 0));
    assert.ok(!rules.some(({ ports }) => ports.some(({ port }) => port === 9093)));
  });

  it("lets the operator do nothing in the workloads' namespace but let the user operator in", async () => {
    const resources = await made();
    const role = find(resources, "kubernetes:rbac.authorization.k8s.io/v1:Role");
    assert.equal(at(role, "metadata", "namespace"), "shop");
    assert.deepEqual(at(role, "rules", 0, "resources"), ["rolebindings", "roles"]);
    assert.equal((at(role, "rules") as readonly unknown[]).length, 1);
    const bound = findAll(resources, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding")
      .filter((binding) => at(binding, "metadata", "namespace") === "shop")
      .map((binding) => [at(binding, "roleRef", "kind"), at(binding, "roleRef", "name")]);
    assert.deepEqual(bound, [
      ["Role", "kafka-user-operator-binder"],
      ["ClusterRole", "strimzi-entity-operator"],
    ]);
    const release = find(resources, "kubernetes:helm.sh/v3:Release");
    assert.ok(waitsFor(resources, find(resources, kind("Kafka")), (urn) => urn === release.urn));
  });

  it("has what the operator makes held to the restricted standard, and users beside the workloads", () => {
    const { extraEnvs, generateNetworkPolicy, ...values } = strimziValues({
      highlyAvailable: true,
      nodeSelector: {},
    });
    // anywhere else it would read the Secrets of whoever is there
    assert.deepEqual(
      [values["watchAnyNamespace"], values["watchNamespaces"], values["createAggregateRoles"]],
      [false, [], false],
    );
    assert.deepEqual(extraEnvs, [
      { name: "STRIMZI_POD_SECURITY_PROVIDER_CLASS", value: "restricted" },
      { name: "STRIMZI_ENTITY_OPERATOR_WATCHED_NAMESPACE_ENABLED", value: "true" },
    ]);
    assert.equal(generateNetworkPolicy, false);
  });

  it("says where it answers, and whose signature its certificates carry", async () => {
    const { result } = await run(() => makeKafka());
    const entries = Object.entries(result.connection).map(
      async ([key, value]) => [key, await valueOf(value)] as const,
    );
    assert.deepEqual(Object.fromEntries(await Promise.all(entries)), {
      KAFKA_BOOTSTRAP_SERVERS: "kafka-kafka-bootstrap.kafka.svc:9093",
      KAFKA_SECURITY_PROTOCOL: "SASL_SSL",
      KAFKA_SASL_MECHANISM: "SCRAM-SHA-512",
    });
    assert.deepEqual(result.destinations, [
      { namespace: "kafka", podLabels: { "strimzi.io/name": "kafka-kafka" }, ports: [9093] },
    ]);
    assert.equal(result.caBundle.variable, "KAFKA_CA_FILE");
    assert.match(await valueOf(result.caBundle.pem), /^-----BEGIN CERTIFICATE-----/);
  });

  for (const [access, operations] of [
    ["read", ["Describe", "Read"]],
    ["readWrite", ["Describe", "Read", "Write"]],
  ] as const satisfies readonly (readonly [Access, readonly string[]])[]) {
    it(`lets a workload ${access} the topics as its own group, by a password that nothing else has`, async () => {
      const { result, resources } = await run(() => {
        const kafka = makeKafka();
        const identity = new Identity("api", "shop", "api");
        return kafka.grant("api-kafka", identity, access, { parent: identity });
      });
      const user = find(resources, kind("KafkaUser"), "api-kafka");
      assert.equal(at(user, "metadata", "namespace"), "shop");
      assert.equal(at(user, "metadata", "name"), "api");
      assert.deepEqual(at(user, "spec", "authentication"), { type: "scram-sha-512" });
      assert.deepEqual(at(user, "spec", "authorization", "acls"), [
        { resource: { type: "topic", name: "orders", patternType: "literal" }, operations },
        { resource: { type: "topic", name: "payments", patternType: "literal" }, operations },
        {
          resource: { type: "group", name: "api", patternType: "literal" },
          operations: ["Describe", "Read"],
        },
      ]);
      assert.ok(waitsFor(resources, user, (urn) => urn === find(resources, kind("Kafka")).urn));
      assert.deepEqual(result.KAFKA_PASSWORD, { secretName: "kafka-api", key: "password" });
      assert.equal(await valueOf(result.KAFKA_USERNAME), "api");
      assert.equal(await valueOf(result.KAFKA_GROUP_ID), "api");
      const door = find(resources, policyType, "api-kafka-in");
      assert.deepEqual(at(door, "spec", "ingress"), [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
              podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } },
            },
            {
              namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
              podSelector: { matchLabels: { "app.kubernetes.io/name": "api-tasks" } },
            },
          ],
          ports: [{ protocol: "TCP", port: 9093 }],
        },
      ]);
    });
  }

  it("is refused with what no Kafka has, and with a release that the operator does not run", async () => {
    await assert.rejects(made({ brokers: 1 }), /brokers: expected a whole number from 2 to 60, got 1/);
    await assert.rejects(made({ version: "4.1" }), /version: expected one of 4\.3, 4\.2 .* got 4\.1/);
  });

  it("is watched by Prometheus, with each alert's limit from what was asked", async () => {
    const resources = await made({ maxConsumerLag: 5000 });
    const rule = find(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "queue-alerts");
    const rules = at(rule, "spec", "groups", 0, "rules") as readonly { alert: string; expr: string }[];
    const expected = strimziAlerts({ namespace: "kafka", brokers: 3, vcpus: 2, maxConsumerLag: 5000 });
    assert.deepEqual(Object.fromEntries(rules.map(({ alert, expr }) => [alert, expr])), {
      ...Object.fromEntries(Object.entries(expected).map(([alert, { expr }]) => [alert, expr])),
    });
    assert.match(expected["kafka-consumer-lag"]?.expr ?? "", /> 5000$/);
    assert.match(expected["kafka-broker-down"]?.expr ?? "", /< 3$/);
  });

  it("has Prometheus ask brokers and exporter, and each of the three operators, who let it in", async () => {
    const resources = await made();
    const asked = findAll(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").map((monitor) => [
      at(monitor, "metadata", "name"),
      at(monitor, "spec", "podMetricsEndpoints", 0, "port"),
    ]);
    assert.deepEqual(Object.fromEntries(asked), {
      kafka: "tcp-prometheus",
      operator: "http",
      "topic-operator": "healthcheck-to",
      "user-operator": "healthcheck-uo",
    });
    const entities = find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "queue-entities");
    assert.deepEqual(at(entities, "spec", "ingress", 0, "ports"), [
      { protocol: "TCP", port: 8080 },
      { protocol: "TCP", port: 8081 },
    ]);
  });
});
