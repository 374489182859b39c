import { isOpenToAll, isSet, show } from "../check";
import { fromStaging } from "../levels";
import { resourceRule, type Verdict } from "../rule";

export const ingressTls = resourceRule({
  id: "k8s-ingress-tls",
  title: "Ingresses serve every host over TLS",
  severity: "high",
  description: "A host outside spec.tls is served in the clear, cookies and all.",
  remedy: "List the host in spec.tls with a secretName, and let cert-manager fill it.",
  controls: { cisGke: ["5.6.7"], nsa: ["Encryption"], soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: ["kubernetes:networking.k8s.io/v1:Ingress"],
  // F5 NGINX: a minion adds paths to its master's host, and may not state the TLS that the master does.
  applies: ({ props }) => props.metadata?.annotations?.["nginx.org/mergeable-ingress-type"] !== "minion",
  check: ({ props: { spec } }) => {
    const covered = new Set((spec?.tls ?? []).flatMap(({ hosts }) => hosts ?? []));
    return (spec?.rules ?? []).map(({ host }) => {
      if (host === undefined || host === "" || host === "*")
        return "a rule has no host, so it answers to every name";
      return (
        !covered.has(host) && !covered.has(host.replace(/^[^.]+/, "*")) && `spec.tls does not cover ${host}`
      );
    });
  },
});

export const noAllowAll = resourceRule({
  id: "k8s-netpol-no-allow-all",
  title: "NetworkPolicies allow something in particular",
  severity: "high",
  description:
    "A rule without peers, or with every namespace or the whole internet as its peer, takes the default deny back.",
  remedy: "Name the peers by podSelector and namespaceSelector, and blocks by ipBlock with their except.",
  controls: { nsa: ["Network policies"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: ["kubernetes:networking.k8s.io/v1:NetworkPolicy"],
  check: ({ props: { spec } }) => [
    (spec?.ingress ?? []).map((rule) => peersOf(rule.from, rule, "ingress", "from")),
    (spec?.egress ?? []).map((rule) => peersOf(rule.to, rule, "egress", "to")),
  ],
});

interface Peer {
  readonly ipBlock?:
    { readonly cidr?: string | undefined; readonly except?: readonly string[] | undefined } | undefined;
  readonly namespaceSelector?: object | undefined;
  readonly podSelector?: object | undefined;
}

function peersOf(
  peers: readonly Peer[] = [],
  { ports = [] }: { readonly ports?: readonly object[] | undefined },
  direction: "ingress" | "egress",
  side: "from" | "to",
): Verdict {
  // Ports without peers are narrow enough going out: DNS, or a webhook called from an API server without an address.
  if (peers.length === 0) return ports.length === 0 && `an ${direction} rule has neither ${side} nor ports`;
  return peers.map((peer) => {
    if (isOpenToAll(peer.ipBlock?.cidr) && (peer.ipBlock?.except ?? []).length === 0) {
      return `an ${direction} rule's ipBlock is ${show(peer.ipBlock?.cidr)} without except`;
    }
    return (
      isSet(peer, "namespaceSelector") &&
      Object.keys(peer.namespaceSelector ?? {}).length === 0 &&
      !isSet(peer, "podSelector") &&
      ports.length === 0 &&
      `an ${direction} rule's namespaceSelector takes every namespace`
    );
  });
}

export const noMetadataEgress = resourceRule({
  id: "k8s-netpol-no-metadata-egress",
  title: "NetworkPolicies keep pods off the metadata service",
  severity: "high",
  description:
    "169.254.169.254 hands out the node's credentials; a block around it that does not except it opens that way.",
  remedy: "Add 169.254.0.0/16, or 169.254.169.254/32, to the ipBlock's except.",
  controls: { nsa: ["Protecting sensitive cloud infrastructure"], soc2: ["CC6.1"] },
  levels: fromStaging,
  types: ["kubernetes:networking.k8s.io/v1:NetworkPolicy"],
  check: ({ props: { spec } }) =>
    (spec?.egress ?? [])
      .flatMap(({ to }) => to ?? [])
      .filter(
        ({ ipBlock }) =>
          isOpenToAll(ipBlock?.cidr) && !ipBlock?.except?.some((block) => block.startsWith("169.254.")),
      )
      .map(() => "an egress rule's ipBlock of everything does not except 169.254.169.254"),
});

/** Where the way in stands, whichever it is. */
const edgeNamespaces = ["ingress", "nginx-gateway"];

export const serviceExposure = resourceRule({
  id: "k8s-service-not-exposed",
  title: "Services are reached through the ingress",
  severity: "high",
  description:
    "A load balancer or a node port of a service's own goes past TLS, logs and limits of the ingress.",
  remedy:
    "Set type ClusterIP and add an HTTPRoute or an Ingress, or name the Service's namespace in edgeNamespaces.",
  controls: { cisEks: ["5.4.5"], nsa: ["Worker node segmentation"], soc2: ["CC6.6"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  settings: {
    edgeNamespaces: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Namespaces whose Services may be load balancers.",
      },
      values: { dev: edgeNamespaces, staging: edgeNamespaces, prod: edgeNamespaces },
    },
  },
  types: ["kubernetes:core/v1:Service"],
  check: ({ props: { metadata, spec } }, { edgeNamespaces }) => [
    spec?.type === "NodePort" && 'spec.type is "NodePort"',
    spec?.type === "LoadBalancer" &&
      !edgeNamespaces.includes(metadata?.namespace ?? "") &&
      'spec.type is "LoadBalancer" outside edgeNamespaces',
    (spec?.externalIPs ?? []).length > 0 && "spec.externalIPs is set",
  ],
});
