import assert from "node:assert/strict";
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

describe("the preview's monitor", () => {
  it("gives the urn of a child the chain of its parents' types", async () => {
    const { resources } = await run(
      () => {
        const outer = new Group("outer");
        const inner = new Group("inner", { parent: outer });
        return new random.RandomPet("pet", {}, { parent: inner });
      },
      { table },
    );
    assert.deepEqual(
      resources.map((resource) => resource.urn),
      [
        "urn:pulumi:test::groundwork::pulumi:pulumi:Stack::groundwork-test",
        "urn:pulumi:test::groundwork::test:group:Group$test:group:Group$random:index/randomPet:RandomPet::pet",
        "urn:pulumi:test::groundwork::test:group:Group$test:group:Group::inner",
        "urn:pulumi:test::groundwork::test:group:Group::outer",
      ],
    );
  });

  it("records what Pulumi's own mocks drop", async () => {
    const { resources } = await run(
      () => {
        const provider = new random.Provider("explicit");
        const first = new random.RandomPet("first", {}, { provider });
        return new random.RandomPet(
          "second",
          { prefix: first.id },
          {
            provider,
            protect: true,
            retainOnDelete: true,
            deletedWith: first,
            dependsOn: first,
            aliases: [{ name: "old" }],
            ignoreChanges: ["length"],
            replaceOnChanges: ["prefix"],
            customTimeouts: { create: "30m" },
            deleteBeforeReplace: false,
          },
        );
      },
      { table },
    );
    const first = find(resources, "random:index/randomPet:RandomPet", "first");
    const second = find(resources, "random:index/randomPet:RandomPet", "second");
    const stack = find(resources, "pulumi:pulumi:Stack");
    const provider = find(resources, "pulumi:providers:random");
    assert.match(second.provider ?? "", /^urn:.*::explicit::[0-9a-f]{8}-[0-9a-f]{4}-/);
    assert.equal(second.provider?.startsWith(`${provider.urn}::`), true);
    assert.deepEqual(
      { ...second, provider: "" },
      {
        urn: "urn:pulumi:test::groundwork::random:index/randomPet:RandomPet::second",
        type: "random:index/randomPet:RandomPet",
        name: "second",
        custom: true,
        remote: false,
        parent: stack.urn,
        provider: "",
        providers: {},
        inputs: { prefix: "first-38e1" },
        dependencies: [first.urn],
        propertyDependencies: { prefix: [first.urn] },
        protect: true,
        retainOnDelete: true,
        deletedWith: first.urn,
        deleteBeforeReplace: false,
        aliases: [{ name: "old", parentUrn: stack.urn }],
        ignoreChanges: ["length"],
        replaceOnChanges: ["prefix"],
        additionalSecretOutputs: [],
        customTimeouts: { create: "30m" },
        importId: null,
      },
    );
  });

  it("keeps additional secret outputs secret, also where they are used", async () => {
    const { result, resources } = await run(
      () => {
        const password = new random.RandomPassword("password", { length: 20 });
        const pet = new random.RandomPet("pet", { keepers: { hash: password.result } });
        return { password, pet };
      },
      { table },
    );
    assert.equal(await pulumi.isSecret(result.password.result), true);
    assert.equal(await valueOf(result.password.result), "not to be seen");
    assert.ok(isSecretInput(find(resources, "random:index/randomPet:RandomPet"), "keepers", "hash"));
    assert.equal(JSON.stringify(resources).includes("not to be seen"), false);
  });

  it("names the type that has no row", async () => {
    await assert.rejects(
      run(() => new random.RandomId("id", { byteLength: 3 }), { table }),
      /failed to register new resource id .*no row for the type random:index\/randomId:RandomId: add it to preview/,
    );
  });

  it("names the urn of a duplicate", async () => {
    await assert.rejects(
      run(() => [new random.RandomPet("pet"), new random.RandomPet("pet")], { table }),
      /duplicate resource urn urn:pulumi:test::groundwork::random:index\/randomPet:RandomPet::pet/,
    );
  });

  it("awaits what is made inside an apply, which a first preview does not make", async () => {
    const program = () => {
      const pet = new random.RandomPet("pet");
      // what AGENTS.md forbids
      void pet.id.apply((id) =>
        new random.RandomPet(`${id}-late`).id.apply((late) => new random.RandomPet(`${late}-er`)),
      );
      return pet;
    };
    const known = await run(program, { table });
    const unknown = await run(program, { table, preview: "unknown" });
    assert.equal(known.resources.length, 4);
    assert.equal(unknown.resources.length, 2);
  });

  it("leaves ids and computed outputs unknown in a first preview, and echoes inputs", async () => {
    const { result } = await run(
      () => {
        assert.equal(pulumi.runtime.isDryRun(), true);
        return new random.RandomPet("pet", { length: 3 });
      },
      { table, preview: "unknown" },
    );
    assert.equal(await valueOf(result.id), undefined);
    assert.equal(await valueOf(result.separator), undefined);
    assert.equal(await valueOf(result.length), 3);
  });

  it("rejects with what the program throws", async () => {
    const failure = new Error("as it happens");
    await assert.rejects(
      run(() => {
        throw failure;
      }),
      failure,
    );
  });

  it("rejects when an apply throws", async () => {
    await assert.rejects(
      run(
        () => {
          const pet = new random.RandomPet("pet");
          return pet.id.apply(() => {
            throw new Error("thrown in apply");
          });
        },
        { table },
      ),
      /thrown in apply/,
    );
  });

  it("leaves nothing of one run to the next", async () => {
    const withConfig = await run(() => new pulumi.Config("groundwork").get("cloud"), {
      config: { "groundwork:cloud": "aws" },
    });
    const without = await run(() => new pulumi.Config("groundwork").get("cloud"));
    assert.equal(withConfig.result, "aws");
    assert.equal(without.result, undefined);
    assert.equal(without.resources.length, 1);
  });

  it("names the provider function that has no answer", async () => {
    await assert.rejects(
      run(() => pulumi.runtime.invoke("aws:index/getRegion:getRegion", {})),
      /no answer for the provider function aws:index\/getRegion:getRegion: add it to preview\/outputs\/aws.ts/,
    );
  });
});
