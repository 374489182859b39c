import { mustBeAtLeast, mustBeOn, mustBeOneOf, mustBeSet, mustHold, mustNotBeOn } from "../check";
import { always, fromStaging, inProd, strictInProd } from "../levels";
import { isForEveryone, statementsOf } from "../policyDocument";
import { resourceRule } from "../rule";

const domains = ["aws:opensearch/domain:Domain"] as const;

/**
 * Whether a domain that stands is encrypted where it is: every OpenSearch, and Elasticsearch from 6.7; another one would be made anew,
 * as would one whose engine nobody names (Amazon OpenSearch Service, encryption of data at rest).
 */
function canBeEncrypted({ engineVersion = "" }: { readonly engineVersion?: string | undefined }): boolean {
  const [, major = "0", minor = "0"] = /^Elasticsearch_(\d+)\.(\d+)$/.exec(engineVersion) ?? [];
  return engineVersion.startsWith("OpenSearch_") || Number(major) * 100 + Number(minor) >= 607;
}

export const atRest = resourceRule({
  id: "aws-opensearch-at-rest",
  title: "OpenSearch is encrypted at rest",
  severity: "critical",
  description: "Disks, snapshots and swap hold what the index holds; it can't be turned off again.",
  remedy: "Set encryptAtRest.enabled to true.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"], pciDss: ["3.5.1"] },
  levels: always,
  types: domains,
  check: ({ props }) => mustBeOn(props.encryptAtRest?.enabled, "encryptAtRest.enabled"),
  remediation: {
    "aws:opensearch/domain:Domain": (props) =>
      canBeEncrypted(props) ? { encryptAtRest: { enabled: true } } : undefined,
  },
});

export const nodeToNode = resourceRule({
  id: "aws-opensearch-node-to-node",
  title: "OpenSearch's nodes speak encrypted to each other",
  severity: "high",
  description: "Each document crosses the network once for every copy of its shard.",
  remedy: "Set nodeToNodeEncryption.enabled to true.",
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: always,
  types: domains,
  check: ({ props }) => mustBeOn(props.nodeToNodeEncryption?.enabled, "nodeToNodeEncryption.enabled"),
  remediation: {
    "aws:opensearch/domain:Domain": (props) =>
      canBeEncrypted(props) ? { nodeToNodeEncryption: { enabled: true } } : undefined,
  },
});

/** Policies of TLS 1.2 or later whose suites all have forward secrecy (botocore, opensearch, `TLSSecurityPolicy`). */
const tlsPolicies = [
  "Policy-Min-TLS-1-2-PFS-2023-10",
  "Policy-Min-TLS-1-2-RFC9151-FIPS-2024-08",
  "Policy-Min-TLS-1-2-FIPS-PQ-2026-10",
];

export const https = resourceRule({
  id: "aws-opensearch-https-tls12",
  title: "OpenSearch takes connections by current TLS alone",
  severity: "high",
  description:
    "What was recorded on the way can be read later with the server's key unless each connection had one of its own.",
  remedy:
    'Set domainEndpointOptions.enforceHttps to true and tlsSecurityPolicy to "Policy-Min-TLS-1-2-PFS-2023-10".',
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"], pciDss: ["4.2.1"] },
  levels: always,
  types: domains,
  check: ({ props: { domainEndpointOptions: options } }) => [
    mustBeOn(options?.enforceHttps, "domainEndpointOptions.enforceHttps"),
    mustBeOneOf(options?.tlsSecurityPolicy, tlsPolicies, "domainEndpointOptions.tlsSecurityPolicy"),
  ],
  remediation: {
    "aws:opensearch/domain:Domain": ({ domainEndpointOptions: options }) => ({
      domainEndpointOptions: {
        enforceHttps: true,
        ...(!tlsPolicies.includes(options?.tlsSecurityPolicy ?? "") && {
          tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10",
        }),
      },
    }),
  },
});

export const inVpc = resourceRule({
  id: "aws-opensearch-in-vpc",
  title: "OpenSearch stands in the network",
  severity: "critical",
  description: "A domain outside a VPC has an address on the internet, and can't be moved into one.",
  remedy:
    "Set vpcOptions.subnetIds to private subnets and vpcOptions.securityGroupIds to a group of its own.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.4.4"] },
  levels: always,
  types: domains,
  check: ({ props: { vpcOptions } }) => [
    mustBeSet(vpcOptions, "subnetIds", "vpcOptions.subnetIds"),
    mustBeSet(vpcOptions, "securityGroupIds", "vpcOptions.securityGroupIds"),
  ],
});

export const fineGrained = resourceRule({
  id: "aws-opensearch-fine-grained-access",
  title: "OpenSearch knows who may do what, and no password",
  severity: "high",
  description:
    "Without fine-grained access control whoever may send requests may do all; its own users have passwords that somebody keeps.",
  remedy:
    "Set advancedSecurityOptions.enabled to true, internalUserDatabaseEnabled to false and masterUserOptions.masterUserArn to a role.",
  controls: { soc2: ["CC6.3"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: domains,
  check: ({ props: { advancedSecurityOptions: options } }) => [
    mustBeOn(options?.enabled, "advancedSecurityOptions.enabled"),
    mustNotBeOn(options?.internalUserDatabaseEnabled, "advancedSecurityOptions.internalUserDatabaseEnabled"),
  ],
});

export const accessPolicy = resourceRule({
  id: "aws-opensearch-access-policy",
  title: "OpenSearch's policy lets in nobody in particular",
  severity: "critical",
  description: "A policy for everyone takes unsigned requests of whoever reaches the domain.",
  remedy: "Name the account or roles in accessPolicies.",
  controls: { cisAws: ["2.21"], soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: [...domains, "aws:opensearch/domainPolicy:DomainPolicy"],
  check: ({ props }) =>
    statementsOf(props.accessPolicies, "accessPolicies").some(isForEveryone) &&
    'accessPolicies has an Allow for Principal "*" without a condition',
});

export const customerKey = resourceRule({
  id: "aws-opensearch-cmk",
  title: "OpenSearch is under our key",
  severity: "medium",
  description:
    "With a key of ours every use is logged, and withdrawing the key makes lost copies unreadable.",
  remedy: "Set encryptAtRest.kmsKeyId to a KMS key of this stack.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  types: domains,
  check: ({ props }) => mustBeSet(props.encryptAtRest, "kmsKeyId", "encryptAtRest.kmsKeyId"),
});

export const logs = resourceRule({
  id: "aws-opensearch-logs",
  title: "OpenSearch's logs are kept",
  severity: "medium",
  description: "Who read what, which query was slow and why a node went is nowhere else.",
  remedy:
    "List AUDIT_LOGS, ES_APPLICATION_LOGS, INDEX_SLOW_LOGS and SEARCH_SLOW_LOGS in logPublishingOptions, each with a log group.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: strictInProd,
  types: domains,
  check: ({ props }) =>
    mustHold(
      (props.logPublishingOptions ?? [])
        .filter(({ enabled }) => enabled !== false)
        .map(({ logType }) => logType),
      ["AUDIT_LOGS", "ES_APPLICATION_LOGS", "INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS"],
      "logPublishingOptions",
    ),
});

export const highAvailability = resourceRule({
  id: "aws-opensearch-ha",
  title: "OpenSearch outlives a zone",
  severity: "medium",
  description:
    "With nodes in three zones and masters of their own a zone's loss takes no shard's last copy and no vote too many.",
  remedy:
    "Set clusterConfig.zoneAwarenessEnabled to true, instanceCount to 3 or more (search.dataNodes in the stack file) and dedicatedMasterCount to 3 or more.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: domains,
  check: ({ props: { clusterConfig } }) => [
    mustBeOn(clusterConfig?.zoneAwarenessEnabled, "clusterConfig.zoneAwarenessEnabled"),
    mustBeAtLeast(clusterConfig?.instanceCount, 3, "clusterConfig.instanceCount"),
    mustBeAtLeast(clusterConfig?.dedicatedMasterCount, 3, "clusterConfig.dedicatedMasterCount"),
  ],
});

export const autoUpdate = resourceRule({
  id: "aws-opensearch-auto-update",
  title: "OpenSearch is updated by itself",
  severity: "low",
  description:
    "A domain that misses a required update is cut off the network after sixty days, and deleted in the end.",
  remedy: "Set softwareUpdateOptions.autoSoftwareUpdateEnabled and offPeakWindowOptions.enabled to true.",
  controls: { soc2: ["CC7.1"] },
  levels: strictInProd,
  types: domains,
  check: ({ props }) => [
    mustBeOn(
      props.softwareUpdateOptions?.autoSoftwareUpdateEnabled,
      "softwareUpdateOptions.autoSoftwareUpdateEnabled",
    ),
    mustBeOn(props.offPeakWindowOptions?.enabled, "offPeakWindowOptions.enabled"),
  ],
});
