import assert from "node:assert/strict";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { computes } from "../../preview/outputs/table";
import { find, isSecretInput, run, valueOf } from "../support/run";

class Group extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("test:group:Group", name, {}, opts);
    this.registerOutputs({});
  }
}

const table = {
  "random:index/randomPet:RandomPet": computes<random.RandomPet>()((r) => ({ id: `${r.name}-${r.hex(4)}` })),
  "random:index/randomPassword:RandomPassword": computes<random.RandomPassword>()(() => ({
    result: "not to be seen",
    bcryptHash: "neither",
  })),
};

describe("transforms under the preview's monitor", () => {
  const seen = (log: string[], by: string): pulumi.ResourceTransform => {
    return ({ type, name }) => {
      log.push(`${by} ${type.split(":").at(-1) ?? ""} ${name}`);
      return undefined;
    };
  };

  it("run for a resource first, then for each parent, nearest first, then for the stack", async () => {
    const log: string[] = [];
    await run(
      () => {
        pulumi.runtime.registerResourceTransform(seen(log, "stack"));
        const outer = new Group("outer", { transforms: [seen(log, "outer")] });
        const inner = new Group("inner", {
          parent: outer,
          transforms: [seen(log, "inner first"), seen(log, "inner second")],
        });
        return new random.RandomPet("pet", {}, { parent: inner, transforms: [seen(log, "pet")] });
      },
      { table },
    );
    assert.deepEqual(
      log.filter((line) => line.endsWith(" pet")),
      [
        "pet RandomPet pet",
        "inner first RandomPet pet",
        "inner second RandomPet pet",
        "outer RandomPet pet",
        "stack RandomPet pet",
      ],
    );
    assert.deepEqual(
      log.filter((line) => line.endsWith(" inner")),
      ["inner first Group inner", "inner second Group inner", "outer Group inner", "stack Group inner"],
    );
  });

  it("reach descendants, not siblings, and what they change is what is registered and answered", async () => {
    const { result, resources } = await run(
      () => {
        const group = new Group("group", {
          transforms: [
            ({ type, props, opts }) =>
              type === "random:index/randomPet:RandomPet"
                ? { props: { ...props, prefix: "changed" }, opts: { ...opts, protect: true } }
                : undefined,
          ],
        });
        const inside = new random.RandomPet("inside", { prefix: "mine" }, { parent: group });
        new random.RandomPet("outside", { prefix: "mine" });
        return inside;
      },
      { table },
    );
    const inside = find(resources, "random:index/randomPet:RandomPet", "inside");
    const outside = find(resources, "random:index/randomPet:RandomPet", "outside");
    assert.deepEqual([inside.inputs, inside.protect], [{ prefix: "changed" }, true]);
    assert.deepEqual([outside.inputs, outside.protect], [{ prefix: "mine" }, false]);
    assert.equal(await valueOf(result.prefix), "changed");
  });

  it("leave a registration as it was where they return nothing", async () => {
    const program = (transforms: pulumi.ResourceTransform[]) => () => {
      const provider = new random.Provider("explicit");
      const password = new random.RandomPassword("password", { length: 20 }, { provider });
      const group = new Group("group", { transforms, providers: [provider] });
      return new random.RandomPet(
        "pet",
        { prefix: password.result, keepers: { hash: password.bcryptHash, id: password.id } },
        {
          parent: group,
          protect: true,
          retainOnDelete: true,
          deletedWith: password,
          dependsOn: password,
          aliases: [{ name: "old" }],
          ignoreChanges: ["length"],
          replaceOnChanges: ["prefix"],
          additionalSecretOutputs: ["separator"],
          customTimeouts: { create: "30m" },
          deleteBeforeReplace: false,
        },
      );
    };
    for (const preview of ["known", "unknown"] as const) {
      const with_ = await run(program([() => undefined]), { table, preview });
      const without = await run(program([]), { table, preview });
      assert.deepEqual(with_.resources, without.resources);
      assert.deepEqual(
        [...with_.inputs].filter(([urn]) => urn.endsWith("::pet")),
        [...without.inputs].filter(([urn]) => urn.endsWith("::pet")),
      );
    }
  });

  it("keep secrets secret and unknowns unknown in what they change", async () => {
    const program = () => {
      const password = new random.RandomPassword("password", { length: 20 });
      return new random.RandomPet(
        "pet",
        { keepers: { hash: password.result, id: password.id } },
        { transforms: [({ props, opts }) => ({ props: { ...props, length: 3 }, opts })] },
      );
    };
    const known = find((await run(program, { table })).resources, "random:index/randomPet:RandomPet");
    assert.ok(isSecretInput(known, "keepers", "hash"));
    assert.equal(known.inputs["length"], 3);
    const first = await run(program, { table, preview: "unknown" });
    const unknown = find(first.resources, "random:index/randomPet:RandomPet");
    assert.deepEqual(unknown.dependencies, known.dependencies);
    assert.equal(unknown.inputs["length"], 3);
    assert.notEqual(unknown.inputs["keepers"], undefined);
  });

  it("fail the registration with what they threw", async () => {
    const fails: pulumi.ResourceTransform = () => {
      throw new Error("no such pet");
    };
    await assert.rejects(
      run(() => new random.RandomPet("pet", {}, { transforms: [fails] }), { table }),
      /failed to register new resource pet .*transform failed: Error: no such pet/,
    );
  });

  it("see a remote component, whose children its plugin makes elsewhere", async () => {
    const log: string[] = [];
    const vpc = { "awsx:ec2:Vpc": computes<awsx.ec2.Vpc>()(() => ({ vpcId: "vpc-1" })) };
    await run(() => new awsx.ec2.Vpc("main", {}, { transforms: [seen(log, "vpc")] }), { table: vpc });
    assert.deepEqual(log, ["vpc Vpc main"]);
  });
});
