import type { PlanResource } from "../../preview/plan";

/** Whether one resource waits for another, however many stand between them. */
export function waitsFor(
  all: readonly PlanResource[],
  from: PlanResource,
  target: (urn: string) => boolean,
): boolean {
  const byUrn = new Map(all.map((resource) => [resource.urn, resource]));
  const seen = new Set<string>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const urn of next.dependencies) {
      if (target(urn)) return true;
      const found = byUrn.get(urn);
      if (found !== undefined && !seen.has(urn)) {
        seen.add(urn);
        open.push(found);
      }
    }
  }
  return false;
}
