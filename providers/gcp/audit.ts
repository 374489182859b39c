import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Audit, AuditArgs } from "../../components/governance/audit";
import { GcpKey } from "./key";
import type { GcpPlacement, GcpProject } from "./project";

/** What is read and written is recorded as well; what is changed always is. */
const logTypes = ["ADMIN_READ", "DATA_READ", "DATA_WRITE"] as const;

/**
 * Constraints of the organisation that a project may set for itself, each on or off: no keys to lose, no bucket open to
 * the world or answering without TLS, no machine that boots what it should not. The project must belong to an
 * organisation, and who deploys needs `roles/orgpolicy.policyAdmin`, which only the organisation grants.
 * https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints
 */
const enforced = [
  "compute.disableSerialPortAccess",
  "compute.requireOsLogin",
  "compute.requireShieldedVm",
  "iam.automaticIamGrantsForDefaultServiceAccounts",
  "iam.disableServiceAccountKeyCreation",
  "iam.disableServiceAccountKeyUpload",
  "sql.restrictPublicIp",
  "storage.publicAccessPrevention",
  "storage.secureHttpTransport",
  "storage.uniformBucketLevelAccess",
] as const;

/** Constraints that list what is allowed, and here allow nothing. */
const denied = ["compute.vmExternalIpAccess"] as const;

/** Arguments of a {@link GcpAudit}. */
export interface GcpAuditArgs extends AuditArgs, GcpPlacement {
  /**
   * Whether to set the constraints: not where the project has no organisation, or that sets them itself.
   *
   * @default true
   */
  readonly constraints?: boolean;
}

/** {@link Audit} of a GCP project: its audit logs in a locked bucket, its findings on a topic, and its constraints. */
export class GcpAudit extends pulumi.ComponentResource implements Audit {
  readonly recordName: pulumi.Output<string>;
  /** Topic of what Security Command Center finds. */
  readonly findingsTopic: pulumi.Output<string>;

  constructor(name: string, args: GcpAuditArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Audit", name, {}, opts);
    const { project, constraints = true } = args;
    const child = { parent: this };

    new gcp.projects.IAMAuditConfig(
      `${name}-data-access`,
      {
        project: project.projectId,
        service: "allServices",
        auditLogConfigs: logTypes.map((logType) => ({ logType })),
      },
      { ...child, dependsOn: [project.api("cloudresourcemanager")] },
    );
    const bucket = lockedRecord(`${name}-record`, args, child);
    const findings = announceFindings(`${name}-findings`, project, child);
    if (constraints) constrain(`${name}-policy`, project, child);

    this.findingsTopic = findings.id;
    this.recordName = bucket.bucketId;
    this.registerOutputs({ recordName: this.recordName });
  }
}

/**
 * Every audit log of the project, under our key, in a bucket whose retention nobody can shorten and that nobody can delete
 * before it is empty, its owner included.
 */
function lockedRecord(
  name: string,
  { retentionDays, protect = true, region, project }: AuditArgs & GcpPlacement,
  opts: { readonly parent: pulumi.Resource },
): gcp.logging.ProjectBucketConfig {
  const key = new GcpKey(
    `${name}-key`,
    { region, project, protect, users: { logging: project.agents.logging } },
    opts,
  );
  // a deleted bucket holds its id for seven days: https://cloud.google.com/logging/docs/buckets#delete-bucket
  const { hex } = new random.RandomId(name, { byteLength: 4 }, { ...opts, provider: project.random });
  const bucket = new gcp.logging.ProjectBucketConfig(
    name,
    {
      project: project.projectId,
      location: region,
      bucketId: pulumi.interpolate`${name}-${hex}`,
      description: "audit logs of the project",
      retentionDays,
      locked: true,
      cmekSettings: { kmsKeyName: key.keyId },
    },
    { ...opts, protect, dependsOn: [...key.grants] },
  );
  const sink = new gcp.logging.ProjectSink(
    name,
    {
      description: "audit logs of the project",
      destination: pulumi.interpolate`logging.googleapis.com/${bucket.id}`,
      filter: `logName:"projects/${project.projectId}/logs/cloudaudit.googleapis.com"`,
      uniqueWriterIdentity: true,
    },
    opts,
  );
  // what is changed goes to `_Required`, at no charge; what is read and written would be paid for in `_Default` once more
  new gcp.logging.ProjectExclusion(
    `${name}-data-access`,
    {
      description: `who read and wrote what: kept in ${name}`,
      filter: `logName="projects/${project.projectId}/logs/cloudaudit.googleapis.com%2Fdata_access"`,
    },
    // only once they are kept elsewhere
    { ...opts, dependsOn: [sink] },
  );
  return bucket;
}

/** What Security Command Center finds, as it finds it; the project must have it on, Standard tier or better. */
function announceFindings(
  name: string,
  project: GcpProject,
  opts: { readonly parent: pulumi.Resource },
): gcp.pubsub.Topic {
  const topic = new gcp.pubsub.Topic(name, {}, { ...opts, dependsOn: [project.api("pubsub")] });
  const notification = new gcp.securitycenter.V2ProjectNotificationConfig(
    name,
    {
      project: project.projectId,
      location: "global",
      configId: name,
      description: "active findings of high or critical severity",
      pubsubTopic: topic.id,
      streamingConfig: {
        filter: 'state="ACTIVE" AND NOT mute="MUTED" AND (severity="HIGH" OR severity="CRITICAL")',
      },
    },
    { ...opts, dependsOn: [project.api("securitycenter")] },
  );
  new gcp.pubsub.TopicIAMMember(
    `${name}-publisher`,
    {
      topic: topic.id,
      role: "roles/pubsub.publisher",
      member: pulumi.interpolate`serviceAccount:${notification.serviceAccount}`,
    },
    opts,
  );
  return topic;
}

function constrain(name: string, project: GcpProject, opts: { readonly parent: pulumi.Resource }): void {
  const owner = `projects/${project.projectId}`;
  const rules = [
    ...enforced.map((constraint) => [constraint, { enforce: "TRUE" }] as const),
    ...denied.map((constraint) => [constraint, { denyAll: "TRUE" }] as const),
  ];
  for (const [constraint, rule] of rules) {
    new gcp.orgpolicy.Policy(
      `${name}-${constraint
        .replace(/([A-Z])/g, "-$1")
        .replace(".", "-")
        .toLowerCase()}`,
      { parent: owner, name: `${owner}/policies/${constraint}`, spec: { rules: [rule] } },
      { ...opts, dependsOn: [project.api("orgpolicy")] },
    );
  }
}
