import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type VolumeClass, volumeClasses } from "../../components/data/blockStorage";
import type { GcpKey } from "./key";

/** Disks that every series of machines takes which the pools may have: https://cloud.google.com/compute/docs/disks */
const kinds: Readonly<Record<VolumeClass, string>> = { fast: "pd-ssd", archive: "pd-standard" };

/** The classes of volumes beside the default, named from `name`. */
export function volumeKinds(
  name: string,
  { diskKey, protect }: { readonly diskKey: GcpKey; readonly protect: boolean },
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
}
