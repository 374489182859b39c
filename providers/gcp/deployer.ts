import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import {
  type DeploymentSpec,
  environmentSubject,
  pullRequestSubject,
  stateMeta,
  stateOf,
} from "../../components/delivery/deployer";
import { actAs } from "./githubPool";
import { accountId, type GcpProject } from "./project";

/**
 * What a deployer is in the project that it deploys to: administrator of each service that the program uses, and of nothing
 * else. It is neither owner nor editor, can't delete or move the project, and makes no role of its own or constraint of the
 * organisation: the first update, which does, is a person's. As an account that it attaches to nodes or to a workflow it may
 * act by a grant on that account alone (bootstrap/README.md), not on all there are.
 */
export const deployerRoles = [
  "roles/artifactregistry.admin",
  "roles/binaryauthorization.policyEditor",
  "roles/certificatemanager.editor",
  "roles/cloudkms.admin",
  "roles/cloudscheduler.admin",
  "roles/cloudsql.admin",
  "roles/compute.admin",
  "roles/container.admin",
  "roles/dns.admin",
  "roles/gkebackup.admin",
  "roles/iam.serviceAccountAdmin",
  "roles/iam.workloadIdentityPoolAdmin",
  "roles/logging.configWriter",
  "roles/managedkafka.admin",
  "roles/monitoring.editor",
  "roles/networkconnectivity.consumerNetworkAdmin",
  "roles/pubsub.admin",
  "roles/redis.admin",
  "roles/run.admin",
  "roles/secretmanager.admin",
  "roles/servicenetworking.networksAdmin",
  "roles/serviceusage.serviceUsageAdmin",
  "roles/storage.admin",
  "roles/storagetransfer.admin",
  "roles/workflows.admin",
] as const;

/**
 * The only roles that it may give or take on the project, which are those that the program gives: without this bound it
 * could make itself owner. test/providers/gcp/deployer.spec.ts fails when a stack gives another.
 */
export const grantableRoles = [
  "roles/artifactregistry.reader",
  "roles/cloudsql.client",
  "roles/cloudsql.instanceUser",
  "roles/container.admin",
  "roles/container.clusterViewer",
  "roles/container.defaultNodeServiceAccount",
  "roles/managedkafka.client",
  "roles/monitoring.viewer",
  "roles/redis.dbConnectionUser",
  "roles/workflows.invoker",
] as const;

/** What there is and how it is set: neither objects nor values of secrets, as the basic role of a viewer would show. */
const previewerRoles = [
  "roles/browser",
  "roles/cloudasset.viewer",
  "roles/cloudsql.viewer",
  "roles/compute.viewer",
  "roles/container.clusterViewer",
  "roles/iam.securityReviewer",
  "roles/managedkafka.viewer",
  "roles/redis.viewer",
  // calls are counted on the project, which takes a right of its own
  "roles/serviceusage.serviceUsageConsumer",
  // who copies objects is asked for in each preview
  "roles/storagetransfer.viewer",
] as const;

/** Most roles that one `hasOnly` of a condition takes. */
const maxRolesOfCondition = 10;

/** Arguments that both kinds of identity take. */
interface IdentityArgs {
  /** Repository on GitHub, `owner/name`. */
  readonly repository: string;
  /** Project of the state: the identity lives there, out of its own reach. */
  readonly project: GcpProject;
  readonly pool: gcp.iam.WorkloadIdentityPool;
  readonly state: GcpStateArgs;
}

/** The bucket of state and the key of its secrets. */
export interface GcpStateArgs {
  readonly bucketName: pulumi.Input<string>;
  readonly secretsKeyId: pulumi.Input<string>;
}

/** Arguments of a {@link GcpDeployer}. */
export interface GcpDeployerArgs extends IdentityArgs, DeploymentSpec {
  /** Id of the project that it deploys to, another than that of the state. */
  readonly target: string;
}

/**
 * Who a workflow on GitHub is to GCP while it updates one stack. Its account, its pool, the state and its keys are in a
 * project where it has no role but on its own state: what it may do ends with the project that it deploys to.
 */
export class GcpDeployer extends pulumi.ComponentResource {
  /** E-mail of the service account. */
  readonly account: pulumi.Output<string>;

  constructor(name: string, args: GcpDeployerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Deployer", name, {}, opts);
    const { repository, environment, stack, target, project, pool, state } = args;
    const subject = environmentSubject(repository, environment);
    if (target === project.projectId) {
      throw new RangeError(`project: expected another than that of the state, got ${target}`);
    }
    const child = { parent: this };
    const account = new gcp.serviceaccount.Account(
      name,
      { accountId: accountId(name), displayName: `workflows of ${subject}` },
      { ...child, dependsOn: [project.api("iam"), project.api("iamcredentials")] },
    );
    const { member } = account;
    actAs(`${name}-binding`, { account, pool, subject }, child);
    for (const role of deployerRoles) {
      new gcp.projects.IAMMember(`${name}-${shortOf(role)}`, { project: target, role, member }, child);
    }
    new gcp.projects.IAMMember(
      `${name}-grants`,
      {
        project: target,
        role: "roles/resourcemanager.projectIamAdmin",
        member,
        condition: { title: "roles-of-the-program-only", expression: grantsOnly(grantableRoles) },
      },
      child,
    );
    new gcp.storage.BucketIAMMember(
      `${name}-state-list`,
      { bucket: state.bucketName, role: "roles/storage.legacyBucketReader", member },
      child,
    );
    readState(`${name}-state-meta`, { state, member, starts: [stateMeta] }, child);
    new gcp.storage.BucketIAMMember(
      `${name}-state`,
      {
        bucket: state.bucketName,
        role: "roles/storage.objectUser",
        member,
        condition: { title: "own-state-only", expression: objectsOnly(state, stateOf(stack)) },
      },
      child,
    );
    useKey(`${name}-secrets`, state, member, child);

    this.account = account.email;
    this.registerOutputs({ account: this.account });
  }
}

/** Arguments of a {@link GcpPreviewer}. */
export interface GcpPreviewerArgs extends IdentityArgs {
  /** Projects that it may look at. */
  readonly targets: readonly string[];
  /** Stacks whose state it may read. */
  readonly stacks: readonly string[];
  /** May decrypt the secrets in their state, which a preview by the CLI has to. */
  readonly decryptsState: boolean;
  /** Environment whose workflows are let in, in place of those of pull requests. */
  readonly watchEnvironment?: string;
}

/** Who a workflow is that only looks: at what there is and at the state. It changes nothing, and reads no data. */
export class GcpPreviewer extends pulumi.ComponentResource {
  /** E-mail of the service account. */
  readonly account: pulumi.Output<string>;

  constructor(name: string, args: GcpPreviewerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Previewer", name, {}, opts);
    const { repository, targets, stacks, decryptsState, watchEnvironment, project, pool, state } = args;
    const subject =
      watchEnvironment === undefined
        ? pullRequestSubject(repository)
        : environmentSubject(repository, watchEnvironment);
    const child = { parent: this };
    const account = new gcp.serviceaccount.Account(
      name,
      { accountId: accountId(name), displayName: `workflows of ${subject}` },
      { ...child, dependsOn: [project.api("iam"), project.api("iamcredentials")] },
    );
    const { member } = account;
    actAs(`${name}-binding`, { account, pool, subject }, child);
    for (const target of targets) {
      for (const role of previewerRoles) {
        new gcp.projects.IAMMember(
          `${name}-${target}-${shortOf(role)}`,
          { project: target, role, member },
          child,
        );
      }
    }
    new gcp.storage.BucketIAMMember(
      `${name}-state-list`,
      { bucket: state.bucketName, role: "roles/storage.legacyBucketReader", member },
      child,
    );
    readState(`${name}-state`, { state, member, starts: [stateMeta, ...stacks.flatMap(stateOf)] }, child);
    if (decryptsState) useKey(`${name}-secrets`, state, member, child);

    this.account = account.email;
    this.registerOutputs({ account: this.account });
  }
}

function readState(
  name: string,
  {
    state,
    member,
    starts,
  }: {
    readonly state: GcpStateArgs;
    readonly member: pulumi.Output<string>;
    readonly starts: readonly string[];
  },
  opts: { readonly parent: pulumi.Resource },
): void {
  new gcp.storage.BucketIAMMember(
    name,
    {
      bucket: state.bucketName,
      role: "roles/storage.objectViewer",
      member,
      condition: { title: "this-state-only", expression: objectsOnly(state, starts) },
    },
    opts,
  );
}

function useKey(
  name: string,
  { secretsKeyId }: GcpStateArgs,
  member: pulumi.Output<string>,
  opts: { readonly parent: pulumi.Resource },
): void {
  new gcp.kms.CryptoKeyIAMMember(
    name,
    { cryptoKeyId: secretsKeyId, role: "roles/cloudkms.cryptoKeyEncrypterDecrypter", member },
    opts,
  );
}

/** https://cloud.google.com/iam/docs/setting-limits-on-granting-roles */
function grantsOnly(roles: readonly string[]): string {
  const lists = Array.from({ length: Math.ceil(roles.length / maxRolesOfCondition) }, (_, at) =>
    roles.slice(at * maxRolesOfCondition, (at + 1) * maxRolesOfCondition),
  );
  return lists
    .map((list) => list.map((role) => `'${role}'`).join(", "))
    .map((list) => `api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${list}])`)
    .join(" || ");
}

/** https://cloud.google.com/iam/docs/conditions-resource-attributes */
function objectsOnly({ bucketName }: GcpStateArgs, starts: readonly string[]): pulumi.Output<string> {
  return pulumi
    .output(bucketName)
    .apply((bucket) =>
      starts
        .map((start) => `resource.name.startsWith("projects/_/buckets/${bucket}/objects/${start}")`)
        .join(" || "),
    );
}

/** `roles/container.admin` as part of a logical name. */
function shortOf(role: string): string {
  return role
    .replace("roles/", "")
    .replace(/([A-Z])/g, "-$1")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .toLowerCase();
}
