import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { HelmRelease } from "../../preview/helm";
import { beyond, defaultsOf, leavesOf, type Values, without } from "./defaults";
import { judge, type Render } from "./prove";

describe("values that a chart's values.yaml does not name", () => {
  describe("defaults of a chart", () => {
    let folder: string;

    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "groundwork-chart-"));
    });

    afterEach(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    function file(path: string, text: string): void {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }

    it("hold those of the charts in it by their aliases, and the outer chart's come first", () => {
      file("Chart.yaml", "dependencies: [{ name: inner, alias: store }, { name: absent }]");
      file("values.yaml", "replicas: 1\nstore: { size: 2 }");
      file("charts/inner/values.yaml", "size: 1\nhost: db");
      assert.deepEqual(defaultsOf(folder), { replicas: 1, store: { size: 2, host: "db" } });
    });

    it("hold those of a chart in it that is listed nowhere, and are empty without a file", () => {
      file("charts/crds/values.yaml", "enabled: true");
      assert.deepEqual(defaultsOf(folder), { crds: { enabled: true } });
      assert.deepEqual(defaultsOf(join(folder, "nothing")), {});
    });
  });

  const places: readonly (readonly [string, Values, Values, readonly string[]])[] = [
    ["nothing of what the defaults have", { a: 1, b: { c: 2 } }, { a: 0, b: { c: 0 } }, []],
    ["a key that they lack", { a: 1, z: 1 }, { a: 0 }, ["z"]],
    ["the outermost place that they lack", { b: { c: { d: 1 } } }, { b: {} }, ["b.c"]],
    ["what stands where they have nothing", { b: { c: 1 } }, { b: null }, ["b.c"]],
    ["no list, which takes the place of theirs", { a: [1] }, { a: [] }, []],
  ];
  for (const [what, values, defaults, expected] of places) {
    it(`are ${what}`, () => {
      assert.deepEqual(
        beyond(values, defaults).map((path) => path.join(".")),
        expected,
      );
    });
  }

  it("are counted one by one, a map without any not at all", () => {
    assert.deepEqual(leavesOf({ a: { b: 1, c: [2] }, d: {} }), [
      ["a", "b"],
      ["a", "c"],
    ]);
  });

  it("are taken away alone", () => {
    assert.deepEqual(without({ a: { b: 1, c: 2 }, d: 3 }, ["a", "b"]), { a: { c: 2 }, d: 3 });
  });

  describe("proof that a chart reads them", () => {
    function release(values: Values, name = "one"): HelmRelease {
      return {
        name,
        namespace: "n",
        chart: "c",
        version: "1",
        source: { repo: "" },
        values,
        skipCrds: false,
      };
    }

    /** A chart that prints some of its values. */
    function printing(...keys: readonly string[]): Render {
      return ({ values }) => Promise.resolve(keys.map((key) => JSON.stringify(values[key])).join("\n"));
    }

    const read = async (render: Render, ...releases: readonly HelmRelease[]) => {
      const { judged } = await judge(
        releases.map((each) => ({ release: each, render })),
        () => ({}),
      );
      return Object.fromEntries(judged.map(({ path, isRead }) => [path.join("."), isRead]));
    };

    it("tells what changes what is rendered from what does not", async () => {
      assert.deepEqual(await read(printing("a"), release({ a: { x: 1 }, typo: 2 })), {
        "a.x": true,
        typo: false,
      });
    });

    it("takes a chart that refuses to go without a value as one that reads it", async () => {
      const render: Render = ({ values }) =>
        "needed" in values ? Promise.resolve("x") : Promise.reject(new Error("needed is required"));
      assert.deepEqual(await read(render, release({ needed: 1 })), { needed: true });
    });

    it("is not taken in by what is another each time, such as a password", async () => {
      let times = 0;
      const render: Render = ({ values }) => {
        times += 1;
        return Promise.resolve(`password: ${String(times)}\na: ${JSON.stringify(values["a"])}`);
      };
      assert.deepEqual(await read(render, release({ a: 1, typo: 2 })), { a: true, typo: false });
    });

    it("counts a value that one release reads, though another does not", async () => {
      const render: Render = ({ name, values }) =>
        Promise.resolve(name === "reads" ? JSON.stringify(values) : "");
      const both = [release({ a: 1 }, "idle"), release({ a: 1 }, "reads")];
      assert.deepEqual(await read(render, ...both), { a: true });
      assert.deepEqual(await read(render, ...both.reverse()), { a: true });
    });

    it("counts releases and values", async () => {
      const { releases, values } = await judge(
        [release({ a: 1, b: { c: 2 } })].map((each) => ({ release: each, render: printing("a", "b") })),
        () => ({ a: 0 }),
      );
      assert.deepEqual([releases, values], [1, 2]);
    });
  });
});
