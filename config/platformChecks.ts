import type { Blueprint } from "../blueprints/blueprint";
import type { PlatformServiceName } from "../components/platform/platformSpec";
import type { ConfigProblem } from "./errors";

/** What a blueprint asks for that a service of the platform gives has to find it there. */
export function checkPlatformServices({
  platform,
  secrets = {},
  services = {},
}: Pick<Blueprint, "platform" | "secrets"> & Partial<Pick<Blueprint, "services">>): ConfigProblem[] {
  const delivered = Object.entries(secrets).flatMap(([key, { delivery }]) =>
    delivery === "variable" ? [key] : [],
  );
  const vaultUsers = Object.entries(services).flatMap(([service, { stores = {} }]) =>
    stores["vault"] === undefined ? [] : [service],
  );
  return [
    ...missing(platform, "externalSecrets", "the blueprint delivers secrets as variables", delivered),
    ...missing(platform, "vault", "services of the blueprint use Vault", vaultUsers),
  ];
}

function missing(
  platform: Blueprint["platform"],
  service: PlatformServiceName,
  where: string,
  asking: readonly string[],
): ConfigProblem[] {
  if (asking.length === 0 || platform[service] !== undefined) return [];
  const expected = `true where ${where} (${asking.join(", ")})`;
  return [{ key: `platform.${service}.enabled`, expected, got: "false" }];
}
