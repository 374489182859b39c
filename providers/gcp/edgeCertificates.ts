import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { GcpDnsZone } from "./dnsZone";
import { childName, labelsOf } from "./edgeNames";
import type { GcpProject } from "./project";

/** Arguments of {@link certificateMap}. */
export interface CertificateMapArgs {
  readonly project: GcpProject;
  readonly zone: GcpDnsZone;
  readonly hosts: readonly string[];
}

/**
 * A certificate a host, that Google issues and renews, each chosen by the name that the client asks for; who asks for
 * another has none. Proven by a record in the zone, so that they stand before the first request comes.
 */
export function certificateMap(
  name: string,
  { project, zone, hosts }: CertificateMapArgs,
  opts: { readonly parent: pulumi.Resource },
): gcp.certificatemanager.CertificateMap {
  const ready = { ...opts, dependsOn: [project.api("certificatemanager")] };
  const map = new gcp.certificatemanager.CertificateMap(name, { description: `hosts of ${name}` }, ready);
  for (const host of hosts) {
    const certificateName = childName(name, ...labelsOf(host, zone.domain));
    const authorization = new gcp.certificatemanager.DnsAuthorization(
      certificateName,
      // not FIXED_RECORD, whose CNAME at _acme-challenge.<host> would leave cert-manager no place for its TXT record
      { domain: host, type: "PER_PROJECT_RECORD" },
      ready,
    );
    const record = authorization.dnsResourceRecords.apply(([first]) => {
      if (first === undefined) throw new Error(`dnsResourceRecords: expected the record that proves ${host}`);
      return first;
    });
    const proof = zone.record(
      `${certificateName}-proof`,
      {
        host: record.name.apply((recordName) => recordName.replace(/\.$/, "")),
        type: record.type,
        values: [record.data],
        moves: false,
      },
      opts,
    );
    const certificate = new gcp.certificatemanager.Certificate(
      certificateName,
      { scope: "DEFAULT", managed: { domains: [host], dnsAuthorizations: [authorization.id] } },
      { ...opts, dependsOn: [proof] },
    );
    new gcp.certificatemanager.CertificateMapEntry(
      certificateName,
      { map: map.name, hostname: host, certificates: [certificate.id] },
      opts,
    );
  }
  return map;
}
