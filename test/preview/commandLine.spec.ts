import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clouds } from "../../components/cloud";
import type { Plan } from "../../preview/plan";
import { commandLine } from "../support/commandLine";

const root = join(__dirname, "..", "..");
const shop = join(__dirname, "fixtures", "shop");
const onShop = ["--stack", "test", "--cwd", shop] as const;

function previewOfShop(...flags: readonly string[]): ReturnType<typeof commandLine> {
  return commandLine("preview", ...onShop, ...flags);
}

async function planOfShop(...flags: readonly string[]): Promise<Plan> {
  const { status, stdout, stderr } = await previewOfShop("--json", ...flags);
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout) as Plan;
}

describe("preview", () => {
  it("reports the tree, the counts, the outputs, the secrets to set and the verdict, plain when piped", async () => {
    const { status, stdout } = await previewOfShop();
    assert.equal(status, 0);
    assert.equal(
      stdout,
      [
        "test · corner-shop · aws eu-west-1",
        "",
        "shop-test pulumi:pulumi:Stack 2 resources",
        "└─ shop shop:index:Shop 2 resources",
        "   ├─ pulumi:providers:random …",
        "   └─ random:index:RandomPassword ×2 …-a, …-b",
        "",
        "2 resources, 2 components, 1 provider",
        "  2 pulumi   1 providers:random, 1 pulumi:Stack",
        "  2 random   2 index:RandomPassword",
        "  1 shop     1 index:Shop",
        "",
        "Outputs",
        "  greeting  hello none",
        "  password  [secret]",
        "  token     [secret]",
        "",
        "Secrets with a value standing in for them",
        "  shop:token     set, not readable offline",
        "  shop:password  to be set: pulumi config set --secret shop:password",
        "",
      ].join("\n") + stdout.slice(stdout.indexOf("\nPolicy")),
    );
    assert.match(stdout, /\nPolicy {2}✓ \d+ checks, no violation\n$/);
  });

  it("folds like resources of one parent, unless it is told not to", async () => {
    const folded = await previewOfShop("--set", "size.tills=5");
    const full = await previewOfShop("--set", "size.tills=5", "--full");
    assert.match(folded.stdout, /└─ random:index:RandomPassword ×5 …-a, …-b, …-c, …-d, 1 more\n/);
    assert.match(full.stdout, /└─ random:index:RandomPassword shop-e\n/);
  });

  it("prints as JSON the plan and nothing else, the same bytes each time", async () => {
    const first = await previewOfShop("--json", "--set", "mode=log");
    const second = await previewOfShop("--json", "--set", "mode=log");
    assert.equal(first.stdout, second.stdout);
    const plan = JSON.parse(first.stdout) as Plan;
    assert.deepEqual(Object.keys(plan), [
      "stack",
      "cloud",
      "blueprint",
      "environment",
      "region",
      "resources",
      "outputs",
      "policy",
    ]);
    assert.deepEqual(Object.keys(plan.policy), [
      "evaluated",
      "notApplicable",
      "unknown",
      "open",
      "exempt",
      "remediated",
      "violations",
    ]);
    const urns = plan.resources.map((resource) => resource.urn);
    assert.deepEqual(urns, [...urns].sort());
    assert.equal(first.stderr, "printed by the program\nsaid by the program\nwarning: the milk is sour\n");
  });

  it("never shows a secret, be it a stand-in, a computed output or an output of the stack", async () => {
    const json = await previewOfShop("--json");
    const text = await previewOfShop("--full");
    assert.equal(/stand-in-for/.test(json.stdout + text.stdout), false);
    const { outputs, resources } = JSON.parse(json.stdout) as Plan;
    assert.deepEqual(outputs, { greeting: "hello none", password: "[secret]", token: "[secret]" });
    assert.deepEqual(
      resources.flatMap((resource) => resource.additionalSecretOutputs),
      ["bcryptHash", "result", "bcryptHash", "result"],
    );
  });

  it("changes what --set says, numbers, lists and objects too", async () => {
    const plan = await planOfShop(
      "--set",
      "size={tills: 4}",
      "--set",
      "shop:aws.region=eu-north-1",
      "--cloud",
      "aws",
    );
    assert.equal(plan.region, "eu-north-1");
    assert.equal(plan.resources.filter((resource) => resource.custom).length, 5);
  });

  it("takes cloud and blueprint as short for --set", async () => {
    const plan = await planOfShop("--cloud", "gcp", "--blueprint", "supermarket");
    assert.deepEqual([plan.cloud, plan.blueprint, plan.region], ["gcp", "supermarket", ""]);
  });

  it("says in the plan whose policy levels hold: those of the stack's environment, prod where it has none", async () => {
    assert.equal((await planOfShop()).environment, "dev");
    assert.equal((await planOfShop("--set", "environment=")).environment, "prod");
  });

  it("shows what the program warns of", async () => {
    const { stdout, stderr } = await previewOfShop("--set", "mode=log");
    assert.match(stdout, /\nWarnings\n {2}! the milk is sour\n/);
    assert.equal(stdout.includes("by the program"), false);
    assert.equal(stderr, "printed by the program\nsaid by the program\n");
  });

  it("stands in for secrets that the program says are missing", async () => {
    const { status, stdout } = await previewOfShop("--set", "mode=missing-secret");
    assert.equal(status, 0);
    assert.match(stdout, /\n {2}shop:pin +to be set: pulumi config set --secret shop:pin\n/);
  });

  it("hands a secret that is given in plain text to the program as no secret", async () => {
    const { status, stdout } = await previewOfShop(
      "--set",
      "mode=is-secret",
      "--set",
      "password=in-plain-text",
    );
    assert.equal(status, 0);
    assert.match(stdout, /\nWarnings\n {2}! shop:password is plain, shop:token is secret\n/);
    assert.equal(stdout.includes("shop:password  to be set"), false);
  });

  it("with --first, accepts a program that registers the same before and after an update", async () => {
    const { status, stdout } = await previewOfShop("--first");
    assert.equal(status, 0);
    assert.match(
      stdout,
      /\nFirst preview {2}registers the same 2 resources, 2 components, 1 provider; \d+ checks, \d+ left to the update\n/,
    );
  });

  it("with --first, fails when a resource is made inside an apply, and names it", async () => {
    const { status, stderr } = await previewOfShop("--first", "--set", "mode=apply");
    assert.equal(status, 1);
    assert.match(stderr, /^error: a first preview would not show these, .*\n {2}urn:.*::none-late\n$/);
  });
});

describe("preview of the prod stack", () => {
  const onProd = ["preview", "--stack", "prod", "--cwd", root] as const;

  for (const cloud of clouds) {
    it(`on ${cloud} is clean, the same bytes each time, and holds no secret`, async () => {
      const first = await commandLine(...onProd, "--cloud", cloud, "--json");
      const second = await commandLine(...onProd, "--cloud", cloud, "--json");
      assert.equal(first.status, 0, first.stderr);
      assert.equal(first.stdout, second.stdout);
      assert.equal(first.stderr, "");
      assert.equal(/stand-in-for|\[unknown\]/.test(first.stdout), false);
      const plan = JSON.parse(first.stdout) as Plan;
      assert.deepEqual([plan.stack, plan.cloud, plan.blueprint], ["prod", cloud, "seo-platform"]);
      assert.notEqual(plan.region, "");
      assert.equal(plan.outputs["kubeconfig"], "[secret]");
      // the secret kubeconfig too is judged, before it is masked
      assert.deepEqual(plan.policy.open, []);
    });

    it(`on ${cloud} registers the same in a first preview`, async () => {
      const { status, stdout } = await commandLine(...onProd, "--cloud", cloud, "--first");
      assert.equal(status, 0);
      assert.match(
        stdout,
        /\nFirst preview {2}registers the same ([\d,]+ resources), \d+ components, \d+ providers; [\d,]+ checks, [\d,]+ left to the update\n/,
      );
      const [, resources = "none"] = /registers the same ([\d,]+ resources)/.exec(stdout) ?? [];
      // one definition of a resource, whoever counts
      assert.match(stdout, new RegExp(`^groundwork-prod pulumi:pulumi:Stack ${resources}$`, "m"));
      assert.match(stdout, new RegExp(`\\n${resources}, \\d+ components, `));
    });

    it(`on ${cloud} leaves open in a first preview what is not known yet: neither passed nor failed`, async () => {
      const { status, stdout } = await commandLine(...onProd, "--cloud", cloud, "--first", "--json");
      assert.equal(status, 0);
      const { policy, firstPreview } = JSON.parse(stdout) as Plan & {
        readonly firstPreview: Pick<Plan, "policy">;
      };
      const { evaluated, unknown, open, violations } = firstPreview.policy;
      assert.ok(unknown > 50, String(unknown));
      assert.deepEqual([open.length, violations], [unknown, []]);
      // whatever is judged once all is known; some of what is open turns out not to be a rule's matter
      assert.ok(evaluated + unknown >= policy.evaluated);
    });

    it(`on ${cloud} exits 1 when a setting breaks a policy, and names rule, resource and remedy`, async () => {
      const { status, stdout } = await commandLine(
        ...onProd,
        "--cloud",
        cloud,
        "--set",
        "postgres.backupRetentionDays=1",
      );
      assert.equal(status, 1);
      assert.match(
        stdout,
        /\n {2}✗ \S*(backup)\S* mandatory, \w+\n {4}remedy .+\n {4}\S+ seo-platform-prod-postgres: .+\n/,
      );
      assert.match(stdout, /rds:Instance|:DatabaseInstance/);
      assert.match(stdout, /✗ (1 )?refused/);
    });
  }

  it("refuses a bad setting before anything is registered", async () => {
    const { status, stdout, stderr } = await commandLine(...onProd, "--set", "network.zones=1");
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^error: .*\n {2}groundwork:network\.zones: expected .*, got 1\n$/);
  });
});

describe("bad usage of the command line", () => {
  const cases: readonly (readonly [what: string, args: readonly string[], message: RegExp])[] = [
    ["no stack", ["preview"], /^error: required option '--stack <name>' not specified\n$/],
    [
      "an unknown stack",
      ["preview", ...onShop, "--stack", "nope"],
      /^error: --stack: expected one of test, got nope\n$/,
    ],
    ["an unknown option", ["preview", ...onShop, "--fast"], /^error: unknown option '--fast'\n/],
    ["an argument too many", ["preview", ...onShop, "now"], /^error: too many arguments/],
    [
      "no project",
      ["preview", "--stack", "test", "--cwd", __dirname],
      /^error: no Pulumi\.yaml in .*: expected a Pulumi/,
    ],
    [
      "--set without a value",
      ["preview", ...onShop, "--set", "size"],
      /^error: --set: expected path=value, got size\n$/,
    ],
    [
      "--set without a path",
      ["preview", ...onShop, "--set", "=3"],
      /^error: --set: expected a path .*, got ""\n$/,
    ],
    [
      "--set with a gap",
      ["preview", ...onShop, "--set", "size..tills=3"],
      /^error: --set: expected a path .*, got "size\.\.tills"\n$/,
    ],
    [
      "--set into what is no object",
      ["preview", ...onShop, "--set", "mode.of.payment=cash"],
      /^error: --set: mode\.of\.payment: expected shop:mode to be a map of keys, got a string; set it as a whole\n$/,
    ],
    [
      "--set into an encrypted value",
      ["preview", ...onShop, "--set", "token.part=1"],
      /^error: --set: token\.part: expected shop:token to be a map of keys/,
    ],
    [
      "--set to what is no YAML",
      ["preview", ...onShop, "--set", "size={tills"],
      /^error: --set: size: expected a YAML value, got \{tills/,
    ],
    [
      "--set to what holds itself",
      ["preview", ...onShop, "--set", "size=&all [1, *all]"],
      /^error: --set: size: expected a YAML value, got .*\(an anchor stands for what holds it\)\n$/,
    ],
    [
      "an option where a stack's name belongs",
      ["preview", "--cwd", shop, "--stack", "--json"],
      /^error: --stack: expected a value, got the option --json\n$/,
    ],
    [
      "an option where a value to set belongs",
      ["preview", ...onShop, "--set", "--first"],
      /^error: --set: expected a value, got the option --first\n$/,
    ],
    [
      "an option where a plan belongs",
      ["policy", "--plan", "--json"],
      /^error: --plan: expected a value, got the option --json\n$/,
    ],
    [
      "an option where a folder belongs",
      ["render", ...onShop, "--out", "--json"],
      /^error: --out: expected a value, got the option --json\n$/,
    ],
    [
      "render without a folder",
      ["render", ...onShop],
      /^error: required option '--out <dir>' not specified\n$/,
    ],
  ];
  for (const [what, args, message] of cases) {
    it(`refuses ${what} with status 2`, async () => {
      const { status, stdout, stderr } = await commandLine(...args);
      assert.equal(status, 2);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    });
  }

  it("refuses a stack file that is no YAML, naming it", async () => {
    const root = mkdtempSync(join(tmpdir(), "preview-"));
    writeFileSync(join(root, "Pulumi.yaml"), "name: shop\n");
    writeFileSync(join(root, "Pulumi.test.yaml"), "config: [");
    const { status, stderr } = await commandLine("preview", "--stack", "test", "--cwd", root);
    rmSync(root, { recursive: true });
    assert.equal(status, 2);
    assert.match(stderr, /Pulumi\.test\.yaml: expected YAML/);
  });

  it("helps with status 0", async () => {
    const { status, stdout } = await commandLine("preview", "--help");
    assert.equal(status, 0);
    assert.match(stdout, /--set <path=value>/);
  });
});

describe("a program that fails", () => {
  it("is refused with its message alone where its configuration is wrong", async () => {
    const { status, stdout, stderr } = await previewOfShop("--set", "mode=config-error");
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.equal(stderr, "error: shop:mode: expected fine, got config-error\n");
  });

  const crashes: readonly (readonly [mode: string, message: RegExp])[] = [
    ["crash", /^the preview failed:\nError: out of stock\n\s+at .*shop\/index\.ts:\d+:\d+\)\n/],
    [
      "late-crash",
      /^the preview failed:\nTypeError: nothing left to sell\n\s+at .*shop\/index\.ts:\d+:\d+\)?\n$/,
    ],
    [
      "no-row",
      /no row for the type random:index\/randomUuid:RandomUuid: add it to preview\/outputs\/kubernetes\.ts\n\s+at .*shop\/index\.ts:/,
    ],
    [
      "no-answer",
      /^the preview failed:\nError: no answer for the provider function shop:index:getPrice: .*\n\s+at .*shop\/index\.ts:/,
    ],
    [
      "log-error",
      /^the preview failed:\nthe program logged errors, with which an update fails:\nthe till is empty\n$/,
    ],
  ];
  for (const [mode, message] of crashes) {
    it(`exits 3 and says where it came from: ${mode}`, async () => {
      const { status, stdout, stderr } = await previewOfShop("--set", `mode=${mode}`);
      assert.equal(status, 3);
      assert.equal(stdout, "");
      assert.match(stderr, message);
    });
  }
});
