import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  type CiIdentity,
  type CiIdentityArgs,
  githubIssuer,
  githubSubject,
} from "../../components/delivery/ciIdentity";
import type { Registry } from "../../components/delivery/registry";
import { AwsRegistry } from "./registry";
import { awsRole } from "./role";

/** Arguments of an {@link AwsCiIdentity}. */
export interface AwsCiIdentityArgs extends CiIdentityArgs {
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

/** Whom GitHub's tokens are asked for by AWS's own action. */
const audience = "sts.amazonaws.com";

/** What `docker push` calls: https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
const pushActions = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:CompleteLayerUpload",
  "ecr:GetDownloadUrlForLayer",
  "ecr:InitiateLayerUpload",
  "ecr:PutImage",
  "ecr:UploadLayerPart",
];

/**
 * {@link CiIdentity} as an IAM role that one branch of one repository can assume. An account has one provider of GitHub's
 * tokens, and so the stack that owns the account makes it; others find it by its ARN, which follows from its address.
 */
export class AwsCiIdentity extends pulumi.ComponentResource implements CiIdentity {
  readonly pusher: pulumi.Output<string>;

  constructor(name: string, args: AwsCiIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:CiIdentity", name, {}, opts);
    const { registry, ownsAccount, accountId } = args;
    const subject = githubSubject(args);
    const { repositoryArns } = awsRegistry(registry);

    const federated: pulumi.Input<string> = ownsAccount
      ? new aws.iam.OpenIdConnectProvider(
          name,
          // no thumbprints: AWS checks GitHub's certificate by its own list of authorities
          { url: `https://${githubIssuer}`, clientIdLists: [audience] },
          { parent: this },
        ).arn
      : `arn:aws:iam::${accountId}:oidc-provider/${githubIssuer}`;
    const { role } = awsRole(
      `${name}-pusher`,
      {
        description: `Workflows of ${subject} that push images`,
        trust: [
          {
            Effect: "Allow",
            Principal: { Federated: federated },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
              StringEquals: { [`${githubIssuer}:aud`]: audience, [`${githubIssuer}:sub`]: subject },
            },
          },
        ],
        statements: [
          // a token to sign in with, which opens nothing by itself; the action takes no narrower resource
          { Sid: "SignIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
          { Sid: "Push", Effect: "Allow", Action: pushActions, Resource: [...repositoryArns] },
        ],
      },
      { parent: this },
    );

    this.pusher = role.arn;
    this.registerOutputs({ pusher: this.pusher });
  }
}

/** The registry as this cloud made it: the role names its repositories. */
function awsRegistry(registry: Registry): AwsRegistry {
  if (!(registry instanceof AwsRegistry)) {
    throw new Error(`registry: expected a registry of this cloud, got a ${registry.constructor.name}`);
  }
  return registry;
}
