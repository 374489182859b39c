import type * as aws from "@pulumi/aws";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that copies in another region of AWS register. */
export const outputs: OutputTable = {
  "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup":
    computes<aws.elasticache.GlobalReplicationGroup>()((r) => {
      // five letters of the region before the name
      const id = `${r.hex(5)}-${text(r, "globalReplicationGroupIdSuffix")}`;
      return {
        id,
        globalReplicationGroupId: id,
        arn: `arn:aws:elasticache::${r.account}:globalreplicationgroup:${id}`,
        clusterEnabled: true,
      };
    }),
  "aws:s3/bucketNotification:BucketNotification": computes<aws.s3.BucketNotification>()((r) => ({
    id: text(r, "bucket"),
  })),
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": computes<aws.s3.BucketReplicationConfig>()(
    (r) => ({ id: text(r, "bucket") }),
  ),
};

/** Answers of the provider functions they call: none. */
export const functions: InvokeTable = {};

/** A text input; empty while it is not known. */
function text({ inputs }: Registered, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : "";
}
