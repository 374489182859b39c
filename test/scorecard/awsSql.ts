import { given, type Setting, valued } from "./setting";

const mysql = { area: "MySQL", type: "aws:rds/instance:Instance", only: /^main-mysql$/ };
const proxy = { area: "PostgreSQL", type: "aws:rds/proxy:Proxy" };

/** What MySQL on RDS has without being told, and the proxy before a PostgreSQL whose connections are shared. */
export const awsSqlSettings: readonly Setting[] = [
  {
    ...mysql,
    setting: "MySQL refuses deletion",
    path: "deletionProtection",
    expected: true,
    elsewhere: "tf-rds false",
    why: "a mistaken deletion is refused by RDS itself",
  },
  {
    ...mysql,
    setting: "MySQL leaves a last snapshot",
    path: "skipFinalSnapshot",
    expected: false,
    elsewhere: "tf-rds the same",
    why: "a wanted deletion may be a mistake too",
  },
  {
    ...mysql,
    setting: "MySQL not reachable from the internet",
    path: "publiclyAccessible",
    expected: false,
    elsewhere: "tf-rds the same",
    why: "CIS AWS Foundations",
  },
  {
    ...mysql,
    setting: "MySQL under a key of our own",
    path: "kmsKeyId",
    expected: given,
    elsewhere: "tf-rds AWS's key",
    why: "reading takes the key's permission too",
  },
  {
    ...mysql,
    setting: "sign-in to MySQL by IAM",
    path: "iamDatabaseAuthenticationEnabled",
    expected: true,
    elsewhere: "tf-rds false",
    why: "workloads have no password to lose",
  },
  {
    ...mysql,
    setting: "administrator's password of MySQL kept by RDS",
    path: "manageMasterUserPassword",
    expected: true,
    elsewhere: "tf-rds the same, rotation off",
    why: "it is in no state file, and RDS rotates it weekly",
  },
  {
    ...mysql,
    setting: "who came to MySQL and what failed is exported",
    path: "enabledCloudwatchLogsExports",
    expected: ["audit", "error", "slowquery"],
    elsewhere: "tf-rds none",
    why: "logs on the server go with it",
  },
  {
    area: "MySQL",
    type: "aws:rds/parameterGroup:ParameterGroup",
    only: /^main-mysql-/,
    setting: "TLS forced by MySQL",
    path: "parameters",
    expected: valued("require_secure_transport", "1"),
    elsewhere: "-",
    why: "no client falls back to plain text",
  },
  {
    ...proxy,
    setting: "the proxy takes TLS alone",
    path: "requireTls",
    expected: true,
    elsewhere: "tf-rds-proxy the same",
    why: "a server that demands TLS is of no use behind a proxy that does not",
  },
  {
    ...proxy,
    setting: "IAM from end to end",
    path: "defaultAuthScheme",
    expected: "IAM_AUTH",
    elsewhere: "tf-rds-proxy a secret's password",
    why: "nothing between proxy and server can leak",
  },
];
