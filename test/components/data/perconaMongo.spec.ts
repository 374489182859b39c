import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { perconaAlerts } from "../../../components/data/perconaAlerts";
import { checkUpgrade, type PerconaMongoArgs } from "../../../components/data/perconaMongo";
import { perconaValues } from "../../../components/data/perconaOperator";
import { perconaPods } from "../../../components/data/perconaSpec";
import { find, findAll, isSecretInput, run, valueOf } from "../../support/run";
import { IdentityStub } from "../platform/cloudStubs";
import { type Fields, makeSet, nodesOf, policyType, secretType, set, setType, specOf } from "./perconaScene";

async function granted(access: "read" | "readWrite", users: PerconaMongoArgs["users"] = { api: access }) {
  return await run(() => {
    const store = makeSet({ users });
    const identity = new IdentityStub("api", { namespace: "shop", serviceAccount: "api" });
    return store.grant("api-mongo", identity, access, { parent: identity });
  });
}

describe("PerconaMongo", () => {
  it("is three nodes over zones and nodes, with volumes of the cluster's class that grow with the stack's own number", async () => {
    const { size, affinity, topologySpreadConstraints, podDisruptionBudget, volumeSpec } = await nodesOf();
    assert.deepEqual(
      [size, affinity, podDisruptionBudget],
      [3, { antiAffinityTopologyKey: "kubernetes.io/hostname" }, { maxUnavailable: 1 }],
    );
    const [zones, ...more] = topologySpreadConstraints as readonly Fields[];
    assert.deepEqual([zones?.["topologyKey"], more], ["topology.kubernetes.io/zone", []]);
    // a StatefulSet's pods have no such label
    assert.equal(zones?.["matchLabelKeys"], undefined);
    assert.deepEqual(volumeSpec, {
      persistentVolumeClaim: {
        storageClassName: "encrypted",
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "80Gi" } },
      },
    });
    assert.deepEqual((await specOf())["storageScaling"], {
      enableVolumeScaling: true,
      // the operator would write the new size into the object that the program owns
      autoscaling: { enabled: false },
    });
  });

  it("runs the version asked for by the image with which the operator was released, and goes on to no other by itself", async () => {
    for (const [version, image] of [
      ["8.0", "docker.io/percona/percona-server-mongodb:8.0.19-7"],
      ["7.0", "docker.io/percona/percona-server-mongodb:7.0.30-16"],
    ] as const) {
      const spec = await specOf({ version });
      assert.deepEqual([spec["image"], spec["crVersion"]], [image, "1.22.0"]);
      assert.deepEqual(spec["upgradeOptions"], { apply: "disabled", setFCV: true });
    }
  });

  it("requires TLS and encrypts what it stores, with a key that the operator makes and certificates of its own authority", async () => {
    const spec = await specOf();
    assert.deepEqual(spec["tls"], { mode: "requireTLS", allowInvalidCertificates: false });
    assert.equal(spec["unsafeFlags"], undefined);
    // the kind demands it of a set without backups too
    assert.deepEqual(Object.keys(spec["backup"] as object), ["enabled", "image"]);
    assert.deepEqual(spec["secrets"], {
      users: "mongo-system-users",
      encryptionKey: "mongo-encryption-key",
      ssl: "mongo-server",
      sslInternal: "mongo-member",
    });
    const { configuration } = await nodesOf();
    assert.match(JSON.stringify(configuration), /security:\\n {2}enableEncryption: true/);
  });

  it("holds its pods to the restricted standard, the exporter's container too", async () => {
    const { podSecurityContext, containerSecurityContext, sidecars } = await nodesOf();
    const [exporter] = sidecars as readonly Fields[];
    for (const context of [containerSecurityContext, exporter?.["securityContext"]] as readonly Fields[]) {
      assert.deepEqual(
        [context["allowPrivilegeEscalation"], context["capabilities"], context["runAsNonRoot"]],
        [false, { drop: ["ALL"] }, true],
      );
    }
    assert.equal((podSecurityContext as Fields)["runAsNonRoot"], true);
    const namespace = find(await set(), "kubernetes:core/v1:Namespace").inputs["metadata"] as Fields;
    assert.equal((namespace["labels"] as Fields)["pod-security.kubernetes.io/enforce"], "restricted");
    assert.ok((await specOf())["initContainerSecurityContext"]);
  });

  it("leaves the operator's pods a way to the API server and the nodes alone, and tells Percona nothing", async () => {
    const { disableTelemetry, watchAllNamespaces, ...values } = perconaValues({});
    assert.deepEqual([disableTelemetry, watchAllNamespaces], [true, false]);
    // either would have the chart make a ClusterRole, which reads every Secret of the cluster
    assert.ok(!("watchNamespace" in values));
    const policies = findAll(await set(), policyType);
    const operator = policies.find(({ name }) => name === "mongo-operator");
    const { egress } = operator?.inputs["spec"] as Fields;
    assert.deepEqual(
      (egress as readonly Fields[]).map(({ ports }) => (ports as readonly Fields[]).map(({ port }) => port)),
      [[443], [27017]],
    );
  });

  it("lets the nodes speak with each other and nobody else out, and Prometheus in to their metrics", async () => {
    const servers = findAll(await set(), policyType).find(({ name }) => name === "mongo-servers");
    const { ingress, egress } = servers?.inputs["spec"] as Fields;
    assert.deepEqual(
      [ingress, egress].map((rules) =>
        (rules as readonly Fields[]).map(({ ports }) => (ports as readonly Fields[]).map(({ port }) => port)),
      ),
      [[[27017], [9216]], [[27017]]],
    );
  });

  it("makes a user for each service that names it, with a password that stands in Secrets alone", async () => {
    const resources = await set();
    assert.deepEqual((find(resources, setType).inputs["spec"] as Fields)["users"], [
      {
        name: "api",
        db: "admin",
        passwordSecretRef: { name: "user-api", key: "password" },
        roles: [{ name: "readWrite", db: "app" }],
      },
      {
        name: "web",
        db: "admin",
        passwordSecretRef: { name: "user-web", key: "password" },
        roles: [{ name: "read", db: "app" }],
      },
    ]);
    const secrets = findAll(resources, secretType).filter(({ name }) => /^mongo-(api|web)$/.test(name));
    assert.equal(secrets.length, 2);
    for (const secret of secrets) assert.ok(isSecretInput(secret, "stringData", "password"), secret.name);
    for (const { urn } of secrets) assert.ok(find(resources, setType).dependencies.includes(urn));
  });

  it("gives a workload its password by reference, in its own namespace, and lets its pods through", async () => {
    for (const access of ["read", "readWrite"] as const) {
      const { result, resources } = await granted(access);
      assert.equal(await valueOf(result.MONGODB_USERNAME), "api");
      const { secretName, key } = result.MONGODB_PASSWORD;
      assert.deepEqual([await valueOf(pulumi.output(secretName)), key], ["api-mongo", "password"]);
      const secret = find(resources, secretType, "api-mongo");
      assert.equal((secret.inputs["metadata"] as Fields)["namespace"], "shop");
      assert.ok(isSecretInput(secret, "stringData", "password"));
      const policy = find(resources, policyType, "api-mongo-in");
      const [rule] = (policy.inputs["spec"] as Fields)["ingress"] as readonly Fields[];
      assert.deepEqual(rule?.["from"], [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
          podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } },
        },
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } },
          podSelector: { matchLabels: { "app.kubernetes.io/name": "api-tasks" } },
        },
      ]);
    }
  });

  it("lets in nobody whom its list does not have, nor with more than it says", async () => {
    await assert.rejects(
      granted("readWrite", { api: "read" }),
      /grant: expected a user of the set with readWrite, got api/,
    );
    await assert.rejects(granted("read", {}), /grant: expected a user of the set with read, got api/);
  });

  it("names every node in its URI, with TLS and without a credential, and the authority of its certificates", async () => {
    const { result } = await run(() => makeSet());
    assert.equal(
      await valueOf(result.uri),
      "mongodb://mongo-rs0-0.mongo-rs0.mongo.svc.cluster.local:27017,mongo-rs0-1.mongo-rs0.mongo.svc.cluster.local:27017,mongo-rs0-2.mongo-rs0.mongo.svc.cluster.local:27017/app?replicaSet=rs0&tls=true&authSource=admin&retryWrites=true&w=majority",
    );
    assert.equal(result.caBundle.variable, "MONGODB_CA_FILE");
    assert.match(await valueOf(result.caBundle.pem), /^-----BEGIN CERTIFICATE-----/);
    assert.deepEqual(result.destinations, [
      {
        namespace: "mongo",
        podLabels: {
          "app.kubernetes.io/name": "percona-server-mongodb",
          "app.kubernetes.io/instance": "mongo",
          "app.kubernetes.io/component": "mongod",
        },
        ports: [27017],
      },
    ]);
  });

  it("asks for a part of the machine that it shares, and never for more memory than it asked for", async () => {
    assert.deepEqual((await nodesOf())["resources"], {
      requests: { cpu: "1000m", memory: "8Gi" },
      limits: { cpu: "4", memory: "8Gi" },
    });
  });

  it("has room in its namespace for its nodes, its operator, and one more pod", async () => {
    const quota = find(await set(), "kubernetes:core/v1:ResourceQuota").inputs["spec"] as Fields;
    const hard = quota["hard"] as Fields;
    assert.deepEqual(
      [hard["requests.storage"], hard["requests.cpu"], hard["requests.memory"]],
      ["240Gi", "18", "34Gi"],
    );
  });

  it("is watched: metrics of every node and of the operator, and an alert of each kind with its runbook", async () => {
    const resources = await set();
    const asked = findAll(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").map(({ inputs }) => {
      const { selector, podMetricsEndpoints } = inputs["spec"] as Fields;
      const [endpoint] = podMetricsEndpoints as readonly Fields[];
      return [(selector as Fields)["matchLabels"], endpoint?.["port"]];
    });
    assert.deepEqual(asked, [
      [perconaPods.server, "metrics"],
      [perconaPods.operator, "metrics"],
    ]);
    const watched = { namespace: "mongo", nodes: 3, vcpus: 4 };
    const alerts = perconaAlerts({ ...watched, backups: true });
    assert.deepEqual(
      Object.keys(perconaAlerts({ ...watched, backups: false })),
      Object.keys(alerts).filter((alert) => !alert.startsWith("mongo-backup")),
    );
    assert.deepEqual(Object.keys(alerts).sort(), [
      "mongo-backup",
      "mongo-backup-agent",
      "mongo-backup-failed",
      "mongo-backup-log",
      "mongo-backup-none",
      "mongo-connections",
      "mongo-cpu",
      "mongo-disk",
      "mongo-memory",
      "mongo-node",
      "mongo-primary",
      "mongo-replica-lag",
    ]);
    for (const { expr } of Object.values(alerts)) assert.ok(expr.includes('namespace="mongo"'), expr);
    assert.match(alerts["mongo-node"]?.expr ?? "", /< 3$/);
    assert.match(alerts["mongo-replica-lag"]?.expr ?? "", /> 60$/);
    const page = readFileSync(`${__dirname}/../../../docs/runbooks/mongo.md`, "utf8");
    for (const alert of Object.keys(alerts)) assert.ok(page.includes(`\n## ${alert}\n`), alert);
    const rules = find(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule").inputs["spec"];
    assert.match(JSON.stringify(rules), /docs\/runbooks\/mongo\.md#mongo-primary/);
  });

  it("refuses a step of majors that MongoDB does not take", () => {
    const image = (tag: string) => ({ spec: { image: `docker.io/percona/percona-server-mongodb:${tag}` } });
    const step = (from: string, to: string) => () => {
      checkUpgrade({ oldInputs: image(from), newInputs: image(to) });
    };
    assert.throws(step("8.0.19-7", "7.0.30-16"), /mongo\.version: expected 8\.0 or newer/);
    step("7.0.30-16", "8.0.19-7")();
    step("8.0.19-7", "8.0.21-9")();
  });

  it("refuses a version that no image is for", async () => {
    await assert.rejects(set({ version: "6.0" }), /version: expected one of 8\.0, 7\.0, got 6\.0/);
  });

  it("keeps the set from deletion where it is protected, and can be previewed before anything is known", async () => {
    assert.equal(find(await set(), setType).protect, true);
    assert.equal(find(await set({ protect: false }), setType).protect, false);
    assert.equal(findAll(await set({}, { preview: "unknown" }), setType).length, 1);
  });
});
