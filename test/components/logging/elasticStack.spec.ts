import * as assert from "node:assert/strict";
import { find, findAll } from "../../support/run";
import type { Json, PlanResource } from "../../../preview/plan";
import { at, listAt, specOf, stack } from "./elasticScene";

const small = () =>
  stack((own) => ({ highlyAvailable: false, load: { ...own.load, highlyAvailable: false } }));

const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

/** Traffic that a policy of a namespace lets in or out. */
function policyOf(resources: readonly PlanResource[], namespace: string, policy: string): Json {
  const found = findAll(resources, policyType).filter(
    ({ inputs }) =>
      at(inputs as Json, "metadata.namespace") === namespace &&
      at(inputs as Json, "metadata.name") === policy,
  );
  assert.equal(found.length, 1, `${namespace} ${policy}`);
  return found[0]?.inputs as Json;
}

describe("Elastic's stack for logs", () => {
  let made: readonly PlanResource[];
  before(async () => {
    made = await stack();
  });

  it("is three masters, six data nodes, three Logstashes and two Kibanas, and one of each where one may go", async () => {
    const counts = (resources: readonly PlanResource[]) => [
      listAt(specOf(resources, "Elasticsearch"), "nodeSets").map((set) => at(set, "count")),
      at(specOf(resources, "Logstash"), "count"),
      at(specOf(resources, "Kibana"), "count"),
    ];
    assert.deepEqual(counts(made), [[3, 3, 3], 3, 2]);
    assert.deepEqual(counts(await small()), [[1], 1, 1]);
  });

  it("has nobody who may do all, and a role of its own for each user", () => {
    assert.equal(at(specOf(made, "Elasticsearch"), "auth.disableElasticUser"), true);
    const users = findAll(made, "kubernetes:core/v1:Secret").filter(({ name }) =>
      name.startsWith("shop-telemetry-es-users-"),
    );
    const named = users.flatMap(({ inputs }) => {
      const name = at(inputs, "metadata.name");
      return typeof name === "string" && name.startsWith("user-") ? [name] : [];
    });
    assert.deepEqual(
      named.sort(),
      ["auditor", "exporter", "grafana", "logstash", "reader", "settings", "spaces"].map(
        (user) => `user-${user}`,
      ),
    );
  });

  it("has every copy of a shard in another zone, on volumes that are encrypted", () => {
    for (const set of listAt(specOf(made, "Elasticsearch"), "nodeSets")) {
      assert.deepEqual(at(set, "zoneAwareness"), {});
      assert.equal(at(set, "volumeClaimTemplates.0.spec.storageClassName"), "encrypted");
      assert.deepEqual(at(set, "podTemplate.spec.nodeSelector"), { pool: "application" });
    }
    assert.equal(at(specOf(made, "Logstash"), "volumeClaimTemplates.0.spec.storageClassName"), "encrypted");
  });

  it("says what is kept how long, before anybody writes", () => {
    const job = find(made, "kubernetes:batch/v1:Job", "shop-telemetry-es-settings");
    const said = JSON.stringify(job.inputs);
    for (const path of [
      "_ilm/policy/groundwork-audit",
      "_index_template/groundwork-application",
      "_slm/policy/backups",
    ]) {
      assert.ok(said.includes(path), path);
    }
    const logstash = findAll(made, "kubernetes:logstash.k8s.elastic.co/v1alpha1:Logstash")[0];
    assert.ok(logstash?.dependencies.includes(job.urn));
  });

  it("keeps lines on Logstash's disk, and says so to who brought them only then", () => {
    const config = at(specOf(made, "Logstash"), "config") as Readonly<Record<string, Json>>;
    assert.equal(config["queue.type"], "persisted");
    assert.equal(config["dead_letter_queue.enable"], true);
    const size = at(specOf(made, "Logstash"), "volumeClaimTemplates.0.spec.resources.requests.storage");
    const numberIn = (text: Json | undefined, unit: string): number =>
      typeof text === "string" && text.endsWith(unit) ? Number(text.slice(0, -unit.length)) : NaN;
    const disk = numberIn(size, "Gi");
    const gb = (key: string): number => numberIn(config[key], "gb");
    // what is full of queue and dead letters has a fifth left
    assert.ok(gb("queue.max_bytes") + gb("dead_letter_queue.max_bytes") <= 0.8 * disk);
  });

  it("has no container of Logstash's, of its operator's neither, that a closed namespace refuses", () => {
    const pod = at(specOf(made, "Logstash"), "podTemplate.spec");
    const containers = [...listAt(pod, "initContainers"), ...listAt(pod, "containers")];
    assert.deepEqual(
      containers.map((container) => at(container, "name")),
      ["logstash-internal-init-config", "key", "logstash", "metrics"],
    );
    for (const container of containers) {
      assert.equal(at(container, "securityContext.allowPrivilegeEscalation"), false);
      assert.deepEqual(at(container, "securityContext.capabilities.drop"), ["ALL"]);
    }
    assert.equal(at(pod, "securityContext.runAsNonRoot"), true);
    assert.equal(at(pod, "securityContext.seccompProfile.type"), "RuntimeDefault");
  });

  it("has Logstash's certificate name where shippers go, and itself", () => {
    const [api] = listAt(specOf(made, "Logstash"), "services");
    assert.deepEqual(at(api, "tls.selfSignedCertificate.subjectAltNames"), [
      { dns: "logs-ls-beats.logging.svc" },
      { dns: "localhost" },
    ]);
    const config = at(specOf(made, "Beat"), "config") as Readonly<Record<string, Json>>;
    assert.deepEqual(at(config["output.logstash"], "hosts"), ["logs-ls-beats.logging.svc:5044"]);
    assert.equal(
      at(config["output.logstash"], "ssl.certificate_authorities.0"),
      "/etc/filebeat/authority/ca.crt",
    );
  });

  it("reads a node's files as root without any right of root's, and writes nothing but how far it has read", () => {
    const pod = at(specOf(made, "Beat"), "daemonSet.podTemplate.spec");
    const [container] = listAt(pod, "containers");
    assert.deepEqual(at(container, "securityContext"), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      runAsUser: 0,
    });
    assert.equal(at(pod, "automountServiceAccountToken"), false);
    assert.equal(at(pod, "hostNetwork"), undefined);
    for (const mount of listAt(container, "volumeMounts")) assert.equal(at(mount, "readOnly"), true);
    const onNode = listAt(pod, "volumes").flatMap((volume) => at(volume, "hostPath.path") ?? []);
    assert.deepEqual(onNode, ["/var/log/pods"]);
  });

  it("reads what a container wrote to its end after the kubelet put it aside, and compressed it", () => {
    const config = at(specOf(made, "Beat"), "config") as Readonly<Record<string, Json>>;
    const input = at(config["filebeat.inputs"], "0");
    assert.deepEqual(at(input, "paths"), ["/var/log/pods/*/*/*.log*"]);
    assert.equal(at(input, "compression"), "auto");
    assert.deepEqual(at(input, "file_identity"), { fingerprint: {} });
    const excluded = listAt(input, "prospector.scanner.exclude_files").map(
      (text) => new RegExp(text as string),
    );
    for (const [file, read] of [
      ["0.log", true],
      ["0.log.20261101-093000", true],
      ["0.log.20261101-093000.gz", true],
      ["0.log.20261101-093000.tmp", false],
    ] as const) {
      assert.equal(!excluded.some((pattern) => pattern.test(`/var/log/pods/a_b_c/d/${file}`)), read, file);
    }
  });

  it("replaces a tenth of the shippers at a time, and ships from every node", () => {
    const daemonSet = at(specOf(made, "Beat"), "daemonSet");
    assert.equal(at(daemonSet, "updateStrategy.rollingUpdate.maxUnavailable"), "10%");
    assert.deepEqual(at(daemonSet, "podTemplate.spec.tolerations"), [{ operator: "Exists" }]);
  });

  it("lets shippers to Logstash alone, and Logstash to Elasticsearch alone", () => {
    const egress = (namespace: string, policy: string) =>
      listAt(policyOf(made, namespace, policy), "spec.egress").map((rule) => [
        at(rule, "to.0.podSelector.matchLabels"),
        listAt(rule, "ports").map((port) => at(port, "port")),
      ]);
    assert.deepEqual(egress("filebeat", "filebeat"), [
      [{ "common.k8s.elastic.co/type": "logstash", "logstash.k8s.elastic.co/name": "logs" }, [5044]],
    ]);
    assert.deepEqual(egress("logging", "logstash"), [
      [{ "elasticsearch.k8s.elastic.co/cluster-name": "telemetry" }, [9200]],
    ]);
  });

  it("is reached by no Ingress, Gateway or load balancer", () => {
    const doors = made.filter(({ type }) => /Ingress|HTTPRoute|Gateway|core\/v1:Service$/.test(type));
    assert.deepEqual(doors, []);
  });

  it("leaves the kinds to their own release, and looks after its own namespaces", () => {
    const operator = find(made, "kubernetes:helm.sh/v3:Release", "shop-telemetry-es-operator");
    const { values } = operator.inputs;
    assert.equal(at(values, "installCRDs"), false);
    assert.deepEqual(at(values, "managedNamespaces"), ["logging", "filebeat"]);
    assert.ok(operator.dependencies.includes(find(made, "kubernetes:helm.sh/v3:Release", "kinds").urn));
  });

  it("tells Elastic nothing", () => {
    const config = at(specOf(made, "Kibana"), "config") as Readonly<Record<string, Json>>;
    assert.equal(config["telemetry.optIn"], false);
    assert.equal(config["telemetry.allowChangingOptInStatus"], false);
    const operator = find(made, "kubernetes:helm.sh/v3:Release", "shop-telemetry-es-operator");
    assert.equal(at(operator.inputs["values"], "telemetry.disabled"), true);
  });

  it("makes a space of Kibana's for logs and one for the audit's, each with its own data streams", () => {
    const said = JSON.stringify(find(made, "kubernetes:batch/v1:Job", "shop-telemetry-kibana-spaces").inputs);
    for (const text of [
      "/api/spaces/space/logs",
      "/api/spaces/space/audit",
      "/s/audit/api/data_views/data_view",
    ]) {
      assert.ok(said.includes(text), text);
    }
    assert.match(said, /\/s\/audit\/|logs-audit-\*/);
  });

  it("shows logs in Grafana, by a user who reads them and no audit's", () => {
    const source = find(made, "kubernetes:core/v1:ConfigMap", "shop-telemetry-grafana");
    const said = JSON.stringify(source.inputs["data"]);
    assert.match(said, /basicAuthUser\W+grafana/);
    assert.doesNotMatch(said, /logs-audit/);
  });
});
