import {
  Certificate,
  type ICertificate,
} from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { type IIssuer, Issuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer";
import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { customResource } from "../platform/customResource";
import { etcdDnsNames } from "./milvusEtcd";
import { milvusHost, milvusName, milvusSecrets, restName } from "./milvusParts";

/** What is read once, when a process starts: the alert on a newer one leaves a year to start it again. */
const readOnce = { duration: "26280h", renewBefore: "8760h" } as const;

/** What etcd reads again for every connection. */
const readAgain = { duration: "8760h", renewBefore: "720h" } as const;

/** Clients hold the authority: it outlives many of the certificates that it signs. */
const held = { duration: "87600h", renewBefore: "8760h" } as const;

/** What each certificate says of itself; who signs it, and its key, are the same for all. */
type OwnSpec = Omit<NonNullable<ICertificate["spec"]>, "issuerRef" | "privateKey">;

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
  const placed = { namespace: namespaceName, waitForCondition: "Ready" };
  const issuer = (
    role: string,
    issuerName: string,
    spec: IIssuer["spec"],
    after: readonly pulumi.Resource[],
  ) =>
    customResource(
      `${name}-${role}`,
      { model: new Issuer({ metadata: { name: issuerName }, spec }), ...placed },
      { ...opts, dependsOn: [...after] },
    );
  const certificate = (
    role: string,
    by: string,
    spec: OwnSpec,
    after: readonly pulumi.Resource[],
  ): k8s.apiextensions.CustomResource => {
    const model = new Certificate({
      metadata: { name: spec.secretName },
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
    });
    return customResource(
      `${name}-${role}`,
      { model, ...placed },
      { ...opts, protect: protect && role === "authority", dependsOn: [...after] },
    );
  };

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
  const both: OwnSpec["usages"] = ["server auth", "client auth"];
  const specs: Readonly<Record<SignedRole, OwnSpec>> = {
    server: {
      secretName: milvusSecrets.server,
      dnsNames: [milvusHost(namespace), `${restName}.${namespace}.svc`],
      usages: both,
      ...readOnce,
    },
    // members call each other, and one its own address, by the certificate that they show
    etcd: {
      secretName: milvusSecrets.etcd,
      dnsNames: [...etcdDnsNames(namespace)],
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
