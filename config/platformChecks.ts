import type { Blueprint } from "../blueprints/blueprint";
import { flagProblems } from "../components/delivery/featureFlags";
import { measuredBy } from "../components/mesh/istioSpec";
import type { PlatformServiceName } from "../components/platform/platformSpec";
import type { ConfigProblem } from "./errors";

/** What a blueprint asks for that a service of the platform gives has to find it there. */
export function checkPlatformServices(
  blueprint: Pick<Blueprint, "platform" | "secrets" | "services">,
): ConfigProblem[] {
  return [
    ...checkDelivered(blueprint),
    ...checkStrategies(blueprint),
    ...checkFlags(blueprint),
    ...checkTraces(blueprint),
  ];
}

/** What keeps traces, by the names of what runs it. */
const traceStores = ["jaeger", "tempo"] as const;

/** Traces are gathered for something that keeps them, and that keeps nothing else. */
function checkTraces({ platform }: Pick<Blueprint, "platform">): ConfigProblem[] {
  const stores = traceStores.filter((store) => platform[store] !== undefined);
  if (platform.openTelemetry === undefined) {
    return stores.map((store) => ({
      key: `platform.${store}.enabled`,
      expected: "false without platform.openTelemetry, which gathers the traces that it would keep",
      got: "true",
    }));
  }
  if (stores.length > 0) return [];
  const expected = `false without ${traceStores.map((store) => `platform.${store}`).join(" and ")}, as nothing keeps traces`;
  return [{ key: "platform.openTelemetry.enabled", expected, got: "true" }];
}

/** Flags have to be what flagd can tell of, and services only ask for them. */
function checkFlags({ platform, services }: Pick<Blueprint, "platform" | "services">): ConfigProblem[] {
  const { flagd } = platform;
  const writers = Object.entries(services).filter(([, { stores = {} }]) => stores["flags"] === "readWrite");
  const idle = flagd !== undefined && Object.keys(flagd.flags ?? {}).length === 0;
  return [
    ...(idle
      ? [{ key: "platform.flagd.enabled", expected: "false where the blueprint has no flags", got: "true" }]
      : flagProblems(flagd ?? {}).map(({ key, ...problem }) => ({
          key: `platform.flagd.${key}`,
          ...problem,
        }))),
    ...writers.map(([name]) => ({
      key: `services.${name}.stores.flags`,
      expected: "read, as flags are the blueprint's",
      got: "readWrite",
    })),
  ];
}

/** New versions that are judged want who judges them, and what by. */
function checkStrategies({ platform, services }: Pick<Blueprint, "platform" | "services">): ConfigProblem[] {
  const judged = Object.entries(services).filter(
    ([, { strategy }]) => (strategy?.kind ?? "rolling") !== "rolling",
  );
  if (judged.length === 0) return [];
  const names = judged.map(([name]) => name).join(", ");
  const measuredByMesh = measuredBy(platform.istio) === "mesh";
  return [
    ...(platform.argoRollouts !== undefined
      ? []
      : [
          {
            key: "platform.argoRollouts.enabled",
            expected: `true where new versions of services are judged (${names})`,
            got: "false",
          },
        ]),
    ...judged.flatMap(([name, { metrics }]) =>
      measuredByMesh || metrics !== undefined
        ? []
        : [
            {
              key: "platform.istio.enabled",
              expected: `true, and not ambient, where ${name} has no metrics of its own by which its new versions are judged`,
              got: "false",
            },
          ],
    ),
  ];
}

function checkDelivered({
  platform,
  secrets = {},
  services = {},
}: Pick<Blueprint, "platform" | "secrets"> & Partial<Pick<Blueprint, "services">>): ConfigProblem[] {
  const delivered = Object.entries(secrets).flatMap(([key, { delivery }]) =>
    delivery === "variable" ? [key] : [],
  );
  const usersOf = (store: string) =>
    Object.entries(services).flatMap(([service, { stores = {} }]) =>
      stores[store] === undefined ? [] : [service],
    );
  return [
    ...missing(platform, "externalSecrets", "the blueprint delivers secrets as variables", delivered),
    ...missing(platform, "flagd", "services of the blueprint ask for flags", usersOf("flags")),
    ...missing(platform, "vault", "services of the blueprint use Vault", usersOf("vault")),
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
