import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { clouds, environments } from "../components/cloud";
import { githubRepository } from "../components/delivery/ciIdentity";
import { githubEnvironment } from "../components/delivery/deployer";
import { CiAccess } from "./ciAccess";
import { StateBackend } from "./stateBackend";

const label = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, "expected lower-case letters, digits, - and _");

const deployment = z.strictObject({
  environment: z.string().regex(githubEnvironment, "expected an environment of the repository"),
  stack: z.string().regex(/^[A-Za-z0-9_.-]{1,100}$/, "expected a Pulumi stack's name"),
  name: z.string().regex(/^[a-z]([a-z0-9-]{0,22}[a-z0-9])?$/, "expected the base of the stack's names"),
  project: z.string().min(1).optional(),
});

/** What a stack of this project may say; see `Pulumi.example.yaml`. */
const shape = z.strictObject({
  cloud: z.enum(clouds),
  environment: z.enum(environments).default("prod"),
  owner: label,
  costCenter: label,
  stateRetentionDays: z.int().min(30).max(3650).default(365),
  aws: z
    .strictObject({
      region: z.string().min(1),
      accountId: z.string().regex(/^\d{12}$/, "expected 12 digits"),
    })
    .optional(),
  gcp: z.strictObject({ region: z.string().min(1), project: z.string().min(1) }).optional(),
  ci: z
    .strictObject({
      repository: z.string().regex(githubRepository, "expected owner/name"),
      ownsProvider: z.boolean().default(true),
      previewDecryptsState: z.boolean().default(false),
      watchEnvironment: z
        .string()
        .regex(githubEnvironment, "expected an environment of the repository")
        .optional(),
      deployments: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,11}$/), deployment),
    })
    .optional(),
});

const config = new pulumi.Config();
const read = shape.safeParse({
  cloud: config.get("cloud"),
  environment: config.get("environment"),
  owner: config.get("owner"),
  costCenter: config.get("costCenter"),
  stateRetentionDays: config.getNumber("stateRetentionDays"),
  aws: config.getObject("aws"),
  gcp: config.getObject("gcp"),
  ci: config.getObject("ci"),
});
if (!read.success) {
  throw new pulumi.RunError(`the configuration does not fit:\n${z.prettifyError(read.error)}`);
}
const { cloud, environment, owner, costCenter, stateRetentionDays, aws, gcp, ci } = read.data;
const place = cloud === "aws" ? aws && { cloud, ...aws } : gcp && { cloud, ...gcp };
if (place === undefined) {
  throw new pulumi.RunError(`bootstrap:${cloud}: expected where on ${cloud} the state is kept, got nothing`);
}

const { login, secretsProvider, made } = new StateBackend("pulumi", {
  place,
  stateRetentionDays,
  tags: {
    project: "groundwork",
    blueprint: "bootstrap",
    environment,
    owner,
    "cost-center": costCenter,
    "managed-by": "pulumi",
  },
});

/** What to type: `pulumi login …`, and `pulumi stack init NAME --secrets-provider …`. */
export { login, secretsProvider };

const access = ci && new CiAccess("pulumi-ci", accessArgs(ci));

/** What workflows sign in as (`deployers.<name>.identity`), and the boundary for the stack's file (AWS). */
export const deployers = access?.deployers;
export const previewer = access?.previewer;
export const watcher = access?.watcher;

/** What is given, and the deployments without the keys that are not. */
function accessArgs({
  watchEnvironment,
  ...given
}: NonNullable<typeof ci>): ConstructorParameters<typeof CiAccess>[1] {
  return {
    ...given,
    deployments: present(given.deployments),
    ...(watchEnvironment !== undefined && { watchEnvironment }),
    backend: made,
  };
}

/** Without the keys whose value is undefined: exact optional properties take none. */
function present<T extends { readonly project?: string | undefined }>(
  deployments: Readonly<Record<string, T>>,
): Record<string, Omit<T, "project"> & { readonly project?: string }> {
  return Object.fromEntries(
    Object.entries(deployments).map(([key, { project, ...rest }]) => [
      key,
      { ...rest, ...(project !== undefined && { project }) },
    ]),
  );
}
