import { Certificate } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { customResource } from "./customResource";
import { ingressClassName } from "./names";

/** Arguments of {@link IngressHost}. */
export interface IngressHostArgs {
  /** DNS name. */
  readonly host: string;
  /** Namespace of the ingress controller: the certificate's key stays there, out of the workloads' reach. */
  readonly namespace: pulumi.Input<string>;
  readonly clusterIssuerName: string;
}

/**
 * A DNS name that the platform serves: its certificate, and the Ingress that owns the name. NGINX gives a host to one
 * Ingress alone, so the services below it add theirs as parts ("minions") of this one ("master").
 */
export class IngressHost extends pulumi.ComponentResource {
  public readonly host: string;

  constructor(name: string, args: IngressHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:platform:IngressHost", name, {}, opts);
    const { host, namespace, clusterIssuerName } = args;
    const child: pulumi.CustomResourceOptions = { parent: this, dependsOn: opts?.dependsOn ?? [] };
    const objectName = objectNameOf(host);
    const secretName = secretOf(host);

    hostCertificate(`${name}-certificate`, { host, namespace, clusterIssuerName }, child);
    new k8s.networking.v1.Ingress(
      name,
      {
        metadata: {
          name: objectName,
          namespace,
          annotations: {
            "nginx.org/mergeable-ingress-type": "master",
            // It has no address until the load balancer does; nothing here waits for that.
            "pulumi.com/skipAwait": "true",
          },
        },
        spec: { ingressClassName, tls: [{ hosts: [host], secretName }], rules: [{ host }] },
      },
      child,
    );

    this.host = host;
    this.registerOutputs({ host });
  }
}

/** Name of the Secret with a host's certificate. */
export function secretOf(host: string): string {
  return `${objectNameOf(host)}-tls`;
}

/** Name of a host's objects: neither dots nor the star of all names below a domain are taken everywhere. */
export function objectNameOf(host: string): string {
  return host.replace("*", "any").replaceAll(".", "-");
}

/** A host's certificate, from the issuer, by a new key each time. */
export function hostCertificate(
  name: string,
  { host, namespace, clusterIssuerName }: IngressHostArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const model = new Certificate({
    metadata: { name: objectNameOf(host) },
    spec: {
      secretName: secretOf(host),
      dnsNames: [host],
      issuerRef: { group: "cert-manager.io", kind: "ClusterIssuer", name: clusterIssuerName },
      privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    },
  });
  return customResource(name, { model, namespace }, opts);
}
