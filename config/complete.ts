import { presetOf, type Preset, presets } from "../blueprints/presets";
import type { Egress } from "../components/network/network";
import { defaultPostgresVersion, type StackFile } from "./schema";

/** A stack file in which whatever it leaves to its preset is said. */
export type CompleteFile = Omit<
  StackFile,
  "network" | "cluster" | "postgres" | "redis" | "edge" | "logRetentionDays"
> & {
  readonly network: StackFile["network"] & { readonly zones: number; readonly egress: Egress };
  readonly cluster: StackFile["cluster"] & { readonly backupRetentionDays: number };
  readonly postgres: Postgres & { readonly backupRetentionDays: number };
  readonly redis: NonNullable<StackFile["redis"]> & { readonly snapshotRetentionDays: number };
  readonly edge: StackFile["edge"] & { readonly enabled: boolean };
  readonly logRetentionDays: number;
};

type Postgres = NonNullable<StackFile["postgres"]>;

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
  const { network, cluster, postgres, redis } = file;
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
    postgres: {
      ...(postgres ?? { version: defaultPostgresVersion }),
      backupRetentionDays: postgres?.backupRetentionDays ?? preset.backupRetentionDays,
    },
    redis: {
      ...redis,
      snapshotRetentionDays: redis?.snapshotRetentionDays ?? preset.snapshotRetentionDays,
    },
    edge: { ...file.edge, enabled: file.edge.enabled ?? preset.edge },
    logRetentionDays: file.logRetentionDays ?? preset.logRetentionDays,
  };
}
