import type * as pulumi from "@pulumi/pulumi";

/** How many minors nodes may be behind their control plane. Kubernetes lets them be three
 * (https://kubernetes.io/releases/version-skew-policy/#kubelet), of which one is left for a control plane that goes first.
 */
export const maxNodesBehind = 2;

/** What is wrong with a version, in the words of the program's errors. */
export interface VersionProblem {
  readonly expected: string;
  readonly got: string;
}

/** The minor of a version of Kubernetes 1: 35 of `1.35`, of `v1.35.2` and of `1.35.4-gke.1136000`. */
export function minorOf(version: string): number {
  const minor = /^v?1\.(\d+)(?![\d])/.exec(version)?.[1];
  if (minor === undefined) {
    throw new RangeError(`version: expected a version of Kubernetes such as 1.35, got "${version}"`);
  }
  return Number(minor);
}

/** What is wrong with taking a control plane that runs one version to another: never back, one minor at a time. */
export function controlPlaneStep(running: string, wanted: string): VersionProblem | undefined {
  const [from, to] = [minorOf(running), minorOf(wanted)];
  if (to < from) {
    return {
      expected: `1.${from} or newer, as the control plane runs ${running} and never goes back`,
      got: wanted,
    };
  }
  return to <= from + 1
    ? undefined
    : {
        expected: `1.${from} or 1.${from + 1}, as the control plane runs ${running} and goes one minor at a time`,
        got: wanted,
      };
}

/** What is wrong with nodes of one version below a control plane of another: never newer, at most two minors behind. */
export function nodesSkew(controlPlane: string, nodes: string): VersionProblem | undefined {
  const [newest, minor] = [minorOf(controlPlane), minorOf(nodes)];
  return minor <= newest && minor >= newest - maxNodesBehind
    ? undefined
    : {
        expected: `1.${newest - maxNodesBehind} to 1.${newest} for nodes below a control plane of ${controlPlane}`,
        got: nodes,
      };
}

/** What is wrong with taking nodes from one version to another: EKS and GKE take none back. */
export function nodesStep(running: string, wanted: string): VersionProblem | undefined {
  const from = minorOf(running);
  return minorOf(wanted) >= from
    ? undefined
    : { expected: `1.${from} or newer, as the nodes run ${running} and never go back`, got: wanted };
}

/** Throws what is wrong, if anything is. */
export function refuse(key: string, problem: VersionProblem | undefined): void {
  if (problem !== undefined) {
    throw new Error(`${key}: expected ${problem.expected}, got ${problem.got}`);
  }
}

/** A text among what a hook is told; undefined where it is not there, or not known in a preview. */
export function textIn(fields: pulumi.ResourceHookArgs["newInputs"], key: string): string | undefined {
  const value: unknown = fields?.[key];
  return typeof value === "string" ? value : undefined;
}
