import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { githubIssuer } from "../../components/delivery/ciIdentity";
import {
  type DeploymentSpec,
  environmentSubject,
  pullRequestSubject,
  stateMeta,
  stateOf,
} from "../../components/delivery/deployer";
import { boundary, bucketArn, type StateArgs } from "./boundary";
import { policyDocument } from "./policyDocument";
import { awsRole } from "./role";

/** Whom GitHub's tokens are asked for by AWS's own action. */
const audience = "sts.amazonaws.com";

/** A first update makes a cluster, a database and all that stands on them: longer than the hour that is the default. */
const sessionSeconds = 4 * 3600;

/** Arguments that both kinds of identity take. */
interface IdentityArgs {
  /** Repository on GitHub, `owner/name`. */
  readonly repository: string;
  readonly accountId: string;
  /** ARN of the account's provider of GitHub's tokens. */
  readonly federated: pulumi.Input<string>;
  readonly state: StateArgs;
}

/** Arguments of an {@link AwsDeployer}. */
export interface AwsDeployerArgs extends IdentityArgs, DeploymentSpec {}

/**
 * Who a workflow on GitHub is to AWS while it updates one stack: a role that workflows of one environment of one repository
 * can assume, held by a boundary that every role it makes has to carry too (`groundwork:aws.permissionsBoundary`).
 */
export class AwsDeployer extends pulumi.ComponentResource {
  /** ARN of the role. */
  readonly role: pulumi.Output<string>;
  /** ARN of the policy that the stack's own roles are held by. */
  readonly permissionsBoundary: string;

  constructor(name: string, args: AwsDeployerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Deployer", name, {}, opts);
    const { repository, environment, accountId } = args;
    const subject = environmentSubject(repository, environment);
    const child = { parent: this };
    // the policy speaks of itself, and so its name is fixed
    const arn = `arn:aws:iam::${accountId}:policy/${name}`;

    const policy = new aws.iam.Policy(
      name,
      {
        name,
        description: `The most that workflows of ${subject} may do, and what they make`,
        policy: policyDocument(boundary({ ...args, arn })),
      },
      child,
    );
    const role = new aws.iam.Role(
      name,
      {
        description: `Workflows of ${subject} that update ${args.stack}`,
        assumeRolePolicy: policyDocument([trustGithub(args, subject)]),
        permissionsBoundary: policy.arn,
        maxSessionDuration: sessionSeconds,
      },
      child,
    );
    new aws.iam.RolePolicyAttachment(name, { role: role.name, policyArn: policy.arn }, child);
    new aws.iam.RolePolicy(
      `${name}-no-values`,
      {
        role: role.name,
        // the program names secrets and never reads one; workloads within the same bounds do
        policy: policyDocument([
          { Sid: "NoValues", Effect: "Deny", Action: "secretsmanager:GetSecretValue", Resource: "*" },
        ]),
      },
      child,
    );

    this.role = role.arn;
    this.permissionsBoundary = arn;
    this.registerOutputs({ role: this.role, permissionsBoundary: arn });
  }
}

/** Arguments of an {@link AwsPreviewer}. */
export interface AwsPreviewerArgs extends IdentityArgs {
  /** Stacks whose state it may read. */
  readonly stacks: readonly string[];
  /** May decrypt the secrets in their state, which a preview by the CLI has to. */
  readonly decryptsState: boolean;
  /**
   * Environment whose workflows are let in, in place of those of pull requests; they may also read how everything is set, which a
   * refresh has to.
   */
  readonly watchEnvironment?: string;
}

/** Who a workflow is that only looks: at the account and at the state. It changes nothing, and reads no data. */
export class AwsPreviewer extends pulumi.ComponentResource {
  /** ARN of the role. */
  readonly role: pulumi.Output<string>;

  constructor(name: string, args: AwsPreviewerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Previewer", name, {}, opts);
    const { repository, state, stacks, decryptsState, watchEnvironment } = args;
    const subject =
      watchEnvironment === undefined
        ? pullRequestSubject(repository)
        : environmentSubject(repository, watchEnvironment);
    const readable = [stateMeta, ...stacks.flatMap((stack) => stateOf(stack).map((start) => `${start}*`))];

    const { role } = awsRole(
      name,
      {
        description: `Workflows of ${subject}, which look and change nothing`,
        trust: [trustGithub(args, subject)],
        managedPolicies: {
          view: "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess",
          // settings, and no data: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/SecurityAudit.html
          ...(watchEnvironment !== undefined && { settings: "arn:aws:iam::aws:policy/SecurityAudit" }),
        },
        statements: [
          { Sid: "State", Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn(state.bucketName) },
          {
            Sid: "StacksState",
            Effect: "Allow",
            Action: "s3:GetObject",
            Resource: readable.map((objects) => bucketArn(state.bucketName, objects)),
          },
          {
            Sid: "Keys",
            Effect: "Allow",
            Action: "kms:Decrypt",
            Resource: [state.bucketKeyArn, ...(decryptsState ? [state.secretsKeyArn] : [])],
          },
          {
            Sid: "NoValues",
            Effect: "Deny",
            Action: ["secretsmanager:GetSecretValue", "ssm:GetParameter*"],
            Resource: "*",
          },
        ],
      },
      { parent: this },
    );
    this.role = role.arn;
    this.registerOutputs({ role: this.role });
  }
}

/** Trust in GitHub's tokens of exactly this subject. */
function trustGithub({ federated }: IdentityArgs, subject: string): aws.iam.PolicyStatement {
  return {
    Effect: "Allow",
    Principal: { Federated: federated },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: {
      StringEquals: { [`${githubIssuer}:aud`]: audience, [`${githubIssuer}:sub`]: subject },
    },
  };
}
