import type { Blueprint } from "../blueprints/blueprint";
import { replicaBounds } from "../blueprints/presets";
import { spotProblem } from "../components/workload/spot";
import type { ConfigProblem } from "./errors";

/** Services that look for spot have to go on where their pods are taken away. Pure; gives every problem. */
export function checkSpot({ services, highlyAvailable }: Blueprint): ConfigProblem[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const problem = spotProblem(service);
    if (problem !== undefined) {
      const { field, expected, got } = problem;
      return [{ key: `services.${name}.${field}`, expected, got }];
    }
    const { min } = replicaBounds(service);
    return service.spot === true && highlyAvailable && min < 2
      ? [
          {
            key: `services.${name}.minReplicas`,
            expected: "2 or more, as one that is taken away with its spot node is all that there is",
            got: `${min}`,
          },
        ]
      : [];
  });
}
