/** Who signs people in to Grafana (OAuth 2.0 with OpenID Connect's scopes), and what their groups may do. */
export interface GrafanaSignIn {
  /** Where people are sent to sign in. */
  readonly authorizationUrl: string;
  /** Where Grafana gets their tokens. */
  readonly tokenUrl: string;
  /** Where Grafana asks who somebody is, with their groups as the claim `groups`. */
  readonly userInfoUrl: string;
  /** Grafana as the provider knows it. */
  readonly clientId: string;
  /** What Grafana asks for: OpenID Connect's own, and the one for groups where the provider has such. */
  readonly scopes: readonly string[];
  /** By what they may do; who is in none is not let in. */
  readonly groups: GrafanaGroups;
}

/** Groups by their role in Grafana. */
export interface GrafanaGroups {
  readonly admins: readonly string[];
  readonly editors: readonly string[];
  readonly viewers: readonly string[];
}

/** The Secret with the client's secret, and its key. */
export const grafanaSignInSecret = { name: "grafana-sign-in", key: "client-secret" } as const;

/**
 * Grafana's settings as variables, `GF_<section>_<key>`; none where nobody signs people in. The form for the local
 * administrator is off then. Their password stays: with it the sidecars, in the same pod, have Grafana read its sources anew.
 * https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-authentication/generic-oauth/
 */
export function signInSettings(signIn: GrafanaSignIn | undefined): Readonly<Record<string, string>> {
  if (signIn === undefined) return {};
  const { authorizationUrl, tokenUrl, userInfoUrl, clientId, scopes, groups } = signIn;
  return {
    GF_AUTH_DISABLE_LOGIN_FORM: "true",
    GF_AUTH_GENERIC_OAUTH_ENABLED: "true",
    GF_AUTH_GENERIC_OAUTH_NAME: "SSO",
    GF_AUTH_GENERIC_OAUTH_CLIENT_ID: clientId,
    GF_AUTH_GENERIC_OAUTH_SCOPES: scopes.join(" "),
    GF_AUTH_GENERIC_OAUTH_AUTH_URL: authorizationUrl,
    GF_AUTH_GENERIC_OAUTH_TOKEN_URL: tokenUrl,
    GF_AUTH_GENERIC_OAUTH_API_URL: userInfoUrl,
    GF_AUTH_GENERIC_OAUTH_USE_PKCE: "true",
    // whoever the provider lets in is known from then on
    GF_AUTH_GENERIC_OAUTH_ALLOW_SIGN_UP: "true",
    GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_PATH: roleOf(groups),
    // and who has no role is not let in
    GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_STRICT: "true",
    GF_AUTH_GENERIC_OAUTH_ALLOW_ASSIGN_GRAFANA_ADMIN: "false",
  };
}

/** Ports on which Grafana itself asks the provider; people are sent there by their browsers. */
export function signInPorts({ tokenUrl, userInfoUrl }: GrafanaSignIn): readonly number[] {
  const ports = [tokenUrl, userInfoUrl].map((url) => new URL(url).port);
  return [...new Set(ports.map((port) => (port === "" ? 443 : Number(port))))];
}

/**
 * The role that the first of somebody's groups gives, the most powerful first, in JMESPath; none to who is in no group. Of a
 * claim that is missing, or no list, `groups[*]` is null, which `contains` takes for an error: an empty list stands in.
 */
function roleOf({ admins, editors, viewers }: GrafanaGroups): string {
  const roles = [
    [admins, "Admin"],
    [editors, "Editor"],
    [viewers, "Viewer"],
  ] as const;
  return roles
    .flatMap(([groups, role]) =>
      groups.map((group) => `contains(groups[*] || \`[]\`, '${group}') && '${role}'`),
    )
    .join(" || ");
}
