import type * as k8s from "@pulumi/kubernetes";
import { prometheusPods } from "../../components/platform/names";
import { tcp } from "../../components/platform/networkPolicy";
import { installChart } from "../../components/platform/release";
import { spreadOver } from "../../components/platform/spread";
import { awsController, type ControllerOpts } from "./controller";
import type { InterruptionQueue } from "./interruptionQueue";
import { karpenterPermissions, type KarpenterPermissionsArgs } from "./karpenterPermissions";

/** Arguments of {@link karpenter}. */
export interface KarpenterArgs extends Omit<KarpenterPermissionsArgs, "queueArn"> {
  readonly interruptions: InterruptionQueue;
  /** Labels of the nodes that carry the platform's own pods; no node of its own making is one. */
  readonly nodeSelector: Readonly<Record<string, string>>;
}

/** Labels that the chart gives its pods. */
export const karpenterPods = {
  "app.kubernetes.io/name": "karpenter",
  "app.kubernetes.io/instance": "karpenter",
} as const;

/**
 * Karpenter: starts machines for the pods of its own pool, and replaces those that EC2 is about to take away.
 *
 * Its kinds have a chart of their own, which upgrades them, as Helm does not with those in a chart's `crds/`. They stay
 * when that chart goes: with them every node pool would go, and with that every node.
 */
export function karpenter(
  name: string,
  { interruptions, nodeSelector, ...args }: KarpenterArgs,
  opts: ControllerOpts,
): k8s.helm.v3.Release {
  const { cluster } = args;
  const { queue, ready } = interruptions;
  const kinds = installChart(
    `${name}-kinds`,
    {
      chart: "karpenterCrd",
      namespace: "kube-system",
      values: { additionalAnnotations: { "helm.sh/resource-policy": "keep" } },
    },
    { parent: opts.parent, provider: opts.kubernetes, dependsOn: [...opts.dependsOn] },
  );
  const serviceAccount = "karpenter";
  return awsController(
    name,
    {
      cluster,
      chart: "karpenter",
      serviceAccount,
      statements: karpenterPermissions({ ...args, queueArn: queue.arn }),
      podLabels: karpenterPods,
      ingress: [{ from: [prometheusPods], ports: tcp(8080) }],
      skipCrds: true,
      values: {
        settings: {
          clusterName: cluster.name,
          eksControlPlane: true,
          interruptionQueue: queue.name,
          // as zonal shift of the cluster itself is on
          enableZonalShift: true,
        },
        serviceAccount: { create: true, name: serviceAccount },
        replicas: 2,
        podDisruptionBudget: { name: "karpenter", maxUnavailable: 1 },
        priorityClassName: "system-cluster-critical",
        controller: {
          // pods do not reach the metadata service, where it would look it up
          env: [{ name: "AWS_REGION", value: cluster.region }],
          resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } },
        },
        // in place of the chart's own, and of its nodeSelector, which ours would only be merged with
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [{ matchExpressions: nodesBut("karpenter.sh/nodepool", nodeSelector) }],
            },
          },
        },
        topologySpreadConstraints: spreadOver(karpenterPods),
      },
    },
    { ...opts, dependsOn: [...opts.dependsOn, ...ready, kinds] },
  );
}

/** Nodes without the one label and with all of the others. */
function nodesBut(
  label: string,
  labels: Readonly<Record<string, string>>,
): readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[] {
  return [
    { key: label, operator: "DoesNotExist" },
    ...Object.entries(labels).map(([key, value]) => ({ key, operator: "In", values: [value] })),
  ];
}
