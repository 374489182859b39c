import { z } from "zod";
import { blueprintNames } from "../blueprints/names";
import { clouds, environments } from "../components/cloud";
import { kubernetesVersions } from "../components/cluster/nodePools";
import { postgresVersions } from "../components/data/postgres";
import { egressModes } from "../components/network/network";

/** Longest base name: ElastiCache's ids hold 40 characters, of which `-redis-` and seven random ones are taken. */
export const maxNameLength = 24;

/** Retention periods that CloudWatch Logs takes, days: the stricter of the two clouds. */
export const logRetentionChoices = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const count = (least: number, most: number) => {
  const range = `a whole number from ${least} to ${most}`;
  return z.int({ error: range }).min(least, range).max(most, range);
};
const text = (pattern: RegExp, what: string) => z.string({ error: what }).regex(pattern, what);
const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });

const zoneLetters = z
  .array(text(/^[a-z]$/, "a zone's letter, such as a"), {
    error: "a list of zone letters, such as [a, b, c]",
  })
  .min(2, "at least 2 zones")
  .refine((zones) => new Set(zones).size === zones.length, "each zone once");

const network = z.strictObject({
  cidr: z.string({ error: "an IPv4 CIDR block such as 10.0.0.0/16" }),
  podCidr: z.string({ error: "an IPv4 CIDR block such as 100.64.0.0/15" }),
  serviceCidr: z.string({ error: "an IPv4 CIDR block such as 172.20.0.0/18" }),
  zones: count(2, 6),
  egress: oneOf(egressModes).default("perZone"),
});

const nodePool = z.strictObject({
  minNodes: count(0, 1000).optional(),
  initialNodes: count(0, 1000).optional(),
  maxNodes: count(1, 1000).optional(),
  diskGiB: count(20, 16_000).optional(),
});

const cluster = z.strictObject({
  version: oneOf(kubernetesVersions),
  apiAccessCidrs: z.array(z.string(), { error: "a list of CIDR blocks" }).default([]),
  admins: z
    .strictObject({
      aws: z
        .array(text(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/, "the ARN of an IAM role or user"))
        .default([]),
      gcp: z
        .array(text(/^(user|group|serviceAccount):.+@.+$/, "an IAM member such as group:ops@example.com"))
        .default([]),
    })
    .default({ aws: [], gcp: [] }),
  nodePools: z.record(z.string(), nodePool, { error: "node pools by name" }).default({}),
});

const postgres = z.strictObject({
  version: oneOf(postgresVersions),
  backupRetentionDays: count(1, 35),
  highAvailability: z.boolean({ error: "true or false" }).optional(),
  readReplicas: count(0, 5).optional(),
  diskGiB: count(20, 65_536).optional(),
});

const redis = z.strictObject({
  snapshotRetentionDays: count(0, 35),
  shards: count(1, 250).optional(),
  replicasPerShard: count(0, 2).optional(),
});

const bucket = z.strictObject({
  archiveAfterDays: count(0, 3650).default(90),
  noncurrentRetentionDays: count(1, 3650).default(30),
});

const service = z.strictObject({
  /** Version to run; the blueprint's where it is not given. */
  tag: text(
    /^(?!latest$)[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
    "an image tag that never moves, so not latest",
  ).optional(),
  digest: text(/^sha256:[0-9a-f]{64}$/, "an image digest, sha256: and 64 hexadecimal digits").optional(),
  minReplicas: count(1, 1000).optional(),
  maxReplicas: count(1, 5000).optional(),
});

const images = z.strictObject({
  registry: text(/^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._/-]+)?$/, "a registry and path such as ghcr.io/example"),
});

const aws = z.strictObject({
  region: text(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as us-east-1"),
  accountId: text(/^\d{12}$/, "an AWS account id of 12 digits, quoted"),
  zones: zoneLetters,
});

const gcp = z.strictObject({
  region: text(/^[a-z]+-[a-z]+\d+$/, "a GCP region such as us-east1"),
  project: text(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "a GCP project id of 6 to 30 characters"),
  zones: zoneLetters,
});

/** What a stack file may say, key by key; anything else is refused. Defaults of a stack live here and nowhere else. */
export const stackSchema = z.strictObject({
  cloud: oneOf(clouds),
  blueprint: oneOf(blueprintNames),
  environment: oneOf(environments),
  /** Base of every name; the blueprint and the environment where it is not given. */
  name: text(
    new RegExp(`^[a-z]([a-z0-9-]{0,${maxNameLength - 2}}[a-z0-9])?$`),
    `at most ${maxNameLength} lower-case letters, digits and dashes, from a letter on (longer would pass ElastiCache's 40-character limit)`,
  ).optional(),
  domain: text(/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/, "a DNS name such as seo.example.com"),
  contactEmail: z.email({ error: "an e-mail address" }),
  owner: text(/^[a-z0-9_-]{1,63}$/, "a team's name of up to 63 lower-case letters, digits, dashes"),
  costCenter: text(/^[a-z0-9_-]{1,63}$/, "a cost centre of up to 63 lower-case letters, digits, dashes"),
  logRetentionDays: z.coerce
    .number<string>({ error: "a number of days" })
    .refine(
      (days) => (logRetentionChoices as readonly number[]).includes(days),
      `one of ${logRetentionChoices.join(", ")}`,
    )
    .default(365),
  network,
  cluster,
  postgres,
  redis,
  bucket: bucket.default({ archiveAfterDays: 90, noncurrentRetentionDays: 30 }),
  images,
  /** Overrides of the blueprint's services, by name. */
  services: z.record(z.string(), service, { error: "services by name" }).default({}),
  aws: aws.optional(),
  gcp: gcp.optional(),
});

/** A stack file's content, checked key by key. */
export type StackFile = z.infer<typeof stackSchema>;

/** Keys whose values are secret, and the environments that cannot do without them. */
export const secretKeys = {
  pagerDutyRoutingKey: ["prod"],
  slackWebhookUrl: ["staging", "prod"],
} as const satisfies Record<string, readonly (typeof environments)[number][]>;
export type SecretKey = keyof typeof secretKeys;
