import type * as pulumi from "@pulumi/pulumi";
import type { CertManager } from "../platform/certManager";
import { IngressController, type IngressControllerArgs } from "../platform/ingressController";
import { IngressHost } from "../platform/ingressHost";
import { GatewayApi } from "./gatewayApi";
import type { InternalAuthority } from "./internalAuthority";
import { NginxGateway } from "./nginxGateway";
import type { WayIn, WayInKind } from "./wayIn";

/** Arguments of {@link makeWayIn}. */
export interface MakeWayInArgs extends Omit<IngressControllerArgs, "replicas"> {
  readonly kind: WayInKind;
  /**
   * Whether the cluster comes with the kinds of the Gateway API.
   *
   * @default false
   */
  readonly hasGatewayApi?: boolean | undefined;
  /** DNS names that are served. */
  readonly hosts: readonly string[];
  /** Who issues their certificates. */
  readonly certificates: CertManager;
  /** Who signs for what speaks inside the cluster. */
  readonly authority: InternalAuthority;
  /** More than one of each part, spread over zones. */
  readonly highlyAvailable: boolean;
}

/**
 * Makes the way in and its hosts.
 *
 * @param monitoring what it waits for: the monitoring stack, which has waited for nodes and priorities
 */
export function makeWayIn(
  name: string,
  { kind, hasGatewayApi = false, hosts, certificates, authority, highlyAvailable, ...rest }: MakeWayInArgs,
  opts: pulumi.ComponentResourceOptions,
  monitoring: pulumi.Resource,
): WayIn {
  const { clusterIssuer, clusterIssuerName } = certificates;
  const after = (...resources: readonly pulumi.Resource[]): pulumi.ComponentResourceOptions => ({
    ...opts,
    dependsOn: [monitoring, ...resources],
  });
  const common = { ...rest, replicas: highlyAvailable ? { min: 3, max: 12 } : { min: 1, max: 3 } };
  if (kind === "gateway") {
    const kinds = hasGatewayApi ? [] : [new GatewayApi(`${name}-gateway-api`, opts).release];
    const internalIssuer = authority.clusterIssuer;
    return new NginxGateway(
      `${name}-gateway`,
      { ...common, hosts, clusterIssuer, clusterIssuerName, internalIssuer, highlyAvailable },
      after(...kinds),
    );
  }
  const ingress = new IngressController(`${name}-ingress`, common, after());
  for (const host of hosts) {
    new IngressHost(
      `${name}-host-${host.replaceAll(".", "-")}`,
      { host, namespace: ingress.namespaceName, clusterIssuerName },
      after(ingress.release, clusterIssuer),
    );
  }
  return ingress;
}
