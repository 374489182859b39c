import type * as aws from "@pulumi/aws";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that AWS databases and caches register. */
export const outputs: OutputTable = {
  "aws:rds/instance:Instance": computes<aws.rds.Instance>()((r) => {
    const identifier = text(r, "identifier");
    const address = `${identifier}.${r.hex(12)}.${r.region}.rds.amazonaws.com`;
    const resourceId = `db-${r.hex(26).toUpperCase()}`;
    return {
      id: resourceId,
      resourceId,
      arn: rds(r, `db:${identifier}`),
      address,
      endpoint: `${address}:${String(r.inputs["port"])}`,
      hostedZoneId: `Z${r.hex(13).toUpperCase()}`,
      status: "available",
      ...masterUserSecrets(r, resourceId),
    };
  }),
  "aws:rds/optionGroup:OptionGroup": computes<aws.rds.OptionGroup>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: rds(r, `og:${r.autoName}`),
  })),
  "aws:rds/parameterGroup:ParameterGroup": computes<aws.rds.ParameterGroup>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: rds(r, `pg:${r.autoName}`),
  })),
  "aws:rds/proxy:Proxy": computes<aws.rds.Proxy>()((r) => ({
    id: text(r, "name"),
    arn: rds(r, `db-proxy:prx-${r.hex(17)}`),
    endpoint: `${text(r, "name")}.proxy-${r.hex(12)}.${r.region}.rds.amazonaws.com`,
  })),
  "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": computes<aws.rds.ProxyDefaultTargetGroup>()(
    (r) => ({
      id: text(r, "dbProxyName"),
      name: "default",
      arn: rds(r, `target-group:prx-tg-${r.hex(17)}`),
    }),
  ),
  "aws:rds/proxyTarget:ProxyTarget": computes<aws.rds.ProxyTarget>()((r) => {
    const server = text(r, "dbInstanceIdentifier");
    return {
      id: `${text(r, "dbProxyName")}/${text(r, "targetGroupName")}/RDS_INSTANCE/${server}`,
      rdsResourceId: server,
      type: "RDS_INSTANCE",
    };
  }),
  "aws:rds/subnetGroup:SubnetGroup": computes<aws.rds.SubnetGroup>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: rds(r, `subgrp:${r.autoName}`),
  })),
  "aws:elasticache/replicationGroup:ReplicationGroup": computes<aws.elasticache.ReplicationGroup>()((r) => {
    const address = `clustercfg.${r.autoName}.${r.hex(6)}.${r.region}.cache.amazonaws.com`;
    return {
      id: r.autoName,
      replicationGroupId: r.autoName,
      arn: elasticache(r, `replicationgroup:${r.autoName}`),
      configurationEndpointAddress: address,
      clusterEnabled: true,
    };
  }),
  "aws:elasticache/parameterGroup:ParameterGroup": computes<aws.elasticache.ParameterGroup>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: elasticache(r, `parametergroup:${r.autoName}`),
  })),
  "aws:elasticache/subnetGroup:SubnetGroup": computes<aws.elasticache.SubnetGroup>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: elasticache(r, `subnetgroup:${r.autoName}`),
  })),
  "aws:elasticache/user:User": computes<aws.elasticache.User>()((r) => ({
    id: text(r, "userId"),
    arn: elasticache(r, `user:${text(r, "userId")}`),
  })),
  "aws:elasticache/userGroup:UserGroup": computes<aws.elasticache.UserGroup>()((r) => ({
    id: text(r, "userGroupId"),
    arn: elasticache(r, `usergroup:${text(r, "userGroupId")}`),
  })),
  "aws:elasticache/userGroupAssociation:UserGroupAssociation":
    computes<aws.elasticache.UserGroupAssociation>()((r) => ({
      id: `${text(r, "userGroupId")},${text(r, "userId")}`,
    })),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

function rds({ region, account }: Registered, resource: string): string {
  return `arn:aws:rds:${region}:${account}:${resource}`;
}

function elasticache({ region, account }: Registered, resource: string): string {
  return `arn:aws:elasticache:${region}:${account}:${resource}`;
}

/** The administrator's secret, where RDS keeps it. */
function masterUserSecrets(r: Registered, resourceId: string) {
  if (r.inputs["manageMasterUserPassword"] !== true) return {};
  return {
    masterUserSecrets: [
      {
        kmsKeyId: text(r, "masterUserSecretKmsKeyId"),
        secretArn: secret(r, `rds!${resourceId}`),
        secretStatus: "active",
      },
    ],
  };
}

/** Secrets Manager ends a secret's ARN in a dash and six characters of its own. */
function secret({ region, account, hex }: Registered, name: string): string {
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${hex(6)}`;
}

function text({ type, name, inputs }: Registered, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") {
    throw new Error(`${type} ${name}: expected a string in ${key}, got ${typeof value}`);
  }
  return value;
}
