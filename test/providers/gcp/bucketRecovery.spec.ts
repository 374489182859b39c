import assert from "node:assert/strict";
import type { PlanResource } from "../../../preview/plan";
import { UnsupportedOnCloudError } from "../../../providers/unsupported";
import { find } from "../../support/run";
import { bucketArgs, networkArgs, onGcp, textOf } from "./stack";

/** A bucket of a stack whose region for recovery is this one. */
async function bucket(region: string): Promise<readonly PlanResource[]> {
  const { resources } = await onGcp((cloud) => {
    const network = cloud.network("main-network", networkArgs, {});
    const { podCidr, serviceCidr } = networkArgs;
    const recovery = cloud.recovery(
      "main-recovery",
      {
        network,
        region,
        cidr: "10.128.0.0/16",
        zones: ["a", "b"],
        podCidr,
        serviceCidr,
        flowLogRetentionDays: 365,
        protect: true,
      },
      {},
    );
    cloud.bucket("files", { ...bucketArgs, recovery }, {});
  });
  return resources;
}

describe("GcpBucket with a region for recovery", () => {
  it("is one bucket of both regions with turbo replication, under a key of their continent", async () => {
    const { inputs } = find(await bucket("us-west1"), "gcp:storage/bucket:Bucket", "files");
    assert.equal(inputs["location"], "US");
    assert.deepEqual(inputs["customPlacementConfig"], { dataLocations: ["US-EAST1", "US-WEST1"] });
    assert.equal(inputs["rpo"], "ASYNC_TURBO");
    const { defaultKmsKeyName } = inputs["encryption"] as Readonly<Record<string, unknown>>;
    assert.match(textOf(defaultKmsKeyName), /\/locations\/us\/keyRings\//);
  });

  it("refuses a region of another continent", async () => {
    await assert.rejects(bucket("europe-west1"), UnsupportedOnCloudError);
  });
});
