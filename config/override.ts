import type { Blueprint } from "../blueprints/blueprint";
import { replicaBounds } from "../blueprints/presets";
import type { CompleteFile } from "./complete";
import { type ConfigProblem, show } from "./errors";
import { platformOf } from "./platform";
import { present } from "./present";
import type { StackFile } from "./schema";

/** What the stack file says takes the place of what the blueprint says; a name the blueprint lacks is a problem. */
export function override(blueprint: Blueprint, file: CompleteFile, problems: ConfigProblem[]): Blueprint {
  return {
    ...blueprint,
    nodePools:
      blueprint.podRuntime === "serverless"
        ? {}
        : overrideEach(blueprint.nodePools, file.cluster.nodePools, "cluster.nodePools", problems),
    ...overrideProvisioning(blueprint, file, problems),
    monitoring: { ...blueprint.monitoring, ...present(file.monitoring) },
    platform: platformOf(blueprint.platform, file.platform),
    ...overrideQueues(blueprint, file, problems),
    services: overrideServices(blueprint.services, file.services, problems),
  };
}

function overrideProvisioning(
  { name, nodeProvisioning: base }: Blueprint,
  { cluster: { nodeProvisioning: change } }: CompleteFile,
  problems: ConfigProblem[],
): Pick<Blueprint, "nodeProvisioning"> {
  if (change === undefined) return {};
  if (base !== undefined) return { nodeProvisioning: { ...base, ...present(change) } };
  problems.push({
    key: "cluster.nodeProvisioning",
    expected: `no key where groundwork:blueprint is ${name}, which asks for no such nodes`,
    got: show(change),
  });
  return {};
}

function overrideServices(
  base: Blueprint["services"],
  changes: StackFile["services"],
  problems: ConfigProblem[],
): Blueprint["services"] {
  const wanted = Object.entries(changes).map(([name, change]) => {
    const { tag, digest, minReplicas, maxReplicas, spot, scaling, slos } = change;
    const service = base[name];
    if (service === undefined) return [name, {}] as const;
    return [
      name,
      {
        image: { ...service.image, ...present({ tag, digest }) },
        replicas: { ...replicaBounds(service), ...present({ min: minReplicas, max: maxReplicas }) },
        ...present({ spot }),
        ...overrideRoute(`services.${name}.route`, service, change, problems),
        ...(scaling !== undefined && { scaling: { ...service.scaling, ...present(scaling) } }),
        ...(slos !== undefined && { slos: { ...service.slos, ...present(slos) } }),
      },
    ] as const;
  });
  const merged = overrideEach(base, Object.fromEntries(wanted), "services", problems);
  return Object.fromEntries(
    Object.entries(merged).map(([name, service]) => [
      name,
      overrideTasks(`services.${name}`, service, changes[name], problems),
    ]),
  );
}

/** What a service does beside serving can be left out, not asked for. */
function overrideTasks(
  key: string,
  service: Blueprint["services"][string],
  change: StackFile["services"][string] | undefined,
  problems: ConfigProblem[],
): Blueprint["services"][string] {
  const { migration, cronJobs, ...others } = service;
  const { migrate, cronJobs: runs } = change ?? {};
  const unasked = (field: string, why: string) =>
    problems.push({ key: `${key}.${field}`, expected: `no true, as the service ${why}`, got: "true" });
  if (migrate === true && migration === undefined) unasked("migrate", "has no migration");
  if (runs === true && cronJobs === undefined) unasked("cronJobs", "does nothing at certain times");
  return {
    ...others,
    ...(migration !== undefined && migrate !== false && { migration }),
    ...(cronJobs !== undefined && runs !== false && { cronJobs }),
  };
}

/** Of a service that nobody reaches from the internet there is nothing to say. */
function overrideRoute(
  key: string,
  { route: base }: Blueprint["services"][string],
  { route: change }: StackFile["services"][string],
  problems: ConfigProblem[],
): Pick<Blueprint["services"][string], "route"> {
  if (change === undefined) return {};
  if (base !== undefined) return { route: { ...base, ...present(change) } };
  problems.push({ key, expected: "no key, as the service has no route", got: show(change) });
  return {};
}

function overrideEach<T extends object>(
  base: Readonly<Record<string, T>>,
  changes: Readonly<Record<string, object>>,
  key: string,
  problems: ConfigProblem[],
): Record<string, T> {
  const merged: Record<string, T> = { ...base };
  for (const [name, change] of Object.entries(changes)) {
    const from = base[name];
    if (from !== undefined) merged[name] = { ...from, ...present(change) };
    else {
      problems.push({ key: `${key}.${name}`, expected: `one of ${Object.keys(base).join(", ")}`, got: name });
    }
  }
  return merged;
}

/** Of queues that a system does not have nothing can be asked. */
function overrideQueues(
  { name, queues }: Blueprint,
  { queues: changes }: CompleteFile,
  problems: ConfigProblem[],
): Pick<Blueprint, "queues"> {
  if (queues !== undefined) return { queues: overrideEach(queues, changes, "queues", problems) };
  const expected = `no key where groundwork:blueprint is ${name}, which has no queues`;
  problems.push(...Object.keys(changes).map((queue) => ({ key: `queues.${queue}`, expected, got: queue })));
  return {};
}
