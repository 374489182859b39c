import * as k8s from "@pulumi/kubernetes";
import type { CustomResourceOptions } from "@pulumi/pulumi";

const rbac = "rbac.authorization.k8s.io";
const clusterRole = (name: string) => ({ apiGroup: rbac, kind: "ClusterRole", name });

/** Who may do what in the cluster, and who reaches it. */
export function access(opts: CustomResourceOptions): void {
  bindings(opts);
  roles(opts);
  ways(opts);
}

function bindings(opts: CustomResourceOptions): void {
  const bind = (name: string, role: string, subject: { kind: string; name: string; namespace?: string }) =>
    new k8s.rbac.v1.ClusterRoleBinding(
      name,
      {
        metadata: { name },
        roleRef: clusterRole(role),
        subjects: [{ ...subject, ...(subject.kind === "ServiceAccount" ? {} : { apiGroup: rbac }) }],
      },
      opts,
    );
  bind("default-rules", "cluster-admin", { kind: "ServiceAccount", name: "default", namespace: "shop" });
  bind("strangers-look", "view", { kind: "User", name: "system:anonymous" });
  bind("everyone-edits", "edit", { kind: "Group", name: "system:authenticated" });
  bind("masters", "view", { kind: "Group", name: "system:masters" });
}

function roles(opts: CustomResourceOptions): void {
  const role = (name: string, rule: k8s.types.input.rbac.v1.PolicyRule) =>
    new k8s.rbac.v1.ClusterRole(name, { metadata: { name }, rules: [rule] }, opts);
  role("all-of-it", { apiGroups: ["*"], resources: ["*"], verbs: ["*"] });
  role("reads-secrets", { apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"] });
  role("enters-pods", { apiGroups: [""], resources: ["pods/exec"], verbs: ["create"] });
  role("makes-pods", { apiGroups: [""], resources: ["pods"], verbs: ["create"] });
  role("reaches-kubelets", { apiGroups: [""], resources: ["nodes/proxy"], verbs: ["get", "create"] });
  role("escalates", { apiGroups: [rbac], resources: ["clusterroles"], verbs: ["bind", "escalate"] });
  role("impersonates", { apiGroups: [""], resources: ["users"], verbs: ["impersonate"] });
  role("mints-tokens", { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] });
  role("changes-webhooks", {
    apiGroups: ["admissionregistration.k8s.io"],
    resources: ["validatingwebhookconfigurations"],
    verbs: ["create", "update"],
  });
  role("approves-certificates", {
    apiGroups: ["certificates.k8s.io"],
    resources: ["certificatesigningrequests/approval"],
    verbs: ["update"],
  });
}

function ways(opts: CustomResourceOptions): void {
  new k8s.core.v1.Namespace("shop", { metadata: { name: "shop" } }, opts);
  new k8s.core.v1.Namespace(
    "loose",
    {
      metadata: { name: "loose", labels: { "pod-security.kubernetes.io/enforce": "privileged" } },
    },
    opts,
  );
  new k8s.core.v1.ServiceAccount(
    "robots",
    { metadata: { name: "robots", namespace: "shop" }, automountServiceAccountToken: true },
    opts,
  );
  const selector = { app: "till" };
  const service = (name: string, spec: k8s.types.input.core.v1.ServiceSpec) =>
    new k8s.core.v1.Service(name, { metadata: { name, namespace: "shop" }, spec }, opts);
  service("till-node", { type: "NodePort", selector, ports: [{ port: 80, nodePort: 30080 }] });
  service("till-world", { type: "LoadBalancer", selector, ports: [{ port: 80 }] });
  service("till-stolen", { selector, ports: [{ port: 80 }], externalIPs: ["203.0.113.7"] });
  new k8s.networking.v1.NetworkPolicy(
    "open-door",
    {
      metadata: { name: "open-door", namespace: "shop" },
      spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] },
    },
    opts,
  );
  const backend = { service: { name: "till", port: { number: 80 } } };
  new k8s.networking.v1.Ingress(
    "entrance",
    {
      metadata: {
        name: "entrance",
        namespace: "shop",
        annotations: { "nginx.ingress.kubernetes.io/server-snippet": "return 200;" },
      },
      spec: {
        ingressClassName: "nginx",
        rules: [{ host: "*.example.com", http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
      },
    },
    opts,
  );
  new k8s.admissionregistration.v1.ValidatingWebhookConfiguration(
    "checks",
    {
      metadata: { name: "checks" },
      webhooks: [
        {
          name: "checks.example.com",
          failurePolicy: "Ignore",
          sideEffects: "None",
          admissionReviewVersions: ["v1"],
          clientConfig: { service: { name: "checks", namespace: "shop" } },
        },
      ],
    },
    opts,
  );
  new k8s.helm.v3.Release(
    "dashboard",
    {
      name: "dashboard",
      namespace: "kube-system",
      chart: "kubernetes-dashboard",
      repositoryOpts: { repo: "http://kubernetes.github.io/dashboard/" },
    },
    opts,
  );
}
