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

/** Binds {@link checkNodes} to every node group of a cluster. */
export function guardNodes(name: string): pulumi.ResourceHookBinding {
  return {
    beforeUpdate: [new pulumi.ResourceHook(`${name}-nodes-upgrade`, checkNodes, { onDryRun: true })],
  };
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
