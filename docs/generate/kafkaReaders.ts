import type { StoreReader } from "./storeReaders";
import { keyAt, listAt, numberAt, ownOf, textAt } from "./storeScene";

/** In how many zones what was written is, where they are more than one. */
const zonesOr = (zones: number): string => (zones > 1 ? `${zones} zones` : "no");

/** MSK. */
export const msk: StoreReader = (main, scene) => {
  const { inputs } = main;
  return {
    system: `MSK Kafka ${textAt(inputs, "kafkaVersion") ?? ""}`,
    encryption: keyAt(main, "encryptionInfo.encryptionAtRestKmsKeyArn", scene),
    tls: textAt(inputs, "encryptionInfo.encryptionInTransit.clientBroker") === "TLS",
    // a broker a subnet, and a subnet a zone
    standby: zonesOr(listAt(inputs, "brokerNodeGroupInfo.clientSubnets").length),
    backupDays: undefined,
    pitr: undefined,
    copies: ownOf(scene, "aws:msk/replicator:Replicator").length > 0 ? ["replica"] : [],
    refusesDeletion: undefined,
  };
};

/** Zones that a cluster always stands in. */
const zones = 3;

/** Managed Service for Apache Kafka. */
export const managedKafka: StoreReader = (main, scene) => {
  const copies = ownOf(scene, "gcp:managedkafka/topic:Topic").map(({ inputs }) =>
    numberAt(inputs, "replicationFactor"),
  );
  const least = Math.min(zones, ...copies);
  const mirrors = ownOf(scene, "gcp:managedkafka/connector:Connector").some(({ inputs: { configs } }) =>
    JSON.stringify(configs ?? {}).includes(".MirrorSourceConnector"),
  );
  return {
    system: "Managed Service for Apache Kafka",
    encryption: keyAt(main, "gcpConfig.kmsKey", scene),
    // it has no listener without
    tls: true,
    standby: zonesOr(least),
    backupDays: undefined,
    pitr: undefined,
    copies: mirrors ? ["replica"] : [],
    refusesDeletion: undefined,
  };
};
