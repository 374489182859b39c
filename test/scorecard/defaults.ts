import * as pulumi from "@pulumi/pulumi";
import { Falco } from "../../components/guardrails/falco";
import { Kyverno } from "../../components/guardrails/kyverno";
import { TrivyOperator } from "../../components/guardrails/trivyOperator";
import { Velero } from "../../components/backup/velero";
import { Loki } from "../../components/logging/loki";
import { Monitoring } from "../../components/platform/monitoring";
import type { Cloud } from "../../components/cloud";
import { ElasticKinds } from "../../components/data/elasticKinds";
import { Flagd } from "../../components/delivery/flagd";
import { Vault } from "../../components/secrets/vault";
import { Keda } from "../../components/scaling/keda";
import type { CloudProvider } from "../../providers/provider";
import { awsProvider } from "../../providers/aws";
import { gcpProvider } from "../../providers/gcp";
import type { PlanResource } from "../../preview/plan";
import { atlasAccess, mongoArgs } from "../providers/atlasScene";
import { run } from "../support/run";

/** How each cloud is entered; nothing here is an option of a contract. */
export const enter: Readonly<Record<Cloud, () => CloudProvider>> = {
  aws: () => awsProvider("main", { region: "us-east-1", accountId: "123456789012", tags: {} }, {}),
  gcp: () => gcpProvider("main", { region: "us-east1", project: "example-prod", labels: {} }, {}),
};

/** What each contract registers when it is told what it must be told, and no option. */
export async function defaultsOf(cloud: Cloud): Promise<readonly PlanResource[]> {
  const { resources } = await run(() => {
    everyContract(enter[cloud]());
  });
  return resources;
}

function everyContract(cloud: CloudProvider): void {
  const network = cloud.network(
    "main-network",
    {
      cidr: "10.0.0.0/16",
      zones: ["b", "c", "d"],
      podCidr: "10.64.0.0/15",
      serviceCidr: "172.20.0.0/18",
    },
    {},
  );
  const cluster = cloud.cluster(
    "main-cluster",
    {
      network,
      version: "1.35",
      nodePools: {
        system: { machine: { vcpus: 4, memoryGiB: 16 }, minNodes: 3, initialNodes: 3, maxNodes: 6 },
        inference: {
          machine: { vcpus: 4, memoryGiB: 16, gpu: { type: "l4", count: 1 } },
          minNodes: 0,
          initialNodes: 0,
          maxNodes: 3,
        },
      },
      nodeProvisioning: { cpuLimit: 100, memoryGiBLimit: 400 },
    },
    {},
  );
  const postgres = cloud.postgres(
    "main-postgres",
    {
      network,
      version: "17",
      machine: { vcpus: 4, memoryGiB: 32 },
      diskGiB: 100,
      highAvailability: true,
      readReplicas: 0,
      backupRetentionDays: 14,
      pooling: true,
    },
    {},
  );
  const mysql = cloud.mySql(
    "main-mysql",
    {
      network,
      version: "8.4",
      machine: { vcpus: 4, memoryGiB: 32 },
      diskGiB: 100,
      highAvailability: true,
      backupRetentionDays: 14,
    },
    {},
  );
  const redis = cloud.redis(
    "main-redis",
    { network, nodeMemoryGiB: 6, shards: 3, replicasPerShard: 1, snapshotRetentionDays: 7 },
    {},
  );
  cloud.backups(
    "main-backups",
    { network, stores: { postgres, mysql }, retentionDays: 30, lock: "governance", drill: "weekly" },
    {},
  );
  cloud.mongo("main-mongo", { ...mongoArgs, network, atlas: atlasAccess() }, {});
  cloud.search(
    "main-search",
    {
      network,
      cluster,
      namespace: "search",
      systemNamespace: "app",
      nodeSelector: {},
      ready: cluster.ready,
      identify: (name, account, opts) => cloud.workloadIdentity(name, { cluster, ...account }, opts),
      identityEndpoints: cloud.identityEndpoints,
      hosting: "cloud",
      openSearchVersion: "3.3",
      elasticsearchVersion: "9.4.3",
      dataNodes: 3,
      masterNodes: 3,
      machine: { vcpus: 2, memoryGiB: 8 },
      diskGiB: 100,
      rebuildMinutes: 60,
      users: { api: "read" },
      snapshotRetentionDays: 30,
      elasticKinds: () => new ElasticKinds("main-elastic-kinds", { providers: [cluster.provider] }),
      snapshotBucket: (name, opts) =>
        cloud.bucket(name, { archiveAfterDays: 0, noncurrentRetentionDays: 7 }, opts),
    },
    {},
  );
  cloud.vectorStore(
    "main-vectors",
    {
      network,
      cluster,
      namespace: "vectors",
      systemNamespace: "app",
      nodeSelector: {},
      ready: cluster.ready,
      identify: (name, account, opts) => cloud.workloadIdentity(name, { cluster, ...account }, opts),
      identityEndpoints: cloud.identityEndpoints,
      version: "2.6.19",
      queryNodes: 2,
      machine: { vcpus: 2, memoryGiB: 8 },
      cacheGiB: 10,
      highAvailability: true,
      backupRetentionDays: 30,
      restoreMinutes: 60,
      users: { api: "read" },
      objectBucket: (name, opts) =>
        cloud.bucket(name, { archiveAfterDays: 0, noncurrentRetentionDays: 7 }, opts),
    },
    {},
  );
  for (const hosting of cloud.cloud === "aws" ? (["cloud"] as const) : (["cloud", "cluster"] as const)) {
    cloud.kafka(
      `main-kafka-${hosting}`,
      {
        hosting,
        network,
        cluster,
        brokers: 3,
        machine: { vcpus: 2, memoryGiB: 8 },
        diskGiB: 100,
        retentionHours: 72,
        topics: { events: { partitions: 3 } },
        users: {},
        namespace: "kafka",
        systemNamespace: "app",
        nodeSelector: {},
        ready: [],
        identify: (name, account, opts) => cloud.workloadIdentity(name, { cluster, ...account }, opts),
        identityEndpoints: [],
      },
      {},
    );
  }
  cloud.alarms(
    "main-alarms",
    {
      onCall: { email: "ops@example.com", pagerDutyRoutingKey: "0123456789abcdef0123456789abcdef" },
      network,
      cluster,
      stores: [postgres, redis],
    },
    {},
  );
  cloud.audit("main-audit", { retentionDays: 365 }, {});
  if (cloud.hasImagePolicy) {
    cloud.imagePolicy("main-images", { registries: ["registry.example.com/main"] }, {});
  }
  cloud.queue(
    "main-queue-jobs",
    { network, key: "jobs", workSeconds: 60, retentionDays: 4, maxDeliveries: 5 },
    {},
  );
  cloud.bucket("main-bucket", { archiveAfterDays: 90, noncurrentRetentionDays: 30 }, {});
  const zone = cloud.dnsZone("main-zone", { domain: "example.com", logRetentionDays: 365 }, {});
  cloud.edge(
    "main-edge",
    {
      zone,
      hosts: ["example.com"],
      originHost: "origin.example.com",
      originProofs: [{ header: "X-Origin-Proof-A", value: pulumi.secret("proof") }],
      loadBalancer: "load-balancer.example.com",
      caching: { site: { path: "/", maxAgeSeconds: 60 } },
      logRetentionDays: 365,
    },
    {},
  );
  new Velero(
    "main-velero",
    {
      nodeSelector: {},
      identify: (name, account, opts) => cloud.workloadIdentity(name, { cluster, ...account }, opts),
      identityEndpoints: cloud.identityEndpoints,
      storage: cloud.veleroStorage,
      bucket: (name, opts) => cloud.bucket(name, { archiveAfterDays: 0, noncurrentRetentionDays: 7 }, opts),
    },
    { providers: [cluster.provider] },
  );
  new Monitoring(
    "main-monitoring",
    {
      clusterName: "main",
      storageClassName: cluster.storageClassName,
      managedNodes: false,
      size: { prometheusReplicas: 2, alertmanagerReplicas: 3, retentionDays: 30, diskGiB: 100 },
      highlyAvailable: true,
      coreDns: true,
      alerting: {},
      nodeSelector: {},
    },
    { providers: [cluster.provider] },
  );
  new Loki(
    "main-loki",
    {
      cluster,
      highlyAvailable: true,
      nodeSelector: {},
      identify: (name, account, opts) => cloud.workloadIdentity(name, { cluster, ...account }, opts),
      identityEndpoints: cloud.identityEndpoints,
      spec: {},
      systemNamespace: "app",
      team: "app",
      storage: cloud.lokiStorage,
      bucket: (name, opts) => cloud.bucket(name, { archiveAfterDays: 0, noncurrentRetentionDays: 7 }, opts),
      alertmanagerReplicas: 3,
      metricsRetentionDays: 30,
      logRetentionDays: 365,
    },
    { providers: [cluster.provider] },
  );
  cloud.secret("main-secret", { key: "secret" }, {});
  const registry = cloud.registry("main-registry", { repositories: ["app/api"] }, {});
  new Vault(
    "main-vault",
    {
      cluster,
      highlyAvailable: true,
      nodeSelector: {},
      identify: (name, account, opts) => cloud.workloadIdentity(name, { cluster, ...account }, opts),
      identityEndpoints: cloud.identityEndpoints,
      systemNamespace: "app",
      users: { api: { access: "read", databases: { postgres: "read" } } },
      databases: { postgres, mysql },
      sealKey: cloud.sealKey,
      recoverySecret: (name, opts) => cloud.secret(name, { key: "vault-recovery-keys", rekeyed: true }, opts),
      secretStore: cloud.secretStoreScript(),
      secretStoreDestination: cloud.secretsDestination(network),
      snapshotBucket: (name, noncurrentRetentionDays, opts) =>
        cloud.bucket(name, { archiveAfterDays: 0, noncurrentRetentionDays }, opts),
      objectStore: cloud.objectStoreScript(),
      internalAuthority: pulumi.output("PEM"),
      protect: true,
    },
    { providers: [cluster.provider] },
  );
  new Falco(
    "main-falco",
    { highlyAvailable: true, nodeSelector: {}, alertmanagerReplicas: 3 },
    { providers: [cluster.provider] },
  );
  new TrivyOperator(
    "main-trivy",
    {
      spec: {},
      nodeSelector: {},
      identify: (name, account, opts) => cloud.workloadIdentity(name, { cluster, ...account }, opts),
      identityEndpoints: cloud.identityEndpoints,
      cloudNamespaces: cloud.ownNamespaces,
      apis: cloud.secretsDestination(network),
      registry,
    },
    { providers: [cluster.provider] },
  );
  new Kyverno(
    "main-signatures",
    {
      highlyAvailable: true,
      nodeSelector: {},
      identify: (name, account, opts) => cloud.workloadIdentity(name, { cluster, ...account }, opts),
      identityEndpoints: cloud.identityEndpoints,
      registry,
      registryHelper: cloud.registryHelper,
      systemNamespace: "app",
      repository: "example/app",
      branch: "main",
      enforced: true,
    },
    { providers: [cluster.provider] },
  );
  new Flagd(
    "main-flagd",
    { spec: {}, highlyAvailable: true, nodeSelector: {}, systemNamespace: "app" },
    { providers: [cluster.provider] },
  );
  new Keda(
    "main-keda",
    {
      highlyAvailable: true,
      nodeSelector: {},
      identify: (name, account, opts) => cloud.workloadIdentity(name, { cluster, ...account }, opts),
      identityEndpoints: cloud.identityEndpoints,
      watchedNamespaces: ["app"],
      scalesRollouts: false,
      countsInCloud: true,
    },
    { providers: [cluster.provider] },
  );
  cloud.workloadIdentity("main-api", { cluster, namespace: "app", serviceAccount: "api" }, {});
}
