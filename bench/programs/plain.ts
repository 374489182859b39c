import "../../preview/startup";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { runProgram } from "../../preview/run";
import { withoutStackTraces } from "../../preview/traces";
import { report } from "../report";

/** A preview of as many plain resources (S3 buckets) as its argument says, to the plan's JSON. */
async function main(count: number): Promise<void> {
  const started = performance.now();
  const { resources } = await withoutStackTraces(() =>
    runProgram(
      () => {
        const provider = new aws.Provider("aws", { region: "us-east-1" });
        const parent = new pulumi.ComponentResource("bench:index:Plain", "plain", {}, {});
        for (let index = 0; index < count; index++) {
          new aws.s3.Bucket(`bucket-${index}`, { tags: { index: String(index) } }, { parent, provider });
        }
      },
      { project: "bench", stack: "bench", outputs: "known" },
    ),
  );
  process.stdout.write(JSON.stringify(resources));
  report({ workMs: performance.now() - started, resources: resources.length });
}

void main(Number(process.argv[2]));
