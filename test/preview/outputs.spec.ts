import assert from "node:assert/strict";
import type * as aws from "@pulumi/aws";
import { fileFor, outputTable } from "../../preview/outputs";
import { computes } from "../../preview/outputs/table";

describe("the table of computed outputs", () => {
  it("takes a row that answers outputs of its class", () => {
    const row = computes<aws.ec2.Vpc>()(({ name }) => ({
      id: "vpc-1",
      arn: `arn:${name}`,
      tagsAll: { a: "b" },
    }));
    assert.equal(typeof row, "function");
  });

  it("refuses a misspelt output and one of a wrong type when it is compiled", () => {
    // @ts-expect-error a Vpc has no output of that name
    const misspelt = computes<aws.ec2.Vpc>()(() => ({ arm: "arn:1" }));
    // @ts-expect-error beside one that it has, neither
    const misspeltBeside = computes<aws.ec2.Vpc>()(() => ({ arn: "arn:1", arm: "arn:1" }));
    // @ts-expect-error an ARN is a string
    const mistyped = computes<aws.ec2.Vpc>()(() => ({ arn: 1 }));
    assert.equal([misspelt, misspeltBeside, mistyped].length, 3);
  });

  it("names for each type of a known package the file in which its row would stand", () => {
    for (const type of Object.keys(outputTable)) {
      assert.match(fileFor(type), /^preview\/outputs\/[a-z-]+\.ts$/, type);
    }
  });
});
