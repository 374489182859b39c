import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkRegistry, type Registry, type RegistryArgs } from "../../components/delivery/registry";
import type { WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { explicitProvider } from "./explicit";
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
  /** ARNs of the repositories, for those who are let in to push; copies are pushed to by ECR alone. */
  readonly repositoryArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: AwsRegistryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:aws:Registry", name, {}, opts);
    const { repositories, region, copyRegion, accountId, protect = true } = args;
    const { untaggedRetentionDays = 14, keepReleases = 200, ownsAccount = true } = args;
    checkRegistry(args);
    if (!Number.isInteger(keepReleases) || keepReleases < 1) {
      throw new RangeError(`keepReleases: expected a whole number, 1 or more, got ${keepReleases}`);
    }

    const policies = {
      lifecycle: lifecycle(untaggedRetentionDays, keepReleases),
      access: policyDocument([refuseStrangers(accountId)]),
    };
    const named = repositories.map((repository) => ({
      child: repository.replace(/[^a-z0-9]+/g, "-"),
      path: `${name}/${repository}`,
    }));
    const child = { parent: this };
    const made = repositoriesIn(name, { named, region, accountId, protect, ...policies }, child);
    if (copyRegion !== undefined && ownsAccount) {
      const away = { region: copyRegion, awayFromProvider: true };
      const copies = repositoriesIn(
        `${name}-copy`,
        { named, ...away, accountId, protect, ...policies },
        child,
      );
      new aws.ecr.ReplicationConfiguration(
        `${name}-copy`,
        {
          replicationConfiguration: {
            rules: [
              {
                destinations: [{ region: copyRegion, registryId: accountId }],
                repositoryFilters: [{ filter: `${name}/`, filterType: "PREFIX_MATCH" }],
              },
            ],
          },
        },
        // a copy that finds no repository makes one, with none of our settings
        { ...child, dependsOn: [...copies] },
      );
    }
    this.repositoryArns = made.map(({ arn }) => arn);

    this.address = `${accountId}.dkr.ecr.${region}.amazonaws.com/${name}`;
    this.registerOutputs({ address: this.address });
  }

  grantPull(name: string, to: WorkloadIdentity, opts: { readonly parent: pulumi.Resource }): void {
    const policy = policyDocument([
      // a token to sign in with, which opens nothing by itself; the action takes no narrower resource
      { Sid: "SignIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
      { Sid: "Pull", Effect: "Allow", Action: pullActions, Resource: [...this.repositoryArns] },
    ]);
    new aws.iam.RolePolicy(
      name,
      { role: to.principal, policy },
      { ...opts, provider: explicitProvider(this, "aws") },
    );
  }
}

// what refers to an image is listed by the right to get it:
// https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html
const pullActions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

interface RepositoriesArgs {
  /** What each is called within the logical names, and within the registry. */
  readonly named: readonly { readonly child: string; readonly path: string }[];
  readonly region: string;
  /** @default false */
  readonly awayFromProvider?: boolean;
  readonly accountId: string;
  readonly protect: boolean;
  /** Policies, as JSON. */
  readonly lifecycle: string;
  readonly access: pulumi.Input<string>;
}

/** The repositories in one region, under a key of that region. */
function repositoriesIn(
  name: string,
  { named, region, awayFromProvider = false, accountId, protect, lifecycle, access }: RepositoriesArgs,
  opts: { readonly parent: pulumi.Resource },
): readonly aws.ecr.Repository[] {
  const where = awayFromProvider ? { region } : {};
  // ECR uses the key by a grant that it makes with the permissions of whoever makes the repository:
  // https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
  const key = new AwsKey(
    `${name}-key`,
    { purpose: `images of ${name}`, services: [], account: accountId, region, awayFromProvider, protect },
    opts,
  );
  return named.map(({ child, path }) => {
    const repository = new aws.ecr.Repository(
      `${name}-${child}`,
      {
        name: path,
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: key.arn }],
        forceDelete: !protect,
        ...where,
      },
      { ...opts, protect },
    );
    const of = { repository: repository.name, ...where };
    new aws.ecr.LifecyclePolicy(`${name}-${child}-lifecycle`, { ...of, policy: lifecycle }, opts);
    new aws.ecr.RepositoryPolicy(`${name}-${child}-policy`, { ...of, policy: access }, opts);
    return repository;
  });
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
