import * as gcp from "@pulumi/gcp";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { AcmeSolver, DnsZone, DnsZoneArgs } from "../../components/edge/dnsZone";
import type { WorkloadIdentity } from "../../components/identity/workloadIdentity";
import { logArchive } from "./logs";
import type { GcpPlacement, GcpProject } from "./project";

/** Authorities that may issue for the domain: Let's Encrypt for what cert-manager asks, Google for Certificate Manager. */
const authorities = ["letsencrypt.org", "pki.goog"] as const;

/** How long a resolver keeps a record that may have to point elsewhere, and one that does not, seconds. */
const ttl = { moving: 300, steady: 3600 } as const;

/**
 * What cert-manager's solver calls when it is told the zone's name: it lists and changes record sets and waits for the
 * change. Neither the zone itself nor its policy is in it, as they are in `roles/dns.admin`.
 * https://cert-manager.io/docs/configuration/acme/dns01/google/
 */
const solverPermissions = [
  "dns.changes.create",
  "dns.changes.get",
  "dns.resourceRecordSets.create",
  "dns.resourceRecordSets.delete",
  "dns.resourceRecordSets.list",
  "dns.resourceRecordSets.update",
];

/**
 * What external-dns calls of a zone: a change of Cloud DNS is an addition and a deletion, so that what it may change it could
 * delete, were its policy not to.
 */
const recordPermissions = solverPermissions;

/** Arguments of a {@link GcpDnsZone}. */
export interface GcpDnsZoneArgs extends DnsZoneArgs, GcpPlacement {
  /** How long the log of queries is kept, 1 to 3650 days. */
  readonly logRetentionDays: number;
}

/** One record set of a zone. */
export interface GcpRecordArgs {
  /** DNS name without the dot at its end: the zone's domain or a name below it. */
  readonly host: pulumi.Input<string>;
  readonly type: pulumi.Input<string>;
  readonly values: readonly pulumi.Input<string>[];
  /** True where it may have to point elsewhere at short notice. */
  readonly moves: boolean;
}

/**
 * {@link DnsZone} in Cloud DNS, signed and with its queries logged. Resolvers trust the signature once the zone above has
 * the DS record that `gcloud dns dns-keys list` shows; until then they take the zone unsigned.
 */
export class GcpDnsZone extends pulumi.ComponentResource implements DnsZone {
  readonly domain: string;
  readonly nameServers: pulumi.Output<readonly string[]>;
  readonly acmeSolver: pulumi.Output<AcmeSolver>;
  readonly recordsSolver: DnsZone["recordsSolver"];
  private readonly project: GcpProject;
  readonly zoneId: pulumi.Output<string>;

  constructor(name: string, args: GcpDnsZoneArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:gcp:DnsZone", name, {}, opts);
    const { domain, logRetentionDays, protect = true, region, project } = args;

    const zone = new gcp.dns.ManagedZone(
      name,
      {
        dnsName: `${domain}.`,
        description: `public zone of ${domain}`,
        visibility: "public",
        dnssecConfig: {
          state: "on",
          nonExistence: "nsec3",
          defaultKeySpecs: (["keySigning", "zoneSigning"] as const).map((keyType) => ({
            keyType,
            algorithm: "ecdsap256sha256",
            keyLength: 256,
          })),
        },
        cloudLoggingConfig: { enableLogging: true },
        // what else wrote records, such as an ACME solver that was stopped, must not keep an unprotected zone alive
        forceDestroy: !protect,
      },
      { parent: this, protect, dependsOn: [project.api("dns")] },
    );
    this.domain = domain;
    this.project = project;
    this.zoneId = zone.name;
    this.record(
      `${name}-authorities`,
      {
        host: domain,
        type: "CAA",
        values: authorities.map((authority) => `0 issue "${authority}"`),
        moves: false,
      },
      { parent: this },
    );

    logArchive(
      `${name}-queries`,
      {
        description: `queries for ${domain}`,
        filter: pulumi.interpolate`resource.type="dns_query" AND resource.labels.target_name="${zone.name}"`,
        retentionDays: logRetentionDays,
        bulk: true,
        region,
        project,
        protect,
      },
      { parent: this },
    );

    this.nameServers = zone.nameServers;
    this.acmeSolver = zone.name.apply((hostedZoneName): AcmeSolver => ({
      cloudDNS: { project: project.projectId, hostedZoneName },
    }));
    this.recordsSolver = {
      flags: {
        provider: "google",
        "google-project": project.projectId,
        "google-zone-visibility": "public",
        "zone-id-filter": zone.name,
      },
      environment: {},
    };
    this.registerOutputs({ nameServers: this.nameServers });
  }

  grantAcme(name: string, to: WorkloadIdentity, opts: pulumi.ComponentResourceOptions): void {
    const role = this.role(
      name,
      {
        id: "acmeSolver",
        title: "ACME solver",
        description: `writes record sets of ${this.domain}`,
        permissions: solverPermissions,
      },
      opts,
    );
    this.grantZone(name, role, to, opts);
  }

  grantRecords(
    name: string,
    { to }: { readonly to: WorkloadIdentity; readonly kept: readonly string[] },
    opts: pulumi.ComponentResourceOptions,
  ): void {
    const writer = this.role(
      name,
      {
        id: "recordWriter",
        title: "record writer",
        description: `makes and changes record sets of ${this.domain}`,
        permissions: recordPermissions,
      },
      opts,
    );
    this.grantZone(name, writer, to, opts);
    // it looks for its zone among all of the project
    const finder = this.role(
      `${name}-finder`,
      {
        id: "zoneFinder",
        title: "zone finder",
        description: "lists zones, and none of their records",
        permissions: ["dns.managedZones.list"],
      },
      opts,
    );
    const { projectId: project, provider } = this.project;
    new gcp.projects.IAMMember(
      `${name}-finder`,
      { project, role: finder.name, member: to.principal },
      {
        ...pulumi.mergeOptions(opts, { dependsOn: [this.project.api("cloudresourcemanager")] }),
        provider,
      },
    );
  }

  private grantZone(
    name: string,
    role: gcp.projects.IAMCustomRole,
    to: WorkloadIdentity,
    opts: pulumi.ComponentResourceOptions,
  ): void {
    const { projectId: project, provider } = this.project;
    new gcp.dns.DnsManagedZoneIamMember(
      name,
      { project, managedZone: this.zoneId, role: role.name, member: to.principal },
      { ...opts, provider },
    );
  }

  /** A role of ours; its id is another each time, as a deleted one holds it for 44 days. */
  private role(
    name: string,
    { id, ...rest }: { id: string; title: string; description: string; permissions: string[] },
    opts: pulumi.ComponentResourceOptions,
  ): gcp.projects.IAMCustomRole {
    const { projectId: project, provider } = this.project;
    // https://cloud.google.com/iam/docs/creating-custom-roles#deleting-custom-role
    const { hex } = new random.RandomId(name, { byteLength: 4 }, { ...opts, provider: this.project.random });
    return new gcp.projects.IAMCustomRole(
      name,
      { project, roleId: pulumi.interpolate`${id}_${hex}`, ...rest },
      { ...pulumi.mergeOptions(opts, { dependsOn: [this.project.api("iam")] }), provider },
    );
  }

  point(
    name: string,
    { host, loadBalancer }: { readonly host: string; readonly loadBalancer: pulumi.Input<string> },
    opts: pulumi.ComponentResourceOptions,
  ): pulumi.Resource {
    if (host !== this.domain && !host.endsWith(`.${this.domain}`)) {
      throw new RangeError(`host: expected ${this.domain} or a name below it, got "${host}"`);
    }
    return this.record(name, { host, type: "A", values: [loadBalancer], moves: true }, opts);
  }

  /** Makes a record set of the zone. */
  record(
    name: string,
    { host, type, values, moves }: GcpRecordArgs,
    opts: pulumi.ComponentResourceOptions,
  ): gcp.dns.RecordSet {
    return new gcp.dns.RecordSet(
      name,
      {
        managedZone: this.zoneId,
        name: pulumi.interpolate`${host}.`,
        type,
        ttl: moves ? ttl.moving : ttl.steady,
        rrdatas: [...values],
      },
      { ...opts, provider: this.project.provider },
    );
  }
}

/** The zone as this cloud's own class, which the edge needs more of. */
export function gcpDnsZone(zone: DnsZone): GcpDnsZone {
  if (!(zone instanceof GcpDnsZone)) {
    throw new Error("zone: expected a zone of gcp, got one of another cloud");
  }
  return zone;
}
