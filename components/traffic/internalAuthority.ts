import {
  Certificate,
  type ICertificate,
} from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { ClusterIssuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer";
import { Issuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { customResource } from "../platform/customResource";
import { namespaces } from "../platform/names";
import { publishedAuthority } from "../platform/publishedAuthority";

/** What services inside the cluster have their certificates signed by. */
export const internalIssuer = {
  group: "cert-manager.io",
  kind: "ClusterIssuer",
  name: "internal-ca",
} as const;

/** What signs the authority's own certificate. */
const bootstrap = "internal-ca-bootstrap";

/** Name of the certificate whose Secret tells who the authority is, and nothing worth keeping. */
const published = "internal-ca-public";

/**
 * Ten years, of which the authority has another certificate for the last three: by the same key, so that what was signed
 * before is known by the new one, and what is signed after by the old.
 */
const authorityHours = { duration: "87600h", renewBefore: "26280h" } as const;

/** A quarter of a year for whom it signs, a third of it left when the next is had. */
const signedHours = { duration: "2160h", renewBefore: "720h" } as const;

/** Arguments of {@link internalCertificate}. */
export interface InternalCertificateArgs {
  /** Name of the certificate, and of its Secret. */
  readonly secretName: string;
  readonly namespace: pulumi.Input<string>;
  readonly dnsNames: readonly string[];
  /** Whom it is shown to: those who call, those who are called, or both. */
  readonly usages: readonly ("server auth" | "client auth")[];
}

type CertificateSpec = NonNullable<ICertificate["spec"]>;

/**
 * A certificate of the internal authority, by a key of its own each time. Goes on once it is there.
 *
 * @param opts what it waits for: the authority
 */
export function internalCertificate(
  name: string,
  { secretName, namespace, dnsNames, usages }: InternalCertificateArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const spec: CertificateSpec = {
    secretName,
    dnsNames: [...dnsNames],
    ...signedHours,
    usages: ["digital signature", ...usages],
    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    issuerRef: internalIssuer,
  };
  return certificate(name, spec, namespace, opts);
}

/**
 * The authority of what speaks TLS inside the cluster: a root of its own, in cert-manager's namespace, where nobody else
 * reads its key. Needs cert-manager.
 */
export class InternalAuthority extends pulumi.ComponentResource {
  /** The issuer: who wants a certificate waits for it. */
  public readonly clusterIssuer: k8s.apiextensions.CustomResource;
  /** The authority's certificate, PEM: what a client trusts. */
  public readonly pem: pulumi.Output<string>;

  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:traffic:InternalAuthority", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this };

    const selfSigned = customResource(
      `${name}-bootstrap`,
      {
        // for one namespace: nobody else is to have certificates that they signed themselves
        model: new Issuer({ metadata: { name: bootstrap }, spec: { selfSigned: {} } }),
        namespace: namespaces.certManager,
        waitForCondition: "Ready",
      },
      { ...child, dependsOn: opts?.dependsOn ?? [] },
    );
    const root = certificate(name, rootSpec, namespaces.certManager, { ...child, dependsOn: selfSigned });
    this.clusterIssuer = customResource(
      `${name}-issuer`,
      {
        model: new ClusterIssuer({
          metadata: { name: internalIssuer.name },
          spec: { ca: { secretName: rootSpec.secretName } },
        }),
        waitForCondition: "Ready",
      },
      { ...child, dependsOn: root },
    );
    this.pem = authorityOf(`${name}-public`, { ...child, dependsOn: this.clusterIssuer });
    this.registerOutputs({ pem: this.pem });
  }
}

const rootSpec: CertificateSpec = {
  secretName: "internal-ca",
  commonName: "internal-ca",
  isCA: true,
  ...authorityHours,
  privateKey: { algorithm: "ECDSA", size: 384, rotationPolicy: "Never" },
  issuerRef: { ...internalIssuer, kind: "Issuer", name: bootstrap },
};

/**
 * The authority's certificate, read beside a certificate that is good for no connection: whoever reads a Secret keeps all
 * of it in its state, and the root's own has the root's key.
 */
function authorityOf(name: string, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const spec: CertificateSpec = {
    secretName: published,
    commonName: published,
    ...signedHours,
    usages: ["code signing"],
    privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Always" },
    issuerRef: internalIssuer,
  };
  const told = certificate(name, spec, namespaces.certManager, opts);
  return publishedAuthority(
    name,
    { namespace: namespaces.certManager, secret: published, owner: told },
    opts,
  );
}

function certificate(
  name: string,
  spec: CertificateSpec,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const model = new Certificate({ metadata: { name: spec.secretName }, spec });
  return customResource(name, { model, namespace, waitForCondition: "Ready" }, opts);
}

/** Name of the ConfigMap by which a namespace's pods know the authority, and of the file in it. */
export const trustBundle = { configMap: "internal-ca", file: "ca.crt" } as const;

/** Hands the authority's certificate to the pods of a namespace. */
export function trustInternalAuthority(
  name: string,
  { namespace, pem }: { readonly namespace: pulumi.Input<string>; readonly pem: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.ConfigMap {
  return new k8s.core.v1.ConfigMap(
    name,
    { metadata: { name: trustBundle.configMap, namespace }, data: { [trustBundle.file]: pem } },
    opts,
  );
}
