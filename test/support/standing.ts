import type { PlanResource } from "../../preview/plan";
import { waitsFor } from "./waitsFor";

type Match = (resource: PlanResource) => boolean;

/** What must stand before some resources are made, and until they are gone. */
export interface Standing {
  readonly what: string;
  readonly applies: Match;
  /** One of these; where none of them is there, all that it applies to is reported. */
  readonly before: Match;
  /**
   * True where the cluster has it by itself, as this one of its resources shows.
   *
   * @default - never
   */
  readonly given?: Match;
}

const release =
  (...charts: readonly string[]): Match =>
  ({ type, inputs }) =>
    type === "kubernetes:helm.sh/v3:Release" && charts.some((chart) => chart === inputs["name"]);

const addon =
  (name: string): Match =>
  ({ type, inputs }) =>
    type === "aws:eks/addon:Addon" && inputs["addonName"] === name;

const ofType =
  (...types: readonly string[]): Match =>
  ({ type }) =>
    types.includes(type);

const gke = ofType("gcp:container/cluster:Cluster");
const eks = ofType("eks:index:Cluster");

/**
 * What installs the kinds of each API group that Kubernetes itself does not have: by the group, or by the kind where a group
 * is shared. A group that is not here fails the test, which is the time to say what installs it.
 */
const installers: Readonly<Record<string, Pick<Standing, "before" | "given">>> = {
  "argoproj.io:AnalysisTemplate": { before: release("argo-rollouts") },
  "argoproj.io:Rollout": { before: release("argo-rollouts") },
  "argoproj.io": { before: release("argo-cd") },
  "cert-manager.io": { before: release("cert-manager") },
  "monitoring.coreos.com": { before: release("kube-prometheus-stack") },
  "gateway.networking.k8s.io": { before: release("gateway-api-crds"), given: gke },
  "gateway.nginx.org": { before: release("nginx-gateway-fabric") },
  "beat.k8s.elastic.co": { before: release("eck-operator-crds") },
  "elasticsearch.k8s.elastic.co": { before: release("eck-operator-crds") },
  "kibana.k8s.elastic.co": { before: release("eck-operator-crds") },
  "logstash.k8s.elastic.co": { before: release("eck-operator-crds") },
  "kafka.strimzi.io": { before: release("strimzi-kafka-operator") },
  "external-secrets.io": { before: release("external-secrets") },
  "psmdb.percona.com": { before: release("psmdb-operator") },
  // Istio's
  "networking.istio.io": { before: release("base") },
  "security.istio.io": { before: release("base") },
  "policies.kyverno.io": { before: release("kyverno") },
  "opentelemetry.io": { before: release("opentelemetry-operator") },
  "keda.sh": { before: release("keda") },
  "autoscaling.k8s.io": { before: release("vertical-pod-autoscaler"), given: gke },
  "karpenter.sh": { before: release("karpenter-crd") },
  "karpenter.k8s.aws": { before: release("karpenter-crd") },
  "snapshot.storage.k8s.io": { before: addon("snapshot-controller"), given: gke },
  "cloud.google.com": { before: gke, given: gke },
  "vpcresources.k8s.aws": { before: eks, given: eks },
};

/** API groups whose kinds come with Kubernetes: built in, or of `*.k8s.io` and served by the API server. */
const builtIn =
  /^(core|apps|batch|autoscaling|policy|(admissionregistration|networking|rbac\.authorization|scheduling|storage)\.k8s\.io)$/;

/** Group of a resource's kind, and its name; undefined of what is no object of Kubernetes. */
export function kindOf({
  type,
}: PlanResource): { readonly group: string; readonly kind: string } | undefined {
  const [, group, kind] = /^kubernetes:([^/:]+)\/[^:]+:(.+)$/.exec(type) ?? [];
  if (group === undefined || kind === undefined || group === "helm.sh") return undefined;
  return { group, kind };
}

/** Custom resources: objects whose kind somebody has to install. */
export function customResources(all: readonly PlanResource[]): readonly PlanResource[] {
  return all.filter((resource) => {
    const kind = kindOf(resource);
    return kind !== undefined && !builtIn.test(kind.group);
  });
}

/** The rows for the kinds of custom resources. */
const kinds: readonly Standing[] = Object.entries(installers).map(([key, installer]) => ({
  what: `kinds of ${key}`,
  applies: (resource) => installerKeyOf(resource) === key,
  ...installer,
}));

/** What says who installs a resource's kind: the kind where it is named itself, or else its group. */
function installerKeyOf(resource: PlanResource): string | undefined {
  const { group, kind } = kindOf(resource) ?? {};
  return [`${group}:${kind}`, `${group}`].find((key) => key in installers);
}

const nodes = ofType("aws:eks/nodeGroup:NodeGroup", "gcp:container/nodePool:NodePool");
const kubernetesKind =
  (...wanted: readonly string[]): Match =>
  (resource) => {
    const found = kindOf(resource);
    return found !== undefined && wanted.includes(`${found.group}:${found.kind}`);
  };

/**
 * What leaves something behind in the cloud when its controller goes first: load balancers, volumes, nodes. The engine
 * deletes in the order opposite to that in which it makes, so that it is the same edge.
 */
const controllers: readonly Standing[] = [
  {
    what: "load balancers",
    applies: ({ type, inputs }) =>
      type === "kubernetes:core/v1:Service" &&
      (inputs["spec"] as { readonly type?: string } | undefined)?.type === "LoadBalancer",
    before: release("aws-load-balancer-controller"),
    given: gke,
  },
  {
    what: "gateways",
    applies: kubernetesKind("gateway.networking.k8s.io:Gateway"),
    before: release("nginx-gateway-fabric"),
  },
  {
    what: "nodes made to measure",
    applies: kubernetesKind("karpenter.sh:NodePool"),
    before: release("karpenter"),
  },
  {
    what: "volumes",
    applies: kubernetesKind(
      "apps:StatefulSet",
      "elasticsearch.k8s.elastic.co:Elasticsearch",
      "logstash.k8s.elastic.co:Logstash",
      "kafka.strimzi.io:Kafka",
      "psmdb.percona.com:PerconaServerMongoDB",
    ),
    before: addon("aws-ebs-csi-driver"),
    given: gke,
  },
];

/** Operators start once their kinds are there, and what they made for an object goes by them: they go after it. */
const operators: readonly Standing[] = [
  { what: "kinds", applies: release("eck-operator"), before: release("eck-operator-crds") },
  {
    what: "operator",
    applies: (resource) => kindOf(resource)?.group.endsWith(".k8s.elastic.co") ?? false,
    before: release("eck-operator"),
  },
];

/** Charts of kinds alone, which run nothing. */
const withoutPods = release("eck-operator-crds", "gateway-api-crds", "karpenter-crd");

/** Charts' pods run on nodes, which go after them. */
const onNodes: Standing = {
  what: "pods of charts",
  applies: (resource) => ofType("kubernetes:helm.sh/v3:Release")(resource) && !withoutPods(resource),
  before: nodes,
  // the cloud's own
  given: (resource) => gke(resource) && resource.inputs["enableAutopilot"] === true,
};

/** All that is asked, by what it is asked of. */
export const standings: readonly Standing[] = [...kinds, ...controllers, ...operators, onNodes];

/** What would be made before what it needs, or outlive it: each with its name and what it does not wait for. */
export function unfounded(all: readonly PlanResource[]): readonly string[] {
  const unknown = customResources(all).filter((resource) => installerKeyOf(resource) === undefined);
  const byUrn = new Map(all.map((resource) => [resource.urn, resource]));
  const matches = (match: Match) => (urn: string) => {
    const found = byUrn.get(urn);
    return found !== undefined && match(found);
  };
  return [
    ...unknown.map(({ name, type }) => `${name}: nobody is said to install ${type}`),
    ...standings.flatMap(({ what, applies, before, given }) =>
      given !== undefined && all.some(given)
        ? []
        : all
            .filter((resource) => applies(resource) && !waitsFor(all, resource, matches(before)))
            .map(({ name }) => `${name}: does not wait for what its ${what} need`),
    ),
  ];
}
