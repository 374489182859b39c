import { PeerAuthentication } from "@kubernetes-models/istio/security.istio.io/v1beta1/PeerAuthentication";
import * as pulumi from "@pulumi/pulumi";
import { customResource, type Model } from "../platform/customResource";
import type { Destination } from "../platform/networkPolicy";
import { podMonitor } from "../platform/podMonitor";
import { selectorLabels } from "../workload/labels";
import { planPeers, planWorkload } from "../workload/plan";
import { tasksOf } from "../workload/tasks";
import { hostOf, type SystemStore } from "../workload/system";
import type { WorkloadSpec } from "../workload/spec";
import { callersAllowed, hostsAllowed, wayOutAllowed } from "./authorization";
import { istioAlerts } from "./alerts";
import { type Member, type OutsideStore, storesInNetwork, usesPublicStores } from "./members";
import type { Mesh } from "./mesh";
import { hostEntry, memberSidecar, nameOf, publicStoresEntry, storeEntry, taskSidecar } from "./registry";
import {
  callRule,
  changedByRollouts,
  egressGateway,
  hostRoutes,
  ingressGateway,
  isSplit,
  splitCalls,
  splitWayIn,
  versionsRule,
  wayOut,
  wayOutRule,
} from "./routing";

/** Arguments of {@link SystemMesh}. */
export interface SystemMeshArgs {
  readonly mesh: Mesh;
  readonly blueprint: {
    readonly name: string;
    readonly namespace: string;
    readonly services: Readonly<Record<string, WorkloadSpec>>;
  };
  /** The system's namespace, which is there. */
  readonly namespace: pulumi.Output<string>;
  /** DNS name under which the services' routes are served. */
  readonly domain: string;
  /** Stores by the names that the services use. */
  readonly stores: Readonly<Record<string, Pick<SystemStore, "destinations">>>;
  /**
   * Where members send the spans of their traces, outside the mesh.
   *
   * @default - nowhere
   */
  readonly telemetry?: Destination;
  /** Names at which the cloud's own APIs answer pods at public addresses. */
  readonly publicStoreHosts: readonly string[];
}

/** An object of the mesh: its name after the component's, where it stands, what it is, and what of it others change. */
type Rule = readonly [
  key: string,
  namespace: pulumi.Output<string>,
  model: Model,
  changed?: readonly string[],
];

/**
 * What the mesh is told of a system, all of it from the services' entries: who calls whom, by which path requests come in, which
 * stores there are, and which hosts are registered. What is not said here does not pass.
 */
export class SystemMesh extends pulumi.ComponentResource {
  constructor(name: string, args: SystemMeshArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:mesh:SystemMesh", name, {}, opts);
    const { mesh, blueprint, namespace } = args;
    // of Istio's kinds, and judged by it before they are kept
    const child: pulumi.CustomResourceOptions = { parent: this, dependsOn: mesh.release };
    const members = membersOf(args);

    const rules: readonly Rule[] = [
      ...memberRules(args, members),
      ...wayIn(args, members),
      ...registered(args, members),
      ...hostsRegistered(args, members),
    ];
    for (const [key, where, model, changed] of rules) {
      const ruleOpts = changed === undefined ? child : { ...child, ignoreChanges: [...changed] };
      customResource(`${name}-${key}`, { model, namespace: where }, ruleOpts);
    }
    const knowsRequests = mesh.plan.mode === "sidecar";
    if (knowsRequests) {
      podMonitor(
        `${name}-sidecars`,
        {
          namespace,
          monitor: "sidecars",
          podLabels: { "app.kubernetes.io/part-of": blueprint.name },
          port: "http-envoy-prom",
          path: "/stats/prometheus",
        },
        child,
      );
    }
    istioAlerts(
      `${name}-alerts`,
      { namespace: mesh.ingressNamespace, system: blueprint.namespace, knowsRequests },
      child,
    );
    this.registerOutputs({});
  }
}

function membersOf({
  blueprint: { services },
  stores,
  domain,
  telemetry,
}: SystemMeshArgs): readonly Member[] {
  const peers = planPeers(services);
  return Object.entries(services).map(([service, spec]) => ({
    plan: planWorkload(service, spec),
    peers: peers[service] ?? { callers: [], callees: {} },
    stores: {
      ...Object.fromEntries(
        Object.keys(spec.stores ?? {}).map((store) => [store, stores[store]?.destinations ?? []]),
      ),
      ...(telemetry !== undefined && { telemetry: [telemetry] }),
    },
    host: hostOf(spec, domain),
  }));
}

/** Who calls each of them and how, and what it knows of itself. */
function memberRules(
  { mesh, blueprint, namespace, publicStoreHosts }: SystemMeshArgs,
  members: readonly Member[],
): readonly Rule[] {
  const { mode, egressHosts } = mesh.plan;
  const facts = { namespace: blueprint.namespace, publicStoreHosts, egressHosts };
  return members.flatMap((member): readonly Rule[] => {
    const { plan } = member;
    const { service, port, metrics, tasks } = plan;
    const allowed = callersAllowed(blueprint.namespace, member, mode === "ambient");
    return [
      ...(allowed === undefined ? [] : [[`${service}-callers`, namespace, allowed] as const]),
      ...(port === undefined
        ? []
        : [[`${service}-calls`, namespace, callRule(blueprint.namespace, plan, mode)] as const]),
      ...(isSplit(plan, mode) ? splitRules(blueprint.namespace, namespace, plan) : []),
      ...(mode === "sidecar"
        ? [[`${service}-sidecar`, namespace, memberSidecar(member, facts)] as const]
        : []),
      ...(mode === "sidecar" && tasksOf(tasks).length > 0
        ? [[`${service}-tasks-sidecar`, namespace, taskSidecar(member, facts)] as const]
        : []),
      ...(mode === "ambient" && metrics !== undefined
        ? [[`${service}-metrics`, namespace, plainMetrics(service, metrics.port)] as const]
        : []),
    ];
  });
}

/** Which versions a service has, and how the parts of a service's requests come to its versions, from within and from the way in. */
function splitRules(
  namespaceName: string,
  namespace: pulumi.Output<string>,
  { service, route }: Member["plan"],
): readonly Rule[] {
  const { versions, split } = changedByRollouts;
  return [
    [`${service}-versions`, namespace, versionsRule(namespaceName, service), versions],
    [`${service}-split`, namespace, splitCalls(namespaceName, service), split],
    ...(route === undefined
      ? []
      : [[`${service}-way-in`, namespace, splitWayIn(namespaceName, service), split] as const]),
  ];
}

/** Prometheus has no certificate: on this one port it needs none, and its network policy lets nobody else to it. */
function plainMetrics(service: string, port: number): PeerAuthentication {
  return new PeerAuthentication({
    metadata: { name: `${service}-metrics` },
    spec: {
      selector: { matchLabels: selectorLabels(service) },
      mtls: { mode: "STRICT" },
      portLevelMtls: { [`${port}`]: { mode: "PERMISSIVE" } },
    },
  });
}

/** From the ingress controller to the services with a route. */
function wayIn({ mesh, blueprint }: SystemMeshArgs, members: readonly Member[]): readonly Rule[] {
  const where = mesh.ingressNamespace;
  const hosts = [...new Set(members.flatMap(({ host }) => host ?? []))];
  return [
    ["ingress-gateway", where, ingressGateway(mesh.wayIn)],
    ["ingress-hosts", where, hostsAllowed(hosts, mesh.wayIn)],
    ...hosts.map((host): Rule => {
      const served = members.filter((member) => member.host === host);
      return [
        `ingress-${nameOf(host)}`,
        where,
        hostRoutes(blueprint.namespace, host, served, mesh.plan.mode),
      ];
    }),
  ];
}

/** The stores, which are all outside. An ambient mesh passes on what it does not know: network policies alone say. */
function registered(
  { mesh, namespace, publicStoreHosts }: SystemMeshArgs,
  members: readonly Member[],
): readonly Rule[] {
  if (mesh.plan.mode === "ambient") return [];
  const stores = new Map<string, OutsideStore>(
    members.flatMap((member) => Object.entries(storesInNetwork(member))),
  );
  return [
    ...[...stores].map(([store, outside]): Rule => [`store-${store}`, namespace, storeEntry(store, outside)]),
    ...(members.some(usesPublicStores)
      ? [["public-stores", namespace, publicStoresEntry(publicStoreHosts)] as const]
      : []),
  ];
}

/** Hosts of the internet, by way of the egress gateway. */
function hostsRegistered(
  { mesh: { plan, egressNamespace }, blueprint, namespace }: SystemMeshArgs,
  members: readonly Member[],
): readonly Rule[] {
  const { egressHosts = [] } = plan;
  if (egressNamespace === undefined) return [];
  const callers = members.flatMap(({ plan: { service, internetEgress = false } }) =>
    internetEgress ? [service] : [],
  );
  return [
    ["egress-gateway", egressNamespace, egressGateway(egressHosts)],
    ["egress-hosts", egressNamespace, wayOutAllowed(blueprint.namespace, callers, egressHosts)],
    ["egress-rule", namespace, wayOutRule(egressHosts)],
    ...egressHosts.flatMap((host): readonly Rule[] => [
      [`egress-${nameOf(host)}`, namespace, hostEntry(host)],
      [`egress-${nameOf(host)}-route`, namespace, wayOut(host)],
    ]),
  ];
}
