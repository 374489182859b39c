import type * as aws from "@pulumi/aws";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that Kafka on AWS registers. */
export const outputs: OutputTable = {
  "aws:msk/cluster:Cluster": computes<aws.msk.Cluster>()((r) => {
    const clusterUuid = `${uuid(r)}-5`;
    const arn = `arn:aws:kafka:${r.region}:${r.account}:cluster/${r.autoName}/${clusterUuid}`;
    const brokers = typeof r.inputs["numberOfBrokerNodes"] === "number" ? r.inputs["numberOfBrokerNodes"] : 3;
    const domain = `${r.autoName}.${r.hex(6)}.c5.kafka.${r.region}.amazonaws.com`;
    return {
      id: arn,
      arn,
      clusterName: r.autoName,
      clusterUuid,
      currentVersion: `K${r.hex(13).toUpperCase()}`,
      // three of them, however many there are
      bootstrapBrokersSaslIam: Array.from(
        { length: Math.min(3, brokers) },
        (_, place) => `b-${place + 1}.${domain}:9098`,
      ).join(","),
    };
  }),
  "aws:msk/clusterPolicy:ClusterPolicy": computes<aws.msk.ClusterPolicy>()((r) => ({
    id: text(r, "clusterArn"),
  })),
  "aws:msk/configuration:Configuration": computes<aws.msk.Configuration>()((r) => {
    const arn = `arn:aws:kafka:${r.region}:${r.account}:configuration/${r.autoName}/${uuid(r)}-5`;
    return { id: arn, arn, name: r.autoName, latestRevision: 1 };
  }),
  "aws:msk/replicator:Replicator": computes<aws.msk.Replicator>()((r) => {
    const arn = `arn:aws:kafka:${r.region}:${r.account}:replicator/${text(r, "replicatorName")}/${uuid(r)}-5`;
    return { id: arn, arn };
  }),
  "aws:msk/topic:Topic": computes<aws.msk.Topic>()((r) => {
    const cluster = text(r, "clusterArn");
    return {
      id: `${cluster},${text(r, "name")}`,
      arn: `${cluster.replace(":cluster/", ":topic/")}/${text(r, "name")}`,
    };
  }),
  "aws:appautoscaling/target:Target": computes<aws.appautoscaling.Target>()((r) => ({
    id: text(r, "resourceId"),
    arn: `arn:aws:application-autoscaling:${r.region}:${r.account}:scalable-target/${r.hex(32)}`,
  })),
  "aws:appautoscaling/policy:Policy": computes<aws.appautoscaling.Policy>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    arn: `arn:aws:autoscaling:${r.region}:${r.account}:scalingPolicy:${uuid(r)}:resource/kafka/${text(r, "resourceId")}:policyName/${r.autoName}`,
  })),
};

/** Answers of the provider functions they call. */
export const functions: InvokeTable = {};

function uuid(r: Registered): string {
  return r.hex(32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** An input that is text; one that is not known yet makes a name that says so. */
function text({ inputs }: Registered, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : `unknown-${key}`;
}
