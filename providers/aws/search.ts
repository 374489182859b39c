import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuse, textIn } from "../../components/cluster/upgrade";
import { checkSearch, type Search, type SearchArgs, searchStep } from "../../components/data/search";
import type { Access, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { physicalName } from "../../components/names";
import type { Destination } from "../../components/platform/networkPolicy";
import type { AlarmChannels } from "./alarmChannels";
import { awsIdentity } from "./identity";
import { AwsKey } from "./key";
import { searchInstanceType } from "./machines";
import { policyDocument } from "./policyDocument";
import { accessFunction, accessPlace, letIntoIndices } from "./searchAccess";
import { searchAlarms } from "./searchAlarms";
import { type DomainLogs, domainLogs } from "./searchLogs";
import { storeLogRetentionDays, storeSecurityGroup } from "./storeAccess";
import type { WatchedStore } from "./watchedStore";

/** Arguments of an {@link AwsSearch}. */
export interface AwsSearchArgs extends SearchArgs {
  readonly region: string;
  /** Account that owns the domain, 12 digits. */
  readonly accountId: string;
}

/** Longest name of a domain (botocore, opensearch, `DomainName`). */
const maxDomainName = 28;

/** What a domain spreads over: zones are awareness of two or three, and one is none. */
const mostZones = 3;

/**
 * What masters run on, for up to ten data nodes or 30,000 shards.
 * https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-dedicatedmasternodes.html
 */
const masterMachine = { vcpus: 2, memoryGiB: 8 } as const;

/** What IAM has to allow before the domain's own tables are asked: `_search` and `_bulk` are POST. */
const actions: Readonly<Record<Access, readonly string[]>> = {
  read: ["es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost"],
  readWrite: ["es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut"],
};

/**
 * {@link Search} as a domain of OpenSearch Service: in the data subnets, TLS 1.2 and forward secrecy only, nobody signed in
 * but by IAM, and of those only whom the domain's own tables know. Nobody has a password there.
 *
 * All its nodes answer: a standby zone would ask two replicas of every index, on pain of refusing to make it.
 *
 * The account needs the role AWSServiceRoleForAmazonOpenSearchService once, before its first domain in a network
 * (docs/runbooks/search.md).
 */
export class AwsSearch extends pulumi.ComponentResource implements Search, WatchedStore {
  readonly url: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly domainArn: string;
  private readonly writer: aws.lambda.Function;
  private readonly watched: Parameters<typeof searchAlarms>[1];
  private readonly accountId: string;

  constructor(name: string, args: AwsSearchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Search", name, {}, opts);
    const { network, dataNodes, diskGiB, region, accountId } = args;
    const { logRetentionDays = storeLogRetentionDays, protect = true } = args;
    checkSearch(args);
    const domainName = physicalName(maxDomainName, name);
    const domainArn = `arn:aws:es:${region}:${accountId}:domain/${domainName}`;
    const port = 443;
    const child = { parent: this };

    const key = new AwsKey(
      `${name}-key`,
      {
        purpose: `search index ${name}: data, snapshots, logs`,
        services: [`logs.${region}.amazonaws.com`],
        account: accountId,
        region,
        protect,
      },
      child,
    );
    const securityGroup = storeSecurityGroup(name, { network, port, description: `Search ${name}` }, child);
    const logs = domainLogs(
      name,
      { domainName, key, retentionDays: logRetentionDays, accountId, region, protect },
      child,
    );
    const access = `${name}-access`;
    const place = accessPlace(access, { domainArn, logRetentionDays, region, accountId, protect }, child);
    const domain = new aws.opensearch.Domain(
      name,
      domainInputs({ ...args, domainName, domainArn, key, securityGroup, logs, masterArn: place.role.arn }),
      {
        ...child,
        protect,
        dependsOn: [logs.policy],
        hooks: {
          beforeUpdate: [new pulumi.ResourceHook(`${name}-upgrade`, checkUpgrade, { onDryRun: true })],
        },
      },
    );

    this.writer = accessFunction(access, { network, host: domain.endpoint, port, place }, child);
    this.domainArn = domainArn;
    this.accountId = accountId;
    const { masterNodes } = args;
    this.watched = { domainName: domain.domainName, accountId, dataNodes, masterNodes, diskGiB };
    this.url = pulumi.interpolate`https://${domain.endpoint}`;
    this.destinations = [{ cidrs: network.dataCidrs, ports: [port] }];
    this.connection = {
      SEARCH_URL: this.url,
      SEARCH_ENGINE: pulumi.output("opensearch"),
      SEARCH_AUTH: pulumi.output("iam"),
      SEARCH_REGION: pulumi.output(region),
    };
    this.registerOutputs({ url: this.url });
  }

  watch(name: string, { topicArn }: AlarmChannels, opts: { readonly parent: pulumi.Resource }): void {
    searchAlarms(name, this.watched, topicArn, opts);
  }

  /** Lets the identity's requests through IAM, and gives it a role in the domain's own tables. */
  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Readonly<Record<string, never>> {
    const { principal, serviceAccount } = awsIdentity(to);
    new aws.iam.RolePolicy(
      name,
      {
        role: principal,
        policy: policyDocument([
          { Effect: "Allow", Action: [...actions[access]], Resource: `${this.domainArn}/*` },
        ]),
      },
      opts,
    );
    letIntoIndices(
      `${name}-indices`,
      {
        writer: this.writer,
        user: serviceAccount,
        access,
        roleArn: pulumi.interpolate`arn:aws:iam::${this.accountId}:role/${principal}`,
      },
      opts,
    );
    return {};
  }
}

interface DomainInputs extends AwsSearchArgs {
  readonly domainName: string;
  readonly domainArn: string;
  readonly key: AwsKey;
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly logs: DomainLogs;
  /** Role of the one who writes the domain's tables. */
  readonly masterArn: pulumi.Output<string>;
}

function domainInputs(args: DomainInputs): aws.opensearch.DomainArgs {
  const { network, openSearchVersion, dataNodes, masterNodes, machine, diskGiB } = args;
  const { domainName, domainArn, accountId, key, securityGroup, logs, masterArn } = args;
  const zones = Math.min(mostZones, network.zones.length, dataNodes);
  return {
    domainName,
    engineVersion: `OpenSearch_${openSearchVersion}`,
    clusterConfig: {
      instanceType: searchInstanceType(machine),
      instanceCount: dataNodes,
      dedicatedMasterEnabled: masterNodes > 0,
      ...(masterNodes > 0 && {
        dedicatedMasterType: searchInstanceType(masterMachine),
        dedicatedMasterCount: masterNodes,
      }),
      multiAzWithStandbyEnabled: false,
      zoneAwarenessEnabled: zones > 1,
      ...(zones > 1 && { zoneAwarenessConfig: { availabilityZoneCount: zones } }),
    },
    ebsOptions: { ebsEnabled: true, volumeType: "gp3", volumeSize: diskGiB },
    vpcOptions: {
      subnetIds: network.dataSubnetIds.apply((ids) => ids.slice(0, zones)),
      securityGroupIds: [securityGroup.id],
    },
    encryptAtRest: { enabled: true, kmsKeyId: key.arn },
    nodeToNodeEncryption: { enabled: true },
    domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-PFS-2023-10" },
    advancedSecurityOptions: {
      enabled: true,
      internalUserDatabaseEnabled: false,
      anonymousAuthEnabled: false,
      masterUserOptions: { masterUserArn: masterArn },
    },
    // by what IAM lets each do; then the domain's own tables are asked
    accessPolicies: policyDocument([
      {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: "es:ESHttp*",
        Resource: `${domainArn}/*`,
      },
    ]),
    logPublishingOptions: logs.publishing,
    autoTuneOptions: { desiredState: "ENABLED", rollbackOnDisable: "NO_ROLLBACK", useOffPeakWindow: true },
    offPeakWindowOptions: {
      enabled: true,
      // ten hours, UTC: they end as the backups of databases and caches begin
      offPeakWindow: { windowStartTime: { hours: 17, minutes: 0 } },
    },
    softwareUpdateOptions: { autoSoftwareUpdateEnabled: true },
  };
}

/** Refuses a step back, or over a major. */
export function checkUpgrade({
  oldInputs,
  newInputs,
}: Pick<pulumi.ResourceHookArgs, "oldInputs" | "newInputs">): void {
  const [running, wanted] = [textIn(oldInputs, "engineVersion"), textIn(newInputs, "engineVersion")];
  if (running !== undefined && wanted !== undefined) {
    refuse("search.openSearchVersion", searchStep(running, wanted));
  }
}
