import type { Blueprint } from "../blueprints/blueprint";
import { edgeWaitsSeconds } from "../components/edge/edge";
import { retriesRefused } from "../components/workload/routeTimes";
import type { CompleteFile } from "./complete";
import { type ConfigProblem, show } from "./errors";

/** What routes ask for has to be what the way to them can do: the way in, and the edge before it. */
export function checkRoutes(
  { cloud, ingress, edge: { enabled } }: Pick<CompleteFile, "cloud" | "ingress" | "edge">,
  { services, platform, edge }: Blueprint,
): ConfigProblem[] {
  const waits = edgeWaitsSeconds[cloud];
  return Object.entries(services).flatMap(([name, { route }]) => {
    if (route === undefined) return [];
    const { timeoutSeconds = 0, retries } = route;
    const key = `services.${name}.route`;
    const refused = retriesRefused(route, ingress, platform.istio !== undefined);
    return [
      ...(refused === undefined ? [] : [{ key: `${key}.retries`, expected: refused, got: show(retries) }]),
      ...(edge === undefined || !enabled || timeoutSeconds <= waits
        ? []
        : [
            {
              key: `${key}.timeoutSeconds`,
              expected: `at most the ${waits} that the edge waits for a part of an answer`,
              got: show(timeoutSeconds),
            },
          ]),
    ];
  });
}
