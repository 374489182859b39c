import { presetOf, type Preset, presets } from "../blueprints/presets";
import type { Egress } from "../components/network/network";
import type { StackFile } from "./schema";

/** A stack file in which whatever it leaves to its preset is said. */
export type CompleteFile = Omit<StackFile, "network" | "cluster" | "edge" | "logRetentionDays"> & {
  readonly network: StackFile["network"] & { readonly zones: number; readonly egress: Egress };
  readonly cluster: StackFile["cluster"] & { readonly backupRetentionDays: number };
  readonly edge: StackFile["edge"] & { readonly enabled: boolean };
  readonly logRetentionDays: number;
};

/** The preset of a stack: what it says, or what its kind of stack has. */
export function presetFor({
  cloud,
  environment,
  preset,
}: Pick<StackFile, "cloud" | "environment" | "preset">): Preset {
  return presets[cloud][preset ?? presetOf[environment]];
}

/** What the file says, and for the rest its preset. */
export function complete(file: StackFile): CompleteFile {
  const preset = presetFor(file);
  const { network, cluster } = file;
  return {
    ...file,
    network: {
      ...network,
      zones: network.zones ?? preset.zones,
      egress: network.egress ?? preset.egress,
    },
    cluster: {
      ...cluster,
      backupRetentionDays: cluster.backupRetentionDays ?? preset.backupRetentionDays,
    },
    edge: { ...file.edge, enabled: file.edge.enabled ?? preset.edge },
    logRetentionDays: file.logRetentionDays ?? preset.logRetentionDays,
  };
}
