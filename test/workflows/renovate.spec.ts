import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { charts } from "../../components/platform/charts";
import { root } from "./support";

interface CustomManager {
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
  readonly depNameTemplate?: string;
}

const { customManagers } = JSON.parse(readFileSync(join(root, "renovate.json"), "utf8")) as {
  readonly customManagers: readonly CustomManager[];
};

interface Found {
  readonly file: string;
  readonly depName: string | undefined;
  readonly currentValue: string | undefined;
}

/** Every file of a folder, from the repository's root. */
const filesIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));

/** What a manager finds, as Renovate does: files by their pattern, every match of every expression in each. */
function foundBy({ managerFilePatterns, matchStrings, depNameTemplate }: CustomManager): readonly Found[] {
  const patterns = managerFilePatterns.map((pattern) => new RegExp(pattern.replace(/^\/|\/$/g, "")));
  const files = ["components", ".github"]
    .flatMap(filesIn)
    .filter((file) => patterns.some((one) => one.test(file)));
  return files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return matchStrings.flatMap((expression) =>
      [...text.matchAll(new RegExp(expression, "g"))].map(({ groups = {} }) => ({
        file,
        depName: groups["depName"] ?? depNameTemplate,
        currentValue: groups["currentValue"],
      })),
    );
  });
}

describe("Renovate", () => {
  const found = customManagers.flatMap(foundBy);

  it("finds the version of every chart", () => {
    const inCharts = found.filter(({ file }) => file === "components/platform/charts.ts");
    const expected = Object.values(charts).map(({ chart, version }) => `${chart} ${version}`);
    // an image of a registry is named with where it lies
    const named = inCharts.map(
      ({ depName, currentValue }) => `${depName?.split("/").at(-1)} ${currentValue}`,
    );
    assert.ok(expected.length > 30, `expected many charts, got ${expected.length}`);
    assert.deepEqual([...named].sort(), [...expected].sort());
  });

  it("finds every version with its comment, wherever one is", () => {
    const commented = ["components", ".github"]
      .flatMap(filesIn)
      .flatMap((file) =>
        [...readFileSync(join(root, file), "utf8").matchAll(/(?:\/\/|#) renovate: datasource=/g)].map(
          () => file,
        ),
      );
    const read = found.filter(({ depName }) => depName !== "@pulumi/pulumi").map(({ file }) => file);
    assert.deepEqual([...read].sort(), [...commented].sort());
  });

  it("finds the Pulumi CLI, and every manager something", () => {
    assert.ok(found.some(({ depName }) => depName === "@pulumi/pulumi"));
    for (const manager of customManagers) {
      assert.notEqual(foundBy(manager).length, 0, manager.managerFilePatterns.join(", "));
      for (const pattern of manager.managerFilePatterns) {
        assert.notEqual(foundBy({ ...manager, managerFilePatterns: [pattern] }).length, 0, pattern);
      }
    }
  });

  it("is told the same by docs/charts.md", () => {
    const page = readFileSync(join(root, "docs/charts.md"), "utf8");
    const said =
      /```json\n([\s\S]*?)```/.exec(page)?.[1] ?? assert.fail("docs/charts.md shows no configuration");
    const {
      customManagers: [shown],
    } = JSON.parse(said) as { readonly customManagers: readonly CustomManager[] };
    const [first] = customManagers;
    assert.deepEqual(shown?.managerFilePatterns, first?.managerFilePatterns);
    assert.deepEqual(shown?.matchStrings, first?.matchStrings);
  });
});
