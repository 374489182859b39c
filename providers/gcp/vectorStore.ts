import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { Milvus } from "../../components/data/milvus";
import type { VectorStoreArgs } from "../../components/data/vectorStore";
import type { GcpProject } from "./project";

/** Arguments of a {@link GcpVectorStore}. */
export interface GcpVectorStoreArgs extends VectorStoreArgs {
  readonly project: GcpProject;
}

/**
 * `VectorStore` on Google Cloud: Milvus in the cluster, its data in Cloud Storage by the protocol of S3, with tokens that GKE's
 * metadata server gives its service account (milvus-io/milvus, pkg/objectstorage/gcp). It first asks for the bucket itself,
 * which takes `storage.buckets.get`: https://cloud.google.com/storage/docs/access-control/iam-xml
 */
export class GcpVectorStore extends Milvus {
  constructor(name: string, args: GcpVectorStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    const { project, ...store } = args;
    const own = {
      ...store,
      objects: { cloudProvider: "gcp", host: "storage.googleapis.com" },
      admitToBucket: (role, { bucketName }, { principal }, roleOpts) => {
        new gcp.storage.BucketIAMMember(
          role,
          { bucket: bucketName, role: "roles/storage.legacyBucketReader", member: principal },
          { ...roleOpts, provider: project.provider },
        );
      },
    } as const satisfies ConstructorParameters<typeof Milvus>[1];
    super(name, own, opts, "groundwork:gcp:VectorStore");
  }
}
