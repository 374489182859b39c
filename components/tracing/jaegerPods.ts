import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { platformPriority } from "../platform/priorities";
import { closedContainer } from "../platform/securityContext";
import type { ServicePlace } from "../platform/service";
import { spreadOver } from "../platform/spread";
import type { CollectorConfig } from "./collectorConfig";
import { storageFiles } from "./jaegerConfig";
import type { ContainerResources } from "./kinds";
import { collectorPorts, collectorUser, tlsFiles } from "./parts";
import type { TraceStorage } from "./traceStorage";

type PodSpec = k8s.types.input.core.v1.PodSpec;

/** Jaeger's images; they come by no chart that fits (docs/tracing.md), so that their version is pinned here. */
export const jaegerImages = {
  jaeger: {
    repository: "docker.io/jaegertracing/jaeger",
    // renovate: datasource=docker depName=docker.io/jaegertracing/jaeger
    version: "2.20.0",
  },
  indexCleaner: {
    repository: "docker.io/jaegertracing/jaeger-es-index-cleaner",
    // renovate: datasource=docker depName=docker.io/jaegertracing/jaeger-es-index-cleaner
    version: "2.20.0",
  },
} as const;

/** Parts of Jaeger, each with its own pods. */
export type JaegerPart = "jaeger-collector" | "jaeger-query" | "jaeger-index-cleaner";

/** Label of the pods of all parts. */
export const allJaegerPods = { "app.kubernetes.io/part-of": "jaeger" } as const;

/** Labels of a part's pods. */
export function jaegerPods(part: JaegerPart): Readonly<Record<string, string>> {
  return { ...allJaegerPods, "app.kubernetes.io/name": part };
}

/** By what a pod gets into Elasticsearch, and nothing else of those Secrets. */
export function storageVolume({
  authoritySecret,
  userSecret,
}: Pick<TraceStorage, "authoritySecret" | "userSecret">): k8s.types.input.core.v1.Volume {
  const one = (name: pulumi.Input<string>, key: string) => ({
    secret: { name, items: [{ key, path: key }] },
  });
  return {
    name: "storage",
    projected: { sources: [one(userSecret, "password"), one(authoritySecret, "ca.crt")] },
  };
}

/** What all of Jaeger's pods are. */
export function jaegerPod(nodeSelector: Readonly<Record<string, string>>): Omit<PodSpec, "containers"> {
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: platformPriority,
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector: { ...nodeSelector } }),
    securityContext: {
      runAsNonRoot: true,
      runAsUser: collectorUser,
      runAsGroup: collectorUser,
      fsGroup: collectorUser,
      seccompProfile: { type: "RuntimeDefault" },
    },
  };
}

/** Arguments of {@link jaegerDeployment}. */
export interface JaegerDeploymentArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  readonly part: JaegerPart;
  readonly namespace: pulumi.Output<string>;
  readonly config: pulumi.Output<CollectorConfig>;
  /** Its ports by their names, beside those of its figures and its probe. */
  readonly ports: Readonly<Record<string, number>>;
  readonly resources: ContainerResources;
  readonly storage: TraceStorage;
  /**
   * Secret with its certificate.
   *
   * @default - it shows none
   */
  readonly tlsSecret?: string;
}

/** How long a pod answers on while Services stop sending to it, seconds. */
const drainSeconds = 10;

const folder = "/etc/jaeger";
const file = "config.json";

/** A part of Jaeger that runs until it is stopped; a change of what it is told is a change of its pods. */
export function jaegerDeployment(
  name: string,
  args: JaegerDeploymentArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apps.v1.Deployment {
  const { part, namespace, config, ports, highlyAvailable } = args;
  const labels = jaegerPods(part);
  const metadata = { name: part, namespace, labels: { ...labels } };
  const alone = { ...opts, dependsOn: [] };
  const told = new k8s.core.v1.ConfigMap(
    name,
    {
      metadata: { namespace },
      immutable: true,
      // JSON, which is YAML as well
      data: { [file]: config.apply((known) => JSON.stringify(known, undefined, 1)) },
    },
    alone,
  );
  const account = new k8s.core.v1.ServiceAccount(
    name,
    { metadata, automountServiceAccountToken: false },
    alone,
  );
  const deployment = new k8s.apps.v1.Deployment(
    name,
    {
      metadata: { ...metadata, labels: { ...labels, "groundwork.dev/scaling": "fixed" } },
      spec: {
        replicas: highlyAvailable ? 2 : 1,
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
        selector: { matchLabels: { ...labels } },
        template: podTemplate(args, account.metadata.name, told.metadata.name),
      },
    },
    opts,
  );
  new k8s.core.v1.Service(
    name,
    {
      metadata,
      spec: {
        selector: { ...labels },
        ports: Object.entries(ports).map(([port, number]) => ({
          name: port,
          port: number,
          targetPort: port,
          appProtocol: port.startsWith("grpc") ? "grpc" : "http",
        })),
      },
    },
    alone,
  );
  // with one replica a budget would only keep the node from being drained
  if (highlyAvailable) {
    new k8s.policy.v1.PodDisruptionBudget(
      name,
      { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: { ...labels } } } },
      alone,
    );
  }
  return deployment;
}

function podTemplate(
  { part, nodeSelector, ports, resources, storage, tlsSecret }: JaegerDeploymentArgs,
  serviceAccountName: pulumi.Input<string>,
  configMap: pulumi.Input<string>,
): k8s.types.input.core.v1.PodTemplateSpec {
  const { repository, version } = jaegerImages.jaeger;
  const labels = jaegerPods(part);
  const probe = { httpGet: { path: "/status", port: "health" }, periodSeconds: 10, timeoutSeconds: 3 };
  const mounted = (name: string, mountPath: string) => ({ name, mountPath, readOnly: true });
  return {
    metadata: { labels: { ...labels } },
    spec: {
      ...jaegerPod(nodeSelector),
      serviceAccountName,
      terminationGracePeriodSeconds: 60,
      topologySpreadConstraints: spreadOver(labels),
      containers: [
        {
          name: part,
          image: `${repository}:${version}`,
          args: ["--config", `${folder}/${file}`],
          ports: Object.entries({
            ...ports,
            metrics: collectorPorts.metrics,
            health: collectorPorts.health,
          }).map(([port, containerPort]) => ({ name: port, containerPort })),
          resources,
          // it starts once Elasticsearch answers, and is tried again until then
          startupProbe: { ...probe, failureThreshold: 30 },
          livenessProbe: { ...probe, failureThreshold: 6 },
          readinessProbe: probe,
          lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
          securityContext: closedContainer(),
          volumeMounts: [
            mounted("config", folder),
            mounted("storage", storageFiles.folder),
            ...(tlsSecret === undefined ? [] : [mounted("tls", tlsFiles.folder)]),
          ],
        },
      ],
      volumes: [
        { name: "config", configMap: { name: configMap } },
        storageVolume(storage),
        ...(tlsSecret === undefined ? [] : [{ name: "tls", secret: { secretName: tlsSecret } }]),
      ],
    },
  };
}
