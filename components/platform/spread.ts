import type { types } from "@pulumi/kubernetes";

export type TopologySpread = types.input.core.v1.TopologySpreadConstraint;

/**
 * Spreads pods evenly over zones, and over nodes where it can.
 *
 * @param zones `required` leaves a pod pending rather than put two of a small set into one zone; nodes being drained or
 *   lost do not count, so that a zone's failure does not stop the others.
 * @param versionLabel label by which their controller tells a version's pods from another's
 */
export function spreadOver(
  labels: Readonly<Record<string, string>>,
  zones: "required" | "preferred" = "preferred",
  versionLabel = "pod-template-hash",
): TopologySpread[] {
  const labelSelector = { matchLabels: { ...labels } };
  return [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: zones === "required" ? "DoNotSchedule" : "ScheduleAnyway",
      nodeTaintsPolicy: "Honor",
      // Without it the old version's pods count during a rolling update, and the new ones end up uneven.
      matchLabelKeys: [versionLabel],
      labelSelector,
    },
    {
      maxSkew: 1,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "ScheduleAnyway",
      labelSelector,
    },
  ];
}

/** The same as far as affinity can, for charts that take no topology spread: no two in a zone, or on a node, where that can be. */
export function apart(labels: Readonly<Record<string, string>>): types.input.core.v1.Affinity {
  const term = (topologyKey: string, weight: number) => ({
    weight,
    podAffinityTerm: { topologyKey, labelSelector: { matchLabels: { ...labels } } },
  });
  return {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        term("topology.kubernetes.io/zone", 100),
        term("kubernetes.io/hostname", 50),
      ],
    },
  };
}
