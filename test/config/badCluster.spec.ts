import assert from "node:assert/strict";
import { problemsOf, withSetting } from "./stackFiles";

describe("a bad configuration of the cluster", () => {
  const cases: readonly [what: string, path: string, value: unknown, problem: RegExp][] = [
    [
      "nodes newer than their control plane",
      "cluster.nodesVersion",
      "1.36",
      /^cluster\.nodesVersion: expected 1\.33 to 1\.35 for nodes below a control plane of 1\.35, got "1\.36"$/,
    ],
    [
      "nodes of a version that is not offered",
      "cluster.nodesVersion",
      "1.33",
      /^cluster\.nodesVersion: expected one of 1\.36, 1\.35, 1\.34, got "1\.33"$/,
    ],
    [
      "backups kept for longer than GKE keeps them",
      "cluster.backupRetentionDays",
      361,
      /^cluster\.backupRetentionDays: expected a whole number from 0 to 360, got 361$/,
    ],
    [
      "a viewer that is an administrator already",
      "cluster.teams",
      { viewer: { aws: ["arn:aws:iam::333333333333:role/platform-admin"] } },
      /^cluster\.teams\.viewer\.aws\.0: expected each principal once among admins and teams, got "arn:/,
    ],
    [
      "a principal in two roles",
      "cluster.teams",
      { operator: { gcp: ["user:one@example.com"] }, viewer: { gcp: ["user:one@example.com"] } },
      /^cluster\.teams\.viewer\.gcp\.0: expected each principal once/,
    ],
    [
      "a group that Kubernetes on GKE would not know",
      "gcp.securityGroup",
      undefined,
      /^gcp\.securityGroup: expected the group that holds the groups of cluster\.teams, got nothing$/,
    ],
    [
      "a team of nobody's kind",
      "cluster.teams",
      { owner: { aws: [] } },
      /^cluster\.teams\.owner: expected one of the keys admin, operator, viewer, /,
    ],
    [
      "a machine of no known size",
      "cluster.nodePools",
      { system: { machine: { vcpus: 3, memoryGiB: 16 } } },
      /^cluster\.nodePools\.system\.machine\.vcpus: expected one of 2, 4, 8, 16, got 3$/,
    ],
  ];
  for (const [what, path, value, problem] of cases) {
    it(`refuses ${what}, naming the key, what was expected and what came`, () => {
      const problems = problemsOf(withSetting("prod", path, value));
      assert.equal(problems.length, 1, problems.join("\n"));
      assert.match(problems[0] ?? "", problem);
    });
  }
});
