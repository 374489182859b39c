import { isSet, mustBeAtLeast, mustBeOn, mustBeOneOf, mustBeSet, mustNotBeOn, show } from "../check";
import { always, fromStaging, inProd, offInDev, strictInProd } from "../levels";
import { resourceRule } from "../rule";

const clusters = ["aws:msk/cluster:Cluster"] as const;

export const atRest = resourceRule({
  id: "aws-msk-at-rest-cmk",
  title: "MSK is under our key",
  severity: "medium",
  description:
    "With a key of ours every use is logged, and withdrawing the key makes lost disks unreadable; it can't be changed later.",
  remedy: "Set encryptionInfo.encryptionAtRestKmsKeyArn to a KMS key of this stack.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: clusters,
  check: ({ props: { encryptionInfo } }) =>
    mustBeSet(encryptionInfo, "encryptionAtRestKmsKeyArn", "encryptionInfo.encryptionAtRestKmsKeyArn"),
});

export const clientAuth = resourceRule({
  id: "aws-msk-client-auth",
  title: "MSK asks who is there",
  severity: "critical",
  description: "Being in the network is no right to read every topic and write to it: clients sign in.",
  remedy:
    "Set clientAuthentication.sasl.iam (or sasl.scram, or tls), and clientAuthentication.unauthenticated to false.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: clusters,
  check: ({ props: { clientAuthentication } }) => [
    mustNotBeOn(clientAuthentication?.unauthenticated, "clientAuthentication.unauthenticated"),
    clientAuthentication?.sasl?.iam !== true &&
      clientAuthentication?.sasl?.scram !== true &&
      !isSet(clientAuthentication?.tls, "certificateAuthorityArns") &&
      "clientAuthentication names no way to sign in",
  ],
});

export const inTransit = resourceRule({
  id: "aws-msk-in-transit-tls",
  title: "MSK refuses connections without TLS",
  severity: "high",
  description: "Messages cross the network to brokers and between them: they cross it encrypted.",
  remedy: 'Set encryptionInfo.encryptionInTransit.clientBroker to "TLS" and leave inCluster at true.',
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: always,
  types: clusters,
  check: ({ props: { encryptionInfo } }) => {
    const { clientBroker = "TLS", inCluster = true } = encryptionInfo?.encryptionInTransit ?? {};
    const path = "encryptionInfo.encryptionInTransit";
    return [
      mustBeOneOf(clientBroker, ["TLS"], `${path}.clientBroker`),
      mustBeOn(inCluster, `${path}.inCluster`),
    ];
  },
});

export const logging = resourceRule({
  id: "aws-msk-logging",
  title: "MSK keeps its brokers' logs",
  severity: "medium",
  description: "Why a broker went, and who was refused, is in its log and nowhere else.",
  remedy: "Turn on one of loggingInfo.brokerLogs.cloudwatchLogs, firehose and s3.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: fromStaging,
  types: clusters,
  check: ({ props: { loggingInfo } }) => {
    const { cloudwatchLogs, firehose, s3 } = loggingInfo?.brokerLogs ?? {};
    const kept = [cloudwatchLogs, firehose, s3].some((target) => target?.enabled === true);
    return !kept && "no target of loggingInfo.brokerLogs is on";
  },
});

export const monitoring = resourceRule({
  id: "aws-msk-monitoring",
  title: "MSK tells of each broker",
  severity: "low",
  description:
    "Without metrics of single brokers the loss of a copy, or of a broker's disk, is seen too late.",
  remedy:
    "Set enhancedMonitoring to PER_BROKER or finer, and openMonitoring.prometheus with both exporters in prod.",
  controls: { soc2: ["CC7.2"] },
  levels: inProd,
  types: clusters,
  check: ({ props: { enhancedMonitoring, openMonitoring } }) => [
    mustBeOneOf(
      enhancedMonitoring,
      ["PER_BROKER", "PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION"],
      "enhancedMonitoring",
    ),
    mustBeOn(
      openMonitoring?.prometheus?.jmxExporter?.enabledInBroker,
      "openMonitoring.prometheus.jmxExporter.enabledInBroker",
    ),
  ],
});

export const multiZone = resourceRule({
  id: "aws-msk-multi-az",
  title: "MSK has brokers in more zones than one",
  severity: "medium",
  description: "Copies in as many zones as there are outlive one: with all brokers in one zone none does.",
  remedy:
    "Give brokerNodeGroupInfo.clientSubnets a subnet in each of the zones, and numberOfBrokerNodes a multiple of them, three or more.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  settings: {
    minSubnets: {
      schema: { type: "integer", minimum: 1, maximum: 3, description: "Fewest subnets, each in a zone." },
      values: { dev: 2, staging: 2, prod: 2 },
    },
  },
  types: clusters,
  check: ({ props: { brokerNodeGroupInfo, numberOfBrokerNodes } }, { minSubnets }) => {
    const subnets = brokerNodeGroupInfo?.clientSubnets?.length ?? 0;
    const brokers = numberOfBrokerNodes ?? 0;
    return [
      mustBeAtLeast(subnets, minSubnets, "the number of brokerNodeGroupInfo.clientSubnets"),
      mustBeAtLeast(brokers, 3, "numberOfBrokerNodes"),
      subnets > 0 &&
        brokers % subnets !== 0 &&
        `numberOfBrokerNodes is ${brokers}, expected a multiple of the ${subnets} subnets`,
    ];
  },
});

export const notPublic = resourceRule({
  id: "aws-msk-not-public",
  title: "MSK has no address on the internet",
  severity: "critical",
  description:
    "Brokers are for the network's own workloads; what nobody outside reaches nobody outside tries.",
  remedy: "Set brokerNodeGroupInfo.connectivityInfo.publicAccess.type to DISABLED, or leave it out.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.4.4"] },
  levels: always,
  types: clusters,
  check: ({ props: { brokerNodeGroupInfo } }) =>
    mustBeOneOf(
      brokerNodeGroupInfo?.connectivityInfo?.publicAccess?.type ?? "DISABLED",
      ["DISABLED"],
      "brokerNodeGroupInfo.connectivityInfo.publicAccess.type",
    ),
});

/** What `server.properties` has to say, and the least of each number. */
const off = [
  "allow.everyone.if.no.acl.found",
  "auto.create.topics.enable",
  "unclean.leader.election.enable",
] as const;
const least = { "default.replication.factor": 3, "min.insync.replicas": 2 } as const;

export const safeConfig = resourceRule({
  id: "aws-msk-safe-config",
  title: "MSK loses nothing that it acknowledged",
  severity: "high",
  description:
    "A leader that missed messages, a topic with one copy, or a topic that a typing error made lose data in silence.",
  remedy:
    "In serverProperties turn off auto.create.topics.enable, unclean.leader.election.enable and allow.everyone.if.no.acl.found, and set default.replication.factor to 3 and min.insync.replicas to 2.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: offInDev,
  types: ["aws:msk/configuration:Configuration"],
  check: ({ props: { serverProperties } }) => {
    const said = new Map(
      (serverProperties ?? "").split("\n").map((line) => {
        const [key = "", value = ""] = line.split("=", 2);
        return [key.trim(), value.trim()] as const;
      }),
    );
    return [
      ...off.map((key) => said.get(key) !== "false" && `${key} is ${show(said.get(key))}, expected false`),
      ...Object.entries(least).map(([key, fewest]) => mustBeAtLeast(Number(said.get(key)), fewest, key)),
    ];
  },
});

export const version = resourceRule({
  id: "aws-msk-supported-version",
  title: "MSK runs a release that is looked after",
  severity: "medium",
  description:
    "A release out of support gets no fixes, and MSK takes a cluster that needs ZooKeeper to no new one.",
  remedy: "Raise kafkaVersion (kafka.version in the stack file), one release at a time.",
  controls: { soc2: ["CC7.1"] },
  levels: strictInProd,
  settings: {
    minVersion: {
      schema: { type: "string", pattern: "^\\d+\\.\\d+$", description: "Oldest release, major and minor." },
      values: { dev: "3.9", staging: "3.9", prod: "3.9" },
    },
  },
  types: clusters,
  check: ({ props: { kafkaVersion } }, { minVersion }) =>
    !isFrom(kafkaVersion ?? "", minVersion) &&
    `kafkaVersion is ${show(kafkaVersion)}, expected ${minVersion} or newer`,
});

/** Whether a version is another or newer, by its major and minor. */
function isFrom(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = oldest.split(".").map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}
