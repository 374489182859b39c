import { Gateway } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway";
import { HTTPRoute } from "@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { EdgeOrigin, OriginProof } from "../edge/edge";
import { customResource } from "../platform/customResource";
import { hostCertificate, objectNameOf, secretOf } from "../platform/ingressHost";
import {
  gatewayClassName,
  gatewayControllerLabels,
  gatewayName,
  gatewayPodLabels,
  namespaces,
  prometheusPods,
} from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import {
  allowTraffic,
  egressToApiServer,
  ingressFromAnyone,
  managedNamespace,
  podsHere,
  podsManaged,
  tcp,
} from "../platform/networkPolicy";
import { podMonitor } from "../platform/podMonitor";
import { afterAll, installChart } from "../platform/release";
import { gatewayAlerts } from "./gatewayAlerts";
import { GatewayEdge } from "./gatewayEdge";
import { internalCertificate } from "./internalAuthority";
import {
  gatewayAgentPort,
  gatewayMetricsPort,
  gatewaySecrets,
  nginxGatewayValues,
} from "./nginxGatewayValues";
import type { WayIn } from "./wayIn";

/** Arguments of {@link NginxGateway}. */
export interface NginxGatewayArgs {
  /** DNS names that are served. */
  readonly hosts: readonly string[];
  /** Who issues the hosts' certificates. */
  readonly clusterIssuer: k8s.apiextensions.CustomResource;
  readonly clusterIssuerName: string;
  /** Who signs by what its two halves know each other. */
  readonly internalIssuer: k8s.apiextensions.CustomResource;
  /** Annotations of the load balancer's Service, as the cloud wants them. */
  readonly loadBalancerAnnotations: Readonly<Record<string, pulumi.Input<string>>>;
  /** Labels of its namespace, by which the cloud's load balancer has a say in when a pod is ready. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /** Pods at least and at most. */
  readonly replicas: { readonly min: number; readonly max: number };
  /** More than one of each part, spread over zones. */
  readonly highlyAvailable: boolean;
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

/** TLS as Mozilla's intermediate profile has it (https://wiki.mozilla.org/Security/Server_Side_TLS). */
const tlsOptions = {
  "nginx.org/ssl-protocols": "TLSv1.2 TLSv1.3",
  "nginx.org/ssl-ciphers": [
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
  ].join(":"),
  "nginx.org/ssl-prefer-server-ciphers": "off",
} as const;

/** Listener of plain HTTP. */
const plainListener = "http";

/**
 * NGINX Gateway Fabric with one Gateway behind one load balancer, which hands on connections as they come: TLS ends here.
 * Needs the Gateway API's kinds, cert-manager, the internal authority and the monitoring stack's kinds.
 *
 * The load balancer is a Service of this program, not the one that the control plane makes of a Gateway: so it has an
 * address that is waited for, outlasts another Gateway, and is gone, with what the cloud made for it, before the Gateway is.
 */
export class NginxGateway extends pulumi.ComponentResource implements WayIn {
  public readonly namespaceName: pulumi.Output<string>;
  public readonly loadBalancer: pulumi.Output<string>;
  public readonly originProofs: readonly OriginProof[];
  public readonly ready: pulumi.Resource;
  /** The control plane: objects of its own kinds wait for it. */
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: NginxGatewayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:traffic:NginxGateway", name, {}, opts);
    const { hosts, replicas, edge, highlyAvailable } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.gateway,
        labels: args.namespaceLabels,
        quota: {
          requests: { cpu: `${replicas.max + 3}`, memory: `${replicas.max + 4}Gi` },
          limits: { cpu: `${2 * (replicas.max + 3)}`, memory: `${replicas.max + 4}Gi` },
          pods: 2 * replicas.max + 4,
          loadBalancers: 1,
        },
      },
      child,
    );
    this.namespaceName = namespace.namespaceName;
    const place = { namespace: this.namespaceName };
    const policies = trafficPolicies(
      name,
      { ...place, ports: edge === undefined ? [80, 443] : [443] },
      child,
    );
    const certificates = ownCertificates(name, this.namespaceName, {
      ...child,
      dependsOn: args.internalIssuer,
    });
    const front = edge === undefined ? undefined : new GatewayEdge(`${name}-edge`, { ...place, edge }, child);
    this.originProofs = front?.proofs ?? [];
    this.release = installChart(
      name,
      {
        chart: "nginxGatewayFabric",
        ...place,
        values: nginxGatewayValues({ ...args, ...(front !== undefined && { edgeFiles: front.files }) }),
      },
      afterAll(child, opts, [...policies, ...certificates, ...(front?.guards ?? [])]),
    );
    const afterRelease = { ...child, dependsOn: this.release };

    for (const host of hosts) {
      hostCertificate(
        `${name}-host-${objectNameOf(host)}`,
        { host, ...place, clusterIssuerName: args.clusterIssuerName },
        { ...child, dependsOn: args.clusterIssuer },
      );
    }
    const gateway = customResource(
      `${name}-gateway`,
      { model: gatewayOf(hosts), ...place, waitForCondition: "Programmed" },
      afterRelease,
    );
    const afterGateway = { ...child, dependsOn: gateway };
    const first =
      front?.refuse(`${name}-edge-proofs`, afterGateway) ?? redirect(`${name}-redirect`, place, afterGateway);
    // with one pod a budget would only keep the node from being drained
    if (highlyAvailable) budgets(name, this.namespaceName, child);
    monitors(name, this.namespaceName, afterRelease);
    gatewayAlerts(`${name}-alerts`, this.namespaceName, afterRelease);

    // none before the edge is asked for its proofs
    const service = loadBalancerService(`${name}-load-balancer`, args, this.namespaceName, {
      ...child,
      dependsOn: first,
    });
    this.ready = gateway;
    this.loadBalancer = service.status.loadBalancer.apply(
      // what the types call certain is not there until the cloud has given an address
      ({ ingress: [address] = [] }: Partial<k8s.types.output.core.v1.LoadBalancerStatus>) =>
        address?.hostname ?? address?.ip ?? "",
    );
    this.registerOutputs({ loadBalancer: this.loadBalancer });
  }
}

/**
 * A listener for each host, with the certificate of that host, for routes of our namespaces; and one for plain HTTP, which
 * sends on to HTTPS. That one needs no certificate, so that the Gateway stands before the first has been issued; where an
 * edge stands nobody reaches it.
 */
function gatewayOf(hosts: readonly string[]): Gateway {
  const [first] = hosts;
  return new Gateway({
    metadata: {
      name: gatewayName,
      // external-dns points names that applications add there: the Gateway's own address is one of the cluster
      ...(first !== undefined && { annotations: { "external-dns.alpha.kubernetes.io/target": first } }),
    },
    spec: {
      gatewayClassName,
      listeners: [
        {
          name: plainListener,
          port: 80,
          protocol: "HTTP",
          allowedRoutes: { namespaces: { from: "Same" } },
        },
        ...hosts.map((hostname) => ({
          name: objectNameOf(hostname),
          hostname,
          port: 443,
          protocol: "HTTPS",
          tls: {
            mode: "Terminate" as const,
            certificateRefs: [{ kind: "Secret", name: secretOf(hostname) }],
            options: { ...tlsOptions },
          },
          allowedRoutes: {
            namespaces: { from: "Selector" as const, selector: { matchLabels: { ...managedNamespace } } },
          },
        })),
      ],
    },
  });
}

interface Place {
  readonly namespace: pulumi.Output<string>;
}

/** Sends whoever comes by plain HTTP to the same address by HTTPS. */
function redirect(name: string, { namespace }: Place, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const model = new HTTPRoute({
    metadata: { name: "to-https" },
    spec: {
      parentRefs: [{ name: gatewayName, sectionName: plainListener }],
      rules: [
        {
          filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }],
        },
      ],
    },
  });
  return customResource(name, { model, namespace }, opts);
}

/** What the data plane's pods and the control plane show each other. */
function ownCertificates(
  name: string,
  namespace: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const service = `nginx-gateway-fabric.${namespaces.gateway}.svc`;
  const make = (role: keyof typeof gatewaySecrets, dnsNames: readonly string[]): pulumi.Resource =>
    internalCertificate(
      `${name}-${role}`,
      {
        secretName: gatewaySecrets[role],
        namespace,
        dnsNames,
        usages: [role === "server" ? "server auth" : "client auth"],
      },
      opts,
    );
  // the agent's name is looked at by nobody; it is the one that the chart's own job has
  return [make("server", [service]), make("agent", ["*.cluster.local"])];
}

function budgets(name: string, namespace: pulumi.Output<string>, opts: pulumi.CustomResourceOptions): void {
  const parts = { [name]: gatewayPodLabels, [`${name}-controller`]: gatewayControllerLabels };
  for (const [part, labels] of Object.entries(parts)) {
    new k8s.policy.v1.PodDisruptionBudget(
      `${part}-disruption-budget`,
      {
        metadata: { name: labels["app.kubernetes.io/name"], namespace },
        spec: { maxUnavailable: 1, selector: { matchLabels: { ...labels } } },
      },
      opts,
    );
  }
}

function monitors(name: string, namespace: pulumi.Output<string>, opts: pulumi.CustomResourceOptions): void {
  const parts = { nginx: gatewayPodLabels, controller: gatewayControllerLabels };
  for (const [monitor, podLabels] of Object.entries(parts)) {
    podMonitor(`${name}-${monitor}-monitor`, { namespace, monitor, podLabels, port: "metrics" }, opts);
  }
}

function loadBalancerService(
  name: string,
  { edge, loadBalancerAnnotations }: Pick<NginxGatewayArgs, "edge" | "loadBalancerAnnotations">,
  namespace: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Service {
  const ports = edge === undefined ? { http: 80, https: 443 } : { https: 443 };
  return new k8s.core.v1.Service(
    name,
    {
      metadata: {
        name: "load-balancer",
        namespace,
        annotations: { ...loadBalancerAnnotations, ...edge?.annotations },
      },
      spec: {
        type: "LoadBalancer",
        externalTrafficPolicy: "Local",
        selector: { ...gatewayPodLabels },
        ports: Object.entries(ports).map(([port, number]) => ({
          name: port,
          port: number,
          targetPort: number,
          protocol: "TCP",
        })),
        ...(edge !== undefined && { loadBalancerSourceRanges: [...edge.sourceRanges] }),
      },
    },
    opts,
  );
}

/**
 * Anyone reaches the ports of the data plane (the load balancer keeps the caller's address); it reaches pods of all our
 * namespaces, which decide for themselves, among them the control plane, and nothing else; Prometheus scrapes both.
 */
function trafficPolicies(
  name: string,
  { namespace, ports }: Place & { readonly ports: readonly number[] },
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy[] {
  const scraped = { from: [prometheusPods], ports: tcp(gatewayMetricsPort) };
  return [
    allowTraffic(
      `${name}-data-plane`,
      {
        namespace,
        policy: "data-plane",
        podLabels: gatewayPodLabels,
        ingress: [ingressFromAnyone(...ports), scraped],
        egress: [{ to: [podsManaged] }],
      },
      opts,
    ),
    allowTraffic(
      `${name}-controller`,
      {
        namespace,
        policy: "controller",
        podLabels: gatewayControllerLabels,
        ingress: [{ from: [podsHere(gatewayPodLabels)], ports: tcp(gatewayAgentPort) }, scraped],
        egress: [egressToApiServer],
      },
      opts,
    ),
  ];
}
