import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Access, CaBundle, SecretReference, WorkloadIdentity } from "../identity/workloadIdentity";
import { alertRules } from "../platform/alertRules";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, type Destination, internet, tcp } from "../platform/networkPolicy";
import { podsAs } from "../workload/labels";
import { podMonitor } from "../platform/podMonitor";
import { checkMongo, checkMongoStep, type Mongo, type MongoArgs, mongoDatabase, mongoUri } from "./mongo";
import { perconaAlerts } from "./perconaAlerts";
import { perconaAuthority } from "./perconaAuthority";
import { backupWatcher, type MongoBackups } from "./perconaBackups";
import { perconaOperator, perconaOperatorAccount, perconaTraffic } from "./perconaOperator";
import {
  majorOfSpec,
  passwordKey,
  perconaAccount,
  perconaCluster,
  perconaHosts,
  perconaPods,
  perconaPorts,
  perconaQuota,
  perconaSet,
  perconaSpec,
  perconaUserSecret,
} from "./perconaSpec";
import type { ClusterStorePlace } from "./store";

/** Arguments of a {@link PerconaMongo}. */
export interface PerconaMongoArgs extends MongoArgs, ClusterStorePlace {
  /** Who may be let in, by the service account's name: the operator reads its users from a list. */
  readonly users: Readonly<Record<string, Access>>;
  /** @default - the operator takes none: those of the cluster's volumes are all there are */
  readonly backupTo?: MongoBackups;
}

/** How long three nodes may take from their first volume to the election. */
const readyTimeout = "30m";

/**
 * {@link Mongo} by Percona's operator, in a namespace of its own: Percona Server for MongoDB over zones and nodes, encrypted
 * by a key that the operator makes, on volumes under the cluster's key; TLS required, by an authority of this set alone.
 * Workloads sign in by a password each. With a bucket it has a
 * backup each day and the log between them, from which any minute comes back; without, its backups are those of the
 * cluster's volumes, as long as those are kept.
 */
export class PerconaMongo extends pulumi.ComponentResource implements Mongo {
  readonly uri: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundle: CaBundle;
  private readonly namespace: pulumi.Output<string>;
  private readonly provider: k8s.Provider;
  private readonly users: Readonly<Record<string, Access>>;
  private readonly passwords: Readonly<Record<string, random.RandomPassword>>;

  constructor(name: string, args: PerconaMongoArgs, opts?: pulumi.ComponentResourceOptions) {
    const component = pulumi.mergeOptions(opts ?? {}, {
      providers: [args.cluster.provider],
      dependsOn: [...args.ready],
    });
    super("groundwork:data:PerconaMongo", name, {}, component);
    const { cluster, namespace, nodeSelector, ready, users, nodes, machine, protect = true } = args;
    const { identityEndpoints, network } = args;
    checkMongo(args);
    const withBackups = args.backupTo !== undefined;

    const child = { parent: this };
    const after = { ...child, dependsOn: [...ready] };
    const place = new SecureNamespace(
      `${name}-namespace`,
      { namespace, quota: perconaQuota({ ...args, withBackups }) },
      child,
    );
    this.namespace = place.namespaceName;
    const backups =
      args.backupTo === undefined
        ? undefined
        : makeBackups(name, { ...args, backupTo: args.backupTo, place: this.namespace }, child);
    const release = perconaOperator(
      name,
      {
        namespace: this.namespace,
        nodeSelector,
        identityEndpoints,
        ...(backups !== undefined && { identity: backups.operator }),
      },
      { ...component, parent: this },
    );
    // the bucket, and who gives its credentials
    const cloud = [internet(443), { cidrs: network.workloadCidrs, ports: [443] }, ...identityEndpoints];
    const traffic = perconaTraffic(
      name,
      { namespace: this.namespace, cloud: withBackups ? cloud : [] },
      child,
    );
    const authority = perconaAuthority(
      `${name}-tls`,
      { namespace: this.namespace, namespaceName: namespace, protect },
      after,
    );
    const generator = new random.Provider(`${name}-random`, {}, child);
    this.passwords = Object.fromEntries(
      Object.keys(users).map((user) => [
        user,
        new random.RandomPassword(
          `${name}-${user}`,
          { length: 40, special: false },
          { ...child, provider: generator },
        ),
      ]),
    );
    const watcher = backups === undefined ? [] : [watcherSecret(name, this.namespace, generator, child)];
    const secrets = Object.keys(users).map((user) =>
      passwordSecret(
        `${name}-${user}`,
        { namespace: this.namespace, secret: perconaUserSecret(user), password: this.passwordOf(user) },
        child,
      ),
    );
    new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "psmdb.percona.com/v1",
        kind: "PerconaServerMongoDB",
        metadata: {
          name: perconaCluster,
          namespace: this.namespace,
          // the primary goes last; volumes stay
          finalizers: ["percona.com/delete-psmdb-pods-in-order"],
          annotations: { "pulumi.com/waitFor": "jsonpath={.status.state}=ready" },
        },
        spec: perconaSpec({
          ...args,
          storageClassName: cluster.storageClassName,
          ...(backups !== undefined && {
            backups: { storage: backups.storage, retentionDays: args.backupRetentionDays },
          }),
        }),
      },
      {
        ...child,
        protect,
        dependsOn: [
          release,
          traffic,
          ...secrets,
          ...watcher,
          ...authority.certificates,
          ...(backups?.ready ?? []),
        ],
        customTimeouts: { create: readyTimeout, update: "2h" },
        hooks: {
          beforeUpdate: [new pulumi.ResourceHook(`${name}-upgrade`, checkUpgrade, { onDryRun: true })],
        },
      },
    );
    for (const [key, monitor, podLabels] of [
      ["metrics", "mongo", perconaPods.server],
      ["operator-metrics", "operator", perconaPods.operator],
    ] as const) {
      podMonitor(`${name}-${key}`, { namespace: this.namespace, monitor, podLabels, port: "metrics" }, after);
    }
    alertRules(
      `${name}-alerts`,
      {
        namespace: this.namespace,
        rules: "mongo",
        alerts: perconaAlerts({ namespace, nodes, vcpus: machine.vcpus, backups: withBackups }),
      },
      after,
    );

    this.provider = cluster.provider;
    this.users = users;
    this.uri = mongoUri(pulumi.output(`mongodb://${perconaHosts(namespace, nodes)}`), {
      replicaSet: perconaSet,
      tls: "true",
      authSource: "admin",
      retryWrites: "true",
      w: "majority",
    });
    this.destinations = [{ namespace, podLabels: perconaPods.server, ports: [perconaPorts.server] }];
    this.connection = { MONGODB_URI: this.uri, MONGODB_DATABASE: pulumi.output(mongoDatabase) };
    this.caBundle = { variable: "MONGODB_CA_FILE", pem: authority.pem };
    this.registerOutputs({ connection: this.connection });
  }

  /** Gives the workload its password by reference, and lets its pods through to the nodes. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.CustomResourceOptions,
  ): Readonly<
    Record<"MONGODB_USERNAME", pulumi.Output<string>> & Record<"MONGODB_PASSWORD", SecretReference>
  > {
    const { serviceAccount: user, namespace } = to;
    if (this.users[user] !== access) {
      throw new Error(`grant: expected a user of the set with ${access}, got ${user}`);
    }
    const here = { ...opts, provider: this.provider };
    allowTraffic(
      `${name}-in`,
      {
        namespace: this.namespace,
        policy: `from-${user}`,
        podLabels: perconaPods.server,
        ingress: [
          {
            from: podsAs(to),
            ports: tcp(perconaPorts.server),
          },
        ],
      },
      here,
    );
    const { metadata } = passwordSecret(
      name,
      { namespace, secret: `${user}-mongo`, password: this.passwordOf(user) },
      here,
    );
    return {
      MONGODB_USERNAME: pulumi.output(user),
      MONGODB_PASSWORD: { secretName: metadata.name, key: passwordKey },
    };
  }

  private passwordOf(user: string): pulumi.Output<string> {
    const password = this.passwords[user];
    if (password === undefined) {
      throw new Error(`user: expected one of ${Object.keys(this.passwords).join(", ")}, got ${user}`);
    }
    return password.result;
  }
}

/** What a set with backups has beside its nodes. */
interface MadeBackups {
  /** The bucket, as the operator knows it. */
  readonly storage: ReturnType<MongoBackups["storage"]>;
  /** Who deletes old ones. */
  readonly operator: WorkloadIdentity;
  /** What the nodes need to reach it. */
  readonly ready: readonly pulumi.Resource[];
}

/** A bucket for backups, and who reaches it by their identity: the nodes, and the operator. */
function makeBackups(
  name: string,
  {
    backupTo: { bucket: makeBucket, storage },
    identify,
    namespace,
    place,
  }: Pick<PerconaMongoArgs, "identify" | "namespace"> & {
    readonly backupTo: MongoBackups;
    /** The namespace, once it is there. */
    readonly place: pulumi.Output<string>;
  },
  opts: { readonly parent: pulumi.Resource },
): MadeBackups {
  const bucket = makeBucket(name, opts);
  const identity = (key: string, serviceAccount: string) => {
    const made = identify(key, { namespace, serviceAccount }, opts);
    bucket.grant(`${key}-backups`, made, "readWrite", { parent: made });
    return made;
  };
  const nodes = identity(`${name}-identity`, perconaAccount);
  const account = new k8s.core.v1.ServiceAccount(
    name,
    {
      metadata: { name: perconaAccount, namespace: place, annotations: nodes.serviceAccountAnnotations },
      automountServiceAccountToken: false,
    },
    opts,
  );
  return {
    storage: storage(bucket.bucketName),
    operator: identity(`${name}-operator-identity`, perconaOperatorAccount),
    ready: [nodes, account],
  };
}

/** Password of the exporter's own user. */
function watcherSecret(
  name: string,
  namespace: pulumi.Output<string>,
  provider: random.Provider,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  const role = `${name}-backups-watcher`;
  const { result: password } = new random.RandomPassword(
    role,
    { length: 40, special: false },
    { ...opts, provider },
  );
  return passwordSecret(role, { namespace, secret: perconaUserSecret(backupWatcher), password }, opts);
}

function passwordSecret(
  name: string,
  {
    namespace,
    secret,
    password,
  }: {
    readonly namespace: pulumi.Input<string>;
    readonly secret: string;
    readonly password: pulumi.Output<string>;
  },
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  return new k8s.core.v1.Secret(
    name,
    { metadata: { name: secret, namespace }, stringData: { [passwordKey]: password } },
    opts,
  );
}

/** Refuses a step of majors that MongoDB does not take. */
export function checkUpgrade({
  oldInputs,
  newInputs,
}: Pick<pulumi.ResourceHookArgs, "oldInputs" | "newInputs">): void {
  checkMongoStep(majorOfSpec(oldInputs), majorOfSpec(newInputs));
}
