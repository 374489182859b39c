import type { Blueprint } from "../blueprints/blueprint";

/** Parts of kind's configuration that are written (kind.x-k8s.io/v1alpha4). */
export interface KindCluster {
  readonly kind: "Cluster";
  readonly apiVersion: "kind.x-k8s.io/v1alpha4";
  readonly name: string;
  readonly nodes: readonly KindNode[];
}

export interface KindNode {
  readonly role: "control-plane" | "worker";
  readonly image: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** Release of Kubernetes: one that the program's clusters run (components/cluster/nodePools.ts), as kind has it. */
export const localKubernetes = {
  version: "1.35.8",
  // renovate: datasource=docker depName=kindest/node
  image: "kindest/node:v1.35.8@sha256:07b2536e30b803ed61d1677a79df6115f798ce64c80f9e22f6ed45afd09323c0",
} as const;

/** Zones of the machine: as many as the clouds' clusters have, so that what is spread over them can be. */
const zones = ["local-a", "local-b", "local-c"] as const;
const region = "local";

/** Nodes by the zone and the pool that their labels say: three of the pool that most services want, one of each other. */
export function localNodes({
  nodePools,
  services,
}: Pick<Blueprint, "nodePools" | "services">): readonly Readonly<Record<string, string>>[] {
  const wanted = (labels: Readonly<Record<string, string>>) =>
    Object.values(services).filter(({ nodeSelector = {} }) => same(nodeSelector, labels)).length;
  const [most = {}, ...others] = Object.values(nodePools)
    .map(({ labels = {} }) => labels)
    .sort((one, other) => wanted(other) - wanted(one));
  const inZone = (zone: string, labels: Readonly<Record<string, string>>) => ({
    "topology.kubernetes.io/region": region,
    "topology.kubernetes.io/zone": zone,
    ...labels,
  });
  return [
    ...zones.map((zone) => inZone(zone, most)),
    ...others.map((labels, index) => inZone(zones[index % zones.length] ?? zones[0], labels)),
  ];
}

function same(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const entries = Object.entries(one);
  return entries.length > 0 && entries.every(([key, value]) => other[key] === value);
}

/** A cluster in containers of this machine, whose nodes have the labels that the system's pods ask for. */
export function kindCluster(blueprint: Pick<Blueprint, "name" | "nodePools" | "services">): KindCluster {
  const { image } = localKubernetes;
  return {
    kind: "Cluster",
    apiVersion: "kind.x-k8s.io/v1alpha4",
    name: blueprint.name,
    nodes: [
      { role: "control-plane", image },
      ...localNodes(blueprint).map((labels) => ({ role: "worker" as const, image, labels })),
    ],
  };
}

/** The same by minikube, which has no file for it: commands, one a line. */
export function minikubeCommands(
  blueprint: Pick<Blueprint, "name" | "nodePools" | "services">,
): readonly string[] {
  const { name } = blueprint;
  const nodes = localNodes(blueprint);
  // minikube's first node is the control plane; the others are named after the profile
  const labelled = nodes.map(
    (labels, index) =>
      `kubectl --context ${name} label node ${name}-m${String(index + 2).padStart(2, "0")} --overwrite ` +
      Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .join(" "),
  );
  return [
    `minikube start --profile ${name} --kubernetes-version v${localKubernetes.version} --nodes ${nodes.length + 1} --cni calico`,
    ...labelled,
  ];
}
