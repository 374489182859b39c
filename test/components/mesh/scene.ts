import type { IstioSpec } from "../../../components/mesh/istioSpec";
import { Mesh } from "../../../components/mesh/mesh";
import { SystemMesh } from "../../../components/mesh/systemMesh";
import { type Destination, internet } from "../../../components/platform/networkPolicy";
import type { WayInKind } from "../../../components/traffic/wayIn";
import { System } from "../../../components/workload/system";
import type { WorkloadSpec } from "../../../components/workload/spec";
import type { PlanResource } from "../../../preview/plan";
import { run } from "../../support/run";

const base = {
  image: { repository: "shop", tag: "1" },
  replicas: 2,
  resources: { cpu: "100m", memory: "128Mi" },
  metrics: { port: 9464 },
} as const;

/** A web site, what it calls, a worker that nobody calls, and one who calls the internet. */
export const services: Readonly<Record<string, WorkloadSpec>> = {
  web: { ...base, port: 3000, route: { path: "/" }, calls: ["orders"] },
  orders: { ...base, port: 8080, route: { path: "/orders" }, calls: ["mailer"] },
  mailer: { ...base, port: 8080, internetEgress: true },
  worker: { ...base, probes: { liveness: { command: ["true"] } } },
};

const destinations = {
  postgres: [{ cidrs: ["10.0.128.0/18"], ports: [5432] }],
  bucket: [internet(443)],
  search: [{ namespace: "search", podLabels: {}, ports: [9200] }],
  mongo: [{ cidrs: ["10.0.128.0/18"], ports: [{ from: 1024, to: 65535 }] }],
};

/** The mesh of a shop, as the program makes it. */
export async function shopInMesh(
  spec: IstioSpec = {},
  highlyAvailable = true,
  shop: Readonly<Record<string, WorkloadSpec>> = services,
  { wayIn = "ingress", telemetry }: { readonly wayIn?: WayInKind; readonly telemetry?: Destination } = {},
): Promise<readonly PlanResource[]> {
  const { resources } = await run(() => {
    const mesh = new Mesh("mesh", {
      spec,
      highlyAvailable,
      nodeSelector: { pool: "system" },
      identityEndpoints: [{ cidrs: ["169.254.170.23/32"], ports: [80] }],
      system: { namespace: "shop", services: shop },
      cniFolder: "/opt/cni/bin",
      wayIn,
    });
    const blueprint = { name: "shop", namespace: "shop", services: shop };
    const system = new System("shop", {
      blueprint,
      imageRegistry: "registry.example.com",
      domain: "shop.example.com",
      wayIn,
      stores: {},
      // stands for Argo Rollouts
      rollouts: () => mesh.release,
      identify: () => {
        throw new Error("expected no service with an identity");
      },
      identityEndpoints: [],
      ready: mesh.ready,
      mesh: mesh.membership,
    });
    return new SystemMesh("rules", {
      mesh,
      blueprint: { ...blueprint, services: withStores(shop) },
      namespace: system.namespaceName,
      domain: "shop.example.com",
      stores: Object.fromEntries(
        Object.entries(destinations).map(([key, at]) => [key, { destinations: at }]),
      ),
      publicStoreHosts: ["*.objects.example.com"],
      ...(telemetry !== undefined && { telemetry }),
    });
  });
  return resources;
}

/** `orders` with a store of each sort. */
function withStores(shop: Readonly<Record<string, WorkloadSpec>>): Readonly<Record<string, WorkloadSpec>> {
  const { orders, ...others } = shop;
  if (orders === undefined) return shop;
  return {
    ...others,
    orders: {
      ...orders,
      stores: { postgres: "readWrite", bucket: "read", search: "read", mongo: "read" },
    },
  };
}

/** The objects of one kind of Istio's, by namespace and name. */
export function objectsOf(
  resources: readonly PlanResource[],
  kind: string,
): Readonly<Record<string, Record<string, unknown>>> {
  return Object.fromEntries(
    resources.flatMap(({ type, inputs }) => {
      if (!type.includes(".istio.io/") || !type.endsWith(`:${kind}`)) return [];
      const { name, namespace } = inputs["metadata"] as { name: string; namespace: string };
      return [[`${namespace}/${name}`, inputs["spec"] as Record<string, unknown>]];
    }),
  );
}

/** Values of a release, by its logical name. */
export function valuesOf(resources: readonly PlanResource[], name: string): Record<string, unknown> {
  const release = resources.find(
    (resource) => resource.type === "kubernetes:helm.sh/v3:Release" && resource.name === name,
  );
  if (release === undefined) throw new Error(`no release ${name}`);
  return release.inputs["values"] as Record<string, unknown>;
}
