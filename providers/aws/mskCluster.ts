import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { brokerSettings, type KafkaArgs, kafkaVersions } from "../../components/data/kafka";
import { guardKafka } from "../../components/data/kafkaUpgrade";
import { autoNamed } from "../../components/names";
import type { Network } from "../../components/network/network";
import { AwsKey } from "./key";
import { kafkaInstanceType } from "./machines";
import { storeSecurityGroup } from "./storeAccess";

/** Port of the brokers for clients that sign in by IAM, and the only one. */
export const kafkaPort = 9098;

/** Zones that brokers can stand in (https://docs.aws.amazon.com/msk/latest/developerguide/msk-create-cluster.html). */
const zonesOfBrokers = { least: 2, most: 3 } as const;

/** Longest name of a cluster and of a configuration. */
const maxName = 64;

/** Part of a disk above which it is made larger, percent. */
const grownAbovePercent = 60;

/** Arguments of an {@link MskCluster}. */
export interface MskClusterArgs extends Pick<
  KafkaArgs,
  "version" | "brokers" | "machine" | "diskGiB" | "maxDiskGiB" | "retentionHours"
> {
  readonly network: Network;
  readonly region: string;
  /** Account that owns the cluster, 12 digits. */
  readonly accountId: string;
  readonly logRetentionDays: number;
  readonly protect: boolean;
  /** Whether a replicator reads it from another region, which connects by endpoints of the cluster's own. */
  readonly readFromAfar: boolean;
}

/**
 * A provisioned cluster of MSK with Standard brokers, whose disks are ours to bound: TLS and IAM alone, its disks and logs
 * under a key of its own, as many brokers in each zone.
 */
export class MskCluster {
  readonly cluster: aws.msk.Cluster;
  readonly securityGroup: aws.ec2.SecurityGroup;
  /** Brokers in all; MSK numbers them from 1. */
  readonly brokerCount: number;
  /** Subnets of the brokers. */
  readonly subnetIds: pulumi.Output<string[]>;

  constructor(name: string, args: MskClusterArgs, child: { readonly parent: pulumi.Resource }) {
    const { network, region, accountId, logRetentionDays, protect, readFromAfar } = args;
    const { version = kafkaVersions.cloud[0], machine, diskGiB, maxDiskGiB = 4 * diskGiB } = args;
    // a network has data subnets in two zones at least, a reserve among them where its nodes are in one
    const zones = Math.min(zonesOfBrokers.most, Math.max(zonesOfBrokers.least, network.zones.length));
    this.brokerCount = zones * Math.ceil(args.brokers / zones);
    this.subnetIds = network.dataSubnetIds.apply((ids) => ids.slice(0, zones));

    const key = new AwsKey(
      `${name}-key`,
      {
        purpose: `Kafka ${name}: data, logs`,
        services: [`logs.${region}.amazonaws.com`],
        account: accountId,
        region,
        protect,
      },
      child,
    );
    this.securityGroup = storeSecurityGroup(
      name,
      { network, port: kafkaPort, description: `Kafka ${name}` },
      child,
    );
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-broker`,
      { retentionInDays: logRetentionDays, kmsKeyId: key.arn },
      { ...child, protect },
    );
    const configuration = new aws.msk.Configuration(
      autoNamed(maxName, name),
      { description: `Kafka ${name}`, serverProperties: propertiesFile(brokerSettings(args)) },
      child,
    );
    this.cluster = new aws.msk.Cluster(
      autoNamed(maxName, name),
      {
        // without ZooKeeper
        kafkaVersion: `${version}.x.kraft`,
        numberOfBrokerNodes: this.brokerCount,
        brokerNodeGroupInfo: {
          instanceType: kafkaInstanceType(machine),
          clientSubnets: this.subnetIds,
          securityGroups: [this.securityGroup.id],
          storageInfo: { ebsStorageInfo: { volumeSize: diskGiB } },
          connectivityInfo: {
            publicAccess: { type: "DISABLED" },
            ...(readFromAfar && { vpcConnectivity: { clientAuthentication: { sasl: { iam: true } } } }),
          },
        },
        clientAuthentication: { sasl: { iam: true, scram: false }, unauthenticated: false },
        encryptionInfo: {
          encryptionAtRestKmsKeyArn: key.arn,
          encryptionInTransit: { clientBroker: "TLS", inCluster: true },
        },
        configurationInfo: { arn: configuration.arn, revision: configuration.latestRevision },
        enhancedMonitoring: "PER_BROKER",
        // read by who is let in to the exporters' ports, of which there is nobody yet
        openMonitoring: {
          prometheus: { jmxExporter: { enabledInBroker: true }, nodeExporter: { enabledInBroker: true } },
        },
        loggingInfo: { brokerLogs: { cloudwatchLogs: { enabled: true, logGroup: logs.name } } },
        storageMode: "LOCAL",
      },
      {
        ...child,
        protect,
        hooks: guardKafka(name),
        // the service grows the disks, and takes none back
        ignoreChanges: ["brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"],
      },
    );
    growDisks(name, { clusterArn: this.cluster.arn, maxDiskGiB }, child);
  }
}

/** Makes all disks larger when they are more than so full, up to a ceiling; never smaller, which EBS can't. */
function growDisks(
  name: string,
  { clusterArn, maxDiskGiB }: { readonly clusterArn: pulumi.Output<string>; readonly maxDiskGiB: number },
  opts: { readonly parent: pulumi.Resource },
): void {
  // https://docs.aws.amazon.com/msk/latest/developerguide/msk-autoexpand.html
  const target = new aws.appautoscaling.Target(
    `${name}-disk`,
    {
      serviceNamespace: "kafka",
      scalableDimension: "kafka:broker-storage:VolumeSize",
      resourceId: clusterArn,
      minCapacity: 1,
      maxCapacity: maxDiskGiB,
    },
    opts,
  );
  new aws.appautoscaling.Policy(
    `${name}-disk`,
    {
      policyType: "TargetTrackingScaling",
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        predefinedMetricSpecification: { predefinedMetricType: "KafkaBrokerStorageUtilization" },
        targetValue: grownAbovePercent,
        disableScaleIn: true,
      },
    },
    opts,
  );
}

/** A file of `key=value` lines; nobody is let in for want of a rule. */
function propertiesFile(settings: Readonly<Record<string, boolean | number>>): string {
  return Object.entries({ ...settings, "allow.everyone.if.no.acl.found": false })
    .map(([key, value]) => `${key}=${value}\n`)
    .sort()
    .join("");
}
