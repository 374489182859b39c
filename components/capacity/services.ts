import { planMesh } from "../mesh/istioSpec";
import { sidecarResources } from "../mesh/values";
import type { PlatformSpec } from "../platform/platformSpec";
import { planWorkload } from "../workload/plan";
import type { Priority, WorkloadSpec } from "../workload/spec";
import { tasksOf } from "../workload/tasks";
import { podOf, type PodGroup } from "./pods";

/** A system's own services, by what a load makes of their pods. */
export interface SystemPods {
  readonly namespace: string;
  readonly services: Readonly<Record<string, WorkloadSpec>>;
  readonly platform: PlatformSpec;
}

/** The pods of the system's services, with the mesh's proxy in each where there is one. */
export function servicePods(system: SystemPods): readonly PodGroup[] {
  return Object.entries(system.services).flatMap(([service, spec]) => podsOf(service, spec, system));
}

/** Who goes first where there is not room for all, as priority classes have it: the platform's own pods are before them. */
const ranks: Readonly<Record<Priority, number>> = { critical: 1, standard: 2, batch: 3 };

/** All pods of one service: those that serve, and one of each of its tasks, which may all run at once whatever the load. */
function podsOf(
  service: string,
  spec: WorkloadSpec,
  { namespace, platform: { istio } }: SystemPods,
): readonly PodGroup[] {
  const { resources, minReplicas, maxReplicas, tasks } = planWorkload(service, spec);
  const proxied = istio !== undefined && planMesh(istio).mode === "sidecar";
  const { gpus = 0, nodeSelector = {}, provisionedNodes = false, zoneSpread = "required" } = spec;
  const { priority = "standard" } = spec;
  const beside = proxied ? [sidecarResources.requests] : [];
  const placed = { nodeSelector, provisioned: provisionedNodes };
  return [
    {
      name: `${namespace}/${service}`,
      service,
      each: { ...podOf(resources.requests, ...beside), gpus },
      min: minReplicas,
      max: maxReplicas,
      zones: zoneSpread,
      rank: ranks[priority],
      ...placed,
    },
    ...tasksOf(tasks).map((task) => ({
      name: `${namespace}/${service}-${task.task}`,
      each: { ...podOf(task.resources.requests, ...beside), gpus: 0 },
      min: 1,
      max: 1,
      rank: ranks[task.priority],
      ...placed,
    })),
  ];
}
