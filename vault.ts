import type * as pulumi from "@pulumi/pulumi";
import type { RecoveryPlace } from "./components/data/recovery";
import type { Network } from "./components/network/network";
import { Vault } from "./components/secrets/vault";
import type { VaultUser } from "./components/secrets/vaultConfig";
import type { SystemStore } from "./components/workload/system";
import type { StackConfig } from "./config/resolve";
import { afterBase, servicePlace, type ServicesArgs } from "./services";
import type { Stores } from "./stores";

/** What a vault stands beside. */
export interface VaultPlace extends ServicesArgs {
  readonly network: Network;
  /** @default - its snapshots are kept in one region */
  readonly recovery?: RecoveryPlace | undefined;
  readonly stores: Pick<Stores, "mysql" | "postgres">;
}

/** Makes the vault that the system asks for, as a store of the services that name it. */
export function makeVault(
  name: string,
  { network, stores, recovery, ...args }: VaultPlace,
  opts: { readonly parent: pulumi.Resource },
): { readonly vault?: SystemStore } {
  const { config, cloud, base } = args;
  const { blueprint, logRetentionDays, protect } = config;
  if (blueprint.platform.vault === undefined) return {};
  const { postgres, mysql } = stores;
  const { lock } = config.stores.bucket;
  const copied = config.recovery === undefined ? {} : { copyRegion: config.recovery.region };
  const vault = new Vault(
    name,
    {
      ...servicePlace(args),
      systemNamespace: blueprint.namespace,
      users: vaultUsers(blueprint.services),
      databases: { ...(postgres !== undefined && { postgres }), ...(mysql !== undefined && { mysql }) },
      sealKey: cloud.sealKey,
      recoverySecret: (secretName, own) =>
        cloud.secret(
          secretName,
          { key: "vault-recovery-keys", rekeyed: true, ...copied, logRetentionDays, protect },
          own,
        ),
      secretStore: cloud.secretStoreScript(),
      snapshotBucket: (bucketName, noncurrentRetentionDays, own) =>
        cloud.bucket(
          bucketName,
          {
            archiveAfterDays: 0,
            noncurrentRetentionDays,
            ...(lock !== undefined && { lock }),
            ...(recovery !== undefined && { recovery }),
            accessLogRetentionDays: logRetentionDays,
            protect,
          },
          own,
        ),
      objectStore: cloud.objectStoreScript(),
      secretStoreDestination: cloud.secretsDestination(network),
      internalAuthority: base.internalAuthority,
      protect,
    },
    afterBase(args, opts),
  );
  return { vault: { store: vault, destinations: vault.destinations } };
}

/** The services that name it, and of which databases they get users: those that they name too. */
function vaultUsers(services: StackConfig["blueprint"]["services"]): Readonly<Record<string, VaultUser>> {
  return Object.fromEntries(
    Object.entries(services).flatMap(([service, { stores = {} }]) => {
      const { vault: access, postgres, mysql } = stores;
      const databases = {
        ...(postgres !== undefined && { postgres }),
        ...(mysql !== undefined && { mysql }),
      };
      return access === undefined ? [] : [[service, { access, databases }]];
    }),
  );
}
