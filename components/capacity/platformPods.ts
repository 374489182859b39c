import type { Cloud } from "../cloud";
import { lokiSize } from "../logging/lokiValues";
import { rulerMemoryMiB } from "../metrics/thanosRuler";
import { querierMemoryMiB, thanosMemoryMiB, thanosReplicas } from "../metrics/thanosValues";
import { scanJobs } from "../guardrails/trivyValues";
import { planMesh } from "../mesh/istioSpec";
import { defaultMemoryGiB, isSharded, type MonitoringSize, shardsOf } from "../platform/monitoringSize";
import type { PlatformSpec } from "../platform/platformSpec";
import { capacityOf } from "./clouds";
import type { PodGroup } from "./pods";

/** What the platform's own pods follow from. */
export interface PlatformPodsArgs {
  readonly cloud: Cloud;
  readonly platform: PlatformSpec;
  readonly monitoring: MonitoringSize;
  readonly highlyAvailable: boolean;
  /** Labels of the nodes of the platform's own pods. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** The same of what keeps metrics, logs and traces. */
  readonly telemetrySelector: Readonly<Record<string, string>>;
  /** The same of tools for which no request waits. */
  readonly toolsSelector: Readonly<Record<string, string>>;
  /** Whether nodes are made to measure. */
  readonly provisioning: boolean;
  /** Whether nodes are the cloud's own, which then has what runs on each. */
  readonly serverless: boolean;
}

type Extra = Partial<Pick<PodGroup, "zones" | "apart" | "volume" | "max">>;

/** `name`, CPU in millicores, memory in MiB, how many. */
export type Row = readonly [name: string, cpu: number, memoryMiB: number, count: number, extra?: Extra];

/**
 * Pods of the platform's own services, as their charts make them with our values; each that the clock starts counts as one. What
 * they ask for is written here and in the values of each: `test/components/capacity/standing.spec.ts` holds the two to each other,
 * in every blueprint, cloud and preset, by the rendered charts. A quota of a namespace would be more than its pods ask for: it has
 * room for those that take the place of others.
 */
export function platformPods(args: PlatformPodsArgs): readonly PodGroup[] {
  return [...baseRows(args), ...capacityOf[args.cloud].addedPods(args), ...askedRows(args)].map(
    ([name, cpu, memoryMiB, count, { max = count, ...extra } = {}]) => ({
      name,
      each: { cpu, memoryMiB, pods: 1, gpus: 0 },
      min: count,
      max,
      nodeSelector: selectorOf(name, args),
      ...extra,
    }),
  );
}

/** Namespaces of what keeps metrics, logs and traces. */
const telemetryNamespaces: readonly string[] = [
  ...["monitoring", "thanos", "tracing", "opentelemetry-operator"],
  ...["loki", "alloy-events"],
];

/** Namespaces of tools for which no request waits. */
const toolNamespaces: readonly string[] = ["argocd", "trivy-system"];

function selectorOf(name: string, args: PlatformPodsArgs): PodGroup["nodeSelector"] {
  const namespace = name.replace(/\/.*$/, "");
  if (telemetryNamespaces.includes(namespace)) return args.telemetrySelector;
  return toolNamespaces.includes(namespace) ? args.toolsSelector : args.nodeSelector;
}

/** What every system stands on. */
function baseRows({ highlyAvailable, monitoring, platform }: PlatformPodsArgs): readonly Row[] {
  const two = highlyAvailable ? 2 : 1;
  const { prometheusReplicas, alertmanagerReplicas, memoryGiB = defaultMemoryGiB } = monitoring;
  // beside Prometheus the reloader of its files, and what sends its blocks to the bucket
  const beside = platform.thanos === undefined ? { cpu: 10, MiB: 50 } : { cpu: 60, MiB: 306 };
  return [
    ["cert-manager/cert-manager", 50, 256, two],
    ["cert-manager/cert-manager-cainjector", 50, 256, two],
    ["cert-manager/cert-manager-webhook", 50, 128, two],
    [
      "monitoring/prometheus",
      500 + beside.cpu,
      1024 * memoryGiB + beside.MiB,
      prometheusReplicas * shardsOf(monitoring),
      volume,
    ],
    ["monitoring/alertmanager", 30, 178, alertmanagerReplicas, volume],
    ...(isSharded(monitoring) ? [rulerRow(two)] : []),
    ["monitoring/kube-prometheus-stack-grafana", 140, 1280, 1],
    ["monitoring/kube-prometheus-stack-kube-state-metrics", 50, 256, 1],
    ["monitoring/kube-prometheus-stack-operator", 100, 256, 1],
    ["monitoring/kube-prometheus-stack-operator-webhook", 20, 64, two],
    ["nginx-gateway/nginx-gateway-fabric", 100, 256, two],
    [
      "nginx-gateway/gateway",
      250,
      512,
      highlyAvailable ? 3 : 1,
      { max: highlyAvailable ? 12 : 3, zones: highlyAvailable ? "required" : "preferred" },
    ],
  ];
}

const volume = { volume: true } as const;

/** Thanos' ruler, with the reloader of its rules. */
function rulerRow(replicas: number): Row {
  return ["monitoring/thanos-ruler", 210, rulerMemoryMiB + 50, replicas, volume];
}

/** What the system asks for, each by its key. */
function askedRows(args: PlatformPodsArgs): readonly Row[] {
  const rows = rowsByService(args);
  // the keys are those of the record above
  return (Object.keys(rows) as (keyof typeof rows)[]).flatMap((service) =>
    args.platform[service] === undefined ? [] : (rows[service] ?? []),
  );
}

function rowsByService({
  highlyAvailable,
  platform,
  serverless,
  monitoring,
}: PlatformPodsArgs): Readonly<Partial<Record<keyof PlatformSpec, readonly Row[]>>> {
  const two = highlyAvailable ? 2 : 1;
  return {
    argoCd: argoCdRows(highlyAvailable),
    argoRollouts: [["argo-rollouts/argo-rollouts", 50, 256, two]],
    blackboxExporter: [["blackbox-exporter/prometheus-blackbox-exporter", 20, 64, two]],
    externalDns: [["external-dns/external-dns", 20, 128, 1]],
    externalSecrets: [
      ["external-secrets/external-secrets", 25, 128, two],
      ["external-secrets/external-secrets-webhook", 10, 128, two],
    ],
    falco: [["falcosidekick/falcosidekick", 20, 64, two]],
    flagd: [["flagd/flagd", 50, 128, two]],
    istio: istioRows(platform, highlyAvailable),
    jaeger: [
      ["tracing/jaeger-collector", 100, 512, two],
      ["tracing/jaeger-query", 50, 256, two],
      ["tracing/jaeger-index-cleaner", 20, 64, 1],
    ],
    keda: [
      ["keda/keda-operator", 50, 256, two],
      ["keda/keda-operator-metrics-apiserver", 30, 128, two],
      ["keda/keda-admission-webhooks", 20, 128, two],
    ],
    kyverno: [["kyverno/kyverno-admission-controller", 50, 384, highlyAvailable ? 3 : 1]],
    loki: lokiRows(highlyAvailable),
    openTelemetry: [
      ["opentelemetry-operator/opentelemetry-operator", 50, 256, two],
      ["tracing/gateway", 200, 1024, two, { max: highlyAvailable ? 4 : 1 }],
      // where nobody may run something on each node, agents stand beside the gateways
      ...(serverless ? [["tracing/agent", 200, 1024, two, { max: highlyAvailable ? 4 : 1 }] as const] : []),
    ],
    reloader: [["reloader/reloader-reloader", 20, 128, two]],
    tempo: [["tracing/tempo", 100, 1024, 1, volume]],
    thanos: thanosRows(highlyAvailable, monitoring),
    trivyOperator: [
      ["trivy-system/trivy-operator", 50, 512, 1],
      ["trivy-system/scans", 100, 256, scanJobs],
    ],
    vault: [
      [
        "vault/vault",
        260,
        544,
        highlyAvailable ? 3 : 1,
        { zones: zonesOf(highlyAvailable), apart: true, volume: true },
      ],
      ["vault/vault-configure", 50, 128, 1],
      ["vault/vault-snapshot", 50, 256, 1],
    ],
    velero: [["velero/velero", 100, 512, 1]],
  };
}

function zonesOf(highlyAvailable: boolean): "required" | "preferred" {
  return highlyAvailable ? "required" : "preferred";
}

function argoCdRows(highlyAvailable: boolean): readonly Row[] {
  const two = highlyAvailable ? 2 : 1;
  const memory: readonly Row[] = highlyAvailable
    ? [
        ["argocd/argo-cd-redis-ha-server", 90, 384, 3, { apart: true }],
        ["argocd/argo-cd-redis-ha-haproxy", 20, 128, 3],
      ]
    : [["argocd/argocd-redis", 50, 256, 1]];
  return [
    ...memory,
    ["argocd/argocd-application-controller", 200, 1024, 1],
    ["argocd/argocd-applicationset-controller", 50, 256, two],
    ["argocd/argocd-notifications-controller", 20, 128, 1],
    ["argocd/argocd-repo-server", 100, 512, two],
    ["argocd/argocd-server", 50, 256, two],
  ];
}

/** istiod, and the gateways: into the mesh, and out where the system names hosts. */
function istioRows({ istio = {} }: PlatformSpec, highlyAvailable: boolean): readonly Row[] {
  const { mode, egressHosts } = planMesh(istio);
  const zones = zonesOf(highlyAvailable);
  return [
    ["istio-system/istiod", 150, 1024, highlyAvailable ? 2 : 1, { max: highlyAvailable ? 5 : 2 }],
    [
      "istio-ingress/istio-ingress",
      100,
      256,
      highlyAvailable ? 3 : 1,
      { max: highlyAvailable ? 12 : 3, zones },
    ],
    ...(mode === "sidecar" && egressHosts !== undefined
      ? [
          [
            "istio-egress/istio-egress",
            100,
            256,
            highlyAvailable ? 2 : 1,
            { max: highlyAvailable ? 6 : 2, zones },
          ] as const,
        ]
      : []),
  ];
}

function lokiRows(highlyAvailable: boolean): readonly Row[] {
  const { replicas, memoryGiB, cpu } = lokiSize(highlyAvailable);
  const zones = zonesOf(highlyAvailable);
  return [
    ["loki/loki", parseInt(cpu, 10), 1024 * memoryGiB, replicas, { volume: true, apart: true, zones }],
    ["alloy-events/alloy-events", 20, 128, 1],
  ];
}

function thanosRows(highlyAvailable: boolean, monitoring: MonitoringSize): readonly Row[] {
  const replicas = thanosReplicas(highlyAvailable);
  return [
    ["thanos/thanos-query", isSharded(monitoring) ? 500 : 100, querierMemoryMiB(monitoring), replicas],
    ["thanos/thanos-query-frontend", 50, thanosMemoryMiB.frontend, replicas],
    ["thanos/thanos-storegateway", 100, thanosMemoryMiB.store, replicas, volume],
    ["thanos/thanos-compactor", 200, thanosMemoryMiB.compactor, 1, volume],
  ];
}
