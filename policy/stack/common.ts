import { isSet, isTrue, show } from "../check";
import { always, fromStaging, inProd } from "../levels";
import type { ResourceType } from "../resource";
import { everyTypeRule, resourceRule } from "../rule";
import { cannotTell } from "../unknown";

export const explicitProvider = everyTypeRule({
  id: "all-explicit-provider",
  title: "Every resource names its provider",
  severity: "medium",
  description:
    "A default provider takes account, region and cluster from whoever's shell runs the deployment.",
  remedy: "Hand a provider down by provider or providers in the options.",
  controls: { soc2: ["CC8.1"] },
  levels: always,
  // awsx and eks make components, which the engine records without a provider; their children are judged
  concerns: (type) => /^(aws|gcp|kubernetes|random|tls|vault):/.test(type),
  check: ({ provider }) =>
    (provider === undefined || /^default($|_)/.test(provider.name)) &&
    "the resource has no explicit provider",
});

export const noIgnoredSecurity = everyTypeRule({
  id: "all-no-ignored-security-props",
  title: "No security setting is ignored",
  severity: "high",
  description:
    "A setting in ignoreChanges may drift, or be switched off by hand, and no deployment brings it back.",
  remedy: "Take the property out of ignoreChanges.",
  controls: { soc2: ["CC8.1"] },
  levels: fromStaging,
  concerns: () => true,
  check: ({ opts }) =>
    opts.ignoreChanges
      .filter((path) => path === "*" || securityPath.test(path))
      .map((path) => `ignoreChanges holds ${show(path)}`),
});

/** Paths whose change alters who gets in, what is encrypted, kept or logged. */
const securityPath =
  /encrypt|kms|public|private(Access|Nodes|Network)|polic|acl$|ingress|egress|authorized|backup|retention|deletionProtection|versioning|securityContext|logging|logConfig|tls|ssl/i;

export const providerCredentials = resourceRule({
  id: "all-provider-no-static-credentials",
  title: "Providers hold no credential",
  severity: "critical",
  description: "A key in a provider is a key in the state; whoever deploys brings an identity of their own.",
  remedy:
    "Leave accessKey, secretKey, token, credentials and accessToken out; give a kubeconfig an exec plugin instead of a token.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: always,
  readsSecrets: true,
  types: ["pulumi:providers:aws", "pulumi:providers:gcp", "pulumi:providers:kubernetes"],
  check: (provider) => {
    switch (provider.type) {
      case "pulumi:providers:aws":
        return (["accessKey", "secretKey", "token"] as const)
          .filter((key) => isSet(provider.props, key))
          .map((key) => `${key} is set`);
      case "pulumi:providers:gcp":
        return (["credentials", "accessToken"] as const)
          .filter((key) => isSet(provider.props, key))
          .map((key) => `${key} is set`);
      case "pulumi:providers:kubernetes": {
        const { kubeconfig } = provider.props;
        if (!isSet(provider.props, "kubeconfig")) return undefined;
        if (!/clusters/.test(kubeconfig ?? "")) return cannotTell("kubeconfig");
        return (
          /["']?\b(token|password|client-key-data)\b["']?\s*:/.test(kubeconfig ?? "") &&
          "kubeconfig holds a credential"
        );
      }
    }
  },
});

export const requiredTags = resourceRule({
  id: "all-required-tags",
  title: "Everything says whose it is",
  severity: "medium",
  description:
    "A provider's default tags reach every resource it makes: who answers for it, who pays for it, which environment it is of.",
  remedy:
    "Set defaultTags.tags (defaultLabels on GCP) with the keys asked; case, dashes and underscores don't matter.",
  controls: { soc2: ["CC8.1"], gdpr: ["30"] },
  levels: fromStaging,
  settings: {
    required: {
      schema: { type: "array", items: { type: "string" }, description: "Keys that must be there." },
      values: {
        dev: ["environment", "owner"],
        staging: ["environment", "owner", "cost-center", "managed-by"],
        prod: ["environment", "owner", "cost-center", "managed-by"],
      },
    },
    values: {
      schema: {
        type: "object",
        additionalProperties: { type: "string" },
        description:
          "What the level remediate sets of them where it is not there, by key as required has it.",
      },
      values: { dev: {}, staging: {}, prod: {} },
    },
  },
  types: ["pulumi:providers:aws", "pulumi:providers:gcp"],
  check: (provider, { required }) => {
    // A provider's inputs cross the wire as text, whatever their type.
    const [path, tags] =
      provider.type === "pulumi:providers:aws"
        ? (["defaultTags.tags", asRecord(asRecord(provider.props.defaultTags)["tags"])] as const)
        : (["defaultLabels", asRecord(provider.props.defaultLabels)] as const);
    return missing(tags, required).map((key) => `${path} lacks ${key}`);
  },
  remediation: {
    "pulumi:providers:aws": ({ defaultTags }, { required, values }) => {
      const given = asRecord(defaultTags);
      const tags = asRecord(given["tags"]);
      return { defaultTags: asText({ ...given, tags: { ...tags, ...wanted(tags, required, values) } }) };
    },
    "pulumi:providers:gcp": ({ defaultLabels }, { required, values }) => {
      const labels = asRecord(defaultLabels);
      return { defaultLabels: asText({ ...labels, ...wanted(labels, required, values) }) };
    },
  },
});

type Tags = Readonly<Record<string, unknown>>;

function missing(tags: Tags, required: readonly string[]): readonly string[] {
  const there = new Set(
    Object.keys(tags)
      .filter((key) => tags[key] !== "")
      .map(plainKey),
  );
  return required.filter((key) => !there.has(plainKey(key)));
}

/** Those that are missing and that the config has a value for; under the key that is there without one. */
function wanted(tags: Tags, required: readonly string[], values: Tags): Tags {
  const keyOf = (asked: string) =>
    Object.keys(tags).find((key) => plainKey(key) === plainKey(asked)) ?? asked;
  return Object.fromEntries(
    missing(tags, required).flatMap((key) => (key in values ? [[keyOf(key), values[key]]] : [])),
  );
}

/** A provider's input as it crosses the wire: text, whatever its type says. */
function asText(value: Tags): never {
  return JSON.stringify(value) as never;
}

function plainKey(key: string): string {
  return key.toLowerCase().replace(/[^a-z0-9]/g, "");
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "string") {
    try {
      return asRecord(JSON.parse(value));
    } catch {
      return cannotTell("default tags");
    }
  }
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/** What can't be made again from the program. */
const stateful = [
  "aws:eks/cluster:Cluster",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kms/key:Key",
  "aws:rds/cluster:Cluster",
  "aws:rds/instance:Instance",
  "aws:s3/bucket:Bucket",
  "eks:index:Cluster",
  "gcp:container/cluster:Cluster",
  "gcp:kms/cryptoKey:CryptoKey",
  "gcp:kms/keyRing:KeyRing",
  "gcp:redis/cluster:Cluster",
  "gcp:redis/instance:Instance",
  "gcp:sql/databaseInstance:DatabaseInstance",
  "gcp:storage/bucket:Bucket",
] as const satisfies readonly ResourceType[];

export const statefulProtected = resourceRule({
  id: "all-stateful-protected",
  title: "What holds state is protected",
  severity: "high",
  description:
    "Pulumi refuses to delete or replace it until someone has taken the protection away on purpose.",
  remedy: "Set protect: true in the options (protect of the component).",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(c)"] },
  levels: inProd,
  types: stateful,
  applies: ({ type, props }) =>
    // A read replica is made again from its primary.
    !(type === "aws:rds/instance:Instance" && isSet(props, "replicateSourceDb")) &&
    !(type === "gcp:sql/databaseInstance:DatabaseInstance" && isSet(props, "masterInstanceName")),
  check: ({ opts }) => !isTrue(opts.protect) && "protect is not true",
});
