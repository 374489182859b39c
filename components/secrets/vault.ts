import * as k8s from "@pulumi/kubernetes";
import { PodMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../data/bucket";
import type { Administrators, SqlAdministration } from "../data/sqlAdministration";
import type { CaBundle, Grantable, ServiceToken, WorkloadIdentity } from "../identity/workloadIdentity";
import { alertRules } from "../platform/alertRules";
import { charts } from "../platform/charts";
import { customResource } from "../platform/customResource";
import { namespaces } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import type { Destination } from "../platform/networkPolicy";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { internalCertificate, trustBundle, trustInternalAuthority } from "../traffic/internalAuthority";
import type { CloudScript } from "./cloudScript";
import type { SealKey, SealKeyArgs } from "./sealKey";
import type { Secret } from "./secret";
import { vaultAlerts } from "./vaultAlerts";
import { type SqlStore, vaultConfig, type VaultUser } from "./vaultConfig";
import { vaultJobs } from "./vaultJobs";
import {
  configurator,
  operator,
  serverDnsNames,
  serverSecret,
  snapshotter,
  vaultAudience,
  vaultHosts,
  vaultName,
  vaultPods,
  vaultPorts,
} from "./vaultParts";
import { snapshotDays, vaultSnapshots } from "./vaultSnapshots";
import { vaultTraffic } from "./vaultTraffic";
import { serverDiskGiB, serversOf, vaultValues } from "./vaultValues";

/** A database in which Vault makes users. */
export interface VaultDatabase {
  readonly administer: (
    name: string,
    to: Administrators,
    opts: pulumi.ComponentResourceOptions,
  ) => SqlAdministration;
}

/** Arguments of {@link Vault}. */
export interface VaultArgs extends ServicePlace {
  /** Namespace of the services, which may stand after it. */
  readonly systemNamespace: string;
  /** Services that use it, by the name of their service account. */
  readonly users: Readonly<Record<string, VaultUser>>;
  readonly databases: Partial<Readonly<Record<SqlStore, VaultDatabase>>>;
  readonly sealKey: (name: string, args: SealKeyArgs, opts: pulumi.ComponentResourceOptions) => SealKey;
  /** Makes the secret in which people find the recovery keys. */
  readonly recoverySecret: (name: string, opts: pulumi.ComponentResourceOptions) => Secret;
  readonly secretStore: CloudScript;
  /** Makes the bucket of the snapshots, whose earlier versions are kept so many days. */
  readonly snapshotBucket: (name: string, keptDays: number, opts: pulumi.ComponentResourceOptions) => Bucket;
  readonly objectStore: CloudScript;
  /** Where the cloud's secret store answers. */
  readonly secretStoreDestination: Destination;
  /** Certificate of the authority that signs the servers', PEM. */
  readonly internalAuthority: pulumi.Output<string>;
  /** Refuse deletion of the keys in Pulumi. */
  readonly protect: boolean;
}

/** Name of what has Prometheus scrape it, and of its alerts. */
const monitorName = "vault";

/**
 * HashiCorp's Vault: servers over zones that keep its data among them by raft, opened by a key of the cloud's, and what
 * makes it what the blueprint says: {@link vaultJobs}. Services use it as a store, by the name `vault`.
 *
 * Needs cert-manager's and the monitoring stack's kinds, and the internal authority.
 */
export class Vault extends pulumi.ComponentResource implements Grantable {
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  readonly caBundle: CaBundle;
  readonly serviceToken: ServiceToken = { variable: "VAULT_JWT_FILE", audience: vaultAudience };
  readonly destinations: readonly Destination[];
  private readonly users: VaultArgs["users"];

  constructor(name: string, args: VaultArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:secrets:Vault", name, {}, opts);
    const { cluster, highlyAvailable, users, databases, protect, internalAuthority } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };
    const servers = serversOf(highlyAvailable);

    const namespace = new SecureNamespace(
      name,
      { namespace: namespaces.vault, quota: quota(servers) },
      child,
    );
    const { namespaceName } = namespace;
    const identities = this.identify(name, args);
    const sealKey = args.sealKey(`${name}-seal`, { server: identities.server, protect }, child);
    const recovery = args.recoverySecret(`${name}-recovery-keys`, child);
    const keeping = recovery.admitWriter(`${name}-keeper-recovery-keys`, identities.keeper, {
      parent: identities.keeper,
    });
    const administered = administer(name, databases, identities);

    const bucket = args.snapshotBucket(name, snapshotDays, child);
    bucket.grant(`${name}-snapshotter-bucket`, identities.snapshotter, "readWrite", {
      parent: identities.snapshotter,
    });

    const policies = vaultTraffic(
      name,
      {
        namespace: namespaceName,
        systemNamespace: args.systemNamespace,
        identityEndpoints: args.identityEndpoints,
        databases: Object.values(administered).flatMap(({ destinations }) => destinations),
        secretStore: args.secretStoreDestination,
        snapshots: bucket.destinations,
      },
      child,
    );
    const trust = trustInternalAuthority(
      `${name}-trust`,
      { namespace: namespaceName, pem: internalAuthority },
      child,
    );
    const certificate = internalCertificate(
      `${name}-certificate`,
      {
        secretName: serverSecret,
        namespace: namespaceName,
        dnsNames: serverDnsNames,
        usages: ["server auth", "client auth"],
      },
      // the authority's certificate is there once the authority is
      afterAll(child, opts, [trust]),
    );
    const release = installChart(
      name,
      {
        chart: "vault",
        namespace: namespaceName,
        values: vaultValues({
          ...args,
          storageClassName: cluster.storageClassName,
          version: charts.vault.appVersion,
          serviceAccountAnnotations: identities.server.serviceAccountAnnotations,
          sealStanza: sealKey.stanza,
        }),
        // a server is ready once it is open, and at first the job below is what opens it
        skipAwait: true,
      },
      { ...child, dependsOn: [certificate, identities.server, ...sealKey.grants, ...policies] },
    );
    const job = vaultJobs(
      `${name}-configure`,
      {
        ...args,
        namespace: namespaceName,
        serviceAccountAnnotations: identities.keeper.serviceAccountAnnotations,
        recoverySecretId: recovery.secretId,
        config: vaultConfig({ ...args, databases: administered, servers }),
      },
      { ...child, dependsOn: [release, keeping, identities.keeper] },
    );
    vaultSnapshots(
      `${name}-snapshot`,
      {
        ...args,
        namespace: namespaceName,
        serviceAccountAnnotations: identities.snapshotter.serviceAccountAnnotations,
        bucketName: bucket.bucketName,
      },
      { ...child, dependsOn: [job, identities.snapshotter] },
    );
    new k8s.core.v1.ServiceAccount(
      `${name}-operator`,
      { metadata: { name: operator, namespace: namespaceName }, automountServiceAccountToken: false },
      child,
    );
    watch(name, { namespace: namespaceName, servers }, { ...child, dependsOn: release });

    this.users = users;
    this.destinations = [{ namespace: namespaces.vault, podLabels: vaultPods, ports: [vaultPorts.api] }];
    // who is told of it waits until it has been made what it is to be
    const address = `https://${vaultHosts.leader}:${vaultPorts.api}`;
    this.connection = { VAULT_ADDR: job.metadata.name.apply(() => address) };
    this.caBundle = { variable: "VAULT_CACERT", pem: internalAuthority };
    this.registerOutputs({ connection: this.connection });
  }

  /** Its role is there already: whoever is among its users has one. */
  grant(_name: string, { serviceAccount }: WorkloadIdentity): Grantable["connection"] {
    if (!(serviceAccount in this.users)) {
      throw new RangeError(
        `vault: expected one of ${Object.keys(this.users).join(", ")}, got ${serviceAccount}`,
      );
    }
    return { VAULT_ROLE: pulumi.output(serviceAccount) };
  }

  private identify(
    name: string,
    { identify }: VaultArgs,
  ): Administrators & { readonly snapshotter: WorkloadIdentity } {
    const namespace = namespaces.vault;
    const own = { parent: this };
    return {
      server: identify(`${name}-server`, { namespace, serviceAccount: vaultName }, own),
      keeper: identify(`${name}-keeper`, { namespace, serviceAccount: configurator }, own),
      snapshotter: identify(`${name}-snapshotter`, { namespace, serviceAccount: snapshotter }, own),
    };
  }
}

/** Lets it make users in each of the databases. */
function administer(
  name: string,
  databases: VaultArgs["databases"],
  to: Administrators,
): Partial<Record<SqlStore, SqlAdministration>> {
  return Object.fromEntries(
    Object.entries(databases).map(([store, database]) => [
      store,
      database.administer(`${name}-server-${store}`, to, { parent: to.server }),
    ]),
  );
}

/** Room for each server, one that takes another's place, and runs of the jobs. */
function quota(servers: number): ConstructorParameters<typeof SecureNamespace>[1]["quota"] {
  return {
    requests: { cpu: "2", memory: "4Gi" },
    limits: { cpu: "6", memory: "8Gi" },
    pods: 15,
    storageGiB: servers * 2 * serverDiskGiB,
  };
}

/** Has each server asked for its metrics, by its own certificate, and the alerts made. */
function watch(
  name: string,
  { namespace, servers }: { readonly namespace: pulumi.Output<string>; readonly servers: number },
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  customResource(
    `${name}-monitor`,
    {
      namespace,
      model: new PodMonitor({
        metadata: { name: monitorName },
        spec: {
          selector: { matchLabels: vaultPods },
          podMetricsEndpoints: [
            {
              port: "metrics",
              path: "/v1/sys/metrics",
              params: { format: ["prometheus"] },
              scheme: "https",
              interval: "30s",
              tlsConfig: {
                ca: { configMap: { name: trustBundle.configMap, key: trustBundle.file } },
                serverName: vaultHosts.any,
              },
            },
          ],
        },
      }),
    },
    opts,
  );
  return alertRules(
    `${name}-alerts`,
    {
      namespace,
      rules: monitorName,
      alerts: vaultAlerts({ namespace: namespaces.vault, servers, monitor: monitorName }),
    },
    opts,
  );
}
