import assert from "node:assert/strict";
import { UnsupportedOnCloudError } from "../../../providers/unsupported";
import type { ClusterArgs } from "../../../components/cluster/cluster";
import type { PlanResource } from "../../../preview/plan";
import { aheadOf, checkControlPlane, checkSqlVersion } from "../../../providers/gcp/upgradeGuard";
import { find, type Ran } from "../../support/run";
import { clusterArgs, networkArgs, onGcp } from "./stack";

function makeCluster(args: Partial<ClusterArgs> = {}): Promise<Ran<unknown>> {
  return onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    return cloud.cluster("main", { ...clusterArgs, network, ...args }, {});
  });
}

/** A change of the least version, with the cluster at another by its release channel. */
const change = (asked: string, running: string, wanted: string, nodes: readonly string[] = []) => ({
  oldInputs: { minMasterVersion: asked },
  oldOutputs: { masterVersion: running, nodePools: nodes.map((version) => ({ version })) },
  newInputs: { minMasterVersion: wanted },
});

describe("the upgrade guard on GCP", () => {
  it("stands before each update of the cluster", async () => {
    const { resources, hooks } = await makeCluster();
    const cluster: PlanResource = find(resources, "gcp:container/cluster:Cluster");
    assert.deepEqual(Object.fromEntries(hooks), { [cluster.urn]: ["main-control-plane-upgrade"] });
  });

  it("lets a control plane go one minor on from what runs", () => {
    checkControlPlane(change("1.34", "1.34.8-gke.1000000", "1.35"));
    checkControlPlane(change("1.34", "1.35.4-gke.1136000", "1.36"));
    checkControlPlane(change("1.34", "1.35.4-gke.1136000", "1.35"));
  });

  const refused: readonly [asked: string, running: string, wanted: string, message: RegExp][] = [
    ["1.34", "1.34.8-gke.1000000", "1.36", /expected 1\.34 or 1\.35, .* got 1\.36$/],
    ["1.35", "1.35.4-gke.1136000", "1.34", /expected 1\.35 or newer, .* got 1\.34$/],
    ["1.34", "1.36.0-gke.3302004", "1.35", /expected 1\.36 or newer, .* got 1\.35$/],
  ];
  for (const [asked, running, wanted, message] of refused) {
    it(`refuses ${wanted} where ${running} runs and ${asked} was asked for`, () => {
      assert.throws(() => {
        checkControlPlane(change(asked, running, wanted));
      }, message);
    });
  }

  it("goes by what was asked for where the state has not what runs", () => {
    assert.throws(() => {
      checkControlPlane({ ...change("1.34", "", "1.36"), oldOutputs: {} });
    }, /expected 1\.34 or 1\.35/);
  });

  it("refuses a control plane that would leave nodes three minors behind", () => {
    checkControlPlane(change("1.35", "1.35.4-gke.1", "1.36", ["1.34.8-gke.1", "1.35.4-gke.1"]));
    assert.throws(() => {
      checkControlPlane(change("1.35", "1.35.4-gke.1", "1.36", ["1.35.4-gke.1", "1.33.5-gke.1"]));
    }, /cluster\.version: expected 1\.34 to 1\.36 for nodes below a control plane of 1\.36, got 1\.33\.5-gke\.1/);
  });

  it("lets other changes through where GKE has gone ahead, and says so", () => {
    checkControlPlane(change("1.34", "1.36.0-gke.3302004", "1.34"));
    assert.equal(
      aheadOf("1.34", "1.36.0-gke.3302004"),
      "cluster.version: GKE runs 1.36.0-gke.3302004 by its release channel, ahead of 1.34; write 1.36",
    );
    assert.equal(aheadOf("1.35", "1.35.4-gke.1136000"), undefined);
    assert.equal(aheadOf("1.36", "1.35.4-gke.1136000"), undefined);
  });

  it("refuses nodes of another version than the control plane's, as GKE brings them to it", async () => {
    await assert.rejects(makeCluster({ version: "1.36", nodesVersion: "1.35" }), (error) => {
      assert.ok(error instanceof UnsupportedOnCloudError);
      assert.equal(error.option, "cluster.nodesVersion");
      return true;
    });
    await makeCluster({ version: "1.35", nodesVersion: "1.35" });
  });
});

describe("the guard on versions of Cloud SQL", () => {
  const step = (running: string, wanted: string) => ({
    oldInputs: { databaseVersion: running },
    oldOutputs: { databaseVersion: running },
    newInputs: { databaseVersion: wanted },
  });

  for (const [engine, running, wanted] of [
    ["postgres", "POSTGRES_16", "POSTGRES_17"],
    ["postgres", "POSTGRES_17", "POSTGRES_17"],
    ["mysql", "MYSQL_8_0", "MYSQL_8_4"],
    ["mysql", "MYSQL_8_0_42", "MYSQL_8_0"],
  ] as const) {
    it(`lets ${running} go to ${wanted}`, () => {
      checkSqlVersion(engine, step(running, wanted), true);
    });
  }

  for (const [engine, running, wanted, message] of [
    [
      "postgres",
      "POSTGRES_16",
      "POSTGRES_18",
      /^postgres\.version: expected 16 or the major after it, .*got POSTGRES_18$/,
    ],
    [
      "postgres",
      "POSTGRES_17",
      "POSTGRES_16",
      /^postgres\.version: expected 17 or newer, .* restore a backup .*got POSTGRES_16$/,
    ],
    [
      "mysql",
      "MYSQL_5_7",
      "MYSQL_8_4",
      /^mysql\.version: expected 5\.7 or the major after it, .*got MYSQL_8_4$/,
    ],
    ["mysql", "MYSQL_8_4", "MYSQL_8_0", /^mysql\.version: expected 8\.4 or newer, .*got MYSQL_8_0$/],
  ] as const) {
    it(`refuses to take ${running} to ${wanted}`, () => {
      assert.throws(
        () => {
          checkSqlVersion(engine, step(running, wanted), true);
        },
        ({ message: said }: Error) => message.test(said),
      );
    });
  }

  it("refuses a new major where nobody said that the server may have its outage now", () => {
    const change = step("POSTGRES_16", "POSTGRES_17");
    assert.throws(() => {
      checkSqlVersion("postgres", change, false);
    }, /^Error: postgres\.allowMajorUpgrade: expected true .*, got false with postgres\.version POSTGRES_17$/);
    checkSqlVersion("postgres", step("POSTGRES_17", "POSTGRES_17"), false);
  });

  it("goes by what runs, and by what was asked for where the state has not that", () => {
    const asked = {
      oldInputs: { databaseVersion: "POSTGRES_16" },
      newInputs: { databaseVersion: "POSTGRES_18" },
    };
    assert.throws(() => {
      checkSqlVersion("postgres", { ...asked, oldOutputs: {} }, true);
    }, /expected 16 or the major after it/);
    checkSqlVersion("postgres", { ...asked, oldOutputs: { databaseVersion: "POSTGRES_17" } }, true);
    checkSqlVersion("postgres", { ...asked, newInputs: {} }, true);
  });
});
