import { planMesh } from "../mesh/istioSpec";
import { sidecarResources } from "../mesh/values";
import type { PlatformSpec } from "../platform/platformSpec";
import { planWorkload } from "../workload/plan";
import type { Priority, WorkloadSpec } from "../workload/spec";
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

/** All pods of one service. What runs beside its Deployment (jobs before a new version, and by the clock) belongs here too. */
function podsOf(
  service: string,
  spec: WorkloadSpec,
  { namespace, platform: { istio } }: SystemPods,
): readonly PodGroup[] {
  const { resources, minReplicas, maxReplicas } = planWorkload(service, spec);
  const proxied = istio !== undefined && planMesh(istio).mode === "sidecar";
  const { gpus = 0, nodeSelector = {}, provisionedNodes = false, zoneSpread = "required" } = spec;
  const { priority = "standard" } = spec;
  return [
    {
      name: `${namespace}/${service}`,
      service,
      each: { ...podOf(resources.requests, ...(proxied ? [sidecarResources.requests] : [])), gpus },
      min: minReplicas,
      max: maxReplicas,
      nodeSelector,
      zones: zoneSpread,
      rank: ranks[priority],
      provisioned: provisionedNodes,
    },
  ];
}
