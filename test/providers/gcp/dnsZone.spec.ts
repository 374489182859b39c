import assert from "node:assert/strict";
import type { DnsZone, DnsZoneArgs } from "../../../components/edge/dnsZone";
import { type Ran, find, findAll, valueOf } from "../../support/run";
import { clusterArgs, networkArgs, onGcp, textOf } from "./stack";

const domain = "shop.example.com";

const told = { domain, logRetentionDays: 365 };

async function makeZone(args: Partial<DnsZoneArgs> = {}): Promise<Ran<DnsZone>> {
  return await onGcp((cloud) => cloud.dnsZone("main-zone", { ...told, ...args }, {}));
}

describe("GcpDnsZone", () => {
  it("is public, signed by short keys, logs its queries and is not deleted with records in it", async () => {
    const { result, resources } = await makeZone();
    const zone = find(resources, "gcp:dns/managedZone:ManagedZone");
    const { description, ...inputs } = zone.inputs;
    assert.ok(textOf(description).includes(domain));
    const key = { algorithm: "ecdsap256sha256", keyLength: 256 };
    assert.deepEqual(inputs, {
      dnsName: "shop.example.com.",
      visibility: "public",
      dnssecConfig: {
        state: "on",
        nonExistence: "nsec3",
        defaultKeySpecs: [
          { keyType: "keySigning", ...key },
          { keyType: "zoneSigning", ...key },
        ],
      },
      cloudLoggingConfig: { enableLogging: true },
      forceDestroy: false,
    });
    assert.equal(zone.protect, true);
    assert.equal((await valueOf(result.nameServers)).length, 4);
  });

  it("may be deleted with all its records where it is told so", async () => {
    const { resources } = await makeZone({ protect: false });
    const zone = find(resources, "gcp:dns/managedZone:ManagedZone");
    assert.deepEqual([zone.protect, zone.inputs["forceDestroy"]], [false, true]);
  });

  it("keeps its queries as long as it is told, in a bucket of their own only", async () => {
    const { resources } = await onGcp((cloud) =>
      cloud.dnsZone("main-zone", { ...told, logRetentionDays: 90, protect: false }, {}),
    );
    const log = find(resources, "gcp:logging/projectBucketConfig:ProjectBucketConfig");
    assert.deepEqual([log.inputs["retentionDays"], log.protect], [90, false]);
    const sink = find(resources, "gcp:logging/projectSink:ProjectSink");
    assert.match(
      textOf(sink.inputs["filter"]),
      /^resource\.type="dns_query" AND resource\.labels\.target_name="main-zone-[0-9a-f]{7}"$/,
    );
    const exclusion = find(resources, "gcp:logging/projectExclusion:ProjectExclusion");
    assert.equal(exclusion.inputs["filter"], sink.inputs["filter"]);
  });

  it("lets two authorities issue for the domain, and no other", async () => {
    const { resources } = await makeZone();
    const record = find(resources, "gcp:dns/recordSet:RecordSet", "main-zone-authorities");
    const { managedZone, ...inputs } = record.inputs;
    assert.match(textOf(managedZone), /^main-zone-[0-9a-f]{7}$/);
    assert.deepEqual(inputs, {
      name: "shop.example.com.",
      type: "CAA",
      ttl: 3600,
      rrdatas: ['0 issue "letsencrypt.org"', '0 issue "pki.goog"'],
    });
  });

  it("tells cert-manager the zone by name, so that it need not list the project's zones", async () => {
    const { result, resources } = await makeZone();
    const authorities = find(resources, "gcp:dns/recordSet:RecordSet", "main-zone-authorities");
    assert.deepEqual(await valueOf(result.acmeSolver), {
      cloudDNS: {
        project: "example-prod",
        hostedZoneName: authorities.inputs["managedZone"],
      },
    });
  });

  it("lets cert-manager write record sets of this zone, and touch neither the zone nor another", async () => {
    const { resources } = await onGcp((cloud) => {
      const network = cloud.network("main-network", networkArgs, {});
      const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
      const args = {
        cluster,
        namespace: "cert-manager",
        serviceAccount: "cert-manager",
      };
      const identity = cloud.workloadIdentity("main-acme", args, {});
      const zone = cloud.dnsZone("main-zone", told, {});
      zone.grantAcme("main-acme-zone", identity, { parent: identity });
    });
    const role = find(resources, "gcp:projects/iAMCustomRole:IAMCustomRole", "main-acme-zone");
    assert.deepEqual(role.inputs["permissions"], [
      "dns.changes.create",
      "dns.changes.get",
      "dns.resourceRecordSets.create",
      "dns.resourceRecordSets.delete",
      "dns.resourceRecordSets.list",
      "dns.resourceRecordSets.update",
    ]);
    assert.match(textOf(role.inputs["roleId"]), /^acmeSolver_[0-9a-f]{8}$/);
    const grant = find(resources, "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember");
    const { managedZone, ...inputs } = grant.inputs;
    assert.match(textOf(managedZone), /^main-zone-[0-9a-f]{7}$/);
    assert.deepEqual(inputs, {
      project: "example-prod",
      role: `projects/example-prod/roles/${textOf(role.inputs["roleId"])}`,
      member: "serviceAccount:main-acme@example-prod.iam.gserviceaccount.com",
    });
    const wide = findAll(resources, "gcp:projects/iAMMember:IAMMember").map(({ inputs: { role } }) => role);
    assert.ok(!wide.some((role) => textOf(role).includes("dns")));
  });

  it("lets external-dns write record sets of this zone, and of the project's zones see the names alone", async () => {
    const { resources } = await onGcp((cloud) => {
      const network = cloud.network("main-network", networkArgs, {});
      const cluster = cloud.cluster("main-cluster", { ...clusterArgs, network }, {});
      const account = { cluster, namespace: "external-dns", serviceAccount: "external-dns" };
      const identity = cloud.workloadIdentity("main-records", account, {});
      const zone = cloud.dnsZone("main-zone", told, {});
      zone.grantRecords("main-records-zone", { to: identity, kept: [domain] }, { parent: identity });
    });
    const member = "serviceAccount:main-records@example-prod.iam.gserviceaccount.com";
    const inZone = find(resources, "gcp:dns/dnsManagedZoneIamMember:DnsManagedZoneIamMember");
    assert.equal(inZone.inputs["member"], member);
    assert.match(textOf(inZone.inputs["role"]), /recordWriter_[0-9a-f]{8}$/);
    const finder = find(resources, "gcp:projects/iAMCustomRole:IAMCustomRole", "main-records-zone-finder");
    assert.deepEqual(finder.inputs["permissions"], ["dns.managedZones.list"]);
    const inProject = find(resources, "gcp:projects/iAMMember:IAMMember", "main-records-zone-finder");
    assert.equal(inProject.inputs["member"], member);
    assert.match(textOf(inProject.inputs["role"]), /zoneFinder_[0-9a-f]{8}$/);
  });

  for (const host of [domain, `www.${domain}`]) {
    it(`points ${host} to an address, for five minutes`, async () => {
      const { resources } = await onGcp((cloud) => {
        const zone = cloud.dnsZone("main-zone", told, {});
        zone.point("main-host", { host, loadBalancer: "203.0.113.7" }, { parent: zone });
      });
      const { managedZone, ...inputs } = find(resources, "gcp:dns/recordSet:RecordSet", "main-host").inputs;
      assert.match(textOf(managedZone), /^main-zone-/);
      assert.deepEqual(inputs, {
        name: `${host}.`,
        type: "A",
        ttl: 300,
        rrdatas: ["203.0.113.7"],
      });
    });
  }

  for (const host of ["example.com", "myshop.example.com", "www.example.org"]) {
    it(`refuses to point ${host}, which is not in the zone`, async () => {
      await assert.rejects(
        onGcp((cloud) => {
          const zone = cloud.dnsZone("main-zone", told, {});
          zone.point("main-host", { host, loadBalancer: "203.0.113.7" }, { parent: zone });
        }),
        new RegExp(`host: expected shop.example.com or a name below it, got "${host}"`),
      );
    });
  }
});
