import { type Cloud, clouds } from "../cloud";
import type { MeshMode } from "../mesh/istioSpec";
import type { WayInKind } from "../traffic/wayIn";
import type { ChartName } from "./charts";
import type { PlatformServiceName } from "./platformSpec";

/** The images that a chart's pods run with our values. */
export interface ChartImages {
  /** Version of the chart whose templates and values they were read from. */
  readonly readAt: string;
  /**
   * Clouds on which the chart is installed.
   *
   * @default - all
   */
  readonly clouds?: readonly Cloud[];
  /**
   * Store of a blueprint for which alone the chart is installed.
   *
   * @default - every stack has it
   */
  readonly forStore?: string;
  /**
   * Service of the platform for which alone the chart is installed.
   *
   * @default - every stack has it
   */
  readonly forService?: PlatformServiceName;
  /**
   * Services of the platform for which the chart is installed where that store is not there.
   *
   * @default [] - it is for the store alone
   */
  readonly orForServices?: readonly PlatformServiceName[];
  /**
   * Kind of a mesh for which alone the chart is installed.
   *
   * @default - every mesh has it, where it is Istio's
   */
  readonly forMesh?: MeshMode;
  /**
   * Way in from the internet for which alone the chart is installed.
   *
   * @default - every stack has it
   */
  readonly forWayIn?: WayInKind;
  /** Repositories in full, registry and all, as the pods name them. */
  readonly repositories: readonly string[];
}

/** NGINX's image: the chart names it without its registry, and a name in full is what a policy on images goes by. */
export const nginxImage = "docker.io/nginx/nginx-ingress";

/** BusyBox's, for the job that upgrades definitions; the chart leaves out the part of the path that Docker Hub adds. */
export const busyboxImage = { registry: "docker.io", repository: "library/busybox" } as const;

const awsOnly = ["aws"] as const;

/**
 * Every image that a chart of ours runs, for whoever says which images may: a mirror, a policy. What a chart could run and
 * our values leave out is not here: Thanos, Grafana's test and renderer, the jobs that make certificates where
 * cert-manager does, cert-manager's solver of HTTP challenges.
 */
export const chartImages: Readonly<Record<ChartName, ChartImages>> = {
  certManager: {
    readAt: "v1.21.3",
    repositories: [
      "quay.io/jetstack/cert-manager-cainjector",
      "quay.io/jetstack/cert-manager-controller",
      "quay.io/jetstack/cert-manager-startupapicheck",
      "quay.io/jetstack/cert-manager-webhook",
    ],
  },
  nginxIngress: { readAt: "2.7.1", forWayIn: "ingress", repositories: [nginxImage] },
  externalDns: {
    readAt: "1.21.1",
    forService: "externalDns",
    repositories: ["registry.k8s.io/external-dns/external-dns"],
  },
  externalSecrets: {
    readAt: "2.9.0",
    forService: "externalSecrets",
    repositories: ["ghcr.io/external-secrets/external-secrets"],
  },
  gatewayApiCrds: { readAt: "1.2.3", clouds: awsOnly, forWayIn: "gateway", repositories: [] },
  nginxGatewayFabric: {
    readAt: "2.6.7",
    forWayIn: "gateway",
    // and what it makes for a Gateway
    repositories: ["ghcr.io/nginx/nginx-gateway-fabric", "ghcr.io/nginx/nginx-gateway-fabric/nginx"],
  },
  kubePrometheusStack: {
    readAt: "88.5.3",
    repositories: [
      `${busyboxImage.registry}/${busyboxImage.repository}`,
      "docker.io/grafana/grafana",
      "quay.io/kiwigrid/k8s-sidecar",
      "quay.io/prometheus-operator/admission-webhook",
      "quay.io/prometheus-operator/prometheus-config-reloader",
      "quay.io/prometheus-operator/prometheus-operator",
      "quay.io/prometheus/alertmanager",
      "quay.io/prometheus/node-exporter",
      "quay.io/prometheus/prometheus",
      "registry.k8s.io/kube-state-metrics/kube-state-metrics",
      "registry.k8s.io/kubectl",
    ],
  },
  metricsServer: {
    readAt: "3.13.1",
    clouds: awsOnly,
    repositories: ["registry.k8s.io/metrics-server/metrics-server"],
  },
  awsLoadBalancerController: {
    readAt: "3.5.0",
    clouds: awsOnly,
    repositories: ["public.ecr.aws/eks/aws-load-balancer-controller"],
  },
  clusterAutoscaler: {
    readAt: "9.59.0",
    clouds: awsOnly,
    repositories: ["registry.k8s.io/autoscaling/cluster-autoscaler"],
  },
  nvidiaDevicePlugin: {
    readAt: "0.20.0",
    clouds: awsOnly,
    repositories: ["nvcr.io/nvidia/k8s-device-plugin"],
  },
  karpenterCrd: { readAt: "1.14.1", clouds: awsOnly, repositories: [] },
  karpenter: { readAt: "1.14.1", clouds: awsOnly, repositories: ["public.ecr.aws/karpenter/controller"] },
  eckOperatorCrds: {
    readAt: "3.5.0",
    forStore: "search",
    orForServices: ["elasticStack", "jaeger"],
    repositories: [],
  },
  eckOperator: {
    readAt: "3.5.0",
    forStore: "search",
    orForServices: ["elasticStack", "jaeger"],
    // and what the operator itself runs
    repositories: ["docker.elastic.co/eck/eck-operator", "docker.elastic.co/elasticsearch/elasticsearch"],
  },
  elasticsearchExporter: {
    readAt: "7.4.0",
    forStore: "search",
    orForServices: ["elasticStack", "jaeger"],
    repositories: ["quay.io/prometheuscommunity/elasticsearch-exporter"],
  },
  psmdbOperator: {
    readAt: "1.22.0",
    forStore: "mongo",
    // and what the operator itself runs
    repositories: [
      "docker.io/percona/mongodb_exporter",
      "docker.io/percona/percona-backup-mongodb",
      "docker.io/percona/percona-server-mongodb",
      "docker.io/percona/percona-server-mongodb-operator",
    ],
  },
  milvus: {
    readAt: "5.0.19",
    forStore: "vectors",
    // and what stands beside it: etcd, and what backs it up
    repositories: ["docker.io/milvusdb/milvus", "docker.io/milvusdb/milvus-backup", "quay.io/coreos/etcd"],
  },
  strimzi: {
    readAt: "1.2.0",
    forStore: "kafka",
    // and what the operator itself runs
    repositories: ["quay.io/strimzi/kafka", "quay.io/strimzi/operator"],
  },
  argoCd: {
    readAt: "10.10.0",
    forService: "argoCd",
    // each as our values name it
    repositories: [
      "public.ecr.aws/docker/library/haproxy",
      "public.ecr.aws/docker/library/redis",
      "quay.io/argoproj/argocd",
    ],
  },
  argoRollouts: {
    readAt: "2.43.5",
    forService: "argoRollouts",
    repositories: ["quay.io/argoproj/argo-rollouts"],
  },
  keda: {
    readAt: "2.20.2",
    forService: "keda",
    repositories: [
      "ghcr.io/kedacore/keda",
      "ghcr.io/kedacore/keda-admission-webhooks",
      "ghcr.io/kedacore/keda-metrics-apiserver",
    ],
  },
  vault: {
    readAt: "0.34.1",
    forService: "vault",
    // and what configures it
    repositories: ["docker.io/hashicorp/vault", "docker.io/library/node"],
  },
  verticalPodAutoscaler: {
    readAt: "0.11.0",
    clouds: awsOnly,
    forService: "vpa",
    repositories: ["registry.k8s.io/autoscaling/vpa-recommender"],
  },
  kyverno: {
    readAt: "3.9.0",
    forService: "kyverno",
    // and what takes its webhooks away before it goes
    repositories: [
      "ghcr.io/kyverno/readiness-checker",
      "reg.kyverno.io/kyverno/kyverno",
      "reg.kyverno.io/kyverno/kyvernopre",
    ],
  },
  openTelemetryOperator: {
    readAt: "0.122.0",
    forService: "openTelemetry",
    // and what the operator itself runs, and has run in pods that ask to be instrumented
    repositories: [
      "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s",
      "ghcr.io/open-telemetry/opentelemetry-operator/autoinstrumentation-java",
      "ghcr.io/open-telemetry/opentelemetry-operator/autoinstrumentation-nodejs",
      "ghcr.io/open-telemetry/opentelemetry-operator/autoinstrumentation-python",
      "ghcr.io/open-telemetry/opentelemetry-operator/opentelemetry-operator",
    ],
  },
  tempo: { readAt: "2.2.4", forService: "tempo", repositories: ["docker.io/grafana/tempo"] },
  reloader: { readAt: "2.2.16", forService: "reloader", repositories: ["ghcr.io/stakater/reloader"] },
  istioBase: { readAt: "1.31.1", forService: "istio", repositories: [] },
  istioCni: { readAt: "1.31.1", forService: "istio", repositories: ["docker.io/istio/install-cni"] },
  // and what it has run in the pods of the mesh
  istiod: {
    readAt: "1.31.1",
    forService: "istio",
    repositories: ["docker.io/istio/pilot", "docker.io/istio/proxyv2"],
  },
  istioGateway: { readAt: "1.31.1", forService: "istio", repositories: ["docker.io/istio/proxyv2"] },
  ztunnel: {
    readAt: "1.31.1",
    forService: "istio",
    forMesh: "ambient",
    repositories: ["docker.io/istio/ztunnel"],
  },
  falco: { readAt: "9.1.0", forService: "falco", repositories: ["docker.io/falcosecurity/falco"] },
  falcosidekick: {
    readAt: "0.14.0",
    forService: "falco",
    repositories: ["docker.io/falcosecurity/falcosidekick"],
  },
  trivyOperator: {
    readAt: "0.34.0",
    forService: "trivyOperator",
    // and what its jobs run
    repositories: ["mirror.gcr.io/aquasec/trivy", "mirror.gcr.io/aquasec/trivy-operator"],
  },
  // and Prometheus' sidecar
  thanos: { readAt: "0.38.0", forService: "thanos", repositories: ["quay.io/thanos/thanos"] },
  blackboxExporter: {
    readAt: "11.17.2",
    forService: "blackboxExporter",
    repositories: ["quay.io/prometheus/blackbox-exporter"],
  },
  loki: { readAt: "18.11.0", forService: "loki", repositories: ["docker.io/grafana/loki"] },
  alloy: { readAt: "1.11.1", forService: "loki", repositories: ["docker.io/grafana/alloy"] },
  velero: {
    readAt: "12.1.0",
    forService: "velero",
    // and the plugin of each cloud's bucket
    repositories: [
      "docker.io/velero/velero",
      "docker.io/velero/velero-plugin-for-aws",
      "docker.io/velero/velero-plugin-for-gcp",
    ],
  },
};

/** Images of services of the platform that no chart runs. */
const serviceImages: Partial<Readonly<Record<PlatformServiceName, readonly string[]>>> = {
  // what the operator runs beside Elasticsearch, and what makes metrics of what Logstash counts
  elasticStack: [
    "docker.elastic.co/beats/filebeat",
    "docker.elastic.co/kibana/kibana",
    "docker.elastic.co/logstash/logstash",
    "docker.io/prom/statsd-exporter",
  ],
  jaeger: ["docker.io/jaegertracing/jaeger", "docker.io/jaegertracing/jaeger-es-index-cleaner"],
};

/** What a stack has that charts are installed for. */
export interface InstalledFor {
  readonly stores: readonly string[];
  readonly services: readonly string[];
  readonly wayIn: WayInKind;
  /** @default - there is no mesh */
  readonly mesh?: MeshMode;
}

/** Repositories of all images that the charts of a cloud run for a stack that has these, each once. */
export function imagesOn(cloud: Cloud, { stores, services, wayIn, mesh }: InstalledFor): readonly string[] {
  const installed = Object.values(chartImages).filter(
    ({ clouds: only = clouds, forStore, forService, orForServices = [], forWayIn = wayIn, forMesh = mesh }) =>
      only.includes(cloud) &&
      forWayIn === wayIn &&
      forMesh === mesh &&
      (forStore === undefined ||
        stores.includes(forStore) ||
        orForServices.some((service) => services.includes(service))) &&
      (forService === undefined || services.includes(forService)),
  );
  const unpacked = Object.entries(serviceImages).flatMap(([service, repositories]) =>
    services.includes(service) ? repositories : [],
  );
  return [...new Set([...installed.flatMap(({ repositories }) => repositories), ...unpacked])].sort();
}
