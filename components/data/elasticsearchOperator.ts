import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressToApiServer, type Peer, tcp } from "../platform/networkPolicy";
import { platformPriority } from "../platform/priorities";
import { afterAll, installChart } from "../platform/release";
import { apart } from "../platform/spread";
import { elasticsearchPorts } from "./elasticsearchNodes";
import { operatorPods } from "./elasticsearchTraffic";

/** Arguments of {@link elasticsearchOperator}. */
export interface OperatorArgs {
  /** The namespaces that it looks after, and no other. */
  readonly managedNamespaces: readonly string[];
  /** Two of it, of which one leads, or one. */
  readonly highlyAvailable: boolean;
  /** Labels of its nodes. */
  readonly nodeSelector: Readonly<Record<string, string>>;
}

const metricsPort = 8080;

/** Service account of the operator, by its chart. */
const operatorAccount = "elastic-operator";

/**
 * What it reads of the whole cluster: the zone of a node, which each of its pods is told. Everything else that it may do is
 * a role of the chart in its own namespace and in the one that it looks after, so that Secrets of others stay theirs.
 */
const clusterWideRules: k8s.types.input.rbac.v1.PolicyRule[] = [
  // through its cache, which lists and watches
  { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
];

/**
 * ECK, in a namespace of its own, once the kinds are there ({@link ElasticKinds}). Who has an Elasticsearch has an
 * operator for it: each reads the Secrets of its own namespaces alone.
 */
export function elasticsearchOperator(
  name: string,
  {
    operatorNamespace,
    managedPlaces,
    managedPods,
    elasticKinds,
    ...args
  }: OperatorArgs & {
    /** Its own namespace. */
    readonly operatorNamespace: string;
    /** The namespaces themselves that it looks after: the chart puts a role there, and so comes after them. */
    readonly managedPlaces: readonly pulumi.Resource[];
    /** What brings the kinds. */
    readonly elasticKinds: pulumi.Resource;
    /** Nodes that it asks how they are. */
    readonly managedPods: Peer;
  },
  opts: pulumi.ComponentResourceOptions & { readonly parent: pulumi.Resource },
): { readonly release: k8s.helm.v3.Release } {
  const { parent, providers = [] } = opts;
  const child = { parent };
  const namespace = new SecureNamespace(
    name,
    {
      namespace: operatorNamespace,
      quota: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "2", memory: "4Gi" }, pods: 5 },
    },
    { ...child, providers },
  );
  const traffic = allowTraffic(
    `${name}-traffic`,
    {
      namespace: namespace.namespaceName,
      policy: "operator",
      podLabels: operatorPods,
      ingress: [{ from: [prometheusPods], ports: tcp(metricsPort) }],
      egress: [egressToApiServer, { to: [managedPods], ports: tcp(elasticsearchPorts.http) }],
    },
    child,
  );
  const metadata = { name: `${operatorNamespace}-nodes` };
  const nodes = new k8s.rbac.v1.ClusterRole(`${name}-nodes`, { metadata, rules: clusterWideRules }, child);
  const reader = new k8s.rbac.v1.ClusterRoleBinding(
    `${name}-nodes`,
    {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: nodes.metadata.name },
      subjects: [{ kind: "ServiceAccount", name: operatorAccount, namespace: namespace.namespaceName }],
    },
    child,
  );
  const release = installChart(
    name,
    {
      chart: "eckOperator",
      namespace: namespace.namespaceName,
      values: operatorValues(args),
    },
    afterAll(child, opts, [traffic, reader, elasticKinds, ...managedPlaces]),
  );
  return { release };
}

/** Values of the chart. */
export function operatorValues({
  managedNamespaces,
  highlyAvailable,
  nodeSelector,
}: OperatorArgs): Record<string, unknown> {
  return {
    replicaCount: highlyAvailable ? 2 : 1,
    // with one replica a budget would only keep the node from being drained
    podDisruptionBudget: { enabled: highlyAvailable, minAvailable: 1 },
    // the chart takes no topology spread
    affinity: apart(operatorPods),
    // a release of their own has them
    installCRDs: false,
    managedNamespaces: [...managedNamespaces],
    // roles in its namespace and in those, instead of one that reads every Secret of the cluster
    createClusterScopedResources: false,
    priorityClassName: platformPriority,
    nodeSelector,
    resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "1", memory: "512Mi" } },
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    // without it the operator checks each spec itself, before it acts on it
    webhook: { enabled: false },
    serviceAccount: { name: operatorAccount },
    // nothing of the cluster is told to Elastic
    telemetry: { disabled: true },
    config: {
      metrics: { port: String(metricsPort) },
      // clients hold the authority: it outlives many of the certificates that it signs
      caValidity: "87600h",
      certificatesValidity: "8760h",
      certificatesRotateBefore: "720h",
      setDefaultSecurityContext: true,
      // which it could not read; the cluster's own enlarges volumes
      validateStorageClass: false,
      enableLeaderElection: true,
    },
    podMonitor: { enabled: true, interval: "30s" },
  };
}
