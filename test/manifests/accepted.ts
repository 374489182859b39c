import type { Finding } from "./kubeScore";

/** Findings that stay, and why. */
export interface Acceptance {
  /** Ids of kube-score's checks, or faults of pods. */
  readonly checks: readonly string[];
  /**
   * Of which objects, `<namespace>/<kind>/<name>`.
   *
   * @default - all
   */
  readonly objects?: RegExp;
  readonly reason: string;
}

/** Critical findings of kube-score, and pods with a fault, that values can't mend or should not. */
export const acceptances: readonly Acceptance[] = [
  {
    checks: ["container-image-pull-policy"],
    reason:
      "images are of exact versions, so that one on the node is the right one; asking the registry at every start would keep pods from starting while it is away",
  },
  {
    checks: ["container-ephemeral-storage-request-and-limit"],
    reason:
      "roots are read-only and the volumes of our own workloads have limits; charts have no value for it throughout, the kubelet rotates logs at 50 MiB a container, and an alert watches the nodes' disks",
  },
  {
    checks: ["container-security-context-user-group-id"],
    reason:
      "the images' own users; Pod Security refuses root, and nothing of the node is mounted that a user of the same number could own",
  },
  {
    checks: ["pod-probes-identical"],
    reason:
      "charts' own probes of processes whose one endpoint tells both; they fail by no dependency of theirs, so that none is restarted for another's outage",
  },
  {
    checks: ["pod-probes", "without probes"],
    objects: /^cert-manager\/Deployment\/cert-manager(-cainjector)?$/,
    reason:
      "nobody sends them requests; the controller has a liveness probe by its leader election, the injector's chart has none",
  },
  {
    checks: ["pod-probes"],
    objects: /^kube-system\/Deployment\/cluster-autoscaler$/,
    reason: "nobody sends it requests; it has a liveness probe",
  },
  {
    checks: ["container-image-tag", "pod-probes", "without probes"],
    objects: /^istio-(in|e)gress\/Deployment\/istio-(in|e)gress$/,
    reason:
      "istiod puts its proxy in place of the container when the pod is made, with its exact image and probe",
  },
  {
    checks: ["as root", "container-security-context-readonlyrootfilesystem"],
    objects: /^istio-nodes\/DaemonSet\/istio-cni-node$/,
    reason: "it writes the node's CNI configuration; alone in its namespace, whose exception says so",
  },
  {
    checks: ["as root"],
    objects: /^falco\/DaemonSet\/falco$/,
    reason:
      "it reads what belongs to the node's root; with four capabilities, and alone in its namespace, whose exception says so",
  },
  {
    checks: ["container-security-context-readonlyrootfilesystem"],
    objects: /^vectors\/Deployment\/milvus-/,
    reason:
      "Milvus keeps temporary files in places for which its chart has no volume; root and every capability are refused",
  },
  {
    checks: [
      "as root",
      "container-resources",
      "container-security-context-privileged",
      "container-security-context-readonlyrootfilesystem",
      "pod-networkpolicy",
      "without network policy",
      "without probes",
    ],
    objects: /^kube-system\/DaemonSet\/nvidia-device-plugin(-mps-control-daemon)?$/,
    reason:
      "it hands the node's devices to the kubelet by a socket in the kubelet's folder, and speaks to nothing else; the MPS daemon runs on no node, for none has its label",
  },
  {
    checks: ["container-resources"],
    objects: /^kube-system\/Deployment\/(aws-load-balancer-controller|cluster-autoscaler|karpenter)$/,
    reason:
      "CPU is asked for and memory limited; a limit of CPU would only slow down what makes nodes and load balancers",
  },
  {
    checks: ["networkpolicy-targets-pod"],
    objects: /^(gateway-api|aws-observability|elastic-kinds)\/NetworkPolicy\/(allow-dns|default-deny)$/,
    reason: "namespaces for what no pod belongs to; should one come, it is denied",
  },
  {
    checks: ["networkpolicy-targets-pod", "service-targets-pod"],
    objects: /^(monitoring|nginx-gateway|kafka|search|tracing|logging|filebeat)\/(NetworkPolicy|Service)\//,
    reason: "their pods are made by operators, and not from a template that could be read here",
  },
  {
    checks: ["service-targets-pod"],
    objects: /^kube-system\/Service\/kube-prometheus-stack-coredns$/,
    reason: "EKS runs CoreDNS",
  },
  {
    checks: ["service-targets-pod"],
    objects: /^argocd\/Service\/argo-cd-redis-ha-announce-\d$/,
    reason: "each selects one pod, by the label that the StatefulSet's controller sets",
  },
  {
    checks: ["statefulset-has-servicename"],
    objects:
      /^(argocd\/StatefulSet\/argocd-application-controller|elastic-(system|telemetry)\/StatefulSet\/elastic-operator|tracing\/StatefulSet\/tempo|thanos\/StatefulSet\/thanos-(compactor|storegateway))$/,
    reason: "nobody asks for these pods by name; the charts have no value for it",
  },
  {
    checks: ["networkpolicy-targets-pod"],
    objects: /^trivy-system\/NetworkPolicy\/scans$/,
    reason: "of the pods of scans, which the operator makes",
  },
  {
    checks: ["service-targets-pod"],
    objects: /^vault\/Service\/vault-(active|standby)$/,
    reason: "they select by labels that Vault gives its own pods as they become active or not",
  },
  {
    checks: ["single replica", "without disruption budget", "without topology spread"],
    objects:
      /^(external-dns\/Deployment\/external-dns|monitoring\/Deployment\/kube-prometheus-stack-(operator|kube-state-metrics)|trivy-system\/Deployment\/trivy-operator|velero\/Deployment\/velero)$/,
    reason:
      "one alone may work, and none elects a leader: what it keeps up stays as it is until the next pod has started, which an alert watches",
  },
  {
    checks: ["as root"],
    objects: /^alloy\/DaemonSet\/alloy$/,
    reason:
      "it reads files that are root's, without a capability to read any other's; alone in its namespace, whose exception says so",
  },
  {
    checks: ["single replica", "without disruption budget", "without topology spread"],
    objects: /^alloy-events\/Deployment\/alloy-events$/,
    reason: "a second one would write each event twice; Kubernetes keeps them for an hour",
  },
  {
    checks: ["single replica", "without disruption budget", "without topology spread"],
    objects: /^(search|logging)\/Deployment\/prometheus-elasticsearch-exporter$/,
    reason: "a second one would count everything twice",
  },
  {
    checks: ["single replica"],
    objects: /^thanos\/StatefulSet\/thanos-compactor$/,
    reason: "two would both write the same blocks; what it does not do today it does tomorrow",
  },
  {
    checks: ["single replica", "without disruption budget", "without topology spread"],
    objects: /^tracing\/StatefulSet\/tempo$/,
    reason: "all of Tempo is one pod with a volume; gateways hold spans for five minutes while it is away",
  },
  {
    checks: ["single replica", "without disruption budget", "without topology spread"],
    objects: /^monitoring\/Deployment\/kube-prometheus-stack-grafana$/,
    reason: "its volume is one pod's; what it shows is provisioned, and alerting does not need it",
  },
  {
    checks: ["single replica", "without disruption budget"],
    objects:
      /^argocd\/(StatefulSet\/argocd-application-controller|Deployment\/argocd-notifications-controller)$/,
    reason:
      "a second controller waits for a second cluster, and a second notifier would say everything twice",
  },
  {
    checks: ["without priority class"],
    objects: /^vectors\/Deployment\/milvus-/,
    reason: "its chart has no value for it: they make way for what has a class",
  },
  {
    checks: ["deployment-has-poddisruptionbudget"],
    reason:
      "of one replica, in stacks that are not highly available: a budget would only keep its node from being drained; in prod a missing one is named above",
  },
  {
    checks: ["without probes"],
    objects: /^elastic-(system|telemetry)\/StatefulSet\/elastic-operator$/,
    reason: "its chart has none before 3.6, nor a value for them",
  },
  {
    checks: ["pod-probes", "without probes"],
    objects: /^argocd\/Deployment\/argocd-redis$/,
    reason:
      "the one Redis of stacks that are not highly available; it holds a cache, and its chart asks it nothing unless it is told to",
  },
  {
    checks: ["networkpolicy-targets-pod"],
    objects: /^argocd\/NetworkPolicy\/notifications-controller$/,
    reason: "where nothing is told to Slack there are no such pods",
  },
  {
    checks: ["networkpolicy-targets-pod"],
    objects: /^mongo\/NetworkPolicy\//,
    reason: "Percona's operator makes their pods",
  },
  {
    checks: ["container-security-context-readonlyrootfilesystem"],
    objects: /^mongo\/Deployment\/psmdb-operator$/,
    reason:
      "where it writes is not documented, and its chart has no volume for it; root and every capability are refused",
  },
];

export function isAccepted(finding: Finding): boolean {
  return acceptances.some((acceptance) => accepts(acceptance, finding));
}

/** Whether an acceptance holds for a finding. */
export function accepts({ checks, objects }: Acceptance, { check, object }: Finding): boolean {
  return checks.includes(check) && (objects?.test(object) ?? true);
}
