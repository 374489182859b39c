import * as pulumi from "@pulumi/pulumi";
import type { CloudProvider } from "../provider";
import { GcpBucket } from "./bucket";
import { GcpBudget } from "./budget";
import { GcpCluster } from "./cluster";
import { GcpWorkloadIdentity } from "./identity";
import { GcpNetwork } from "./network";
import { GcpPostgres } from "./postgres";
import { GcpProject } from "./project";
import { GcpRedis } from "./redis";
import { GcpRegistry } from "./registry";

/** Where on GCP a stack stands. */
export interface GcpProviderArgs {
  readonly region: string;
  /** Id of the project; it exists, with billing on and the Service Usage and Resource Manager APIs. */
  readonly project: string;
  /**
   * Billing account that pays for the project.
   *
   * @default - there is no budget
   */
  readonly billingAccount?: string;
  /** Labels of everything that takes labels. */
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * What GKE reads from a Service: an external passthrough load balancer with a backend service, which keeps the client's
 * address and drains connections; without it GKE falls back to target pools, which do neither well.
 */
const loadBalancerAnnotations: CloudProvider["loadBalancerAnnotations"] = {
  "cloud.google.com/l4-rbs": "enabled",
};

/** GCP as a {@link CloudProvider}: makes the Pulumi provider, turns on the APIs, and makes everything else with them. */
export function gcpProvider(
  name: string,
  { region, project: projectId, billingAccount, labels }: GcpProviderArgs,
  opts: pulumi.ComponentResourceOptions,
): CloudProvider {
  const project = new GcpProject(name, { projectId, region, labels }, opts);
  const here = { region, project };
  const explicit = (own: pulumi.ComponentResourceOptions): pulumi.ComponentResourceOptions =>
    pulumi.mergeOptions(own, { providers: [project.provider] });

  return {
    cloud: "gcp",
    region,
    network: (child, args, own) => new GcpNetwork(child, { ...args, ...here }, explicit(own)),
    cluster: (child, args, own) => new GcpCluster(child, { ...args, ...here }, explicit(own)),
    postgres: (child, args, own) => new GcpPostgres(child, { ...args, ...here }, explicit(own)),
    redis: (child, args, own) => new GcpRedis(child, { ...args, ...here }, explicit(own)),
    bucket: (child, args, own) => new GcpBucket(child, { ...args, ...here }, explicit(own)),
    registry: (child, args, own) => new GcpRegistry(child, { ...args, ...here }, explicit(own)),
    budget: (child, args, own) => {
      if (billingAccount === undefined) {
        throw new Error("gcp.billingAccount: expected the account that pays for the project, got nothing");
      }
      return new GcpBudget(child, { ...args, ...here, billingAccount }, explicit(own));
    },
    workloadIdentity: (child, args, own) =>
      new GcpWorkloadIdentity(child, { ...args, ...here }, explicit(own)),
    loadBalancerAnnotations,
    // GKE's metadata server, and where Dataplane V2 has taken the packet's address there
    identityEndpoints: [
      { cidr: "169.254.169.254/32", ports: [80] },
      { cidr: "169.254.169.252/32", ports: [988] },
    ],
    hasMetricsServer: true,
    hasCostAnomalies: false,
    // kube-dns, whose metrics GKE keeps to itself
    hasCoreDns: false,
  };
}
