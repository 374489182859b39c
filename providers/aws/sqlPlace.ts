import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Network } from "../../components/network/network";
import { AwsKey } from "./key";
import { parameterFamily, type RdsEngine } from "./sqlEngines";
import { storeSecurityGroup } from "./storeAccess";

/** Arguments of {@link sqlPlace}. */
export interface SqlPlaceArgs {
  readonly engine: RdsEngine;
  readonly version: string;
  readonly network: Network;
  readonly region: string;
  /** Account that owns the server, 12 digits. */
  readonly accountId: string;
  readonly protect: boolean;
}

/** What nodes of a server share in one region. */
export interface SqlPlace {
  readonly key: AwsKey;
  readonly securityGroup: aws.ec2.SecurityGroup;
  readonly subnetGroup: aws.rds.SubnetGroup;
  readonly parameters: aws.rds.ParameterGroup;
  /** Options of the engine, where it has any that are not its own. */
  readonly options?: aws.rds.OptionGroup;
}

/** Key, security group, subnets and parameters for the nodes of a server in one region. */
export function sqlPlace(
  name: string,
  { engine, version, network, region, accountId, protect }: SqlPlaceArgs,
  opts: { readonly parent: pulumi.Resource; readonly provider?: pulumi.ProviderResource },
): SqlPlace {
  const description = `${engine.title} ${name}`;
  const key = new AwsKey(
    `${name}-key`,
    {
      purpose: `${description}: disks, backups, logs, the administrator's secret`,
      services: [`logs.${region}.amazonaws.com`],
      account: accountId,
      region,
      protect,
    },
    opts,
  );
  const securityGroup = storeSecurityGroup(name, { network, port: engine.port, description }, opts);
  const subnetGroup = new aws.rds.SubnetGroup(name, { subnetIds: network.dataSubnetIds }, opts);
  const versioned = versionedName(name, version);
  const parameters = new aws.rds.ParameterGroup(
    versioned,
    {
      family: parameterFamily(engine, version),
      description,
      parameters: engine.parameters.map((parameter) => ({ ...parameter })),
    },
    opts,
  );
  const options = Object.entries(engine.options);
  return {
    key,
    securityGroup,
    subnetGroup,
    parameters,
    ...(options.length > 0 && {
      options: new aws.rds.OptionGroup(
        versioned,
        {
          engineName: engine.engine,
          majorEngineVersion: version,
          optionGroupDescription: description,
          options: options.map(([optionName, settings]) => ({
            optionName,
            optionSettings: Object.entries(settings).map(([setting, value]) => ({ name: setting, value })),
          })),
        },
        opts,
      ),
    }),
  };
}

/** The log groups that RDS names after a node: there before it, with a key and an end. */
export function nodeLogGroups(
  name: string,
  args: {
    readonly identifier: string;
    readonly engine: RdsEngine;
    readonly key: AwsKey;
    readonly retentionDays: number;
    readonly protect: boolean;
  },
  opts: { readonly parent: pulumi.Resource; readonly provider?: pulumi.ProviderResource },
): aws.cloudwatch.LogGroup[] {
  const { identifier, engine, key, retentionDays, protect } = args;
  return engine.logs.map(
    (log) =>
      new aws.cloudwatch.LogGroup(
        `${name}-${log}-logs`,
        {
          name: `/aws/rds/instance/${identifier}/${log}`,
          retentionInDays: retentionDays,
          kmsKeyId: key.arn,
        },
        { ...opts, protect },
      ),
  );
}

/**
 * Name of what is made anew for each major. The names of groups have letters, digits and dashes, and no dots
 * (rds:CreateOptionGroup, rds:CreateDBParameterGroup), of which 8.4 has one.
 */
export function versionedName(name: string, version: string): string {
  return `${name}-${version.replaceAll(".", "-")}`;
}
