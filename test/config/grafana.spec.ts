import assert from "node:assert/strict";
import { configOf, problemsOf, stackValues, withSetting } from "./stackFiles";

const oidc = {
  authorizationUrl: "https://id.example.com/authorize",
  tokenUrl: "https://id.example.com/token",
  userInfoUrl: "https://id.example.com/userinfo",
  clientId: "grafana",
  groups: { admins: ["platform"] },
};

describe("groundwork:grafana", () => {
  it("names nobody who signs people in unless a stack does", () => {
    const values = Object.entries(stackValues("dev")).filter(([key]) => key !== "grafana");
    assert.deepEqual(configOf(Object.fromEntries(values)).grafana, {});
  });

  it("takes who signs people in, and groups by what they may do", () => {
    assert.deepEqual(configOf(withSetting("prod", "grafana", { oidc })).grafana.oidc, {
      ...oidc,
      scopes: ["openid", "profile", "email"],
      groups: { admins: ["platform"], editors: [], viewers: [] },
    });
  });

  it("asks for other scopes where a stack names them", () => {
    const scopes = ["openid", "groups", "api://grafana/.default"];
    const config = configOf(withSetting("prod", "grafana", { oidc: { ...oidc, scopes } }));
    assert.deepEqual(config.grafana.oidc?.scopes, scopes);
  });

  for (const [what, value, problem] of [
    [
      "an address without TLS",
      { ...oidc, tokenUrl: "http://id.example.com/token" },
      /^grafana\.oidc\.tokenUrl: expected where the provider gives tokens, an https URL, got "http:/,
    ],
    [
      "no groups at all, so that nobody could sign in",
      { ...oidc, groups: {} },
      /^grafana\.oidc\.groups: expected at least one group: nobody could sign in, got \{\}$/,
    ],
    [
      "a group that would be an expression",
      { ...oidc, groups: { admins: ["a') && 'Admin"] } },
      /^grafana\.oidc\.groups\.admins\.0: expected a group's name or id without spaces, commas, quotes/,
    ],
    [
      "two scopes in one",
      { ...oidc, scopes: ["openid profile"] },
      /^grafana\.oidc\.scopes\.0: expected a scope of letters, digits/,
    ],
    ["no scope at all", { ...oidc, scopes: [] }, /^grafana\.oidc\.scopes: expected at least one scope/],
    [
      "an unknown key",
      { ...oidc, issuer: "https://id.example.com" },
      /^grafana\.oidc\.issuer: expected one of the keys authorizationUrl, .* got the unknown key/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      const problems = problemsOf(withSetting("prod", "grafana", { oidc: value }));
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }
});
