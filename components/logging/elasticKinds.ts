import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { NodeSet } from "../data/elasticsearchNodes";
import type { ElasticsearchVersion } from "../data/search";

type PodTemplate = Readonly<Record<string, unknown>>;

/** The part of elasticsearch.k8s.elastic.co/v1 Elasticsearch that we use. */
export interface ElasticsearchSpec {
  readonly version: ElasticsearchVersion;
  readonly auth: {
    readonly disableElasticUser: true;
    readonly roles: readonly { readonly secretName: pulumi.Input<string> }[];
    readonly fileRealm: readonly { readonly secretName: pulumi.Input<string> }[];
  };
  readonly volumeClaimDeletePolicy: "DeleteOnScaledownOnly" | "DeleteOnScaledownAndClusterDeletion";
  readonly nodeSets: readonly NodeSet[];
}

/** The part of kibana.k8s.elastic.co/v1 Kibana that we use. */
export interface KibanaSpec {
  readonly version: ElasticsearchVersion;
  readonly count: number;
  readonly elasticsearchRef: { readonly name: string };
  readonly config: Readonly<Record<string, unknown>>;
  readonly podTemplate: PodTemplate;
}

/** The part of logstash.k8s.elastic.co/v1alpha1 Logstash that we use. */
export interface LogstashSpec {
  readonly version: ElasticsearchVersion;
  readonly count: number;
  readonly config: Readonly<Record<string, unknown>>;
  readonly pipelines: readonly Readonly<Record<string, unknown>>[];
  readonly services: readonly Readonly<Record<string, unknown>>[];
  readonly podTemplate: PodTemplate;
  readonly volumeClaimTemplates: readonly Readonly<Record<string, unknown>>[];
}

/** The part of beat.k8s.elastic.co/v1beta1 Beat that we use. */
export interface BeatSpec {
  readonly type: "filebeat";
  readonly version: ElasticsearchVersion;
  readonly config: Readonly<Record<string, unknown>>;
  readonly daemonSet: { readonly updateStrategy: object; readonly podTemplate: PodTemplate };
}

/** Kinds of Elastic's operator, by their specs, and when an object of theirs is what it is to be (cloud-on-k8s v3.5.0, pkg/apis). */
interface Specs {
  readonly Elasticsearch: ElasticsearchSpec;
  readonly Kibana: KibanaSpec;
  readonly Logstash: LogstashSpec;
  readonly Beat: BeatSpec;
}

const kinds: Readonly<Record<keyof Specs, { readonly apiVersion: string; readonly waitFor: string }>> = {
  Elasticsearch: {
    apiVersion: "elasticsearch.k8s.elastic.co/v1",
    waitFor: "jsonpath={.status.phase}=Ready",
  },
  Kibana: { apiVersion: "kibana.k8s.elastic.co/v1", waitFor: "jsonpath={.status.health}=green" },
  Logstash: { apiVersion: "logstash.k8s.elastic.co/v1alpha1", waitFor: "jsonpath={.status.health}=green" },
  // a node that is not well would hold up the update of all others
  Beat: { apiVersion: "beat.k8s.elastic.co/v1beta1", waitFor: "jsonpath={.status.health}" },
};

/** Arguments of {@link elasticObject}. */
export interface ElasticObjectArgs<Kind extends keyof Specs> {
  readonly kind: Kind;
  /** Name of the object, from which the operator makes those of all that it makes for it. */
  readonly object: string;
  readonly namespace: pulumi.Input<string>;
  readonly spec: Specs[Kind];
}

/** An object of Elastic's operator, which has to be among what `opts` depends on. Goes on once the operator says that it is well. */
export function elasticObject<Kind extends keyof Specs>(
  name: string,
  { kind, object, namespace, spec }: ElasticObjectArgs<Kind>,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const { apiVersion, waitFor } = kinds[kind];
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion,
      kind,
      metadata: { name: object, namespace, annotations: { "pulumi.com/waitFor": waitFor } },
      spec,
    },
    opts,
  );
}
