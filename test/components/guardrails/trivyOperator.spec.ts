import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Registry } from "../../../components/delivery/registry";
import { TrivyOperator } from "../../../components/guardrails/trivyOperator";
import type { TrivySpec } from "../../../components/guardrails/trivySpec";
import type { WorkloadIdentity } from "../../../components/identity/workloadIdentity";
import { find, findAll, run } from "../../support/run";
import { IdentityStub } from "../platform/cloudStubs";
import { at } from "../traffic/scene";

/** A registry of no cloud, whose grants are config maps. */
class RegistryStub extends pulumi.ComponentResource implements Registry {
  readonly address = "registry.example.com/shop";

  constructor(name: string) {
    super("groundwork:test:Registry", name);
    this.registerOutputs({});
  }

  grantPull(name: string, to: WorkloadIdentity, opts: { readonly parent: pulumi.Resource }): void {
    new k8s.core.v1.ConfigMap(name, { metadata: { name }, data: { pulls: to.principal } }, opts);
  }
}

const make = (spec: TrivySpec = {}, ownsRegistry = true) =>
  run(
    () =>
      new TrivyOperator("shop-trivy", {
        spec,
        nodeSelector: { pool: "system" },
        identify: (name, account, opts) => new IdentityStub(name, account, opts),
        identityEndpoints: [{ cidrs: ["169.254.170.23/32"], ports: [80] }],
        cloudNamespaces: ["example-"],
        apis: { cidrs: ["10.0.0.0/16"], ports: [443] },
        ...(ownsRegistry && { registry: new RegistryStub("images") }),
      }),
  );
const installed = async (spec?: TrivySpec) =>
  find((await make(spec)).resources, "kubernetes:helm.sh/v3:Release");

describe("TrivyOperator", () => {
  it("pulls from the stack's registry as its own identity, and as nobody where there is none", async () => {
    const { resources } = await make();
    const grants = findAll(resources, "kubernetes:core/v1:ConfigMap").map((grant) => at(grant, "data"));
    assert.deepEqual(grants, [{ pulls: "trivy-system/trivy-operator" }]);
    const values = ["values", "serviceAccount"] as const;
    const chart = find(resources, "kubernetes:helm.sh/v3:Release");
    assert.deepEqual(at(chart, ...values), {
      create: true,
      name: "trivy-operator",
      annotations: { "example.com/identity": "trivy-system-trivy-operator" },
    });
    const without = await make({}, false);
    assert.deepEqual(findAll(without.resources, "kubernetes:core/v1:ConfigMap"), []);
  });

  it("reads nobody's Secrets, and reports images alone", async () => {
    const operator = at(await installed(), "values", "operator") as Readonly<Record<string, unknown>>;
    assert.equal(operator["accessGlobalSecretsAndServiceAccount"], false);
    const on = Object.entries(operator).flatMap(([key, value]) =>
      /(Scanner|Generation|Compliance)Enabled$/.test(key) && value === true ? [key] : [],
    );
    assert.deepEqual(on.sort(), ["exposedSecretScannerEnabled", "vulnerabilityScannerEnabled"]);
  });

  it("counts what a newer version mends, where the cloud does not see to it", async () => {
    const chart = await installed();
    assert.equal(at(chart, "values", "trivy", "ignoreUnfixed"), true);
    assert.equal(at(chart, "values", "excludeNamespaces"), "kube-*,example-*");
  });

  it("looks into pods that no kind of Kubernetes' own makes, as an operator's", async () => {
    const workloads = String(at(await installed(), "values", "targetWorkloads")).split(",");
    assert.deepEqual(workloads.sort(), ["cronjob", "daemonset", "job", "pod", "replicaset", "statefulset"]);
  });

  for (const [databases, registry, database] of [
    [undefined, "mirror.gcr.io", "aquasec/trivy-db"],
    ["registry.example.com:5000/mirrors/aqua", "registry.example.com:5000", "mirrors/aqua/trivy-db"],
  ] as const) {
    it(`reads its databases at ${registry}`, async () => {
      const chart = await installed({ databases });
      const trivy = at(chart, "values", "trivy") as Readonly<Record<string, unknown>>;
      assert.deepEqual(
        [trivy["dbRegistry"], trivy["dbRepository"], trivy["javaDbRegistry"], trivy["javaDbRepository"]],
        [registry, database, registry, database.replace("trivy-db", "trivy-java-db")],
      );
    });
  }

  it("has three small jobs at a time, which make room for everybody and run without privileges", async () => {
    const chart = await installed();
    assert.equal(at(chart, "values", "operator", "scanJobsConcurrentLimit"), 3);
    const job = at(chart, "values", "trivyOperator") as Readonly<Record<string, unknown>>;
    assert.equal(job["scanJobPodPriorityClassName"], "workload-batch");
    assert.equal(job["scanJobAutomountServiceAccountToken"], false);
    assert.deepEqual(job["scanJobPodTemplateContainerSecurityContext"], {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    assert.match(
      JSON.stringify(job["scanJobPodTemplatePodSecurityContext"]),
      /"runAsNonRoot":true.*RuntimeDefault/,
    );
    const { resources } = await make();
    const quota = find(resources, "kubernetes:core/v1:ResourceQuota");
    // six containers in each job, and the operator
    assert.equal(at(quota, "spec", "hard", "limits.memory"), "24Gi");
    const namespace = find(resources, "kubernetes:core/v1:Namespace");
    assert.equal(at(namespace, "metadata", "labels", "pod-security.kubernetes.io/enforce"), "restricted");
  });

  it("lets jobs speak TLS to registries and fetch credentials, and the operator to the API server", async () => {
    const { resources } = await make();
    const policy = (name: string) =>
      find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", `shop-trivy-${name}`);
    const ports = (name: string) =>
      (at(policy(name), "spec", "egress") as { ports: { port: number }[] }[]).flatMap((rule) =>
        rule.ports.map(({ port }) => port),
      );
    assert.deepEqual(ports("scans"), [443, 443, 80]);
    assert.deepEqual(at(policy("scans"), "spec", "ingress"), []);
    assert.deepEqual(ports("operator"), [443]);
    const labels = at(find(resources, "kubernetes:helm.sh/v3:Release"), "values", "trivyOperator");
    const [key, value] = Object.entries(
      at(policy("scans"), "spec", "podSelector", "matchLabels") as Record<string, string>,
    )[0] ?? [""];
    assert.equal(
      (labels as { scanJobPodTemplateLabels: string }).scanJobPodTemplateLabels,
      `${key}=${value ?? ""}`,
    );
  });

  it("says what is critical, what is exposed, and when nothing is looked into", async () => {
    const rules = find((await make()).resources, "kubernetes:monitoring.coreos.com/v1:PrometheusRule");
    const alerts = at(rules, "spec", "groups", 0, "rules") as { alert: string; expr: string }[];
    assert.deepEqual(
      alerts.map(({ alert, expr }) => [alert, /trivy_image_\w+(\{severity=[^}]+\})?/.exec(expr)?.[0]]),
      [
        ["trivy-critical", 'trivy_image_vulnerabilities{severity="Critical"}'],
        ["trivy-secret", 'trivy_image_exposedsecrets{severity=~"Critical|High"}'],
        ["trivy-silent", "trivy_image_vulnerabilities"],
      ],
    );
  });
});
