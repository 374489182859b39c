import * as assert from "node:assert/strict";
import { judge } from "../../preview/policy";
import { provider } from "./fixtures/awsShared";
import { type Line, scene } from "./scene";

type Tier = "Isolated" | "Private";

/** How many endpoints are missed of a VPC that stands there so. */
function missed(...lines: readonly Line[]): number {
  const { violations } = judge(scene([provider, ...lines]), { environment: "prod" });
  return violations.filter(({ policy }) => policy === "aws-vpc-endpoints").length;
}

const asked = (...tiers: readonly Tier[]): number =>
  missed(["awsx:ec2:Vpc", "vpc", { inputs: { subnetSpecs: tiers.map((type) => ({ type })) } }]);

/** As the engine sees it: what awsx made. */
const made = (...tiers: readonly Tier[]): number =>
  missed(
    ["aws:ec2/vpc:Vpc", "vpc"],
    ...tiers.map((tier): Line => [
      "aws:ec2/subnet:Subnet",
      tier,
      { inputs: { tags: { SubnetType: tier } }, from: { vpcId: ["vpc"] } },
    ]),
  );

describe("a VPC without endpoints", () => {
  for (const [how, of] of [
    ["asked of awsx", asked],
    ["made by it", made],
  ] as const) {
    it(`is what it should be where stores stand in it alone, ${how}`, () => {
      assert.equal(of("Isolated"), 0);
    });

    it(`is told of where anything else may stand in it, ${how}`, () => {
      assert.ok(of("Isolated", "Private") > 0);
      assert.ok(of() > 0);
    });
  }
});
