import { platformPriority } from "../../components/platform/priorities";

/** Where in a chart's values something is said, keys joined by dots; or why it is not. */
export type Said = string | { readonly because: string };

/** A part of a chart whose pods run until they are stopped. */
export interface Part {
  /** Number of its pods, or the least that its autoscaler keeps. */
  readonly replicas: Said;
  /** Its budget for disruption. */
  readonly budget: Said;
  /** Its spread over zones, by constraints of topology or by affinity. */
  readonly spread: Said;
  readonly priority: Said;
  readonly resources: Said;
  /** @default - CPU is limited */
  readonly cpuUnlimited?: { readonly because: string };
  /**
   * That it does not run as root.
   *
   * @default - its namespace refuses pods that do
   */
  readonly user?: Said;
}

/** Parts of a chart by their names; or why nothing is asked of it. */
export type Row = Readonly<Record<string, Part>> | { readonly because: string };

const none = (because: string): { readonly because: string } => ({ because });

/** What is said beside each other, below a key or at the top. */
function at(key: string, rest: Partial<Part> = {}): Part {
  const below = (name: string): string => (key === "" ? name : `${key}.${name}`);
  return {
    replicas: below("replicaCount"),
    budget: below("podDisruptionBudget"),
    spread: below("topologySpreadConstraints"),
    priority: below("priorityClassName"),
    resources: below("resources"),
    ...rest,
  };
}

const alone = (because: string): Pick<Part, "replicas" | "budget" | "spread"> => ({
  replicas: none(because),
  budget: none(because),
  spread: none(because),
});

const argo = (key: string, rest: Partial<Part> = {}): Part =>
  at(key, {
    replicas: `${key}.replicas`,
    budget: `${key}.pdb`,
    priority: "global.priorityClassName",
    ...rest,
  });

const keda = (part: string, names: { readonly budget: string; readonly resources: string }): Part => ({
  replicas: `${part}.replicaCount`,
  budget: `podDisruptionBudget.${names.budget}`,
  spread: `topologySpreadConstraints.${part}`,
  priority: "priorityClassName",
  resources: `resources.${names.resources}`,
});

const thanos = (key: string, rest: Partial<Part> = {}): Part =>
  at(key, { budget: `${key}.pdb`, priority: "global.priorityClassName", ...rest });

const ofNodes = none("a part of each node");
const kindsOnly = none("kinds, and no pod");
/** As test/manifests/accepted.ts has it. */
const cpuUnlimited = none("a limit of CPU would only slow down what makes nodes and load balancers");
const inCloud = { cpuUnlimited } as const;

/** What is asked of each chart's parts in prod, and where its values say it. */
export const controllers: Readonly<Record<string, Row>> = {
  alloy: none("a part of each node, and one that reads events, which two would write twice"),
  "argo-cd": {
    server: argo("server"),
    "repo-server": argo("repoServer"),
    "application-set": argo("applicationSet"),
    controller: argo("controller", alone("of two each would have half of the clusters, and there is one")),
    notifications: argo("notifications", alone("it elects no leader: two would say everything twice")),
    redis: {
      ...at("redis-ha"),
      replicas: none("three, as the chart has it: a majority decides which one is written to"),
      resources: "redis-ha.redis.resources",
    },
    haproxy: {
      ...at("redis-ha.haproxy"),
      replicas: none("three, as the chart has it"),
      spread: none("over zones, as the chart has it"),
    },
  },
  "argo-rollouts": { controller: argo("controller", { priority: "controller.priorityClassName" }) },
  "aws-load-balancer-controller": {
    controller: at("", { ...inCloud, user: "podSecurityContext.runAsNonRoot" }),
  },
  base: kindsOnly,
  "cert-manager": {
    controller: at("", { priority: "global.priorityClassName" }),
    webhook: at("webhook", { priority: "global.priorityClassName" }),
    cainjector: at("cainjector", { priority: "global.priorityClassName" }),
  },
  "cluster-autoscaler": { controller: at("", { ...inCloud, user: "securityContext.runAsNonRoot" }) },
  cni: ofNodes,
  "eck-operator": { operator: at("", { spread: "affinity" }) },
  "eck-operator-crds": kindsOnly,
  "external-dns": { controller: at("", alone("it elects no leader")) },
  "external-secrets": { controller: at(""), webhook: at("webhook") },
  falco: ofNodes,
  falcosidekick: {
    sidekick: at("", { budget: none("the program's own, as the chart has none"), spread: "affinity" }),
  },
  gateway: { proxy: at("", { replicas: "autoscaling.minReplicas" }) },
  "gateway-api-crds": kindsOnly,
  istiod: {
    controller: at("", {
      replicas: "autoscaleMin",
      budget: "global.defaultPodDisruptionBudget",
      priority: "global.priorityClassName",
    }),
  },
  karpenter: {
    controller: at("", {
      ...inCloud,
      replicas: "replicas",
      resources: "controller.resources",
      user: none("as the chart has it, without a value for it"),
    }),
  },
  "karpenter-crd": kindsOnly,
  keda: {
    operator: keda("operator", { budget: "operator", resources: "operator" }),
    "metrics-server": keda("metricsServer", { budget: "metricServer", resources: "metricServer" }),
    webhooks: keda("webhooks", { budget: "webhooks", resources: "webhooks" }),
  },
  kyverno: {
    admission: at("admissionController", {
      replicas: "admissionController.replicas",
      priority: "global.priorityClassName",
      resources: "admissionController.container.resources",
    }),
  },
  "kube-prometheus-stack": {
    prometheus: {
      ...at("prometheus.prometheusSpec"),
      replicas: "prometheus.prometheusSpec.replicas",
      budget: "prometheus.podDisruptionBudget",
    },
    alertmanager: {
      ...at("alertmanager.alertmanagerSpec"),
      replicas: "alertmanager.alertmanagerSpec.replicas",
      budget: "alertmanager.podDisruptionBudget",
    },
    operator: at("prometheusOperator", alone("it elects no leader; what it made runs on without it")),
    webhook: {
      ...at("prometheusOperator.admissionWebhooks.deployment", {
        spread: "prometheusOperator.admissionWebhooks.deployment.affinity",
      }),
      replicas: "prometheusOperator.admissionWebhooks.deployment.replicas",
    },
    "kube-state-metrics": at("kube-state-metrics", alone("of two each series would be there twice")),
    grafana: at("grafana", alone("it has a volume, and alerting does not need it")),
  },
  loki: {
    server: at("singleBinary", { replicas: "singleBinary.replicas", priority: "defaults.priorityClassName" }),
  },
  "metrics-server": { server: at("", { replicas: "replicas" }) },
  milvus: none("a store, whose parts its own tests have"),
  "nginx-gateway-fabric": {
    controller: at("nginxGateway", {
      replicas: "nginxGateway.replicas",
      budget: none("the program's own, as the chart has none"),
    }),
    nginx: at("nginx", {
      replicas: "nginx.autoscaling.minReplicas",
      budget: none("the program's own, as the chart has none"),
      spread: "nginx.pod.topologySpreadConstraints",
      priority: none("patched into what it makes (components/traffic/nginxGateway.ts)"),
      resources: "nginx.container.resources",
    }),
  },
  "nginx-ingress": { controller: at("controller", { replicas: "controller.autoscaling.minReplicas" }) },
  "nvidia-device-plugin": ofNodes,
  "prometheus-blackbox-exporter": { exporter: at("", { replicas: "replicas" }) },
  "prometheus-elasticsearch-exporter": {
    exporter: at("", alone("of two each series would be there twice")),
  },
  "opentelemetry-operator": { operator: at("", { budget: "pdb", resources: "manager.resources" }) },
  "psmdb-operator": {
    operator: at("", {
      ...alone("the chart has neither a budget nor a spread; MongoDB runs on without it"),
      priority: none("the chart has no value for it"),
    }),
  },
  reloader: {
    controller: at("reloader.deployment", {
      replicas: "reloader.deployment.replicas",
      budget: "reloader.podDisruptionBudget",
    }),
  },
  "strimzi-kafka-operator": { operator: at("", { replicas: "replicas" }) },
  tempo: {
    tempo: at("", {
      ...alone("all of it is one pod with a volume; gateways hold spans while it is away"),
      resources: "tempo.resources",
    }),
  },
  thanos: {
    query: thanos("query"),
    frontend: thanos("queryFrontend"),
    store: thanos("storegateway"),
    compactor: thanos("compactor", alone("two would both write the same blocks")),
  },
  "trivy-operator": {
    operator: at("", alone("reports are late while it is away, and its chart has no budget or spread")),
  },
  vault: {
    server: at("server", {
      replicas: "server.ha.replicas",
      budget: none("as the chart has it: all but a majority of the servers"),
    }),
  },
  velero: { server: at("", alone("the chart has one; backups are made later while it is away")) },
  "vertical-pod-autoscaler": {
    recommender: at("recommender", { replicas: "recommender.replicas", spread: "recommender.affinity" }),
  },
  ztunnel: ofNodes,
};

type Rule = Exclude<keyof Part, "cpuUnlimited">;

/** What a value has to be, in words where it is not. */
const rules: Readonly<Record<Rule, (value: unknown, part: Part) => string | undefined>> = {
  replicas: (value) => (typeof value === "number" && value >= 2 ? undefined : "expected 2 or more"),
  budget: (value) => {
    const budget = objectOf(value);
    const bound = budget["maxUnavailable"] ?? budget["minAvailable"];
    return budget["enabled"] !== false && (bound !== undefined || budget["enabled"] === true)
      ? undefined
      : "expected a budget for disruption";
  },
  // the chart of Argo CD's Redis has constraints of its own, over zones, where it is told so
  spread: (value) =>
    JSON.stringify(value ?? "").includes("topology.kubernetes.io/zone") || objectOf(value)["enabled"] === true
      ? undefined
      : "expected a spread over zones",
  priority: (value) =>
    value === platformPriority || value === "system-cluster-critical"
      ? undefined
      : "expected a priority of the platform's",
  resources: (value, { cpuUnlimited: unlimited }) => {
    const { requests, limits } = objectOf(value);
    const lacking = [
      ...["cpu", "memory"].filter((name) => objectOf(requests)[name] === undefined),
      ...["memory", ...(unlimited === undefined ? ["cpu"] : [])].filter(
        (name) => objectOf(limits)[name] === undefined,
      ),
    ];
    return lacking.length === 0 ? undefined : `expected requests and limits, without ${lacking.join(", ")}`;
  },
  user: (value) => (value === true ? undefined : "expected not to run as root"),
};

/** What is wrong with a part as values have it. */
export function faultsOf(values: unknown, part: Part): readonly string[] {
  return pathsOf(part).flatMap(({ rule, path }) => {
    const fault = rules[rule](valueAt(values, path), part);
    return fault === undefined ? [] : [`${path}: ${fault}`];
  });
}

/** Where a part's values are looked for. */
export function pathsOf(part: Part): readonly { readonly rule: Rule; readonly path: string }[] {
  return (Object.keys(rules) as Rule[]).flatMap((rule) => {
    const path = part[rule];
    return typeof path === "string" ? [{ rule, path }] : [];
  });
}

/** The values as they would be without one. */
export function without(values: unknown, path: string): unknown {
  const [first = "", ...rest] = path.split(".");
  const { [first]: own, ...others } = objectOf(values);
  return rest.length === 0 || own === undefined
    ? others
    : { ...others, [first]: without(own, rest.join(".")) };
}

function valueAt(values: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((object, key) => objectOf(object)[key], values);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
