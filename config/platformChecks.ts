import type { Blueprint } from "../blueprints/blueprint";
import type { ConfigProblem } from "./errors";

/** What a blueprint asks for that a service of the platform gives has to find it there. */
export function checkPlatformServices({
  platform,
  secrets = {},
}: Pick<Blueprint, "platform" | "secrets">): ConfigProblem[] {
  const delivered = Object.entries(secrets).flatMap(([key, { delivery }]) =>
    delivery === "variable" ? [key] : [],
  );
  if (delivered.length === 0 || platform.externalSecrets !== undefined) return [];
  return [
    {
      key: "platform.externalSecrets.enabled",
      expected: `true where the blueprint delivers secrets as variables (${delivered.join(", ")})`,
      got: "false",
    },
  ];
}
