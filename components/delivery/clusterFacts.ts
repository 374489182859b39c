import * as pulumi from "@pulumi/pulumi";
import type { Cloud, Environment } from "../cloud";
import { gatewayName, ingressClassName, namespaces } from "../platform/names";
import type { WayInKind } from "../traffic/wayIn";

/** What stands before the name of each fact. */
export const factPrefix = "groundwork.dev/";

/** What applications need to know of where they run. Nothing of it is secret. */
export interface ClusterFacts {
  readonly cloud: Cloud;
  readonly environment: Environment;
  readonly region: string;
  /** Account (AWS) or project (GCP). */
  readonly account: string;
  readonly clusterName: pulumi.Input<string>;
  readonly system: string;
  readonly domain: string;
  /** DNS names that the program itself serves. */
  readonly hosts: readonly string[];
  /** Of the domain's zone, as the cloud's API takes it. */
  readonly zoneId: pulumi.Input<string>;
  readonly wayIn: WayInKind;
  /** What stands before the names of the system's images. */
  readonly imageRegistry: string;
  readonly storageClass: string;
  /** Connection of each store, by its name: environment variables without any credential. */
  readonly stores: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string>>>>>;
  /** Identity of each service that has one: a role's ARN (AWS), a service account's e-mail address (GCP). */
  readonly identities: Readonly<Record<string, pulumi.Input<string>>>;
}

/** Facts that every cluster has, and what each is. */
export const factMeanings = {
  account: "account (AWS) or project (GCP)",
  cloud: "`aws` or `gcp`",
  cluster: "name of the cluster at the cloud",
  domain: "DNS name of the system",
  environment: "`dev`, `staging` or `prod`",
  hosts: "DNS names that the program itself serves, a JSON list",
  "image-registry": "what stands before the names of the system's images",
  region: "region at the cloud",
  "storage-class": "default, encrypted StorageClass",
  system: "name of the system",
  "way-in": "`gateway` or `ingress`",
  "way-in-name":
    "namespace and name of the Gateway that routes attach to, or the `ingressClassName` of Ingress objects",
  "zone-id": "the domain's zone: its id (AWS) or its name (GCP)",
} as const;

/** One of {@link factMeanings}. */
export type FactName = keyof typeof factMeanings;

/** Facts of which there is one for each store, or each service, by what their names begin with. */
export const factFamilies = {
  "identity-": "identity of a service: its role's ARN (AWS) or service account's e-mail address (GCP)",
  "store-": "connection of a store: environment variables and their values, a JSON object",
} as const;

/** Facts as the annotations of the cluster's Secret, by the same names on every cloud. */
export function factAnnotations(facts: ClusterFacts): Readonly<Record<string, pulumi.Input<string>>> {
  const { cloud, environment, region, account, system, domain, hosts, wayIn, stores, identities } = facts;
  const single: Readonly<Record<FactName, pulumi.Input<string>>> = {
    account,
    cloud,
    cluster: facts.clusterName,
    domain,
    environment,
    hosts: JSON.stringify(hosts),
    "image-registry": facts.imageRegistry,
    region,
    "storage-class": facts.storageClass,
    system,
    "way-in": wayIn,
    "way-in-name": wayIn === "gateway" ? `${namespaces.gateway}/${gatewayName}` : ingressClassName,
    "zone-id": facts.zoneId,
  };
  const many = [
    ...Object.entries(identities).map(([service, identity]) => [`identity-${service}`, identity] as const),
    ...Object.entries(stores).map(
      ([store, connection]) =>
        [`store-${store}`, pulumi.output(connection).apply((values) => JSON.stringify(values))] as const,
    ),
  ];
  return Object.fromEntries(
    [...Object.entries(single), ...many].map(([fact, value]) => [`${factPrefix}${fact}`, value]),
  );
}

/** Facts by which clusters are told apart, as labels. */
export function factLabels({
  cloud,
  environment,
  region,
  system,
}: ClusterFacts): Readonly<Record<string, string>> {
  const labels = { cloud, environment, region, system };
  return Object.fromEntries(Object.entries(labels).map(([fact, value]) => [`${factPrefix}${fact}`, value]));
}

/**
 * What a chart of an application finds below `platform` of its values: the facts, with `stores` and `identities` by name. A
 * template of an ApplicationSet, filled in from the cluster's Secret.
 */
export function factValues({ stores, identities }: Pick<ClusterFacts, "stores" | "identities">): string {
  const annotation = (fact: string) => `index .metadata.annotations "${factPrefix}${fact}"`;
  const quoted = (fact: string) => `{{ ${annotation(fact)} | toJson }}`;
  // of these the text is JSON already
  const whole = (fact: string) => `{{ ${annotation(fact)} }}`;
  const single = Object.keys(factMeanings).map(
    (fact) => `  ${camel(fact)}: ${fact === "hosts" ? whole(fact) : quoted(fact)}`,
  );
  const byName = (key: string, names: readonly string[], line: (of: string) => string) =>
    names.length === 0
      ? [`  ${key}: {}`]
      : [`  ${key}:`, ...names.map((of) => `    ${JSON.stringify(of)}: ${line(of)}`)];
  return [
    "platform:",
    ...single,
    ...byName("identities", Object.keys(identities), (service) => quoted(`identity-${service}`)),
    ...byName("stores", Object.keys(stores), (store) => whole(`store-${store}`)),
    "",
  ].join("\n");
}

/** A fact's name as Helm's values are named. */
export function camel(fact: string): string {
  return fact.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
