import * as aws from "@pulumi/aws";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { allow } from "./awsIdentity";

/** Buckets, databases, queues. */
export function stores(opts: CustomResourceOptions): void {
  buckets(opts);
  databases(opts);
  const queue = new aws.sqs.Queue("orders", { sqsManagedSseEnabled: false }, opts);
  new aws.sqs.QueuePolicy("orders", { queueUrl: queue.url, policy: allow("sqs:*", "*", "orders") }, opts);
  const topic = new aws.sns.Topic("news", {}, opts);
  new aws.sns.TopicPolicy("news", { arn: topic.arn, policy: allow("sns:Publish", "*", "news") }, opts);
  new aws.kinesis.Stream("clicks", { shardCount: 1, encryptionType: "NONE" }, opts);
  new aws.msk.Cluster(
    "events",
    {
      kafkaVersion: "3.8.x",
      numberOfBrokerNodes: 3,
      brokerNodeGroupInfo: {
        instanceType: "kafka.m7g.large",
        clientSubnets: ["subnet-a", "subnet-b", "subnet-c"],
        securityGroups: ["sg-a"],
        connectivityInfo: { publicAccess: { type: "SERVICE_PROVIDED_EIPS" } },
      },
      encryptionInfo: { encryptionInTransit: { clientBroker: "PLAINTEXT", inCluster: false } },
      clientAuthentication: { unauthenticated: true },
    },
    opts,
  );
  new aws.efs.FileSystem("home", { encrypted: false }, opts);
  new aws.backup.Vault("copies", {}, opts);
}

function buckets(opts: CustomResourceOptions): void {
  const bucket = new aws.s3.Bucket("exports", { forceDestroy: true }, opts);
  const of = { bucket: bucket.id };
  new aws.s3.BucketAcl("exports-acl", { ...of, acl: "public-read" }, opts);
  new aws.s3.BucketPolicy("exports-policy", { ...of, policy: allow("s3:GetObject", "*") }, opts);
  new aws.s3.BucketPublicAccessBlock(
    "exports-access",
    {
      ...of,
      blockPublicAcls: false,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: false,
    },
    opts,
  );
  new aws.s3.BucketVersioning(
    "exports-versions",
    { ...of, versioningConfiguration: { status: "Suspended" } },
    opts,
  );
  new aws.s3.BucketCorsConfiguration(
    "exports-cors",
    { ...of, corsRules: [{ allowedMethods: ["PUT"], allowedOrigins: ["*"] }] },
    opts,
  );
  new aws.s3.BucketWebsiteConfiguration(
    "exports-site",
    { ...of, indexDocument: { suffix: "index.html" } },
    opts,
  );
}

function databases(opts: CustomResourceOptions): void {
  const parameters = new aws.rds.ParameterGroup(
    "shop",
    { family: "postgres16", parameters: [{ name: "rds.force_ssl", value: "0" }] },
    opts,
  );
  new aws.rds.Instance(
    "shop",
    {
      identifier: "shop",
      parameterGroupName: parameters.name,
      engine: "postgres",
      engineVersion: "16",
      instanceClass: "db.m7g.large",
      allocatedStorage: 100,
      username: "postgres",
      password: "correct-horse",
      publiclyAccessible: true,
      storageEncrypted: false,
      backupRetentionPeriod: 0,
      deletionProtection: false,
      multiAz: false,
      autoMinorVersionUpgrade: false,
      skipFinalSnapshot: true,
      iamDatabaseAuthenticationEnabled: false,
      performanceInsightsEnabled: false,
    },
    opts,
  );
  new aws.rds.Cluster(
    "ledger",
    {
      engine: "aurora-postgresql",
      storageEncrypted: false,
      backupRetentionPeriod: 1,
      skipFinalSnapshot: true,
    },
    opts,
  );
  new aws.dynamodb.Table(
    "carts",
    {
      attributes: [{ name: "id", type: "S" }],
      hashKey: "id",
      billingMode: "PAY_PER_REQUEST",
      pointInTimeRecovery: { enabled: false },
      deletionProtectionEnabled: false,
    },
    opts,
  );
  new aws.elasticache.ReplicationGroup(
    "sessions",
    {
      description: "sessions",
      engine: "redis",
      nodeType: "cache.m7g.large",
      atRestEncryptionEnabled: false,
      transitEncryptionEnabled: false,
      automaticFailoverEnabled: false,
    },
    opts,
  );
  new aws.opensearch.Domain(
    "search",
    {
      engineVersion: "OpenSearch_2.19",
      accessPolicies: allow("es:*", { AWS: "*" }),
      encryptAtRest: { enabled: false },
      nodeToNodeEncryption: { enabled: false },
      domainEndpointOptions: { enforceHttps: false, tlsSecurityPolicy: "Policy-Min-TLS-1-0-2019-07" },
    },
    opts,
  );
  new aws.docdb.Cluster("documents", { storageEncrypted: false, skipFinalSnapshot: true }, opts);
  new aws.neptune.Cluster("graph", { storageEncrypted: false, skipFinalSnapshot: true }, opts);
  new aws.redshift.Cluster(
    "warehouse",
    {
      clusterIdentifier: "warehouse",
      nodeType: "ra3.large",
      encrypted: "false",
      publiclyAccessible: true,
      skipFinalSnapshot: true,
    },
    opts,
  );
}
