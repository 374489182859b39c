import type { Blueprint } from "../blueprints/blueprint";
import { secretName } from "../components/secrets/secret";
import { type ComposeFile, type ComposeService, fromEnvironmentFile } from "./composeFile";
import { gateway, gatewayConfig } from "./gateway";
import { localServices, networks, serviceFiles, type ServiceSource } from "./services";
import { mongo, search } from "./stores/documents";
import { flags } from "./stores/flags";
import { kafka, type LocalQueues, queues, redis } from "./stores/messages";
import { bucket, vectors } from "./stores/objects";
import { mysql, postgres } from "./stores/relational";
import type { LocalContainer, LocalStore } from "./stores/store";

/** Arguments of {@link composeOf}. */
export interface ComposeArgs {
  readonly blueprint: Blueprint;
  /**
   * What services are made from that have code of their own.
   *
   * @default {} - from the samples
   */
  readonly sources?: Readonly<Record<string, ServiceSource>>;
  /** Folder of the samples, as the compose file sees it. */
  readonly samplesFolder: string;
}

/** A system on one machine. */
export interface LocalSystem {
  readonly file: ComposeFile;
  /** What its configs say, by the files' paths from its own folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Names of the passwords that the `.env` file must have. */
  readonly passwords: readonly string[];
  /** Stores that services name and that are not here, by who names them. */
  readonly leftOut: Readonly<Record<string, readonly string[]>>;
}

/**
 * A system as docker compose runs it: its services, closed as their pods are, each with what its pod is told; its stores, one
 * container each; and a way in.
 *
 * @throws RangeError where a source is of a service that is not there, or a service is named as a store's container
 */
export function composeOf({ blueprint, sources = {}, samplesFolder }: ComposeArgs): LocalSystem {
  const { services, name } = blueprint;
  for (const service of Object.keys(sources)) {
    if (services[service] === undefined) {
      const known = Object.keys(services).join(", ");
      throw new RangeError(`service: expected one of ${known}, got "${service}"`);
    }
  }
  const { stores, contents } = storesOf(blueprint);
  const all = [...new Set(Object.values(stores))];
  const containers: Readonly<Record<string, LocalContainer>> = Object.fromEntries(
    all.flatMap((store) => Object.entries(store.containers)),
  );
  const taken = Object.keys(services).find((service) => service in containers || service === "gateway");
  if (taken !== undefined)
    throw new RangeError(`${taken}: expected another name, as a container here has it`);
  const passwords = [...new Set(all.flatMap((store) => store.passwords))].sort();
  const configs = { gateway: gatewayConfig(services), ...serviceFiles(services), ...contents };
  return {
    file: {
      name: `${name}-local`,
      services: {
        gateway: gateway(),
        ...localServices({ blueprint, stores, sources, samplesFolder }),
        ...Object.fromEntries(
          Object.entries(containers).map(([container, spec]) => [container, completedContainer(spec)]),
        ),
      },
      configs: Object.fromEntries(
        Object.keys(configs).map((config) => [config, { file: `./${configPath(config)}` }]),
      ),
      volumes: Object.fromEntries(
        Object.values(containers)
          .flatMap(({ volumes = [] }) => volumes)
          .map((volume) => [volume.split(":", 1)[0] ?? volume, {}]),
      ),
      networks: { [networks.system]: { internal: true }, [networks.outside]: {} },
    },
    files: Object.fromEntries(
      Object.entries(configs).map(([config, content]) => [configPath(config), content]),
    ),
    passwords,
    leftOut: leftOutOf(blueprint, stores),
  };
}

function configPath(config: string): string {
  return `configs/${config}`;
}

function completedContainer({ once, ...spec }: LocalContainer): ComposeService {
  return {
    ...spec,
    networks: [networks.system],
    // what Milvus does with its disk is more than the profile lets
    security_opt: spec.security_opt ?? ["no-new-privileges:true"],
    restart: once === true ? "no" : "unless-stopped",
  };
}

/** Stores by the names that services have for them, and what files of theirs say. */
function storesOf(blueprint: Blueprint): {
  readonly stores: Readonly<Record<string, LocalStore>>;
  readonly contents: Readonly<Record<string, string>>;
} {
  const { stores, queues: queueSpecs = {}, secrets = {}, platform } = blueprint;
  const sqs = Object.keys(queueSpecs).length > 0 ? queues(queueSpecs) : undefined;
  const flagd = platform.flagd === undefined ? undefined : flags(platform.flagd);
  return {
    stores: {
      bucket: bucket(stores),
      ...given("postgres", stores.postgres, postgres),
      ...given("mysql", stores.mysql, mysql),
      ...given("redis", stores.redis, redis),
      ...given("kafka", stores.kafka, kafka),
      ...given("mongo", stores.mongo, mongo),
      ...given("search", stores.search, search),
      ...given("vectors", stores.vectors, vectors),
      ...given("flags", flagd, (store) => store),
      ...(sqs === undefined ? {} : queuesByName(sqs, Object.keys(queueSpecs))),
      ...Object.fromEntries(Object.keys(secrets).map((key) => [key, localSecret(key)])),
    },
    contents: {
      ...(sqs !== undefined && { queues: sqs.content }),
      ...(flagd !== undefined && { flags: flagd.content }),
    },
  };
}

/** A store where the system has one. */
function given<Spec>(
  key: string,
  spec: Spec | undefined,
  make: (spec: Spec) => LocalStore,
): Readonly<Record<string, LocalStore>> {
  return spec === undefined ? {} : { [key]: make(spec) };
}

/** All queues are in one container, and a service is told of those that it uses. */
function queuesByName(sqs: LocalQueues, names: readonly string[]): Readonly<Record<string, LocalStore>> {
  return Object.fromEntries(
    names.map((queue) => [
      queue,
      {
        ...sqs,
        environment: (service: string) => ({
          ...sqs.environment(service),
          [`${queue.toUpperCase().replaceAll("-", "_")}_QUEUE_URL`]: sqs.urlOf(queue),
        }),
      },
    ]),
  );
}

/** A secret's value itself, as there is no store to ask for it. */
function localSecret(key: string): LocalStore {
  const variable = secretName(key);
  return {
    containers: {},
    ready: {},
    environment: () => ({ [variable]: fromEnvironmentFile(variable) }),
    passwords: [variable],
  };
}

function leftOutOf(
  { services }: Blueprint,
  stores: Readonly<Record<string, LocalStore>>,
): Readonly<Record<string, readonly string[]>> {
  const named = Object.entries(services).flatMap(([service, spec]) =>
    Object.keys(spec.stores ?? {})
      .filter((store) => stores[store] === undefined)
      .map((store) => ({ store, service })),
  );
  return Object.fromEntries(
    [...new Set(named.map(({ store }) => store))].map((store) => [
      store,
      named.filter((one) => one.store === store).map(({ service }) => service),
    ]),
  );
}
