import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import * as ts from "typescript";
import { rules } from "../../policy/rules";
import { packFolder, PackServer } from "./packServer";
import { scene } from "./scene";

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}
const root = join(packFolder, "..");
const manifestIn = (folder: string) =>
  // A package's manifest, of which npm knows the shape.
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
const manifest = manifestIn(packFolder);
const sources = readdirSync(packFolder, { recursive: true, encoding: "utf8" }).filter(
  (path) => /\.(ts|cjs)$/.test(path) && !path.startsWith("node_modules"),
);

interface Import {
  readonly file: string;
  readonly from: string;
  readonly typeOnly: boolean;
}

/** What a file imports or requires. */
function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(packFolder, file), "utf8");
  const parsed = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    if (
      (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
      node.moduleSpecifier !== undefined &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      const typeOnly = ts.isImportDeclaration(node)
        ? node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
        : node.isTypeOnly;
      found.push({ file, from: node.moduleSpecifier.text, typeOnly });
    }
    if (ts.isCallExpression(node) && node.expression.getText() === "require") {
      const [path] = node.arguments;
      if (path && ts.isStringLiteral(path)) found.push({ file, from: path.text, typeOnly: false });
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed);
  return found;
}

const packageOf = (from: string) =>
  from
    .split("/")
    .slice(0, from.startsWith("@") ? 2 : 1)
    .join("/");

describe("the policy pack as a package of its own", () => {
  const imports = sources.flatMap(importsOf);

  it("imports nothing of this repository outside its folder", () => {
    const local = imports.filter(({ from }) => from.startsWith("."));
    assert.ok(local.length > 100);
    assert.deepEqual(
      local.filter(({ file, from }) =>
        relative(packFolder, resolve(packFolder, dirname(file), from)).startsWith(".."),
      ),
      [],
    );
  });

  it("declares each package that it imports, those of types and of its own tools for development", () => {
    const packages = imports.filter(({ from }) => !/^(\.|node:)/.test(from));
    const needed = (typeOnly: boolean) =>
      new Set(
        packages
          .filter((each) => (each.typeOnly || each.file === "generate.ts") === typeOnly)
          .map(({ from }) => packageOf(from)),
      );
    const run = needed(false);
    assert.deepEqual([...run].sort(), Object.keys(manifest.dependencies));
    assert.deepEqual(
      [...needed(true)].filter((name) => !run.has(name)).sort(),
      Object.keys(manifest.devDependencies).filter((name) => name !== "typescript"),
    );
  });

  it("asks for the versions that the repository runs it with", () => {
    const whole = manifestIn(root);
    const versions = { ...whole.devDependencies, ...whole.dependencies };
    for (const [name, version] of Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })) {
      assert.equal(version, versions[name], name);
    }
  });

  describe("in a folder of another's, with what it declares and nothing else", () => {
    let folder = "";
    let server: PackServer;
    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "groundwork-pack-"));
      const pack = join(folder, "policy");
      cpSync(packFolder, pack, { recursive: true });
      for (const name of Object.keys(manifest.dependencies)) {
        const link = join(pack, "node_modules", name);
        mkdirSync(dirname(link), { recursive: true });
        symlinkSync(join(root, "node_modules", name), link);
      }
      server = await PackServer.start(pack);
    });
    after(async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    });

    it("starts and says which rules it has", async () => {
      const info = await server.info();
      assert.equal(info.getName(), "groundwork");
      assert.deepEqual(
        info
          .getPoliciesList()
          .map((policy) => policy.getName())
          .sort(),
        rules.map(({ id }) => id),
      );
    });

    it("judges a program that it knows nothing of, at prod's line where no config is given", async () => {
      const found = await server.analyze(
        scene([
          ["pulumi:providers:aws", "default_7_48_0", { inputs: { region: "us-east-1" } }],
          ["aws:ebs/volume:Volume", "data", { provider: "default_7_48_0", inputs: { size: 10 } }],
        ]),
      );
      assert.deepEqual(found.map(({ policy, level }) => `${policy} ${level}`).sort(), [
        "all-explicit-provider mandatory",
        "all-required-tags mandatory",
        "all-required-tags mandatory",
        "all-required-tags mandatory",
        "all-required-tags mandatory",
        "aws-ec2-ebs-encrypted mandatory",
      ]);
    });
  });
});
