import { type Exporter, monitor } from "./exporter";

/** Kafka in the cluster: its brokers by Strimzi's reporter, of which its allow-list has these, and its exporter. */
export const kafka: Exporter = {
  source:
    "strimzi/strimzi-kafka-operator 1.2.0: examples/metrics/strimzi-metrics-reporter; danielqsj/kafka_exporter v1.9.0: kafka_exporter.go",
  there: monitor("kafka/kafka"),
  series: {
    kafka_controller_kafkacontroller_activecontrollercount: [],
    kafka_controller_kafkacontroller_offlinepartitionscount: [],
    kafka_cluster_partition_underminisr: ["topic", "partition"],
    kafka_server_brokertopicmetrics_bytesin_total: ["topic"],
    kafka_server_brokertopicmetrics_bytesout_total: ["topic"],
    kafka_server_replicamanager_underreplicatedpartitions: [],
    kafka_brokers: [],
    kafka_consumergroup_current_offset: ["consumergroup", "topic", "partition"],
    kafka_consumergroup_lag: ["consumergroup", "topic", "partition"],
    kafka_consumergroup_members: ["consumergroup"],
    kafka_topic_partition_current_offset: ["topic", "partition"],
  },
};
