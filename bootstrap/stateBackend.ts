import * as aws from "@pulumi/aws";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { StateArgs } from "../providers/aws/boundary";
import { AwsBucket } from "../providers/aws/bucket";
import { AwsKey } from "../providers/aws/key";
import { GcpBucket } from "../providers/gcp/bucket";
import type { GcpStateArgs } from "../providers/gcp/deployer";
import { GcpKey } from "../providers/gcp/key";
import { GcpProject } from "../providers/gcp/project";

/** Where the state is kept. */
export type StatePlace =
  | { readonly cloud: "aws"; readonly region: string; readonly accountId: string }
  | { readonly cloud: "gcp"; readonly region: string; readonly project: string };

/** Arguments of a {@link StateBackend}. */
export interface StateBackendArgs {
  readonly place: StatePlace;
  /** How long a replaced or deleted version of a state file can be brought back, days. */
  readonly stateRetentionDays: number;
  /** Tags (AWS) or labels (GCP) of everything. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The URLs that the CLI takes, and what was made for them. */
interface Made {
  readonly bucketUrl: pulumi.Output<string>;
  readonly keyUrl: pulumi.Output<string>;
  readonly made: StateParts;
}

/** The parts of the state's backend, for those who are let in to it. */
export type StateParts =
  | {
      readonly cloud: "aws";
      readonly provider: aws.Provider;
      readonly accountId: string;
      readonly state: StateArgs;
    }
  | { readonly cloud: "gcp"; readonly project: GcpProject; readonly state: GcpStateArgs };

/**
 * A bucket for Pulumi's state and a key for its secrets, each protected, apart from one another so that who may read the
 * state can't read the secrets in it.
 *
 * There is no table of locks: in a bucket the CLI locks a stack by an object of its own, `.pulumi/locks/<stack>/<id>.json`,
 * which it writes and then looks whether another one is there (pulumi/pulumi, `pkg/backend/diy/lock.go`).
 */
export class StateBackend extends pulumi.ComponentResource {
  /** Argument of `pulumi login`. */
  readonly login: pulumi.Output<string>;
  /** Value of `--secrets-provider`. */
  readonly secretsProvider: pulumi.Output<string>;
  readonly made: StateParts;

  constructor(name: string, args: StateBackendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:bootstrap:StateBackend", name, {}, opts);
    const { place } = args;
    const child = { parent: this };
    const { bucketUrl, keyUrl, made } =
      place.cloud === "aws" ? onAws(name, place, args, child) : onGcp(name, place, args, child);
    this.login = bucketUrl;
    this.secretsProvider = keyUrl;
    this.made = made;
    this.registerOutputs({ login: this.login, secretsProvider: this.secretsProvider });
  }
}

type Child = { readonly parent: pulumi.Resource };
type On<Cloud> = Extract<StatePlace, { readonly cloud: Cloud }>;

function onAws(
  name: string,
  place: On<"aws">,
  { stateRetentionDays, tags }: StateBackendArgs,
  child: Child,
): Made {
  const { region, accountId } = place;
  const provider = new aws.Provider(
    name,
    { region, allowedAccountIds: [accountId], defaultTags: { tags } },
    child,
  );
  const here = { ...child, providers: [provider] };
  const bucket = new AwsBucket(
    `${name}-state`,
    // state is read whenever a stack is: none of it goes to an archive
    { archiveAfterDays: 0, noncurrentRetentionDays: stateRetentionDays, region, accountId },
    here,
  );
  const key = new AwsKey(
    `${name}-secrets`,
    { purpose: "secrets in the state of Pulumi's stacks", services: [], account: accountId, region },
    here,
  );
  return {
    bucketUrl: pulumi.interpolate`s3://${bucket.bucketName}?region=${region}`,
    keyUrl: pulumi.interpolate`awskms://${key.keyId}?region=${region}`,
    made: {
      cloud: "aws",
      provider,
      accountId,
      state: {
        bucketName: bucket.bucketName,
        bucketPrefix: `${name}-state-`,
        bucketKeyArn: bucket.keyArn,
        secretsKeyArn: key.arn,
      },
    },
  };
}

function onGcp(
  name: string,
  place: On<"gcp">,
  { stateRetentionDays, tags }: StateBackendArgs,
  child: Child,
): Made {
  const { region } = place;
  const project = new GcpProject(name, { projectId: place.project, region, labels: tags }, child);
  const here = { ...child, providers: [project.provider] };
  const bucket = new GcpBucket(
    `${name}-state`,
    { archiveAfterDays: 0, noncurrentRetentionDays: stateRetentionDays, region, project },
    here,
  );
  // who reads the state is known even where no stack audits this project; one that does records no entry twice
  new gcp.projects.IAMAuditConfig(
    `${name}-data-access`,
    {
      project: project.projectId,
      service: "storage.googleapis.com",
      auditLogConfigs: [{ logType: "DATA_READ" }, { logType: "DATA_WRITE" }],
    },
    { ...child, provider: project.provider, dependsOn: [project.api("cloudresourcemanager")] },
  );
  const key = new GcpKey(`${name}-secrets`, { region, project, users: {} }, here);
  return {
    bucketUrl: pulumi.interpolate`gs://${bucket.bucketName}`,
    keyUrl: pulumi.interpolate`gcpkms://${key.keyId}`,
    made: {
      cloud: "gcp",
      project,
      state: { bucketName: bucket.bucketName, secretsKeyId: key.keyId },
    },
  };
}
