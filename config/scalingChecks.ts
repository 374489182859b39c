import type { Blueprint } from "../blueprints/blueprint";
import type { ConfigProblem } from "./errors";

/**
 * Services that are scaled by what waits for them are scaled by KEDA, and by nobody where it is left out; on requests only
 * those that serve some. Pure; gives every problem.
 */
export function checkScaling({ services, platform }: Blueprint): ConfigProblem[] {
  const scaled = Object.keys(services).filter((service) => services[service]?.scaling !== undefined);
  return [
    ...(platform.keda === undefined && scaled.length > 0
      ? [
          {
            key: "platform.keda.enabled",
            expected: `true, as it scales ${scaled.join(", ")}`,
            got: "false",
          },
        ]
      : []),
    ...Object.entries(services).flatMap(([service, { port, scaling }]) =>
      port !== undefined || scaling?.requestsPerSecond === undefined
        ? []
        : [
            {
              key: `services.${service}.scaling.requestsPerSecond`,
              expected: "no key, as the service serves no requests",
              got: `${scaling.requestsPerSecond}`,
            },
          ],
    ),
  ];
}
