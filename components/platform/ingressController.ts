import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EdgeOrigin, OriginProof } from "../edge/edge";
import type { WayIn } from "../traffic/wayIn";
import { nginxImage } from "./chartImages";
import { ingressClassName, ingressPodLabels, namespaces, prometheusPods } from "./names";
import { SecureNamespace } from "./namespace";
import { allowTraffic, egressToApiServer, ingressFromAnyone, podsManaged, tcp } from "./networkPolicy";
import { OriginProofs, type ProofValues } from "./originProofs";
import { platformPriority } from "./priorities";
import { afterAll, installChart } from "./release";
import { spreadOver } from "./spread";

/** Arguments of {@link IngressController}. */
export interface IngressControllerArgs {
  /** Annotations of the load balancer's Service, as the cloud wants them. */
  readonly loadBalancerAnnotations: Readonly<Record<string, pulumi.Input<string>>>;
  /** Labels of its namespace, by which the cloud's load balancer has a say in when a pod is ready. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** Pods at least and at most. */
  readonly replicas: { readonly min: number; readonly max: number };
  /** Labels of its nodes. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /**
   * What stands before the load balancer; it is then closed to all others, and listens with TLS only. Needs a provider of
   * `random`.
   *
   * @default - clients come straight to it
   */
  readonly edge?: EdgeOrigin;
}

const metricsPort = 9113;

/**
 * How long a pod that was told to stop goes on serving. A network load balancer of AWS goes on sending new connections to
 * an address for about two minutes after it was taken out, whatever its delay says
 * (kubernetes-sigs/aws-load-balancer-controller#2366).
 */
const drainSeconds = 150;

/**
 * NGINX Ingress Controller (F5's, not the retired ingress-nginx) behind one load balancer, which hands on connections
 * as they come: TLS ends here.
 */
export class IngressController extends pulumi.ComponentResource implements WayIn {
  /** What Ingresses state as `ingressClassName`. */
  public readonly className: string = ingressClassName;
  /** Namespace of the controller's pods: whom workloads let in. */
  public readonly namespaceName: pulumi.Output<string>;
  /** The controller: Ingresses wait for it. */
  public readonly release: k8s.helm.v3.Release;
  /** DNS name (AWS) or address (GCP) of the load balancer, for the domain's records. */
  public readonly loadBalancer: pulumi.Output<string>;
  /** What the edge has to prove itself with; none where no edge stands. */
  public readonly originProofs: readonly OriginProof[];
  public readonly ready: pulumi.Resource;

  constructor(name: string, args: IngressControllerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:platform:IngressController", name, {}, opts);
    const { replicas, namespaceLabels, edge } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.ingress,
        labels: namespaceLabels,
        quota: {
          requests: { cpu: `${replicas.max + 2}`, memory: `${replicas.max + 2}Gi` },
          limits: { cpu: `${2 * (replicas.max + 2)}`, memory: `${replicas.max + 2}Gi` },
          pods: 2 * replicas.max,
          loadBalancers: 1,
        },
      },
      child,
    );
    this.namespaceName = namespace.namespaceName;
    const policies = trafficPolicies(
      name,
      { namespace: this.namespaceName, ports: edge === undefined ? [80, 443] : [443] },
      child,
    );
    const proofs =
      edge === undefined
        ? undefined
        : new OriginProofs(`${name}-origin-proofs`, { namespace: this.namespaceName }, child);
    this.originProofs = proofs?.proofs ?? [];
    this.release = installChart(
      name,
      {
        chart: "nginxIngress",
        namespace: this.namespaceName,
        values: ingressControllerValues(args, proofs?.values),
      },
      afterAll(child, opts, policies),
    );
    this.ready = this.release;
    this.loadBalancer = loadBalancerOf(`${name}-load-balancer`, this.release, child);

    this.registerOutputs({ className: this.className, loadBalancer: this.loadBalancer });
  }
}

/** Values of the chart. */
export function ingressControllerValues(
  {
    loadBalancerAnnotations,
    replicas: { min, max },
    nodeSelector,
    edge,
  }: Omit<IngressControllerArgs, "namespaceLabels">,
  { volumes = [], volumeMounts = [], entries = {} }: Partial<ProofValues> = {},
): Record<string, unknown> {
  const resources = { requests: { cpu: "250m", memory: "512Mi" }, limits: { cpu: "2", memory: "512Mi" } };
  return {
    controller: {
      kind: "deployment",
      image: { repository: nginxImage },
      replicaCount: min,
      ingressClass: { name: ingressClassName, create: true, setAsDefaultIngress: false },
      autoscaling: {
        enabled: true,
        minReplicas: min,
        maxReplicas: max,
        targetCPUUtilizationPercentage: 60,
        targetMemoryUtilizationPercentage: 80,
        behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
      },
      podDisruptionBudget: { enabled: min > 1, ...(min > 1 && { maxUnavailable: 1 }) },
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
      minReadySeconds: 10,
      topologySpreadConstraints: spreadOver(ingressPodLabels, min > 1 ? "required" : "preferred"),
      priorityClassName: platformPriority,
      nodeSelector,
      resources,
      initContainerResources: resources,
      // The chart then drops all capabilities but the one to bind ports 80 and 443, and runs as user 101.
      readOnlyRootFilesystem: true,
      // The load balancer goes on sending until the pod's removal has reached all of it; NGINX then finishes what is open.
      lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
      terminationGracePeriodSeconds: drainSeconds + 60,
      logFormat: "json",
      telemetryReporting: { enable: false },
      enableSnippets: false,
      service: {
        type: "LoadBalancer",
        externalTrafficPolicy: "Local",
        annotations: { ...loadBalancerAnnotations, ...edge?.annotations },
        ...(edge !== undefined && {
          loadBalancerSourceRanges: [...edge.sourceRanges],
          // the CDN redirects to HTTPS itself, and calls by HTTPS alone
          httpPort: { enable: false },
        }),
      },
      volumes,
      volumeMounts,
      config: { entries: { ...nginxSettings, ...(edge !== undefined && behind(edge)), ...entries } },
    },
    prometheus: {
      create: true,
      port: metricsPort,
      service: { create: true },
      serviceMonitor: { create: true },
    },
  };
}

/**
 * How long a connection may lie idle, seconds: Google's front ends keep one for 600, CloudFront for less, and who closes it
 * first must be the CDN, which would otherwise send a request into a connection that is just gone, and answer 502.
 * https://cloud.google.com/load-balancing/docs/https#timeouts_and_retries
 */
export const edgeIdleSeconds = 620;

/** The client's address is what the CDN says it is, in requests that come from the CDN's own addresses and in no other. */
function behind({
  proxies,
  clientAddressHeader,
}: EdgeOrigin): Readonly<Record<string, pulumi.Input<string>>> {
  return {
    "keepalive-timeout": `${edgeIdleSeconds}s`,
    "set-real-ip-from": pulumi.output(proxies).apply((cidrs) => cidrs.join(",")),
    "real-ip-header": clientAddressHeader,
    // of several addresses the last that is no proxy's: what stands before it, anyone may have written
    "real-ip-recursive": "True",
  };
}

/** What NGINX writes of a request. */
export const accessLogFormat = JSON.stringify({
  time: "$time_iso8601",
  client: "$remote_addr",
  host: "$host",
  method: "$request_method",
  uri: "$uri",
  status: "$status",
  bytes: "$body_bytes_sent",
  duration: "$request_time",
  upstream: "$upstream_addr",
  upstreamDuration: "$upstream_response_time",
  requestId: "$request_id",
  userAgent: "$http_user_agent",
});

/**
 * NGINX's own settings. TLS as Mozilla's intermediate profile has it (https://wiki.mozilla.org/Security/Server_Side_TLS);
 * TLS 1.3 suites are fixed in OpenSSL.
 */
const nginxSettings: Readonly<Record<string, string>> = {
  "ssl-protocols": "TLSv1.2 TLSv1.3",
  "ssl-ciphers": [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
  ].join(":"),
  "ssl-prefer-server-ciphers": "False",
  "redirect-to-https": "False",
  "ssl-redirect": "True",
  hsts: "True",
  "hsts-max-age": "31536000",
  "hsts-include-subdomains": "True",
  "server-tokens": "False",
  http2: "True",
  "log-format-escaping": "json",
  "log-format": accessLogFormat,
};

/**
 * Anyone reaches its ports (that is what it is for, and the load balancer keeps the caller's address); it reaches pods of
 * all our namespaces, which decide for themselves; Prometheus scrapes it.
 */
function trafficPolicies(
  name: string,
  { namespace, ports }: { readonly namespace: pulumi.Output<string>; readonly ports: readonly number[] },
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy[] {
  return [
    allowTraffic(
      `${name}-controller`,
      {
        namespace,
        policy: "controller",
        podLabels: ingressPodLabels,
        ingress: [ingressFromAnyone(...ports), { from: [prometheusPods], ports: tcp(metricsPort) }],
        egress: [egressToApiServer, { to: [podsManaged] }],
      },
      opts,
    ),
  ];
}

function loadBalancerOf(
  name: string,
  release: k8s.helm.v3.Release,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  // Named by the release's status, so that it is read once the release stands and not in a first preview.
  const service = k8s.core.v1.Service.get(
    name,
    pulumi.interpolate`${release.status.namespace}/${release.status.name}-controller`,
    opts,
  );
  return service.status.loadBalancer.apply(
    // what the types call certain is not there until the cloud has given an address
    ({ ingress: [address] = [] }: Partial<k8s.types.output.core.v1.LoadBalancerStatus>) =>
      address?.hostname ?? address?.ip ?? "",
  );
}
