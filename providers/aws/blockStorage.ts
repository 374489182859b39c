import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type VolumeClass, volumeClasses } from "../../components/data/blockStorage";
import { volumeSnapshotClass } from "../../components/data/volumeSnapshots";

/**
 * EBS's own words for each kind, as the driver takes them: gp3 has 500 operations a second for each GiB at most and a MiB a
 * second for each four operations; sc1 is the cheapest there is, from 125 GiB on.
 * https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
 */
const kinds: Readonly<Record<VolumeClass, Readonly<Record<string, string>>>> = {
  fast: { type: "gp3", iops: "10000", throughput: "500" },
  archive: { type: "sc1" },
};

/** The classes of volumes beside the default, and that of snapshots of all of them, named from `name`. */
export function volumeKinds(
  name: string,
  { keyArn, protect }: { readonly keyArn: pulumi.Input<string>; readonly protect: boolean },
  opts: pulumi.CustomResourceOptions,
): void {
  for (const kind of ["fast", "archive"] as const) {
    new k8s.storage.v1.StorageClass(
      `${name}-${kind}`,
      {
        metadata: { name: volumeClasses[kind] },
        provisioner: "ebs.csi.aws.com",
        parameters: { ...kinds[kind], encrypted: "true", kmsKeyId: keyArn },
        reclaimPolicy: protect ? "Retain" : "Delete",
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
      },
      opts,
    );
  }
  // a snapshot has the key of its volume: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html
  volumeSnapshotClass(`${name}-snapshots`, { driver: "ebs.csi.aws.com", protect }, opts);
}
