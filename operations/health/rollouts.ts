import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { messageOf } from "../../preview/errors";
import type { PlanResource } from "../../preview/plan";
import { at, listAt, textAt } from "../json";
import { outputOf, type Run } from "../run";
import type { Check } from "./check";

/** A Rollout of a plan, whose new versions are judged after an update has ended. */
export interface PlannedRollout {
  readonly namespace: string;
  readonly name: string;
  /** How long a version may take from its first pod until it is judged, minutes. */
  readonly minutes: number;
}

/** The stack whose cluster is asked. */
export interface ClusterOf {
  readonly root: string;
  readonly stack: string;
}

/** Rollouts of a plan. */
export function rolloutsOf(resources: readonly PlanResource[]): readonly PlannedRollout[] {
  return resources.flatMap(({ inputs }): PlannedRollout[] => {
    const name = textAt(inputs, "metadata", "name");
    const namespace = textAt(inputs, "metadata", "namespace");
    if (at(inputs, "kind") !== "Rollout" || name === undefined || namespace === undefined) return [];
    return [{ namespace, name, minutes: minutesOf(at(inputs, "spec")) }];
  });
}

/** Its pauses, and the time that its pods may take to start; of blue-green as long as the version before is kept. */
function minutesOf(spec: unknown): number {
  const pauses = listAt(spec, "strategy", "canary", "steps").map((step) =>
    Number(/^(\d+)m$/.exec(textAt(step, "pause", "duration") ?? "")?.[1] ?? 0),
  );
  const kept = Number(at(spec, "strategy", "blueGreen", "scaleDownDelaySeconds") ?? 0);
  const start = Number(at(spec, "progressDeadlineSeconds") ?? 0);
  return pauses.reduce((sum, minutes) => sum + minutes, 0) + Math.ceil((kept + start) / 60);
}

/**
 * How far each Rollout is, by its own status. The cluster is the stack's, by the stack's own output, whatever kubectl has for
 * its context; what is asked for is a list of Rollouts and nothing else.
 */
export async function checkRollouts(
  rollouts: readonly PlannedRollout[],
  { root, stack }: ClusterOf,
  run: Run,
): Promise<readonly Check[]> {
  if (rollouts.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), "groundwork-cluster-"));
  try {
    const kubeconfig = await outputOf(
      run,
      "pulumi",
      ["stack", "output", "kubeconfig", "--show-secrets", "--stack", stack, "--non-interactive"],
      { cwd: root },
    );
    const file = join(folder, "kubeconfig");
    writeFileSync(file, kubeconfig, { mode: 0o600 });
    const found: unknown[] = [];
    for (const namespace of new Set(rollouts.map((one) => one.namespace))) {
      found.push(...(await listOf(run, file, namespace)));
    }
    return rollouts.map((rollout) => checkOf(rollout, found));
  } catch (error) {
    // what the message quotes of a command line names files, and nothing that is secret
    return rollouts.map((rollout) => unknownOf(rollout, messageOf(error).split("\n")[0] ?? ""));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function listOf(run: Run, kubeconfig: string, namespace: string): Promise<readonly unknown[]> {
  const answer = await outputOf(run, "kubectl", [
    ...["--kubeconfig", kubeconfig, "--namespace", namespace, "--request-timeout", "20s"],
    ...["get", "rollouts.argoproj.io", "--output", "json"],
  ]);
  return listAt(JSON.parse(answer) as unknown, "items");
}

function checkOf(rollout: PlannedRollout, found: readonly unknown[]): Check {
  const own = found.find(
    (one) =>
      textAt(one, "metadata", "name") === rollout.name &&
      textAt(one, "metadata", "namespace") === rollout.namespace,
  );
  if (own === undefined) return unknownOf(rollout, "no such Rollout");
  const { phase = "no status", message } = {
    phase: textAt(own, "status", "phase"),
    message: textAt(own, "status", "message"),
  };
  const seen = message === undefined || message === "" ? phase : `${phase}: ${message}`;
  // after an abort that is still the version which was asked for, while the stable one is served
  const version = textAt(own, "status", "currentPodHash");
  const isStable = version !== undefined && version === textAt(own, "status", "stableRS");
  const common = { ...unknownOf(rollout, seen), ...(version !== undefined && { version, isStable }) };
  // the controller has not seen yet what an update wrote
  if (textAt(own, "status", "observedGeneration") !== String(at(own, "metadata", "generation"))) {
    return common;
  }
  if (phase === "Degraded") return { ...settled(common), state: "bad" };
  if (phase === "Healthy") return { ...settled(common), state: "ok" };
  const asks =
    at(own, "spec", "strategy", "blueGreen", "autoPromotionEnabled") === false &&
    listAt(own, "status", "pauseConditions").some((one) => textAt(one, "reason") === "BlueGreenPause");
  return asks
    ? { ...common, pending: "promotion", seen: `${seen}; it waits for somebody to promote it` }
    : common;
}

function unknownOf({ namespace, name }: PlannedRollout, seen: string): Check {
  return { kind: "rollout", what: `${namespace}/${name}`, state: "unknown", seen, pending: "judgement" };
}

function settled({ pending, ...check }: Check): Check {
  void pending;
  return check;
}
