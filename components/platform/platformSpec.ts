import type { ArgoCdSpec } from "../delivery/argoCdSpec";
import type { FlagdSpec } from "../delivery/featureFlags";
import type { TrivySpec } from "../guardrails/trivySpec";
import type { LokiSpec } from "../logging/lokiSpec";
import type { ElasticStackSpec } from "../logging/elasticSpec";
import type { ThanosSpec } from "../metrics/thanosSpec";
import type { IstioSpec } from "../mesh/istioSpec";
import type { JaegerSpec, OpenTelemetrySpec, TraceStoreSpec } from "../tracing/tracingSpec";

/**
 * Services of the platform beside those that every system stands on, by the names of what runs them. One is made where its
 * key is there, and `{}` asks for it as it is; what a stack file says of it takes the place of what the blueprint says.
 */
export interface PlatformSpec {
  /** Deploys what a Git repository describes into the system's namespace. */
  readonly argoCd?: ArgoCdSpec;
  /** Carries out the strategies of services that are not `rolling`, and judges their new versions. */
  readonly argoRollouts?: object;
  /** Asks for each public route as a client does, and says when one is not served. */
  readonly blackboxExporter?: object;
  /** Keeps what all pods say in Elasticsearch, where it is searched with Kibana and with Grafana. */
  readonly elasticStack?: ElasticStackSpec;
  /** Makes records of names that applications add below the domain, where they ask for it. */
  readonly externalDns?: object;
  /** Keeps Secrets as the cloud's secret store has them, for services that read their environment alone. */
  readonly externalSecrets?: object;
  /** Tells services which variant of a feature flag somebody gets; its flags are the blueprint's. */
  readonly flagd?: FlagdSpec;
  /** Scales workloads by what waits for them, which they name (`scaling`). */
  readonly keda?: object;
  /** Lets in those of the stack's images alone that its CI has signed; there is none where nobody pushes from CI. */
  readonly kyverno?: object;
  /** Keeps what pods say and what Kubernetes tells in a bucket, finds it again, and alerts of it. */
  readonly loki?: LokiSpec;
  /** Rolls a workload when a Secret or ConfigMap that it names has changed. */
  readonly reloader?: object;
  /** A mesh of the system's services: both sides' certificates, and who may call whom. */
  readonly istio?: IstioSpec;
  /** Keeps secrets of services, makes them users of databases for an hour and certificates for a day. */
  readonly vault?: object;
  /** Recommends how much CPU and memory workloads should ask for, and changes none of them. */
  readonly vpa?: object;
  /** Keeps samples for years in a bucket, and answers queries over all of Prometheus and of that. */
  readonly thanos?: ThanosSpec;
  /** Looks on each node at what processes do, and tells when one does what an intruder would. */
  readonly falco?: object;
  /** Looks each day into the images that run, and reports what is known to be wrong with them. */
  readonly trivyOperator?: TrivySpec;
  /** Hears the spans of the system's services, and keeps traces that had an error, were slow or are of the sample. */
  readonly openTelemetry?: OpenTelemetrySpec;
  /** Keeps traces in Elasticsearch, and shows them; that is made for it where there is none for logs. */
  readonly jaeger?: JaegerSpec;
  /** Keeps traces in a bucket, for Grafana. */
  readonly tempo?: TraceStoreSpec;
  /** Keeps the cluster's objects in a bucket, by which one namespace is there again within minutes. */
  readonly velero?: object;
}

/** One of the platform's services that a system may ask for. */
export type PlatformServiceName = keyof PlatformSpec;
