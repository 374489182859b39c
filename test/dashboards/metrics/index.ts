import { alertmanager } from "./alertmanager";
import { apiServer } from "./apiServer";
import { argoCd } from "./argoCd";
import { argoRollouts } from "./argoRollouts";
import { blackbox } from "./blackbox";
import { cadvisor } from "./cadvisor";
import { certManager } from "./certManager";
import { clusterAutoscaler } from "./clusterAutoscaler";
import { coreDns } from "./coreDns";
import { elasticsearch, elasticsearchIndices } from "./elasticsearch";
import { etcd } from "./etcd";
import { externalDns } from "./externalDns";
import { externalSecrets } from "./externalSecrets";
import { falco } from "./falco";
import { flagd } from "./flagd";
import { gateway } from "./gateway";
import { grafana } from "./grafana";
import { ingress } from "./ingress";
import { istio } from "./istio";
import { istioProxies } from "./istioProxies";
import { kafka } from "./kafka";
import { karpenter } from "./karpenter";
import { keda } from "./keda";
import { kubeStateMetrics } from "./kubeStateMetrics";
import { kubelet } from "./kubelet";
import { kubernetesRules } from "./kubernetesRules";
import { kyverno } from "./kyverno";
import { loadBalancerController } from "./loadBalancerController";
import { loki } from "./loki";
import { logstash } from "./logstash";
import { milvus } from "./milvus";
import { mongo } from "./mongo";
import { nodeExporter } from "./nodeExporter";
import { nodeLabels } from "./nodeLabels";
import { nodeRules } from "./nodeRules";
import { openTelemetry } from "./openTelemetry";
import { prometheus } from "./prometheus";
import { recommender } from "./recommender";
import { seaweedFs } from "./seaweedFs";
import { strimzi } from "./strimzi";
import { tempo } from "./tempo";
import { thanos, thanosRuler } from "./thanos";
import { trivy } from "./trivy";
import { vault } from "./vault";
import { vpcCni } from "./vpcCni";
import { velero } from "./velero";
import type { Exporter } from "./exporter";

/** All that tells Prometheus series which the program asks for, beside what the system's own services tell. */
export const exporters: Readonly<Record<string, Exporter>> = {
  alertmanager,
  apiServer,
  argoCd,
  argoRollouts,
  blackbox,
  cadvisor,
  certManager,
  clusterAutoscaler,
  coreDns,
  elasticsearch,
  elasticsearchIndices,
  etcd,
  externalDns,
  externalSecrets,
  falco,
  flagd,
  gateway,
  grafana,
  ingress,
  istio,
  istioProxies,
  kafka,
  karpenter,
  keda,
  kubeStateMetrics,
  kubelet,
  kubernetesRules,
  kyverno,
  loadBalancerController,
  loki,
  logstash,
  milvus,
  mongo,
  nodeExporter,
  nodeLabels,
  nodeRules,
  openTelemetry,
  prometheus,
  recommender,
  seaweedFs,
  strimzi,
  tempo,
  thanos,
  thanosRuler,
  trivy,
  vault,
  vpcCni,
  velero,
};
