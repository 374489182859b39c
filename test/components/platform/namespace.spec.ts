import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { SecureNamespace, type SecureNamespaceArgs } from "../../../components/platform/namespace";
import { find, run, valueOf } from "../../support/run";

const args: SecureNamespaceArgs = {
  namespace: "shop",
  quota: { requests: { cpu: "10", memory: "20Gi" }, limits: { cpu: "20", memory: "20Gi" } },
};

const make = (overrides: Partial<SecureNamespaceArgs> = {}) =>
  run(
    () =>
      new SecureNamespace(
        "main",
        { ...args, ...overrides },
        { provider: new k8s.Provider("main", { kubeconfig: "{}" }) },
      ),
  );

describe("SecureNamespace", () => {
  it("holds its pods to Pod Security restricted", async () => {
    const { resources, result } = await make();
    assert.deepEqual(find(resources, "kubernetes:core/v1:Namespace", "main").inputs["metadata"], {
      name: "shop",
      labels: {
        "app.kubernetes.io/managed-by": "pulumi",
        "pod-security.kubernetes.io/enforce": "restricted",
        "pod-security.kubernetes.io/enforce-version": "latest",
        "pod-security.kubernetes.io/audit": "restricted",
        "pod-security.kubernetes.io/audit-version": "latest",
        "pod-security.kubernetes.io/warn": "restricted",
        "pod-security.kubernetes.io/warn-version": "latest",
      },
      annotations: {},
    });
    assert.equal(await valueOf(result.namespaceName), "shop");
  });

  it("writes down why it lets more than restricted, and goes on warning of it", async () => {
    const { resources } = await make({
      podSecurity: { level: "privileged", reason: "reads the node's figures" },
    });
    const metadata = find(resources, "kubernetes:core/v1:Namespace", "main").inputs["metadata"] as {
      labels: Record<string, string>;
      annotations: Record<string, string>;
    };
    assert.equal(metadata.labels["pod-security.kubernetes.io/enforce"], "privileged");
    assert.equal(metadata.labels["pod-security.kubernetes.io/warn"], "restricted");
    assert.deepEqual(metadata.annotations, {
      "groundwork.dev/pod-security-reason": "reads the node's figures",
    });
  });

  it("denies all traffic of all pods, both ways, but DNS", async () => {
    const { resources } = await make();
    const policy = (name: string) =>
      find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", name).inputs["spec"];
    assert.deepEqual(policy("main-default-deny"), { podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    const kubeSystem = { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } };
    assert.deepEqual(policy("main-allow-dns"), {
      podSelector: { matchLabels: {} },
      policyTypes: ["Egress"],
      ingress: [],
      egress: [
        {
          to: [
            { namespaceSelector: kubeSystem, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } },
            { namespaceSelector: kubeSystem, podSelector: { matchLabels: { "k8s-app": "node-local-dns" } } },
            { ipBlock: { cidr: "169.254.20.10/32" } },
            { ipBlock: { cidr: "169.254.169.254/32" } },
          ],
          ports: [
            { protocol: "UDP", port: 53 },
            { protocol: "TCP", port: 53 },
          ],
        },
      ],
    });
  });

  it("bounds what the namespace takes, and a container that states nothing", async () => {
    const { resources } = await make();
    assert.deepEqual(find(resources, "kubernetes:core/v1:ResourceQuota").inputs["spec"], {
      hard: {
        "requests.cpu": "10",
        "requests.memory": "20Gi",
        "limits.cpu": "20",
        "limits.memory": "20Gi",
        "requests.storage": "0Gi",
        pods: "200",
        "requests.nvidia.com/gpu": "0",
        "services.loadbalancers": "0",
        "services.nodeports": "0",
      },
    });
    assert.deepEqual(find(resources, "kubernetes:core/v1:LimitRange").inputs["spec"], {
      limits: [
        {
          type: "Container",
          defaultRequest: { cpu: "50m", memory: "64Mi" },
          default: { cpu: "200m", memory: "256Mi" },
        },
      ],
    });
  });
});
