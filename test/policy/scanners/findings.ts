/** A check of another tool that objects to what `npm run render` writes, and what the pack says of the same. */
export interface ScannerFinding {
  readonly tool: "checkov" | "kube-score";
  readonly check: string;
  readonly what: string;
  /** Findings in suuupra and publishing, prod, on AWS and GCP, in that order: what was seen. */
  readonly seen: readonly [
    suuupraAws: number,
    suuupraGcp: number,
    publishingAws: number,
    publishingGcp: number,
  ];
  /** Rules of ours about the same. */
  readonly rules: readonly string[];
  /** Why what was found stays. */
  readonly reason: string;
}

const pull =
  "an image of an exact version is the same at every pull; asking the registry at each start would keep pods from starting while it is away";
const users =
  "the images' own users; root is refused, and nothing of the node is mounted that one of the same number could own";

/** checkov 3.3.30 and kube-score 1.20, 22 November 2026; every distinct check that did not pass. */
export const scannerFindings: readonly ScannerFinding[] = [
  {
    tool: "checkov",
    check: "CKV_K8S_15",
    what: "image pull policy Always",
    seen: [26, 26, 6, 7],
    rules: ["k8s-pod-image-pinned"],
    reason: pull,
  },
  {
    tool: "checkov",
    check: "CKV_K8S_35",
    what: "secrets as files",
    seen: [10, 16, 0, 5],
    rules: ["k8s-pod-no-secret-env"],
    reason:
      "the services and images read their environment; the rule asks it of the namespaces that its setting names, and values written out are refused everywhere (k8s-pod-no-literal-secret-env)",
  },
  {
    tool: "checkov",
    check: "CKV_K8S_40",
    what: "user ids above 10000",
    seen: [9, 9, 0, 1],
    rules: ["k8s-pod-run-as-non-root"],
    reason: users,
  },
  {
    tool: "checkov",
    check: "CKV_K8S_43",
    what: "images by digest",
    seen: [26, 26, 6, 7],
    rules: ["k8s-pod-image-pinned"],
    reason:
      "tags are exact and our registries keep them as they are (aws-ecr-immutable); the rule's setting requireDigest asks for digests",
  },
  {
    tool: "kube-score",
    check: "container-ephemeral-storage-request-and-limit",
    what: "limits of scratch space",
    seen: [26, 26, 6, 7],
    rules: ["k8s-pod-empty-dir-bounded", "k8s-pod-read-only-root-fs"],
    reason:
      "what a container can write is its volumes, and those have a sizeLimit: the first rule came of this",
  },
  {
    tool: "kube-score",
    check: "container-image-pull-policy",
    what: "image pull policy Always",
    seen: [26, 26, 6, 7],
    rules: ["k8s-pod-image-pinned"],
    reason: pull,
  },
  {
    tool: "kube-score",
    check: "container-security-context-user-group-id",
    what: "user and group ids above 10000",
    seen: [10, 10, 0, 1],
    rules: ["k8s-pod-run-as-non-root"],
    reason: users,
  },
  {
    tool: "kube-score",
    check: "deployment-has-host-podantiaffinity",
    what: "replicas on different hosts",
    seen: [10, 10, 4, 4],
    rules: ["k8s-pod-spread"],
    reason: "pods are spread by topologySpreadConstraints, which kube-score does not read",
  },
  {
    tool: "kube-score",
    check: "horizontalpodautoscaler-has-target",
    what: "scalers have their target",
    seen: [2, 2, 0, 0],
    rules: ["k8s-hpa-target-valid"],
    reason: "the targets are Rollouts of Argo, a kind that kube-score does not know and the rule does",
  },
  {
    tool: "kube-score",
    check: "networkpolicy-targets-pod",
    what: "network policies select pods",
    seen: [141, 141, 60, 55],
    rules: ["k8s-netpol-not-dangling"],
    reason: "their pods are made by charts and operators, and are not among the manifests without the charts",
  },
  {
    tool: "kube-score",
    check: "pod-probes-identical",
    what: "readiness and liveness differ",
    seen: [2, 2, 0, 0],
    rules: ["k8s-pod-liveness-probe", "k8s-pod-readiness-probe"],
    reason: "Jaeger's one endpoint tells both, and fails by no dependency of its own",
  },
  {
    tool: "kube-score",
    check: "service-targets-pod",
    what: "Services have pods",
    seen: [5, 5, 1, 1],
    rules: ["k8s-service-has-target"],
    reason: "their pods are Rollouts', or made by operators",
  },
];
