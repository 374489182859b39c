import type * as gcp from "@pulumi/gcp";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Number of every project: Google's agents have it in their addresses. */
const projectNumber = "123456789012";

/** Minor to a version such as GKE answers with. */
const gkePatch = ".4-gke.1136000";

/** What the service agents that `gcp.projects.ServiceIdentity` makes are called, by API. */
const agentDomains: Readonly<Record<string, string>> = {
  "artifactregistry.googleapis.com": "gcp-sa-artifactregistry",
  "gkebackup.googleapis.com": "gcp-sa-gkebackup",
  "managedkafka.googleapis.com": "gcp-sa-managedkafka",
  "pubsub.googleapis.com": "gcp-sa-pubsub",
  "redis.googleapis.com": "cloud-redis",
  "run.googleapis.com": "serverless-robot-prod",
  "secretmanager.googleapis.com": "gcp-sa-secretmanager",
  "sqladmin.googleapis.com": "gcp-sa-cloud-sql",
  "workflows.googleapis.com": "gcp-sa-workflows",
};

/** Computed outputs of the resource types that gcp components register. */
export const outputs: OutputTable = {
  "gcp:compute/address:Address": computes<gcp.compute.Address>()((r) => ({
    ...compute(r, `regions/${r.region}/addresses`),
    // one kept for documentation (RFC 5737), as the ingress controller's Service has
    address: "203.0.113.10",
  })),
  "gcp:compute/firewall:Firewall": computes<gcp.compute.Firewall>()((r) => compute(r, "global/firewalls")),
  "gcp:compute/forwardingRule:ForwardingRule": computes<gcp.compute.ForwardingRule>()((r) =>
    compute(r, `regions/${r.region}/forwardingRules`),
  ),
  "gcp:compute/globalAddress:GlobalAddress": computes<gcp.compute.GlobalAddress>()((r) => ({
    ...compute(r, "global/addresses"),
    // where the program names none, one kept for documentation (RFC 5737, RFC 3849)
    ...(r.inputs["address"] === undefined && {
      address: r.inputs["ipVersion"] === "IPV6" ? "2001:db8::20" : "203.0.113.20",
    }),
  })),
  "gcp:compute/network:Network": computes<gcp.compute.Network>()((r) => ({
    ...compute(r, "global/networks"),
    numericId: digits(r, 19),
  })),
  "gcp:compute/router:Router": computes<gcp.compute.Router>()((r) =>
    compute(r, `regions/${r.region}/routers`),
  ),
  "gcp:compute/routerNat:RouterNat": computes<gcp.compute.RouterNat>()((r) => ({
    id: `${r.project}/${r.region}/${text(r, "router")}/${r.autoName}`,
    name: r.autoName,
  })),
  "gcp:compute/subnetwork:Subnetwork": computes<gcp.compute.Subnetwork>()((r) => ({
    ...compute(r, `regions/${r.region}/subnetworks`),
    gatewayAddress: text(r, "ipCidrRange").replace(/\.\d+\/.*$/, ".1"),
  })),
  "gcp:container/cluster:Cluster": computes<gcp.container.Cluster>()(cluster),
  "gcp:container/nodePool:NodePool": computes<gcp.container.NodePool>()((r) => ({
    id: `${text(r, "cluster")}/nodePools/${nameOf(r)}`,
    name: nameOf(r),
    location: r.region,
    project: r.project,
  })),
  "gcp:dns/policy:Policy": computes<gcp.dns.Policy>()((r) => inProject(r, "policies")),
  "gcp:kms/cryptoKey:CryptoKey": computes<gcp.kms.CryptoKey>()((r) => ({
    id: `${text(r, "keyRing")}/cryptoKeys/${r.autoName}`,
    name: r.autoName,
    primaries: [
      { name: `${text(r, "keyRing")}/cryptoKeys/${r.autoName}/cryptoKeyVersions/1`, state: "ENABLED" },
    ],
  })),
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": computes<gcp.kms.CryptoKeyIAMMember>()((r) =>
    binding(r, text(r, "cryptoKeyId")),
  ),
  "gcp:kms/keyRing:KeyRing": computes<gcp.kms.KeyRing>()((r) => ({
    ...inRegion(r, "keyRings"),
    // copies have theirs in another region than the provider's
    id: `projects/${r.project}/locations/${text(r, "location")}/keyRings/${r.autoName}`,
  })),
  "gcp:logging/metric:Metric": computes<gcp.logging.Metric>()((r) => ({ id: r.autoName, name: r.autoName })),
  "gcp:logging/projectBucketConfig:ProjectBucketConfig": computes<gcp.logging.ProjectBucketConfig>()((r) => {
    const id = `projects/${r.project}/locations/${r.region}/buckets/${text(r, "bucketId")}`;
    return { id, name: id, lifecycleState: "ACTIVE" };
  }),
  "gcp:logging/projectExclusion:ProjectExclusion": computes<gcp.logging.ProjectExclusion>()((r) =>
    inProject(r, "exclusions"),
  ),
  "gcp:logging/projectSink:ProjectSink": computes<gcp.logging.ProjectSink>()((r) => ({
    ...inProject(r, "sinks"),
    // there is no writer where a sink stays within its project
    writerIdentity: "",
  })),
  "gcp:networkconnectivity/serviceConnectionPolicy:ServiceConnectionPolicy":
    computes<gcp.networkconnectivity.ServiceConnectionPolicy>()((r) => ({
      ...inRegion(r, "serviceConnectionPolicies"),
      infrastructure: "PSC",
    })),
  "gcp:projects/iAMMember:IAMMember": computes<gcp.projects.IAMMember>()((r) => binding(r, r.project)),
  "gcp:projects/service:Service": computes<gcp.projects.Service>()((r) => ({
    id: `${r.project}/${text(r, "service")}`,
  })),
  "gcp:projects/serviceIdentity:ServiceIdentity": computes<gcp.projects.ServiceIdentity>()((r) => {
    const service = text(r, "service");
    const domain = agentDomains[service];
    if (domain === undefined) {
      throw new Error(`no agent is known for ${service}: add it to agentDomains in preview/outputs/gcp.ts`);
    }
    const email = `service-${projectNumber}@${domain}.iam.gserviceaccount.com`;
    return { id: `projects/${r.project}/services/${service}`, email, member: `serviceAccount:${email}` };
  }),
  "gcp:pubsub/topic:Topic": computes<gcp.pubsub.Topic>()((r) => inProject(r, "topics")),
  "gcp:redis/cluster:Cluster": computes<gcp.redis.Cluster>()((r) => ({
    ...inRegion(r, "clusters"),
    // what follows another has its own region, and not the provider's
    id: `projects/${r.project}/locations/${text(r, "region")}/clusters/${r.autoName}`,
    discoveryEndpoints: [{ address: address(r), port: 6379 }],
    managedServerCas: [{ caCerts: [{ certificates: [certificate(r)] }] }],
    state: "ACTIVE",
    uid: r.hex(32),
  })),
  "gcp:serviceaccount/account:Account": computes<gcp.serviceaccount.Account>()((r) => {
    const email = `${text(r, "accountId")}@${r.project}.iam.gserviceaccount.com`;
    const name = `projects/${r.project}/serviceAccounts/${email}`;
    return {
      id: name,
      name,
      email,
      member: `serviceAccount:${email}`,
      uniqueId: digits(r, 21),
      project: r.project,
    };
  }),
  "gcp:serviceaccount/iAMMember:IAMMember": computes<gcp.serviceaccount.IAMMember>()((r) =>
    binding(r, text(r, "serviceAccountId")),
  ),
  "gcp:servicenetworking/connection:Connection": computes<gcp.servicenetworking.Connection>()((r) => ({
    id: `${text(r, "network")}:${text(r, "service")}`,
    peering: "servicenetworking-googleapis-com",
  })),
  "gcp:sql/database:Database": computes<gcp.sql.Database>()((r) => ({
    id: `projects/${r.project}/instances/${text(r, "instance")}/databases/${nameOf(r)}`,
    name: nameOf(r),
  })),
  "gcp:sql/databaseInstance:DatabaseInstance": computes<gcp.sql.DatabaseInstance>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    connectionName: `${r.project}:${r.region}:${r.autoName}`,
    privateIpAddress: address(r),
    serverCaCerts: [
      {
        cert: certificate(r),
        commonName: "C=US,O=Google\\, Inc,CN=Google Cloud SQL Server CA",
        createTime: "2026-01-01T00:00:00.000Z",
        expirationTime: "2036-01-01T00:00:00.000Z",
        sha1Fingerprint: r.hex(40),
      },
    ],
    firstIpAddress: address(r),
    serviceAccountEmailAddress: `p${projectNumber}-${r.hex(6)}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
    project: r.project,
  })),
  "gcp:sql/user:User": computes<gcp.sql.User>()((r) => ({
    id: `${nameOf(r)}//${text(r, "instance")}`,
    name: nameOf(r),
  })),
  "gcp:storage/bucket:Bucket": computes<gcp.storage.Bucket>()((r) => ({
    id: r.autoName,
    name: r.autoName,
    url: `gs://${r.autoName}`,
    selfLink: `https://www.googleapis.com/storage/v1/b/${r.autoName}`,
    projectNumber: Number(projectNumber),
    project: r.project,
  })),
  "gcp:storage/bucketIAMMember:BucketIAMMember": computes<gcp.storage.BucketIAMMember>()((r) =>
    binding(r, `b/${text(r, "bucket")}`),
  ),
  "gcp:storage/transferJob:TransferJob": computes<gcp.storage.TransferJob>()((r) => {
    const number = digits(r, 19);
    return { id: `${r.project}/${number}`, name: `transferJobs/${number}`, status: "ENABLED" };
  }),
};

/** Answers of the provider functions they call. */
export const functions: InvokeTable = {
  "gcp:organizations/getProject:getProject": (args, { project }) => ({
    id: `projects/${project}`,
    projectId: args["projectId"] ?? project,
    number: projectNumber,
  }),
  "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": (_, { project }) => {
    const emailAddress = `service-${projectNumber}@gs-project-accounts.iam.gserviceaccount.com`;
    return { id: emailAddress, emailAddress, member: `serviceAccount:${emailAddress}`, project };
  },
  "gcp:storage/getTransferProjectServiceAccount:getTransferProjectServiceAccount": (_, { project }) => {
    const email = `project-${projectNumber}@storage-transfer-service.iam.gserviceaccount.com`;
    return { id: email, email, member: `serviceAccount:${email}`, project, subjectId: projectNumber };
  },
};

function cluster(r: Registered): {
  id: string;
  name: string;
  endpoint: string;
  masterVersion: string;
  selfLink: string;
  project: string;
  controlPlaneEndpointsConfig: { dnsEndpointConfig: { endpoint: string } };
} {
  const { id, name } = inRegion(r, "clusters");
  const endpoints = object(r.inputs["controlPlaneEndpointsConfig"]);
  const endpoint = `gke-${r.hex(24)}-${projectNumber}.${r.region}.gke.goog`;
  return {
    id,
    name,
    endpoint: address(r),
    masterVersion: `${text(r, "minMasterVersion")}${gkePatch}`,
    selfLink: `https://container.googleapis.com/v1/${id}`,
    project: r.project,
    controlPlaneEndpointsConfig: {
      ...endpoints,
      dnsEndpointConfig: { ...object(endpoints["dnsEndpointConfig"]), endpoint },
    },
  };
}

/** Id, name and link of a resource of Compute Engine. */
function compute(r: Registered, collection: string): { id: string; name: string; selfLink: string } {
  const id = `projects/${r.project}/${collection}/${nameOf(r)}`;
  return { id, name: nameOf(r), selfLink: `https://www.googleapis.com/compute/v1/${id}` };
}

function inProject(r: Registered, collection: string): { id: string; name: string } {
  return { id: `projects/${r.project}/${collection}/${nameOf(r)}`, name: nameOf(r) };
}

function inRegion(r: Registered, collection: string): { id: string; name: string } {
  return inProject(r, `locations/${r.region}/${collection}`);
}

/** A member of a policy has the policy's resource, the role and itself as its id. */
function binding(r: Registered, resource: string): { id: string; etag: string } {
  return { id: `${resource}/${text(r, "role")}/${text(r, "member")}`, etag: r.hex(12) };
}

function nameOf(r: Registered): string {
  return r.inputs["name"] === undefined ? r.autoName : text(r, "name");
}

/** An address in the stores' part of a network of 10.0.0.0/16, always the same for a URN. */
function address(r: Registered): string {
  return `10.0.${128 + (Number.parseInt(r.hex(2), 16) % 64)}.${2 + (Number.parseInt(r.hex(4).slice(2), 16) % 250)}`;
}

/** What stands for a certificate of a store's authority; it can't be parsed. */
function certificate(r: Registered): string {
  return `-----BEGIN CERTIFICATE-----\n${r.hex(64)}\n-----END CERTIFICATE-----\n`;
}

/** Decimal digits that never change for a URN. */
function digits(r: Registered, length: number): string {
  return [...r.hex(length)].map((digit) => Number.parseInt(digit, 16) % 10).join("");
}

/** A text input; empty while it is not known. */
function text({ inputs }: Registered, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : "";
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
