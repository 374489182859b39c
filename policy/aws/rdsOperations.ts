import {
  isPrivateBlock,
  isSet,
  mustBeAtLeast,
  mustBeOn,
  mustBeOneOf,
  mustBeSet,
  prefixLength,
  show,
} from "../check";
import { always, fromStaging, inProd, onlyWarns, strictInProd } from "../levels";
import { resourceRule, stackRule } from "../rule";
import type { PlacedResource } from "../stack";
import { ingressOf, ingressTypes } from "./ports";
import { isPublicSubnet, namedSubnets, zonesOf } from "./subnets";

const databases = ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster"] as const;
const instances = ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"] as const;

/** False for a read replica, which has its primary's. */
function isPrimary({ props }: { readonly props: object }): boolean {
  return !isSet(props as { readonly replicateSourceDb?: string }, "replicateSourceDb");
}

/** Engines that AWS offers its paid extended support for. */
const openSource = /^(aurora-)?(mysql|postgres(ql)?)$/;

export const supportedEngine = resourceRule({
  id: "aws-rds-supported-engine",
  title: "RDS runs a version that is still mended, by choice",
  severity: "medium",
  description:
    "Without a version the day of the first deployment decides; with extended support AWS keeps a version past its day, at a price per core, until someone notices the bill.",
  remedy: 'Set engineVersion, and engineLifecycleSupport to "open-source-rds-extended-support-disabled".',
  controls: { soc2: ["CC7.1"], pciDss: ["6.3.3"] },
  levels: fromStaging,
  types: databases,
  applies: isPrimary,
  check: ({ props }) => [
    mustBeSet<typeof props>(props, "engineVersion"),
    openSource.test(props.engine ?? "") &&
      mustBeOneOf(
        props.engineLifecycleSupport,
        ["open-source-rds-extended-support-disabled"],
        "engineLifecycleSupport",
      ),
  ],
});

export const modernCa = resourceRule({
  id: "aws-rds-modern-ca",
  title: "RDS shows certificates of an authority of today",
  severity: "medium",
  description:
    "The authority of 2019 ended in 2024; with one named, a client's list of authorities and the server's certificate change together.",
  remedy: "Set caCertIdentifier to one of those asked.",
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: strictInProd,
  settings: {
    authorities: {
      // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html
      schema: { type: "array", items: { type: "string" }, description: "Certificate authorities allowed." },
      values: {
        dev: ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"],
        staging: ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"],
        prod: ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"],
      },
    },
  },
  types: instances,
  check: ({ props }, { authorities }) => mustBeOneOf(props.caCertIdentifier, authorities, "caCertIdentifier"),
});

export const enhancedMonitoring = resourceRule({
  id: "aws-rds-enhanced-monitoring",
  title: "RDS shows what its machine does",
  severity: "low",
  description: "Which process eats memory or waits for a disk is seen on the machine alone.",
  remedy: "Set monitoringInterval above 0 (seconds) and monitoringRoleArn.",
  controls: { soc2: ["CC7.2"] },
  levels: inProd,
  types: instances,
  check: ({ props }) => [
    mustBeAtLeast(props.monitoringInterval, 1, "monitoringInterval"),
    mustBeSet<typeof props>(props, "monitoringRoleArn"),
  ],
});

export const performanceInsights = resourceRule({
  id: "aws-rds-performance-insights",
  title: "RDS shows which queries it waits for, under our key",
  severity: "low",
  description:
    "Without it nobody can say which query slowed the others; what it keeps has parts of queries, and belongs under our key.",
  remedy: "Set performanceInsightsEnabled and performanceInsightsKmsKeyId.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(a)"] },
  levels: onlyWarns,
  types: instances,
  check: ({ props }) => [
    mustBeOn(props.performanceInsightsEnabled, "performanceInsightsEnabled"),
    mustBeSet<typeof props>(props, "performanceInsightsKmsKeyId"),
  ],
});

export const tagsOnSnapshots = resourceRule({
  id: "aws-rds-copy-tags-to-snapshot",
  title: "Snapshots of RDS say whose they are",
  severity: "low",
  description:
    "A snapshot without tags is missed by every rule that goes by owner, data class or environment.",
  remedy: "Set copyTagsToSnapshot to true.",
  controls: { soc2: ["CC6.1"] },
  levels: strictInProd,
  types: databases,
  check: ({ props }) => mustBeOn(props.copyTagsToSnapshot, "copyTagsToSnapshot"),
});

/** Names that are tried first. */
const wellKnown = ["admin", "administrator", "root", "postgres", "mysql", "master", "sa"];

export const administratorsName = resourceRule({
  id: "aws-rds-non-default-admin",
  title: "The administrator of RDS has no name that everyone tries",
  severity: "low",
  description: "A name that has to be guessed makes each guess at a password twice as long.",
  remedy: "Set username (masterUsername of a cluster) to a name of your own.",
  controls: { soc2: ["CC6.1"], pciDss: ["2.2.2"] },
  levels: onlyWarns,
  types: databases,
  applies: isPrimary,
  check: (database) => {
    const name =
      database.type === "aws:rds/instance:Instance" ? database.props.username : database.props.masterUsername;
    return wellKnown.includes((name ?? "").toLowerCase()) && `the administrator is called ${show(name)}`;
  },
});

export const queryLogging = resourceRule({
  id: "aws-rds-query-logging",
  title: "RDS logs what is changed and what is slow",
  severity: "low",
  description: "What was redefined, and which query held the others up, is in no other log.",
  remedy:
    "Set log_statement to ddl and log_min_duration_statement to milliseconds (PostgreSQL), or slow_query_log to 1 (MySQL, MariaDB), in parameters.",
  controls: { soc2: ["CC7.2"], gdpr: ["32(1)(d)"] },
  levels: onlyWarns,
  types: ["aws:rds/parameterGroup:ParameterGroup", "aws:rds/clusterParameterGroup:ClusterParameterGroup"],
  applies: ({ props }) => /postgres|mysql|mariadb/.test(props.family ?? ""),
  check: ({ props }) => {
    const values = new Map((props.parameters ?? []).map(({ name, value }) => [name, value]));
    if (!(props.family ?? "").includes("postgres"))
      return mustBeOneOf(values.get("slow_query_log"), ["1", "ON"], "slow_query_log");
    const slow = values.get("log_min_duration_statement");
    return [
      mustBeOneOf(values.get("log_statement"), ["ddl", "mod", "all"], "log_statement"),
      !/^\d+$/.test(slow ?? "") && `log_min_duration_statement is ${show(slow)}, expected milliseconds`,
    ];
  },
});

export const subnetGroup = stackRule({
  id: "aws-rds-subnet-group",
  title: "RDS stands in private subnets of two zones",
  severity: "high",
  description:
    "Without a subnet group of its own a database lands in the default VPC, whose subnets are all public.",
  remedy: "Set dbSubnetGroupName to an aws.rds.SubnetGroup of private subnets in two zones or more.",
  controls: { soc2: ["A1.2", "CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.4.4"] },
  levels: always,
  types: [...databases, "aws:rds/subnetGroup:SubnetGroup"],
  applies: (resource) => resource.type === "aws:rds/subnetGroup:SubnetGroup" || isPrimary(resource),
  check: (resource, stack) => {
    if (resource.type !== "aws:rds/subnetGroup:SubnetGroup")
      return mustBeSet<typeof resource.props>(resource.props, "dbSubnetGroupName");
    const subnets = namedSubnets(resource, "subnetIds", stack);
    return [
      ...subnets
        .filter((subnet) => isPublicSubnet(subnet, stack))
        .map(({ name }) => `subnetIds holds ${name}, which is public`),
      subnets.length > 0 && zonesOf(subnets) < 2 && "subnetIds are all in one zone",
    ];
  },
});

export const securityGroups = stackRule({
  id: "aws-rds-security-groups",
  title: "RDS lets in who needs it",
  severity: "high",
  description:
    "Left out, the VPC's default group stands before the database; a block as wide as the network lets in every machine of it.",
  remedy:
    "Set vpcSecurityGroupIds to a group whose ingress names security groups or blocks of the clients' subnets.",
  controls: { soc2: ["CC6.6"], gdpr: ["32(1)(b)"], pciDss: ["1.3.1", "1.4.4"] },
  levels: fromStaging,
  settings: {
    shortestPrefix: {
      schema: {
        type: "integer",
        minimum: 8,
        maximum: 32,
        description: "Widest private IPv4 block that may be let in, as a prefix length.",
      },
      // a VPC has a /16 at most (Amazon VPC quotas): what is wider is more than the network
      values: { dev: 16, staging: 16, prod: 16 },
    },
  },
  types: databases,
  check: (database, stack, { shortestPrefix }) => {
    if (!isSet(database.props, "vpcSecurityGroupIds")) return "vpcSecurityGroupIds is not set";
    const named = groupsOf(database);
    return stack
      .ofType(...ingressTypes)
      .filter((rule) =>
        rule.type === "aws:ec2/securityGroup:SecurityGroup"
          ? named.has(rule.urn)
          : (rule.propertyDependencies["securityGroupId"] ?? []).some(({ urn }) => named.has(urn)),
      )
      .flatMap((rule) =>
        ingressOf(rule)
          .flatMap(({ cidrs }) => cidrs)
          .filter((cidr) => !isPrivateBlock(cidr) || prefixLength(cidr) < shortestPrefix)
          .map(
            (cidr) =>
              `${rule.name} lets in ${show(cidr)}, expected private blocks of /${shortestPrefix} or smaller`,
          ),
      );
  },
});

/** The security groups of this stack that a database wears. */
function groupsOf(database: PlacedResource<(typeof databases)[number]>): ReadonlySet<string> {
  return new Set((database.propertyDependencies["vpcSecurityGroupIds"] ?? []).map(({ urn }) => urn));
}
