import * as assert from "node:assert/strict";
import { GcpRecoveryPlace } from "../../../providers/gcp/recovery";
import { find, findAll, valueOf } from "../../support/run";
import { networkArgs, onGcp, textOf } from "./stack";

describe("GcpRecoveryPlace", () => {
  it("is a subnet of the stack's own network in the other region, logged, where endpoints of Redis may stand", async () => {
    const { result, resources } = await onGcp((cloud) => {
      const network = cloud.network("main-network", networkArgs, {});
      const { podCidr, serviceCidr } = networkArgs;
      return cloud.recovery(
        "main-recovery",
        {
          network,
          region: "us-west1",
          cidr: "10.128.0.0/16",
          zones: ["a", "b"],
          podCidr,
          serviceCidr,
          flowLogRetentionDays: 365,
          protect: true,
        },
        {},
      );
    });
    assert.ok(result instanceof GcpRecoveryPlace);
    assert.equal(findAll(resources, "gcp:compute/network:Network").length, 1);
    const subnet = find(resources, "gcp:compute/subnetwork:Subnetwork", "main-recovery-endpoints");
    assert.equal(subnet.inputs["region"], "us-west1");
    assert.match(textOf(subnet.inputs["ipCidrRange"]), /^10\.128\./);
    assert.equal(subnet.inputs["privateIpGoogleAccess"], true);
    assert.ok(subnet.inputs["logConfig"]);
    const policy = find(
      resources,
      "gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy",
      "main-recovery-redis",
    );
    assert.equal(policy.inputs["location"], "us-west1");
    assert.deepEqual(policy.inputs["pscConfig"], { subnetworks: [await valueOf(result.endpointSubnetId)] });
  });
});
