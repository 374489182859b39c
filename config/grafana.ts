import { z } from "zod";
import { text } from "./fields";

const https = (what: string) => z.url({ protocol: /^https$/, error: `${what}, an https URL` }).describe(what);

/** Groups of who signs users in; a quotation mark or a dollar would be another expression of Grafana's. */
const groups = z
  .array(
    text(/^[^\s,"'`$\\]+$/, "a group's name or id without spaces, commas, quotes, dollars and backslashes"),
    {
      error: "a list of groups",
    },
  )
  .default([]);

/** What Grafana asks for (RFC 6749, 3.3, without what Grafana would split or read as an expression). */
const scopes = z
  .array(text(/^[\w.:/+~-]+$/, "a scope of letters, digits and . _ : / + ~ -"), { error: "a list of scopes" })
  .min(1, "at least one scope")
  .default(["openid", "profile", "email"]);

/** Schema of `groundwork:grafana`. */
export const grafana = z.strictObject({
  oidc: z
    .strictObject({
      authorizationUrl: https("where the provider signs people in"),
      tokenUrl: https("where the provider gives tokens"),
      userInfoUrl: https("where the provider says who somebody is"),
      clientId: text(/^\S{1,255}$/, "an OAuth client's id without spaces").describe(
        "Grafana as the provider knows it, with the redirection http://localhost:3000/login/generic_oauth; the secret grafanaClientSecret goes with it where the provider asks for one beside PKCE",
      ),
      scopes: scopes.describe(
        "what Grafana asks the provider for; with groups added where the provider has such a scope (Dex, Okta), and not where it refuses an unknown one (Entra, Keycloak) and adds the claim groups by its own settings",
      ),
      groups: z
        .strictObject({
          admins: groups.describe("groups that may change Grafana's users and settings"),
          editors: groups.describe("groups that may make dashboards and ask for any series"),
          viewers: groups.describe("groups that may look at dashboards"),
        })
        .refine(
          (byRole) => Object.values(byRole).some((some) => some.length > 0),
          "at least one group: nobody could sign in",
        ),
    })
    .optional()
    .describe("who signs people in; the form for the local administrator is off then"),
});
