import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type * as random from "@pulumi/random";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that kubernetes components register. */
export const outputs: OutputTable = {
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy":
    computes<k8s.admissionregistration.v1.ValidatingAdmissionPolicy>()(object),
  "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding":
    computes<k8s.admissionregistration.v1.ValidatingAdmissionPolicyBinding>()(object),
  "kubernetes:apps/v1:Deployment": computes<k8s.apps.v1.Deployment>()(object),
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler":
    computes<k8s.autoscaling.v2.HorizontalPodAutoscaler>()(object),
  "kubernetes:batch/v1:Job": computes<k8s.batch.v1.Job>()(object),
  "kubernetes:core/v1:ConfigMap": computes<k8s.core.v1.ConfigMap>()(object),
  "kubernetes:core/v1:LimitRange": computes<k8s.core.v1.LimitRange>()(object),
  "kubernetes:core/v1:Namespace": computes<k8s.core.v1.Namespace>()(object),
  "kubernetes:core/v1:ResourceQuota": computes<k8s.core.v1.ResourceQuota>()(object),
  "kubernetes:core/v1:Secret": computes<k8s.core.v1.Secret>()((r) => ({
    ...object(r),
    // Of those that operators make the program reads only the authorities that signed a store's certificates.
    ...(r.importId !== undefined && { data: { "ca.crt": authority } }),
  })),
  "kubernetes:core/v1:Service": computes<k8s.core.v1.Service>()((r) => ({
    ...object(r),
    // The program reads only the ingress controller's Service; the address is one kept for documentation (RFC 5737).
    status: { loadBalancer: { ingress: [{ ip: "203.0.113.10" }] } },
  })),
  "kubernetes:core/v1:ServiceAccount": computes<k8s.core.v1.ServiceAccount>()(object),
  "kubernetes:helm.sh/v3:Release": computes<k8s.helm.v3.Release>()((r) => {
    const { name, namespace } = identity(r, field(r.inputs, "name"), field(r.inputs, "namespace"));
    return {
      id: `${namespace ?? "default"}/${name}`,
      status: {
        appVersion: "0.0.0",
        chart: field(r.inputs, "chart") ?? "",
        name,
        namespace: namespace ?? "default",
        revision: 1,
        status: "deployed",
        version: field(r.inputs, "version") ?? "",
      },
      resourceNames: {},
    };
  }),
  "kubernetes:networking.k8s.io/v1:Ingress": computes<k8s.networking.v1.Ingress>()(object),
  "kubernetes:networking.k8s.io/v1:NetworkPolicy": computes<k8s.networking.v1.NetworkPolicy>()(object),
  "kubernetes:apps/v1:StatefulSet": computes<k8s.apps.v1.StatefulSet>()(object),
  "kubernetes:batch/v1:CronJob": computes<k8s.batch.v1.CronJob>()(object),
  "kubernetes:policy/v1:PodDisruptionBudget": computes<k8s.policy.v1.PodDisruptionBudget>()(object),
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": computes<k8s.rbac.v1.ClusterRole>()(object),
  "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding":
    computes<k8s.rbac.v1.ClusterRoleBinding>()(object),
  "kubernetes:rbac.authorization.k8s.io/v1:Role": computes<k8s.rbac.v1.Role>()(object),
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": computes<k8s.rbac.v1.RoleBinding>()(object),
  "kubernetes:scheduling.k8s.io/v1:PriorityClass": computes<k8s.scheduling.v1.PriorityClass>()(object),
  "kubernetes:storage.k8s.io/v1:StorageClass": computes<k8s.storage.v1.StorageClass>()(object),

  "kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:keda.sh/v1alpha1:ScaledObject": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:keda.sh/v1alpha1:TriggerAuthentication": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:opentelemetry.io/v1alpha1:Instrumentation":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:opentelemetry.io/v1beta1:OpenTelemetryCollector":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:policies.kyverno.io/v1:ImageValidatingPolicy":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:gateway.networking.k8s.io/v1:Gateway": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:gateway.nginx.org/v1alpha1:ClientSettingsPolicy":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:gateway.nginx.org/v1alpha1:ProxySettingsPolicy":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:gateway.nginx.org/v1alpha1:SnippetsPolicy":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:argoproj.io/v1alpha1:AnalysisTemplate": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:argoproj.io/v1alpha1:Rollout": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:argoproj.io/v1alpha1:AppProject": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:argoproj.io/v1alpha1:ApplicationSet": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:cert-manager.io/v1:Certificate": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:cert-manager.io/v1:Issuer": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:beat.k8s.elastic.co/v1beta1:Beat": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:kibana.k8s.elastic.co/v1:Kibana": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:logstash.k8s.elastic.co/v1alpha1:Logstash":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:cloud.google.com/v1:ComputeClass": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:snapshot.storage.k8s.io/v1:VolumeSnapshotClass":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:karpenter.sh/v1:NodePool": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:cert-manager.io/v1:ClusterIssuer": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:vpcresources.k8s.aws/v1beta1:SecurityGroupPolicy":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:kafka.strimzi.io/v1:Kafka": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:kafka.strimzi.io/v1:KafkaNodePool": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:kafka.strimzi.io/v1:KafkaTopic": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:kafka.strimzi.io/v1:KafkaUser": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:networking.istio.io/v1beta1:DestinationRule":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:networking.istio.io/v1beta1:Gateway": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:networking.istio.io/v1beta1:ServiceEntry": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:networking.istio.io/v1beta1:Sidecar": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:networking.istio.io/v1beta1:VirtualService":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:security.istio.io/v1:AuthorizationPolicy": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:security.istio.io/v1beta1:PeerAuthentication":
    computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:external-secrets.io/v1:SecretStore": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:external-secrets.io/v1:ExternalSecret": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:monitoring.coreos.com/v1:PodMonitor": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:monitoring.coreos.com/v1:Probe": computes<k8s.apiextensions.CustomResource>()(object),
  "kubernetes:monitoring.coreos.com/v1:PrometheusRule": computes<k8s.apiextensions.CustomResource>()(object),

  "random:index/randomId:RandomId": computes<random.RandomId>()(({ hex, inputs }) => {
    const digits = hex(2 * (typeof inputs["byteLength"] === "number" ? inputs["byteLength"] : 8));
    return { id: digits, hex: digits };
  }),
  "random:index/randomPassword:RandomPassword": computes<random.RandomPassword>()(({ hex, inputs }) => ({
    id: "none",
    result: pulumi.secret(hex(typeof inputs["length"] === "number" ? inputs["length"] : 32)),
    bcryptHash: pulumi.secret(`$2a$10$${hex(53)}`),
  })),
};

/** A certificate in PEM, as a Secret holds it; it says nothing. */
const authority = Buffer.from("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n").toString(
  "base64",
);

/** Answers of the provider functions they call. */
export const functions: InvokeTable = {};

interface Identity {
  readonly name: string;
  readonly namespace: string | undefined;
}

/** What the API server answers for any object: the metadata with its name, and the id by which Pulumi knows it. */
function object(r: Registered) {
  const { name, namespace } = identity(
    r,
    field(r.inputs["metadata"], "name"),
    field(r.inputs["metadata"], "namespace"),
  );
  const given = r.inputs["metadata"];
  return {
    id: namespace === undefined ? name : `${namespace}/${name}`,
    metadata: {
      ...(typeof given === "object" ? given : {}),
      name,
      ...(namespace !== undefined && { namespace }),
      uid: r.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
      resourceVersion: "1",
      generation: 1,
    },
  };
}

/** Name and namespace: those that were read by id, else those given, else auto-named. */
function identity({ importId, autoName }: Registered, name?: string, namespace?: string): Identity {
  const [readNamespace, readName] = importId?.split("/") ?? [];
  return { name: readName ?? name ?? autoName, namespace: readNamespace ?? namespace };
}

function field(object: unknown, key: string): string | undefined {
  const value: unknown = typeof object === "object" && object !== null ? Reflect.get(object, key) : undefined;
  return typeof value === "string" ? value : undefined;
}
