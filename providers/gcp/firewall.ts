import * as gcp from "@pulumi/gcp";
import type * as pulumi from "@pulumi/pulumi";

/**
 * Where Google's load balancers check health and proxy from: application load balancers and passthrough ones alike.
 * https://cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges
 */
const loadBalancerCidrs = ["35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22"];

/** Health of kube-proxy or its like on a node, and the NodePort range, in which `healthCheckNodePort` lies. */
const healthPorts = ["10256", "30000-32767"];

/** Weaker than every rule that allows: GKE's own stand at 1000. The implied rule, of 65535, refuses without a log. */
const denyPriority = 65_000;

/**
 * Refuses what no rule allows, and logs it; allows the health checks of load balancers. There is no rule for traffic
 * inside the network: GKE keeps narrow ones for its nodes, pods and control plane, and no other machine is in it.
 */
export function firewall(
  name: string,
  args: { readonly network: pulumi.Input<string> },
  opts: { readonly parent: pulumi.Resource },
): void {
  const { network } = args;
  new gcp.compute.Firewall(
    `${name}-deny-ingress`,
    {
      network,
      description: "refuse and log what no other rule allows",
      direction: "INGRESS",
      priority: denyPriority,
      sourceRanges: ["0.0.0.0/0"],
      denies: [{ protocol: "all" }],
      logConfig: { metadata: "INCLUDE_ALL_METADATA" },
    },
    opts,
  );
  new gcp.compute.Firewall(
    `${name}-allow-health-checks`,
    {
      network,
      description: "health checks of Google's load balancers",
      direction: "INGRESS",
      sourceRanges: loadBalancerCidrs,
      allows: [{ protocol: "tcp", ports: healthPorts }],
      // a check a second and node, all the same: a log of them would hide the rest
      logConfig: { metadata: "EXCLUDE_ALL_METADATA" },
    },
    opts,
  );
}
