import type * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** What the dynamic provider of the program answers: where a cluster is found. */
interface KafkaAddress extends pulumi.CustomResource {
  readonly bootstrapAddress: pulumi.Output<string>;
}

/** Computed outputs of the resource types that Kafka on GCP registers. */
export const outputs: OutputTable = {
  "gcp:managedkafka/acl:Acl": computes<gcp.managedkafka.Acl>()((r) => ({
    id: `${clusterOf(r)}/acls/${text(r, "aclId")}`,
    name: `${clusterOf(r)}/acls/${text(r, "aclId")}`,
    project: r.project,
  })),
  "gcp:managedkafka/cluster:Cluster": computes<gcp.managedkafka.Cluster>()((r) => {
    const name = `projects/${r.project}/locations/${text(r, "location")}/clusters/${text(r, "clusterId")}`;
    return { id: name, name, project: r.project, createTime: "2026-01-01T00:00:00Z", state: "ACTIVE" };
  }),
  "gcp:managedkafka/connectCluster:ConnectCluster": computes<gcp.managedkafka.ConnectCluster>()((r) => {
    const name = `projects/${r.project}/locations/${text(r, "location")}/connectClusters/${text(r, "connectClusterId")}`;
    return { id: name, name, project: r.project, state: "ACTIVE" };
  }),
  "gcp:managedkafka/connector:Connector": computes<gcp.managedkafka.Connector>()((r) => {
    const cluster = `projects/${r.project}/locations/${text(r, "location")}/connectClusters/${text(r, "connectCluster")}`;
    const name = `${cluster}/connectors/${text(r, "connectorId")}`;
    return { id: name, name, project: r.project, state: "RUNNING" };
  }),
  "gcp:managedkafka/topic:Topic": computes<gcp.managedkafka.Topic>()((r) => ({
    id: `${clusterOf(r)}/topics/${text(r, "topicId")}`,
    name: `${clusterOf(r)}/topics/${text(r, "topicId")}`,
    project: r.project,
  })),
  "pulumi-nodejs:dynamic/gcp:KafkaAddress": computes<KafkaAddress>()((r) => {
    const cluster = text(r, "cluster");
    const [, region = r.region] = /\/locations\/([^/]+)\//.exec(cluster) ?? [];
    return {
      id: cluster,
      bootstrapAddress: `bootstrap-${r.hex(26)}.${r.hex(8)}.${region}.managedkafka.s.cloud.goog`,
    };
  }),
};

/** Answers of the provider functions they call. */
export const functions: InvokeTable = {
  "gcp:organizations/getClientConfig:getClientConfig": (_, { project, region }) => ({
    id: project,
    project,
    region,
    accessToken: "ya29.stand-in",
  }),
};

function clusterOf(r: Registered): string {
  return `projects/${r.project}/locations/${text(r, "location")}/clusters/${text(r, "cluster")}`;
}

/** An input that is text; one that is not known yet makes a name that says so. */
function text({ inputs }: Registered, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : `unknown-${key}`;
}
