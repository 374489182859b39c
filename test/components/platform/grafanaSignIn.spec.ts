import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import { type GrafanaSignIn, signInPorts, signInSettings } from "../../../components/platform/grafanaSignIn";
import { type GrafanaArgs, Monitoring } from "../../../components/platform/monitoring";
import type { Json, PlanResource } from "../../../preview/plan";
import { planOf } from "../../support/plans";
import { find, findAll, isSecretInput, run } from "../../support/run";

const signIn: GrafanaSignIn = {
  authorizationUrl: "https://id.example.com/authorize",
  tokenUrl: "https://id.example.com/token",
  userInfoUrl: "https://id.example.com/userinfo",
  clientId: "grafana",
  scopes: ["openid", "profile", "email"],
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
      ["GF_AUTH_GENERIC_OAUTH_SCOPES", "openid profile email"],
    ] as const) {
      assert.equal(settings[key], value, key);
    }
  });

  it("gives the role of the most powerful group, none to who is in no group, and makes no server's administrator", () => {
    const settings = signInSettings(signIn);
    assert.equal(
      settings["GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_PATH"],
      [
        "contains(groups[*] || `[]`, 'platform') && 'Admin'",
        "contains(groups[*] || `[]`, 'seo') && 'Editor'",
        "contains(groups[*] || `[]`, 'data') && 'Editor'",
        "contains(groups[*] || `[]`, 'everybody') && 'Viewer'",
      ].join(" || "),
    );
    assert.equal(settings["GF_AUTH_GENERIC_OAUTH_ROLE_ATTRIBUTE_STRICT"], "true");
    assert.equal(settings["GF_AUTH_GENERIC_OAUTH_ALLOW_ASSIGN_GRAFANA_ADMIN"], "false");
  });

  for (const [what, urls, ports] of [
    ["the port of https", {}, [443]],
    ["one of its own", { tokenUrl: "https://id.example.com:8443/token" }, [8443, 443]],
    [
      "the same for both",
      { tokenUrl: "https://id.example.com:8443/token", userInfoUrl: "https://id.example.com:8443/userinfo" },
      [8443],
    ],
    ["not where browsers alone go", { authorizationUrl: "https://id.example.com:9443/authorize" }, [443]],
  ] as const) {
    it(`is asked on ${what}`, () => {
      assert.deepEqual(signInPorts({ ...signIn, ...urls }), ports);
    });
  }

  it("is let out to by Grafana's traffic rule, and nobody outside is where nobody signs people in", async () => {
    const elsewhere = { ...signIn, tokenUrl: "https://id.example.com:8443/token" };
    assert.deepEqual(await portsOutside({ signIn: elsewhere }), [8443, 443]);
    assert.deepEqual(await portsOutside({}), []);
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

/** Ports of the internet that Grafana's traffic rule opens. */
async function portsOutside(grafana: GrafanaArgs): Promise<readonly number[]> {
  const { resources } = await run(
    () =>
      new Monitoring(
        "monitoring",
        {
          clusterName: "main",
          storageClassName: "fast",
          managedNodes: false,
          size: { prometheusReplicas: 1, alertmanagerReplicas: 1, retentionDays: 7, diskGiB: 20 },
          highlyAvailable: false,
          coreDns: true,
          alerting: {},
          nodeSelector: {},
          grafana,
        },
        { provider: new k8s.Provider("main", { kubeconfig: "{}" }) },
      ),
  );
  const { spec } = find(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy", "monitoring-grafana")
    .inputs as {
    spec: { egress: { to?: { ipBlock?: { cidr: string } }[]; ports: { port: number }[] }[] };
  };
  return spec.egress
    .filter(({ to = [] }) => to.some(({ ipBlock }) => ipBlock?.cidr === "0.0.0.0/0"))
    .flatMap(({ ports }) => ports.map(({ port }) => port));
}

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
