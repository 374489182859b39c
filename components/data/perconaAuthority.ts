import {
  Certificate,
  type ICertificate,
} from "@kubernetes-models/cert-manager/cert-manager.io/v1/Certificate";
import { type IIssuer, Issuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/Issuer";
import type * as pulumi from "@pulumi/pulumi";
import { customResource } from "../platform/customResource";
import { publishedAuthority } from "../platform/publishedAuthority";
import { perconaCluster, perconaSecrets, perconaSet } from "./perconaSpec";

/** Name of the authority's certificate, of its Secret, which has its key, and of the issuer that signs with it. */
const authority = "mongo-authority";

/** Name of the certificate whose Secret tells who the authority is, and nothing worth keeping. */
const published = "mongo-authority-public";

/** What signs the authority's own certificate. */
const bootstrap = "mongo-self-signed";

/**
 * Members of the set know each other by it: whoever shows a certificate of this authority with the organisation of the
 * servers' own may do anything (MongoDB, `clusterAuthMode: x509`).
 */
const members = { commonName: perconaCluster, subject: { organizations: ["PSMDB"] } };

/**
 * Ten years of the authority, of which it has another certificate for the last three: by the same key, so that what was
 * signed before is known by the new one, and what is signed after by the old.
 */
const authorityHours = { duration: "87600h", renewBefore: "26280h" } as const;

/** A year of the servers, which restart one by one for a new one. */
const serverHours = { duration: "8760h", renewBefore: "720h" } as const;

type CertificateSpec = NonNullable<ICertificate["spec"]>;

const signedBy = (issuer: string) => ({ group: "cert-manager.io", kind: "Issuer", name: issuer });

/** Names under which the nodes are reached, as the operator has them (pkg/psmdb/tls, GetCertificateSans). */
export function perconaDnsNames(namespace: string): readonly string[] {
  const service = `${perconaCluster}-${perconaSet}`;
  const names = [service, `${service}.${namespace}`, `${service}.${namespace}.svc.cluster.local`];
  return ["localhost", ...names, ...names.map((name) => `*.${name}`)];
}

/** Every certificate of the set, by the role of its resource. */
function certificates(namespace: string): Readonly<Record<"authority" | Signed, CertificateSpec>> {
  const fresh = { algorithm: "RSA", size: 2048, rotationPolicy: "Always" } as const;
  const server = { ...members, ...serverHours, dnsNames: [...perconaDnsNames(namespace)], privateKey: fresh };
  return {
    authority: {
      secretName: authority,
      commonName: authority,
      isCA: true,
      ...authorityHours,
      privateKey: { algorithm: "RSA", size: 4096, rotationPolicy: "Never" },
      issuerRef: signedBy(bootstrap),
    },
    server: { ...server, secretName: perconaSecrets.ssl, issuerRef: signedBy(authority) },
    member: { ...server, secretName: perconaSecrets.sslInternal, issuerRef: signedBy(authority) },
    published: {
      secretName: published,
      commonName: published,
      ...serverHours,
      // good for no connection: of its Secret the program reads, and keeps in its state, the authority alone
      usages: ["code signing"],
      privateKey: fresh,
      issuerRef: signedBy(authority),
    },
  };
}

type Signed = "server" | "member" | "published";

/** What of an authority others use. */
export interface PerconaAuthority {
  /** Certificates that have to be there before the operator looks for them. */
  readonly certificates: readonly pulumi.Resource[];
  /** Of the authority, PEM. */
  readonly pem: pulumi.Output<string>;
}

/** Arguments of {@link perconaAuthority}. */
export interface PerconaAuthorityArgs {
  /** The set's own, which has to be there. */
  readonly namespace: pulumi.Output<string>;
  /** Its name. */
  readonly namespaceName: string;
  readonly protect: boolean;
}

/**
 * The authority of a set, and what it has signed: made by cert-manager, known to this program, and as old as the set becomes.
 *
 * Left alone, the operator makes an authority for a year, which cert-manager replaces by one that no client knows. With
 * `tls.issuerConf` it would write its own authority's Secret into that issuer, or delete what another signed, for not being
 * by its own (pkg/controller/perconaservermongodb/ssl.go of 1.22, ApplyIssuer and createSSLByCertManager). What stands before
 * it looks, signed by an issuer that is not its own, it leaves as it is (IsSecretCreatedByUser).
 *
 * @param opts what it waits for: the namespace, and cert-manager
 */
export function perconaAuthority(
  name: string,
  { namespace, namespaceName, protect }: PerconaAuthorityArgs,
  opts: pulumi.CustomResourceOptions,
): PerconaAuthority {
  const placed = { namespace, waitForCondition: "Ready" };
  const issuer = (
    role: string,
    issuerName: string,
    spec: IIssuer["spec"],
    own: pulumi.CustomResourceOptions,
  ) =>
    customResource(
      `${name}-${role}`,
      { model: new Issuer({ metadata: { name: issuerName }, spec }), ...placed },
      own,
    );
  const specs = certificates(namespaceName);
  const certificate = (role: keyof typeof specs, own: pulumi.CustomResourceOptions) => {
    const model = new Certificate({ metadata: { name: specs[role].secretName }, spec: specs[role] });
    return customResource(`${name}-${role}`, { model, ...placed }, own);
  };

  const selfSigned = issuer("bootstrap", bootstrap, { selfSigned: {} }, opts);
  const own = certificate("authority", { ...opts, protect, dependsOn: [selfSigned] });
  const signing = issuer(
    "issuer",
    authority,
    { ca: { secretName: authority } },
    { ...opts, dependsOn: [own] },
  );
  const signed = { ...opts, dependsOn: [signing] };
  const [server, member] = [certificate("server", signed), certificate("member", signed)];
  const told = certificate("published", signed);
  return {
    certificates: [server, member],
    pem: publishedAuthority(`${name}-public`, { namespace, secret: published, owner: told }, opts),
  };
}
