import * as mongodbatlas from "@pulumi/mongodbatlas";
import type * as pulumi from "@pulumi/pulumi";
import type { Access } from "../identity/workloadIdentity";
import { mongoDatabase, mongoRoles } from "./mongo";

/** Who proves to Atlas who a workload of GCP is: an identity provider of the organisation, made there once by hand. */
export interface AtlasIdentityProvider {
  /** Id of the provider, 24 hexadecimal digits, of type workload with Google's issuer and the claim `sub`. */
  readonly id: string;
  /** What its tokens are made for. */
  readonly audience: string;
}

/** Somebody who may ask MongoDB to loosen what protects the backups. */
export interface AtlasBackupLock {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** How a stack works with MongoDB Atlas. */
export interface AtlasAccess {
  /** Organisation that pays, 24 hexadecimal digits. */
  readonly organizationId: string;
  /** Service account of that organisation that may make projects. */
  readonly clientId: string;
  /** That account's secret. */
  readonly clientSecret: pulumi.Output<string>;
  /** Where alerts are written to, an e-mail address. */
  readonly alertEmail: string;
  /**
   * Key of a PagerDuty integration of the type MongoDB, a secret: gets what is critical.
   *
   * @default - mail alone
   */
  readonly pagerDutyKey?: pulumi.Output<string>;
  /** @default - workloads of GCP have no way to sign in */
  readonly identityProvider?: AtlasIdentityProvider;
  /**
   * Makes the backups so that nobody can delete or shorten them, the organisation's owners as little as this program, and
   * nobody can take that back but MongoDB's support with this person.
   *
   * @default - an owner of the project can
   */
  readonly backupLock?: AtlasBackupLock;
}

/** Options of a resource of Atlas: the provider is made with the project, and is nobody's default. */
export interface AtlasOptions {
  readonly parent: pulumi.Resource;
  readonly provider: mongodbatlas.Provider;
}

/** A project of Atlas, which holds one cluster and what protects it. */
export interface AtlasProject {
  readonly id: pulumi.Output<string>;
  readonly options: AtlasOptions;
}

/** When Atlas may restart nodes, one by one, UTC: Sunday at six, after every backup and the stores of the clouds themselves. */
const maintenance = { dayOfWeek: 1, hourOfDay: 6 } as const;

/**
 * What is written down of a server's use: who signed in, who changed users, roles, collections or indexes, and whoever was
 * refused something. Reading and writing documents is not, as it would cost more than the database itself.
 * https://www.mongodb.com/docs/manual/reference/audit-message/
 */
const auditFilter = {
  $or: [
    {
      atype: {
        $in: [
          "authenticate",
          "createCollection",
          "createDatabase",
          "createIndex",
          "createRole",
          "createUser",
          "dropAllRolesFromDatabase",
          "dropAllUsersFromDatabase",
          "dropCollection",
          "dropDatabase",
          "dropIndex",
          "dropRole",
          "dropUser",
          "grantPrivilegesToRole",
          "grantRolesToRole",
          "grantRolesToUser",
          "renameCollection",
          "replSetReconfig",
          "revokePrivilegesFromRole",
          "revokeRolesFromRole",
          "revokeRolesFromUser",
          "shutdown",
          "updateRole",
          "updateUser",
        ],
      },
    },
    { atype: "authCheck", "param.result": { $ne: 0 } },
  ],
};

/** Makes the provider, and a project that is reached by private endpoints alone: nobody is on its list of addresses. */
export function atlasProject(
  name: string,
  { organizationId, clientId, clientSecret }: AtlasAccess,
  { parent, protect }: { readonly parent: pulumi.Resource; readonly protect: boolean },
): AtlasProject {
  const provider = new mongodbatlas.Provider(name, { clientId, clientSecret }, { parent });
  const options = { parent, provider };
  const { id } = new mongodbatlas.Project(
    name,
    {
      orgId: organizationId,
      // ours stand in their place, and say what to do
      withDefaultAlertsSettings: false,
      // nobody reads or changes documents through the console
      isDataExplorerEnabled: false,
      isDataExplorerGenAiFeaturesEnabled: false,
      isDataExplorerGenAiSampleDocumentPassingEnabled: false,
      isClusterAiAssistantEnabled: false,
    },
    { ...options, protect },
  );
  new mongodbatlas.Auditing(
    `${name}-audit`,
    {
      projectId: id,
      enabled: true,
      auditAuthorizationSuccess: false,
      auditFilter: JSON.stringify(auditFilter),
    },
    options,
  );
  new mongodbatlas.MaintenanceWindow(
    `${name}-maintenance`,
    { projectId: id, ...maintenance, autoDeferOnceEnabled: false },
    options,
  );
  return { id, options };
}

/** What a user is made from who is known by an identity of its cloud and has no password. */
export interface AtlasUserArgs {
  readonly project: AtlasProject;
  readonly clusterName: pulumi.Input<string>;
  readonly access: Access;
  /** Whom Atlas asks, and by which name. */
  readonly identity: Pick<mongodbatlas.DatabaseUserArgs, "username" | "awsIamType" | "oidcAuthType">;
}

/** Lets an identity of a cloud sign in, to the workloads' database of the one cluster. */
export function atlasUser(
  name: string,
  { project: { id, options }, clusterName, access, identity }: AtlasUserArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  new mongodbatlas.DatabaseUser(
    name,
    {
      projectId: id,
      ...identity,
      // the database of those who are known elsewhere
      authDatabaseName: "$external",
      roles: [{ databaseName: mongoDatabase, roleName: mongoRoles[access] }],
      scopes: [{ name: clusterName, type: "CLUSTER" }],
    },
    { ...opts, provider: options.provider },
  );
}
