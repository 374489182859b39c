import * as assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import { judge } from "../../preview/policy";
import { run } from "../support/run";

type Tier = "Isolated" | "Private";

/** How many endpoints are missed of a VPC that is made so. */
async function missedIn(make: () => void): Promise<number> {
  const { resources } = await run(make);
  const { violations } = judge(resources, { environment: "prod" });
  return violations.filter(({ policy }) => policy === "aws-vpc-endpoints").length;
}

const asked = (...tiers: readonly Tier[]): Promise<number> =>
  missedIn(() => {
    new awsx.ec2.Vpc("asked", { subnetSpecs: tiers.map((type) => ({ type, name: type.toLowerCase() })) });
  });

/** As the engine sees it: what awsx made. */
const made = (...tiers: readonly Tier[]): Promise<number> =>
  missedIn(() => {
    const vpc = new aws.ec2.Vpc("made", { cidrBlock: "10.128.0.0/16" });
    for (const tier of tiers) {
      new aws.ec2.Subnet(`made-${tier}`, { vpcId: vpc.id, tags: { SubnetType: tier } });
    }
  });

describe("a VPC without endpoints", () => {
  for (const [how, missed] of [
    ["asked of awsx", asked],
    ["made by it", made],
  ] as const) {
    it(`is what it should be where stores stand in it alone, ${how}`, async () => {
      assert.equal(await missed("Isolated"), 0);
    });

    it(`is told of where anything else may stand in it, ${how}`, async () => {
      assert.ok((await missed("Isolated", "Private")) > 0);
      assert.ok((await missed()) > 0);
    });
  }
});
