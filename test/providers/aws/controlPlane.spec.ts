import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { remoteOutputs } from "../../../preview/outputs/aws-remote";
import { hardenControlPlane } from "../../../providers/aws/controlPlane";
import { find, findAll, run } from "../../support/run";

const roleArn = "arn:aws:iam::210987654321:role/control-plane";
const vpcConfig = { subnetIds: ["subnet-a", "subnet-b"], endpointPrivateAccess: true };

/** The component of `@pulumi/eks` as far as transforms see it: a parent, and the control plane as its child. */
class StandIn extends pulumi.ComponentResource {
  constructor(name: string, accessConfig: aws.eks.ClusterArgs["accessConfig"]) {
    super("eks:index:Cluster", name, {}, { transforms: [hardenControlPlane] });
    const cluster = new aws.eks.Cluster(
      `${name}-eksCluster`,
      { name, roleArn, vpcConfig, accessConfig, deletionProtection: true },
      { parent: this, protect: true, ignoreChanges: ["version"] },
    );
    new aws.eks.AccessEntry(
      `${name}-admin`,
      { clusterName: cluster.name, principalArn: roleArn },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

describe("hardenControlPlane", () => {
  const accessConfigs: Readonly<Record<string, pulumi.Input<aws.types.input.eks.ClusterAccessConfig>>> = {
    "a plain value": { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
    "an output": pulumi.output({
      authenticationMode: "API",
      bootstrapClusterCreatorAdminPermissions: true,
    }),
  };
  for (const [what, accessConfig] of Object.entries(accessConfigs)) {
    it(`takes the creator's rights and turns zonal shift on, of ${what}, and keeps the rest`, async () => {
      const { resources } = await run(() => new StandIn("main", accessConfig), { table: remoteOutputs });
      const cluster = find(resources, "aws:eks/cluster:Cluster");
      assert.deepEqual(cluster.inputs, {
        name: "main",
        roleArn,
        vpcConfig,
        deletionProtection: true,
        accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
        zonalShiftConfig: { enabled: true },
      });
      assert.equal(cluster.protect, true);
      assert.deepEqual(cluster.ignoreChanges, ["version"]);
    });
  }

  it("touches nothing else that the component makes", async () => {
    const { resources } = await run(() => new StandIn("main", undefined), { table: remoteOutputs });
    const [entry] = findAll(resources, "aws:eks/accessEntry:AccessEntry");
    assert.deepEqual(Object.keys(entry?.inputs ?? {}).sort(), ["clusterName", "principalArn"]);
    for (const type of ["eks:index:Cluster", "aws:eks/accessEntry:AccessEntry"]) {
      const args = { type, name: "main", custom: true, props: { name: "main" }, opts: {} };
      assert.equal(await hardenControlPlane(args), undefined);
    }
  });
});
