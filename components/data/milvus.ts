import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { refuse } from "../cluster/upgrade";
import type { Access, CaBundle, SecretReference, WorkloadIdentity } from "../identity/workloadIdentity";
import { alertRules } from "../platform/alertRules";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, type Destination, internet, tcp } from "../platform/networkPolicy";
import { podsAs } from "../workload/labels";
import { publishedAuthority } from "../platform/publishedAuthority";
import { installChart } from "../platform/release";
import type { Bucket } from "./bucket";
import { milvusAlerts } from "./milvusAlerts";
import { backupName, milvusBackups } from "./milvusBackups";
import { milvusCertificates } from "./milvusCertificates";
import { milvusEtcd } from "./milvusEtcd";
import {
  milvusDatabase,
  milvusHost,
  milvusName,
  milvusParts,
  milvusPods,
  milvusPorts,
  milvusQuota,
  milvusSecrets,
  passwordKey,
  restName,
} from "./milvusParts";
import { milvusTraffic, proxyPods } from "./milvusTraffic";
import { milvusUserName, MilvusUsers, usersJob } from "./milvusUsers";
import { milvusValues, type ObjectAccess, versionOfValues } from "./milvusValues";
import { checkVectorStore, type VectorStore, type VectorStoreArgs, vectorStoreStep } from "./vectorStore";

/** Arguments of a {@link Milvus}. */
export interface MilvusArgs extends VectorStoreArgs {
  readonly objects: ObjectAccess;
  /**
   * Lets Milvus see that its bucket is there, where reading and writing objects is not leave enough.
   *
   * @default - it is
   */
  readonly admitToBucket?: (
    name: string,
    bucket: Bucket,
    identity: WorkloadIdentity,
    opts: pulumi.CustomResourceOptions,
  ) => void;
}

/** How long the first pods may take, with the machines below them and probes that wait for a minute and a half, seconds. */
const readySeconds = 1800;

/**
 * {@link VectorStore} as Milvus in the cluster, by the chart of its makers: parts on nodes and in zones of their own, TLS to
 * clients, between the parts and to etcd, an authority of its own, a user and a password for each workload. What it keeps is in
 * a bucket, its log too; etcd, of which three members stand beside it, has what is what.
 */
export class Milvus extends pulumi.ComponentResource implements VectorStore {
  readonly uri: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundle: CaBundle;
  private readonly users: MilvusUsers;
  private readonly namespace: pulumi.Output<string>;
  private readonly systemNamespace: string;
  private readonly provider: k8s.Provider;
  /** Who may be let in, and to what. */
  private readonly admitted: Readonly<Record<string, Access>>;

  /** @param type token of the class of a cloud */
  constructor(
    name: string,
    args: MilvusArgs,
    opts?: pulumi.ComponentResourceOptions,
    type = "groundwork:data:Milvus",
  ) {
    super(type, name, {}, pulumi.mergeOptions(opts, { providers: [args.cluster.provider] }));
    const { cluster, namespace, systemNamespace, ready, users, version, objects, protect = true } = args;
    checkVectorStore(args);
    const passwords = new random.Provider(`${name}-random`, {}, { parent: this });
    const child = { parent: this };
    const after = { ...child, dependsOn: [...ready] };

    const place = new SecureNamespace(
      `${name}-namespace`,
      { namespace, quota: milvusQuota(args) },
      { ...child, providers: [cluster.provider] },
    );
    const { namespaceName } = place;
    const { network, identityEndpoints, nodeSelector } = args;
    // the bucket, and STS, which has an endpoint in the network where it has any
    const cloud = [internet(443), { cidrs: network.workloadCidrs, ports: [443] }, ...identityEndpoints];
    milvusTraffic(name, { namespace: namespaceName, cloud }, child);
    const certificates = milvusCertificates(
      `${name}-certificates`,
      { namespace, namespaceName, protect, ready },
      child,
    );
    const etcd = milvusEtcd(
      name,
      { namespace, namespaceName, nodeSelector, protect, ready, certificate: certificates.etcd },
      child,
    );

    const bucket = args.objectBucket(name, child);
    const identity = args.identify(`${name}-identity`, { namespace, serviceAccount: milvusName }, child);
    bucket.grant(`${name}-identity-objects`, identity, "readWrite", { parent: identity });
    args.admitToBucket?.(`${name}-identity-bucket`, bucket, identity, { parent: identity });
    const account = new k8s.core.v1.ServiceAccount(
      name,
      {
        metadata: {
          name: milvusName,
          namespace: namespaceName,
          annotations: identity.serviceAccountAnnotations,
        },
        automountServiceAccountToken: false,
      },
      child,
    );
    this.users = new MilvusUsers(
      `${name}-users`,
      { namespace: namespaceName, users },
      { ...child, providers: [cluster.provider, passwords] },
    );
    const { bucketName } = bucket;
    const release = installChart(
      `${name}-release`,
      {
        chart: "milvus",
        namespace: namespaceName,
        values: milvusValues({ ...args, bucketName, objects }),
        timeoutSeconds: readySeconds,
      },
      {
        ...child,
        dependsOn: [etcd, account, this.users.root, identity, certificates.server, certificates.client],
        hooks: {
          beforeUpdate: [new pulumi.ResourceHook(`${name}-upgrade`, checkUpgrade, { onDryRun: true })],
        },
      },
    );
    const running = { ...child, dependsOn: [release] };
    disruptionBudgets(name, { ...args, namespaceName }, child);
    const rest = new k8s.core.v1.Service(
      `${name}-rest`,
      {
        metadata: { name: restName, namespace: namespaceName },
        spec: { selector: proxyPods, ports: [{ name: "https", port: milvusPorts.rest }] },
      },
      running,
    );
    const callable = { ...child, dependsOn: [rest] };
    usersJob(
      `${name}-users-job`,
      { namespace: namespaceName, namespaceText: namespace, users, version, secrets: this.users },
      callable,
    );
    milvusBackups(
      `${name}-backup`,
      {
        namespace,
        namespaceName,
        bucketName,
        objects,
        serviceAccount: account.metadata.name,
        nodeSelector,
        retentionDays: args.backupRetentionDays,
      },
      callable,
    );
    alertRules(
      `${name}-alerts`,
      {
        namespace: namespaceName,
        rules: milvusName,
        alerts: milvusAlerts({ namespace, cacheGiB: args.cacheGiB, backupJob: backupName }),
      },
      after,
    );

    this.namespace = namespaceName;
    this.systemNamespace = systemNamespace;
    this.provider = cluster.provider;
    this.admitted = users;
    this.uri = pulumi.output(`https://${milvusHost(namespace)}:${milvusPorts.grpc}`);
    this.destinations = [{ namespace, podLabels: proxyPods, ports: [milvusPorts.grpc] }];
    this.connection = { MILVUS_URI: this.uri, MILVUS_DATABASE: pulumi.output(milvusDatabase) };
    this.caBundle = {
      variable: "MILVUS_CA_FILE",
      pem: publishedAuthority(
        `${name}-authority`,
        // the Secret of another certificate by the same authority, which is good for nothing
        { namespace, secret: milvusSecrets.published, owner: certificates.published },
        child,
      ),
    };
    this.registerOutputs({ uri: this.uri });
  }

  /** Gives the workload its password by reference, and lets its pods through to the proxies. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<"MILVUS_USERNAME", pulumi.Output<string>> & Record<"MILVUS_PASSWORD", SecretReference>> {
    const { serviceAccount: user } = to;
    if (this.admitted[user] !== access) {
      throw new Error(`grant: expected a user of Milvus with ${access}, got ${user}`);
    }
    const here = { ...opts, provider: this.provider };
    allowTraffic(
      `${name}-in`,
      {
        namespace: this.namespace,
        policy: `from-${user}`,
        podLabels: proxyPods,
        ingress: [
          {
            from: podsAs({ namespace: this.systemNamespace, serviceAccount: user }),
            ports: tcp(milvusPorts.grpc),
          },
        ],
      },
      here,
    );
    const secret = new k8s.core.v1.Secret(
      name,
      {
        metadata: { name: `${user}-vectors`, namespace: this.systemNamespace },
        stringData: { [passwordKey]: this.users.passwordOf(user) },
      },
      here,
    );
    return {
      MILVUS_USERNAME: pulumi.output(milvusUserName(user)),
      MILVUS_PASSWORD: { secretName: secret.metadata.name, key: passwordKey },
    };
  }
}

/** Of parts with more than one pod one may go at a time; the chart has no budgets. */
function disruptionBudgets(
  name: string,
  { namespaceName, ...size }: VectorStoreArgs & { readonly namespaceName: pulumi.Output<string> },
  opts: pulumi.CustomResourceOptions,
): void {
  for (const { component, replicas } of Object.values(milvusParts(size))) {
    if (replicas < 2) continue;
    new k8s.policy.v1.PodDisruptionBudget(
      `${name}-${component}`,
      {
        metadata: { name: `${milvusName}-${component}`, namespace: namespaceName },
        spec: { maxUnavailable: 1, selector: { matchLabels: { ...milvusPods, component } } },
      },
      opts,
    );
  }
}

/** Refuses a step back, or over a minor. */
export function checkUpgrade({
  oldInputs,
  newInputs,
}: Pick<pulumi.ResourceHookArgs, "oldInputs" | "newInputs">): void {
  const [running, wanted] = [versionOfValues(oldInputs), versionOfValues(newInputs)];
  if (running !== undefined && wanted !== undefined) {
    refuse("vectors.version", vectorStoreStep(running, wanted));
  }
}
