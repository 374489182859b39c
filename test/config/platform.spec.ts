import * as assert from "node:assert/strict";
import { clouds } from "../../components/cloud";
import { platformOf } from "../../config/platform";
import { checkPlatformServices } from "../../config/platformChecks";
import { configOf, problemsOf, stackValues } from "./stackFiles";

const values = (cloud: string, platform?: object): Record<string, string> => ({
  ...stackValues("prod"),
  cloud,
  ...(platform !== undefined && { platform: JSON.stringify(platform) }),
});

describe("the platform's services in a stack's file", () => {
  for (const cloud of clouds) {
    it(`are on ${cloud} what the blueprint asks for, unless the stack says`, () => {
      assert.deepEqual(configOf(values(cloud)).blueprint.platform.reloader, {});
      const without = configOf(values(cloud, { reloader: { enabled: false } }));
      assert.ok(!("reloader" in without.blueprint.platform));
    });
  }

  it("may be asked for where the blueprint does without them", () => {
    assert.deepEqual(platformOf({}, { reloader: { enabled: true } }), { reloader: {} });
    assert.deepEqual(platformOf({}, { reloader: {} }), {});
  });

  for (const cloud of clouds) {
    it(`may have a mesh on ${cloud}, of the sort and with the hosts that the stack says`, () => {
      const istio = { enabled: true, egressHosts: ["api.example.com"] };
      const { platform } = configOf({ ...values(cloud, { istio }), blueprint: "seo-platform" }).blueprint;
      assert.deepEqual(platform.istio, { egressHosts: ["api.example.com"] });
      const ambient = configOf({ ...values(cloud, { istio: { mode: "ambient" } }), blueprint: "explico" });
      assert.deepEqual(ambient.blueprint.platform.istio, { mode: "ambient" });
    });

    it(`have no mesh on ${cloud} where pods run without nodes, on which Istio's plugin would be`, () => {
      const serverless = { ...values(cloud, { istio: { enabled: true } }), blueprint: "publishing" };
      assert.match(
        problemsOf(serverless).join("\n"),
        /^platform\.istio\.enabled: expected false where groundwork:blueprint is publishing.* got true$/m,
      );
    });

    it(`have no Vault on ${cloud} where pods run without nodes, on which its servers would be`, () => {
      const serverless = { ...values(cloud, { vault: { enabled: true } }), blueprint: "publishing" };
      assert.match(
        problemsOf(serverless).join("\n"),
        /^platform\.vault\.enabled: expected false where groundwork:blueprint is publishing.*volumes.* got true$/m,
      );
    });

    it(`keep Vault on ${cloud} where services use it`, () => {
      const without = { ...values(cloud, { vault: { enabled: false } }), blueprint: "suuupra" };
      assert.match(
        problemsOf(without).join("\n"),
        /^platform\.vault\.enabled: expected true where services of the blueprint use Vault \(.*\bpayments\b.*\), got false$/m,
      );
      const unused = { ...values(cloud, { vault: { enabled: true } }), blueprint: "explico" };
      assert.deepEqual(configOf(unused).blueprint.platform.vault, {});
    });
  }

  it("keep samples for no less long the coarser they are", () => {
    const platform = (thanos: object) => JSON.stringify({ thanos });
    assert.deepEqual(
      problemsOf({ ...stackValues("prod"), blueprint: "suuupra", platform: platform({ hourDays: 100 }) }),
      ["platform.thanos.hourDays: expected 180 days or more, as fiveMinuteDays, got 100"],
    );
    assert.deepEqual(
      problemsOf({ ...stackValues("prod"), blueprint: "suuupra", platform: platform({ hourDays: 1000 }) }),
      [],
    );
  });

  it("have a mesh whose mode and hosts go together", () => {
    const problems = (istio: object) =>
      problemsOf({ ...values("aws", { istio: { enabled: true, ...istio } }), blueprint: "explico" }).join(
        "\n",
      );
    assert.match(problems({ mode: "both" }), /platform\.istio\.mode/);
    assert.match(
      problems({ mode: "ambient", egressHosts: ["api.example.com"] }),
      /^platform\.istio\.egressHosts: expected none where istio\.mode is "ambient".*got \["api\.example\.com"\]$/m,
    );
    assert.match(
      problems({ egressHosts: ["https://api.example.com"] }),
      /^platform\.istio\.egressHosts: expected DNS names such as api\.example\.com/m,
    );
  });

  it("are refused by their key where there are none such", () => {
    assert.deepEqual(problemsOf(values("aws", { reloder: { enabled: true } })).length, 1);
    assert.match(problemsOf(values("aws", { reloder: { enabled: true } }))[0] ?? "", /^platform/);
    assert.match(
      problemsOf(values("aws", { reloader: { enabled: "yes" } }))[0] ?? "",
      /^platform\.reloader\.enabled: expected true or false, got "yes"/,
    );
  });

  const repository = "https://git.example.com/shop.git";
  const oidc = { issuer: "https://id.example.com", clientId: "argo-cd", groups: { deployers: ["dev"] } };

  for (const cloud of clouds) {
    it(`say on ${cloud} what Argo CD deploys and who may work with it`, () => {
      const asked = { argoCd: { enabled: true, repository: { url: repository }, oidc } };
      assert.deepEqual(configOf(values(cloud, asked)).blueprint.platform.argoCd, {
        repository: { url: repository, revision: "main", path: "applications/*" },
        oidc: { ...oidc, groups: { admins: [], deployers: ["dev"], viewers: [] } },
      });
    });
  }

  for (const [what, argoCd, problem] of [
    [
      "a repository whose URL holds a password",
      { repository: { url: "https://me:password@git.example.com/shop.git" } },
      /^platform\.argoCd\.repository\.url: /,
    ],
    [
      "a repository without TLS",
      { repository: { url: "http://git.example.com/a" } },
      /^platform\.argoCd\.repository\.url: /,
    ],
    [
      "a group that would be a rule of its own",
      { oidc: { ...oidc, groups: { viewers: ["x, role:admin"] } } },
      /^platform\.argoCd\.oidc\.groups\.viewers/,
    ],
    [
      "a provider without TLS",
      { oidc: { ...oidc, issuer: "http://id.example.com" } },
      /^platform\.argoCd\.oidc\.issuer: /,
    ],
  ] as const) {
    it(`refuse ${what}`, () => {
      const problems = problemsOf(values("aws", { argoCd }));
      assert.equal(problems.length, 1);
      assert.match(problems[0] ?? "", problem);
    });
  }

  it("have to be there where the blueprint's secrets are delivered by one", () => {
    const secrets = { "session-key": { delivery: "variable" }, "other-key": {} } as const;
    const services = {};
    assert.deepEqual(checkPlatformServices({ platform: { externalSecrets: {} }, secrets, services }), []);
    assert.deepEqual(checkPlatformServices({ platform: {}, secrets: { "other-key": {} }, services }), []);
    assert.deepEqual(
      checkPlatformServices({ platform: {}, secrets, services }).map(({ key, expected }) => [key, expected]),
      [
        [
          "platform.externalSecrets.enabled",
          "true where the blueprint delivers secrets as variables (session-key)",
        ],
      ],
    );
  });

  describe("that tell of feature flags", () => {
    const asking = (access: "read" | "readWrite") => ({
      till: {
        image: { repository: "shop/till", tag: "1.0.0" },
        replicas: 2,
        resources: { cpu: "100m", memory: "128Mi" },
        stores: { flags: access },
      },
    });
    const flag = { variants: { on: true, off: false }, defaultVariant: "off" };

    for (const [what, flagd, access, want] of [
      ["flags that somebody asks for", { flags: { cart: flag } }, "read", []],
      [
        "a default that is no variant",
        { flags: { cart: { ...flag, defaultVariant: "no" } } },
        "read",
        ["platform.flagd.flags.cart.defaultVariant: expected a variant: one of on, off, got no"],
      ],
      [
        "a part of a variant that is not there",
        { flags: { cart: { ...flag, rollout: { on: 10, maybe: 90 } } } },
        "read",
        ["platform.flagd.flags.cart.rollout: expected a variant: one of on, off, got maybe"],
      ],
      [
        "no flags",
        {},
        "read",
        ["platform.flagd.enabled: expected false where the blueprint has no flags, got true"],
      ],
      [
        "a service that would write them",
        { flags: { cart: flag } },
        "readWrite",
        ["services.till.stores.flags: expected read, as flags are the blueprint's, got readWrite"],
      ],
    ] as const) {
      it(`are ${want.length === 0 ? "let by" : "refused"}: ${what}`, () => {
        const found = checkPlatformServices({ platform: { flagd }, services: asking(access) });
        assert.deepEqual(
          found.map(({ key, expected, got }) => `${key}: expected ${expected}, got ${got}`),
          want,
        );
      });
    }

    it("are missed where a service asks for them", () => {
      const found = checkPlatformServices({ platform: {}, services: asking("read") });
      assert.deepEqual(
        found.map(({ key, expected }) => [key, expected]),
        [["platform.flagd.enabled", "true where services of the blueprint ask for flags (till)"]],
      );
    });
  });

  describe("for services whose new versions are judged", () => {
    const service = {
      image: { repository: "shop/till", tag: "1.0.0" },
      port: 8080,
      replicas: 2,
      resources: { cpu: "100m", memory: "128Mi" },
    } as const;
    const services = {
      till: { ...service, strategy: { kind: "canary" } },
      shelf: { ...service, strategy: { kind: "rolling" }, metrics: { port: 9464 } },
      door: { ...service, strategy: { kind: "blueGreen" }, metrics: { port: 9464 } },
    } as const;

    for (const [what, platform, want] of [
      ["Argo Rollouts and a mesh of sidecars", { argoRollouts: {}, istio: {} }, []],
      ["a mesh alone", { istio: {} }, [["platform.argoRollouts.enabled", /\(till, door\)/]]],
      ["Argo Rollouts alone", { argoRollouts: {} }, [["platform.istio.enabled", /till has no metrics/]]],
      [
        "a mesh that knows connections alone",
        { argoRollouts: {}, istio: { mode: "ambient" } },
        [["platform.istio.enabled", /not ambient, where till has no metrics/]],
      ],
    ] as const) {
      it(`${want.length === 0 ? "are what is needed" : "are not enough"}: ${what}`, () => {
        const problems = checkPlatformServices({ platform, services });
        assert.deepEqual(
          problems.map(({ key }) => key),
          want.map(([key]) => key),
        );
        for (const [index, [, expected]] of want.entries()) {
          assert.match(problems[index]?.expected ?? "", expected);
        }
      });
    }

    it("are not asked where all of them are rolling", () => {
      assert.deepEqual(checkPlatformServices({ platform: {}, services: { shelf: services.shelf } }), []);
    });
  });
});

describe("traces in a stack's file", () => {
  for (const cloud of clouds) {
    const of = (platform: object) => ({ ...values(cloud, platform), blueprint: "publishing" });

    it(`are on ${cloud} of the part and for the days that the stack says`, () => {
      const { platform } = configOf(
        of({ openTelemetry: { samplePercent: 2.5 }, tempo: { retentionDays: 30 } }),
      ).blueprint;
      assert.deepEqual(
        [platform.openTelemetry, platform.tempo],
        [{ samplePercent: 2.5 }, { retentionDays: 30 }],
      );
    });

    it(`are not gathered on ${cloud} where nothing keeps them, nor kept where nothing gathers them`, () => {
      assert.match(
        problemsOf(of({ tempo: { enabled: false } })).join("\n"),
        /^platform\.openTelemetry\.enabled: expected false without platform\.jaeger and platform\.tempo, .*, got true$/m,
      );
      assert.match(
        problemsOf(of({ openTelemetry: { enabled: false } })).join("\n"),
        /^platform\.tempo\.enabled: expected false without platform\.openTelemetry.*, got true$/m,
      );
      const none = configOf(of({ openTelemetry: { enabled: false }, tempo: { enabled: false } }));
      assert.equal(none.blueprint.platform.openTelemetry, undefined);
    });

    for (const [said, problem] of [
      [{ openTelemetry: { samplePercent: 101 } }, /platform\.openTelemetry\.samplePercent.*from 0 to 100/],
      [{ openTelemetry: { samplePercent: -1 } }, /platform\.openTelemetry\.samplePercent.*from 0 to 100/],
      [{ tempo: { retentionDays: 0 } }, /platform\.tempo\.retentionDays.*from 1 to 90/],
      [{ jaeger: { enabled: true, gibPerDay: 0 } }, /platform\.jaeger\.gibPerDay.*a number above 0/],
    ] as const) {
      it(`are refused on ${cloud} as ${JSON.stringify(said)}`, () => {
        assert.match(problemsOf(of(said)).join("\n"), problem);
      });
    }
  }
});
