import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../../../components/data/bucket";
import type { AcmeSolver, DnsZone } from "../../../components/edge/dnsZone";
import type { Access, Admission, WorkloadIdentity } from "../../../components/identity/workloadIdentity";
import { type Destination, internet } from "../../../components/platform/networkPolicy";

/** An identity of no cloud, of a service account. */
export class IdentityStub extends pulumi.ComponentResource implements WorkloadIdentity {
  readonly namespace = "shop";
  readonly serviceAccount = "api";
  readonly principal: pulumi.Output<string>;
  readonly identifier: pulumi.Output<string>;
  readonly serviceAccountAnnotations: pulumi.Output<Record<string, string>>;

  constructor(
    name: string,
    { namespace, serviceAccount }: { readonly namespace: string; readonly serviceAccount: string },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("groundwork:test:Identity", name, {}, opts);
    this.principal = pulumi.output(`${namespace}/${serviceAccount}`);
    this.identifier = pulumi.output(`example:${namespace}:${serviceAccount}`);
    this.serviceAccountAnnotations = pulumi.output<Record<string, string>>({
      "example.com/identity": `${namespace}-${serviceAccount}`,
    });
    this.registerOutputs({});
  }
}

/** A bucket of no cloud, whose grants are config maps. */
export class BucketStub extends pulumi.ComponentResource implements Bucket {
  readonly bucketName: pulumi.Output<string>;
  readonly destinations: readonly Destination[];
  readonly connection = {};

  constructor(
    name: string,
    {
      bucketName,
      destinations = [internet(443)],
    }: { readonly bucketName: string; readonly destinations?: readonly Destination[] },
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("groundwork:test:Bucket", name, {}, opts);
    this.bucketName = pulumi.output(bucketName);
    this.destinations = destinations;
    this.registerOutputs({});
  }

  grant(
    name: string,
    to: WorkloadIdentity,
    access: Access,
    opts: pulumi.ComponentResourceOptions,
  ): Admission {
    const data = { to: to.principal, access };
    new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace: "test" }, data }, opts);
    return {};
  }
}

/** A zone of no cloud, whose grants are config maps. */
export class ZoneStub extends pulumi.ComponentResource implements DnsZone {
  readonly domain = "example.com";
  readonly zoneId = pulumi.output("example-com");
  readonly nameServers = pulumi.output(["ns1.example.net"]);
  readonly acmeSolver = pulumi
    .output("example-com")
    .apply((zone): AcmeSolver => ({ cloudDNS: { project: "example", hostedZoneName: zone } }));

  readonly recordsSolver = {
    flags: { provider: "example", "zone-id-filter": pulumi.output("example-com") },
    environment: { EXAMPLE_REGION: "here" },
  };

  constructor(name: string) {
    super("groundwork:test:DnsZone", name);
    this.registerOutputs({});
  }

  grantAcme(name: string, to: WorkloadIdentity, opts: pulumi.ComponentResourceOptions): void {
    if (!(to instanceof IdentityStub)) throw new Error("expected the stub's own identity");
    new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace: "test" } }, opts);
  }

  grantRecords(
    name: string,
    { to, kept }: { readonly to: WorkloadIdentity; readonly kept: readonly string[] },
    opts: pulumi.ComponentResourceOptions,
  ): void {
    if (!(to instanceof IdentityStub)) throw new Error("expected the stub's own identity");
    const data = { kept: kept.join(" ") };
    new k8s.core.v1.ConfigMap(name, { metadata: { name, namespace: "test" }, data }, opts);
  }

  point(name: string, _: unknown, opts: pulumi.ComponentResourceOptions): pulumi.Resource {
    return new pulumi.ComponentResource("groundwork:test:Record", name, {}, opts);
  }
}
