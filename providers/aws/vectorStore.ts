import type * as pulumi from "@pulumi/pulumi";
import { Milvus } from "../../components/data/milvus";
import type { VectorStoreArgs } from "../../components/data/vectorStore";

/** Arguments of an {@link AwsVectorStore}. */
export interface AwsVectorStoreArgs extends VectorStoreArgs {
  readonly region: string;
}

/**
 * `VectorStore` on AWS: Milvus in the cluster, its data in S3. It signs in by the token of its service account, as its engine
 * knows no EKS Pod Identity (milvus-io/milvus#42547).
 */
export class AwsVectorStore extends Milvus {
  constructor(name: string, args: AwsVectorStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    const { region } = args;
    const objects = { cloudProvider: "aws", host: `s3.${region}.amazonaws.com`, region } as const;
    super(name, { ...args, objects }, opts, "groundwork:aws:VectorStore");
  }
}
