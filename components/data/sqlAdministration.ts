import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../identity/workloadIdentity";
import type { Destination } from "../platform/networkPolicy";

/** Who makes users of a database. */
export interface Administrators {
  /** Who signs in. */
  readonly server: WorkloadIdentity;
  /** Who reads the administrator's password, where there is one. */
  readonly keeper: WorkloadIdentity;
}

/** How Vault signs in to a server as one that makes users there. */
export interface SqlAdministration {
  /**
   * The connection's settings but for what is secret, as Vault's plugin takes them:
   * https://developer.hashicorp.com/vault/api-docs/secret/databases/postgresql
   */
  readonly settings: Readonly<Record<string, pulumi.Output<string> | string | boolean>>;
  /**
   * Secret of the cloud's store with `username` and `password`, JSON.
   *
   * @default - the identity itself signs in
   */
  readonly secretId?: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
}

/** A server of a database whose users Vault can make. */
export interface AdministeredSql {
  /** Lets Vault sign in, as an administrator. The grant's resources are children of `opts.parent`, named from `name`. */
  administer(name: string, to: Administrators, opts: pulumi.ComponentResourceOptions): SqlAdministration;
}
