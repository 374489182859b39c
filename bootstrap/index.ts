import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { clouds, environments } from "../components/cloud";
import { StateBackend } from "./stateBackend";

const label = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, "expected lower-case letters, digits, - and _");

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
});
if (!read.success) {
  throw new pulumi.RunError(`the configuration does not fit:\n${z.prettifyError(read.error)}`);
}
const { cloud, environment, owner, costCenter, stateRetentionDays, aws, gcp } = read.data;
const place = cloud === "aws" ? aws && { cloud, ...aws } : gcp && { cloud, ...gcp };
if (place === undefined) {
  throw new pulumi.RunError(`bootstrap:${cloud}: expected where on ${cloud} the state is kept, got nothing`);
}

const { login, secretsProvider } = new StateBackend("pulumi", {
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
