import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { atlasTier } from "../../../components/data/atlasCluster";
import {
  checkMongoStep,
  mongoNodeCounts,
  mongoRecovery,
  mongoRecoveryNodes,
  type MongoSpec,
  mongoStep,
  mongoUri,
  mongoVersions,
} from "../../../components/data/mongo";
import { valueOf } from "../../support/run";

const spec: MongoSpec = {
  version: "8.0",
  machine: { vcpus: 4, memoryGiB: 16 },
  diskGiB: 80,
  nodes: 3,
  backupRetentionDays: 30,
  hosting: "atlas",
};

describe("MongoDB", () => {
  it("elects by an odd number of nodes, seven at most, of which the stack's own region has the majority", () => {
    for (const nodes of mongoNodeCounts) {
      assert.equal(nodes % 2, 1);
      assert.equal((nodes + mongoRecoveryNodes) % 2, 1);
      assert.ok(nodes + mongoRecoveryNodes <= 7);
      assert.ok(nodes > (nodes + mongoRecoveryNodes) / 2);
    }
  });

  it("comes back from the other region on Atlas, with what was replicated, in less than an hour", () => {
    for (const cloud of ["aws", "gcp"] as const) {
      const { rpoMinutes, rtoMinutes, source } = mongoRecovery(spec, { cloud, recoveryRegion: true });
      assert.deepEqual([rpoMinutes, rtoMinutes], [6, 45]);
      assert.match(source, /mongodb\.com\/docs\/atlas\/reconfigure-replica-set-during-regional-outage/);
    }
  });

  it("comes back in the cluster from its backups' copy on AWS: the later, the larger its disks", () => {
    const inCluster = (diskGiB: number) =>
      mongoRecovery({ ...spec, hosting: "cluster", diskGiB }, { cloud: "aws", recoveryRegion: true });
    const { by, rpoMinutes, rtoMinutes, source } = inCluster(80);
    // 5 of the log, 5 until somebody knows, 15 of the copy; 15, 30, 80 GiB at 41 MiB a second, 15
    assert.deepEqual([rpoMinutes, rtoMinutes], [25, 93]);
    assert.equal(inCluster(160).rtoMinutes, 126);
    assert.match(by, /copied backups and the log/);
    assert.match(source, /s3|S3|replication-time-control/);
    assert.match(source, /33 to restore 80 GiB/);
  });

  it("is lost with its region where there is no other, and in the cluster on Google Cloud", () => {
    for (const [hosting, cloud, recoveryRegion] of [
      ["atlas", "aws", false],
      ["cluster", "aws", false],
      ["cluster", "gcp", false],
      ["cluster", "gcp", true],
    ] as const) {
      const { rpoMinutes, rtoMinutes } = mongoRecovery({ ...spec, hosting }, { cloud, recoveryRegion });
      assert.deepEqual([rpoMinutes, rtoMinutes], [Infinity, Infinity]);
    }
  });

  it("goes one major at a time and never back", () => {
    const rows: readonly (readonly [from: string, to: string, problem: RegExp | undefined])[] = [
      ["8.0", "8.0", undefined],
      ["7.0.14", "8.0", undefined],
      ["6.0", "7.0", undefined],
      ["6.0", "8.0", /one major at a time/],
      ["8.0", "7.0", /never goes back/],
      ["8.0", "9.0", /one of 6\.0, 7\.0, 8\.0/],
      ["8.2", "8.0", /one of 6\.0, 7\.0, 8\.0/],
    ];
    for (const [from, to, problem] of rows) {
      const found = mongoStep(from, to);
      if (problem === undefined) assert.equal(found, undefined, `${from} to ${to}`);
      else assert.match(found?.expected ?? "", problem, `${from} to ${to}`);
    }
  });

  it("names the key where a step is refused, and says nothing of what it does not know", () => {
    assert.throws(() => {
      checkMongoStep("8.0", "7.0");
    }, /^Error: mongo\.version: expected 8\.0 or newer/);
    checkMongoStep(undefined, "7.0");
    checkMongoStep("8.0", undefined);
  });

  it("offers no major that could not be gone to", () => {
    for (const version of mongoVersions) assert.equal(mongoStep(version, version), undefined);
  });

  it("has a tier of Atlas for each shape, and says which it has not", () => {
    const names = (
      [
        [2, 8],
        [4, 16],
        [8, 32],
        [16, 64],
        [2, 16],
        [4, 32],
        [8, 64],
        [16, 128],
      ] as const
    ).map(([vcpus, memoryGiB]) => atlasTier({ vcpus, memoryGiB }).name);
    assert.deepEqual(names, ["M30", "M40", "M50", "M60", "R40", "R50", "R60", "R80"]);
    assert.throws(
      () => atlasTier({ vcpus: 2, memoryGiB: 64 }),
      /^RangeError: machine: expected a tier of Atlas.*got 2 vCPUs and 64 GiB$/,
    );
  });

  it("names its database in the URI once, whether the hosts end in a slash or not", async () => {
    for (const hosts of ["mongodb+srv://a.example.com", "mongodb+srv://a.example.com/"]) {
      assert.equal(
        await valueOf(mongoUri(pulumi.output(hosts), { w: "majority", tls: "true" })),
        "mongodb+srv://a.example.com/app?w=majority&tls=true",
      );
    }
  });
});
