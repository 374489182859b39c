import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Access, CaBundle, SecretReference, WorkloadIdentity } from "../identity/workloadIdentity";
import { digest } from "../names";
import { prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, type Destination, tcp } from "../platform/networkPolicy";
import { podsAs } from "../workload/labels";
import { podMonitor } from "../platform/podMonitor";
import { internalCertificate } from "../traffic/internalAuthority";
import type { Bucket } from "./bucket";
import {
  identitiesFile,
  identitiesOf,
  objectsBucket,
  objectsHost,
  objectsName,
  objectsPods,
  objectsPorts,
  objectsRegion,
  objectsResources,
  objectsSecrets,
  objectServer,
} from "./objectServer";
import type { ClusterStorePlace } from "./store";

/** Disk of a bucket in the cluster, GiB, which nothing makes larger. */
export const objectsDiskGiB = 20;

/** Arguments of an {@link ObjectStore}. */
export interface ObjectStoreArgs extends Omit<ClusterStorePlace, "identify" | "identityEndpoints"> {
  /** Who may be let in, and to what: known before the first is. */
  readonly users: Readonly<Record<string, Access>>;
  /** Certificate of the authority inside the cluster, PEM, which signs the server's: clients check it. */
  readonly authority: pulumi.Output<string>;
  /**
   * Disk, GiB.
   *
   * @default 20
   */
  readonly diskGiB?: number;
}

/**
 * {@link Bucket} in the cluster, for stacks that protect nothing: SeaweedFS in a namespace of its own, one pod, on a disk under
 * the cluster's key. It has neither older versions of objects nor an archive nor a copy elsewhere, and goes with the stack.
 *
 * Workloads sign in by a key of their own, which they know as `BUCKET_ACCESS_KEY_ID` and, by reference,
 * `BUCKET_SECRET_ACCESS_KEY`: by the names that SDKs look for, it would take the place of their identity of the cloud, for
 * queues and all else. `connection` has `BUCKET_ENDPOINT`, `BUCKET_REGION` and `BUCKET_PATH_STYLE` besides; `BUCKET_CA_FILE` is
 * what the server's certificate is checked with.
 */
export class ObjectStore extends pulumi.ComponentResource implements Bucket {
  readonly bucketName: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundle: CaBundle;
  private readonly namespace: pulumi.Output<string>;
  private readonly provider: k8s.Provider;
  private readonly admitted: Readonly<Record<string, Access>>;
  private readonly keys: Readonly<Record<string, random.RandomPassword>>;

  constructor(name: string, args: ObjectStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      "groundwork:data:ObjectStore",
      name,
      {},
      pulumi.mergeOptions(opts, { providers: [args.cluster.provider] }),
    );
    const { cluster, namespace, nodeSelector, ready, users, authority, diskGiB = objectsDiskGiB } = args;
    if (!Number.isInteger(diskGiB) || diskGiB < 1 || diskGiB > 16_384) {
      throw new RangeError(`diskGiB: expected a whole number from 1 to 16384, got ${diskGiB}`);
    }

    const child = { parent: this };
    const place = new SecureNamespace(
      `${name}-namespace`,
      { namespace, quota: { ...objectsResources, pods: 2, storageGiB: diskGiB } },
      child,
    );
    const { namespaceName } = place;
    const generator = new random.Provider(`${name}-random`, {}, child);
    this.keys = Object.fromEntries(
      Object.keys(users).map((user) => [
        user,
        new random.RandomPassword(
          `${name}-${user}`,
          { length: 40, special: false },
          { ...child, provider: generator },
        ),
      ]),
    );
    const file = this.identities(users);
    const identities = new k8s.core.v1.Secret(
      `${name}-identities`,
      {
        metadata: { name: objectsSecrets.identities, namespace: namespaceName },
        stringData: { [identitiesFile]: file },
      },
      child,
    );
    const certificate = internalCertificate(
      `${name}-certificate`,
      {
        secretName: objectsSecrets.certificate,
        namespace: namespaceName,
        dnsNames: [objectsHost(namespace)],
        usages: ["server auth"],
      },
      { ...child, dependsOn: [...ready] },
    );
    const traffic = allowTraffic(
      `${name}-metrics`,
      {
        namespace: namespaceName,
        policy: "metrics",
        podLabels: objectsPods,
        ingress: [{ from: [prometheusPods], ports: tcp(objectsPorts.metrics) }],
      },
      child,
    );
    const server = objectServer(
      name,
      {
        namespaceName,
        nodeSelector,
        storageClassName: cluster.storageClassName,
        diskGiB,
        // tells nothing of the keys
        identities: pulumi.unsecret(file.apply((text) => digest(text))),
      },
      { ...child, dependsOn: [identities, certificate, traffic] },
    );
    new k8s.core.v1.Service(
      name,
      {
        metadata: { name: objectsName, namespace: namespaceName },
        spec: { selector: objectsPods, ports: [{ name: "s3", port: objectsPorts.s3, targetPort: "s3" }] },
      },
      { ...child, dependsOn: [server] },
    );
    podMonitor(
      `${name}-monitor`,
      { namespace: namespaceName, monitor: objectsName, podLabels: objectsPods, port: "metrics" },
      { ...child, dependsOn: [...ready] },
    );

    this.namespace = namespaceName;
    this.provider = cluster.provider;
    this.admitted = users;
    this.bucketName = pulumi.output(objectsBucket);
    this.destinations = [{ namespace, podLabels: objectsPods, ports: [objectsPorts.s3] }];
    this.connection = {
      BUCKET_NAME: this.bucketName,
      BUCKET_URL: pulumi.output(`s3://${objectsBucket}`),
      BUCKET_ENDPOINT: pulumi.output(`https://${objectsHost(namespace)}:${objectsPorts.s3}`),
      BUCKET_REGION: pulumi.output(objectsRegion),
      BUCKET_PATH_STYLE: pulumi.output("true"),
    };
    this.caBundle = { variable: "BUCKET_CA_FILE", pem: authority };
    this.registerOutputs({ bucketName: this.bucketName });
  }

  /** Gives the workload its key by reference, and lets its pods through to the server. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<
    Record<"BUCKET_ACCESS_KEY_ID", pulumi.Output<string>> &
      Record<"BUCKET_SECRET_ACCESS_KEY", SecretReference>
  > {
    const { namespace, serviceAccount: user } = to;
    const key = this.keys[user];
    if (key === undefined || this.admitted[user] !== access) {
      throw new Error(`grant: expected a user of the bucket with ${access}, got ${user}`);
    }
    const here = { ...opts, provider: this.provider };
    allowTraffic(
      `${name}-in`,
      {
        namespace: this.namespace,
        policy: `from-${user}`,
        podLabels: objectsPods,
        ingress: [{ from: podsAs(to), ports: tcp(objectsPorts.s3) }],
      },
      here,
    );
    const entry = "secret-access-key";
    const secret = new k8s.core.v1.Secret(
      name,
      { metadata: { name: `${user}-bucket`, namespace }, stringData: { [entry]: key.result } },
      here,
    );
    return {
      BUCKET_ACCESS_KEY_ID: pulumi.output(user),
      BUCKET_SECRET_ACCESS_KEY: { secretName: secret.metadata.name, key: entry },
    };
  }

  /** What the server is told of those that are let in, a secret. */
  private identities(users: Readonly<Record<string, Access>>): pulumi.Output<string> {
    const secretKeys = Object.fromEntries(
      Object.entries(this.keys).map(([user, { result }]) => [user, result] as const),
    );
    return pulumi
      .all(secretKeys)
      .apply((known) =>
        identitiesOf(
          Object.fromEntries(
            Object.entries(users).map(([user, access]) => [user, { access, secretKey: known[user] ?? "" }]),
          ),
        ),
      );
  }
}
