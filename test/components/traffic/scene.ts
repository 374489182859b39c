import * as pulumi from "@pulumi/pulumi";
import { PlatformServices, type PlatformServicesArgs } from "../../../components/platform/platformServices";
import type { PlanResource } from "../../../preview/plan";
import { type Ran, run, type TestRunOptions } from "../../support/run";
import { IdentityStub, ZoneStub } from "../platform/cloudStubs";
import { ClusterStub } from "../platform/clusterStub";

/** A CDN of no cloud, which closes the load balancer by both ways that there are. */
export const edge = {
  annotations: { "example.com/prefix-lists": "pl-cdn" },
  sourceRanges: ["198.51.100.0/24"],
  proxies: pulumi.output(["198.51.100.0/24", "203.0.113.0/24"]),
  clientAddressHeader: "X-Client",
};

/** What every system stands on, with the Gateway as the way in. */
export const withGateway = (
  overrides: Partial<PlatformServicesArgs> = {},
  options?: TestRunOptions,
): Promise<Ran<PlatformServices>> =>
  run(
    () =>
      new PlatformServices("platform", {
        cluster: new ClusterStub("main"),
        zone: new ZoneStub("zone"),
        wayIn: "gateway",
        loadBalancerAnnotations: { "example.com/load-balancer": "network" },
        loadBalancedNamespaceLabels: { "example.com/readiness": "load-balancer" },
        hasMetricsServer: true,
        acmeEmail: "platform@example.com",
        identify: (name, account, opts) => new IdentityStub(name, account, opts),
        identityEndpoints: [{ cidrs: ["169.254.170.23/32"], ports: [80] }],
        monitoring: { prometheusReplicas: 2, alertmanagerReplicas: 3, retentionDays: 30, diskGiB: 200 },
        hosts: ["shop.example.com", "api.shop.example.com"],
        nodeSelector: { "groundwork.dev/pool": "system" },
        ...overrides,
      }),
    options,
  );

/** A part of a resource's inputs by its path. */
export function at({ inputs }: PlanResource, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (object, key) => (object as Record<string | number, unknown> | undefined)?.[key],
    inputs,
  );
}
