import { mustNotBeOn, show } from "../check";
import { always, fromStaging, strictInProd } from "../levels";
import { resourceRule, stackRule, type Verdict } from "../rule";

/** Longest that a token or a password may hold at once, and in all, in seconds: an hour, and a day. */
const anHour = 3600;
const aDay = 24 * anHour;

export const audited = stackRule({
  id: "vault-audit-device",
  title: "Vault writes down who asked for what",
  severity: "high",
  description: "Without an audit device nobody can say who read a secret.",
  remedy: "Add a vault.Audit of type file, or two of which one is elsewhere.",
  controls: { soc2: ["CC7.2"], gdpr: ["30"] },
  levels: fromStaging,
  types: ["pulumi:providers:vault"],
  check: ({ urn }, stack) =>
    !stack.ofType("vault:index/audit:Audit").some(({ provider }) => provider?.urn === urn) &&
    "no vault.Audit of this stack is made by it",
});

/** A path of a policy with what may be done there. */
interface Grant {
  readonly path: string;
  readonly capabilities: readonly string[];
}

/** Paths of a policy in HCL: `path "secret/data/web" { capabilities = ["read"] }`. */
function grantsIn(policy: string): readonly Grant[] {
  const text = policy.replace(/(^|\s)(#|\/\/).*$/gm, "");
  return [...text.matchAll(/path\s+"([^"]*)"\s*\{([^}]*)\}/g)].map(([, path = "", body = ""]) => ({
    path,
    capabilities: [...(/capabilities\s*=\s*\[([^\]]*)\]/.exec(body)?.[1] ?? "").matchAll(/"([^"]+)"/g)].map(
      ([, capability = ""]) => capability,
    ),
  }));
}

export const leastPrivilege = resourceRule({
  id: "vault-policy-least-privilege",
  title: "Vault's policies name what they allow",
  severity: "critical",
  description: "A policy of every path, or with sudo on Vault's own ones, is the root token by another name.",
  remedy: 'Name each path, and leave root out, and sudo on "*" and "sys/*".',
  controls: { soc2: ["CC6.3"], gdpr: ["25"] },
  levels: always,
  types: ["vault:index/policy:Policy"],
  check: ({ props: { policy = "" } }) =>
    grantsIn(policy).map(({ path, capabilities }): Verdict => {
      const granted = capabilities.filter((capability) => capability !== "deny");
      if (capabilities.includes("root")) return `path ${show(path)} allows root`;
      if (/^[*+]+$/.test(path) && granted.length > 0) return `path ${show(path)} is every path`;
      return /^sys\/\*$/.test(path) && granted.includes("sudo") && `path ${show(path)} allows sudo`;
    }),
});

export const boundRoles = resourceRule({
  id: "vault-role-bound",
  title: "Vault's roles are somebody's, and end",
  severity: "critical",
  description:
    "A role that takes every service account, or every token of an issuer, is everybody's; a token that holds for weeks outlives whoever got it.",
  remedy:
    "Name boundServiceAccountNames and boundServiceAccountNamespaces (boundClaims or boundSubject for jwt) and the audience, and set tokenTtl to an hour and tokenMaxTtl to a day at most.",
  controls: { soc2: ["CC6.3"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: ["vault:kubernetes/authBackendRole:AuthBackendRole", "vault:jwt/authBackendRole:AuthBackendRole"],
  check: (role) => {
    const { tokenTtl, tokenMaxTtl } = role.props;
    const ends = [noLonger(tokenTtl, anHour, "tokenTtl"), noLonger(tokenMaxTtl, aDay, "tokenMaxTtl")];
    if (role.type === "vault:jwt/authBackendRole:AuthBackendRole") {
      const { boundAudiences = [], boundClaims = {}, boundSubject = "" } = role.props;
      return [
        ends,
        boundAudiences.length === 0 && "boundAudiences is empty",
        Object.keys(boundClaims).length === 0 &&
          boundSubject === "" &&
          "neither boundClaims nor boundSubject says whose it is",
        Object.entries(boundClaims)
          .filter(([, value]) => value === "*")
          .map(([claim]) => `boundClaims.${claim} is *`),
      ];
    }
    const { boundServiceAccountNames, boundServiceAccountNamespaces, audience = "" } = role.props;
    return [
      ends,
      Object.entries({ boundServiceAccountNames, boundServiceAccountNamespaces }).map(
        ([name, values]) => values?.includes("*") === true && `${name} holds *`,
      ),
      audience === "" && "audience is not set",
    ];
  },
});

function noLonger(value: number | undefined, most: number, path: string): Verdict {
  return (
    !(typeof value === "number" && value > 0 && value <= most) &&
    `${path} is ${show(value)}, expected at most ${most}`
  );
}

export const dynamicCredentials = resourceRule({
  id: "vault-database-credentials",
  title: "Passwords that Vault makes end, and travel encrypted",
  severity: "high",
  description:
    "A password that holds for weeks is as good as a fixed one; a connection in plain text shows it on its way.",
  remedy:
    "Set defaultTtl to an hour and maxTtl to a day at most; name allowedRoles, and ask for TLS in connectionUrl.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: [
    "vault:database/secretBackendRole:SecretBackendRole",
    "vault:database/secretBackendConnection:SecretBackendConnection",
  ],
  check: (resource) => {
    if (resource.type === "vault:database/secretBackendRole:SecretBackendRole") {
      const { defaultTtl, maxTtl } = resource.props;
      return [noLonger(defaultTtl, anHour, "defaultTtl"), noLonger(maxTtl, aDay, "maxTtl")];
    }
    const { allowedRoles, mysql, mysqlAurora, mysqlRds, postgresql, mongodb } = resource.props;
    return [
      allowedRoles?.includes("*") === true && "allowedRoles holds *",
      Object.entries({ mysql, mysqlAurora, mysqlRds, postgresql, mongodb }).map(
        ([name, connection]) =>
          connection !== undefined &&
          (connection.tlsCa ?? "") === "" &&
          !asksForTls(connection.connectionUrl ?? "") &&
          `${name}.connectionUrl asks for no TLS`,
      ),
    ];
  },
});

/** By libpq's sslmode, the Go driver's tls and MongoDB's tls or ssl. */
function asksForTls(url: string): boolean {
  return /[?&](sslmode=(require|verify-ca|verify-full)|tls=(?!false|skip-verify|preferred)[\w-]+|ssl=true)\b/.test(
    url,
  );
}

export const noTokens = resourceRule({
  id: "vault-no-token",
  title: "Nobody has a token of Vault from the program",
  severity: "high",
  description: "A token that Pulumi makes stands in the state, and holds until somebody takes it back.",
  remedy: "Have who needs it sign in, by kubernetes, jwt or the cloud's identity.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: ["vault:index/token:Token"],
  check: () => "the program makes a token",
});

export const noWrittenSecrets = resourceRule({
  id: "vault-no-written-secret",
  title: "Secrets come into Vault past the program",
  severity: "high",
  description:
    "What the program writes into Vault stands in its state, too, and with every one who may read it.",
  remedy: "Write the secret by dataJsonWo, which stays out of the state, or by who knows it.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: ["vault:kv/secretV2:SecretV2"],
  check: ({ props }) => Object.keys(props).includes("dataJson") && "dataJson is set",
});

export const keys = resourceRule({
  id: "vault-transit-key",
  title: "Keys stay in Vault",
  severity: "medium",
  description:
    "A key that may be exported is no longer Vault's alone; one that may be deleted takes what it encrypted along.",
  remedy: "Leave exportable, allowPlaintextBackup and deletionAllowed out.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: ["vault:transit/secretBackendKey:SecretBackendKey"],
  check: ({ props: { exportable, allowPlaintextBackup, deletionAllowed } }) => [
    mustNotBeOn(exportable, "exportable"),
    mustNotBeOn(allowPlaintextBackup, "allowPlaintextBackup"),
    mustNotBeOn(deletionAllowed, "deletionAllowed"),
  ],
});

/** Engines that hand out leases. */
const leasing = ["aws", "azure", "consul", "database", "gcp", "nomad", "pki", "rabbitmq", "ssh"];

export const mounts = resourceRule({
  id: "vault-mount-ttl",
  title: "What an engine of Vault hands out ends",
  severity: "medium",
  description: "Without a bound of its own an engine's leases hold for 32 days, Vault's default.",
  remedy: "Set maxLeaseTtlSeconds.",
  controls: { soc2: ["CC6.1"] },
  levels: strictInProd,
  types: ["vault:index/mount:Mount"],
  applies: ({ props: { type = "" } }) => leasing.includes(type),
  check: ({ props: { maxLeaseTtlSeconds } }) =>
    !(typeof maxLeaseTtlSeconds === "number" && maxLeaseTtlSeconds > 0) &&
    `maxLeaseTtlSeconds is ${show(maxLeaseTtlSeconds)}`,
});
