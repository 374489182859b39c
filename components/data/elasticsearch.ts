import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Access, CaBundle, SecretReference, WorkloadIdentity } from "../identity/workloadIdentity";
import { refuse, textIn } from "../cluster/upgrade";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, type Destination, internet, podsIn, tcp } from "../platform/networkPolicy";
import { podsAs } from "../workload/labels";
import { elasticsearchAlerts } from "./elasticsearchAlerts";
import {
  authoritySecret,
  elasticsearchName,
  elasticsearchPods,
  elasticsearchPorts,
  disksOf,
  elasticsearchQuota,
  nodeSets,
} from "./elasticsearchNodes";
import { elasticsearchExporter, exporterUser } from "./elasticsearchExporter";
import { elasticsearchOperator } from "./elasticsearchOperator";
import { type SnapshotAccess, snapshots, snapshotsUser } from "./elasticsearchSnapshots";
import { publishedAuthority } from "../platform/publishedAuthority";
import { ElasticsearchUsers, roleDefinitions, userRoles } from "./elasticsearchUsers";
import { elasticsearchTraffic, operatorNamespace } from "./elasticsearchTraffic";
import { checkSearch, type Search, type SearchArgs, searchStep } from "./search";

/** Arguments of an {@link Elasticsearch}. */
export interface ElasticsearchArgs extends SearchArgs {
  readonly snapshotAccess: SnapshotAccess;
}

/** How long the first nodes may take, with their volumes and the machines below them. */
const readyTimeout = "30m";

/**
 * {@link Search} as Elasticsearch in the cluster, by Elastic's operator (ECK) in its free edition: masters of their own,
 * nodes spread over zones, volumes of the cluster's encrypted StorageClass, TLS on every connection by an authority that the
 * operator keeps. `elastic`, the user who may do all, does not exist; each workload is a user of its own.
 */
export class Elasticsearch extends pulumi.ComponentResource implements Search {
  readonly url: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundle: CaBundle;
  private readonly users: ElasticsearchUsers;
  private readonly namespace: pulumi.Output<string>;
  private readonly systemNamespace: string;
  private readonly provider: k8s.Provider;
  /** Who may be let in, and to what. */
  private readonly admitted: Readonly<Record<string, Access>>;

  /** @param type token of the class of a cloud that answers so */
  constructor(
    name: string,
    args: ElasticsearchArgs,
    opts?: pulumi.ComponentResourceOptions,
    type = "groundwork:data:Elasticsearch",
  ) {
    super(type, name, {}, onCluster(args, opts));
    const { cluster, namespace, systemNamespace, ready, users, elasticsearchVersion, protect = true } = args;
    checkSearch(args);
    const passwords = new random.Provider(`${name}-random`, {}, { parent: this });
    const child = { parent: this };
    const after = { ...child, dependsOn: [...ready] };
    const serviceAccount = "elasticsearch";
    const nodes = { ...args, storageClassName: cluster.storageClassName, serviceAccount };

    const place = new SecureNamespace(
      `${name}-namespace`,
      { namespace, quota: elasticsearchQuota(nodes) },
      { ...child, providers: [cluster.provider] },
    );
    const operator = elasticsearchOperator(
      `${name}-operator`,
      {
        operatorNamespace,
        managedNamespaces: [namespace],
        managedPlaces: [place],
        elasticKinds: args.elasticKinds(),
        managedPods: podsIn(namespace, elasticsearchPods),
        highlyAvailable: args.dataNodes > 1,
        nodeSelector: {},
      },
      { ...after, providers: [cluster.provider] },
    );
    const { snapshotAccess, snapshotRetentionDays, network, identityEndpoints } = args;
    // the bucket, and STS, which has an endpoint in the network where it has any
    const cloud = [internet(443), { cidrs: network.workloadCidrs, ports: [443] }, ...identityEndpoints];
    const traffic = elasticsearchTraffic(name, { namespace: place.namespaceName, cloud }, child);
    const bucket = args.snapshotBucket(name, child);
    const identity = args.identify(`${name}-identity`, { namespace, serviceAccount }, child);
    bucket.grant(`${name}-identity-snapshots`, identity, "readWrite", { parent: identity });
    const account = new k8s.core.v1.ServiceAccount(
      name,
      {
        metadata: {
          name: serviceAccount,
          namespace: place.namespaceName,
          annotations: identity.serviceAccountAnnotations,
        },
        automountServiceAccountToken: false,
      },
      child,
    );
    this.users = new ElasticsearchUsers(
      `${name}-users`,
      {
        namespace: place.namespaceName,
        rolesSecret: "search-roles",
        roles: roleDefinitions,
        users: userRoles({ ...users, [exporterUser]: "monitor", [snapshotsUser]: "snapshots" }),
      },
      { ...child, providers: [cluster.provider, passwords] },
    );
    const index = new k8s.apiextensions.CustomResource(
      name,
      {
        apiVersion: "elasticsearch.k8s.elastic.co/v1",
        kind: "Elasticsearch",
        metadata: {
          name: elasticsearchName,
          namespace: place.namespaceName,
          annotations: { "pulumi.com/waitFor": "jsonpath={.status.phase}=Ready" },
        },
        spec: {
          version: elasticsearchVersion,
          auth: {
            disableElasticUser: true,
            roles: [{ secretName: this.users.rolesSecret }],
            fileRealm: this.users.secrets.map((secretName) => ({ secretName })),
          },
          // what is deleted by mistake can be attached again
          volumeClaimDeletePolicy: protect ? "DeleteOnScaledownOnly" : "DeleteOnScaledownAndClusterDeletion",
          nodeSets: nodeSets({ ...nodes, additions: snapshotAccess.pod(identity) }),
        },
      },
      {
        ...child,
        protect,
        dependsOn: [operator.release, account, ...traffic, this.users, identity],
        customTimeouts: { create: readyTimeout, update: "2h" },
        hooks: {
          beforeUpdate: [new pulumi.ResourceHook(`${name}-upgrade`, checkUpgrade, { onDryRun: true })],
        },
      },
    );
    snapshots(
      `${name}-snapshots`,
      {
        namespace: place.namespaceName,
        version: elasticsearchVersion,
        type: snapshotAccess.type,
        bucketName: bucket.bucketName,
        retentionDays: snapshotRetentionDays,
      },
      { ...child, dependsOn: [index] },
    );
    elasticsearchExporter(
      `${name}-exporter`,
      { namespace: place.namespaceName },
      {
        ...child,
        dependsOn: [index],
      },
    );
    elasticsearchAlerts(
      `${name}-alerts`,
      { placed: place.namespaceName, namespace, dataNodes: args.dataNodes, masterNodes: args.masterNodes },
      after,
    );

    this.namespace = place.namespaceName;
    this.systemNamespace = systemNamespace;
    this.provider = cluster.provider;
    this.admitted = users;
    const host = `${elasticsearchName}-es-http.${namespace}.svc`;
    this.url = pulumi.output(`https://${host}:${elasticsearchPorts.http}`);
    this.destinations = [{ namespace, podLabels: elasticsearchPods, ports: [elasticsearchPorts.http] }];
    this.connection = {
      SEARCH_URL: this.url,
      SEARCH_ENGINE: pulumi.output("elasticsearch"),
      SEARCH_AUTH: pulumi.output("basic"),
    };
    this.caBundle = {
      variable: "SEARCH_CA_FILE",
      pem: publishedAuthority(
        `${name}-authority`,
        { namespace, secret: authoritySecret(elasticsearchName), owner: index },
        child,
      ),
    };
    this.registerOutputs({ url: this.url });
  }

  /** Gives the workload its password by reference, and lets its pods through to the nodes. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<"SEARCH_USERNAME", pulumi.Output<string>> & Record<"SEARCH_PASSWORD", SecretReference>> {
    const { serviceAccount: user } = to;
    if (this.admitted[user] !== access) {
      throw new Error(`grant: expected a user of the index with ${access}, got ${user}`);
    }
    const here = { ...opts, provider: this.provider };
    allowTraffic(
      `${name}-in`,
      {
        namespace: this.namespace,
        policy: `from-${user}`,
        podLabels: elasticsearchPods,
        ingress: [
          {
            from: podsAs({ namespace: this.systemNamespace, serviceAccount: user }),
            ports: tcp(elasticsearchPorts.http),
          },
        ],
      },
      here,
    );
    const key = "password";
    const secret = new k8s.core.v1.Secret(
      name,
      {
        metadata: { name: `${user}-search`, namespace: this.systemNamespace },
        stringData: { [key]: this.users.passwordOf(user) },
      },
      here,
    );
    return {
      SEARCH_USERNAME: pulumi.output(user),
      SEARCH_PASSWORD: { secretName: secret.metadata.name, key },
    };
  }
}

/** Everything inside is made through the cluster's own provider. */
function onCluster(
  { cluster }: SearchArgs,
  opts: pulumi.ComponentResourceOptions | undefined,
): pulumi.ComponentResourceOptions {
  return pulumi.mergeOptions(opts, { providers: [cluster.provider] });
}

/** Keys that are named where a change is refused. */
export interface UpgradeKeys {
  /** Of the version. */
  readonly version: string;
  /** Of what disks follow from. */
  readonly disk: string;
}

/** As the hook of the index is told. */
export const checkUpgrade = upgradeCheck({ version: "search.elasticsearchVersion", disk: "search.diskGiB" });

/** Refuses a step back or over a major, and smaller disks: volumes only grow, and no webhook of the operator says so. */
export function upgradeCheck(
  keys: UpgradeKeys,
): (args: Pick<pulumi.ResourceHookArgs, "oldInputs" | "newInputs">) => void {
  return ({ oldInputs, newInputs }) => {
    const [running, wanted] = [oldInputs?.["spec"], newInputs?.["spec"]].map((spec: unknown) =>
      typeof spec === "object" && spec !== null ? textIn({ ...spec }, "version") : undefined,
    );
    if (running !== undefined && wanted !== undefined) {
      refuse(keys.version, searchStep(running, wanted));
    }
    const [had, asked] = [disksOf(oldInputs?.["spec"]), disksOf(newInputs?.["spec"])];
    for (const [nodeSet, diskGiB] of Object.entries(asked)) {
      const before = had[nodeSet] ?? 0;
      if (diskGiB < before) {
        throw new Error(
          `${keys.disk}: expected ${before} or more, as the volumes of ${nodeSet} have that and never shrink, got ${diskGiB}`,
        );
      }
    }
  };
}
