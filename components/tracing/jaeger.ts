import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { grafanaPeer } from "../platform/dataSources";
import { namespaces, prometheusPods } from "../platform/names";
import { allowTraffic, egressTo, podsHere, tcp } from "../platform/networkPolicy";
import { podMonitor } from "../platform/podMonitor";
import { afterAll } from "../platform/release";
import { closedContainer } from "../platform/securityContext";
import type { ServicePlace } from "../platform/service";
import { internalCertificate } from "../traffic/internalAuthority";
import type { TraceBackend } from "./collectorConfig";
import {
  collectorConfig,
  type ElasticsearchFacts,
  queryConfig,
  queryPorts,
  storageFiles,
} from "./jaegerConfig";
import {
  allJaegerPods,
  jaegerDeployment,
  jaegerImages,
  type JaegerPart,
  jaegerPod,
  jaegerPods,
  storageVolume,
} from "./jaegerPods";
import { collectorPods, collectorPorts, tracingHost } from "./parts";
import type { TraceStorage, TraceStore } from "./traceStorage";

/** Arguments of {@link Jaeger}. */
export interface JaegerArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  /** Namespace of traces, which is there. */
  readonly namespace: pulumi.Output<string>;
  readonly store: TraceStore;
  /** How long traces are kept, days. */
  readonly retentionDays: number;
}

/** Name of the Secret with its certificate. */
const tlsSecret = "jaeger-collector-tls";

/** When indices that are too old are deleted, UTC. */
const cleaningSchedule = "35 0 * * *";

/**
 * Jaeger: keeps traces in Elasticsearch, an index a day, deletes those that are too old, and shows them. Its UI asks nobody who
 * they are: it is reached by `kubectl port-forward`, by whom the cluster lets do that, and by Grafana. Needs the
 * internal authority, and the monitoring stack's kinds.
 */
export class Jaeger extends pulumi.ComponentResource {
  /** Where gateways send spans. */
  public readonly backend: TraceBackend = {
    service: "jaeger-collector",
    port: collectorPorts.grpc,
    podLabels: jaegerPods("jaeger-collector"),
  };

  constructor(name: string, args: JaegerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:tracing:Jaeger", name, {}, opts);
    const { namespace, store, retentionDays } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };
    const storage = store.admit(
      `${name}-storage`,
      { namespace: namespaces.tracing, namespaceName: namespace, podLabels: allJaegerPods },
      child,
    );
    const policies = trafficPolicies(name, { namespace, storage }, child);
    const after = afterAll(child, opts, [...policies, ...storage.ready]);
    const certificate = internalCertificate(
      `${name}-certificate`,
      {
        secretName: tlsSecret,
        namespace,
        dnsNames: [tracingHost("jaeger-collector")],
        usages: ["server auth"],
      },
      afterAll(child, opts, []),
    );
    const facts = pulumi.output(storage.url).apply((url): ElasticsearchFacts => ({
      url,
      username: store.username,
      retentionDays,
      replicated: store.replicated,
    }));
    const part = { ...args, storage };
    jaegerDeployment(
      `${name}-collector`,
      {
        ...part,
        part: "jaeger-collector",
        config: facts.apply(collectorConfig),
        ports: { grpc: collectorPorts.grpc },
        resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "1", memory: "512Mi" } },
        tlsSecret,
      },
      pulumi.mergeOptions(after, { dependsOn: certificate }),
    );
    jaegerDeployment(
      `${name}-query`,
      {
        ...part,
        part: "jaeger-query",
        config: facts.apply(queryConfig),
        ports: { http: queryPorts.http, "grpc-query": queryPorts.grpc },
        resources: { requests: { cpu: "50m", memory: "256Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
      },
      after,
    );
    indexCleaner(`${name}-cleaner`, { ...args, storage }, after);
    const watched = afterAll(child, opts, []);
    for (const monitor of ["jaeger-collector", "jaeger-query"] as const) {
      const podLabels = jaegerPods(monitor);
      podMonitor(`${name}-${monitor}`, { namespace, monitor, podLabels, port: "metrics" }, watched);
    }
    this.registerOutputs({});
  }
}

/** Deletes indices of days that are over, each night. */
function indexCleaner(
  name: string,
  { namespace, nodeSelector, storage, retentionDays }: JaegerArgs & { readonly storage: TraceStorage },
  opts: pulumi.CustomResourceOptions,
): k8s.batch.v1.CronJob {
  const part = "jaeger-index-cleaner";
  const { repository, version } = jaegerImages.indexCleaner;
  const fromSecret = (variable: string, key: string) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name: storage.userSecret, key } },
  });
  const metadata = { name: part, namespace, labels: { ...jaegerPods(part) } };
  const account = new k8s.core.v1.ServiceAccount(
    name,
    { metadata, automountServiceAccountToken: false },
    { ...opts, dependsOn: [] },
  );
  return new k8s.batch.v1.CronJob(
    name,
    {
      metadata,
      spec: {
        schedule: cleaningSchedule,
        timeZone: "Etc/UTC",
        concurrencyPolicy: "Forbid",
        startingDeadlineSeconds: 6 * 3600,
        successfulJobsHistoryLimit: 1,
        failedJobsHistoryLimit: 1,
        jobTemplate: {
          spec: {
            backoffLimit: 3,
            activeDeadlineSeconds: 900,
            template: {
              metadata: { labels: { ...jaegerPods(part) } },
              spec: {
                ...jaegerPod(nodeSelector),
                serviceAccountName: account.metadata.name,
                restartPolicy: "Never",
                containers: [
                  {
                    name: part,
                    image: `${repository}:${version}`,
                    args: [`${retentionDays}`, storage.url],
                    env: [
                      fromSecret("ES_USERNAME", "username"),
                      fromSecret("ES_PASSWORD", "password"),
                      { name: "ES_TLS_ENABLED", value: "true" },
                      { name: "ES_TLS_CA", value: storageFiles.authority },
                    ],
                    resources: {
                      requests: { cpu: "20m", memory: "64Mi" },
                      limits: { cpu: "200m", memory: "64Mi" },
                    },
                    securityContext: closedContainer(),
                    volumeMounts: [{ name: "storage", mountPath: storageFiles.folder, readOnly: true }],
                  },
                ],
                volumes: [storageVolume(storage)],
              },
            },
          },
        },
      },
    },
    opts,
  );
}

/** Gateways are heard and Grafana is answered; all of it asks Elasticsearch. */
function trafficPolicies(
  name: string,
  { namespace, storage }: Pick<JaegerArgs, "namespace"> & { readonly storage: TraceStorage },
  opts: pulumi.CustomResourceOptions,
): readonly k8s.networking.v1.NetworkPolicy[] {
  const asked = { from: [prometheusPods], ports: tcp(collectorPorts.metrics) };
  const ingress: Readonly<Record<JaegerPart, Parameters<typeof allowTraffic>[1]["ingress"]>> = {
    "jaeger-collector": [
      { from: [podsHere(collectorPods("gateway"))], ports: tcp(collectorPorts.grpc) },
      asked,
    ],
    "jaeger-query": [{ from: [grafanaPeer], ports: tcp(queryPorts.http) }, asked],
    "jaeger-index-cleaner": [],
  };
  return Object.entries(ingress).map(([part, from = []]) =>
    allowTraffic(
      `${name}-${part}`,
      {
        namespace,
        policy: part,
        podLabels: { ...allJaegerPods, "app.kubernetes.io/name": part },
        ingress: from,
        egress: storage.destinations.map(egressTo),
      },
      opts,
    ),
  );
}
