import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { GcpProject } from "./project";
import { ownRole } from "./scheduledWorkflow";

/**
 * What copying a bucket's objects takes, and no more: in the project, on the bucket that is read, on the one that is written.
 * Replication asks to be told of new objects, so it sets the bucket's notifications; the sweep lists both, and deletes.
 *
 * https://cloud.google.com/storage-transfer/docs/cross-bucket-replication#grant-required-roles, with `attachSubscription`, which
 * Pub/Sub asks of whoever makes a subscription (https://cloud.google.com/pubsub/docs/access-control#required_permissions), and
 * https://cloud.google.com/storage-transfer/docs/iam-cloud for the sweep
 */
const permissions = {
  events: [
    "pubsub.subscriptions.consume",
    "pubsub.subscriptions.create",
    "pubsub.topics.attachSubscription",
    "pubsub.topics.create",
  ],
  notices: ["pubsub.topics.publish"],
  source: ["storage.buckets.get", "storage.buckets.update", "storage.objects.get", "storage.objects.list"],
  sink: [
    "storage.buckets.get",
    "storage.objects.create",
    "storage.objects.delete",
    "storage.objects.get",
    "storage.objects.list",
  ],
} as const;

/** What each role is for. */
const purposes: Readonly<Record<keyof typeof permissions, string>> = {
  events: "hears of objects that are to be copied",
  notices: "tells of objects that are to be copied",
  source: "reads objects that are copied",
  sink: "writes copies of objects",
};

/**
 * Storage Transfer Service in a project: its agent, and the roles that copying a bucket takes, once for all that are copied.
 *
 * The topic and the subscription by which it hears of new objects are of its own making, and of names that nobody knows before:
 * so its rights on Pub/Sub are the project's.
 */
export class GcpTransferService extends pulumi.ComponentResource {
  /** Google's account that copies: an IAM member. */
  readonly agent: pulumi.Output<string>;
  /** Role on a bucket that is read. */
  readonly sourceRole: pulumi.Output<string>;
  /** Role on a bucket that is written. */
  readonly sinkRole: pulumi.Output<string>;
  /** What must stand before anything is copied. */
  readonly ready: readonly pulumi.Resource[];

  constructor(
    name: string,
    { project }: { readonly project: GcpProject },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("groundwork:gcp:TransferService", name, {}, opts);
    const child = { parent: this };
    const { projectId } = project;
    const api = project.api("storagetransfer");
    const { member } = gcp.storage.getTransferProjectServiceAccountOutput(
      { project: projectId },
      { ...child, dependsOn: [api] },
    );
    const role = (what: keyof typeof permissions): pulumi.Output<string> =>
      ownRole(
        `${name}-${what}`,
        { title: what, description: purposes[what], permissions: permissions[what], project },
        child,
      ).name;
    const inProject = (what: "events" | "notices", to: pulumi.Output<string>): pulumi.Resource =>
      new gcp.projects.IAMMember(
        `${name}-${what}`,
        { project: projectId, role: role(what), member: to },
        { ...child, dependsOn: [project.api("cloudresourcemanager")] },
      );

    this.agent = member;
    this.sourceRole = role("source");
    this.sinkRole = role("sink");
    this.ready = [
      api,
      project.api("pubsub"),
      inProject("events", member),
      // Cloud Storage tells of new objects as its own agent
      inProject("notices", project.agents.storage),
    ];
    this.registerOutputs({});
  }
}
