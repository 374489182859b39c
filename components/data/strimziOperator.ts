import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { prometheusPods } from "../platform/names";
import { allowTraffic, egressToApiServer, podsHere, tcp } from "../platform/networkPolicy";
import { platformPriority } from "../platform/priorities";
import { afterAll, installChart } from "../platform/release";
import { spreadOver } from "../platform/spread";
import { strimziPods, strimziPorts } from "./strimziKinds";

/** Arguments of {@link strimziOperator}. */
export interface StrimziOperatorArgs {
  readonly namespace: pulumi.Output<string>;
  /** Where its users are, and the Secrets that it makes for them. */
  readonly userNamespace: string;
  /** Two of it, of which one leads, or one. */
  readonly highlyAvailable: boolean;
  /** Labels of its nodes. */
  readonly nodeSelector: Readonly<Record<string, string>>;
}

/** Service account of the operator, by its chart. */
const operatorAccount = "strimzi-cluster-operator";

const clusterRole = (name: string) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name });

/**
 * Strimzi's operator, beside the one cluster that it looks after. In the namespace of the users it may do nothing but let the
 * user operator in, which it can only because it has that role there itself.
 */
export function strimziOperator(
  name: string,
  { namespace, userNamespace, highlyAvailable, nodeSelector }: StrimziOperatorArgs,
  component: pulumi.ComponentResourceOptions & { readonly parent: pulumi.Resource },
): k8s.helm.v3.Release {
  const child = { parent: component.parent };
  const { controlPlane, replication, agent, operatorMetrics } = strimziPorts;
  const traffic = allowTraffic(
    `${name}-operator`,
    {
      namespace,
      policy: "operator",
      podLabels: strimziPods.operator,
      ingress: [{ from: [prometheusPods], ports: tcp(operatorMetrics) }],
      egress: [
        egressToApiServer,
        { to: [podsHere(strimziPods.brokers)], ports: tcp(controlPlane, replication, agent) },
      ],
    },
    child,
  );
  const release = installChart(
    name,
    { chart: "strimzi", namespace, values: strimziValues({ highlyAvailable, nodeSelector }) },
    afterAll(child, component, [traffic]),
  );

  const subjects = [{ kind: "ServiceAccount", name: operatorAccount, namespace }];
  const after = { ...child, dependsOn: [release] };
  const binder = new k8s.rbac.v1.Role(
    `${name}-binder`,
    {
      metadata: { name: "kafka-user-operator-binder", namespace: userNamespace },
      rules: [
        {
          apiGroups: ["rbac.authorization.k8s.io"],
          // it makes the role of the user operator there, and binds it
          resources: ["rolebindings", "roles"],
          verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
        },
      ],
    },
    after,
  );
  for (const [key, roleRef] of [
    ["binder", { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: binder.metadata.name }],
    ["delegation", clusterRole("strimzi-entity-operator")],
  ] as const) {
    new k8s.rbac.v1.RoleBinding(
      `${name}-${key}`,
      { metadata: { name: `kafka-user-operator-${key}`, namespace: userNamespace }, roleRef, subjects },
      after,
    );
  }
  return release;
}

/** Values of the chart. */
export function strimziValues({
  highlyAvailable,
  nodeSelector,
}: Pick<StrimziOperatorArgs, "highlyAvailable" | "nodeSelector">): Record<string, unknown> {
  return {
    replicas: highlyAvailable ? 2 : 1,
    // with one replica a budget would only keep the node from being drained
    podDisruptionBudget: { enabled: highlyAvailable, minAvailable: 1 },
    topologySpreadConstraints: spreadOver(strimziPods.operator),
    // its own namespace alone: what it may do with Secrets is bound there, and of the cluster it reads nodes and classes of
    // volumes, and binds brokers to reading their node's zone
    watchAnyNamespace: false,
    watchNamespaces: [],
    createAggregateRoles: false,
    priorityClassName: platformPriority,
    nodeSelector,
    resources: { requests: { cpu: "200m", memory: "384Mi" }, limits: { cpu: "1", memory: "384Mi" } },
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    // ours name the pods on either side, which the chart's leave open for clients and metrics
    generateNetworkPolicy: false,
    // brokers go one at a time
    generatePodDisruptionBudget: true,
    extraEnvs: [
      // what it makes fits a namespace whose pods are held to that standard
      { name: "STRIMZI_POD_SECURITY_PROVIDER_CLASS", value: "restricted" },
      // users, and so their Secrets, are where the workloads are
      { name: "STRIMZI_ENTITY_OPERATOR_WATCHED_NAMESPACE_ENABLED", value: "true" },
    ],
  };
}
