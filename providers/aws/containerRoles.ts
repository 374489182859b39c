import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Registry } from "../../components/delivery/registry";
import { AwsContainerIdentity } from "./containerIdentity";
import { policyDocument } from "./policyDocument";
import { awsRole, trustService } from "./role";

/** Arguments of {@link executionIdentity}. */
export interface ExecutionArgs {
  readonly system: string;
  readonly service: string;
  readonly logGroup: aws.cloudwatch.LogGroup;
  /** @default - images are kept elsewhere */
  readonly registry?: Registry;
  /** What stands before the image's repository. */
  readonly imageRegistry: string;
  readonly region: string;
  /** Id of the account, 12 digits. */
  readonly accountId: string;
}

/** As what ECS starts the tasks of one service: it pulls the image and opens their log, and nothing else. */
export function executionIdentity(
  name: string,
  { system, service, logGroup, registry, imageRegistry, region, accountId }: ExecutionArgs,
  opts: { readonly parent: pulumi.ComponentResource },
): AwsContainerIdentity {
  const identity = new AwsContainerIdentity(
    name,
    { system, service, purpose: "execution", region, accountId },
    opts,
  );
  const own = { parent: identity };
  new aws.iam.RolePolicy(
    `${name}-logs`,
    {
      role: identity.principal,
      policy: policyDocument([
        {
          Sid: "OwnLog",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: pulumi.interpolate`${logGroup.arn}:*`,
        },
      ]),
    },
    own,
  );
  if (registry === undefined) pullElsewhere(`${name}-pull`, identity, imageRegistry, own);
  else registry.grantPull(`${name}-pull`, identity, own);
  return identity;
}

/** From a registry of ECR that another stack or account keeps, which has to let this account in; others need no role. */
function pullElsewhere(
  name: string,
  identity: AwsContainerIdentity,
  imageRegistry: string,
  opts: { readonly parent: pulumi.Resource },
): void {
  const [, account, region, prefix] =
    /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/(.+)$/.exec(imageRegistry) ?? [];
  if (account === undefined || region === undefined || prefix === undefined) return;
  new aws.iam.RolePolicy(
    name,
    {
      role: identity.principal,
      policy: policyDocument([
        { Sid: "SignIn", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
        {
          Sid: "Pull",
          Effect: "Allow",
          Action: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
          Resource: `arn:aws:ecr:${region}:${account}:repository/${prefix}/*`,
        },
      ]),
    },
    opts,
  );
}

/** As what ECS moves requests from one version of a service to another. */
export function trafficRole(
  name: string,
  accountId: string,
  opts: { readonly parent: pulumi.Resource },
): { readonly arn: pulumi.Output<string>; readonly ready: readonly pulumi.Resource[] } {
  const { role, permissions } = awsRole(
    name,
    {
      description: "Moves requests between versions of services on ECS",
      trust: [trustService("ecs.amazonaws.com", accountId)],
      managedPolicies: {
        balancers: "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
      },
    },
    opts,
  );
  return { arn: role.arn, ready: permissions };
}
