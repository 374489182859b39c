import { holdsCredential, show } from "../check";
import { always, fromStaging, onlyWarns } from "../levels";
import { MalformedError } from "../malformed";
import type { AnyResource } from "../resource";
import { everyTypeRule } from "../rule";
import { isUnknownValue } from "../unknown";

/** Types whose business secrets are, and those that rules of their own look into. */
const looksAfterItself =
  /^(pulumi:|random:|tls:|vault:|command:|kubernetes:(core\/v1:(ConfigMap|Secret|Pod)|apps\/v1|batch\/v1|argoproj\.io\/v1alpha1:Rollout|helm\.sh\/)|aws:(ecs\/taskDefinition|secretsmanager\/secretVersion|ssm\/parameter):|gcp:(cloudrunv2\/(job|service)|secretmanager\/secretVersion):)/;

export const noPlaintextSecrets = everyTypeRule({
  id: "all-no-plaintext-secrets",
  title: "No credential stands in an input",
  severity: "critical",
  description:
    "What looks like a key of AWS or Google, a private key, a token or an address with a password is read by everyone who may see the resource, its plan or its state.",
  remedy: "Take the credential back, make another, and name the secret that holds it instead.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: always,
  concerns: (type) => !looksAfterItself.test(type),
  check: ({ props }) =>
    [...textsIn(props, "")]
      .filter(([, text]) => holdsCredential(text))
      .map(([path]) => `${path} holds what looks like a credential`),
});

/** Names of other environments, accounts, projects and blocks are those of the config: none are known by themselves. */
export const isolated = everyTypeRule({
  id: "all-environment-isolation",
  title: "Nothing of another environment is named",
  severity: "high",
  description:
    "An account, project, network or name of another environment is a way from one to the other, or a mistake on its way to become one.",
  remedy: "Name what is of this stack, or take the text out of foreign.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  settings: {
    foreign: {
      schema: {
        type: "array",
        items: { type: "string" },
        description:
          "What names other environments: accounts, projects, blocks of addresses, parts of names.",
      },
      values: { dev: [] as string[], staging: [] as string[], prod: [] as string[] },
    },
  },
  concerns: (type) => /^(aws|gcp|kubernetes|vault|mongodbatlas|pulumi:providers):/.test(type),
  applies: (_, { foreign }) => foreign.length > 0,
  check: ({ props }, { foreign }) =>
    [...textsIn(props, "")].flatMap(([path, text]) =>
      foreign.filter((name) => text.includes(name)).map((name) => `${path} names ${show(name)}`),
    ),
});

/** Every text among the inputs that is known, with its path; of what is not known nothing can be said, nor has to be. */
function* textsIn(value: unknown, path: string): Generator<readonly [path: string, text: string]> {
  if (typeof value === "string") {
    yield [path, value];
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const key of Object.keys(value)) {
    yield* textsIn(
      known(value, key),
      path === "" ? key : Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`,
    );
  }
}

/** What stands there; nothing where it is not known yet, or is null. */
function known(holder: object, key: string): unknown {
  try {
    return (holder as Readonly<Record<string, unknown>>)[key];
  } catch (error) {
    if (isUnknownValue(error) || error instanceof MalformedError) return undefined;
    throw error;
  }
}

/** Where a resource may be said to be. */
const places = ["region", "location", "zone", "availabilityZone"] as const;

export const regions = everyTypeRule({
  id: "all-allowed-regions",
  title: "Everything is where it may be",
  severity: "high",
  description:
    "What stands in another region is under other laws, outside of the region's backups and alarms, and nobody looks there.",
  remedy: "Set region, location or zone to one of regions.",
  controls: { soc2: ["CC6.1"], gdpr: ["44"] },
  levels: always,
  settings: {
    regions: {
      schema: {
        type: "array",
        items: { type: "string" },
        description:
          "Regions that resources may be in; * stands for any characters, and zones are of their region.",
      },
      values: { dev: ["*"], staging: ["*"], prod: ["*"] },
    },
  },
  // those of every SDK of a cloud: aws, awsx, aws-native
  concerns: (type) => /^(pulumi:providers:)?(aws|gcp)/.test(type),
  applies: (_, { regions: allowed }) => !allowed.includes("*"),
  check: ({ props }, { regions: allowed }) =>
    places
      .map((place) => [place, known(props, place)] as const)
      .filter((found): found is readonly [(typeof places)[number], string] => typeof found[1] === "string")
      .filter(([, value]) => value !== "global" && !allowed.some((pattern) => isIn(value, pattern)))
      .map(([place, value]) => `${place} is ${show(value)}, which is none of regions`),
});

/** Whether a region or one of its zones goes by the pattern; Cloud Storage writes regions in capitals. */
function isIn(value: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split("*");
  return new RegExp(`^${parts.join(".*")}(-?[a-z])?$`).test(value.toLowerCase());
}

/** Types that the SDKs keep for what is there already, with what took their place: @pulumi/aws 7, @pulumi/gcp 9. */
const successors: Readonly<Record<string, string>> = {
  "aws:ec2/encryptionControl:EncryptionControl": "ec2.VpcEncryptionControl",
  "gcp:bigquery/appProfile:AppProfile": "bigtable.AppProfile",
  "gcp:compute/mangedSslCertificate:MangedSslCertificate": "compute.ManagedSslCertificate",
};

export const currentTypes = everyTypeRule({
  id: "all-no-deprecated-types",
  title: "Resources are of types that stay",
  severity: "low",
  description:
    "A type that was given up goes with the provider's next major version, in the middle of something else.",
  remedy: "Take the type that came after, with an alias of the old one.",
  controls: { soc2: ["CC8.1"] },
  levels: fromStaging,
  concerns: (type) => /^(aws|gcp):/.test(type),
  check: ({ type }) => {
    const successor =
      successors[type] ?? (/^aws:s3\/bucket\w*V2:/.test(type) ? "the one without V2" : undefined);
    return successor !== undefined && `its type has been given up for ${successor}`;
  },
});

/** Where the size of a machine stands, by type. */
const sizes: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/instance:Instance": ["instanceType"],
  "aws:ec2/launchTemplate:LaunchTemplate": ["instanceType"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["nodeType"],
  "aws:rds/clusterInstance:ClusterInstance": ["instanceClass"],
  "aws:rds/instance:Instance": ["instanceClass"],
  "gcp:compute/instance:Instance": ["machineType"],
};

const huge = [
  "*.metal*",
  "*.24xlarge",
  "*.32xlarge",
  "*.48xlarge",
  "*-96",
  "*-128",
  "*-192",
  "*-224",
  "*-360",
];

export const bounded = everyTypeRule({
  id: "all-size-limits",
  title: "Nobody pays for a machine that nobody asked for",
  severity: "low",
  description:
    "The largest machines cost a month's budget in a day, and one more figure in a name is all it takes.",
  remedy: "Take a smaller size, or take the pattern out of tooLarge.",
  controls: { soc2: ["A1.1"] },
  levels: onlyWarns,
  settings: {
    tooLarge: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Sizes of machines that are too large; * stands for any characters.",
      },
      values: {
        dev: [...huge, "*.8xlarge", "*.12xlarge", "*.16xlarge", "*-32", "*-64"],
        staging: [...huge, "*.12xlarge", "*.16xlarge", "*-64"],
        prod: huge,
      },
    },
  },
  concerns: (type) => sizes[type] !== undefined,
  check: (resource, { tooLarge }) =>
    (sizes[resource.type] ?? []).map((key) => sizeOf(resource, key, tooLarge)),
});

function sizeOf({ props }: AnyResource, key: string, tooLarge: readonly string[]): string | false {
  const size = props[key];
  if (typeof size !== "string") return false;
  const found = tooLarge.find((pattern) =>
    new RegExp(
      `^${pattern
        .split("*")
        .map((part) => part.replace(/\./g, "\\."))
        .join(".*")}$`,
    ).test(size),
  );
  return found !== undefined && `${key} is ${show(size)}, which is too large (${found})`;
}
