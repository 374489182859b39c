import type * as gcp from "@pulumi/gcp";
import { computes, type InvokeTable, type OutputTable, type Registered } from "./table";

/** Computed outputs of the resource types that DNS zones, the edge and private names on GCP register. */
export const outputs: OutputTable = {
  "gcp:certificatemanager/certificate:Certificate": computes<gcp.certificatemanager.Certificate>()((r) =>
    global(r, "certificates"),
  ),
  "gcp:certificatemanager/certificateMap:CertificateMap": computes<gcp.certificatemanager.CertificateMap>()(
    (r) => global(r, "certificateMaps"),
  ),
  "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry":
    computes<gcp.certificatemanager.CertificateMapEntry>()((r) => ({
      ...global(r, `certificateMaps/${text(r, "map")}/certificateMapEntries`),
      state: "ACTIVE",
    })),
  "gcp:certificatemanager/dnsAuthorization:DnsAuthorization":
    computes<gcp.certificatemanager.DnsAuthorization>()((r) => ({
      ...global(r, "dnsAuthorizations"),
      dnsResourceRecords: [
        {
          // per project, and so beside _acme-challenge itself
          name: `_acme-challenge_${r.hex(16)}.${text(r, "domain")}.`,
          type: "CNAME",
          data: `${r.hex(36)}.0.authorize.certificatemanager.goog.`,
        },
      ],
    })),
  "gcp:compute/backendBucket:BackendBucket": computes<gcp.compute.BackendBucket>()((r) =>
    compute(r, "backendBuckets"),
  ),
  "gcp:compute/backendService:BackendService": computes<gcp.compute.BackendService>()((r) =>
    compute(r, "backendServices"),
  ),
  "gcp:compute/globalForwardingRule:GlobalForwardingRule": computes<gcp.compute.GlobalForwardingRule>()((r) =>
    compute(r, "forwardingRules"),
  ),
  "gcp:compute/globalNetworkEndpoint:GlobalNetworkEndpoint": computes<gcp.compute.GlobalNetworkEndpoint>()(
    (r) => ({
      id: `${r.project}/${text(r, "globalNetworkEndpointGroup")}//${text(r, "fqdn")}/${String(r.inputs["port"])}`,
      project: r.project,
    }),
  ),
  "gcp:compute/globalNetworkEndpointGroup:GlobalNetworkEndpointGroup":
    computes<gcp.compute.GlobalNetworkEndpointGroup>()((r) => compute(r, "networkEndpointGroups")),
  "gcp:compute/route:Route": computes<gcp.compute.Route>()((r) => compute(r, "routes")),
  "gcp:compute/sSLPolicy:SSLPolicy": computes<gcp.compute.SSLPolicy>()((r) => compute(r, "sslPolicies")),
  "gcp:compute/securityPolicy:SecurityPolicy": computes<gcp.compute.SecurityPolicy>()((r) =>
    compute(r, "securityPolicies"),
  ),
  "gcp:compute/targetHttpProxy:TargetHttpProxy": computes<gcp.compute.TargetHttpProxy>()((r) =>
    compute(r, "targetHttpProxies"),
  ),
  "gcp:compute/targetHttpsProxy:TargetHttpsProxy": computes<gcp.compute.TargetHttpsProxy>()((r) =>
    compute(r, "targetHttpsProxies"),
  ),
  "gcp:compute/uRLMap:URLMap": computes<gcp.compute.URLMap>()((r) => compute(r, "urlMaps")),
  "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember": computes<gcp.dns.DnsManagedZoneIamMember>()(
    (r) => ({
      id: `projects/${r.project}/managedZones/${text(r, "managedZone")}/${text(r, "role")}/${text(r, "member")}`,
      etag: r.hex(12),
    }),
  ),
  "gcp:dns/managedZone:ManagedZone": computes<gcp.dns.ManagedZone>()((r) => ({
    id: `projects/${r.project}/managedZones/${r.autoName}`,
    name: r.autoName,
    managedZoneId: String(Number.parseInt(r.hex(12), 16)),
    nameServers: [1, 2, 3, 4].map((server) => `ns-cloud-a${server}.googledomains.com.`),
  })),
  "gcp:dns/recordSet:RecordSet": computes<gcp.dns.RecordSet>()((r) => ({
    id: `projects/${r.project}/managedZones/${text(r, "managedZone")}/rrsets/${text(r, "name")}/${text(r, "type")}`,
    project: r.project,
  })),
  "gcp:projects/iAMCustomRole:IAMCustomRole": computes<gcp.projects.IAMCustomRole>()((r) => {
    const name = `projects/${r.project}/roles/${text(r, "roleId")}`;
    return { id: name, name, deleted: false };
  }),
};

/** They call no provider function. */
export const functions: InvokeTable = {};

/** Id, name and link of a global resource of Compute Engine. */
function compute(r: Registered, collection: string): { id: string; name: string; selfLink: string } {
  const id = `projects/${r.project}/global/${collection}/${r.autoName}`;
  return { id, name: r.autoName, selfLink: `https://www.googleapis.com/compute/v1/${id}` };
}

/** Id and name of a global resource of Certificate Manager. */
function global(r: Registered, collection: string): { id: string; name: string } {
  return { id: `projects/${r.project}/locations/global/${collection}/${r.autoName}`, name: r.autoName };
}

/** A text input; empty while it is not known. */
function text({ inputs }: Registered, key: string): string {
  const value = inputs[key];
  return typeof value === "string" ? value : "";
}
