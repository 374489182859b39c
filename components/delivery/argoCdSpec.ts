/** What a blueprint and its stack say of Argo CD. */
export interface ArgoCdSpec {
  /**
   * Where the system's applications are described.
   *
   * @default - nowhere: nothing is deployed from Git
   */
  readonly repository?: ApplicationsRepository;
  /**
   * Who signs users in.
   *
   * @default - one local administrator, with a password that Argo CD makes
   */
  readonly oidc?: ArgoCdSignIn;
}

/** A Git repository in which each folder of a pattern is a Helm chart, and one application. */
export interface ApplicationsRepository {
  /** Over HTTPS. */
  readonly url: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Pattern of the folders, such as `applications/*`. */
  readonly path: string;
}

/** An OpenID Connect provider, and whom of its groups it lets in as what. */
export interface ArgoCdSignIn {
  readonly issuer: string;
  readonly clientId: string;
  readonly groups: ArgoCdGroups;
}

/** Groups as the provider's tokens name them; whoever is in none of them may do nothing. */
export interface ArgoCdGroups {
  /** May do all that Argo CD itself may. */
  readonly admins: readonly string[];
  /** May look at the system's applications, refresh, sync and roll them back, and read their pods' logs. */
  readonly deployers: readonly string[];
  /** May look at the system's applications. */
  readonly viewers: readonly string[];
}
