import type { Measured } from "../workload/requestSeries";

/**
 * How the pods of the system are in the mesh.
 *
 * - `sidecar`: a proxy in each pod. It knows requests, not connections alone; it may call what is registered and nothing
 *   else, and its way out goes through a gateway.
 * - `ambient`: a proxy on each node, for connections. It costs less and nothing has to be started anew for it; what a pod
 *   may call outside is for the network policies alone to say.
 */
export const meshModes = ["sidecar", "ambient"] as const;
export type MeshMode = (typeof meshModes)[number];

/** Istio, as a system asks for it. */
export interface IstioSpec {
  /**
   * How the pods are in the mesh.
   *
   * @default "sidecar" - of the two it alone holds a pod to registered hosts: an ambient mesh passes on what it does not
   * know (istio.io, Ambient and the Istio API: `outboundTrafficPolicy` and `Sidecar` are the sidecars')
   */
  readonly mode?: MeshMode;
  /**
   * DNS names outside that services with `internetEgress` call, by HTTPS, through the egress gateway: then those and no
   * other.
   *
   * @default - such services reach the internet as they do without a mesh, as a crawler has to; all others reach none of it
   */
  readonly egressHosts?: readonly string[];
}

/** A mesh with every default filled in, checked. */
export interface MeshPlan {
  readonly mode: MeshMode;
  /** `undefined` where services with `internetEgress` reach all of the internet. */
  readonly egressHosts: readonly string[] | undefined;
}

/** Who tells how the requests of a system's services went, where it has this mesh or none. */
export function measuredBy(spec: IstioSpec | undefined): Measured {
  return spec !== undefined && (spec.mode ?? "sidecar") === "sidecar" ? "mesh" : "workload";
}

/** A DNS name of two labels or more, in lower case: no address, no wildcard, no URL. */
const hostPattern = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/**
 * Fills in the defaults of a mesh.
 *
 * @throws RangeError naming the key, what was expected and what came
 */
export function planMesh({ mode = "sidecar", egressHosts }: IstioSpec): MeshPlan {
  if (mode === "ambient" && egressHosts !== undefined) {
    throw new RangeError(
      'istio.egressHosts: expected none where istio.mode is "ambient", whose proxies know no gateway on the way out, got some',
    );
  }
  for (const host of egressHosts ?? []) {
    if (!hostPattern.test(host)) {
      throw new RangeError(`istio.egressHosts: expected DNS names such as api.example.com, got "${host}"`);
    }
  }
  return { mode, egressHosts: egressHosts === undefined ? undefined : [...new Set(egressHosts)].sort() };
}
