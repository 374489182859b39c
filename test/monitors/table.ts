/** Why Prometheus asks nothing of pods. */
export interface Unscraped {
  readonly because: string;
}

/** Who scrapes pods that an operator or the cloud makes: monitors, as `<namespace>/<name>`. */
export interface Watched {
  readonly monitors: (namespace: string, name: string) => readonly string[];
}

const none = (because: string): Unscraped => ({ because });
const by = (...names: readonly string[]): Watched => ({
  monitors: (namespace) => names.map((name) => `${namespace}/${name}`),
});

/** Workloads that nobody scrapes, as `<chart or plan>: <name>`. */
export const unscraped: Readonly<Record<string, Unscraped>> = {
  "argo-cd: argo-cd-redis-ha-server": none(
    "Redis gives none by itself; the proxies before it tell of each whether it answers",
  ),
  "argo-cd: argocd-redis": none("Redis gives none by itself; it holds a cache, which is made anew"),
  "kube-prometheus-stack: kube-prometheus-stack-operator-webhook": none(
    "the API server alone asks it, and tells how it answers (apiserver_admission_webhook_*)",
  ),
  "nvidia-device-plugin: nvidia-device-plugin": none(
    "it gives none; how many GPUs a node has kube-state-metrics tells (kube_node_status_allocatable)",
  ),
  "nvidia-device-plugin: nvidia-device-plugin-mps-control-daemon": none(
    "it runs on no node: none is labelled for parts of a GPU",
  ),
};

/** Kinds of which an operator makes pods. */
export const operated: Readonly<Record<string, Unscraped | Watched>> = {
  "beat.k8s.elastic.co/Beat": none(
    "Filebeat gives figures as JSON (http.enabled), and not as Prometheus reads them; what does not arrive is seen at Logstash and Elasticsearch",
  ),
  "elasticsearch.k8s.elastic.co/Elasticsearch": by("prometheus-elasticsearch-exporter"),
  "gateway.networking.k8s.io/Gateway": by("nginx"),
  "kafka.strimzi.io/Kafka": by("kafka", "operator", "topic-operator", "user-operator"),
  "kafka.strimzi.io/KafkaNodePool": by("kafka"),
  "kibana.k8s.elastic.co/Kibana": none(
    "Kibana gives none that Prometheus reads; people alone use it, and its probes stop what hangs",
  ),
  "logstash.k8s.elastic.co/Logstash": by("logstash"),
  "opentelemetry.io/OpenTelemetryCollector": {
    monitors: (namespace, name) => [`${namespace}/${name}-collector`],
  },
  "psmdb.percona.com/PerconaServerMongoDB": by("mongo"),
};

/** Kinds of which no pod comes. */
export const withoutPods: ReadonlySet<string> = new Set(
  [
    ["admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"],
    ["argoproj.io", "AnalysisTemplate", "AppProject", "Rollout"],
    ["autoscaling.k8s.io", "VerticalPodAutoscaler"],
    ["cert-manager.io", "Certificate", "ClusterIssuer", "Issuer"],
    ["cloud.google.com", "ComputeClass"],
    ["external-secrets.io", "SecretStore"],
    ["gateway.networking.k8s.io", "HTTPRoute"],
    ["gateway.nginx.org", "ClientSettingsPolicy", "ProxySettingsPolicy", "SnippetsPolicy"],
    ["kafka.strimzi.io", "KafkaTopic", "KafkaUser"],
    ["karpenter.k8s.aws", "EC2NodeClass"],
    ["karpenter.sh", "NodePool"],
    ["keda.sh", "ScaledObject", "TriggerAuthentication"],
    ["monitoring.coreos.com", "PodMonitor", "Probe", "PrometheusRule"],
    ["networking.istio.io", "DestinationRule", "Gateway", "ServiceEntry", "Sidecar", "VirtualService"],
    ["networking.k8s.io", "Ingress", "NetworkPolicy"],
    ["opentelemetry.io", "Instrumentation"],
    ["policies.kyverno.io", "ImageValidatingPolicy"],
    ["rbac.authorization.k8s.io", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
    ["scheduling.k8s.io", "PriorityClass"],
    ["security.istio.io", "AuthorizationPolicy", "PeerAuthentication"],
    ["snapshot.storage.k8s.io", "VolumeSnapshotClass"],
    ["storage.k8s.io", "StorageClass"],
    ["vpcresources.k8s.aws", "SecurityGroupPolicy"],
  ].flatMap(([group = "", ...kinds]) => kinds.map((kind) => `${group}/${kind}`)),
);

/** Add-ons of EKS. On GCP such parts are Google's own, who watches them. */
export const addons: Readonly<Record<string, Unscraped | Watched>> = {
  "aws-ebs-csi-driver": none(
    "its figures are off as AWS delivers it; volumes are seen by the kubelet's and by kube-state-metrics'",
  ),
  coredns: { monitors: () => ["monitoring/kube-prometheus-stack-coredns"] },
  "eks-node-monitoring-agent": none("it tells EKS and events what is wrong with a node"),
  "eks-pod-identity-agent": none("it answers on the node's own loopback"),
  "kube-proxy": none("it answers on the node's own loopback"),
  "snapshot-controller": none("its figures are off as AWS delivers it; backups' own alerts tell what failed"),
  "vpc-cni": { monitors: () => ["kube-system/aws-node"] },
};

/** Groups of the chart's own rules that are off, and why; on GCP without nodes of ours alone those of the second. */
export const rulesOff: Readonly<
  Record<string, Unscraped & { readonly where: "everywhere" | "gcp" | "managed" }>
> = {
  etcd: { where: "everywhere", because: "neither cloud shows its etcd" },
  kubeProxy: {
    where: "everywhere",
    because: "it answers on the node's loopback on EKS, and is not there on GKE",
  },
  windows: { where: "everywhere", because: "no node runs Windows" },
  kubeControllerManager: { where: "gcp", because: "GKE shows it to Cloud Monitoring alone" },
  kubeSchedulerAlerting: { where: "gcp", because: "GKE shows it to Cloud Monitoring alone" },
  kubeSchedulerRecording: { where: "gcp", because: "GKE shows it to Cloud Monitoring alone" },
  kubePrometheusNodeRecording: { where: "managed", because: "no node exporter may run" },
  network: { where: "managed", because: "no node exporter may run" },
  node: { where: "managed", because: "no node exporter may run" },
  nodeExporterAlerting: { where: "managed", because: "no node exporter may run" },
  nodeExporterRecording: { where: "managed", because: "no node exporter may run" },
};
