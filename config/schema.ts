import { z } from "zod";
import { blueprintNames } from "../blueprints/names";
import { presetNames } from "../blueprints/presets";
import { clouds, environments } from "../components/cloud";
import { maxBackupRetentionDays } from "../components/cluster/clusterBackup";
import { gpuTypes, kubernetesVersions } from "../components/cluster/nodePools";
import { leastProvisionedVcpus } from "../components/cluster/nodeProvisioning";
import { auditModes } from "../components/governance/audit";
import { githubBranch, githubRepository } from "../components/delivery/ciIdentity";
import { maxNotified } from "../components/governance/budget";
import { egressModes } from "../components/network/network";
import { defaultWayIn, wayInKinds } from "../components/traffic/wayIn";
import { awsRegion, capacity, count, gcpRegion, oneOf, orchestrator, text, zoneLetters } from "./fields";
import { grafana } from "./grafana";
import { images, registry } from "./imageFields";
import {
  atlas,
  backups,
  bucket,
  kafka,
  mongo,
  mysql,
  postgres,
  queue,
  recovery,
  redis,
  search,
  vectors,
} from "./storeFields";
import { alerting } from "./alerting";
import { pagerDuty } from "./pagerDuty";
import { monitoring, platformServices } from "./platform";
import { service } from "./serviceFields";
import { maintenanceExclusions, upgradeStrategy } from "./upgradeFields";

/** Longest base name: ElastiCache's ids hold 40 characters, of which `-redis-` and seven random ones are taken. */
export const maxNameLength = 24;

/** Retention periods that CloudWatch Logs takes, days: the stricter of the two clouds. */
export const logRetentionChoices = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const network = z.strictObject({
  cidr: z
    .string({ error: "an IPv4 CIDR block such as 10.0.0.0/16" })
    .describe("block of the whole network, private, /16 to /22; its layout never moves when zones are added"),
  podCidr: z
    .string({ error: "an IPv4 CIDR block such as 10.64.0.0/15" })
    .describe("block of pod addresses on GCP, /10 to /21; on AWS pods take addresses of the private subnets"),
  serviceCidr: z
    .string({ error: "an IPv4 CIDR block such as 172.20.0.0/18" })
    .describe("block of Kubernetes Service addresses, /12 to /24"),
  zones: count(1, 6)
    .optional()
    .describe(
      "how many zones nodes stand in, the first of the cloud's list; 1 for a stack that nobody minds losing, which on AWS has subnets in the list's next zone too, as control planes and databases want two; the preset's",
    ),
  egress: oneOf(egressModes)
    .optional()
    .describe(
      "how private subnets reach the internet, the preset's; GCP's one NAT spans the zones of a region",
    ),
});

const gpu = z.strictObject({
  type: oneOf(gpuTypes).describe("NVIDIA T4 or L4"),
  count: z
    .literal([1, 2, 4], { error: "one of 1, 2, 4" })
    .describe("GPUs of a node; more than 1 of t4 on GCP alone"),
});

const machine = z.strictObject({
  vcpus: z
    .literal([2, 4, 8, 16], { error: "one of 2, 4, 8, 16" })
    .describe("processors of a node, virtual ones as the cloud counts them"),
  memoryGiB: z
    .literal([8, 16, 32, 64, 128], { error: "one of 8, 16, 32, 64, 128" })
    .describe("memory of a node, GiB: 4 a processor is the general shape, 8 the memory-rich one"),
  burstable: z
    .boolean({ error: "true or false" })
    .optional()
    .describe("cheaper machines that share their processors"),
  gpu: gpu
    .optional()
    .describe(
      "GPUs of a node, for services that ask for some; with 4, 8 or 16 vCPUs and 4 GiB a vCPU, where the zones have them",
    ),
});

const nodePool = z.strictObject({
  minNodes: count(0, 1000).optional().describe("fewest nodes, all zones together"),
  initialNodes: count(0, 1000)
    .optional()
    .describe("nodes at first; the autoscaler owns the number afterwards"),
  maxNodes: count(1, 1000).optional().describe("most nodes, all zones together"),
  diskGiB: count(20, 16_000).optional().describe("root disk of a node, GiB"),
  spot: z
    .boolean({ error: "true or false" })
    .optional()
    .describe(
      "nodes that cost a third and may be taken away at short notice, but not those of system; the preset's, which has them in small",
    ),
  upgradeStrategy,
  machine: machine
    .optional()
    .describe("what a node gives, whole; nodes of the new kind stand before the old ones go"),
});

const nobody = { aws: [], gcp: [] };
const principals = z
  .strictObject({
    aws: z
      .array(text(/^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/, "the ARN of an IAM role or user"))
      .default([]),
    gcp: z
      .array(text(/^(user|group|serviceAccount):.+@.+$/, "an IAM member such as group:ops@example.com"))
      .default([]),
  })
  .default(nobody);

const nodeProvisioning = z.strictObject({
  cpuLimit: count(leastProvisionedVcpus, 100_000)
    .optional()
    .describe("most vCPUs of all nodes made to measure, together"),
  memoryGiBLimit: count(1, 1_000_000)
    .optional()
    .describe("most memory of all nodes made to measure, together, GiB"),
});

const cluster = z.strictObject({
  version: oneOf(kubernetesVersions).describe(
    "Kubernetes minor version, quoted; it goes up by one at a time and never back",
  ),
  nodesVersion: oneOf(kubernetesVersions)
    .optional()
    .describe(
      "Kubernetes minor version of the nodes, up to two behind cluster.version, so that the control plane goes first; the same where it is not given, as it always is on GCP",
    ),
  apiAccessCidrs: z
    .array(z.string(), { error: "a list of CIDR blocks" })
    .default([])
    .describe("blocks that may reach the control plane from outside the network, /8 or narrower"),
  privateAccessCidrs: z
    .array(z.string(), { error: "a list of CIDR blocks" })
    .default([])
    .describe(
      "blocks of networks joined to this one by VPN, transit gateway or peering, /8 or narrower, from which runners and operators reach the control plane's private endpoint; on GCP its DNS endpoint answers them as it is",
    ),
  admins: principals.describe(
    "who administers the cluster: IAM role ARNs, IAM members; on AWS whoever deploys is among them, as EKS gives its creator no rights",
  ),
  teams: z
    .strictObject({
      admin: principals.describe("people who may do everything in the cluster"),
      operator: principals.describe(
        "people who may change what runs in the system's namespace (Kubernetes' role edit)",
      ),
      viewer: principals.describe(
        "people who may look at the system's namespace, and not at its Secrets (Kubernetes' role view)",
      ),
    })
    .default({ admin: nobody, operator: nobody, viewer: nobody })
    .describe("who else is let into the cluster; docs/team-access.md has the rights of each"),
  backupRetentionDays: count(0, maxBackupRetentionDays)
    .optional()
    .describe(
      "how long daily backups of the cluster's objects and volumes are kept, days; 0 takes none; the preset's",
    ),
  maintenanceExclusions,
  nodePools: z
    .record(z.string(), nodePool, { error: "node pools by name" })
    .default({})
    .describe("sizes that take the place of the blueprint's"),
  nodeProvisioning: nodeProvisioning
    .optional()
    .describe(
      "limits of the nodes made to measure that take the place of the blueprint's, where that asks for such nodes",
    ),
});

const ci = z.strictObject({
  repository: text(githubRepository, "a repository on GitHub such as example/seo-platform").describe(
    "repository on GitHub whose workflows push the services' images, signed in by OIDC; of stacks that share an AWS account the one whose audit is stack makes the account's provider of GitHub's tokens, and the others need it",
  ),
  branch: text(githubBranch, "a branch's name").default("main").describe("branch whose workflows may push"),
  provider: oneOf(["stack", "account"])
    .default("stack")
    .describe(
      "who makes the AWS account's one provider of GitHub's tokens: the stack whose audit is stack, or account where it stands already, as it does where bootstrap made a deployer",
    ),
});

const edge = z.strictObject({
  enabled: z
    .boolean({ error: "true or false" })
    .optional()
    .describe(
      "whether CDN and web application firewall stand before the load balancer, where the blueprint has them; without them clients come straight to it; the preset's, which is false in small",
    ),
  requestsPerFiveMinutes: count(100, 1_000_000)
    .optional()
    .describe("requests of one address in five minutes, above which it is refused; the blueprint's or 2000"),
  shieldAdvanced: z
    .boolean({ error: "true or false" })
    .default(false)
    .describe(
      "Shield Advanced for the CDN and the zone, on AWS alone; the account's subscription to it is made by hand first",
    ),
});

const budget = z.strictObject({
  monthlyUsd: count(1, 10_000_000).describe(
    "what the account or project may cost in a month, US dollars: messages go out at 50, 80 and 100 percent, and when more than all of it is forecast; nothing is stopped",
  ),
  notify: z
    .array(z.email({ error: "an e-mail address" }), { error: "a list of e-mail addresses" })
    .min(1, "at least one e-mail address")
    .max(maxNotified, `at most ${maxNotified} e-mail addresses`)
    .refine((addresses) => new Set(addresses).size === addresses.length, "each address once")
    .describe("who is written to"),
});

const aws = z.strictObject({
  region: awsRegion.describe("region on AWS"),
  accountId: text(/^\d{12}$/, "an AWS account id of 12 digits, quoted").describe(
    "the one account the program may touch",
  ),
  permissionsBoundary: text(/^arn:aws[a-z-]*:iam::\d{12}:policy\/.+$/, "the ARN of an IAM policy")
    .optional()
    .describe(
      "policy that holds every role that the stack makes, as bootstrap's deployer demands it (deployers.<name>.permissionsBoundary there)",
    ),
  anomalyMonitorArn: text(/^arn:aws[a-z-]*:ce::\d{12}:anomalymonitor\/.+$/, "an anomaly monitor's ARN")
    .optional()
    .describe("the account's monitor of AWS services, where it has one: an account may have no second"),
  zones: zoneLetters.describe("letters of the zones your account may use there, in the order they are taken"),
});

const gcp = z.strictObject({
  region: gcpRegion.describe("region on GCP"),
  project: text(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, "a GCP project id of 6 to 30 characters").describe(
    "project that holds everything",
  ),
  zones: zoneLetters.describe("letters of the zones your account may use there, in the order they are taken"),
  billingAccount: text(
    /^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/,
    "a billing account such as 012345-6789AB-CDEF01",
  )
    .optional()
    .describe("account that pays for the project; a budget is kept there, and needs it"),
  securityGroup: text(
    /^gke-security-groups@.+\..+$/,
    "the group gke-security-groups at your domain, such as gke-security-groups@example.com",
  )
    .optional()
    .describe("group of Google Groups that holds the groups of cluster.teams, as GKE asks for it"),
  admittedRegistries: z
    .array(registry, { error: "a list of registries" })
    .default([])
    .describe(
      "registries, with their paths, that clusters of the project may run every image of, beside the stack's own and the charts': those of other stacks in the project, and of what you run besides; only where groundwork:audit is stack, as a project has one Binary Authorization policy",
    ),
  constraints: z
    .boolean({ error: "true or false" })
    .default(true)
    .describe(
      "whether the stack whose audit is stack sets the organisation's constraints for the project, which takes roles/orgpolicy.policyAdmin of the organisation; false where the project has no organisation, or that sets them itself",
    ),
});

/** What a stack file may say, key by key; anything else is refused. Defaults of a stack live here and nowhere else. */
export const stackSchema = z.strictObject({
  cloud: oneOf(clouds).describe("where the stack stands"),
  blueprint: oneOf(blueprintNames).describe("which system to stand up"),
  environment: oneOf(environments).describe(
    "what kind of stack it is: protection, policy levels and, unless it is given, the preset go by it",
  ),
  preset: oneOf(presetNames)
    .optional()
    .describe(
      "how large the system is: small in dev, standard in staging and ha, which is what the blueprint says, in prod unless given",
    ),
  name: text(
    new RegExp(`^[a-z]([a-z0-9-]{0,${maxNameLength - 2}}[a-z0-9])?$`),
    `at most ${maxNameLength} lower-case letters, digits and dashes, from a letter on (longer would pass ElastiCache's 40-character limit)`,
  )
    .optional()
    .describe("base of every name; the blueprint and the environment, joined, where it is not given"),
  domain: text(
    /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,}$/,
    "a DNS name such as seo.example.com",
  ).describe("where the system is served"),
  contactEmail: z.email({ error: "an e-mail address" }).describe("where the certificate authority writes to"),
  owner: text(/^[a-z0-9_-]{1,63}$/, "a team's name of up to 63 lower-case letters, digits, dashes").describe(
    "team that owns the stack, as a tag",
  ),
  costCenter: text(
    /^[a-z0-9_-]{1,63}$/,
    "a cost centre of up to 63 lower-case letters, digits, dashes",
  ).describe("who pays for the stack, as a tag"),
  logRetentionDays: z.coerce
    .number<string>({ error: "a number of days" })
    .refine(
      (days) => (logRetentionChoices as readonly number[]).includes(days),
      `one of ${logRetentionChoices.join(", ")}`,
    )
    .optional()
    .describe("how long audit, control-plane and flow logs are kept, days; the preset's"),
  network,
  cluster,
  postgres: postgres.optional(),
  mysql: mysql.optional(),
  redis: redis.optional(),
  kafka: kafka.optional(),
  mongo: mongo.optional(),
  atlas: atlas
    .optional()
    .describe("account of MongoDB Atlas; needed where that runs a store, as it does in the preset ha"),
  search: search.optional(),
  vectors: vectors.optional(),
  dr: recovery.optional(),
  backups: backups
    .optional()
    .describe(
      "backups of the databases that nobody can delete before their time, beside those that each server keeps itself; in the presets standard and ha, and wherever this key stands",
    ),
  queues: z
    .record(z.string(), queue, { error: "queues by name" })
    .default({})
    .describe("what takes the place of the blueprint's, by queue"),
  bucket: bucket.default({ archiveAfterDays: 90, noncurrentRetentionDays: 30, lock: "compliance" }),
  alerting: alerting.default({ teams: {} }),
  grafana: grafana.default({}),
  pagerDuty,
  monitoring,
  platform: platformServices
    .default({})
    .describe("services of the platform beside those that every system stands on, by what runs them"),
  orchestrator,
  capacity,
  ingress: oneOf(wayInKinds)
    .default(defaultWayIn)
    .describe(
      "how requests get into the cluster: gateway by routes of the Gateway API (NGINX Gateway Fabric), ingress by Ingress objects (F5's NGINX Ingress Controller); another one is another load balancer, to which the domain's records then point",
    ),
  images: images.default({ admittedRegistries: [] }),
  ci: ci.optional(),
  edge: edge.default({ shieldAdvanced: false }),
  budget: budget.optional(),
  audit: oneOf(auditModes)
    .optional()
    .describe(
      "whether the stack makes what watches its whole account or project (audit trail, threat detection, configuration history, access analysis): stack in prod and none elsewhere unless said; of stacks that share an account or project only one may say stack, since there can be only one of each; on GCP it records who reads and writes objects in every bucket of the project, so that where no stack says it nobody does",
    ),
  services: z
    .record(z.string(), service, { error: "services by name" })
    .default({})
    .describe("what takes the place of the blueprint's, by service"),
  aws: aws.optional(),
  gcp: gcp.optional(),
});

/** A stack file's content, checked key by key. */
export type StackFile = z.infer<typeof stackSchema>;

/**
 * Keys whose values are secret, and the environments that cannot do without them: prod pages and has somebody who notices
 * when nothing can page any more, staging and prod write to the channel, dev disturbs nobody. A stack that names
 * `images.username` needs `registryPassword` as well, one that names `pagerDuty` has `pagerDutyToken` in
 * place of the key, one whose MongoDB Atlas runs `mongodbAtlasClientSecret`, one whose mail
 * is sent by somebody who signs in `smtpPassword`.
 */
export const secretKeys = {
  pagerDutyRoutingKey: ["prod"],
  pagerDutyToken: [],
  slackWebhookUrl: ["staging", "prod"],
  deadMansSwitchUrl: ["prod"],
  smtpPassword: [],
  teamReceivers: [],
  registryPassword: [],
  mongodbAtlasClientSecret: [],
  mongodbAtlasPagerDutyKey: [],
  argoCdRepositoryToken: [],
  argoCdClientSecret: [],
  grafanaClientSecret: [],
} as const satisfies Record<string, readonly (typeof environments)[number][]>;
export type SecretKey = keyof typeof secretKeys;
