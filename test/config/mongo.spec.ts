import assert from "node:assert/strict";
import { configOf, problemsOf, stackValues, withSetting } from "./stackFiles";

describe("the configuration of MongoDB", () => {
  it("is the preset's: Atlas in prod, the cluster elsewhere, with the preset's backups", () => {
    for (const [stack, hosting, backupRetentionDays, diskGiB] of [
      ["prod", "atlas", 30, 80],
      ["staging", "cluster", 14, 20],
      ["dev", "cluster", 7, 20],
    ] as const) {
      const { mongo } = configOf(stackValues(stack)).stores;
      assert.deepEqual(
        [mongo?.hosting, mongo?.backupRetentionDays, mongo?.diskGiB, mongo?.nodes, mongo?.version],
        [hosting, backupRetentionDays, diskGiB, 3, "8.0"],
      );
    }
  });

  it("is the stack's before the preset's and the blueprint's", () => {
    const { mongo } = configOf(
      withSetting("prod", "mongo", { version: "7.0", nodes: 5, diskGiB: 200, backupRetentionDays: 14 }),
    ).stores;
    assert.deepEqual(
      [mongo?.version, mongo?.nodes, mongo?.diskGiB, mongo?.backupRetentionDays, mongo?.machine],
      ["7.0", 5, 200, 14, { vcpus: 4, memoryGiB: 16 }],
    );
  });

  const rows: readonly (readonly [what: string, values: Record<string, string>, problem: RegExp])[] = [
    [
      "Atlas without an account of it",
      withSetting("prod", "atlas", undefined),
      /^atlas: expected organizationId and clientId where groundwork:mongo\.hosting is atlas, got nothing$/,
    ],
    [
      "Atlas on GCP without who proves who a workload is",
      { ...withSetting("prod", "atlas.identityProvider", undefined), cloud: "gcp" },
      /^atlas\.identityProvider: expected id and audience .* groundwork:cloud is gcp, got nothing$/,
    ],
    [
      "backups of its own in the cluster on GCP, where its volumes are backed up",
      { ...withSetting("dev", "mongo.backupRetentionDays", 10), cloud: "gcp" },
      /^mongo\.backupRetentionDays: expected no key where groundwork:mongo\.hosting is cluster and groundwork:cloud is gcp, where its volumes are backed up as cluster\.backupRetentionDays says, got 10$/,
    ],
    [
      "a MongoDB of a blueprint without one",
      { ...withSetting("prod", "mongo.nodes", 3), blueprint: "explico" },
      /^mongo: expected no key where groundwork:blueprint is explico, which has no such store/,
    ],
    [
      "an even number of nodes",
      withSetting("prod", "mongo.nodes", 4),
      /^mongo\.nodes: expected one of 3, 5, got 4$/,
    ],
    [
      "a version that is not offered",
      withSetting("prod", "mongo.version", "6.0"),
      /^mongo\.version: expected one of 8\.0, 7\.0, got "6\.0"$/,
    ],
    [
      "an id that is none of Atlas's",
      withSetting("prod", "atlas.organizationId", "acme"),
      /^atlas\.organizationId: expected an organisation of Atlas, 24 hexadecimal digits, got "acme"$/,
    ],
  ];
  for (const [what, values, problem] of rows) {
    it(`refuses ${what}`, () => {
      const problems = problemsOf(values);
      assert.ok(
        problems.some((line) => problem.test(line)),
        problems.join("\n"),
      );
    });
  }

  it("keeps the backups of a set in the cluster as long as the stack says, on AWS", () => {
    const values = withSetting("dev", "mongo.backupRetentionDays", 10);
    assert.deepEqual(problemsOf(values), []);
    assert.equal(configOf(values).stores.mongo?.backupRetentionDays, 10);
  });

  it("needs no identity provider on AWS, where a role is one", () => {
    assert.deepEqual(problemsOf(withSetting("prod", "atlas.identityProvider", undefined)), []);
  });

  it("takes the account's secret as a secret alone", () => {
    const values = { ...stackValues("prod"), mongodbAtlasClientSecret: "plain" };
    assert.deepEqual(
      problemsOf(values, () => false),
      [
        "mongodbAtlasClientSecret: expected a secret (pulumi config set --secret mongodbAtlasClientSecret), got plain text",
      ],
    );
  });
});
