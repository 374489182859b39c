import assert from "node:assert/strict";
import type { PlanResource } from "../../preview/plan";
import { compare, type Difference } from "./compare";
import { type Facts, factsOf, secondsOf } from "./state";

const urn = (types: string, name: string): string => `urn:pulumi:prod::groundwork::${types}::${name}`;
const networkUrn = urn("awsx:ec2:Vpc", "main");
const subnetUrn = urn("awsx:ec2:Vpc$aws:ec2/subnet:Subnet", "main-1");
const groupUrn = urn("aws:ec2/securityGroup:SecurityGroup", "main");
const providerUrn = urn("pulumi:providers:aws", "main");

describe("comparing a plan with the engine's state", () => {
  it("finds nothing where both say the same", () => {
    assert.deepEqual(compare([planned({})], [made({})]), []);
  });

  it("does not mind a provider's id, which is of the engine's making", () => {
    const [offline, engine] = [`${providerUrn}::1`, `${providerUrn}::2`];
    assert.deepEqual(compare([planned({ provider: offline })], [made({ provider: engine })]), []);
  });

  const lost: readonly [string, Partial<Facts>][] = [
    ["protect", { protect: false }],
    ["dependencies", { dependencies: [] }],
    ["propertyDependencies", { propertyDependencies: {} }],
    ["provider", { provider: null }],
    ["inputs.vpcId", { inputs: {} }],
    ["inputs.vpcId", { inputs: { vpcId: "another" } }],
    ["inputs.tags", { inputs: { vpcId: "vpc-0123456789abcdef0", tags: {} } }],
    ["customTimeouts", { customTimeouts: { create: 60 } }],
  ];
  for (const [field, change] of lost) {
    it(`reports a difference in ${field} that nothing explains`, () => {
      const found = compare([planned({})], [made(change)]);
      assert.deepEqual(explained(found), [[groupUrn, field, undefined]]);
    });
  }

  it("reports a resource that only one of the two has", () => {
    assert.deepEqual(explained(compare([planned({})], [])), [[groupUrn, "registered", undefined]]);
    assert.deepEqual(explained(compare([], [made({})])), [[groupUrn, "registered", undefined]]);
  });

  it("explains the hashes that the engine writes beside a function's files, and no other text of theirs", () => {
    const file = (text: string, hash: string) => ({
      code: { assets: { "index.cjs": { text, hash } }, hash },
    });
    const offline = {
      code: { __pulumiArchive: true, assets: { "index.cjs": { __pulumiAsset: true, text: "run()" } } },
    };
    const found = (engine: Facts["inputs"]) =>
      explained(compare([planned({ inputs: offline })], [made({ inputs: engine })]));
    assert.deepEqual(found(file("run()", "a71d")), [[groupUrn, "inputs.code", "assetHashes"]]);
    assert.deepEqual(found(file("other()", "a71d")), [[groupUrn, "inputs.code", undefined]]);
  });

  it("explains what follows from a remote component's children", () => {
    const plan = [
      planned({
        urn: networkUrn,
        type: "awsx:ec2:Vpc",
        custom: false,
        remote: true,
        inputs: { cidrBlock: "10.0.0.0/16" },
      }),
      planned({ dependencies: [networkUrn], propertyDependencies: { vpcId: [networkUrn] } }),
    ];
    const state = [
      made({ urn: networkUrn, type: "awsx:ec2:Vpc", custom: false, provider: null, inputs: {} }),
      made({ urn: subnetUrn, type: "aws:ec2/subnet:Subnet", parent: networkUrn }),
      made({
        dependencies: [networkUrn, subnetUrn],
        propertyDependencies: { vpcId: [subnetUrn] },
        inputs: { vpcId: "vpc-fedcba9876543210f" },
      }),
    ];
    assert.deepEqual(explained(compare(plan, state)), [
      [groupUrn, "dependencies", "remoteDependencies"],
      [groupUrn, "propertyDependencies", "remoteDependencies"],
      [groupUrn, "inputs.vpcId", "remoteOutput"],
      [subnetUrn, "registered", "remoteChild"],
      [networkUrn, "provider", "remoteProvider"],
      [networkUrn, "inputs.cidrBlock", "remoteArguments"],
    ]);
  });
});

describe("a duration", () => {
  for (const [text, seconds] of [
    ["30m", 1800],
    ["1h30m", 5400],
    ["45s", 45],
    ["1.5h", 5400],
  ] as const) {
    it(`of ${text} is ${seconds} seconds`, () => {
      assert.equal(secondsOf(text), seconds);
    });
  }
});

/** A security group that depends on the network, as planned. */
function planned(change: Partial<PlanResource>): PlanResource {
  return {
    urn: groupUrn,
    type: "aws:ec2/securityGroup:SecurityGroup",
    name: "main",
    custom: true,
    remote: false,
    parent: null,
    provider: `${providerUrn}::id`,
    providers: {},
    inputs: { vpcId: "vpc-0123456789abcdef0" },
    dependencies: [networkUrn],
    propertyDependencies: { vpcId: [networkUrn] },
    protect: true,
    retainOnDelete: false,
    deletedWith: null,
    deleteBeforeReplace: null,
    aliases: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    customTimeouts: { create: "30m" },
    importId: null,
    ...change,
  };
}

/** The same as the engine has it. */
function made(change: Partial<Facts>): Facts {
  return { ...factsOf(planned({})), ...change };
}

function explained(found: readonly Difference[]): readonly (readonly [string, string, string | undefined])[] {
  return found.map((difference) => [difference.urn, difference.field, difference.reason]);
}
