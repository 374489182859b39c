import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { publishedAuthority } from "../platform/publishedAuthority";
import { upgradeCheck } from "../data/elasticsearch";
import { elasticsearchExporter } from "../data/elasticsearchExporter";
import {
  authoritySecret,
  elasticsearchPorts,
  hostOf,
  nodeSet,
  podsOf,
  quotaOf,
} from "../data/elasticsearchNodes";
import { elasticsearchOperator } from "../data/elasticsearchOperator";
import { requestsAs, settingsJob } from "../data/elasticsearchSettings";
import type { SnapshotAccess } from "../data/elasticsearchSnapshots";
import { elasticsearchTraffic } from "../data/elasticsearchTraffic";
import { ElasticsearchUsers } from "../data/elasticsearchUsers";
import type { Bucket } from "../data/bucket";
import type { ElasticsearchVersion } from "../data/search";
import { alertRules } from "../platform/alertRules";
import { dataSource, grafanaPeer } from "../platform/dataSources";
import { namespaces } from "../platform/names";
import { type NamespaceQuota, SecureNamespace } from "../platform/namespace";
import { allowTraffic, type Destination, internet, podsHere, podsIn, tcp } from "../platform/networkPolicy";
import { afterAll } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { bytes, cpuQuantity, memoryQuantity, millicores } from "../workload/quantity";
import { elasticAlerts } from "./elasticAlerts";
import { elasticObject } from "./elasticKinds";
import { lifecycleSettings, telemetrySnapshots } from "./elasticLifecycle";
import { elasticRoles, rolesOfUsers } from "./elasticRoles";
import { type ElasticLoad, planNodes } from "./elasticSizes";
import { type ElasticUser, elasticUsers, spaces, telemetryCluster } from "./elasticSpec";

/** Version of Elastic's products, one of those that the operator's release is tested with. */
export const elasticVersion: ElasticsearchVersion = "9.4.3";

/** Arguments of {@link TelemetryElasticsearch}. */
export interface TelemetryElasticsearchArgs extends ServicePlace {
  /** Logs, traces, or both: what its nodes are sized for. */
  readonly load: ElasticLoad;
  /** Labels of the nodes of the cluster that have room for its own. */
  readonly dataNodeSelector: Readonly<Record<string, string>>;
  /** Namespaces beside its own in which its operator makes something, and those themselves. */
  readonly shipping?: { readonly namespace: string; readonly place: pulumi.Resource };
  /** What more there is room for in its namespace. */
  readonly beside: readonly NamespaceQuota[];
  /** What brings the kinds of Elastic's operator. */
  readonly elasticKinds: pulumi.Resource;
  readonly snapshotAccess: SnapshotAccess;
  readonly snapshotBucket: (name: string, opts: pulumi.ComponentResourceOptions) => Bucket;
  /** Addresses of the cloud's own endpoints in the network. */
  readonly workloadCidrs: readonly string[];
  /** @default true */
  readonly protect?: boolean;
}

/** How long the first nodes may take, with their volumes and the machines below them. */
const readyTimeout = "30m";

/** Service account of the nodes' pods. */
const nodesAccount = "elasticsearch";

/** What is named where its version or its disks may not be what is asked. */
const upgradeKeys = { version: "elasticVersion", disk: "platform.elasticStack.gibPerDay" } as const;

/** Labels of the job that says what is kept how long. */
const settingsPods = { "app.kubernetes.io/name": "telemetry-settings" } as const;

/** Who is let in, to {@link TelemetryElasticsearch.admit}. */
export interface AdmitArgs {
  readonly user: ElasticUser;
  /** The client's namespace, as policies name it. */
  readonly namespace: string;
  /** The same, once it is there. */
  readonly namespaceName: pulumi.Output<string>;
  /** Labels of its pods. */
  readonly podLabels: Readonly<Record<string, string>>;
}

/** One whom the cluster answers, in a namespace of its own. */
export interface TelemetryClient {
  readonly url: pulumi.Output<string>;
  /** Name of the Secret in the client's namespace with the authority that signed the cluster's certificate, as `ca.crt`. */
  readonly authoritySecret: pulumi.Output<string>;
  /** Name of the Secret in the client's namespace with its `username` and `password`. */
  readonly userSecret: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
  /** What the client waits for. */
  readonly ready: readonly pulumi.Resource[];
}

/**
 * Elasticsearch for logs and traces, by Elastic's operator in its free edition, apart from the index of the system's services: what a
 * flood of logs fills is no place that users search in. Data lives on fast nodes for three days and on large ones afterwards; who may
 * do all (`elastic`) does not exist; each client has a user with a role of its own.
 */
export class TelemetryElasticsearch extends pulumi.ComponentResource {
  public readonly url: pulumi.Output<string>;
  public readonly destinations: readonly Destination[];
  /** What is written to it waits for. */
  public readonly ready: readonly pulumi.Resource[];
  /** Namespace of its nodes, and of what stands beside them. */
  public readonly namespaceName: pulumi.Output<string>;
  /** Its operator. */
  public readonly operator: pulumi.Resource;
  private readonly users: ElasticsearchUsers;
  private readonly authority: pulumi.Output<string>;

  constructor(name: string, args: TelemetryElasticsearchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:logging:TelemetryElasticsearch", name, {}, opts);
    const { cluster, load, dataNodeSelector, beside, shipping, elasticKinds, protect = true } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };
    const after = { ...child, dependsOn: opts?.dependsOn ?? [] };
    const roles = planNodes(load);

    const place = new SecureNamespace(
      `${name}-namespace`,
      { namespace: namespaces.logging, quota: together([quotaOf(roles), ...beside]) },
      child,
    );
    this.namespaceName = place.namespaceName;
    const { release } = elasticsearchOperator(
      `${name}-operator`,
      {
        operatorNamespace: namespaces.elasticTelemetry,
        managedNamespaces: [namespaces.logging, ...(shipping === undefined ? [] : [shipping.namespace])],
        managedPlaces: [place, ...(shipping === undefined ? [] : [shipping.place])],
        elasticKinds,
        managedPods: podsIn(namespaces.logging, podsOf(telemetryCluster)),
        highlyAvailable: args.highlyAvailable,
        nodeSelector: args.nodeSelector,
      },
      { ...after, parent: this },
    );
    this.operator = release;
    const cloud = [internet(443), { cidrs: args.workloadCidrs, ports: [443] }, ...args.identityEndpoints];
    const traffic = elasticsearchTraffic(
      name,
      {
        namespace: this.namespaceName,
        cluster: telemetryCluster,
        operator: namespaces.elasticTelemetry,
        clients: [podsHere(settingsPods)],
        cloud,
      },
      child,
    );
    const bucket = args.snapshotBucket(name, child);
    const identity = args.identify(
      `${name}-identity`,
      { namespace: namespaces.logging, serviceAccount: nodesAccount },
      after,
    );
    bucket.grant(`${name}-identity-snapshots`, identity, "readWrite", { parent: identity });
    const account = new k8s.core.v1.ServiceAccount(
      name,
      {
        metadata: {
          name: nodesAccount,
          namespace: this.namespaceName,
          annotations: identity.serviceAccountAnnotations,
        },
        automountServiceAccountToken: false,
      },
      child,
    );
    const passwords = new random.Provider(`${name}-random`, {}, child);
    this.users = new ElasticsearchUsers(
      `${name}-users`,
      {
        namespace: this.namespaceName,
        rolesSecret: "telemetry-roles",
        roles: elasticRoles,
        users: rolesOfUsers(usersOf(load)),
      },
      { ...child, providers: [cluster.provider, passwords] },
    );
    const nodes = elasticObject(
      name,
      {
        kind: "Elasticsearch",
        object: telemetryCluster,
        namespace: this.namespaceName,
        spec: {
          version: elasticVersion,
          auth: {
            disableElasticUser: true,
            roles: [{ secretName: this.users.rolesSecret }],
            fileRealm: this.users.secrets.map((secretName) => ({ secretName })),
          },
          volumeClaimDeletePolicy: protect ? "DeleteOnScaledownOnly" : "DeleteOnScaledownAndClusterDeletion",
          nodeSets: roles.map((role) =>
            nodeSet(role, {
              nodeSelector: dataNodeSelector,
              storageClassName: cluster.storageClassName,
              serviceAccount: nodesAccount,
              additions: args.snapshotAccess.pod(identity),
            }),
          ),
        },
      },
      {
        ...child,
        protect,
        dependsOn: [release, account, ...traffic, this.users, identity],
        customTimeouts: { create: readyTimeout, update: "2h" },
        hooks: {
          beforeUpdate: [
            new pulumi.ResourceHook(`${name}-upgrade`, upgradeCheck(upgradeKeys), { onDryRun: true }),
          ],
        },
      },
    );
    const settings = bucket.bucketName.apply((bucketName) => ({
      ...telemetrySnapshots(args.snapshotAccess.type, bucketName),
      ...(load.logs !== undefined &&
        lifecycleSettings({
          ...load.logs,
          hotNodes: roles.find((role) => role.name === "hot")?.count ?? 1,
          hasWarmNodes: roles.some((role) => role.name === "warm"),
        })),
    }));
    const told = settingsJob(
      `${name}-settings`,
      {
        namespace: this.namespaceName,
        job: "telemetry-settings",
        podLabels: settingsPods,
        cluster: telemetryCluster,
        version: elasticVersion,
        user: elasticUsers.settings,
        said: settings.apply((said) => JSON.stringify(said)),
        commands: settings.apply((each) => requestsAs(telemetryCluster, each)),
        nodeSelector: dataNodeSelector,
      },
      { ...child, dependsOn: [nodes] },
    );
    elasticsearchExporter(
      `${name}-exporter`,
      {
        namespace: this.namespaceName,
        cluster: telemetryCluster,
        watches: load.logs === undefined ? "nodes" : "logs",
        nodeSelector: args.nodeSelector,
      },
      { ...child, dependsOn: [nodes] },
    );
    const nodeCount = roles.reduce((sum, { count }) => sum + count, 0);
    alertRules(
      `${name}-alerts`,
      {
        namespace: this.namespaceName,
        rules: "elasticsearch",
        alerts: elasticAlerts({ nodeCount, hasLogs: load.logs !== undefined }),
      },
      afterAll(child, opts, []),
    );

    this.authority = publishedAuthority(
      `${name}-authority`,
      { namespace: namespaces.logging, secret: authoritySecret(telemetryCluster), owner: nodes },
      child,
    );
    this.url = pulumi.output(
      `https://${hostOf(telemetryCluster)}.${namespaces.logging}.svc:${elasticsearchPorts.http}`,
    );
    this.destinations = [
      {
        namespace: namespaces.logging,
        podLabels: podsOf(telemetryCluster),
        ports: [elasticsearchPorts.http],
      },
    ];
    this.ready = [nodes, told];
    this.registerOutputs({ url: this.url });
  }

  /** Lets a client's pods through to the nodes, and hands its namespace the user and the authority by which it gets in. */
  admit(
    name: string,
    { user, namespace, namespaceName, podLabels }: AdmitArgs,
    opts: pulumi.CustomResourceOptions,
  ): TelemetryClient {
    allowTraffic(
      `${name}-in`,
      {
        namespace: this.namespaceName,
        policy: `from-${namespace}`,
        podLabels: podsOf(telemetryCluster),
        ingress: [{ from: [podsIn(namespace, podLabels)], ports: tcp(elasticsearchPorts.http) }],
      },
      opts,
    );
    const secret = new k8s.core.v1.Secret(
      name,
      {
        metadata: { name: "telemetry-user", namespace: namespaceName },
        type: "kubernetes.io/basic-auth",
        stringData: { username: user, password: this.users.passwordOf(user) },
      },
      opts,
    );
    // no key is in it, and a Secret all the same: some clients take an authority from nothing else
    const authority = new k8s.core.v1.Secret(
      `${name}-authority`,
      {
        metadata: { name: "telemetry-authority", namespace: namespaceName },
        stringData: { "ca.crt": this.authority },
      },
      opts,
    );
    return {
      url: this.url,
      authoritySecret: authority.metadata.name,
      userSecret: secret.metadata.name,
      destinations: this.destinations,
      ready: this.ready,
    };
  }

  /** Has Grafana read the logs, and not those for an audit. */
  showInGrafana(name: string, opts: pulumi.CustomResourceOptions): readonly pulumi.Resource[] {
    allowTraffic(
      `${name}-in`,
      {
        namespace: this.namespaceName,
        policy: "from-grafana",
        podLabels: podsOf(telemetryCluster),
        ingress: [{ from: [grafanaPeer], ports: tcp(elasticsearchPorts.http) }],
      },
      opts,
    );
    return dataSource(
      name,
      {
        uid: "elasticsearch",
        title: "Logs",
        url: this.url,
        destinations: this.destinations,
        authority: this.authority,
        signIn: { user: elasticUsers.grafana, password: this.users.passwordOf(elasticUsers.grafana) },
        settings: {
          index: spaces.logs.streams.join(","),
          timeField: "@timestamp",
          logMessageField: "message",
          logLevelField: "log.level",
        },
      },
      opts,
    );
  }
}

/** Users of those who use it, and no other. */
function usersOf({ logs, traces }: ElasticLoad): readonly ElasticUser[] {
  const { settings, exporter, writer, spaces: maker, reader, auditor, grafana, traces: spans } = elasticUsers;
  return [
    settings,
    exporter,
    ...(logs === undefined ? [] : [writer, maker, reader, auditor, grafana]),
    ...(traces === undefined ? [] : [spans]),
  ];
}

/** Room for all of these. */
function together(quotas: readonly NamespaceQuota[]): NamespaceQuota {
  const sum = (of: (quota: NamespaceQuota) => number) => quotas.reduce((all, quota) => all + of(quota), 0);
  const compute = (which: "requests" | "limits") => ({
    cpu: cpuQuantity(sum((quota) => millicores(quota[which].cpu, "cpu"))),
    memory: memoryQuantity(sum((quota) => bytes(quota[which].memory, "memory"))),
  });
  return {
    requests: compute("requests"),
    limits: compute("limits"),
    pods: sum(({ pods = 0 }) => pods),
    storageGiB: sum(({ storageGiB = 0 }) => storageGiB),
  };
}
