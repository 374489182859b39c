import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";
import type { GcpProject } from "./project";

/**
 * Where Google's APIs answer machines without public addresses (`private.googleapis.com`): a block that is announced to
 * nobody outside Google. https://cloud.google.com/vpc/docs/configure-private-google-access#private-domain
 */
export const privateAddressesCidr = "199.36.153.8/30";
const privateAddresses = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"];

/** Domains of what nodes and pods call, by the name that the addresses have in each. */
const domains = {
  // the APIs themselves
  "googleapis.com": "private.googleapis.com",
  // GKE's own images, and those of Artifact Registry
  "gcr.io": "gcr.io",
  "pkg.dev": "pkg.dev",
} as const;

/** How long a resolver keeps a record, seconds; the addresses are fixed. */
const ttlSeconds = 300;

/**
 * Answers the network's questions for Google's APIs with their private addresses, and keeps a way to those of its own: so
 * they are reached without NAT, and still are when somebody takes the default route away.
 */
export function privateGoogleAccess(
  name: string,
  { network, project }: { readonly network: pulumi.Input<string>; readonly project: GcpProject },
  opts: { readonly parent: pulumi.Resource },
): void {
  new gcp.compute.Route(
    `${name}-google`,
    {
      network,
      description: "Google's APIs by their private addresses",
      destRange: privateAddressesCidr,
      nextHopGateway: "default-internet-gateway",
    },
    opts,
  );
  for (const [domain, host] of Object.entries(domains)) {
    privateDomain(`${name}-${domain.replaceAll(".", "-")}`, { domain, host, network, project }, opts);
  }
}

/** Answers the network's questions for a domain with Google's private addresses. */
export function privateDomain(
  key: string,
  {
    domain,
    host,
    network,
    project,
  }: {
    readonly domain: string;
    /** The name that the addresses have in it. */
    readonly host: string;
    readonly network: pulumi.Input<string>;
    readonly project: GcpProject;
  },
  opts: { readonly parent: pulumi.Resource },
): void {
  const { name: managedZone } = new gcp.dns.ManagedZone(
    key,
    {
      dnsName: `${domain}.`,
      description: `${domain} by Google's private addresses`,
      visibility: "private",
      privateVisibilityConfig: { networks: [{ networkUrl: network }] },
    },
    { ...opts, dependsOn: [project.api("dns")] },
  );
  new gcp.dns.RecordSet(
    key,
    { managedZone, name: `${host}.`, type: "A", ttl: ttlSeconds, rrdatas: privateAddresses },
    opts,
  );
  new gcp.dns.RecordSet(
    `${key}-names`,
    { managedZone, name: `*.${domain}.`, type: "CNAME", ttl: ttlSeconds, rrdatas: [`${host}.`] },
    opts,
  );
}
