import type { Json } from "../../../../preview/plan";
import { add, gone, to, type Row } from "./mistake";

const rights = (rule: Json) => to(["rules", [rule]]);
const policies = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const ofCore = (resources: readonly string[], verbs: readonly string[]): Json => ({
  apiGroups: [""],
  resources,
  verbs,
});

export const access: readonly Row[] = [
  [
    "ClusterRoleBinding default-rules",
    "cluster-admin",
    "CIS Kubernetes 5.1.1, OWASP K03",
    to(["roleRef.name", "view"]),
  ],
  [
    "ClusterRoleBinding default-rules",
    "rights for a default service account",
    "CKV_K8S_42, CIS Kubernetes 5.1.5",
    to(["subjects.0.name", "keeper"]),
  ],
  [
    "ClusterRoleBinding strangers-look",
    "rights for who has not signed in",
    "CIS GKE 4.1.8, OWASP K03",
    to(["subjects.0.name", "someone"]),
  ],
  [
    "ClusterRoleBinding everyone-edits",
    "rights for everyone who signed in",
    "CIS GKE 4.1.10, OWASP K03",
    to(["subjects.0.name", "editors"]),
  ],
  [
    "ClusterRoleBinding masters",
    "the group system:masters",
    "CIS Kubernetes 5.1.7",
    to(["subjects.0.name", "viewers"]),
  ],
  [
    "ClusterRole all-of-it",
    "every verb on everything",
    "CKV_K8S_49, CIS Kubernetes 5.1.3",
    rights(ofCore(["configmaps"], ["get"])),
  ],
  [
    "ClusterRole reads-secrets",
    "every secret",
    "CKV2_K8S_5, CIS Kubernetes 5.1.2",
    rights(ofCore(["configmaps"], ["get"])),
  ],
  ["ClusterRole enters-pods", "commands in any pod", "CKV2_K8S_2", rights(ofCore(["pods"], ["get"]))],
  ["ClusterRole makes-pods", "makes pods", "CIS Kubernetes 5.1.4", rights(ofCore(["pods"], ["get"]))],
  [
    "ClusterRole reaches-kubelets",
    "straight to the kubelets",
    "CKV2_K8S_2, CIS Kubernetes 5.1.10",
    rights(ofCore(["nodes"], ["get"])),
  ],
  [
    "ClusterRole escalates",
    "gives itself more rights",
    "CKV_K8S_157, CKV_K8S_158, CIS Kubernetes 5.1.8",
    rights({ apiGroups: ["rbac.authorization.k8s.io"], resources: ["clusterroles"], verbs: ["get"] }),
  ],
  [
    "ClusterRole impersonates",
    "acts as anyone",
    "CKV2_K8S_3, CIS Kubernetes 5.1.8",
    rights(ofCore(["users"], ["get"])),
  ],
  [
    "ClusterRole mints-tokens",
    "tokens of any service account",
    "CIS Kubernetes 5.1.13",
    rights(ofCore(["serviceaccounts"], ["get"])),
  ],
  [
    "ClusterRole changes-webhooks",
    "changes admission",
    "CKV_K8S_155, CIS Kubernetes 5.1.12",
    rights({
      apiGroups: ["admissionregistration.k8s.io"],
      resources: ["validatingwebhookconfigurations"],
      verbs: ["get"],
    }),
  ],
  [
    "ClusterRole approves-certificates",
    "approves certificates",
    "CKV_K8S_156, CIS Kubernetes 5.1.11",
    rights({ apiGroups: ["certificates.k8s.io"], resources: ["certificatesigningrequests"], verbs: ["get"] }),
  ],
  [
    "ServiceAccount robots",
    "token in every pod",
    "CKV_K8S_38, CIS Kubernetes 5.1.6",
    to(["automountServiceAccountToken", false]),
    "the pod is asked, whose own setting goes before that of its account: k8s-pod-no-token-automount",
  ],
  [
    "Namespace shop",
    "no Pod Security Standard",
    "CIS Kubernetes 5.2.1, OWASP K04",
    to(["metadata.labels", { "pod-security.kubernetes.io/enforce": "restricted" }]),
  ],
  [
    "Namespace loose",
    "privileged pods are let in",
    "CIS Kubernetes 5.2.2, OWASP K04",
    to(["metadata.labels", { "pod-security.kubernetes.io/enforce": "restricted" }]),
  ],
  [
    "Namespace shop",
    "every pod may be reached",
    "CKV2_K8S_6, CIS Kubernetes 5.3.2, OWASP K07",
    add(policies, {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "default-deny", namespace: "shop" },
      spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
    }),
  ],
  [
    "Namespace shop",
    "no quota",
    "Kubernetes' documentation: Resource Quotas",
    add("kubernetes:core/v1:ResourceQuota", {
      apiVersion: "v1",
      kind: "ResourceQuota",
      metadata: { name: "shop", namespace: "shop" },
      spec: {
        hard: { pods: "50", "requests.cpu": "20", "requests.memory": "40Gi", "limits.memory": "40Gi" },
      },
    }),
  ],
  [
    "NetworkPolicy open-door",
    "everyone is let in",
    "CIS Kubernetes 5.3.2, OWASP K07",
    to(["spec.ingress", []]),
  ],
  [
    "Service till-node",
    "a port of every machine",
    "Kubernetes' documentation: NodePort",
    to(["spec.type", "ClusterIP"], ["spec.ports", [{ port: 80 }]]),
  ],
  [
    "Service till-world",
    "load balancer for everyone",
    "Kubernetes' documentation: internal load balancer",
    to(["spec.type", "ClusterIP"]),
  ],
  [
    "Service till-stolen",
    "takes addresses of others",
    "CVE-2020-8554, CKV2_K8S_4",
    to(["spec.externalIPs", undefined]),
  ],
  [
    "Ingress entrance",
    "plain HTTP is served",
    "CWE-319",
    to(["spec.tls", [{ hosts: ["*.example.com"], secretName: "entrance" }]]),
  ],
  [
    "Ingress entrance",
    "configuration of the controller in an annotation",
    "CKV_K8S_153, CVE-2021-25742",
    to(["metadata.annotations", {}]),
  ],
  [
    "Ingress entrance",
    "every name of the domain",
    "Kubernetes' documentation: Ingress, wildcards",
    to(["spec.rules.0.host", "shop.example.com"]),
  ],
  [
    "ValidatingWebhookConfiguration checks",
    "what cannot be checked is let in",
    "Kubernetes' documentation: failure policy",
    to(["webhooks.0.failurePolicy", "Fail"]),
    "a webhook that nothing may pass by stops what would mend the cluster: k8s-webhook-safe asks that its author chose",
  ],
  ["Release dashboard", "the Kubernetes dashboard", "CKV_K8S_33", gone("dashboard")],
  [
    "Release dashboard",
    "chart of any version",
    "Pulumi's documentation: Release, version",
    to(["version", "7.14.0"]),
  ],
  [
    "Release dashboard",
    "chart over plain HTTP",
    "OWASP K02, supply chain",
    to(["repositoryOpts.repo", "https://kubernetes.github.io/dashboard/"]),
  ],
  [
    "Provider cluster",
    "access to whatever cluster the machine speaks to",
    "Pulumi's documentation: Provider, kubeconfig",
    to(["context", undefined], ["kubeconfig", "[secret]"]),
    "a workflow may be signed in to its cluster on purpose",
  ],
];
