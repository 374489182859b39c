import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { prometheusPods } from "../platform/names";
import {
  allowTraffic,
  type EgressRule,
  egressTo,
  egressToApiServer,
  type IngressRule,
  internet,
  podsHere,
  type PortRange,
  tcp,
} from "../platform/networkPolicy";
import { podsOf, redisPods, redisProxyPods } from "./argoCdValues";

interface Traffic {
  readonly labels: Readonly<Record<string, string>>;
  readonly ingress?: readonly IngressRule[];
  readonly egress?: readonly EgressRule[];
}

const repositoryPort = 8081;
const redisPort = 6379;
const redisProxyMetricsPort = 9101;
const sentinelPort = 26379;

const scraped = (port: number): IngressRule => ({ from: [prometheusPods], ports: tcp(port) });
const from = (
  labels: readonly Readonly<Record<string, string>>[],
  ...ports: readonly PortRange[]
): IngressRule => ({
  from: labels.map(podsHere),
  ports: tcp(...ports),
});
const to = (
  labels: readonly Readonly<Record<string, string>>[],
  ...ports: readonly PortRange[]
): EgressRule => ({
  to: labels.map(podsHere),
  ports: tcp(...ports),
});

const controller = podsOf("application-controller");
const server = podsOf("server");
const repoServer = podsOf("repo-server");
const applicationSet = podsOf("applicationset-controller");
const notifications = podsOf("notifications-controller");
const cached = [controller, server, repoServer];

/**
 * What each part speaks to, as the chart's ports are. Nobody of the cluster reaches the API: who works with it comes through
 * the API server, to the pod itself.
 */
function trafficOf(highlyAvailable: boolean): Readonly<Record<string, Traffic>> {
  const cache = highlyAvailable ? redisProxyPods : podsOf("redis");
  const toCache = to([cache], redisPort);
  const toRepositories = to([repoServer], repositoryPort);
  const toInternet = egressTo(internet(443));
  return {
    "application-controller": {
      labels: controller,
      ingress: [scraped(8082)],
      egress: [egressToApiServer, toRepositories, toCache],
    },
    server: {
      labels: server,
      ingress: [scraped(8083)],
      // to who signs users in
      egress: [egressToApiServer, toRepositories, toCache, toInternet],
    },
    "repo-server": {
      labels: repoServer,
      ingress: [from([controller, server, applicationSet, notifications], repositoryPort), scraped(8084)],
      egress: [toCache, toInternet],
    },
    "applicationset-controller": {
      labels: applicationSet,
      ingress: [scraped(8080)],
      egress: [egressToApiServer, toRepositories],
    },
    "notifications-controller": {
      labels: notifications,
      ingress: [scraped(9001)],
      egress: [egressToApiServer, toRepositories, toInternet],
    },
    "redis-secret-init": { labels: podsOf("redis-secret-init"), egress: [egressToApiServer] },
    ...(highlyAvailable
      ? {
          "redis-proxy": {
            labels: redisProxyPods,
            ingress: [from(cached, redisPort), scraped(redisProxyMetricsPort)],
            egress: [to([redisPods], redisPort, sentinelPort)],
          },
          redis: {
            labels: redisPods,
            ingress: [from([redisPods, redisProxyPods], redisPort, sentinelPort)],
            egress: [to([redisPods], redisPort, sentinelPort)],
          },
        }
      : { redis: { labels: cache, ingress: [from(cached, redisPort)] } }),
  };
}

/** Lets each part of Argo CD speak to those that it needs. */
export function allowArgoCd(
  name: string,
  {
    namespace,
    highlyAvailable,
  }: { readonly namespace: pulumi.Input<string>; readonly highlyAvailable: boolean },
  opts: pulumi.CustomResourceOptions,
): readonly k8s.networking.v1.NetworkPolicy[] {
  return Object.entries(trafficOf(highlyAvailable)).map(([policy, { labels: podLabels, ...rules }]) =>
    allowTraffic(`${name}-${policy}`, { namespace, policy, podLabels, ...rules }, opts),
  );
}
