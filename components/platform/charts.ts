/** One pinned Helm chart. */
export interface ChartPin {
  /** Name of the chart in its repository; also the name of our one release of it. */
  readonly chart: string;
  /** Exact version of the chart, never a range. */
  readonly version: string;
  /** Helm repository that serves it, or the registry and path (`oci://…`). */
  readonly repo: string;
  /** Version of the software inside, for the reader; the chart decides it. */
  readonly appVersion: string;
  /** Day on which the version was last looked up and its values were read, ISO 8601. */
  readonly checkedOn: string;
}

/**
 * Every chart that any cloud installs: the one place with a chart's version. Renovate reads the comment above each
 * version (docs/charts.md has the rule for it).
 */
export const charts = {
  certManager: {
    chart: "cert-manager",
    // renovate: datasource=helm depName=cert-manager registryUrl=https://charts.jetstack.io
    version: "v1.21.3",
    repo: "https://charts.jetstack.io",
    appVersion: "v1.21.3",
    checkedOn: "2026-11-21",
  },
  nginxIngress: {
    chart: "nginx-ingress",
    // renovate: datasource=helm depName=nginx-ingress registryUrl=https://helm.nginx.com/stable
    version: "2.7.1",
    repo: "https://helm.nginx.com/stable",
    appVersion: "5.6.1",
    checkedOn: "2026-11-21",
  },
  externalDns: {
    chart: "external-dns",
    // renovate: datasource=helm depName=external-dns registryUrl=https://kubernetes-sigs.github.io/external-dns
    version: "1.21.1",
    repo: "https://kubernetes-sigs.github.io/external-dns",
    appVersion: "0.21.0",
    checkedOn: "2026-11-21",
  },
  externalSecrets: {
    chart: "external-secrets",
    // renovate: datasource=helm depName=external-secrets registryUrl=https://charts.external-secrets.io
    version: "2.9.0",
    repo: "https://charts.external-secrets.io",
    appVersion: "v2.9.0",
    checkedOn: "2026-11-21",
  },
  gatewayApiCrds: {
    chart: "gateway-api-crds",
    // renovate: datasource=helm depName=gateway-api-crds registryUrl=https://charts.christianhuth.de
    version: "1.2.3",
    repo: "https://charts.christianhuth.de",
    appVersion: "v1.6.1",
    checkedOn: "2026-11-21",
  },
  nginxGatewayFabric: {
    chart: "nginx-gateway-fabric",
    // renovate: datasource=docker depName=ghcr.io/nginx/charts/nginx-gateway-fabric
    version: "2.6.7",
    repo: "oci://ghcr.io/nginx/charts",
    appVersion: "2.6.7",
    checkedOn: "2026-11-21",
  },
  kubePrometheusStack: {
    chart: "kube-prometheus-stack",
    // renovate: datasource=helm depName=kube-prometheus-stack registryUrl=https://prometheus-community.github.io/helm-charts
    version: "88.5.3",
    repo: "https://prometheus-community.github.io/helm-charts",
    appVersion: "v0.93.1",
    checkedOn: "2026-11-21",
  },
  metricsServer: {
    chart: "metrics-server",
    // renovate: datasource=helm depName=metrics-server registryUrl=https://kubernetes-sigs.github.io/metrics-server
    version: "3.13.1",
    repo: "https://kubernetes-sigs.github.io/metrics-server",
    appVersion: "0.8.1",
    checkedOn: "2026-11-21",
  },
  awsLoadBalancerController: {
    chart: "aws-load-balancer-controller",
    // renovate: datasource=helm depName=aws-load-balancer-controller registryUrl=https://aws.github.io/eks-charts
    version: "3.5.0",
    repo: "https://aws.github.io/eks-charts",
    appVersion: "v3.5.0",
    checkedOn: "2026-11-21",
  },
  clusterAutoscaler: {
    chart: "cluster-autoscaler",
    // renovate: datasource=helm depName=cluster-autoscaler registryUrl=https://kubernetes.github.io/autoscaler
    version: "9.59.0",
    repo: "https://kubernetes.github.io/autoscaler",
    appVersion: "1.35.0",
    checkedOn: "2026-11-21",
  },
  nvidiaDevicePlugin: {
    chart: "nvidia-device-plugin",
    // renovate: datasource=helm depName=nvidia-device-plugin registryUrl=https://nvidia.github.io/k8s-device-plugin
    version: "0.20.0",
    repo: "https://nvidia.github.io/k8s-device-plugin",
    appVersion: "0.20.0",
    checkedOn: "2026-11-21",
  },
  karpenterCrd: {
    chart: "karpenter-crd",
    // renovate: datasource=docker depName=public.ecr.aws/karpenter/karpenter-crd
    version: "1.14.1",
    repo: "oci://public.ecr.aws/karpenter",
    appVersion: "1.14.1",
    checkedOn: "2026-11-21",
  },
  karpenter: {
    chart: "karpenter",
    // renovate: datasource=docker depName=public.ecr.aws/karpenter/karpenter
    version: "1.14.1",
    repo: "oci://public.ecr.aws/karpenter",
    appVersion: "1.14.1",
    checkedOn: "2026-11-21",
  },
  eckOperatorCrds: {
    chart: "eck-operator-crds",
    // renovate: datasource=helm depName=eck-operator-crds registryUrl=https://helm.elastic.co
    version: "3.5.0",
    repo: "https://helm.elastic.co",
    appVersion: "3.5.0",
    checkedOn: "2026-11-21",
  },
  eckOperator: {
    chart: "eck-operator",
    // renovate: datasource=helm depName=eck-operator registryUrl=https://helm.elastic.co
    version: "3.5.0",
    repo: "https://helm.elastic.co",
    appVersion: "3.5.0",
    checkedOn: "2026-11-21",
  },
  elasticsearchExporter: {
    chart: "prometheus-elasticsearch-exporter",
    // renovate: datasource=helm depName=prometheus-elasticsearch-exporter registryUrl=https://prometheus-community.github.io/helm-charts
    version: "7.4.0",
    repo: "https://prometheus-community.github.io/helm-charts",
    appVersion: "v1.11.0",
    checkedOn: "2026-11-21",
  },
  psmdbOperator: {
    chart: "psmdb-operator",
    // renovate: datasource=helm depName=psmdb-operator registryUrl=https://percona.github.io/percona-helm-charts
    version: "1.22.0",
    repo: "https://percona.github.io/percona-helm-charts",
    appVersion: "1.22.0",
    checkedOn: "2026-11-21",
  },
  milvus: {
    chart: "milvus",
    // renovate: datasource=helm depName=milvus registryUrl=https://zilliztech.github.io/milvus-helm
    version: "5.0.19",
    repo: "https://zilliztech.github.io/milvus-helm",
    appVersion: "2.6.15",
    checkedOn: "2026-11-21",
  },
  strimzi: {
    chart: "strimzi-kafka-operator",
    // renovate: datasource=helm depName=strimzi-kafka-operator registryUrl=https://strimzi.io/charts
    version: "1.2.0",
    repo: "https://strimzi.io/charts",
    appVersion: "1.2.0",
    checkedOn: "2026-11-21",
  },
  argoCd: {
    chart: "argo-cd",
    // renovate: datasource=helm depName=argo-cd registryUrl=https://argoproj.github.io/argo-helm
    version: "10.10.0",
    repo: "https://argoproj.github.io/argo-helm",
    appVersion: "v3.5.4",
    checkedOn: "2026-11-21",
  },
  argoRollouts: {
    chart: "argo-rollouts",
    // renovate: datasource=helm depName=argo-rollouts registryUrl=https://argoproj.github.io/argo-helm
    version: "2.43.5",
    repo: "https://argoproj.github.io/argo-helm",
    appVersion: "v1.10.0",
    checkedOn: "2026-11-21",
  },
  keda: {
    chart: "keda",
    // renovate: datasource=helm depName=keda registryUrl=https://kedacore.github.io/charts
    version: "2.20.2",
    repo: "https://kedacore.github.io/charts",
    appVersion: "2.20.2",
    checkedOn: "2026-11-21",
  },
  verticalPodAutoscaler: {
    chart: "vertical-pod-autoscaler",
    // renovate: datasource=helm depName=vertical-pod-autoscaler registryUrl=https://kubernetes.github.io/autoscaler
    version: "0.11.0",
    repo: "https://kubernetes.github.io/autoscaler",
    appVersion: "1.7.1",
    checkedOn: "2026-11-21",
  },
  kyverno: {
    chart: "kyverno",
    // renovate: datasource=helm depName=kyverno registryUrl=https://kyverno.github.io/kyverno
    version: "3.9.0",
    repo: "https://kyverno.github.io/kyverno",
    appVersion: "v1.19.0",
    checkedOn: "2026-11-21",
  },
  openTelemetryOperator: {
    chart: "opentelemetry-operator",
    // renovate: datasource=helm depName=opentelemetry-operator registryUrl=https://open-telemetry.github.io/opentelemetry-helm-charts
    version: "0.122.0",
    repo: "https://open-telemetry.github.io/opentelemetry-helm-charts",
    appVersion: "0.158.0",
    checkedOn: "2026-11-21",
  },
  tempo: {
    chart: "tempo",
    // renovate: datasource=helm depName=tempo registryUrl=https://grafana-community.github.io/helm-charts
    version: "2.2.4",
    repo: "https://grafana-community.github.io/helm-charts",
    appVersion: "2.10.8",
    checkedOn: "2026-11-21",
  },
  reloader: {
    chart: "reloader",
    // renovate: datasource=helm depName=reloader registryUrl=https://stakater.github.io/stakater-charts
    version: "2.2.16",
    repo: "https://stakater.github.io/stakater-charts",
    appVersion: "v1.4.21",
    checkedOn: "2026-11-21",
  },
  istioBase: {
    chart: "base",
    // renovate: datasource=docker depName=ghcr.io/istio/release/charts/base
    version: "1.31.1",
    repo: "oci://ghcr.io/istio/release/charts",
    appVersion: "1.31.1",
    checkedOn: "2026-11-21",
  },
  istioCni: {
    chart: "cni",
    // renovate: datasource=docker depName=ghcr.io/istio/release/charts/cni
    version: "1.31.1",
    repo: "oci://ghcr.io/istio/release/charts",
    appVersion: "1.31.1",
    checkedOn: "2026-11-21",
  },
  istiod: {
    chart: "istiod",
    // renovate: datasource=docker depName=ghcr.io/istio/release/charts/istiod
    version: "1.31.1",
    repo: "oci://ghcr.io/istio/release/charts",
    appVersion: "1.31.1",
    checkedOn: "2026-11-21",
  },
  istioGateway: {
    chart: "gateway",
    // renovate: datasource=docker depName=ghcr.io/istio/release/charts/gateway
    version: "1.31.1",
    repo: "oci://ghcr.io/istio/release/charts",
    appVersion: "1.31.1",
    checkedOn: "2026-11-21",
  },
  ztunnel: {
    chart: "ztunnel",
    // renovate: datasource=docker depName=ghcr.io/istio/release/charts/ztunnel
    version: "1.31.1",
    repo: "oci://ghcr.io/istio/release/charts",
    appVersion: "1.31.1",
    checkedOn: "2026-11-21",
  },
  vault: {
    chart: "vault",
    // renovate: datasource=helm depName=vault registryUrl=https://helm.releases.hashicorp.com
    version: "0.34.1",
    repo: "https://helm.releases.hashicorp.com",
    appVersion: "2.0.4",
    checkedOn: "2026-11-21",
  },
  falco: {
    chart: "falco",
    // renovate: datasource=helm depName=falco registryUrl=https://falcosecurity.github.io/charts
    version: "9.1.0",
    repo: "https://falcosecurity.github.io/charts",
    appVersion: "0.44.1",
    checkedOn: "2026-11-21",
  },
  falcosidekick: {
    chart: "falcosidekick",
    // renovate: datasource=helm depName=falcosidekick registryUrl=https://falcosecurity.github.io/charts
    version: "0.14.0",
    repo: "https://falcosecurity.github.io/charts",
    appVersion: "2.31.1",
    checkedOn: "2026-11-21",
  },
  trivyOperator: {
    chart: "trivy-operator",
    // renovate: datasource=helm depName=trivy-operator registryUrl=https://aquasecurity.github.io/helm-charts
    version: "0.34.0",
    repo: "https://aquasecurity.github.io/helm-charts",
    appVersion: "0.32.0",
    checkedOn: "2026-11-21",
  },
  thanos: {
    chart: "thanos",
    // renovate: datasource=helm depName=thanos registryUrl=https://thanos-community.github.io/helm-charts
    version: "0.38.0",
    repo: "https://thanos-community.github.io/helm-charts",
    appVersion: "v0.42.4",
    checkedOn: "2026-11-21",
  },
  blackboxExporter: {
    chart: "prometheus-blackbox-exporter",
    // renovate: datasource=helm depName=prometheus-blackbox-exporter registryUrl=https://prometheus-community.github.io/helm-charts
    version: "11.17.2",
    repo: "https://prometheus-community.github.io/helm-charts",
    appVersion: "v0.28.0",
    checkedOn: "2026-11-21",
  },
  loki: {
    chart: "loki",
    // renovate: datasource=helm depName=loki registryUrl=https://grafana-community.github.io/helm-charts
    version: "18.11.0",
    repo: "https://grafana-community.github.io/helm-charts",
    appVersion: "3.7.6",
    checkedOn: "2026-11-21",
  },
  alloy: {
    chart: "alloy",
    // renovate: datasource=helm depName=alloy registryUrl=https://grafana.github.io/helm-charts
    version: "1.11.1",
    repo: "https://grafana.github.io/helm-charts",
    appVersion: "v1.18.1",
    checkedOn: "2026-11-21",
  },
  velero: {
    chart: "velero",
    // renovate: datasource=helm depName=velero registryUrl=https://vmware-tanzu.github.io/helm-charts
    version: "12.1.0",
    repo: "https://vmware-tanzu.github.io/helm-charts",
    appVersion: "1.18.1",
    checkedOn: "2026-11-21",
  },
} as const satisfies Record<string, ChartPin>;

/** A chart that can be installed. */
export type ChartName = keyof typeof charts;
