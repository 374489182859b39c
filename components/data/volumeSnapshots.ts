import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Class of the snapshots that a VolumeSnapshot gets where it names none: of every class of volumes, each snapshot under the
 * key of its volume, and in a stack with `protect` outliving who asked for it.
 */
export const snapshotClassName = "encrypted-snapshots";

/** Arguments of {@link volumeSnapshotClass}. */
export interface VolumeSnapshotClassArgs {
  /** Name of the cloud's driver. */
  readonly driver: string;
  /**
   * What the driver is told beside.
   *
   * @default - its own defaults
   */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Keep a snapshot whose VolumeSnapshot is deleted, with its namespace for one. */
  readonly protect: boolean;
}

/**
 * The class of snapshots of a cluster. Its kind comes with what installs the snapshot controller, on which `opts` has to
 * depend.
 */
export function volumeSnapshotClass(
  name: string,
  { driver, parameters, protect }: VolumeSnapshotClassArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(
    name,
    {
      apiVersion: "snapshot.storage.k8s.io/v1",
      kind: "VolumeSnapshotClass",
      metadata: {
        name: snapshotClassName,
        annotations: { "snapshot.storage.kubernetes.io/is-default-class": "true" },
      },
      driver,
      deletionPolicy: protect ? "Retain" : "Delete",
      ...(parameters !== undefined && { parameters: { ...parameters } }),
    },
    opts,
  );
}
