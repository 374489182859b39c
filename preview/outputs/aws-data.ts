import type * as aws from "@pulumi/aws";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that AWS databases and caches register. */
export const outputs: OutputTable = {
  "aws:rds/instance:Instance": computes<aws.rds.Instance>()((r) => {
    const identifier = text(r, "identifier");
    const address = `${identifier}.${r.hex(12)}.${r.region}.rds.amazonaws.com`;
    const resourceId = `db-${r.hex(26).toUpperCase()}`;
    const managed = r.inputs["manageMasterUserPassword"] === true;
    return {
      id: resourceId,
      resourceId,
      arn: rds(r, `db:${identifier}`),
      address,
      endpoint: `${address}:${String(r.inputs["port"])}`,
      hostedZoneId: `Z${r.hex(13).toUpperCase()}`,
      status: "available",
      ...(managed
        ? {
            masterUserSecrets: [
              {
                kmsKeyId: text(r, "masterUserSecretKmsKeyId"),
                secretArn: secret(r, `rds!${resourceId}`),
                secretStatus: "active",
              },
            ],
          }
        : {}),
    };
  }),
  "aws:rds/parameterGroup:ParameterGroup": computes<aws.rds.ParameterGroup>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: rds(r, `pg:${r.autoName}`),
  })),
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
  "aws:secretsmanager/secret:Secret": computes<aws.secretsmanager.Secret>()((r) => ({
    id: secret(r, r.autoName),
    arn: secret(r, r.autoName),
    name: r.autoName,
  })),
  "aws:secretsmanager/secretVersion:SecretVersion": computes<aws.secretsmanager.SecretVersion>()((r) => ({
    id: `${text(r, "secretId")}|${versionId(r)}`,
    arn: text(r, "secretId"),
    versionId: versionId(r),
    versionStages: ["AWSCURRENT"],
    hasSecretStringWo: true,
  })),
  "aws:secretsmanager/secretRotation:SecretRotation": computes<aws.secretsmanager.SecretRotation>()((r) => ({
    id: text(r, "secretId"),
    rotationEnabled: true,
  })),
  "aws:serverlessrepository/cloudFormationStack:CloudFormationStack":
    computes<aws.serverlessrepository.CloudFormationStack>()((r) => ({
      id: `arn:aws:cloudformation:${r.region}:${r.account}:stack/serverlessrepo-${r.autoName}/${versionId(r)}`,
      name: r.autoName,
      outputs: {
        RotationLambdaARN: `arn:aws:lambda:${r.region}:${r.account}:function:${functionName(r)}`,
      },
    })),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": computes<aws.vpc.SecurityGroupEgressRule>()(
    (r) => {
      const id = `sgr-${r.hex(17)}`;
      return {
        id,
        securityGroupRuleId: id,
        arn: `arn:aws:ec2:${r.region}:${r.account}:security-group-rule/${id}`,
      };
    },
  ),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

function rds({ region, account }: Registered, resource: string): string {
  return `arn:aws:rds:${region}:${account}:${resource}`;
}

function elasticache({ region, account }: Registered, resource: string): string {
  return `arn:aws:elasticache:${region}:${account}:${resource}`;
}

/** Secrets Manager ends a secret's ARN in a dash and six characters of its own. */
function secret({ region, account, hex }: Registered, name: string): string {
  return `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${hex(6)}`;
}

function versionId({ hex }: Registered): string {
  return hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Name that a stack of the Serverless Application Repository is told to give its function. */
function functionName({ type, name, inputs }: Registered): string {
  const parameters = inputs["parameters"];
  if (typeof parameters !== "object" || parameters === null || !("functionName" in parameters)) {
    throw new Error(`${type} ${name}: expected a functionName among the parameters, got none`);
  }
  return String(parameters.functionName);
}

function text({ type, name, inputs }: Registered, key: string): string {
  const value = inputs[key];
  if (typeof value !== "string") {
    throw new Error(`${type} ${name}: expected a string in ${key}, got ${typeof value}`);
  }
  return value;
}
