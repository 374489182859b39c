import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { remoteOutputs } from "../../../preview/outputs/aws-remote";
import { hardenControlPlane } from "../../../providers/aws/controlPlane";
import {
  checkControlPlane,
  checkNodeCount,
  checkNodes,
  guardControlPlane,
} from "../../../providers/aws/upgradeGuard";
import { find, findAll, run } from "../../support/run";
import { makeCluster } from "./stacks";

const asksFor = (version: string, running: string) => ({
  oldInputs: { version: running },
  oldOutputs: { version: running },
  newInputs: { version },
});

/** The component of `@pulumi/eks` as far as transforms see it: a parent, and the control plane as its child. */
class StandIn extends pulumi.ComponentResource {
  constructor(name: string) {
    super("eks:index:Cluster", name, {}, { transforms: [hardenControlPlane, guardControlPlane(name)] });
    const roleArn = "arn:aws:iam::210987654321:role/control-plane";
    const cluster = new aws.eks.Cluster(
      `${name}-eksCluster`,
      { name, roleArn, version: "1.35", vpcConfig: { subnetIds: ["subnet-a", "subnet-b"] } },
      { parent: this },
    );
    new aws.eks.AccessEntry(
      `${name}-admin`,
      { clusterName: cluster.name, principalArn: roleArn },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

describe("the upgrade guard on AWS", () => {
  it("stands before each update of the control plane that the component makes, and before nothing else of it", async () => {
    const { resources, hooks } = await run(() => new StandIn("main"), { table: remoteOutputs });
    const controlPlane = find(resources, "aws:eks/cluster:Cluster");
    assert.deepEqual(Object.fromEntries(hooks), { [controlPlane.urn]: ["main-control-plane-upgrade"] });
    assert.deepEqual(controlPlane.inputs["zonalShiftConfig"], { enabled: true });
  });

  it("is there for every cluster, whose control plane only its plugin makes", async () => {
    const { hookNames } = await run(() => makeCluster());
    assert.deepEqual([...hookNames].sort(), [
      "main-control-plane-upgrade",
      "main-nodes-count",
      "main-nodes-upgrade",
    ]);
  });

  it("stands before each update of every node group", async () => {
    const { resources, hooks } = await run(() => makeCluster());
    const groups = findAll(resources, "aws:eks/nodeGroup:NodeGroup");
    assert.ok(groups.length >= 2);
    for (const { urn } of groups)
      assert.deepEqual(hooks.get(urn), ["main-nodes-upgrade", "main-nodes-count"]);
  });

  it("lets a control plane go one minor on, and stay", () => {
    checkControlPlane(asksFor("1.35", "1.34"));
    checkControlPlane(asksFor("1.35", "1.35"));
  });

  it("refuses a control plane that skips a minor or goes back", () => {
    assert.throws(() => {
      checkControlPlane(asksFor("1.36", "1.34"));
    }, /^Error: cluster\.version: expected 1\.34 or 1\.35, .* got 1\.36$/);
    assert.throws(() => {
      checkControlPlane(asksFor("1.34", "1.35"));
    }, /^Error: cluster\.version: expected 1\.35 or newer, .* got 1\.34$/);
  });

  it("goes by what runs, and not by what was asked for last", () => {
    const newInputs = { version: "1.36" };
    checkControlPlane({ oldInputs: { version: "1.34" }, oldOutputs: { version: "1.35" }, newInputs });
    assert.throws(() => {
      checkControlPlane({ oldInputs: { version: "1.35" }, oldOutputs: { version: "1.34" }, newInputs });
    });
    assert.throws(() => {
      checkControlPlane({ oldInputs: { version: "1.34" }, newInputs });
    });
  });

  it("lets nodes follow by two minors, and never back", () => {
    checkNodes(asksFor("1.36", "1.34"));
    assert.throws(() => {
      checkNodes(asksFor("1.34", "1.35"));
    }, /^Error: cluster\.nodesVersion: expected 1\.35 or newer, .* got 1\.34$/);
  });

  for (const [what, { live, known, maxSize, refused }] of [
    [
      "whose bounds change while it has more nodes than the state knows",
      { live: 4, known: 0, maxSize: 6, refused: true },
    ],
    [
      "whose bounds change while the state knows its nodes",
      { live: 4, known: 4, maxSize: 6, refused: false },
    ],
    ["whose bounds change while the state knows of more", { live: 2, known: 4, maxSize: 6, refused: false }],
    ["whose bounds stay", { live: 4, known: 0, maxSize: 5, refused: false }],
  ] as const) {
    it(`${refused ? "refuses" : "lets through"} a node group ${what}`, async () => {
      const asked: unknown[] = [];
      const check = checkNodeCount((group) => {
        asked.push(group);
        return Promise.resolve(live);
      });
      const counts = (desiredSize: number, most: number) => ({
        scalingConfig: { minSize: 0, desiredSize, maxSize: most },
      });
      const done = check({
        urn: "urn:group",
        oldInputs: counts(0, 5),
        oldOutputs: { ...counts(known, 5), clusterName: "main", nodeGroupName: "main-inference-a" },
        newInputs: counts(0, maxSize),
      });
      await (refused
        ? assert.rejects(
            done,
            /knows of the 4 nodes of main-inference-a .* got 0; run pulumi refresh --target 'urn:group'/,
          )
        : assert.doesNotReject(done));
      const group = { clusterName: "main", nodeGroupName: "main-inference-a" };
      assert.deepEqual(asked, maxSize === 5 ? [] : [group]);
    });
  }

  it("waits for a version that is not known yet", () => {
    checkControlPlane({ oldInputs: {}, oldOutputs: {}, newInputs: { version: "1.36" } });
    checkNodes({ oldInputs: { version: "1.36" }, oldOutputs: {}, newInputs: {} });
  });

  it("keeps the nodes at the version they are given while the control plane goes ahead", async () => {
    const { resources } = await run(() => makeCluster({ version: "1.36", nodesVersion: "1.34" }));
    assert.equal(find(resources, "eks:index:Cluster").inputs["version"], "1.36");
    for (const { inputs } of findAll(resources, "aws:eks/nodeGroup:NodeGroup")) {
      assert.equal(inputs["version"], "1.34");
    }
  });

  for (const [nodesVersion, version] of [
    ["1.36", "1.35"],
    ["1.33", "1.36"],
  ] as const) {
    it(`refuses nodes of ${nodesVersion} below a control plane of ${version} before anything is made`, async () => {
      await assert.rejects(
        run(() => makeCluster({ version, nodesVersion })),
        /cluster\.nodesVersion: expected 1\.3\d to 1\.3\d for nodes below a control plane/,
      );
    });
  }
});
