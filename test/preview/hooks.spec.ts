import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { computes } from "../../preview/outputs/table";
import { run } from "../support/run";

const table = {
  "random:index/randomPet:RandomPet": computes<random.RandomPet>()((r) => ({ id: `${r.name}-${r.hex(4)}` })),
};

const pet = (name: string, opts: pulumi.CustomResourceOptions) => new random.RandomPet(name, {}, opts);

describe("hooks under the preview's monitor", () => {
  it("are taken and not run, as everything is made for the first time", async () => {
    let runs = 0;
    const { resources, hooks } = await run(
      () => {
        const hook = new pulumi.ResourceHook("count", () => void runs++, { onDryRun: true });
        pet("watched", { hooks: { beforeUpdate: [hook] } });
        pet("alone", {});
      },
      { table },
    );
    assert.equal(runs, 0);
    const watched = resources.find(({ name }) => name === "watched");
    assert.deepEqual(Object.fromEntries(hooks), { [watched?.urn ?? ""]: ["count"] });
  });

  it("stay bound when a transform hands the options on", async () => {
    const { hooks } = await run(
      () => {
        const hook = new pulumi.ResourceHook("count", () => undefined);
        const transform: pulumi.ResourceTransform = ({ props, opts }) => ({ props, opts });
        pet("watched", { hooks: { beforeUpdate: [hook] }, transforms: [transform] });
      },
      { table },
    );
    assert.deepEqual([...hooks.values()], [["count"]]);
  });

  it("are refused where two have one name", async () => {
    await assert.rejects(
      run(
        () => {
          for (const name of ["one", "other"]) {
            const hook = new pulumi.ResourceHook("count", () => undefined);
            pet(name, { hooks: { beforeUpdate: [hook] } });
          }
        },
        { table },
      ),
      /duplicate hook "count"/,
    );
  });
});
