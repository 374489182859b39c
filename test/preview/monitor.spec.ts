import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { ChildResource, computes } from "../../preview/outputs/table";
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

  it("answers what a provider function is asked, of the place its provider is in", async () => {
    const { result } = await run(
      () => {
        const provider = new aws.Provider("aws", {
          region: "eu-north-1",
          allowedAccountIds: ["999999999999"],
        });
        return aws.getCallerIdentityOutput({}, { provider });
      },
      {
        functions: {
          "aws:index/getCallerIdentity:getCallerIdentity": (_args, { account, region }) => ({
            accountId: account,
            arn: region,
          }),
        },
      },
    );
    assert.equal(await valueOf(result.accountId), "999999999999");
    assert.equal(await valueOf(result.arn), "eu-north-1");
  });

  it("tells a row of an explicit provider's place, and of the stack's stand-ins where there is none", async () => {
    const places: string[] = [];
    await run(
      () => {
        const provider = new gcp.Provider("gcp", { project: "mine", region: "europe-west1" });
        new gcp.compute.Network("placed", {}, { provider });
        new gcp.compute.Network("unplaced");
      },
      {
        table: {
          "gcp:compute/network:Network": ({ name, project, region }) => {
            places.push(`${name} ${project} ${region}`);
            return {};
          },
        },
      },
    );
    assert.deepEqual(places.sort(), ["placed mine europe-west1", "unplaced stand-in-project us-central1"]);
  });

  it("makes an output secret when the input of its name is", async () => {
    const { result } = await run(() => new random.RandomPet("pet", { prefix: pulumi.secret("quiet") }), {
      table: { "random:index/randomPet:RandomPet": () => ({ prefix: "quiet, and more", separator: "-" }) },
    });
    assert.equal(await pulumi.isSecret(result.prefix), true);
    assert.equal(await valueOf(result.prefix), "quiet, and more");
    assert.equal(await pulumi.isSecret(result.separator), false);
  });

  it("keeps a secret that a row answers", async () => {
    const { result } = await run(() => new random.RandomPet("pet"), {
      table: { "random:index/randomPet:RandomPet": () => ({ separator: pulumi.secret("~") }) },
    });
    assert.equal(await pulumi.isSecret(result.separator), true);
    assert.equal(await valueOf(result.separator), "~");
  });

  it("reads a resource that exists, in a first preview too", async () => {
    const { result, resources } = await run(() => random.RandomPet.get("pet", "happy-cat"), {
      table: { "random:index/randomPet:RandomPet": ({ importId }) => ({ separator: importId ?? "" }) },
      preview: "unknown",
    });
    assert.equal(await valueOf(result.id), "happy-cat");
    assert.equal(await valueOf(result.separator), "happy-cat");
    assert.equal(find(resources, "random:index/randomPet:RandomPet").importId, "happy-cat");
  });

  it("imports a resource under its own id", async () => {
    const { result, resources } = await run(() => new random.RandomPet("pet", {}, { import: "happy-cat" }), {
      table,
    });
    assert.equal(await valueOf(result.id), "happy-cat");
    assert.equal(find(resources, "random:index/randomPet:RandomPet").importId, "happy-cat");
  });

  describe("of a remote component", () => {
    const remote = {
      "awsx:ec2:Vpc": computes<awsx.ec2.Vpc>()(({ name, inputs, region }) => ({
        vpcId: "vpc-1",
        publicSubnetIds: [`subnet-in-${region}`],
        vpc: new ChildResource("aws:ec2/vpc:Vpc", name, "vpc-1", {
          cidrBlock: inputs["cidrBlock"],
          arn: "arn:1",
        }),
      })),
    };
    const program = () => {
      const provider = new aws.Provider("aws", { region: "eu-north-1" });
      const parent = new Group("group");
      return new awsx.ec2.Vpc(
        "net",
        { cidrBlock: "10.0.0.0/16", tags: { note: pulumi.secret("hush") } },
        { parent, providers: [provider] },
      );
    };

    it("records the inputs with their secrets masked, and the providers it is given", async () => {
      const { resources } = await run(program, { table: remote });
      const vpc = find(resources, "awsx:ec2:Vpc");
      assert.equal(vpc.remote, true);
      assert.equal(vpc.custom, false);
      assert.deepEqual(vpc.inputs, { cidrBlock: "10.0.0.0/16", tags: { note: "[secret]" } });
      assert.deepEqual(Object.keys(vpc.providers), ["aws"]);
    });

    it("hands out the resources it made as live ones", async () => {
      const { result } = await run(program, { table: remote });
      const vpc = await valueOf(result.vpc);
      assert.equal(vpc instanceof aws.ec2.Vpc, true);
      assert.equal(await valueOf(vpc.id), "vpc-1");
      assert.equal(await valueOf(vpc.cidrBlock), "10.0.0.0/16");
      assert.equal(await valueOf(vpc.arn), "arn:1");
    });

    it("answers for the region of the provider that it hands to its children", async () => {
      const { result } = await run(program, { table: remote });
      assert.deepEqual(await valueOf(result.publicSubnetIds), ["subnet-in-eu-north-1"]);
    });

    it("leaves all of its outputs unknown in a first preview", async () => {
      const { result } = await run(program, { table: remote, preview: "unknown" });
      assert.equal(await valueOf(result.vpcId), undefined);
      assert.equal(await valueOf(result.vpc), undefined);
    });
  });
});
