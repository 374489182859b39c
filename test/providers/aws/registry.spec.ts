import assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { AwsRegistry, type AwsRegistryArgs } from "../../../providers/aws/registry";
import { find, findAll, run } from "../../support/run";
import { policyOf, textOf } from "./inputs";
import { awsProviders, here } from "./stacks";

async function makeRegistry(
  args: Partial<AwsRegistryArgs> = {},
): Promise<{ readonly result: AwsRegistry; readonly resources: readonly PlanResource[] }> {
  return await run(
    () =>
      new AwsRegistry(
        "images",
        { ...here, repositories: ["seo/api", "seo/web"], ...args },
        { providers: awsProviders() },
      ),
  );
}

const type = "aws:ecr/repository:Repository";

describe("AwsRegistry", () => {
  it("makes a repository for each image, whose tags never move, scanned, under a key of its own", async () => {
    const { resources } = await makeRegistry();
    const key = find(resources, "aws:kms/key:Key", "images-key");
    assert.equal(key.inputs["enableKeyRotation"], true);
    assert.deepEqual(
      findAll(resources, type).map(({ inputs }) => inputs["name"]),
      ["images/seo/api", "images/seo/web"],
    );
    for (const { inputs, protect, propertyDependencies } of findAll(resources, type)) {
      assert.equal(inputs["imageTagMutability"], "IMMUTABLE");
      assert.deepEqual(inputs["imageScanningConfiguration"], { scanOnPush: true });
      assert.match(
        JSON.stringify(inputs["encryptionConfigurations"]),
        /^\[\{"encryptionType":"KMS","kmsKey":"arn:aws:kms:eu-west-1:210987654321:key\/[0-9a-f-]{36}"\}\]$/,
      );
      assert.ok(propertyDependencies["encryptionConfigurations"]?.includes(key.urn));
      assert.deepEqual([inputs["forceDelete"], protect], [false, true]);
    }
  });

  it("answers where its repositories are before they are made", async () => {
    const { result, resources } = await makeRegistry();
    const address = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/images";
    assert.equal(result.address, address);
    const repository = textOf(find(resources, type, "images-seo-api"), "name");
    assert.equal(`${address}/seo/api`, `210987654321.dkr.ecr.eu-west-1.amazonaws.com/${repository}`);
  });

  it("lets untagged images go by age and releases by number", async () => {
    const rulesOf = async (args: Partial<AwsRegistryArgs>): Promise<unknown[]> => {
      const { resources } = await makeRegistry(args);
      const policy = find(resources, "aws:ecr/lifecyclePolicy:LifecyclePolicy", "images-seo-web-lifecycle");
      const { rules } = JSON.parse(textOf(policy, "policy")) as { rules: { selection: unknown }[] };
      return rules.map(({ selection }) => selection);
    };
    const expected = (days: number, releases: number): unknown[] => [
      { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: days },
      {
        tagStatus: "tagged",
        tagPatternList: ["*"],
        countType: "imageCountMoreThan",
        countNumber: releases,
      },
    ];
    assert.deepEqual(await rulesOf({}), expected(14, 200));
    assert.deepEqual(await rulesOf({ untaggedRetentionDays: 3, keepReleases: 20 }), expected(3, 20));
  });

  it("refuses every other account, whatever is allowed later", async () => {
    const { resources } = await makeRegistry();
    const policies = findAll(resources, "aws:ecr/repositoryPolicy:RepositoryPolicy");
    assert.equal(policies.length, 2);
    for (const policy of policies) {
      assert.deepEqual(policyOf(policy).Statement, [
        {
          Sid: "ThisAccountOnly",
          Effect: "Deny",
          Principal: "*",
          Action: "ecr:*",
          Condition: {
            StringNotEquals: { "aws:PrincipalAccount": "210987654321" },
            Bool: { "aws:PrincipalIsAWSService": "false" },
          },
        },
      ]);
    }
  });

  it("goes with its images where the stack is not protected", async () => {
    const { resources } = await makeRegistry({ protect: false });
    for (const { inputs, protect } of findAll(resources, type)) {
      assert.deepEqual([inputs["forceDelete"], protect], [true, false]);
    }
  });

  for (const [what, args, message] of [
    ["no repository", { repositories: [] }, /^repositories: expected at least one, got none$/],
    [
      "a repository twice",
      { repositories: ["a/b", "a/b"] },
      /^repositories\.1: expected each once, got "a\/b"/,
    ],
    ["capitals in a repository", { repositories: ["a/B"] }, /^repositories\.0: expected lower-case words/],
    ["no day of grace", { untaggedRetentionDays: 0 }, /^untaggedRetentionDays: expected .*1 or more, got 0$/],
    ["no release to keep", { keepReleases: 0 }, /^keepReleases: expected .*1 or more, got 0$/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(makeRegistry(args), { name: "RangeError", message });
    });
  }

  describe("with a copy in another region", () => {
    const replicationType = "aws:ecr/replicationConfiguration:ReplicationConfiguration";

    it("has each repository there too, with the same settings under a key of that region", async () => {
      const { result, resources } = await makeRegistry({ copyRegion: "eu-central-1" });
      const copies = findAll(resources, type).filter(({ inputs }) => inputs["region"] === "eu-central-1");
      assert.deepEqual(
        copies.map(({ name, inputs }) => [name, inputs["name"]]),
        [
          ["images-copy-seo-api", "images/seo/api"],
          ["images-copy-seo-web", "images/seo/web"],
        ],
      );
      assert.equal(find(resources, "aws:kms/key:Key", "images-copy-key").inputs["region"], "eu-central-1");
      for (const copy of copies) {
        const original = find(resources, type, copy.name.replace("-copy", ""));
        const { region, encryptionConfigurations, ...settings } = copy.inputs;
        const { encryptionConfigurations: own, ...originalSettings } = original.inputs;
        assert.equal(region, "eu-central-1");
        assert.deepEqual(settings, originalSettings);
        assert.notDeepEqual(encryptionConfigurations, own);
        assert.equal(copy.protect, true);
        for (const part of ["lifecycle", "policy"]) {
          const [of] = resources.filter(({ name }) => name === `${copy.name}-${part}`);
          assert.equal(of?.inputs["region"], "eu-central-1", part);
        }
      }
      // CI pushes to the originals alone
      assert.equal(result.repositoryArns.length, 2);
    });

    it("copies nothing by a stack that does not own the account's one rule", async () => {
      const { resources } = await makeRegistry({ copyRegion: "eu-central-1", ownsAccount: false });
      assert.deepEqual(
        resources.filter(({ inputs }) => JSON.stringify(inputs).includes("eu-central-1")),
        [],
      );
    });

    it("copies what is pushed to this stack's repositories once those of the copies stand, and nothing else", async () => {
      const { resources } = await makeRegistry({ copyRegion: "eu-central-1" });
      const { inputs, dependencies } = find(resources, replicationType);
      assert.deepEqual(inputs["replicationConfiguration"], {
        rules: [
          {
            destinations: [{ region: "eu-central-1", registryId: "210987654321" }],
            repositoryFilters: [{ filter: "images/", filterType: "PREFIX_MATCH" }],
          },
        ],
      });
      for (const copy of ["images-copy-seo-api", "images-copy-seo-web"]) {
        assert.ok(dependencies.includes(find(resources, type, copy).urn), copy);
      }
    });

    it("touches the account's one rule only where it is asked to", async () => {
      const { resources } = await makeRegistry();
      assert.deepEqual(findAll(resources, replicationType), []);
      assert.equal(findAll(resources, type).length, 2);
    });
  });
});
