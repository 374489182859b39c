import * as pulumi from "@pulumi/pulumi";
import { controlPlaneStep, minorOf, nodesSkew, refuse, textIn } from "../../components/cluster/upgrade";
import { checkSqlStep, type SqlEngine } from "../../components/data/sqlVersions";

type Change = Pick<pulumi.ResourceHookArgs, "oldInputs" | "oldOutputs" | "newInputs">;

/**
 * Binds {@link checkControlPlane} to a cluster: the engine asks it before each update, in a preview too, so that a jump is
 * refused before GKE hears of it.
 *
 * @param name logical name of the cluster, unique in the stack as hooks' names have to be
 */
export function guardControlPlane(name: string): pulumi.ResourceHookBinding {
  return {
    beforeUpdate: [
      new pulumi.ResourceHook(`${name}-control-plane-upgrade`, checkControlPlane, { onDryRun: true }),
    ],
  };
}

/**
 * Refuses a step of the control plane back, over a minor, or out of its nodes' reach. What runs is what counts, and not
 * what was asked for last: in a release channel GKE goes ahead by itself. Where the stack asks for what it asked for
 * before, that is no step, however far GKE has gone: {@link aheadOf} says so.
 */
export function checkControlPlane({ oldInputs, oldOutputs, newInputs }: Change): void {
  const asked = textIn(oldInputs, "minMasterVersion");
  const running = textIn(oldOutputs, "masterVersion") ?? asked;
  const wanted = textIn(newInputs, "minMasterVersion");
  if (running === undefined || wanted === undefined || wanted === asked) return;
  refuse("cluster.version", controlPlaneStep(running, wanted));
  for (const nodes of nodesVersions(oldOutputs)) {
    refuse("cluster.version", nodesSkew(wanted, nodes));
  }
}

/** What is to be said where GKE has taken the control plane further than the stack asks; undefined where it has not. */
export function aheadOf(wanted: string, running: string): string | undefined {
  const minor = minorOf(running);
  return minor > minorOf(wanted)
    ? `cluster.version: GKE runs ${running} by its release channel, ahead of ${wanted}; write 1.${minor}`
    : undefined;
}

/** Versions of the pools, as the cluster's state lists them. */
function nodesVersions(outputs: Change["oldOutputs"]): readonly string[] {
  const pools: unknown = outputs?.["nodePools"];
  if (!Array.isArray(pools)) return [];
  return pools.flatMap((pool: unknown) =>
    typeof pool === "object" && pool !== null && "version" in pool && typeof pool.version === "string"
      ? [pool.version]
      : [],
  );
}

/**
 * Binds {@link checkSqlVersion} to a primary of Cloud SQL: a jump is refused before Cloud SQL hears of it, in a preview too.
 *
 * @param name logical name of the instance, unique in the stack as hooks' names have to be
 * @param allowMajorUpgrade whether the stack says that this update may take it to another major
 */
export function guardSqlVersion(
  name: string,
  engine: SqlEngine,
  allowMajorUpgrade: boolean,
): pulumi.ResourceHookBinding {
  const refuseJump = (change: Change) => {
    checkSqlVersion(engine, change, allowMajorUpgrade);
  };
  return { beforeUpdate: [new pulumi.ResourceHook(`${name}-version`, refuseJump, { onDryRun: true })] };
}

/**
 * Refuses a step of a server back, over a major, or to another one where nobody said so. Cloud SQL takes none by itself:
 * what was asked for is what runs.
 */
export function checkSqlVersion(
  engine: SqlEngine,
  { oldInputs, oldOutputs, newInputs }: Change,
  allowMajorUpgrade: boolean,
): void {
  const running = textIn(oldOutputs, "databaseVersion") ?? textIn(oldInputs, "databaseVersion");
  checkSqlStep(engine, running, textIn(newInputs, "databaseVersion"), allowMajorUpgrade);
}
