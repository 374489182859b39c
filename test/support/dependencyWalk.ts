import type { PlanResource } from "../../preview/plan";

/**
 * Steps of the longest walk from a resource through all it depends on, every way counted by itself. The engine
 * (pulumi 3.248.0, `markAsDependency`) goes all of them for each deletion that fails or is refused by a protection: at
 * 1e11 of them a destroy does not end.
 */
export function longestWalk(resources: readonly PlanResource[]): {
  readonly urn: string;
  readonly steps: number;
} {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const known = new Map<string, number>();
  const stepsFrom = (urn: string): number => {
    const found = known.get(urn);
    if (found !== undefined) return found;
    const resource = byUrn.get(urn);
    if (resource === undefined) return 0;
    const { dependencies, propertyDependencies, provider } = resource;
    const next = [
      ...dependencies,
      ...Object.values(propertyDependencies).flat(),
      ...(provider === null ? [] : [provider.slice(0, provider.lastIndexOf("::"))]),
    ];
    const steps = next.reduce((sum, dependency) => sum + stepsFrom(dependency), 1);
    known.set(urn, steps);
    return steps;
  };
  return resources
    .map(({ urn }) => ({ urn, steps: stepsFrom(urn) }))
    .reduce((most, walk) => (walk.steps > most.steps ? walk : most), { urn: "", steps: 0 });
}
