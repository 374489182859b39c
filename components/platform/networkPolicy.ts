import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export type IngressRule = k8s.types.input.networking.v1.NetworkPolicyIngressRule;
export type EgressRule = k8s.types.input.networking.v1.NetworkPolicyEgressRule;
export type Peer = k8s.types.input.networking.v1.NetworkPolicyPeer;
export type Port = k8s.types.input.networking.v1.NetworkPolicyPort;

/** A port, or both ends of a range. */
export type PortRange = number | { readonly from: number; readonly to: number };

/** Addresses outside the cluster, and the TCP ports that may be reached there. */
export interface AddressDestination {
  readonly cidrs: readonly string[];
  /** @default [] - nothing is taken out */
  readonly except?: readonly string[];
  readonly ports: readonly PortRange[];
}

/** Pods of the cluster, and the TCP ports that may be reached there; their own policy still has to let the caller in. */
export interface PodDestination {
  readonly namespace: string;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly ports: readonly PortRange[];
}

/** Where something answers. */
export type Destination = AddressDestination | PodDestination;

/**
 * What is never the internet: private ranges (RFC 1918), shared ones (RFC 6598) and link-local ones (RFC 3927), where
 * the clouds' metadata servers answer.
 */
const notInternet = ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"];

/** The public internet, on some ports. */
export function internet(...ports: readonly PortRange[]): AddressDestination {
  return { cidrs: ["0.0.0.0/0"], except: notInternet, ports };
}

/** TCP ports as a rule writes them. */
export function tcp(...ports: readonly PortRange[]): Port[] {
  return ports.map((port) =>
    typeof port === "number"
      ? { protocol: "TCP", port }
      : { protocol: "TCP", port: port.from, endPort: port.to },
  );
}

/** Pods of a namespace: all of them, or those with the labels. */
export function podsIn(namespace: string, labels?: Readonly<Record<string, string>>): Peer {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    ...(labels !== undefined && { podSelector: { matchLabels: { ...labels } } }),
  };
}

/** Pods of the policy's own namespace. */
export function podsHere(labels?: Readonly<Record<string, string>>): Peer {
  return { podSelector: labels === undefined ? {} : { matchLabels: { ...labels } } };
}

/** Label of the namespaces that this program makes. */
export const managedNamespace = { "app.kubernetes.io/managed-by": "pulumi" } as const;

/** Any pod of any namespace that this program makes; the other side's own policy still has to let it in. */
export const podsManaged: Peer = { namespaceSelector: { matchLabels: managedNamespace } };

/** Lets out to addresses outside the cluster, or to pods in it. */
export function egressTo(destination: Destination): EgressRule {
  if ("namespace" in destination) {
    const { namespace, podLabels, ports } = destination;
    return { to: [podsIn(namespace, podLabels)], ports: tcp(...ports) };
  }
  const { cidrs, except = [], ports } = destination;
  return {
    to: cidrs.map((cidr) => ({ ipBlock: { cidr, ...(except.length > 0 && { except: [...except] }) } })),
    ports: tcp(...ports),
  };
}

/**
 * Lets out to the API server. It has no peer that a policy can name: its address is behind the `kubernetes` Service,
 * differs by cloud and changes; Cilium (GKE) and the VPC CNI (EKS) judge after the Service was resolved. So: any
 * address, on the one port on which both clouds serve it.
 */
export const egressToApiServer: EgressRule = { ports: tcp(443) };

/**
 * Lets in whoever calls a port, such as the API server calling a webhook: it comes from the control plane's network on
 * EKS and from a node on GKE, neither of which a policy can name on both.
 */
export function ingressFromAnyone(...ports: readonly PortRange[]): IngressRule {
  return { ports: tcp(...ports) };
}

/**
 * Lets out to DNS: the cluster's own, and the cache on the node. On GKE with Dataplane V2 the cache is a pod labelled
 * `node-local-dns`; elsewhere it is the link-local address 169.254.20.10. Cloud DNS for GKE answers at the metadata
 * server's address, on port 53.
 */
export const egressToDns: EgressRule = {
  to: [
    podsIn("kube-system", { "k8s-app": "kube-dns" }),
    podsIn("kube-system", { "k8s-app": "node-local-dns" }),
    { ipBlock: { cidr: "169.254.20.10/32" } },
    { ipBlock: { cidr: "169.254.169.254/32" } },
  ],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

/** Lets out to any name server of the internet, for who asks a zone's own ones and no cache. */
export const egressToNameServers: EgressRule = {
  ...egressTo(internet(53)),
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

/** Arguments of {@link allowTraffic}. */
export interface AllowTrafficArgs {
  readonly namespace: pulumi.Input<string>;
  /** Name of the policy in its namespace. */
  readonly policy: string;
  /** Labels of the pods it is for; empty for all pods of the namespace. */
  readonly podLabels: Readonly<Record<string, string>>;
  /** @default [] - it lets nothing in */
  readonly ingress?: readonly IngressRule[];
  /** @default [] - it lets nothing out */
  readonly egress?: readonly EgressRule[];
}

/** Lets traffic through where the namespace denies all; policies add up, none takes away. */
export function allowTraffic(
  name: string,
  { namespace, policy, podLabels, ingress = [], egress = [] }: AllowTrafficArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy {
  return new k8s.networking.v1.NetworkPolicy(
    name,
    {
      metadata: { name: policy, namespace },
      spec: {
        podSelector: { matchLabels: { ...podLabels } },
        policyTypes: [...(ingress.length > 0 ? ["Ingress"] : []), ...(egress.length > 0 ? ["Egress"] : [])],
        ingress: [...ingress],
        egress: [...egress],
      },
    },
    opts,
  );
}
