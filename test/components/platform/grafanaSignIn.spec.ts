import assert from "node:assert/strict";
import { type GrafanaSignIn, signInSettings } from "../../../components/platform/grafanaSignIn";
import type { Json, PlanResource } from "../../../preview/plan";
import { planOf } from "../../support/plans";
import { findAll, isSecretInput } from "../../support/run";

const signIn: GrafanaSignIn = {
  authorizationUrl: "https://id.example.com/authorize",
  tokenUrl: "https://id.example.com/token",
  userInfoUrl: "https://id.example.com/userinfo",
  clientId: "grafana",
  groups: { admins: ["platform"], editors: ["seo", "data"], viewers: ["everybody"] },
};

describe("who signs people in to Grafana", () => {
  it("is nobody unless told, and the settings are Grafana's own then", () => {
    assert.deepEqual(signInSettings(undefined), {});
  });

  it("is asked with a proof of the request, and takes the place of the local administrator's form", () => {
    const settings = signInSettings(signIn);
    for (const [key, value] of [
      ["GF_AUTH_DISABLE_LOGIN_FORM", "true"],
      ["GF_AUTH_GENERIC_OAUTH_ENABLED", "true"],
      ["GF_AUTH_GENERIC_OAUTH_USE_PKCE", "true"],
      ["GF_AUTH_GENERIC_OAUTH_AUTH_URL", "https://id.example.com/authorize"],
      ["GF_AUTH_GENERIC_OAUTH_TOKEN_URL", "https://id.example.com/token"],
      ["GF_AUTH_GENERIC_OAUTH_API_URL", "https://id.example.com/userinfo"],
    ] as const) {
      assert.equal(settings[key], value, key);
    }
  });

  it("gives the role of the most powerful group, none to who is in no group, and makes no server's administrator", () => {
    const settings = signInSettings(signIn);
    assert.equal(
      settings["GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_PATH"],
      "contains(groups[*], 'platform') && 'Admin' || contains(groups[*], 'seo') && 'Editor' || contains(groups[*], 'data') && 'Editor' || contains(groups[*], 'everybody') && 'Viewer'",
    );
    assert.equal(settings["GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_STRICT"], "true");
    assert.equal(settings["GF_AUTH_GENERIC_OAUTH_ALLOW_ASSIGN_GRAFANA_ADMIN"], "false");
  });

  it("has the client's secret in a Secret that Grafana's variable names, and no Secret where there is none", async () => {
    const prod = await planOf("prod", "grafanaClientSecret={secure: x}");
    const [secret] = signInSecrets(prod);
    assert.ok(secret !== undefined && isSecretInput(secret, "stringData", "client-secret"));
    assert.equal(grafanaOf(prod).env["GF_AUTH_GENERIC_OAUTH_CLIENT_ID"], "groundwork-grafana");
    assert.deepEqual(grafanaOf(prod).envValueFrom, {
      GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET: {
        secretKeyRef: { name: "grafana-sign-in", key: "client-secret" },
      },
    });
    const dev = await planOf("dev");
    assert.deepEqual(signInSecrets(dev), []);
    assert.equal(grafanaOf(dev).envValueFrom, undefined);
    assert.equal(grafanaOf(dev).env["GF_AUTH_DISABLE_LOGIN_FORM"], undefined);
  });
});

const signInSecrets = (resources: readonly PlanResource[]) =>
  findAll(resources, "kubernetes:core/v1:Secret").filter(({ name }) => name.endsWith("-grafana-sign-in"));

/** Grafana's values of the monitoring stack's release. */
function grafanaOf(resources: readonly PlanResource[]) {
  const release = findAll(resources, "kubernetes:helm.sh/v3:Release").find(({ name }) =>
    name.endsWith("-services-monitoring"),
  );
  const { grafana } = release?.inputs["values"] as {
    readonly grafana: { readonly env: Readonly<Record<string, Json>>; readonly envValueFrom?: Json };
  };
  return grafana;
}
