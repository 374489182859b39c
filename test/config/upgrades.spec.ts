import assert from "node:assert/strict";
import { configOf, problemsOf, withSetting } from "./stackFiles";

const sale = {
  name: "sale",
  start: "2026-11-20T00:00:00Z",
  end: "2026-12-02T00:00:00Z",
  scope: "noMinorOrNodeUpgrades",
};

function on(cloud: "aws" | "gcp", path: string, value: unknown): Record<string, string> {
  return { ...withSetting("prod", path, value), cloud };
}

describe("the configuration of upgrades", () => {
  it("has no exclusions and the surge strategy where nothing is said, on both clouds", () => {
    for (const cloud of ["aws", "gcp"] as const) {
      const { cluster } = configOf(on(cloud, "logRetentionDays", 365));
      assert.deepEqual(cluster.maintenanceExclusions, []);
      assert.ok(
        Object.values(cluster.nodePools).every(
          ({ upgradeStrategy = "surge" }) => upgradeStrategy === "surge",
        ),
      );
    }
  });

  it("hands both on, on GCP", () => {
    assert.deepEqual(
      configOf(on("gcp", "cluster.maintenanceExclusions", [sale])).cluster.maintenanceExclusions,
      [sale],
    );
    const { nodePools } = configOf(
      on("gcp", "cluster.nodePools", { application: { upgradeStrategy: "blueGreen" } }),
    ).cluster;
    assert.equal(nodePools["application"]?.upgradeStrategy, "blueGreen");
    assert.equal(nodePools["system"]?.upgradeStrategy, undefined);
  });

  const cases: readonly [
    what: string,
    cloud: "aws" | "gcp",
    path: string,
    value: unknown,
    problem: RegExp,
  ][] = [
    [
      "exclusions on AWS",
      "aws",
      "cluster.maintenanceExclusions",
      [sale],
      /^cluster\.maintenanceExclusions: expected no key where groundwork:cloud is aws: EKS upgrades .*, got \["sale"\]$/,
    ],
    [
      "a second set of nodes on AWS",
      "aws",
      "cluster.nodePools",
      { application: { upgradeStrategy: "blueGreen" } },
      /^cluster\.nodePools\.application\.upgradeStrategy: expected surge where groundwork:cloud is aws: .*, got "blueGreen"$/,
    ],
    [
      "a strategy of no cloud",
      "gcp",
      "cluster.nodePools",
      { application: { upgradeStrategy: "canary" } },
      /^cluster\.nodePools\.application\.upgradeStrategy: expected one of surge, blueGreen, got "canary"$/,
    ],
    [
      "an exclusion that ends before it starts",
      "gcp",
      "cluster.maintenanceExclusions",
      [{ ...sale, end: "2026-11-19T00:00:00Z" }],
      /^cluster\.maintenanceExclusions\.0\.end: expected a time after 2026-11-20T00:00:00Z, got 2026-11-19T00:00:00Z$/,
    ],
    [
      "a date without a time",
      "gcp",
      "cluster.maintenanceExclusions",
      [{ ...sale, start: "2026-11-20" }],
      /^cluster\.maintenanceExclusions\.0\.start: expected a time in UTC such as .*, got "2026-11-20"$/,
    ],
    [
      "a scope of no cloud",
      "gcp",
      "cluster.maintenanceExclusions",
      [{ ...sale, scope: "nothing" }],
      /^cluster\.maintenanceExclusions\.0\.scope: expected one of noUpgrades, noMinorUpgrades, noMinorOrNodeUpgrades, /,
    ],
    [
      "a name with a space",
      "gcp",
      "cluster.maintenanceExclusions",
      [{ ...sale, name: "big sale" }],
      /^cluster\.maintenanceExclusions\.0\.name: expected at most 63 lower-case letters, /,
    ],
  ];
  for (const [what, cloud, path, value, problem] of cases) {
    it(`refuses ${what}, naming the key`, () => {
      const problems = problemsOf(on(cloud, path, value));
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }
});
