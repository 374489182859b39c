import * as pulumi from "@pulumi/pulumi";
import type {
  Admission,
  CaBundle,
  Grantable,
  ServiceToken,
  WorkloadIdentity,
} from "../identity/workloadIdentity";
import type { Placement, SpotNodes } from "../cluster/nodeProvisioning";
import { SecureNamespace, type SecureNamespaceArgs } from "../platform/namespace";
import type { Destination } from "../platform/networkPolicy";
import type { WayInKind } from "../traffic/wayIn";
import type { Membership } from "./membership";
import { planPeers, planQuota, planWorkload, type StatedQuota } from "./plan";
import { registrySecret, type RegistryCredentials } from "./registrySecret";
import type { WorkloadSpec } from "./spec";
import type { Telemetry } from "./telemetry";
import { Workload, type WorkloadArgs } from "./workload";

/** A store that the services of a system may use. */
export interface SystemStore {
  readonly store: Grantable;
  /** Where it answers, for the network policies of those that use it. */
  readonly destinations: readonly Destination[];
}

/** Arguments of a {@link System}. */
export interface SystemArgs {
  /** Name of the system, and its namespace. */
  readonly blueprint: {
    readonly name: string;
    readonly namespace: string;
    readonly services: Readonly<Record<string, WorkloadSpec>>;
    /** @default - what the services need at their highest */
    readonly quota?: StatedQuota;
  };
  /** What stands before each service's image repository, such as `ghcr.io/acme`. */
  readonly imageRegistry: string;
  /**
   * Who pulls images from that registry.
   *
   * @default - the nodes, by their own identity, or anyone
   */
  readonly registryCredentials?: RegistryCredentials;
  /** DNS name under which the services' routes are served. */
  readonly domain: string;
  /**
   * How requests get into the cluster.
   *
   * @default `defaultWayIn`
   */
  readonly wayIn?: WayInKind;
  /** Stores by the names that the services use. */
  readonly stores: Readonly<Record<string, SystemStore>>;
  /**
   * What a pod says to run on nodes made to measure.
   *
   * @default - the cluster makes none, and no service may ask for one
   */
  readonly provisionedNodes?: Placement;
  /**
   * Nodes on spot that the cloud makes below pods that ask for some.
   *
   * @default - none
   */
  readonly spotNodes?: SpotNodes;
  /** Makes the cloud's identity of a service account. */
  readonly identify: (
    name: string,
    serviceAccount: string,
    opts: pulumi.ComponentResourceOptions,
  ) => WorkloadIdentity;
  /** What must stand before a service can run: nodes, the kinds of its custom resources. */
  readonly ready: readonly pulumi.Resource[];
  /** Where pods fetch their identity's credentials, on the node. */
  readonly identityEndpoints: readonly Destination[];
  /**
   * Makes in the system's namespace what has to be there before its pods.
   *
   * @default - nothing has to
   */
  readonly prepareNamespace?: (
    name: string,
    namespace: pulumi.Output<string>,
    opts: { readonly parent: pulumi.Resource },
  ) => readonly pulumi.Resource[];
  /**
   * The mesh that it is a part of.
   *
   * @default - none
   */
  readonly mesh?: Membership;
  /**
   * Makes Argo Rollouts, which may act in the system's namespace and has to stand before the services whose strategy it
   * carries out.
   *
   * @default - there is none, and all of them are `rolling`
   */
  readonly rollouts?: (namespace: pulumi.Output<string>) => pulumi.Resource;
  /**
   * Who answers the queries by which their new versions are judged.
   *
   * @default - the platform's Prometheus
   */
  readonly metricsUrl?: string;
  /**
   * Where its services send the spans of their traces.
   *
   * @default - nowhere
   */
  readonly telemetry?: Telemetry;
}

/**
 * The services of a system: a namespace that starts closed and has room for all of them, and each service with its
 * identity, its grants and the traffic it needs. All of it follows from the services' entries.
 */
export class System extends pulumi.ComponentResource {
  /** Where the system is served. */
  public readonly url: string;
  /** Its namespace; whoever uses it waits for the namespace. */
  public readonly namespaceName: pulumi.Output<string>;
  /** Identities of those of its services that have one, by the service's name. */
  public readonly identities: Readonly<Record<string, WorkloadIdentity>>;
  /** Argo Rollouts, where it is there for them. */
  public readonly rollouts: pulumi.Resource | undefined;
  /** Its services' pods, by the services' names. */
  public readonly pods: Readonly<Record<string, pulumi.Resource>>;

  constructor(name: string, args: SystemArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:workload:System", name, {}, opts);
    const { blueprint, domain, mesh } = args;
    const peers = planPeers(blueprint.services);
    const child = { parent: this, dependsOn: [...args.ready] };

    // its services wait; it needs no node itself
    const namespace = new SecureNamespace(`${name}-namespace`, namespaceOf(args), { parent: this });
    const prepared = [args.prepareNamespace, mesh?.prepareNamespace].flatMap(
      (prepare) => prepare?.(`${name}-namespace`, namespace.namespaceName, { parent: namespace }) ?? [],
    );
    const ready = [...args.ready, ...prepared];
    const controller = args.rollouts?.(namespace.namespaceName);
    this.rollouts = controller;
    const imagePullSecrets = pullSecrets(`${name}-registry`, args, namespace.namespaceName, child);
    const identities: Record<string, WorkloadIdentity> = {};
    const pods: Record<string, pulumi.Resource> = {};
    for (const [service, spec] of Object.entries(blueprint.services)) {
      const used = storesUsed(service, spec, args.stores);
      const admitted = admit(
        `${name}-${service}-identity`,
        { service, args, used, namespace: [namespace] },
        child,
      );
      if (admitted !== undefined) identities[service] = admitted.identity;
      const host = hostOf(spec, domain);
      const destinations = used.flatMap((store) => store.destinations);
      const workload = new Workload(
        `${name}-${service}`,
        {
          service,
          spec: withRegistry(spec, args.imageRegistry),
          system: blueprint.name,
          namespace: namespace.namespaceName,
          ...(peers[service] !== undefined && { peers: peers[service] }),
          ...(admitted !== undefined && signingIn(admitted, used, args.identityEndpoints)),
          stores: destinations,
          imagePullSecrets,
          ...(mesh !== undefined && { mesh: mesh.of(planWorkload(service, spec), destinations) }),
          ...placedBy(service, spec, args),
          ...(host !== undefined && { host }),
          ...toldToAll(args),
          ...(controller !== undefined && {
            rollouts: {
              controller,
              namespace: blueprint.namespace,
              ...(args.metricsUrl !== undefined && { metricsUrl: args.metricsUrl }),
            },
          }),
        },
        { ...child, dependsOn: admitted === undefined ? [...ready] : [...ready, admitted.identity] },
      );
      pods[service] = workload.pods;
    }

    this.url = `https://${domain}`;
    this.namespaceName = namespace.namespaceName;
    this.identities = identities;
    this.pods = pods;
    this.registerOutputs({ url: this.url });
  }
}

function namespaceOf({ blueprint, mesh }: SystemArgs): SecureNamespaceArgs {
  return {
    namespace: blueprint.namespace,
    quota: planQuota(blueprint.services, blueprint.quota, mesh?.perPod),
    labels: mesh?.namespaceLabels ?? {},
  };
}

/** What a service is told that uses stores. */
function signingIn(
  { identity, connections }: Admitted,
  used: readonly UsedStore[],
  identityEndpoints: readonly Destination[],
): Pick<
  WorkloadArgs,
  "serviceAccountAnnotations" | "connections" | "caBundles" | "serviceTokens" | "identityEndpoints"
> {
  return {
    serviceAccountAnnotations: identity.serviceAccountAnnotations,
    connections,
    caBundles: caBundlesOf(used),
    serviceTokens: serviceTokensOf(used),
    identityEndpoints,
  };
}

/** What every service is told alike. */
function toldToAll({ wayIn, telemetry }: SystemArgs): Pick<WorkloadArgs, "wayIn" | "telemetry"> {
  return { ...(wayIn !== undefined && { wayIn }), ...(telemetry !== undefined && { telemetry }) };
}

/** A service that asks for nodes made to measure gets what its pods have to say for them, as each does for nodes on spot. */
function placedBy(
  service: string,
  { provisionedNodes = false }: WorkloadSpec,
  { provisionedNodes: placement, spotNodes }: Pick<SystemArgs, "provisionedNodes" | "spotNodes">,
): Pick<WorkloadArgs, "placement" | "spotNodes"> {
  const spot = spotNodes === undefined ? {} : { spotNodes };
  if (!provisionedNodes) return spot;
  if (placement === undefined) {
    throw new RangeError(
      `${service}.provisionedNodes: expected a cluster that makes nodes to measure, got none`,
    );
  }
  return { ...spot, placement };
}

/** Names of the Secrets with which all services' images are pulled: one, where the registry asks for a password. */
function pullSecrets(
  name: string,
  { imageRegistry, registryCredentials }: SystemArgs,
  namespace: pulumi.Output<string>,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Output<string>[] {
  if (registryCredentials === undefined) return [];
  const args = { ...registryCredentials, namespace, registry: imageRegistry };
  return [registrySecret(name, args, opts).metadata.name];
}

type UsedStore = SystemStore & { readonly key: string; readonly access: "read" | "readWrite" };

function storesUsed(
  service: string,
  { stores = {} }: WorkloadSpec,
  known: Readonly<Record<string, SystemStore>>,
): readonly UsedStore[] {
  return Object.entries(stores).map(([key, access]) => {
    const store = known[key];
    if (store === undefined) {
      throw new RangeError(`${service}.stores: expected one of ${Object.keys(known).join(", ")}, got ${key}`);
    }
    return { ...store, key, access };
  });
}

function caBundlesOf(used: readonly UsedStore[]): Readonly<Record<string, CaBundle>> {
  return Object.fromEntries(
    used.flatMap(({ key, store: { caBundle } }) => (caBundle === undefined ? [] : [[key, caBundle]])),
  );
}

function serviceTokensOf(used: readonly UsedStore[]): readonly ServiceToken[] {
  return used.flatMap(({ store: { serviceToken } }) => serviceToken ?? []);
}

/** A service as its stores know it. */
interface Admitted {
  readonly identity: WorkloadIdentity;
  /** How to reach the stores, and whom to sign in as. */
  readonly connections: Admission;
}

/** The identity of a service that uses stores, let into each of them; a service without stores needs none. */
function admit(
  name: string,
  {
    service,
    args,
    used,
    namespace,
  }: {
    service: string;
    args: SystemArgs;
    used: readonly UsedStore[];
    /** Where a store may put what is secret. */
    namespace: readonly pulumi.Resource[];
  },
  opts: pulumi.ComponentResourceOptions,
): Admitted | undefined {
  if (used.length === 0) return undefined;
  const identity = args.identify(name, service, opts);
  const connections: Record<string, Admission[string]> = {};
  for (const { store, key, access } of used) {
    const signIn = store.grant(`${name}-${key}`, identity, access, {
      parent: identity,
      dependsOn: [...namespace],
    });
    Object.assign(connections, store.connection, signIn);
  }
  return { identity, connections };
}

/** DNS names under which the services' routes are served. */
export function hostsOf(services: Readonly<Record<string, WorkloadSpec>>, domain: string): readonly string[] {
  return [...new Set(Object.values(services).flatMap((spec) => hostOf(spec, domain) ?? []))];
}

/** DNS name under which a service's route is served; `undefined` of one without. */
export function hostOf({ route }: WorkloadSpec, domain: string): string | undefined {
  if (route === undefined) return undefined;
  return route.subdomain === undefined ? domain : `${route.subdomain}.${domain}`;
}

function withRegistry(spec: WorkloadSpec, registry: string): WorkloadSpec {
  return { ...spec, image: { ...spec.image, repository: `${registry}/${spec.image.repository}` } };
}
