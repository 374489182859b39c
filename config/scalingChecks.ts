import type { Blueprint } from "../blueprints/blueprint";
import type { ConfigProblem } from "./errors";

/** Services that are scaled by what waits for them are scaled by KEDA, and by nobody where it is left out. */
export function checkScaling({ services, platform }: Blueprint): ConfigProblem[] {
  const scaled = Object.keys(services).filter((service) => services[service]?.scaling !== undefined);
  if (platform.keda !== undefined || scaled.length === 0) return [];
  return [
    {
      key: "platform.keda.enabled",
      expected: `true, as it scales ${scaled.join(", ")}`,
      got: "false",
    },
  ];
}
