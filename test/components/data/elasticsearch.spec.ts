import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { checkUpgrade } from "../../../components/data/elasticsearch";
import { searchAlerts } from "../../../components/data/elasticsearchAlerts";
import { operatorValues } from "../../../components/data/elasticsearchOperator";
import { roleDefinitions } from "../../../components/data/elasticsearchUsers";
import type { SearchArgs } from "../../../components/data/search";
import type { PlanResource } from "../../../preview/plan";
import { find, findAll, isSecretInput, run, valueOf } from "../../support/run";
import { waitsFor } from "../../support/waitsFor";
import { IdentityStub } from "../platform/cloudStubs";
import { index, makeIndex, objectType, policyType, secretType, specOf } from "./elasticsearchScene";

/** The grant of a service. */
async function granted(access: "read" | "readWrite", users: SearchArgs["users"] = { api: access }) {
  return await run(() => {
    const store = makeIndex({ users });
    const identity = new IdentityStub("api", { namespace: "shop", serviceAccount: "api" });
    return store.grant("api-search", identity, access, { parent: identity });
  });
}

const rbac = "kubernetes:rbac.authorization.k8s.io/v1";

describe("Elasticsearch", () => {
  it("is three masters and six data nodes, each over zones, with a volume of the cluster's class", async () => {
    const { nodeSets, version } = specOf(await index());
    assert.equal(version, "9.4.3");
    assert.deepEqual(
      nodeSets.map(({ name, count, config, zoneAwareness }) => [
        name,
        count,
        config["node.roles"],
        zoneAwareness,
      ]),
      [
        ["master", 3, ["master"], {}],
        ["data", 6, ["data", "ingest"], {}],
      ],
    );
    assert.deepEqual(
      nodeSets.map(({ volumeClaimTemplates: [claim] }) => claim?.spec),
      ["10Gi", "200Gi"].map((storage) => ({
        accessModes: ["ReadWriteOnce"],
        storageClassName: "encrypted",
        resources: { requests: { storage } },
      })),
    );
    assert.deepEqual(
      nodeSets.map(({ podTemplate }) => podTemplate.spec.containers[0]?.resources),
      [
        { cpu: "500m", memory: "2Gi" },
        { cpu: "2", memory: "8Gi" },
      ].map((each) => ({ requests: each, limits: each })),
    );
  });

  it("is one set that does all where there are no masters of their own", async () => {
    const { nodeSets } = specOf(await index({ masterNodes: 0, dataNodes: 1 }));
    assert.deepEqual(
      nodeSets.map(({ name, count, config }) => [name, count, config["node.roles"]]),
      [["data", 1, ["master", "data", "ingest"]]],
    );
  });

  it("asks no more of a node than a restricted namespace and Autopilot allow", async () => {
    for (const { config, podTemplate } of specOf(await index()).nodeSets) {
      assert.equal(config["node.store.allow_mmap"], false);
      assert.deepEqual(podTemplate.spec.securityContext, {
        runAsNonRoot: true,
        runAsUser: 1000,
        fsGroup: 1000,
        seccompProfile: { type: "RuntimeDefault" },
      });
      assert.deepEqual(podTemplate.spec.nodeSelector, { pool: "application" });
      assert.ok(!("initContainers" in podTemplate.spec));
    }
  });

  it("keeps TLS on, and its volumes when it goes", async () => {
    const spec = specOf(await index());
    assert.equal(spec.http, undefined);
    assert.equal(spec.volumeClaimDeletePolicy, "DeleteOnScaledownOnly");
    assert.equal(find(await index(), objectType).protect, true);
    const loose = await index({ protect: false });
    assert.equal(specOf(loose).volumeClaimDeletePolicy, "DeleteOnScaledownAndClusterDeletion");
    assert.equal(find(loose, objectType).protect, false);
  });

  it("knows no superuser, and of users those that are let in and the exporter", async () => {
    const resources = await index();
    const { auth } = specOf(resources);
    assert.equal(auth.disableElasticUser, true);
    assert.deepEqual(
      auth.fileRealm.map(({ secretName }) => secretName),
      ["user-api", "user-web", "user-exporter", "user-snapshots"],
    );
    for (const [name, role] of [
      ["api", "workload_writer"],
      ["web", "workload_reader"],
      ["exporter", "exporter"],
      ["snapshots", "snapshots"],
    ] as const) {
      const secret = find(resources, secretType, `index-users-${name}`);
      assert.deepEqual(secret.inputs["metadata"], {
        name: `user-${name}`,
        namespace: "search",
        labels: { "groundwork.dev/search-role": role },
      });
      assert.equal(secret.inputs["type"], "kubernetes.io/basic-auth");
      assert.ok(isSecretInput(secret, "stringData", "password"));
    }
  });

  it("gives no role what would let it give itself another", () => {
    for (const { cluster, indices } of Object.values(roleDefinitions)) {
      // of its own history it may do all
      const others = indices.filter(({ names }) => !names.includes(".slm-history-*"));
      for (const privilege of [...cluster, ...others.flatMap(({ privileges }) => privileges)]) {
        assert.ok(
          !/^(all|manage_security|manage_api_key|grant_api_key|manage_cluster)$/.test(privilege),
          privilege,
        );
      }
    }
    const [reading] = roleDefinitions["workload_reader"]?.indices ?? [];
    assert.deepEqual(reading?.privileges, ["read", "view_index_metadata"]);
  });

  for (const access of ["read", "readWrite"] as const) {
    it(`lets a service with ${access} through to the nodes, its password by reference`, async () => {
      const { result, resources } = await granted(access);
      assert.equal(await valueOf(result.SEARCH_USERNAME), "api");
      const secret = find(resources, secretType, "api-search");
      assert.deepEqual(secret.inputs["metadata"], { name: "api-search", namespace: "shop" });
      assert.equal(result.SEARCH_PASSWORD.key, "password");
      assert.equal(await valueOf(pulumi.output(result.SEARCH_PASSWORD.secretName)), "api-search");
      assert.ok(isSecretInput(secret, "stringData", "password"));
      const made = find(resources, "random:index/randomPassword:RandomPassword", "index-users-api");
      assert.ok(secret.dependencies.includes(made.urn));
      const policy = find(resources, policyType, "api-search-in").inputs["spec"];
      assert.deepEqual(policy, {
        podSelector: { matchLabels: { "elasticsearch.k8s.elastic.co/cluster-name": "search" } },
        policyTypes: ["Ingress"],
        ingress: [
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
            ports: [{ protocol: "TCP", port: 9200 }],
          },
        ],
        egress: [],
      });
    });
  }

  for (const [what, users] of [
    ["whom it does not know", {}],
    ["with more than it was told of", { api: "read" }],
  ] as const) {
    it(`lets in nobody ${what}`, async () => {
      await assert.rejects(
        granted("readWrite", users),
        /grant: expected a user of the index with readWrite, got api/,
      );
    });
  }

  it("tells workloads where it is, who signed its certificate, and never a password", async () => {
    const { result } = await run(() => makeIndex());
    const facts = Object.entries(result.connection);
    const values = await Promise.all(facts.map(async ([key, value]) => [key, await valueOf(value)] as const));
    assert.deepEqual(Object.fromEntries(values), {
      SEARCH_URL: "https://search-es-http.search.svc:9200",
      SEARCH_ENGINE: "elasticsearch",
      SEARCH_AUTH: "basic",
    });
    assert.equal(result.caBundle.variable, "SEARCH_CA_FILE");
    assert.match(await valueOf(result.caBundle.pem), /^-----BEGIN CERTIFICATE-----/);
    assert.deepEqual(result.destinations, [
      {
        namespace: "search",
        podLabels: { "elasticsearch.k8s.elastic.co/cluster-name": "search" },
        ports: [9200],
      },
    ]);
  });

  it("reads the authority once the nodes stand", async () => {
    const resources = await index();
    const { inputs, urn } = find(resources, objectType);
    const { annotations } = inputs["metadata"] as { readonly annotations: Readonly<Record<string, string>> };
    assert.equal(annotations["pulumi.com/waitFor"], "jsonpath={.status.phase}=Ready");
    const authority = find(resources, secretType, "index-authority");
    assert.equal(
      authority.importId ?? "search/search-es-http-certs-public",
      "search/search-es-http-certs-public",
    );
    assert.ok(authority.dependencies.includes(urn));
  });

  it("opens to the nodes themselves, the operator and who asks or tells them, and goes out to its cloud", async () => {
    const spec = find(await index(), policyType, "index-nodes").inputs["spec"] as {
      readonly ingress: readonly { readonly ports: readonly { readonly port: number }[] }[];
      readonly egress: readonly unknown[];
    };
    assert.deepEqual(
      spec.ingress.map(({ ports }) => ports.map(({ port }) => port)),
      [[9200, 9300], [9200]],
    );
    // themselves, the internet's 443, and the network's own, where STS may answer
    assert.equal(spec.egress.length, 3);
  });

  it("has room for its nodes and what watches them", async () => {
    const { hard } = find(await index(), "kubernetes:core/v1:ResourceQuota", "index-namespace-quota").inputs[
      "spec"
    ] as { readonly hard: Readonly<Record<string, string>> };
    // 6 x 2 + 3 x 0.5 + 1, 6 x 8 + 3 x 2 + 1, 6 x 200 + 3 x 10
    assert.equal(hard["requests.cpu"], "14500m");
    assert.equal(hard["requests.memory"], "55Gi");
    assert.equal(hard["requests.storage"], "1230Gi");
  });

  it("has its operator look after this namespace alone, and tell nobody of it", () => {
    const values = operatorValues({ managedNamespaces: ["search"], highlyAvailable: true, nodeSelector: {} });
    assert.deepEqual(values["managedNamespaces"], ["search"]);
    assert.deepEqual(values["telemetry"], { disabled: true });
    const config = values["config"] as Readonly<Record<string, unknown>>;
    assert.equal(config["caValidity"], "87600h");
  });

  it("lets its operator read no Secret but its own and those of the nodes, and of the cluster the zones alone", async () => {
    const values = operatorValues({ managedNamespaces: ["search"], highlyAvailable: true, nodeSelector: {} });
    // else the chart binds all that it may do for the whole cluster; it refuses both of the others then
    assert.equal(values["createClusterScopedResources"], false);
    assert.deepEqual(values["webhook"], { enabled: false });
    assert.equal((values["config"] as Readonly<Record<string, unknown>>)["validateStorageClass"], false);

    const resources = await index();
    const roles = findAll(resources, `${rbac}:ClusterRole`);
    assert.deepEqual(
      roles.map(({ inputs }) => inputs["rules"]),
      [[{ apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] }]],
    );
    const binding = find(resources, `${rbac}:ClusterRoleBinding`, "index-operator-nodes").inputs;
    assert.deepEqual(binding["subjects"], [
      { kind: "ServiceAccount", name: "elastic-operator", namespace: "elastic-system" },
    ]);
    assert.deepEqual(values["serviceAccount"], { name: "elastic-operator" });
    assert.deepEqual(binding["roleRef"], {
      apiGroup: "rbac.authorization.k8s.io",
      kind: "ClusterRole",
      name: "elastic-system-nodes",
    });
    // its role in the nodes' namespace comes with the chart
    const release = find(resources, "kubernetes:helm.sh/v3:Release", "index-operator");
    const namespace = find(resources, "kubernetes:core/v1:Namespace", "index-namespace");
    assert.ok(waitsFor(resources, release, (urn) => urn === namespace.urn));
    // and the kinds by another release, before it
    assert.equal(values["installCRDs"], false);
    assert.ok(release.dependencies.includes(find(resources, "kubernetes:helm.sh/v3:Release", "kinds").urn));
    // nobody calls it
    const { ingress } = find(resources, policyType, "index-operator-traffic").inputs["spec"] as {
      readonly ingress: readonly { readonly from?: readonly unknown[]; readonly ports: unknown }[];
    };
    assert.deepEqual(
      ingress.map(({ from, ports }) => [from?.length, ports]),
      [[1, [{ protocol: "TCP", port: 8080 }]]],
    );
  });

  it("is watched by an exporter and by alerts of its own", async () => {
    const resources = await index();
    const rules = find(resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule", "index-alerts");
    assert.ok(JSON.stringify(rules.inputs["spec"]).includes("search-red"));
    const charts = findAll(resources, "kubernetes:helm.sh/v3:Release").map(({ inputs }) => inputs["chart"]);
    assert.deepEqual([...charts].sort(), [
      "eck-operator",
      "eck-operator-crds",
      "prometheus-elasticsearch-exporter",
    ]);
  });

  it("misses a copy only where there is a second node for it", () => {
    const names = (dataNodes: number) =>
      Object.keys(searchAlerts({ dataNodes, masterNodes: 0, namespace: "search" }));
    assert.ok(names(3).includes("search-yellow"));
    assert.ok(!names(1).includes("search-yellow"));
    assert.match(
      searchAlerts({ dataNodes: 6, masterNodes: 3, namespace: "search" })["search-nodes"]?.expr ?? "",
      / < 9$/,
    );
  });

  it("registers the same on a first preview, when nothing is known", async () => {
    const urnsOf = (resources: readonly PlanResource[]) => resources.map(({ urn }) => urn);
    assert.deepEqual(urnsOf(await index({}, { preview: "unknown" })), urnsOf(await index()));
  });

  it("never goes back, nor over a major", () => {
    const step = (running: string, wanted: string) => () => {
      checkUpgrade({ oldInputs: { spec: { version: running } }, newInputs: { spec: { version: wanted } } });
    };
    assert.throws(step("9.4.3", "9.3.7"), /search.elasticsearchVersion: expected 9.4.3 or newer/);
    assert.throws(step("7.17.0", "9.4.3"), /majors go one at a time/);
    assert.doesNotThrow(step("9.3.7", "9.4.3"));
  });

  it("never has smaller disks, which the API server would take without the operator's webhook", async () => {
    const specOfDisk = async (diskGiB: number) => ({ spec: specOf(await index({ diskGiB })) });
    const [small, large] = [await specOfDisk(100), await specOfDisk(200)];
    assert.throws(() => {
      checkUpgrade({ oldInputs: large, newInputs: small });
    }, /^Error: search\.diskGiB: expected 200 or more, as the volumes of data have that and never shrink, got 100$/);
    assert.doesNotThrow(() => {
      checkUpgrade({ oldInputs: small, newInputs: large });
    });
    assert.doesNotThrow(() => {
      checkUpgrade({ oldInputs: {}, newInputs: large });
    });
  });
});
