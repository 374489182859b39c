import { ServiceEntry } from "@kubernetes-models/istio/networking.istio.io/v1beta1/ServiceEntry";
import { Sidecar } from "@kubernetes-models/istio/networking.istio.io/v1beta1/Sidecar";
import { namespaces } from "../platform/names";
import { selectorLabels, taskSelector } from "../workload/labels";
import {
  type Member,
  type OutsideStore,
  storeNamespaces,
  storesInNetwork,
  usesPublicStores,
} from "./members";

/** Name of a Service in the cluster, in full. */
export function serviceHost(service: string, namespace: string): string {
  return `${service}.${namespace}.svc.cluster.local`;
}

/** A name of no zone by which the mesh calls a store; nobody asks for it. */
function storeHost(store: string): string {
  return `${store}.stores.internal`;
}

/** A store outside, as it is: its TLS is its clients' and its own. */
export function storeEntry(store: string, { cidrs, ports }: OutsideStore): ServiceEntry {
  return new ServiceEntry({
    metadata: { name: `store-${store}` },
    spec: {
      hosts: [storeHost(store)],
      addresses: [...cidrs],
      ports: ports.map((number) => ({ number, name: `tcp-${number}`, protocol: "TCP" })),
      location: "MESH_EXTERNAL",
      resolution: "NONE",
      exportTo: ["."],
    },
  });
}

/** The cloud's own APIs at public addresses, by the names that TLS shows. */
export function publicStoresEntry(hosts: readonly string[]): ServiceEntry {
  return new ServiceEntry({
    metadata: { name: "public-stores" },
    spec: {
      hosts: [...hosts],
      ports: [{ number: 443, name: "tls", protocol: "TLS" }],
      location: "MESH_EXTERNAL",
      resolution: "NONE",
      exportTo: ["."],
    },
  });
}

/** A host of the internet that is registered; the egress gateway looks it up. */
export function hostEntry(host: string): ServiceEntry {
  return new ServiceEntry({
    metadata: { name: nameOf(host) },
    spec: {
      hosts: [host],
      ports: [{ number: 443, name: "tls", protocol: "TLS" }],
      location: "MESH_EXTERNAL",
      resolution: "DNS",
      exportTo: [".", namespaces.istioEgress],
    },
  });
}

/** Name of an object about a host. */
export function nameOf(host: string): string {
  return host.replaceAll(".", "-");
}

/** What there is beside a member's own needs. */
export interface OutsideFacts {
  readonly namespace: string;
  /** Names of the cloud's APIs at public addresses. */
  readonly publicStoreHosts: readonly string[];
  /** Hosts that those get to who call the internet; `undefined` where they get to all of it. */
  readonly egressHosts: readonly string[] | undefined;
}

/** What a member may call, and all that its sidecar knows of: those it says it calls, its stores, registered hosts. */
export function memberSidecar(member: Member, facts: OutsideFacts): Sidecar {
  const { service } = member.plan;
  return sidecar({ name: service, labels: selectorLabels(service) }, member, facts);
}

/** The same for a member's tasks, which call whom it calls. */
export function taskSidecar(member: Member, facts: OutsideFacts): Sidecar {
  const { service } = member.plan;
  return sidecar({ name: `${service}-tasks`, labels: taskSelector(service) }, member, facts);
}

function sidecar(
  { name, labels }: { readonly name: string; readonly labels: Readonly<Record<string, string>> },
  member: Member,
  facts: OutsideFacts,
): Sidecar {
  const { namespace, publicStoreHosts, egressHosts } = facts;
  const { internetEgress = false } = member.plan;
  const out = internetEgress ? (egressHosts ?? []) : [];
  const hosts = [
    ...Object.keys(member.peers.callees).map((callee) => serviceHost(callee, namespace)),
    ...Object.keys(storesInNetwork(member)).map(storeHost),
    ...(usesPublicStores(member) ? publicStoreHosts : []),
    ...out,
  ].map((host) => `./${host}`);
  const elsewhere = [
    ...storeNamespaces(member).map((store) => `${store}/*`),
    ...(out.length === 0
      ? []
      : [`${namespaces.istioEgress}/${serviceHost(namespaces.istioEgress, namespaces.istioEgress)}`]),
  ];
  const all = [...hosts, ...elsewhere];
  return new Sidecar({
    metadata: { name },
    spec: {
      workloadSelector: { labels: { ...labels } },
      // of no namespace: nothing
      egress: [{ hosts: all.length === 0 ? ["~/*"] : all }],
      outboundTrafficPolicy: {
        mode: internetEgress && egressHosts === undefined ? "ALLOW_ANY" : "REGISTRY_ONLY",
      },
    },
  });
}
