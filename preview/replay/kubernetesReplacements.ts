import type { types } from "@pulumi/kubernetes";
import { type Replacing, replacing } from "./replacing";

/** What every object of Kubernetes has. */
interface KubernetesObject {
  readonly metadata: types.input.meta.v1.ObjectMeta;
}

/** The provider replaces an object whose name or namespace changes (pulumi-kubernetes, provider/pkg/clients/forcenew.go). */
const object: Replacing = replacing<KubernetesObject>()("metadata.name", "metadata.namespace");

/**
 * What keeps data in the cluster, custom resources by which operators do and sets of the program's own; and cert-manager the
 * keys of authorities.
 */
export const kubernetesReplacements = {
  "kubernetes:cert-manager.io/v1:Certificate": object,
  "kubernetes:apps/v1:StatefulSet": replacing<
    KubernetesObject & { readonly spec: types.input.apps.v1.StatefulSetSpec }
  >()(
    "metadata.name",
    "metadata.namespace",
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ),
  "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch": object,
  "kubernetes:kafka.strimzi.io/v1:Kafka": object,
  "kubernetes:kafka.strimzi.io/v1:KafkaNodePool": object,
  "kubernetes:kafka.strimzi.io/v1:KafkaTopic": object,
  "kubernetes:psmdb.percona.com/v1:PerconaServerMongoDB": object,
} as const;
