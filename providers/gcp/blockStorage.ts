import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type VolumeClass, volumeClasses } from "../../components/data/blockStorage";
import { volumeSnapshotClass } from "../../components/data/volumeSnapshots";
import type { GcpKey } from "./key";

/** Disks that every series of machines takes which the pools may have: https://cloud.google.com/compute/docs/disks */
const kinds: Readonly<Record<VolumeClass, string>> = { fast: "pd-ssd", archive: "pd-standard" };

/**
 * The classes of volumes beside the default, and that of snapshots of all of them, named from `name`. Snapshots stay in the
 * region, as the key of their disk does; Compute Engine would take the multi-region around it.
 */
export function volumeKinds(
  name: string,
  {
    diskKey,
    region,
    protect,
  }: { readonly diskKey: GcpKey; readonly region: string; readonly protect: boolean },
  opts: pulumi.CustomResourceOptions,
): void {
  for (const kind of ["fast", "archive"] as const) {
    new k8s.storage.v1.StorageClass(
      `${name}-${kind}`,
      {
        metadata: { name: volumeClasses[kind] },
        provisioner: "pd.csi.storage.gke.io",
        parameters: { type: kinds[kind], "disk-encryption-kms-key": diskKey.keyId },
        reclaimPolicy: protect ? "Retain" : "Delete",
        volumeBindingMode: "WaitForFirstConsumer",
        allowVolumeExpansion: true,
      },
      opts,
    );
  }
  volumeSnapshotClass(
    `${name}-snapshots`,
    { driver: "pd.csi.storage.gke.io", parameters: { "storage-locations": region }, protect },
    opts,
  );
}
