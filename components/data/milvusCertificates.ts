import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { etcdDnsNames } from "./milvusEtcd";
import { milvusHost, milvusName, milvusSecrets, restName } from "./milvusParts";

/** What is read once, when a process starts: the alert on a newer one leaves a year to start it again. */
const readOnce = { duration: "26280h", renewBefore: "8760h" } as const;

/** What etcd reads again for every connection. */
const readAgain = { duration: "8760h", renewBefore: "720h" } as const;

/** Clients hold the authority: it outlives many of the certificates that it signs. */
const held = { duration: "87600h", renewBefore: "8760h" } as const;

/** The part of cert-manager.io/v1 Certificate's spec that we use. */
interface CertificateSpec {
  readonly secretName: string;
  readonly commonName?: string;
  readonly dnsNames?: readonly string[];
  readonly isCA?: boolean;
  readonly duration: string;
  readonly renewBefore: string;
  readonly usages?: readonly string[];
}

/** Names of the two issuers in the namespace: the one that signs the authority, and the authority. */
const issuers = { root: "self-signed", authority: "authority" } as const;

/** Certificates that Milvus reads once. */
export const readOnceCertificates = [milvusSecrets.server, milvusSecrets.etcdClient] as const;

/** Whose certificates the authority signs. */
type SignedRole = "server" | "etcd" | "published" | "client";

/** Arguments of {@link milvusCertificates}. */
export interface MilvusCertificatesArgs {
  /** Name of the namespace, before it exists. */
  readonly namespace: string;
  readonly namespaceName: pulumi.Output<string>;
  /** Refuse deletion of the authority, which clients hold. */
  readonly protect: boolean;
  /** What brings cert-manager's kinds. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * Certificates of Milvus and of etcd by cert-manager, signed by an authority of this namespace alone: public ones are for names
 * of the internet, and whoever holds one of those could not be told from Milvus.
 */
export function milvusCertificates(
  name: string,
  { namespace, namespaceName, protect, ready }: MilvusCertificatesArgs,
  opts: pulumi.CustomResourceOptions,
): Readonly<Record<SignedRole, k8s.apiextensions.CustomResource>> {
  const issuer = (role: string, issuerName: string, spec: object, after: readonly pulumi.Resource[]) =>
    new k8s.apiextensions.CustomResource(
      `${name}-${role}`,
      {
        apiVersion: "cert-manager.io/v1",
        kind: "Issuer",
        metadata: {
          name: issuerName,
          namespace: namespaceName,
          annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec,
      },
      { ...opts, dependsOn: [...after] },
    );
  const certificate = (
    role: string,
    by: string,
    spec: CertificateSpec,
    after: readonly pulumi.Resource[],
  ): k8s.apiextensions.CustomResource =>
    new k8s.apiextensions.CustomResource(
      `${name}-${role}`,
      {
        apiVersion: "cert-manager.io/v1",
        kind: "Certificate",
        metadata: {
          name: spec.secretName,
          namespace: namespaceName,
          annotations: { "pulumi.com/waitFor": "condition=Ready" },
        },
        spec: {
          ...spec,
          issuerRef: { group: "cert-manager.io", kind: "Issuer", name: by },
          // an authority that is renewed has its key, so that what clients hold of it stays good
          privateKey: {
            algorithm: "ECDSA",
            size: 256,
            rotationPolicy: spec.isCA === true ? "Never" : "Always",
          },
        },
      },
      { ...opts, protect: protect && role === "authority", dependsOn: [...after] },
    );

  const root = issuer("root", issuers.root, { selfSigned: {} }, ready);
  const own = certificate(
    "authority",
    issuers.root,
    { secretName: milvusSecrets.authority, commonName: `${milvusName} ${namespace}`, isCA: true, ...held },
    [root],
  );
  const authority = issuer("issuer", issuers.authority, { ca: { secretName: milvusSecrets.authority } }, [
    own,
  ]);
  const both = ["server auth", "client auth"];
  const specs: Readonly<Record<SignedRole, CertificateSpec>> = {
    server: {
      secretName: milvusSecrets.server,
      dnsNames: [milvusHost(namespace), `${restName}.${namespace}.svc`],
      usages: both,
      ...readOnce,
    },
    // members call each other, and one its own address, by the certificate that they show
    etcd: {
      secretName: milvusSecrets.etcd,
      dnsNames: etcdDnsNames(namespace),
      usages: both,
      ...readAgain,
    },
    // of no name and no use, so that clients are told of the authority without a key of Milvus' in the state
    published: {
      secretName: milvusSecrets.published,
      commonName: milvusSecrets.published,
      usages: ["code signing"],
      ...readAgain,
    },
    client: {
      secretName: milvusSecrets.etcdClient,
      commonName: milvusName,
      usages: ["client auth"],
      ...readOnce,
    },
  };
  const signed = (role: SignedRole) => certificate(role, issuers.authority, specs[role], [authority]);
  return {
    server: signed("server"),
    etcd: signed("etcd"),
    published: signed("published"),
    client: signed("client"),
  };
}
