import type { IClusterIssuer } from "@kubernetes-models/cert-manager/cert-manager.io/v1/ClusterIssuer";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../identity/workloadIdentity";

/** Arguments of a {@link DnsZone}, the same on every cloud. */
export interface DnsZoneArgs {
  /** DNS name of the zone, such as `shop.example.com`; its parent delegates it to {@link DnsZone.nameServers}. */
  readonly domain: string;
  /**
   * Refuse deletion in Pulumi: a zone that is made anew has other name servers, and the delegation breaks.
   *
   * @default true
   */
  readonly protect?: boolean;
}

type AcmeIssuer = NonNullable<IClusterIssuer["spec"]["acme"]>;

/** How cert-manager proves that names are ours: the `dns01` block of an issuer's solver. */
export type AcmeSolver = NonNullable<NonNullable<AcmeIssuer["solvers"]>[number]["dns01"]>;

/** A public DNS zone. */
export interface DnsZone extends pulumi.ComponentResource {
  readonly domain: string;
  /** What the zone above has to delegate the domain to. */
  readonly nameServers: pulumi.Output<readonly string[]>;
  /** What the cloud's own interfaces know it by: its id on AWS, its name on GCP. */
  readonly zoneId: pulumi.Output<string>;
  /** How cert-manager proves to an ACME server that the domain is ours. */
  readonly acmeSolver: pulumi.Output<AcmeSolver>;
  /** Let cert-manager's identity write this zone's `_acme-challenge` records, and as little else as the cloud can say. */
  grantAcme(name: string, to: WorkloadIdentity, opts: pulumi.ComponentResourceOptions): void;
  /** How external-dns finds this zone and no other: its provider and flags, and what it reads from its environment. */
  readonly recordsSolver: {
    readonly flags: Readonly<Record<string, pulumi.Input<string>>> & { readonly provider: string };
    readonly environment: Readonly<Record<string, string>>;
  };
  /**
   * Let external-dns' identity make addresses and aliases below the domain and note whose they are, and delete none; of the
   * names that are kept none, where the cloud can say so.
   */
  grantRecords(
    name: string,
    args: { readonly to: WorkloadIdentity; readonly kept: readonly string[] },
    opts: pulumi.ComponentResourceOptions,
  ): void;
  /**
   * Point a DNS name of the zone to a load balancer: to its DNS name on AWS, to its IPv4 address on GCP.
   *
   * @returns the record, which others may wait for
   */
  point(
    name: string,
    args: { readonly host: string; readonly loadBalancer: pulumi.Input<string> },
    opts: pulumi.ComponentResourceOptions,
  ): pulumi.Resource;
}
