import type { Blueprint } from "../blueprints/blueprint";
import { checkNodePools, type NodePoolArgs } from "../components/cluster/nodePools";
import type { WorkloadSpec } from "../components/workload/spec";
import type { ConfigProblem } from "./errors";

/** What pools say of GPUs and spot, and whether each service has nodes to run on. Pure; gives every problem. */
export function checkPools({ nodePools, services }: Blueprint): ConfigProblem[] {
  return [
    ...Object.entries(nodePools).flatMap(([name, pool]) => checkPool(name, pool)),
    ...Object.entries(services).flatMap(([name, service]) =>
      checkNodesOf(name, service, Object.values(nodePools)),
    ),
  ];
}

function checkPool(name: string, pool: NodePoolArgs): ConfigProblem[] {
  try {
    checkNodePools({ [name]: pool });
    return [];
  } catch (error) {
    const [, key, expected, got] =
      error instanceof RangeError ? (/^(\S+): expected (.+), got (.+)$/.exec(error.message) ?? []) : [];
    if (key === undefined || expected === undefined || got === undefined) throw error;
    return [{ key: `cluster.${key}`, expected, got }];
  }
}

/** Pods that ask for GPUs want nodes with as many, and nodes with GPUs take no others. */
function checkNodesOf(
  name: string,
  { gpus, nodeSelector = {}, provisionedNodes = false }: WorkloadSpec,
  pools: readonly NodePoolArgs[],
): ConfigProblem[] {
  if (provisionedNodes || (pools.length === 0 && gpus === undefined)) return [];
  const wanted = pools.filter(({ labels = {} }) =>
    Object.entries(nodeSelector).every(([key, value]) => labels[key] === value),
  );
  const counts = wanted.map(({ machine: { gpu } }) => gpu?.count ?? 0);
  const fits = counts.some((count) => (gpus === undefined ? count === 0 : count >= gpus));
  if (fits) return [];
  const what = gpus === undefined ? "without GPUs" : `with ${gpus} GPUs or more a node`;
  const got = counts.length === 0 ? "none" : `${counts.join(", ")} a node`;
  return [{ key: "cluster.nodePools", expected: `a pool ${what}, where ${name} is to run`, got }];
}
