import assert from "node:assert/strict";
import { mkdtempSync, copyFileSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { blueprints } from "../../blueprints/catalogue";
import { parseStackFile } from "../../config/parse";
import { imagesOf, splitImage } from "../../operations/images/imagesOf";
import { parsePin, pinned } from "../../operations/images/pin";
import { changedImages, imageSources } from "../../operations/images/sources";
import { planOf } from "../support/plans";
import { operations } from "./support";

const root = join(__dirname, "../..");
const digest = `sha256:${"ab".repeat(32)}`;

describe("Images of services", () => {
  const sources = imageSources["seo-platform"] ?? assert.fail("seo-platform has no sources");

  it("are of services that the blueprint has, and all of them", () => {
    for (const [name, list] of Object.entries(imageSources)) {
      const blueprint = Object.values(blueprints).find((one) => one.name === name);
      assert.deepEqual(
        list.map(({ service }) => service).sort(),
        Object.keys(blueprint?.services ?? {}).sort(),
        name,
      );
    }
  });

  for (const [changed, services] of [
    [["images/go/main.go"], ["crawler-workers"]],
    [["images/node/Dockerfile", "images/node/src/a.mjs"], ["backend-api"]],
    [["images/nodes/Dockerfile", "README.md"], []],
    [[".github/workflows/image.yaml"], sources.map(({ service }) => service)],
    [[".github/workflows/image-check.yaml"], sources.map(({ service }) => service)],
  ] as const) {
    it(`are built again when ${changed.join(" and ")} changed: ${services.join(", ") || "none"}`, () => {
      assert.deepEqual(
        changedImages(sources, changed).map(({ service }) => service),
        services,
      );
    });
  }

  for (const [image, name, version] of [
    ["ghcr.io/shop/api:1.2", "ghcr.io/shop/api", "1.2"],
    ["localhost:5000/api", "localhost:5000/api", "latest"],
    [`localhost:5000/api@${digest}`, "localhost:5000/api", digest],
    [`ghcr.io/shop/api:1.2@${digest}`, "ghcr.io/shop/api", digest],
  ] as const) {
    it(`are ${name} in version ${version.slice(0, 12)} where a pod runs ${image.slice(0, 32)}`, () => {
      assert.deepEqual(splitImage(image), { name, version });
    });
  }

  it("are found for every service of a plan, of Deployments and of Rollouts", async () => {
    for (const [blueprint, { services }] of Object.entries(blueprints)) {
      const images = imagesOf(await planOf("prod", `blueprint=${blueprint}`));
      for (const [service, { image }] of Object.entries(services)) {
        const found = images[service] ?? assert.fail(`${blueprint}: no image of ${service}`);
        assert.ok(found.name.endsWith(`/${image.repository}`), found.name);
        assert.equal(found.version, image.digest ?? image.tag);
      }
    }
  });
});

describe("operations pin-image", () => {
  const file = readFileSync(join(root, "Pulumi.prod.yaml"), "utf8");

  it("changes the version and nothing else of the file", async () => {
    const changed = await pinned(file, [parsePin(`backend-api=${digest}`)]);
    const added = `  groundwork:services:\n    backend-api:\n      digest: ${digest}\n`;
    assert.equal(changed.trimEnd(), `${file.trimEnd()}\n${added}`.trimEnd());
    // and a second time in its place
    const again = await pinned(changed, [parsePin(`backend-api=${digest.replaceAll("ab", "cd")}`)]);
    assert.equal(again, changed.replaceAll("ab".repeat(32), "cd".repeat(32)));
  });

  it("takes the digest away where a tag is to decide", async () => {
    const before = await pinned(file, [parsePin(`frontend=${digest}`)]);
    const changed = await pinned(before, [parsePin("frontend=1.4.0")]);
    const { config } = parse(changed) as { readonly config: Readonly<Record<string, unknown>> };
    assert.deepEqual(config["groundwork:services"], { frontend: { tag: "1.4.0" } });
  });

  it("writes what the program takes", async () => {
    const changed = await pinned(file, [parsePin(`frontend=${digest}`), parsePin("backend-api=1.4.0")]);
    const { config } = parse(changed) as { readonly config: Readonly<Record<string, unknown>> };
    const values = Object.fromEntries(
      Object.entries(config)
        .filter(([key]) => key.startsWith("groundwork:"))
        .map(([key, value]) => [
          key.slice("groundwork:".length),
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
    );
    const { services } = parseStackFile(values, () => false);
    assert.deepEqual([services["frontend"]?.digest, services["backend-api"]?.tag], [digest, "1.4.0"]);
  });

  it("refuses what is no version, and a stack that there is not", async () => {
    for (const version of ["latest", "sha256:abc", "a b", "-x"]) {
      await assert.rejects(
        pinned(file, [parsePin(`api=${version}`)]),
        /api: expected a (tag|digest), got /,
        version,
      );
    }
    for (const text of ["api", "=1.0", "api="]) {
      assert.throws(() => parsePin(text), /--image: expected service=version/, text);
    }
    const { status, stderr } = await operations(
      {},
      "pin-image",
      "-C",
      root,
      "--stack",
      "none",
      "--image",
      "a=1",
    );
    assert.equal(status, 2);
    assert.match(stderr, /--stack: expected one of dev, prod, staging, got none/);
  });

  it("writes several stacks' files at once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "groundwork-pin-"));
    try {
      for (const name of ["Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.staging.yaml"]) {
        copyFileSync(join(root, name), join(folder, name));
      }
      const ended = await operations(
        {},
        ...["pin-image", "-C", folder, "--stack", "staging", "prod", "--image", `frontend=${digest}`],
      );
      assert.equal(ended.status, 0, ended.stderr);
      for (const stack of ["staging", "prod"]) {
        assert.ok(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8").includes(digest), stack);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("operations pin-image of what was pushed to a registry", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "groundwork-pushed-"));
    for (const name of readdirSync(root)) {
      if (!/^Pulumi\./.test(name)) symlinkSync(join(root, name), join(folder, name));
      else copyFileSync(join(root, name), join(folder, name));
    }
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const pin = (...args: readonly string[]) => operations({}, "pin-image", "-C", folder, ...args);
  const pins = (stack: string) => readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8").includes(digest);

  it("leaves a stack as it is that takes its images from another", async () => {
    const prod = imagesOf(await planOf("prod"))["frontend"]?.name ?? assert.fail("prod has no frontend");
    const stacks = ["--stack", "staging", "prod"];
    const { status, stdout, stderr } = await pin(...stacks, "--image", `frontend=${prod}@${digest}`);
    assert.equal(status, 0, stderr);
    assert.match(
      stdout,
      /Pulumi\.staging\.yaml: left as it is: it takes frontend from ghcr\.io\/example\/\S+, not /,
    );
    assert.match(stdout, /^Pulumi\.prod\.yaml: frontend$/m);
    assert.deepEqual([pins("staging"), pins("prod")], [false, true]);
  }).timeout(120_000);

  it("leaves a stack as it is that has no such service", async () => {
    const { stdout } = await pin("--stack", "staging", "--image", `nobody=ghcr.io/example/nobody@${digest}`);
    assert.match(stdout, /^Pulumi\.staging\.yaml: left as it is: it has no nobody$/m);
    assert.equal(pins("staging"), false);
  }).timeout(120_000);

  it("is asked by the workflow", () => {
    const workflow = readFileSync(join(root, ".github/workflows/image.yaml"), "utf8");
    assert.match(workflow, /pin-image --stack "\$\{stacks\[@\]\}" --image "\$SERVICE=\$IMAGE@\$DIGEST"/);
  });
});

describe("operations hosts", () => {
  it("prints where a stack is served, by the checks of its own monitoring", async () => {
    const { status, stdout } = await operations({}, "hosts", "-C", root, "--stack", "staging");
    assert.equal(status, 0);
    assert.deepEqual(JSON.parse(stdout), ["staging.seo.example.com"]);
  }).timeout(60_000);
});
