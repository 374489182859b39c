import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { grafanaPeer } from "../platform/dataSources";
import { prometheusPods } from "../platform/names";
import { allowTraffic, type Destination, egressTo, podsHere, tcp } from "../platform/networkPolicy";
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
import { jaegerDeployment, jaegerImages, type JaegerPart, jaegerPod, jaegerPods } from "./jaegerPods";
import { collectorPods, collectorPorts, tracingHost } from "./parts";

/** Elasticsearch as Jaeger uses it. */
export interface TraceStorage {
  /** `https://…:9200`. */
  readonly url: pulumi.Input<string>;
  /** What its certificate is checked with, PEM. */
  readonly authority: pulumi.Input<string>;
  /** A user that may make and delete indices `jaeger-*`, read and write them, and keep their templates. */
  readonly username: string;
  readonly password: pulumi.Input<string>;
  /** Whether it has nodes enough that each shard has a second one elsewhere. */
  readonly replicated: boolean;
  readonly destinations: readonly Destination[];
  /** What has to stand before it answers. */
  readonly ready: readonly pulumi.Resource[];
}

/** Arguments of {@link Jaeger}. */
export interface JaegerArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  /** Namespace of traces, which is there. */
  readonly namespace: pulumi.Output<string>;
  readonly storage: TraceStorage;
  /** How long traces are kept, days. */
  readonly retentionDays: number;
}

/** Name of the Secret with what Elasticsearch knows it by. */
const storageSecret = "jaeger-elasticsearch";
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
    const { namespace, storage, retentionDays } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };
    const secret = new k8s.core.v1.Secret(
      `${name}-storage`,
      {
        metadata: { name: storageSecret, namespace },
        stringData: {
          username: storage.username,
          password: pulumi.secret(storage.password),
          "ca.crt": storage.authority,
        },
      },
      child,
    );
    const policies = trafficPolicies(name, args, child);
    const after = afterAll(child, opts, [...policies, secret, ...storage.ready]);
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
      username: storage.username,
      retentionDays,
      replicated: storage.replicated,
    }));
    const part = { ...args, storageSecret: secret.metadata.name };
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
    indexCleaner(`${name}-cleaner`, { ...args, secretName: secret.metadata.name }, after);
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
  {
    namespace,
    nodeSelector,
    storage,
    retentionDays,
    secretName,
  }: JaegerArgs & { readonly secretName: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): k8s.batch.v1.CronJob {
  const part = "jaeger-index-cleaner";
  const { repository, version } = jaegerImages.indexCleaner;
  const fromSecret = (variable: string, key: string) => ({
    name: variable,
    valueFrom: { secretKeyRef: { name: secretName, key } },
  });
  return new k8s.batch.v1.CronJob(
    name,
    {
      metadata: { name: part, namespace, labels: { ...jaegerPods(part) } },
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
                volumes: [{ name: "storage", secret: { secretName } }],
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
  { namespace, storage }: JaegerArgs,
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
        podLabels: { "app.kubernetes.io/name": part, "app.kubernetes.io/part-of": "jaeger" },
        ingress: from,
        egress: storage.destinations.map(egressTo),
      },
      opts,
    ),
  );
}
