import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CfnTag } from "aws-cdk-lib";
import { App, Stack } from "aws-cdk-lib";
import { CfnBucket } from "aws-cdk-lib/aws-s3";
import { report } from "../report";

/** CloudFormation takes at most 500 resources a stack. */
const resourcesPerStack = 450;

/** The peer: aws-cdk-lib synthesising as many plain resources (L1 S3 buckets) as its argument says. */
function main(count: number): void {
  const started = performance.now();
  const outdir = mkdtempSync(join(tmpdir(), "bench-cdk-"));
  const app = new App({ outdir });
  for (let from = 0; from < count; from += resourcesPerStack) {
    const stack = new Stack(app, `stack-${from}`);
    for (let index = from; index < Math.min(count, from + resourcesPerStack); index++) {
      const tags: CfnTag[] = [{ key: "index", value: String(index) }];
      new CfnBucket(stack, `bucket-${index}`, { tags });
    }
  }
  app.synth();
  report({ workMs: performance.now() - started, resources: count });
  rmSync(outdir, { recursive: true });
}

main(Number(process.argv[2]));
