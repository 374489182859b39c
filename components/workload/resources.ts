import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { ingressClassName } from "../platform/names";
import { podMonitor } from "../platform/podMonitor";
import { selectorLabels } from "./labels";
import type { RouteFront, WorkloadMesh } from "./membership";
import type { WorkloadPlan } from "./plan";
import { autoscalerSpec, disruptionBudgetSpec } from "./scaling";
import { ingressTimes, readSeconds } from "./routeTimes";
import type { RouteSpec } from "./spec";
import { previewOf } from "./strategy";
import { gatewayRoute } from "../traffic/routes";
import type { WayInKind } from "../traffic/wayIn";

/** Metadata of a workload's objects. */
export interface Metadata {
  readonly name: string;
  readonly namespace: pulumi.Input<string>;
  readonly labels: Record<string, string>;
}

interface ServiceAccountArgs {
  readonly metadata: Metadata;
  readonly annotations: pulumi.Input<Record<string, string>>;
  /** What its pods pull their images with. */
  readonly imagePullSecrets: readonly pulumi.Input<string>[];
}

/** The account under which its pods run: no token of Kubernetes, an identity in the cloud. */
export function serviceAccount(
  name: string,
  { metadata, annotations, imagePullSecrets }: ServiceAccountArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.ServiceAccount {
  return new k8s.core.v1.ServiceAccount(
    name,
    {
      metadata: { ...metadata, annotations },
      automountServiceAccountToken: false,
      ...(imagePullSecrets.length > 0 && {
        imagePullSecrets: imagePullSecrets.map((secret) => ({ name: secret })),
      }),
    },
    opts,
  );
}

/**
 * Auto-named and immutable: other facts make another ConfigMap, and with it new pods that know them. The one before stays, in
 * the namespace until that goes: pods of a version before are made long after an update, by Argo Rollouts until the new one is
 * judged, by whoever undoes a roll-out, and without it none of them could start. docs/operations.md says how those are told that
 * nothing names any more.
 */
export function factsOf(
  name: string,
  { namespace, labels }: Metadata,
  facts: Readonly<Record<string, pulumi.Input<string>>>,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.ConfigMap | undefined {
  if (Object.keys(facts).length === 0) return undefined;
  return new k8s.core.v1.ConfigMap(
    name,
    { metadata: { namespace, labels }, immutable: true, data: { ...facts } },
    { ...opts, retainOnDelete: true },
  );
}

interface DeploymentArgs {
  readonly plan: WorkloadPlan;
  readonly metadata: Metadata & { readonly annotations?: Readonly<Record<string, string>> };
  readonly template: k8s.types.input.core.v1.PodTemplateSpec;
}

/** Its pods, replaced one surge at a time and never fewer than wanted. */
export function deployment(
  name: string,
  { plan, metadata, template }: DeploymentArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apps.v1.Deployment {
  return new k8s.apps.v1.Deployment(
    name,
    {
      metadata,
      spec: {
        // The autoscaler owns the number; a value here would undo its work at every update.
        ...(plan.autoscaled ? {} : { replicas: plan.minReplicas }),
        revisionHistoryLimit: 5,
        // Kubernetes' own default of ten minutes, or longer than a pod may take to start.
        progressDeadlineSeconds: Math.max(600, 2 * plan.probes.startupSeconds),
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" } },
        selector: { matchLabels: selectorLabels(plan.service) },
        template,
      },
    },
    opts,
  );
}

/** Its autoscaler and its disruption budget, where it has more than one pod. */
export function scaling(
  name: string,
  plan: WorkloadPlan,
  metadata: Metadata,
  opts: pulumi.CustomResourceOptions,
): void {
  // with other triggers KEDA makes it (components/scaling): one sets the number, and no other
  if (plan.autoscaled && plan.scaling === undefined) {
    new k8s.autoscaling.v2.HorizontalPodAutoscaler(
      `${name}-autoscaler`,
      { metadata, spec: autoscalerSpec(plan) },
      opts,
    );
  }
  const budget = disruptionBudgetSpec(plan);
  if (budget !== undefined) {
    new k8s.policy.v1.PodDisruptionBudget(`${name}-disruption-budget`, { metadata, spec: budget }, opts);
  }
}

interface ServingArgs {
  readonly plan: WorkloadPlan;
  readonly metadata: Metadata;
  readonly host: string | undefined;
  readonly wayIn: WayInKind;
  /** @default - it is in none: the ingress controller hands requests to its own pods */
  readonly mesh?: Pick<WorkloadMesh, "front"> | undefined;
}

/** Port of its Service. */
const servicePort = 80;

/** Largest body of a request where a route names none, MiB. */
const defaultBodyMiB = 10;

/** Its name inside the cluster, and its part of a host on the internet. */
export function serving(
  name: string,
  { plan: { service, port, route, strategy }, metadata, host, wayIn, mesh }: ServingArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  if (port !== undefined) clusterServices(name, { service, strategy, metadata }, opts);
  if (route === undefined || host === undefined) return;
  const front = mesh?.front;
  if (wayIn === "ingress") {
    ingress(`${name}-route`, { metadata, route, host, front }, opts);
    return;
  }
  const { path, maxBodyMiB = defaultBodyMiB } = route;
  const limits = { maxBodyMiB, readSeconds: readSeconds(route, front !== undefined) };
  const place = front === undefined ? metadata : { ...metadata, namespace: front.namespace };
  const to = { service: front?.service ?? metadata.name, port: front?.port ?? servicePort };
  gatewayRoute(`${name}-route`, { metadata: place, host, path, ...limits, ...to }, opts);
}

/** Has Prometheus scrape its pods. */
export function scraping(
  name: string,
  { service, port, metrics }: WorkloadPlan,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): void {
  if (metrics === undefined) return;
  const { path = "/metrics" } = metrics;
  podMonitor(
    name,
    {
      namespace,
      monitor: service,
      podLabels: selectorLabels(service),
      port: metrics.port === port ? "http" : "metrics",
      path,
    },
    opts,
  );
}

/** Its name inside the cluster; and one for its new version where that stands beside the other. */
function clusterServices(
  name: string,
  { service, strategy, metadata }: Pick<WorkloadPlan, "service" | "strategy"> & Pick<ServingArgs, "metadata">,
  opts: pulumi.CustomResourceOptions,
): void {
  if (strategy.kind !== "blueGreen") {
    clusterService(`${name}-service`, service, metadata, opts);
    return;
  }
  // Argo Rollouts says by the version's hash whose pods each of them means
  const changed = { ...opts, ignoreChanges: ["spec.selector"] };
  clusterService(`${name}-service`, service, metadata, changed);
  clusterService(`${name}-preview`, service, { ...metadata, name: previewOf(service) }, changed);
}

function clusterService(
  name: string,
  service: string,
  metadata: Metadata,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Service {
  return new k8s.core.v1.Service(
    name,
    {
      metadata,
      spec: {
        type: "ClusterIP",
        selector: selectorLabels(service),
        ports: [
          { name: "http", port: servicePort, targetPort: "http", protocol: "TCP", appProtocol: "http" },
        ],
      },
    },
    opts,
  );
}

interface RouteArgs {
  readonly metadata: Metadata;
  readonly route: RouteSpec;
  readonly host: string;
  readonly front: RouteFront | undefined;
}

/** A part ("minion") of the host's Ingress, where TLS is. */
function ingress(
  name: string,
  { metadata, route, host, front }: RouteArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.Ingress {
  const { path, maxBodyMiB = defaultBodyMiB } = route;
  return new k8s.networking.v1.Ingress(
    name,
    {
      metadata: {
        ...metadata,
        ...(front !== undefined && { namespace: front.namespace }),
        annotations: {
          "nginx.org/mergeable-ingress-type": "minion",
          "nginx.org/client-max-body-size": `${maxBodyMiB}m`,
          ...ingressTimes(route, front !== undefined),
          ...(front !== undefined && { "nginx.org/ssl-services": front.service }),
          // The address is the host's; waiting for one here would wait for ever.
          "pulumi.com/skipAwait": "true",
        },
      },
      spec: {
        ingressClassName,
        rules: [
          {
            host,
            http: {
              paths: [
                {
                  path,
                  pathType: "Prefix",
                  backend: {
                    service:
                      front === undefined
                        ? { name: metadata.name, port: { name: "http" } }
                        : { name: front.service, port: { number: front.port } },
                  },
                },
              ],
            },
          },
        ],
      },
    },
    opts,
  );
}
