import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { controlPlaneStep, nodesStep, refuse, textIn } from "../../components/cluster/upgrade";
import { controlPlaneType } from "./controlPlane";

/**
 * A transform for `eks.Cluster` that binds {@link checkControlPlane} to the control plane which the component makes: the
 * engine asks it before each update, in a preview too, so that a jump is refused before EKS hears of it.
 *
 * @param name logical name of the cluster, unique in the stack as hooks' names have to be
 */
export function guardControlPlane(name: string): pulumi.ResourceTransform {
  const hook = new pulumi.ResourceHook(`${name}-control-plane-upgrade`, checkControlPlane, {
    onDryRun: true,
  });
  return ({ type, props, opts }) =>
    type === controlPlaneType ? { props, opts: { ...opts, hooks: { beforeUpdate: [hook] } } } : undefined;
}

/** How many nodes a group is to have at the moment; undefined where the cloud does not say. */
export type ReadDesiredNodes = (group: {
  readonly clusterName: string;
  readonly nodeGroupName: string;
}) => Promise<number | undefined>;

/** Binds {@link checkNodes} and {@link checkNodeCount} to every node group of a cluster. */
export function guardNodes(name: string, opts: pulumi.InvokeOptions): pulumi.ResourceHookBinding {
  const checkCount = checkNodeCount(async (group) => {
    const { scalingConfigs } = await aws.eks.getNodeGroup(group, opts);
    return scalingConfigs[0]?.desiredSize;
  });
  return {
    beforeUpdate: [
      new pulumi.ResourceHook(`${name}-nodes-upgrade`, checkNodes, { onDryRun: true }),
      new pulumi.ResourceHook(`${name}-nodes-count`, checkCount, { onDryRun: true }),
    ],
  };
}

/**
 * Refuses a change of a group's bounds while the state knows of fewer nodes than the group has. Where one of its three counts
 * changes, the provider sends all of them (terraform-provider-aws, internal/service/eks/node_group.go,
 * `resourceNodeGroupUpdate`), the desired one as the state has it: what the autoscaler added since would be taken away at once,
 * with the pods on it. A group of which the state knows more gets some nodes back, which the autoscaler takes away again.
 */
export function checkNodeCount(readDesired: ReadDesiredNodes) {
  return async (
    args: Pick<pulumi.ResourceHookArgs, "urn" | "oldInputs" | "oldOutputs" | "newInputs">,
  ): Promise<void> => {
    const { urn, oldInputs, oldOutputs = oldInputs, newInputs } = args;
    const bounds = (["minSize", "maxSize"] as const).map((bound) => [
      countIn(oldOutputs, bound),
      countIn(newInputs, bound),
    ]);
    const known = countIn(oldOutputs, "desiredSize");
    const clusterName = textIn(oldOutputs, "clusterName");
    const nodeGroupName = textIn(oldOutputs, "nodeGroupName");
    if (bounds.every(([before, after]) => before === after)) return;
    if (known === undefined || clusterName === undefined || nodeGroupName === undefined) return;
    const live = await readDesired({ clusterName, nodeGroupName });
    if (live === undefined || live <= known) return;
    throw new Error(
      `cluster.nodePools: expected a state that knows of the ${live} nodes of ${nodeGroupName} before its bounds change, ` +
        `as the others would be taken away, got ${known}; run pulumi refresh --target '${urn}'`,
    );
  };
}

/** One of a group's counts among what a hook is told. */
function countIn(
  fields: pulumi.ResourceHookArgs["newInputs"],
  key: "minSize" | "desiredSize" | "maxSize",
): number | undefined {
  const counts: unknown = fields?.["scalingConfig"];
  if (typeof counts !== "object" || counts === null) return undefined;
  const count: unknown = Object.entries(counts).find(([name]) => name === key)?.[1];
  return typeof count === "number" ? count : undefined;
}

/** Refuses a control plane's step back, or over a minor. */
export function checkControlPlane(
  args: Pick<pulumi.ResourceHookArgs, "oldInputs" | "oldOutputs" | "newInputs">,
): void {
  const [running, wanted] = versionsOf(args);
  if (running !== undefined && wanted !== undefined) {
    refuse("cluster.version", controlPlaneStep(running, wanted));
  }
}

/** Refuses a step back of a node group. How far it may be behind the control plane is checked before any resource. */
export function checkNodes(
  args: Pick<pulumi.ResourceHookArgs, "oldInputs" | "oldOutputs" | "newInputs">,
): void {
  const [running, wanted] = versionsOf(args);
  if (running !== undefined && wanted !== undefined) {
    refuse("cluster.nodesVersion", nodesStep(running, wanted));
  }
}

/** The version that runs, as far as the state knows, and the one that is asked for. */
function versionsOf({
  oldInputs,
  oldOutputs,
  newInputs,
}: Pick<pulumi.ResourceHookArgs, "oldInputs" | "oldOutputs" | "newInputs">): [
  string | undefined,
  string | undefined,
] {
  return [textIn(oldOutputs, "version") ?? textIn(oldInputs, "version"), textIn(newInputs, "version")];
}
