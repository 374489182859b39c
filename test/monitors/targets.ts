import type { PlanResource } from "../../preview/plan";

/** Labels of an object or of its pods. */
export type Labels = Readonly<Record<string, string>>;

/** Which objects are meant, as Kubernetes writes it. */
export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
  }[];
}

/** Pods that run, by what makes them. */
export interface Workload {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Of its pods. */
  readonly labels: Labels;
  readonly ports: readonly { readonly name?: string; readonly port: number }[];
  /** Whether they share their node's address, where no policy is asked. */
  readonly onNode: boolean;
}

export interface Service {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Of pods; none of a Service whose addresses somebody else writes. */
  readonly selector?: Labels;
  readonly ports: readonly {
    readonly name?: string;
    readonly port: number;
    readonly targetPort?: string | number;
  }[];
}

/** A PodMonitor or a ServiceMonitor. */
export interface Monitor {
  readonly kind: "PodMonitor" | "ServiceMonitor";
  readonly name: string;
  readonly namespace: string;
  readonly selector: Selector;
  readonly namespaceSelector?: { readonly any?: boolean; readonly matchNames?: readonly string[] };
  readonly jobLabel?: string;
  readonly endpoints: readonly {
    readonly port?: string;
    readonly targetPort?: string | number;
    /** What Prometheus calls it, where the monitor says so. */
    readonly job?: string;
  }[];
}

/** What a release or a plan makes of what the tests look at. */
export interface Targets {
  readonly workloads: readonly Workload[];
  readonly services: readonly Service[];
  readonly monitors: readonly Monitor[];
}

/** Any object of Kubernetes. */
interface KubernetesObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Labels };
  readonly spec?: Readonly<Record<string, unknown>>;
}

interface Endpoint {
  readonly port?: string;
  readonly targetPort?: string | number;
  readonly relabelings?: readonly { readonly targetLabel?: string; readonly replacement?: string }[];
}

interface PodTemplate {
  readonly metadata?: { readonly labels?: Labels };
  readonly spec: {
    readonly hostNetwork?: boolean;
    readonly containers?: readonly Container[] | null;
    readonly initContainers?: readonly Container[] | null;
  };
}

interface Container {
  readonly restartPolicy?: string;
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[] | null;
}

/** Kinds whose pods run until somebody stops them; those of a job end, and kube-state-metrics tells how. */
const running = new Set(["Deployment", "StatefulSet", "DaemonSet", "Rollout"]);

/**
 * Pods that the monitoring stack's operator makes of kinds of its own, which its chart asks for: by the labels and ports that
 * it gives them (prometheus-operator v0.93.1, pkg/prometheus/server/statefulset.go, pkg/alertmanager/operator.go, pkg/thanos/statefulset.go).
 */
const operated: Readonly<Record<string, (name: string) => Pick<Workload, "labels" | "ports">>> = {
  Prometheus: (name) => ({
    labels: { "app.kubernetes.io/name": "prometheus", "operator.prometheus.io/name": name },
    ports: [
      { name: "http-web", port: 9090 },
      { name: "reloader-web", port: 8080 },
    ],
  }),
  Alertmanager: (name) => ({
    labels: { "app.kubernetes.io/name": "alertmanager", alertmanager: name },
    ports: [
      { name: "http-web", port: 9093 },
      { name: "reloader-web", port: 8080 },
    ],
  }),
  ThanosRuler: (name) => ({
    labels: { "app.kubernetes.io/name": "thanos-ruler", "thanos-ruler": name },
    ports: [
      { name: "grpc", port: 10901 },
      { name: "web", port: 10902 },
      { name: "reloader-web", port: 8080 },
    ],
  }),
};

/** What of objects the tests look at; those without a namespace are in the release's. */
export function targetsIn(objects: readonly KubernetesObject[], release = ""): Targets {
  const placed = objects.map((object) => ({
    ...object,
    place: { name: object.metadata.name, namespace: object.metadata.namespace ?? release },
  }));
  return {
    workloads: placed.flatMap(({ kind, place, spec = {} }) => {
      const made = operated[kind];
      if (made !== undefined) return [{ kind, ...place, ...made(place.name), onNode: false }];
      return running.has(kind) ? [{ kind, ...place, ...podsOf(spec["template"] as PodTemplate) }] : [];
    }),
    services: placed.flatMap(({ kind, place, metadata: { labels = {} }, spec = {} }) => {
      if (kind !== "Service") return [];
      const { selector, ports } = spec as unknown as Pick<Service, "selector" | "ports">;
      const asked = (ports as Service["ports"] | undefined) ?? [];
      return [
        {
          ...place,
          labels,
          ...(selector !== undefined && { selector }),
          ports: asked.map(({ name, port, targetPort }) => ({
            ...(name !== undefined && { name }),
            port,
            ...(targetPort !== undefined && { targetPort }),
          })),
        },
      ];
    }),
    monitors: placed.flatMap(({ kind, place, spec = {} }) => {
      if (kind !== "PodMonitor" && kind !== "ServiceMonitor") return [];
      const { selector, namespaceSelector, jobLabel } = spec as Partial<Monitor>;
      const endpoints = spec[kind === "PodMonitor" ? "podMetricsEndpoints" : "endpoints"];
      return [
        {
          kind,
          ...place,
          selector: selector ?? {},
          ...(namespaceSelector !== undefined && { namespaceSelector }),
          ...(jobLabel !== undefined && { jobLabel }),
          endpoints: (endpoints as readonly Endpoint[]).map(({ port, targetPort, relabelings = [] }) => {
            const job = relabelings.find(({ targetLabel }) => targetLabel === "job")?.replacement;
            return {
              ...(port !== undefined && { port }),
              ...(targetPort !== undefined && { targetPort }),
              ...(job !== undefined && { job }),
            };
          }),
        },
      ];
    }),
  };
}

function podsOf({ metadata, spec }: PodTemplate): Pick<Workload, "labels" | "ports" | "onNode"> {
  const { containers, initContainers, hostNetwork = false } = spec;
  const sidecars = (initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === "Always");
  return {
    labels: metadata?.labels ?? {},
    ports: [...(containers ?? []), ...sidecars].flatMap(({ ports }) =>
      (ports ?? []).map(({ name, containerPort }) => ({
        ...(name !== undefined && { name }),
        port: containerPort,
      })),
    ),
    onNode: hostNetwork,
  };
}

/** What the program itself makes, beside its charts. */
export function ownTargets(resources: readonly PlanResource[]): Targets {
  const objects = resources.flatMap(({ type, inputs }) => {
    const { kind, metadata } = inputs as unknown as Partial<KubernetesObject>;
    const isObject = type.startsWith("kubernetes:") && kind !== undefined && metadata !== undefined;
    return isObject ? [inputs as unknown as KubernetesObject] : [];
  });
  return targetsIn(objects);
}

/** Whether a selector means something with such labels. */
export function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case "In":
          return value !== undefined && values.includes(value);
        case "NotIn":
          return value === undefined || !values.includes(value);
        case "Exists":
          return value !== undefined;
        case "DoesNotExist":
          return value === undefined;
      }
    })
  );
}

/** A monitor that finds pods, and at which of their ports it asks. */
export interface Scrape {
  readonly monitor: Monitor;
  readonly port: number;
}

/** Who scrapes a workload's pods: the monitors by which Prometheus would find them, at ports that they have. */
export function scrapesOf(
  workload: Workload,
  all: Pick<Targets, "services" | "monitors">,
): readonly Scrape[] {
  return all.monitors
    .filter((monitor) => reaches(monitor, workload.namespace))
    .flatMap((monitor) => portsOf(monitor, workload, all.services).map((port) => ({ monitor, port })));
}

function portsOf(monitor: Monitor, workload: Workload, services: readonly Service[]): readonly number[] {
  if (monitor.kind === "PodMonitor") {
    if (!selects(monitor.selector, workload.labels)) return [];
    return monitor.endpoints.flatMap(({ port, targetPort }) => containerPort(workload, port ?? targetPort));
  }
  return servicesOf(monitor, services)
    .filter(
      ({ namespace, selector }) =>
        namespace === workload.namespace &&
        selector !== undefined &&
        selects({ matchLabels: selector }, workload.labels),
    )
    .flatMap((service) =>
      monitor.endpoints.flatMap(({ port, targetPort }) => {
        if (port === undefined) return containerPort(workload, targetPort);
        return service.ports
          .filter(({ name }) => name === port)
          .flatMap(({ port: own, targetPort: behind }) => containerPort(workload, behind ?? own));
      }),
    );
}

/** A port that a pod has, by its name or its number. */
function containerPort({ ports }: Workload, asked: string | number | undefined): readonly number[] {
  return ports
    .filter(({ name, port }) => asked !== undefined && (asked === name || Number(asked) === port))
    .map(({ port }) => port);
}

/** The Services by which a ServiceMonitor finds pods. */
export function servicesOf(monitor: Monitor, services: readonly Service[]): readonly Service[] {
  return services.filter(
    ({ namespace, labels }) => reaches(monitor, namespace) && selects(monitor.selector, labels),
  );
}

function reaches({ namespace: own, namespaceSelector = {} }: Monitor, namespace: string): boolean {
  const { any = false, matchNames = [own] } = namespaceSelector;
  return any || matchNames.includes(namespace);
}
