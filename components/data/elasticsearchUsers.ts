import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Access } from "../identity/workloadIdentity";

/** What a user may do: a workload's access, to look how the nodes are, or to say when snapshots are taken. */
export type SearchRole = Access | "monitor" | "snapshots";

/** Names of the roles in Elasticsearch. */
const roleNames: Readonly<Record<SearchRole, string>> = {
  read: "workload_reader",
  readWrite: "workload_writer",
  monitor: "exporter",
  snapshots: "snapshots",
};

/**
 * Elasticsearch's own file of roles, as JSON, which is YAML as well. None has users, keys or settings of the cluster
 * in it; `*` is no index that Elasticsearch keeps for itself.
 * https://www.elastic.co/docs/reference/elasticsearch/security-privileges
 */
export const roleDefinitions = {
  [roleNames.read]: {
    cluster: ["monitor"],
    indices: [{ names: ["*"], privileges: ["read", "view_index_metadata"] }],
  },
  [roleNames.readWrite]: {
    cluster: ["monitor", "manage_index_templates", "manage_ilm"],
    indices: [
      {
        names: ["*"],
        privileges: ["read", "view_index_metadata", "write", "create_index", "delete_index", "manage"],
      },
    ],
  },
  [roleNames.monitor]: {
    cluster: ["monitor", "cluster:admin/repository/get", "cluster:admin/snapshot/get"],
    indices: [{ names: ["*"], privileges: ["monitor", "view_index_metadata"] }],
  },
  // https://www.elastic.co/docs/deploy-manage/tools/snapshot-and-restore/create-snapshots#slm-security
  [roleNames.snapshots]: {
    cluster: ["manage_slm", "cluster:admin/repository/*", "cluster:admin/snapshot/*"],
    indices: [{ names: [".slm-history-*"], privileges: ["all"] }],
  },
};

/** Names of the roles that users have in Elasticsearch, by what they may do. */
export function userRoles(users: Readonly<Record<string, SearchRole>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(users).map(([user, role]) => [user, roleNames[role]]));
}

/** Label of a user's Secret with the name of its role. */
const roleLabel = "groundwork.dev/search-role";

/** Arguments of {@link ElasticsearchUsers}. */
export interface ElasticsearchUsersArgs {
  /** Namespace of the nodes. */
  readonly namespace: pulumi.Input<string>;
  /** Name of the Secret with the roles. */
  readonly rolesSecret: string;
  /** Elasticsearch's file of roles. */
  readonly roles: object;
  /** Names of their roles, by the users' names. */
  readonly users: Readonly<Record<string, string>>;
}

/**
 * Users of Elasticsearch's file realm: a Secret each, of which the operator makes the file with hashes that the nodes read.
 * The passwords are made here, as the operator makes none; they stand in those Secrets and, as secrets, in the state.
 */
export class ElasticsearchUsers extends pulumi.ComponentResource {
  /** Names of the Secrets, one a user. */
  readonly secrets: readonly pulumi.Output<string>[];
  /** Name of the Secret with the roles. */
  readonly rolesSecret: pulumi.Output<string>;
  private readonly passwords: Readonly<Record<string, random.RandomPassword>>;

  constructor(name: string, args: ElasticsearchUsersArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:data:ElasticsearchUsers", name, {}, opts);
    const { namespace, rolesSecret, roles, users } = args;
    const child = { parent: this };

    this.rolesSecret = new k8s.core.v1.Secret(
      `${name}-roles`,
      {
        metadata: { name: rolesSecret, namespace },
        stringData: { "roles.yml": JSON.stringify(roles) },
      },
      child,
    ).metadata.name;
    this.passwords = Object.fromEntries(
      Object.keys(users).map((user) => [
        user,
        new random.RandomPassword(`${name}-${user}`, { length: 40, special: false }, child),
      ]),
    );
    this.secrets = Object.entries(users).map(
      ([user, role]) =>
        new k8s.core.v1.Secret(
          `${name}-${user}`,
          {
            // what a user may do can be seen without the Secret's content
            metadata: { name: userSecret(user), namespace, labels: { [roleLabel]: role } },
            type: "kubernetes.io/basic-auth",
            stringData: { username: user, password: this.passwordOf(user), roles: role },
          },
          child,
        ).metadata.name,
    );
    this.registerOutputs({});
  }

  /** The user's password, a secret. */
  passwordOf(user: string): pulumi.Output<string> {
    const password = this.passwords[user];
    if (password === undefined) {
      throw new Error(`user: expected one of ${Object.keys(this.passwords).join(", ")}, got ${user}`);
    }
    return password.result;
  }
}

/** Name of the Secret of a user in the nodes' namespace. */
export function userSecret(user: string): string {
  return `user-${user}`;
}
