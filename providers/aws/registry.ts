import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkRegistry, type Registry, type RegistryArgs } from "../../components/delivery/registry";
import { AwsKey } from "./key";
import { policyDocument } from "./policyDocument";

/** Arguments of an {@link AwsRegistry}. */
export interface AwsRegistryArgs extends RegistryArgs {
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
  /**
   * Of each repository the newest so many tagged images stay, 1 or more. Far more than anyone rolls back to: a digest
   * that runs must not go.
   *
   * @default 200
   */
  readonly keepReleases?: number;
}

/** {@link Registry} in ECR: a repository for each image, below a namespace of the stack's own. */
export class AwsRegistry extends pulumi.ComponentResource implements Registry {
  readonly address: string;
  /** ARNs of the repositories, for those who are let in to push. */
  readonly repositoryArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: AwsRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Registry", name, {}, opts);
    const { repositories, region, accountId, protect = true } = args;
    const { untaggedRetentionDays = 14, keepReleases = 200 } = args;
    checkRegistry(args);
    if (!Number.isInteger(keepReleases) || keepReleases < 1) {
      throw new RangeError(`keepReleases: expected a whole number, 1 or more, got ${keepReleases}`);
    }

    // ECR uses the key by a grant that it makes with the permissions of whoever makes the repository:
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
    const key = new AwsKey(
      `${name}-key`,
      { purpose: `images of ${name}`, services: [], account: accountId, region, protect },
      { parent: this },
    );
    this.repositoryArns = repositories.map((repository) => {
      const child = `${name}-${repository.replace(/[^a-z0-9]+/g, "-")}`;
      const made = new aws.ecr.Repository(
        child,
        {
          name: `${name}/${repository}`,
          imageTagMutability: "IMMUTABLE",
          imageScanningConfiguration: { scanOnPush: true },
          encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: key.arn }],
          forceDelete: !protect,
        },
        { parent: this, protect },
      );
      new aws.ecr.LifecyclePolicy(
        `${child}-lifecycle`,
        { repository: made.name, policy: lifecycle(untaggedRetentionDays, keepReleases) },
        { parent: this },
      );
      new aws.ecr.RepositoryPolicy(
        `${child}-policy`,
        { repository: made.name, policy: policyDocument([refuseStrangers(accountId)]) },
        { parent: this },
      );
      return made.arn;
    });

    this.address = `${accountId}.dkr.ecr.${region}.amazonaws.com/${name}`;
    this.registerOutputs({ address: this.address });
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html */
function lifecycle(untaggedRetentionDays: number, keepReleases: number): string {
  return JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: `untagged images go after ${untaggedRetentionDays} days`,
        selection: {
          tagStatus: "untagged",
          countType: "sinceImagePushed",
          countUnit: "days",
          countNumber: untaggedRetentionDays,
        },
        action: { type: "expire" },
      },
      {
        rulePriority: 2,
        description: `the newest ${keepReleases} releases stay`,
        selection: {
          tagStatus: "tagged",
          tagPatternList: ["*"],
          countType: "imageCountMoreThan",
          countNumber: keepReleases,
        },
        action: { type: "expire" },
      },
    ],
  });
}

/**
 * Whoever is of another account stays out, whatever else is allowed later; AWS's own services, which scan, have no
 * account. A repository's policy is about the repository, and takes no Resource.
 */
function refuseStrangers(accountId: string): aws.iam.PolicyStatement {
  return {
    Sid: "ThisAccountOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "ecr:*",
    Condition: {
      StringNotEquals: { "aws:PrincipalAccount": accountId },
      Bool: { "aws:PrincipalIsAWSService": "false" },
    },
  };
}
