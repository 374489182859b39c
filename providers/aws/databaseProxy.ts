import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { physicalName } from "../../components/names";
import type { Network } from "../../components/network/network";
import { awsRole, trustService } from "./role";
import type { SqlServer } from "./sqlServer";
import { storeSecurityGroup } from "./storeAccess";

/** Longest name that RDS takes of a proxy (rds:CreateDBProxy). */
const maxProxyName = 63;

/** What of the server's connections the pool may take, percent: the rest are for administrators and what reads directly. */
const shareOfConnections = 90;

/** How long a client waits for a connection before it is refused one, seconds: less than clients wait by themselves. */
const borrowSeconds = 30;

/** How long an idle client keeps its connection to the proxy, seconds. */
const idleSeconds = 1800;

/** Arguments of {@link databaseProxy}. */
export interface DatabaseProxyArgs {
  readonly server: SqlServer;
  readonly network: Network;
  readonly logRetentionDays: number;
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  readonly protect: boolean;
}

/** A proxy before a server. */
export interface DatabaseProxy {
  readonly host: pulumi.Output<string>;
  readonly proxyName: pulumi.Output<string>;
  /** A user of the database as whoever signs in to the proxy names it. */
  readonly userOf: (user: string) => pulumi.Output<string>;
}

/**
 * RDS Proxy before a server's primary: pods share its connections, and a failover to the standby breaks none of theirs.
 *
 * IAM from end to end: who comes signs in to the proxy with a token of its own role, and the proxy to the server with one of
 * its role, as the same database user; there is no secret between them
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html).
 */
export function databaseProxy(
  name: string,
  { server, network, logRetentionDays, region, accountId, protect }: DatabaseProxyArgs,
  opts: { readonly parent: pulumi.Resource },
): DatabaseProxy {
  const { engine } = server.watched;
  const description = `connections to ${engine.title} ${name}`;
  const proxyName = physicalName(maxProxyName, name);
  const securityGroup = storeSecurityGroup(name, { network, port: engine.port, description }, opts);
  const { id: ofServer } = server.place.securityGroup;
  const port = { ipProtocol: "tcp", fromPort: engine.port, toPort: engine.port };
  const toServer = new aws.vpc.SecurityGroupEgressRule(
    `${name}-to-server`,
    {
      securityGroupId: securityGroup.id,
      referencedSecurityGroupId: ofServer,
      description: "Server",
      ...port,
    },
    opts,
  );
  const fromProxy = new aws.vpc.SecurityGroupIngressRule(
    `${name}-from-proxy`,
    { securityGroupId: ofServer, referencedSecurityGroupId: securityGroup.id, description: "Proxy", ...port },
    opts,
  );
  // RDS names it after the proxy: there before it, with a key and an end
  const logs = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    {
      name: `/aws/rds/proxy/${proxyName}`,
      retentionInDays: logRetentionDays,
      kmsKeyId: server.place.key.arn,
    },
    { ...opts, protect },
  );
  const { role, permissions } = awsRole(
    `${name}-role`,
    {
      description: `The proxy's own sign-in, ${name}`,
      trust: [trustService("rds.amazonaws.com", accountId)],
      statements: [
        {
          Sid: "SignIn",
          Effect: "Allow",
          Action: "rds-db:connect",
          Resource: pulumi.interpolate`arn:aws:rds-db:${region}:${accountId}:dbuser:${server.primary.resourceId}/*`,
        },
      ],
    },
    opts,
  );
  const proxy = new aws.rds.Proxy(
    name,
    {
      name: proxyName,
      engineFamily: engine.engine === "postgres" ? "POSTGRESQL" : "MYSQL",
      defaultAuthScheme: "IAM_AUTH",
      requireTls: true,
      roleArn: role.arn,
      vpcSubnetIds: network.dataSubnetIds,
      vpcSecurityGroupIds: [securityGroup.id],
      idleClientTimeout: idleSeconds,
      // statements would be in its log
      debugLogging: false,
    },
    { ...opts, dependsOn: [...permissions, logs, toServer, fromProxy] },
  );
  const targets = new aws.rds.ProxyDefaultTargetGroup(
    name,
    {
      dbProxyName: proxy.name,
      connectionPoolConfig: {
        maxConnectionsPercent: shareOfConnections,
        connectionBorrowTimeout: borrowSeconds,
      },
    },
    opts,
  );
  new aws.rds.ProxyTarget(
    name,
    {
      dbProxyName: proxy.name,
      targetGroupName: targets.name,
      dbInstanceIdentifier: server.primary.identifier,
    },
    opts,
  );
  return {
    host: proxy.endpoint,
    proxyName: proxy.name,
    userOf: (user) =>
      pulumi.interpolate`arn:aws:rds-db:${region}:${accountId}:dbuser:${proxy.arn.apply(idOf)}/${user}`,
  };
}

/** `prx-…` of `arn:aws:rds:…:db-proxy:prx-…`: what IAM names a proxy by. */
function idOf(arn: string): string {
  const [id = ""] = arn.split(":").reverse();
  return id;
}
