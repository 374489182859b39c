import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import type { Access, Grantable, WorkloadIdentity } from "../../components/identity/workloadIdentity";
import {
  rekeyedMark,
  rotationPeriod,
  type Secret,
  type SecretArgs,
  secretVariable,
} from "../../components/secrets/secret";
import { GcpKey } from "./key";
import type { GcpPlacement, GcpProject } from "./project";
import { secretRotation } from "./secretRotation";

const daySeconds = 86_400;

/** How long a destroyed version can still be brought back, days. A secret as a whole can't be: it refuses deletion. */
const recoveryDays = 7;

const roles: Readonly<Record<Access, readonly string[]>> = {
  read: ["roles/secretmanager.secretAccessor", "roles/secretmanager.viewer"],
  readWrite: [
    "roles/secretmanager.secretAccessor",
    "roles/secretmanager.viewer",
    "roles/secretmanager.secretVersionAdder",
  ],
};

/** {@link Secret} in Secret Manager, kept in the regions that are named and in no other, each under a key of its own. */
export class GcpSecret extends pulumi.ComponentResource implements Secret {
  readonly secretId: pulumi.Output<string>;
  readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  private readonly project: GcpProject;

  constructor(name: string, args: SecretArgs & GcpPlacement, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:Secret", name, {}, opts);
    const { key: secretKey, maxAgeHours, rekeyed = false, copyRegion, region, project } = args;
    const { protect = true } = args;
    const variable = secretVariable(secretKey);
    const everyHours = maxAgeHours === undefined ? undefined : rotationPeriod(maxAgeHours);
    const child = { parent: this };

    const users = { secretmanager: project.agents.secretmanager };
    const places = [
      { location: region, key: new GcpKey(`${name}-key`, { region, project, users, protect }, child) },
      ...(copyRegion === undefined
        ? []
        : [
            {
              location: copyRegion,
              key: new GcpKey(`${name}-copy-key`, { region: copyRegion, project, users, protect }, child),
            },
          ]),
    ];
    const secret = new gcp.secretmanager.Secret(
      name,
      {
        replication: {
          userManaged: {
            replicas: places.map(({ location, key }) => ({
              location,
              customerManagedEncryption: { kmsKeyName: key.keyId },
            })),
          },
        },
        versionDestroyTtl: `${recoveryDays * daySeconds}s`,
        deletionProtection: protect,
        ...(rekeyed && { labels: rekeyedMark }),
      },
      {
        ...child,
        protect,
        dependsOn: [project.api("secretmanager"), ...places.flatMap(({ key }) => key.grants)],
      },
    );
    if (everyHours !== undefined) {
      secretRotation(`${name}-rotation`, { secret, everyHours, region, project, protect }, child);
    }

    this.project = project;
    this.secretId = secret.id;
    this.connection = { [variable]: this.secretId };
    this.registerOutputs({ secretId: this.secretId });
  }

  admitWriter(name: string, to: WorkloadIdentity, opts: pulumi.ComponentResourceOptions): pulumi.Resource {
    return new gcp.secretmanager.SecretIamMember(
      name,
      { secretId: this.secretId, role: "roles/secretmanager.secretVersionAdder", member: to.principal },
      { ...opts, provider: this.project.provider },
    );
  }

  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Grantable["connection"] {
    for (const role of roles[access]) {
      new gcp.secretmanager.SecretIamMember(
        `${name}-${role.slice(role.lastIndexOf(".") + 1).toLowerCase()}`,
        { secretId: this.secretId, role, member: to.principal },
        { ...opts, provider: this.project.provider },
      );
    }
    return {};
  }
}
