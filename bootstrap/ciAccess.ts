import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { githubIssuer } from "../components/delivery/ciIdentity";
import { type DeploymentSpec, environmentSubject, pullRequestSubject } from "../components/delivery/deployer";
import { AwsDeployer, AwsPreviewer } from "../providers/aws/deployer";
import { GcpDeployer, GcpPreviewer } from "../providers/gcp/deployer";
import { githubPool } from "../providers/gcp/githubPool";
import type { StateParts } from "./stateBackend";

/** A stack that CI updates. */
export interface Deployment extends DeploymentSpec {
  /** Project that it stands in, on GCP. */
  readonly project?: string;
}

/** Arguments of a {@link CiAccess}. */
export interface CiAccessArgs {
  /** Repository on GitHub whose workflows are let in, `owner/name`. */
  readonly repository: string;
  /** Stacks by a short name each, such as `prod`. */
  readonly deployments: Readonly<Record<string, Deployment>>;
  /** Make the account's provider of GitHub's tokens, of which an AWS account has one. */
  readonly ownsProvider: boolean;
  /** Let pull requests decrypt the secrets in the stacks' state. */
  readonly previewDecryptsState: boolean;
  /**
   * Environment of the workflow that looks for drift: it decrypts the state, and so its rule of branches has to name the main
   * one alone. It needs no reviewers, as it changes nothing.
   *
   * @default none: nobody looks
   */
  readonly watchEnvironment?: string;
  readonly backend: StateParts;
}

/** What a workflow signs in as, and the boundary that its stack's file has to name (AWS). */
export interface Deployer {
  readonly identity: pulumi.Output<string>;
  readonly permissionsBoundary?: string;
}

/**
 * Who may update and preview stacks from CI: an identity for each stack, and one that only looks. They stand beside the
 * state and not in the stacks, since a deployer that could change itself would be held by nothing.
 */
export class CiAccess extends pulumi.ComponentResource {
  /** By the deployments' names. */
  readonly deployers: Readonly<Record<string, Deployer>>;
  /** What a workflow of a pull request signs in as. */
  readonly previewer: pulumi.Output<string>;
  /** What the workflow that looks for drift signs in as. */
  readonly watcher?: pulumi.Output<string>;

  constructor(name: string, args: CiAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:bootstrap:CiAccess", name, {}, opts);
    const { backend } = args;
    const made =
      backend.cloud === "aws" ? onAws(name, args, backend, this) : onGcp(name, args, backend, this);
    this.deployers = made.deployers;
    this.previewer = made.previewer;
    if (made.watcher !== undefined) this.watcher = made.watcher;
    this.registerOutputs({
      previewer: this.previewer,
      ...(made.watcher !== undefined && { watcher: made.watcher }),
    });
  }
}

type Access = Pick<CiAccess, "deployers" | "previewer" | "watcher">;
type On<Cloud> = Extract<StateParts, { readonly cloud: Cloud }>;

function onAws(
  name: string,
  {
    repository,
    deployments,
    ownsProvider,
    previewDecryptsState: decryptsState,
    watchEnvironment,
  }: CiAccessArgs,
  { provider, accountId, state }: On<"aws">,
  parent: pulumi.Resource,
): Access {
  const child = { parent, providers: [provider] };
  const federated: pulumi.Input<string> = ownsProvider
    ? new aws.iam.OpenIdConnectProvider(
        `${name}-github`,
        // no thumbprints: AWS checks GitHub's certificate by its own list of authorities
        { url: `https://${githubIssuer}`, clientIdLists: ["sts.amazonaws.com"] },
        { parent, provider },
      ).arn
    : `arn:aws:iam::${accountId}:oidc-provider/${githubIssuer}`;
  const common = { repository, accountId, federated, state };
  const deployers = Object.entries(deployments).map(([key, deployment]) => {
    const { role, permissionsBoundary } = new AwsDeployer(
      `${name}-deploy-${key}`,
      { ...common, ...deployment },
      child,
    );
    return [key, { identity: role, permissionsBoundary }] as const;
  });
  const stacks = Object.values(deployments).map(({ stack }) => stack);
  const { role } = new AwsPreviewer(`${name}-preview`, { ...common, stacks, decryptsState }, child);
  const access = { deployers: Object.fromEntries(deployers), previewer: role };
  if (watchEnvironment === undefined) return access;
  const watching = { ...common, stacks, decryptsState: true, watchEnvironment };
  return { ...access, watcher: new AwsPreviewer(`${name}-watch`, watching, child).role };
}

function onGcp(
  name: string,
  { repository, deployments, previewDecryptsState: decryptsState, watchEnvironment }: CiAccessArgs,
  { project, state }: On<"gcp">,
  parent: pulumi.Resource,
): Access {
  const child = { parent, providers: [project.provider] };
  const each = Object.entries(deployments).map(([key, deployment]) => {
    const { project: target, ...spec } = deployment;
    if (target === undefined) {
      throw new pulumi.RunError(
        `bootstrap:ci.deployments.${key}.project: expected the project that it stands in, got nothing`,
      );
    }
    return { key, ...spec, target };
  });
  const subjects = [
    ...each.map(({ environment }) => environment),
    ...(watchEnvironment === undefined ? [] : [watchEnvironment]),
  ].map((environment) => environmentSubject(repository, environment));
  const pool = githubPool(
    name,
    {
      project,
      description: `workflows of ${repository}`,
      subjects: [...new Set([...subjects, pullRequestSubject(repository)])],
    },
    { parent, provider: project.provider },
  );
  const common = { repository, project, pool, state };
  const deployers = each.map(({ key, ...deployment }) => {
    const { account } = new GcpDeployer(`${name}-deploy-${key}`, { ...common, ...deployment }, child);
    return [key, { identity: account }] as const;
  });
  const looking = {
    ...common,
    stacks: each.map(({ stack }) => stack),
    targets: [...new Set(each.map(({ target }) => target))],
  };
  const { account } = new GcpPreviewer(`${name}-preview`, { ...looking, decryptsState }, child);
  const access = { deployers: Object.fromEntries(deployers), previewer: account };
  if (watchEnvironment === undefined) return access;
  const watching = { ...looking, decryptsState: true, watchEnvironment };
  return { ...access, watcher: new GcpPreviewer(`${name}-watch`, watching, child).account };
}
