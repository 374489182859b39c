import assert from "node:assert/strict";
import { parse } from "yaml";
import { Falco } from "../../../components/guardrails/falco";
import { find, findAll, run } from "../../support/run";
import { at } from "../traffic/scene";

const release = "kubernetes:helm.sh/v3:Release";

const make = (highlyAvailable = true) =>
  run(
    () =>
      new Falco("shop-falco", { highlyAvailable, nodeSelector: { pool: "system" }, alertmanagerReplicas: 3 }),
  );
const looking = async () => find((await make()).resources, release, "shop-falco");
const telling = async (highlyAvailable = true) =>
  find((await make(highlyAvailable)).resources, release, "shop-falco-sidekick");

describe("Falco", () => {
  it("is on every node, with four capabilities and no privileged container", async () => {
    const chart = await looking();
    assert.deepEqual(at(chart, "values", "tolerations"), [{ operator: "Exists" }]);
    assert.equal(at(chart, "values", "nodeSelector"), undefined);
    assert.equal(at(chart, "values", "driver", "kind"), "modern_ebpf");
    assert.deepEqual(at(chart, "values", "containerSecurityContext"), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      runAsUser: 0,
      capabilities: { drop: ["ALL"], add: ["BPF", "PERFMON", "SYS_PTRACE", "SYS_RESOURCE"] },
    });
  });

  it("is replaced on a tenth of the nodes at a time", async () => {
    assert.deepEqual(at(await looking(), "values", "controller", "daemonset", "updateStrategy"), {
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: "10%" },
    });
  });

  it("is alone where pods may reach for the node, and says why", async () => {
    const { resources } = await make();
    const namespaces = findAll(resources, "kubernetes:core/v1:Namespace").map((namespace) => [
      at(namespace, "metadata", "name"),
      at(namespace, "metadata", "labels", "pod-security.kubernetes.io/enforce"),
    ]);
    assert.deepEqual(namespaces.sort(), [
      ["falco", "privileged"],
      ["falcosidekick", "restricted"],
    ]);
    const own = find(resources, "kubernetes:core/v1:Namespace", "shop-falco");
    assert.match(
      String(at(own, "metadata", "annotations", "groundwork.dev/pod-security-reason")),
      /asks? of its kernel/,
    );
  });

  it("fetches nothing: its rules are the image's, and ours", async () => {
    const { resources } = await make();
    const chart = find(resources, release, "shop-falco");
    assert.deepEqual(at(chart, "values", "falcoctl", "artifact"), {
      install: { enabled: false },
      follow: { enabled: false },
    });
    // the chart's pods mount it whether or not it is made
    const mounted = find(resources, "kubernetes:core/v1:ConfigMap", "shop-falco-falcoctl");
    assert.equal(at(mounted, "metadata", "name"), "falco-falcoctl");
    assert.ok(chart.dependencies.includes(mounted.urn));
  });

  it("lets our namespaces ask the API server and no other, and tells of a shell that somebody opens", async () => {
    const rules = parse(String(at(await looking(), "values", "customRules", "groundwork.yaml"))) as readonly {
      macro?: string;
      rule?: string;
      condition?: string;
      priority?: string;
      override: object;
    }[];
    const [contact, shell] = rules;
    assert.equal(contact?.macro, "user_known_contact_k8s_api_server_activities");
    const named = [...(contact.condition ?? "").matchAll(/"([^"]+)"/g)].map(([, name]) => name);
    for (const one of ["argocd", "falco", "keda", "monitoring", "velero"])
      assert.ok(named.includes(one), one);
    for (const one of ["default", "suuupra", "gainsly"]) assert.ok(!named.includes(one), one);
    assert.deepEqual(contact.override, { condition: "replace" });
    assert.deepEqual(shell, {
      rule: "Terminal shell in container",
      priority: "WARNING",
      override: { priority: "replace" },
    });
  });

  it("tells each Alertmanager what is a warning or worse, as JSON", async () => {
    const chart = await looking();
    assert.equal(at(chart, "values", "falco", "json_output"), true);
    assert.deepEqual(at(chart, "values", "falco", "http_output"), {
      enabled: true,
      url: "http://falcosidekick.falcosidekick.svc:2801",
      keep_alive: true,
    });
    const told = at(await telling(), "values", "config", "alertmanager") as Readonly<Record<string, string>>;
    const one = (index: number) =>
      `http://alertmanager-kube-prometheus-stack-alertmanager-${index}.alertmanager-operated.monitoring:9093`;
    assert.equal(told["hostport"], [one(0), one(1), one(2)].join(","));
    assert.equal(told["minimumpriority"], "warning");
    assert.equal(told["extraannotations"], "runbook_url:docs/runbooks/falco.md#falco-event");
  });

  for (const [highlyAvailable, replicas] of [
    [true, 2],
    [false, 1],
  ] as const) {
    it(`has ${String(replicas)} that tell, ${highlyAvailable ? "of which one stays" : "without a budget"}`, async () => {
      const { resources } = await make(highlyAvailable);
      const chart = find(resources, release, "shop-falco-sidekick");
      assert.equal(at(chart, "values", "replicaCount"), replicas);
      const budgets = findAll(resources, "kubernetes:policy/v1:PodDisruptionBudget");
      assert.equal(budgets.length, highlyAvailable ? 1 : 0);
    });
  }

  it("speaks from nodes to who tells, who speaks to Alertmanager, and to nobody else", async () => {
    const { resources } = await make();
    const flows = findAll(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").flatMap((policy) => {
      const { egress = [] } = at(policy, "spec") as { egress?: { ports?: { port: number }[] }[] };
      const name = String(at(policy, "metadata", "name"));
      if (name === "allow-dns") return [];
      return egress.map(({ ports = [] }) => [name, ports.map(({ port }) => port)]);
    });
    assert.deepEqual(flows.sort(), [
      ["nodes", [2801]],
      ["sidekick", [9093]],
    ]);
    const opened = find(
      resources,
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "shop-falco-sidekick-alertmanager",
    );
    assert.equal(at(opened, "metadata", "namespace"), "monitoring");
    assert.deepEqual(at(opened, "spec", "ingress", 0, "ports"), [{ port: 9093, protocol: "TCP" }]);
  });

  it("says when a node has none, when events are dropped, and when nobody is told", async () => {
    const rules = find((await make()).resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule");
    const alerts = at(rules, "spec", "groups", 0, "rules") as { alert: string; expr: string }[];
    assert.deepEqual(
      alerts.map(({ alert, expr }) => [alert, /(falcosecurity|kube)_\w+/.exec(expr)?.[0]]),
      [
        ["falco-blind", "kube_daemonset_status_number_unavailable"],
        ["falco-drops", "falcosecurity_scap_n_drops_total"],
        ["falco-undelivered", "falcosecurity_falcosidekick_outputs_total"],
      ],
    );
  });
});
