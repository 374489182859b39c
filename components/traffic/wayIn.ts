import type * as pulumi from "@pulumi/pulumi";
import type { OriginProof } from "../edge/edge";

/** How requests get into the cluster: by routes of the Gateway API, or by Ingress objects. */
export const wayInKinds = ["gateway", "ingress"] as const;

/** One of {@link wayInKinds}. */
export type WayInKind = (typeof wayInKinds)[number];

/** The way in where nobody says another. */
export const defaultWayIn: WayInKind = "gateway";

/** Where requests from the internet come in: one load balancer, TLS's end, and the hosts that are served there. */
export interface WayIn extends pulumi.ComponentResource {
  /** Namespace of the pods that hand on requests. */
  readonly namespaceName: pulumi.Output<string>;
  /** DNS name (AWS) or address (GCP) of the load balancer, for the domain's records. */
  readonly loadBalancer: pulumi.Output<string>;
  /** What the edge has to prove itself with; none where no edge stands. */
  readonly originProofs: readonly OriginProof[];
  /** What routes wait for, and whoever says that the way in stands. */
  readonly ready: pulumi.Resource;
}
