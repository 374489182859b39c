import { join } from "node:path";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as eks from "@pulumi/eks";
import * as pulumi from "@pulumi/pulumi";
import { Elasticsearch } from "../../components/data/elasticsearch";
import { internet } from "../../components/platform/networkPolicy";
import { modules } from "../../components/secrets/cloudScript";
import type { CloudProvider } from "../provider";
import { UnsupportedOnCloudError } from "../unsupported";
import { StrimziKafka } from "../../components/data/strimziKafka";
import { AwsAlarms } from "./alarms";
import { AwsAudit } from "./audit";
import { AwsBackups } from "./backups";
import { boundRoles } from "./boundRoles";
import { AwsBucket } from "./bucket";
import { AwsBudget } from "./budget";
import { AwsCiIdentity } from "./ciIdentity";
import { AwsCluster } from "./cluster";
import { AwsContainerPlatform } from "./containerPlatform";
import { AwsDnsZone } from "./dnsZone";
import { AwsEdge, awsEdgeOrigin } from "./edge";
import { cloudWatchMetrics } from "./cloudMetrics";
import { edgeRegion } from "./edgeRegion";
import { secretsManagerAccess } from "./externalSecrets";
import { AwsWorkloadIdentity, podIdentityAgent } from "./identity";
import { s3Loki } from "./loki";
import { AwsMongo } from "./mongo";
import { s3Backups } from "./mongoBackups";
import { AwsMySql } from "./mysql";
import { AwsKafka } from "./kafka";
import { AwsNetwork } from "./network";
import { AwsPostgres } from "./postgres";
import { AwsQueue } from "./queue";
import { AwsRecoveryPlace } from "./recovery";
import { AwsRedis } from "./redis";
import { AwsRegistry } from "./registry";
import { AwsTeamAccess } from "./teamAccess";
import { AwsSearch } from "./search";
import { s3Snapshots } from "./searchSnapshots";
import { AwsSealKey } from "./sealKey";
import { AwsSecret } from "./secret";
import { AwsServerlessCluster } from "./serverlessCluster";
import { AwsVectorStore } from "./vectorStore";
import { s3Tempo } from "./tempo";
import { awsStoreViews } from "./storeViews";
import { s3Velero } from "./velero";
import { s3Thanos } from "./thanos";

/** Where modules for pods lie. */
const scripts = join(__dirname, "scripts");

/** Where on AWS a stack stands. */
export interface AwsProviderArgs {
  readonly region: string;
  /** Id of the account, 12 digits; credentials of any other are refused. */
  readonly accountId: string;
  /** Tags of everything that takes tags. */
  readonly tags: Readonly<Record<string, string>>;
  /**
   * ARN of a policy that every role carries as its boundary.
   *
   * @default - roles are held by their own policies alone
   */
  readonly permissionsBoundary?: string;
  /**
   * The account's own monitor of AWS services, in Cost Anomaly Detection.
   *
   * @default - a budget makes it
   */
  readonly anomalyMonitorArn?: string;
}

/**
 * What the AWS Load Balancer Controller reads from a Service: a network load balancer, internet-facing, straight to the
 * pods, each zone's address serving the pods of all.
 *
 * The client's address stays in the packet's source. Proxy protocol would keep it too, but the pods would have to speak
 * it, and the load balancer of GCP has none: this way the ingress is the same on both clouds. What is lost is a pod that
 * calls itself through an internal load balancer, of which there is none.
 */
const loadBalancerAnnotations: ReturnType<CloudProvider["loadBalancerAnnotations"]> = {
  "service.beta.kubernetes.io/aws-load-balancer-type": "external",
  "service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing",
  "service.beta.kubernetes.io/aws-load-balancer-nlb-target-type": "ip",
  "service.beta.kubernetes.io/aws-load-balancer-attributes": "load_balancing.cross_zone.enabled=true",
  "service.beta.kubernetes.io/aws-load-balancer-target-group-attributes": "preserve_client_ip.enabled=true",
};

/** AWS as a {@link CloudProvider}: makes the Pulumi providers, and everything else with them. */
export function awsProvider(
  name: string,
  { region, accountId, tags, permissionsBoundary, anomalyMonitorArn }: AwsProviderArgs,
  opts: pulumi.ResourceOptions,
): CloudProvider {
  const account = { allowedAccountIds: [accountId], defaultTags: { tags } };
  const main = new aws.Provider(name, { region, ...account }, opts);
  const atEdge =
    region === edgeRegion
      ? main
      : new aws.Provider(`${name}-${edgeRegion}`, { region: edgeRegion, ...account }, opts);
  const providers = [
    main,
    // remote components, and so without providers of their own where default ones are off
    new awsx.Provider(name, {}, opts),
    new eks.Provider(name, {}, opts),
  ];
  const here = { region, accountId };
  const transforms = permissionsBoundary === undefined ? [] : [boundRoles(permissionsBoundary)];
  const explicit = (own: pulumi.ComponentResourceOptions): pulumi.ComponentResourceOptions =>
    pulumi.mergeOptions(own, { providers, transforms });

  return {
    cloud: "aws",
    region,
    network: (child, args, own) => new AwsNetwork(child, { ...args, ...here }, explicit(own)),
    recovery: (child, args, own) => new AwsRecoveryPlace(child, { ...args, accountId, tags }, explicit(own)),
    cluster: (child, args, own) => new AwsCluster(child, { ...args, ...here, tags }, explicit(own)),
    serverlessCluster: (child, args, own) =>
      new AwsServerlessCluster(child, { ...args, ...here, tags }, explicit(own)),
    containerPlatform: (child, args, own) =>
      new AwsContainerPlatform(child, { ...args, ...here, atEdge }, explicit(own)),
    postgres: (child, args, own) => new AwsPostgres(child, { ...args, ...here }, explicit(own)),
    mySql: (child, args, own) => new AwsMySql(child, { ...args, ...here }, explicit(own)),
    redis: (child, args, own) => new AwsRedis(child, { ...args, ...here }, explicit(own)),
    mongo: (child, args, own) => new AwsMongo(child, { ...args, ...here }, explicit(own)),
    mongoBackups: () => s3Backups(region),
    search: (child, args, own) =>
      args.hosting === "cloud"
        ? new AwsSearch(child, { ...args, ...here }, explicit(own))
        : new Elasticsearch(child, { ...args, snapshotAccess: s3Snapshots(region) }, explicit(own)),
    vectorStore: (child, args, own) => new AwsVectorStore(child, { ...args, region }, explicit(own)),
    kafka: (child, args, own) =>
      args.hosting === "cloud"
        ? new AwsKafka(child, { ...args, ...here }, explicit(own))
        : new StrimziKafka(child, args, explicit(own)),
    backups: (child, args, own) => new AwsBackups(child, { ...args, ...here }, explicit(own)),
    bucket: (child, args, own) => new AwsBucket(child, { ...args, ...here }, explicit(own)),
    cloudMetrics: cloudWatchMetrics(region),
    storeViews: awsStoreViews,
    elasticSnapshots: (session) => s3Snapshots(region, session),
    veleroStorage: s3Velero(region),
    tempoStorage: s3Tempo(region),
    lokiStorage: s3Loki(region),
    thanosStorage: s3Thanos(region),
    queue: (child, args, own) => new AwsQueue(child, { ...args, ...here }, explicit(own)),
    secret: (child, args, own) => new AwsSecret(child, { ...args, ...here }, explicit(own)),
    sealKey: (child, args, own) => new AwsSealKey(child, { ...args, ...here }, explicit(own)),
    secretStoreScript: () => ({
      files: modules(scripts, "secretStore.cjs", "podRequest.cjs"),
      env: { AWS_REGION: region },
    }),
    objectStoreScript: () => ({
      files: modules(scripts, "objectStore.cjs", "podRequest.cjs"),
      env: { AWS_REGION: region },
    }),
    secretsDestination: ({ workloadCidrs, privateApis }) =>
      privateApis ? { cidrs: workloadCidrs, ports: [443] } : internet(443),
    secretStoreAccess: secretsManagerAccess(region),
    registry: (child, args, own) => new AwsRegistry(child, { ...args, ...here }, explicit(own)),
    ciIdentity: (child, args, own) => new AwsCiIdentity(child, { ...args, ...here }, explicit(own)),
    alarms: (child, args, own) => new AwsAlarms(child, { ...args, ...here, atEdge }, explicit(own)),
    audit: (child, args, own) => new AwsAudit(child, { ...args, ...here }, explicit(own)),
    budget: (child, args, own) =>
      new AwsBudget(
        child,
        { ...args, ...here, ...(anomalyMonitorArn !== undefined && { anomalyMonitorArn }) },
        explicit(own),
      ),
    imagePolicy: () => {
      throw new UnsupportedOnCloudError("imagePolicy");
    },
    dnsZone: (child, args, own) => new AwsDnsZone(child, { ...args, ...here, atEdge }, explicit(own)),
    edge: (child, args, own) => new AwsEdge(child, { ...args, accountId, atEdge }, explicit(own)),
    edgeOrigin: ({ parent }) => awsEdgeOrigin({ parent, provider: main }),
    teamAccess: (child, args, own) => new AwsTeamAccess(child, args, explicit(own)),
    workloadIdentity: (child, args, own) =>
      new AwsWorkloadIdentity(child, { ...args, ...here }, explicit(own)),
    countBacklogs: () => undefined,
    // it has a name of its own, to which the domain's records point
    loadBalancerAnnotations: () => loadBalancerAnnotations,
    loadBalancedNamespaceLabels: { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" },
    identityEndpoints: [podIdentityAgent],
    hasGatewayApi: false,
    publicStoreHosts: [
      `s3.${region}.amazonaws.com`,
      `*.s3.${region}.amazonaws.com`,
      `sqs.${region}.amazonaws.com`,
    ],
    cniFolder: "/opt/cni/bin",
    registryHelper: "amazon",
    ownNamespaces: ["amazon-"],
    hasMetricsServer: false,
    hasVerticalPodAutoscaler: false,
    hasCostAnomalies: true,
    hasMongoBackups: true,
    hasImagePolicy: false,
    hasCoreDns: true,
  };
}
