import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { physicalName } from "../../components/names";

/** APIs that the platform calls, without `.googleapis.com`. Turning one on that is on already changes nothing. */
export const projectApis = [
  "artifactregistry",
  "billingbudgets",
  "binaryauthorization",
  "certificatemanager",
  "cloudkms",
  "cloudresourcemanager",
  "cloudscheduler",
  "compute",
  "container",
  "containerscanning",
  "dns",
  "gkebackup",
  "iam",
  "iamcredentials",
  "logging",
  "managedkafka",
  "monitoring",
  "networkconnectivity",
  "orgpolicy",
  "pubsub",
  "redis",
  "secretmanager",
  "securitycenter",
  "servicenetworking",
  "sqladmin",
  "storage",
  "storagetransfer",
  "sts",
  "workflowexecutions",
  "workflows",
] as const;
export type ProjectApi = (typeof projectApis)[number];

/** Google's own accounts, one a service and project, that use our keys: IAM members (`serviceAccount:…`). */
export interface ServiceAgents {
  /** Artifact Registry: images. */
  readonly artifactregistry: pulumi.Output<string>;
  /** Persistent disks: nodes' boot disks and pods' volumes. */
  readonly compute: pulumi.Output<string>;
  /** GKE: Secrets in the cluster's own database. */
  readonly container: pulumi.Output<string>;
  /** Backup for GKE: what it keeps of a cluster. */
  readonly gkebackup: pulumi.Output<string>;
  /** Cloud Logging: the buckets that log entries are kept in. */
  readonly logging: pulumi.Output<string>;
  /** Managed Service for Apache Kafka: messages. */
  readonly managedkafka: pulumi.Output<string>;
  /** Pub/Sub: messages. */
  readonly pubsub: pulumi.Output<string>;
  readonly redis: pulumi.Output<string>;
  /** Secret Manager: values of secrets. */
  readonly secretmanager: pulumi.Output<string>;
  readonly sql: pulumi.Output<string>;
  readonly storage: pulumi.Output<string>;
  /** Workflows: what their runs hold. */
  readonly workflows: pulumi.Output<string>;
}

/** Arguments of a {@link GcpProject}. */
export interface GcpProjectArgs {
  /** Id of the project; it exists, with billing on. */
  readonly projectId: string;
  readonly region: string;
  /** Set on every resource that takes labels, by the provider. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What a class of this cloud is told besides its contract's arguments. */
export interface GcpPlacement {
  readonly region: string;
  readonly project: GcpProject;
}

/** Lengths that a service account's id may have, characters. */
const accountIdLength = { least: 6, most: 30 } as const;

/** Id of a service account: the parts joined by dashes, cut where they are longer than IAM takes. */
export function accountId(...parts: readonly string[]): string {
  const id = physicalName(accountIdLength.most, ...parts);
  if (id.length < accountIdLength.least) {
    throw new Error(
      `service account name: expected ${accountIdLength.least} characters or more, got "${id}"`,
    );
  }
  return id;
}

/** The project that everything is made in: its provider, its APIs turned on, Google's agents in it. */
export class GcpProject extends pulumi.ComponentResource {
  readonly projectId: string;
  /** Number of the project: what some APIs name it by. */
  readonly number: pulumi.Output<string>;
  readonly provider: gcp.Provider;
  /** Makes the parts of names that GCP keeps taken after a deletion and that Pulumi does not name by itself. */
  readonly random: random.Provider;
  readonly agents: ServiceAgents;
  private readonly services: ReadonlyMap<ProjectApi, gcp.projects.Service>;

  constructor(name: string, args: GcpProjectArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Project", name, {}, opts);
    const { projectId, region, labels } = args;

    this.projectId = projectId;
    this.provider = new gcp.Provider(
      name,
      {
        project: projectId,
        region,
        defaultLabels: labels,
        // a person's credentials are of no project, and some APIs (orgpolicy, billingbudgets) refuse calls that none pays for
        userProjectOverride: true,
        billingProject: projectId,
      },
      { parent: this },
    );
    this.random = new random.Provider(name, {}, { parent: this });
    const child = { parent: this, provider: this.provider };
    this.services = new Map(
      projectApis.map((api) => [
        api,
        new gcp.projects.Service(
          `${name}-${api}`,
          // other things in the project may use an API as well: it stays on when this stack goes
          { project: projectId, service: `${api}.googleapis.com`, disableOnDestroy: false },
          child,
        ),
      ]),
    );
    this.number = gcp.organizations.getProjectOutput(
      { projectId },
      // the agents that are named by number come with their API
      {
        ...child,
        dependsOn: [this.api("cloudresourcemanager"), this.api("compute"), this.api("container")],
      },
    ).number;
    this.agents = serviceAgents(name, this, child);
    this.registerOutputs({ projectId });
  }

  /** The API's activation, for `dependsOn` of what calls it first. */
  api(api: ProjectApi): gcp.projects.Service {
    const service = this.services.get(api);
    if (service === undefined) {
      throw new Error(`api: expected one of ${projectApis.join(", ")}, got ${api}`);
    }
    return service;
  }
}

/**
 * Names the agents, and makes those that do not come with their API. Their addresses hold the project's number:
 * https://cloud.google.com/iam/docs/service-agents
 */
function serviceAgents(
  name: string,
  project: GcpProject,
  child: { readonly parent: GcpProject; readonly provider: gcp.Provider },
): ServiceAgents {
  const { projectId, number } = project;
  const { member: storage } = gcp.storage.getProjectServiceAccountOutput(
    { project: projectId },
    { ...child, dependsOn: [project.api("storage")] },
  );
  const { serviceAccountId: logging } = gcp.logging.getProjectCmekSettingsOutput(
    { project: projectId },
    { ...child, dependsOn: [project.api("logging")] },
  );
  const identity = (api: ProjectApi): pulumi.Output<string> =>
    new gcp.projects.ServiceIdentity(
      `${name}-${api}-agent`,
      { project: projectId, service: `${api}.googleapis.com` },
      { ...child, dependsOn: [project.api(api)] },
    ).member;
  return {
    artifactregistry: identity("artifactregistry"),
    compute: pulumi.interpolate`serviceAccount:service-${number}@compute-system.iam.gserviceaccount.com`,
    container: pulumi.interpolate`serviceAccount:service-${number}@container-engine-robot.iam.gserviceaccount.com`,
    gkebackup: identity("gkebackup"),
    logging: pulumi.interpolate`serviceAccount:${logging}`,
    managedkafka: identity("managedkafka"),
    pubsub: identity("pubsub"),
    redis: identity("redis"),
    secretmanager: identity("secretmanager"),
    sql: identity("sqladmin"),
    storage,
    workflows: identity("workflows"),
  };
}
