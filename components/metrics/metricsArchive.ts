import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../data/bucket";
import type { WorkloadIdentity } from "../identity/workloadIdentity";
import { charts } from "../platform/charts";
import type { ServicePlace } from "../platform/service";

/** Thanos' image, the same in Prometheus' pods as in its own. */
export const thanosImage = `quay.io/thanos/thanos:${charts.thanos.appVersion}`;

/** What Thanos is told of a bucket, as its `objstore.yml`, without a key: it signs in as its pod does. */
export type ThanosStorage = (bucketName: string) => {
  readonly type: "S3" | "GCS";
  readonly config: Readonly<Record<string, string | boolean>>;
};

/** Where blocks of samples are kept, beyond Prometheus' own disk. */
export interface MetricsArchive {
  readonly bucket: Bucket;
  readonly storage: ThanosStorage;
}

/** Secret with what Thanos is told of the bucket, and its key there. */
export const objstore = { secret: "thanos-objstore", key: "objstore.yml" } as const;

/** Arguments of {@link letIntoArchive}. */
export interface LetIntoArchiveArgs extends Pick<ServicePlace, "identify"> {
  readonly archive: MetricsArchive;
  /** Name of the namespace. */
  readonly namespace: string;
  /** The same, as the namespace itself says it. */
  readonly standing: pulumi.Input<string>;
  readonly serviceAccount: string;
}

/**
 * Gives pods of a service account an identity that may read and write the archive, and their namespace the Secret that says
 * where it is.
 *
 * @param component options of what asks, whose dependencies the identity waits for
 */
export function letIntoArchive(
  name: string,
  { archive, namespace, standing, serviceAccount, identify }: LetIntoArchiveArgs,
  { parent, dependsOn = [] }: { readonly parent: pulumi.Resource } & pulumi.ComponentResourceOptions,
): { readonly identity: WorkloadIdentity; readonly secret: k8s.core.v1.Secret } {
  const { bucket, storage } = archive;
  const identity = letIdentityIntoArchive(
    name,
    { archive, namespace, serviceAccount, identify },
    { parent, dependsOn },
  );
  const secret = new k8s.core.v1.Secret(
    `${name}-objstore`,
    {
      metadata: { name: objstore.secret, namespace: standing },
      // JSON, which is YAML
      stringData: { [objstore.key]: pulumi.jsonStringify(bucket.bucketName.apply(storage)) },
    },
    { parent },
  );
  return { identity, secret };
}

/** As {@link letIntoArchive}, where the namespace has the Secret already. */
export function letIdentityIntoArchive(
  name: string,
  { archive: { bucket }, namespace, serviceAccount, identify }: Omit<LetIntoArchiveArgs, "standing">,
  { parent, dependsOn = [] }: { readonly parent: pulumi.Resource } & pulumi.ComponentResourceOptions,
): WorkloadIdentity {
  const identity = identify(`${name}-identity`, { namespace, serviceAccount }, { parent, dependsOn });
  bucket.grant(`${name}-identity-bucket`, identity, "readWrite", { parent: identity });
  return identity;
}
