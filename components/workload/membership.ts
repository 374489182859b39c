import type * as pulumi from "@pulumi/pulumi";
import type { Destination, Peer } from "../platform/networkPolicy";
import type { ResourcesPlan, WorkloadPlan } from "./plan";

/** Who takes requests from the ingress controller in a workload's place, and hands them on to it. */
export interface RouteFront {
  /** Where it stands, and the routes with it: a route and what it leads to share a namespace. */
  readonly namespace: pulumi.Input<string>;
  /** Its Service there: by TLS where Ingress objects say so, plain where routes of the Gateway API have no word for it. */
  readonly service: string;
  readonly port: number;
  /** Its pods. */
  readonly pods: Peer;
}

/** What a workload has to know of the mesh that it is a part of. */
export interface WorkloadMesh {
  /**
   * Annotations of its pods and of those of its tasks.
   *
   * @default {}
   */
  readonly podAnnotations?: Readonly<Record<string, string>>;
  /**
   * Annotations of the pods that serve, beside those: what rolls these when the mesh is another one. A task's pod is made anew
   * each time, and a migration is not to run once more for it.
   *
   * @default {}
   */
  readonly servingAnnotations?: Readonly<Record<string, string>>;
  /**
   * Annotations of the pods of its tasks, beside those of all.
   *
   * @default {}
   */
  readonly taskAnnotations?: Readonly<Record<string, string>>;
  readonly front: RouteFront;
  /**
   * Whether the mesh knows requests, not connections alone: then it hands a version the part of them that it is to have, and
   * tells Prometheus how they went.
   */
  readonly knowsRequests: boolean;
  /**
   * Where it gets out to the internet, when it may.
   *
   * @default - straight
   */
  readonly internet?: Destination;
  /**
   * TCP port to which pods of the mesh send to each other, whatever port they meant.
   *
   * @default - to the very port
   */
  readonly tunnelPort?: number;
}

/** What a system has to know of the mesh that it is a part of. */
export interface Membership {
  /** Labels of its namespace. */
  readonly namespaceLabels: Readonly<Record<string, string>>;
  /**
   * What each of its pods asks for besides.
   *
   * @default - nothing
   */
  readonly perPod?: ResourcesPlan;
  readonly of: (plan: WorkloadPlan, stores: readonly Destination[]) => WorkloadMesh;
  /** Makes in its namespace what has to be there before its pods. */
  readonly prepareNamespace: (
    name: string,
    namespace: pulumi.Output<string>,
    opts: { readonly parent: pulumi.Resource },
  ) => readonly pulumi.Resource[];
}
