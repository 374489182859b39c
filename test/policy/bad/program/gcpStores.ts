import * as gcp from "@pulumi/gcp";
import type { CustomResourceOptions } from "@pulumi/pulumi";

const location = "europe-west1";
const everyone = "allUsers";

/** Buckets, databases, keys, topics and what is served. */
export function googleStores(opts: CustomResourceOptions): void {
  const bucket = new gcp.storage.Bucket(
    "invoices",
    {
      location,
      uniformBucketLevelAccess: false,
      publicAccessPrevention: "inherited",
      versioning: { enabled: false },
      forceDestroy: true,
    },
    opts,
  );
  new gcp.storage.BucketIAMMember(
    "invoices-public",
    { bucket: bucket.name, role: "roles/storage.objectViewer", member: everyone },
    opts,
  );
  databases(opts);
  keysAndTopics(opts);
  served(opts);
}

function databases(opts: CustomResourceOptions): void {
  new gcp.sql.DatabaseInstance(
    "crm",
    {
      databaseVersion: "POSTGRES_16",
      region: location,
      deletionProtection: false,
      settings: {
        tier: "db-custom-2-7680",
        availabilityType: "ZONAL",
        ipConfiguration: {
          ipv4Enabled: true,
          sslMode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
          authorizedNetworks: [{ name: "all", value: "0.0.0.0/0" }],
        },
        backupConfiguration: { enabled: false, pointInTimeRecoveryEnabled: false },
        databaseFlags: [
          { name: "log_connections", value: "off" },
          { name: "cloudsql.enable_pgaudit", value: "off" },
        ],
      },
    },
    opts,
  );
  new gcp.sql.DatabaseInstance(
    "legacy",
    {
      databaseVersion: "MYSQL_8_0",
      region: location,
      settings: { tier: "db-custom-2-7680", databaseFlags: [{ name: "local_infile", value: "on" }] },
    },
    opts,
  );
  new gcp.redis.Instance(
    "baskets",
    { memorySizeGb: 1, authEnabled: false, transitEncryptionMode: "DISABLED", tier: "BASIC" },
    opts,
  );
  new gcp.bigquery.Dataset(
    "figures",
    {
      datasetId: "figures",
      location,
      accesses: [{ role: "READER", specialGroup: "allAuthenticatedUsers" }],
    },
    opts,
  );
  new gcp.spanner.Database(
    "accounts",
    { instance: "accounts", deletionProtection: false, enableDropProtection: false },
    opts,
  );
}

function keysAndTopics(opts: CustomResourceOptions): void {
  const ring = new gcp.kms.KeyRing("ring", { location }, opts);
  const key = new gcp.kms.CryptoKey("seal", { keyRing: ring.id, rotationPeriod: "31536000s" }, opts);
  new gcp.kms.CryptoKeyIAMMember(
    "seal-public",
    { cryptoKeyId: key.id, role: "roles/cloudkms.cryptoKeyDecrypter", member: everyone },
    opts,
  );
  const topic = new gcp.pubsub.Topic("signals", {}, opts);
  new gcp.pubsub.Subscription("signals-read", { topic: topic.id }, opts);
  new gcp.pubsub.TopicIAMMember(
    "signals-public",
    { topic: topic.name, role: "roles/pubsub.publisher", member: everyone },
    opts,
  );
  const secret = new gcp.secretmanager.Secret(
    "token",
    { secretId: "token", replication: { auto: {} } },
    opts,
  );
  new gcp.secretmanager.SecretIamMember(
    "token-public",
    { secretId: secret.id, role: "roles/secretmanager.secretAccessor", member: "allAuthenticatedUsers" },
    opts,
  );
  const images = new gcp.artifactregistry.Repository(
    "images",
    { repositoryId: "images", format: "DOCKER", location },
    opts,
  );
  new gcp.artifactregistry.RepositoryIamMember(
    "images-public",
    { repository: images.name, location, role: "roles/artifactregistry.writer", member: everyone },
    opts,
  );
}

function served(opts: CustomResourceOptions): void {
  const api = new gcp.cloudrunv2.Service(
    "api",
    {
      location,
      ingress: "INGRESS_TRAFFIC_ALL",
      template: {
        containers: [
          {
            image: "docker.io/shop/api:latest",
            envs: [{ name: "DATABASE_PASSWORD", value: "correct-horse" }],
          },
        ],
      },
    },
    opts,
  );
  new gcp.cloudrunv2.ServiceIamMember(
    "api-public",
    { name: api.name, location, role: "roles/run.invoker", member: everyone },
    opts,
  );
  new gcp.cloudfunctions.Function(
    "resize",
    {
      runtime: "nodejs20",
      triggerHttp: true,
      ingressSettings: "ALLOW_ALL",
      httpsTriggerSecurityLevel: "SECURE_OPTIONAL",
    },
    opts,
  );
  new gcp.cloudfunctions.FunctionIamMember(
    "resize-public",
    { cloudFunction: "resize", role: "roles/cloudfunctions.invoker", member: everyone },
    opts,
  );
  new gcp.workbench.Instance(
    "notebook",
    { location: `${location}-b`, gceSetup: { disablePublicIp: false } },
    opts,
  );
  new gcp.dataproc.Cluster(
    "spark",
    {
      region: location,
      clusterConfig: { gceClusterConfig: { zone: `${location}-b`, internalIpOnly: false } },
    },
    opts,
  );
}
