import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ChartPin, charts } from "../../../components/platform/charts";

const root = join(__dirname, "../../..");
const manifest = "components/platform/charts.ts";
const pins: readonly ChartPin[] = Object.values(charts);

describe("the manifest of charts", () => {
  for (const { chart, version, repo } of pins) {
    it(`pins ${chart} to one version, where Renovate finds it`, () => {
      assert.match(version, /^v?\d+\.\d+\.\d+$/);
      const source = repo.startsWith("oci://")
        ? `datasource=docker depName=${repo.slice("oci://".length)}/${chart}`
        : `datasource=helm depName=${chart} registryUrl=${repo}`;
      const annotation = `// renovate: ${source}\n    version: "${version}",`;
      assert.ok(readFileSync(join(root, manifest), "utf8").includes(annotation), `expected ${annotation}`);
    });
  }

  it("holds no chart that is retired", () => {
    assert.deepEqual(
      pins.filter(({ chart, repo }) => chart === "ingress-nginx" || repo.includes("bitnami")),
      [],
    );
  });

  it("is the only way to a release: no other source file makes one", () => {
    const makers = ["components", "providers"]
      .flatMap((folder) =>
        readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) =>
          join(folder, file),
        ),
      )
      .filter((file) => file.endsWith(".ts"))
      .filter((file) => /new (k8s|kubernetes)\.helm\./.test(readFileSync(join(root, file), "utf8")));
    assert.deepEqual(makers, ["components/platform/release.ts"]);
  });
});
