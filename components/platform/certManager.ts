import {
  ClusterIssuer,
  type IClusterIssuer,
} from "@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer";
import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { AcmeSolver } from "../edge/dnsZone";
import { lateCustomResource } from "./customResource";
import { namespaces, prometheusPods } from "./names";
import { SecureNamespace } from "./namespace";
import {
  allowTraffic,
  type Destination,
  egressTo,
  egressToApiServer,
  egressToNameServers,
  ingressFromAnyone,
  internet,
  tcp,
} from "./networkPolicy";
import { platformPriority } from "./priorities";
import { afterAll, installChart } from "./release";
import { spreadOver } from "./spread";

/** Directories of Let's Encrypt; `staging` issues untrusted certificates without the production limits. */
const acmeServers = {
  production: "https://acme-v02.api.letsencrypt.org/directory",
  staging: "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;

/** Which ACME directory issues the certificates. */
export type AcmeServer = keyof typeof acmeServers;

/** Arguments of {@link CertManager}. */
export interface CertManagerArgs {
  /** Where Let's Encrypt writes when a certificate is about to expire unrenewed. */
  readonly acmeEmail: string;
  readonly acmeServer: AcmeServer;
  /** How it proves that a DNS name is ours: the `dns01` block of the issuer's solver. */
  readonly dnsSolver: pulumi.Input<AcmeSolver>;
  /** Annotations by which its service account is the cloud's identity that the solver works as. */
  readonly serviceAccountAnnotations: pulumi.Input<Readonly<Record<string, string>>>;
  /** Where it fetches that identity's credentials, on the node. */
  readonly identityEndpoints: readonly Destination[];
  /** Two of each part, or one. */
  readonly highlyAvailable: boolean;
  /** Labels of its nodes. */
  readonly nodeSelector: Readonly<Record<string, string>>;
}

/** Service account of the part that talks to ACME servers, and writes what proves that a name is ours. */
export const certManagerServiceAccount = "cert-manager";

const instance = { "app.kubernetes.io/instance": "cert-manager" };

/** Labels of cert-manager's pods, for who scrapes them. */
export const certManagerPods = {
  namespace: namespaces.certManager,
  labels: instance,
  metricsPort: "http-metrics",
} as const;

/** cert-manager with an ACME issuer for the whole cluster. */
export class CertManager extends pulumi.ComponentResource {
  /** Name of the ClusterIssuer that issues by ACME. */
  public readonly clusterIssuerName: string;
  /** cert-manager itself: who makes custom resources of its kinds waits for it. */
  public readonly release: k8s.helm.v3.Release;
  /** The issuer: who wants a certificate waits for it. */
  public readonly clusterIssuer: k8s.apiextensions.CustomResource;

  constructor(name: string, args: CertManagerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:platform:CertManager", name, {}, opts);
    const { acmeEmail, acmeServer, dnsSolver, serviceAccountAnnotations, identityEndpoints } = args;
    const { highlyAvailable, nodeSelector } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.certManager,
        quota: { requests: { cpu: "2", memory: "4Gi" }, limits: { cpu: "8", memory: "8Gi" }, pods: 20 },
      },
      child,
    );
    const policies = trafficPolicies(name, { namespace: namespace.namespaceName, identityEndpoints }, child);
    this.release = installChart(
      name,
      {
        chart: "certManager",
        namespace: namespace.namespaceName,
        values: certManagerValues({
          replicas: highlyAvailable ? 2 : 1,
          nodeSelector,
          serviceAccountAnnotations,
        }),
      },
      afterAll(child, opts, policies),
    );
    this.clusterIssuerName = `letsencrypt-${acmeServer}`;
    this.clusterIssuer = clusterIssuer(
      `${name}-issuer`,
      {
        issuer: this.clusterIssuerName,
        server: acmeServers[acmeServer],
        email: acmeEmail,
        dnsSolver,
      },
      { ...child, dependsOn: this.release },
    );

    this.registerOutputs({ clusterIssuerName: this.clusterIssuerName });
  }
}

/** What the chart's values are made from. */
export interface CertManagerValuesArgs extends Pick<
  CertManagerArgs,
  "nodeSelector" | "serviceAccountAnnotations"
> {
  /** Of each part. */
  readonly replicas: number;
}

/** Values of the chart. */
export function certManagerValues({
  replicas,
  nodeSelector,
  serviceAccountAnnotations,
}: CertManagerValuesArgs): Record<string, unknown> {
  const part = (component: string, memory: string) => ({
    replicaCount: replicas,
    // With one replica a budget would only keep the node from being drained.
    podDisruptionBudget: replicas > 1 ? { enabled: true, maxUnavailable: 1 } : { enabled: false },
    resources: { requests: { cpu: "50m", memory }, limits: { cpu: "500m", memory } },
    topologySpreadConstraints: spreadOver({ ...instance, "app.kubernetes.io/component": component }),
  });
  return {
    crds: { enabled: true, keep: true },
    global: {
      priorityClassName: platformPriority,
      nodeSelector,
      // The default is kube-system, where nothing of ours belongs.
      leaderElection: { namespace: namespaces.certManager },
    },
    ...part("controller", "256Mi"),
    serviceAccount: { create: true, name: certManagerServiceAccount, annotations: serviceAccountAnnotations },
    webhook: { ...part("webhook", "128Mi"), timeoutSeconds: 10 },
    // It holds every Secret of the cluster in its cache.
    cainjector: part("cainjector", "256Mi"),
    startupapicheck: {
      resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { cpu: "200m", memory: "64Mi" } },
    },
    // Scraped by a PodMonitor of ours: the chart's own would need CRDs of the monitoring stack, which itself needs us.
    prometheus: { enabled: true, servicemonitor: { enabled: false }, podmonitor: { enabled: false } },
  };
}

/** One policy for the whole namespace: all its pods speak to the API server, and only the webhook is spoken to. */
function trafficPolicies(
  name: string,
  {
    namespace,
    identityEndpoints,
  }: { readonly namespace: pulumi.Output<string> } & Pick<CertManagerArgs, "identityEndpoints">,
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy[] {
  const component = (part: string) => ({ ...instance, "app.kubernetes.io/component": part });
  return [
    allowTraffic(
      `${name}-api-server`,
      {
        namespace,
        policy: "api-server",
        podLabels: instance,
        ingress: [{ from: [prometheusPods], ports: tcp(9402) }],
        egress: [egressToApiServer],
      },
      opts,
    ),
    allowTraffic(
      `${name}-webhook`,
      { namespace, policy: "webhook", podLabels: component("webhook"), ingress: [ingressFromAnyone(10250)] },
      opts,
    ),
    allowTraffic(
      `${name}-acme`,
      {
        namespace,
        policy: "acme",
        podLabels: component("controller"),
        egress: [
          // ACME itself, and the API of the zone's cloud
          egressTo(internet(443)),
          // the check that all of the zone's own name servers answer with the proof, before the ACME server asks them
          egressToNameServers,
          ...identityEndpoints.map(egressTo),
        ],
      },
      opts,
    ),
  ];
}

interface ClusterIssuerArgs {
  readonly issuer: string;
  readonly server: string;
  readonly email: string;
  readonly dnsSolver: CertManagerArgs["dnsSolver"];
}

/** By DNS: an ACME server could not call a load balancer that lets in the CDN alone. */
function clusterIssuer(
  name: string,
  { issuer, server, email, dnsSolver }: ClusterIssuerArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const spec = pulumi.output(dnsSolver).apply((dns01) => ({
    acme: { server, email, privateKeySecretRef: { name: `${issuer}-account` }, solvers: [{ dns01 }] },
  }));
  return lateCustomResource<IClusterIssuer>(name, { of: ClusterIssuer, object: issuer, spec }, opts);
}
