import type { RedactionRule } from "../logging/redaction";
import { collectorPorts, clientTls, ownTelemetry, serverTls, tracingHost } from "./parts";
import { spanRedaction } from "./spanRedaction";
import { slowMilliseconds } from "./tracingSpec";

/** A collector's configuration, as it reads it. */
export type CollectorConfig = Readonly<Record<string, unknown>>;

/** What keeps traces: where it hears OTLP by gRPC, with a certificate of the internal authority. */
export interface TraceBackend {
  /** Name of its Service. */
  readonly service: string;
  readonly port: number;
  readonly podLabels: Readonly<Record<string, string>>;
}

/** Variable by which an agent knows its node. */
export const nodeVariable = "KUBE_NODE_NAME";

const anywhere = (port: number): string => `0.0.0.0:${port}`;

/** Answers the kubelet's probes: the one by which the operator writes them. */
const health = { health_check: { endpoint: anywhere(collectorPorts.health) } } as const;

/**
 * Refuses spans before its memory is full, which senders try again, rather than be stopped and lose what it has; of the
 * container's limit (https://github.com/open-telemetry/opentelemetry-collector/blob/v0.158.0/processor/memorylimiterprocessor/README.md).
 */
const memoryLimiter = {
  check_interval: "1s",
  limit_percentage: 80,
  spike_limit_percentage: 20,
} as const;

/** Bigger requests, and fewer of them; a second is not missed before decisions that take ten. */
const batch = { send_batch_size: 1024, send_batch_max_size: 2048, timeout: "1s" } as const;

/** What is told of a pod, by the rights of a Role in the one namespace. */
const podAttributes = [
  "k8s.namespace.name",
  "k8s.pod.name",
  "k8s.pod.uid",
  "k8s.pod.start_time",
  "k8s.deployment.name",
  "k8s.node.name",
] as const;

/** How the pods that send spans are told apart. */
export interface AgentConfigArgs {
  /** Namespace of the pods. */
  readonly systemNamespace: string;
  /** Whether it hears those of its own node alone, and has to know no others. */
  readonly perNode: boolean;
}

/**
 * Hears pods, says of each span which pod it is from, and hands all spans of a trace to the same gateway, which can't decide
 * about a part of one. A gateway that is gone is no longer among them after some five seconds; what was meant for it goes
 * to another: the queue is before the choice, and none behind it
 * (https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/v0.158.0/exporter/loadbalancingexporter, "Resilience").
 */
export function agentConfig({ systemNamespace, perNode }: AgentConfigArgs): CollectorConfig {
  return {
    extensions: health,
    receivers: {
      otlp: {
        protocols: {
          grpc: { endpoint: anywhere(collectorPorts.grpc) },
          http: { endpoint: anywhere(collectorPorts.http) },
        },
      },
    },
    processors: {
      memory_limiter: memoryLimiter,
      k8s_attributes: {
        filter: { namespace: systemNamespace, ...(perNode && { node_from_env_var: nodeVariable }) },
        extract: { metadata: podAttributes, deployment_name_from_replicaset: true },
        // by what workloads say of themselves, or by who has sent it
        pod_association: [
          { sources: [{ from: "resource_attribute", name: "k8s.pod.uid" }] },
          { sources: [{ from: "connection" }] },
        ],
      },
      batch,
    },
    exporters: {
      loadbalancing: {
        routing_key: "traceID",
        resolver: {
          dns: {
            hostname: tracingHost("gateway-collector-headless"),
            port: `${collectorPorts.grpc}`,
            interval: "5s",
            timeout: "2s",
          },
        },
        sending_queue: { enabled: true, num_consumers: 10, queue_size: 500 },
        retry_on_failure: {
          enabled: true,
          initial_interval: "1s",
          max_interval: "10s",
          max_elapsed_time: "2m",
        },
        protocol: {
          otlp: {
            timeout: "5s",
            sending_queue: { enabled: false },
            retry_on_failure: { enabled: false },
            // it calls addresses, and the certificate is of the name
            tls: { ...clientTls, server_name_override: tracingHost("gateway-collector") },
          },
        },
      },
    },
    service: {
      extensions: Object.keys(health),
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", "k8s_attributes", "batch"],
          exporters: ["loadbalancing"],
        },
      },
      telemetry: ownTelemetry,
    },
  };
}

/** How long a gateway waits for the spans of a trace since its first, seconds; most requests are answered by then. */
const decisionSeconds = 10;

/**
 * Traces that a gateway holds. In ten seconds as many begin at 2,000 a second; at twenty spans of a KiB each they are 400 MiB,
 * half of its memory.
 */
const heldTraces = 20_000;

/** Decisions that it remembers for spans that come later, at 16 bytes of a trace's id and the list's own. */
const rememberedDecisions = 100_000;

/** Which traces are kept, by any of these. */
function policies(samplePercent: number): readonly object[] {
  return [
    { name: "errors", type: "status_code", status_code: { status_codes: ["ERROR"] } },
    { name: "slow", type: "latency", latency: { threshold_ms: slowMilliseconds } },
    { name: "sample", type: "probabilistic", probabilistic: { sampling_percentage: samplePercent } },
  ];
}

/** Arguments of {@link gatewayConfig}. */
export interface GatewayConfigArgs {
  /** Of traces without error that were not slow, percent. */
  readonly samplePercent: number;
  /** What is taken out of the spans that are kept. */
  readonly redact: readonly RedactionRule[];
  /** By the names that their exporters have; each gets all that is kept. */
  readonly backends: Readonly<Record<string, TraceBackend>>;
}

/**
 * Decides about whole traces which are kept, takes personal data out of those, and hands them to what keeps them. While that is away it holds them for five
 * minutes, as far as its queue reaches: 1,000 batches of up to 2,048 spans, or until its memory is full.
 */
export function gatewayConfig({ samplePercent, redact, backends }: GatewayConfigArgs): CollectorConfig {
  const exporters = Object.entries(backends).map(
    ([key, { service, port }]) =>
      [
        `otlp_grpc/${key}`,
        {
          endpoint: `${tracingHost(service)}:${port}`,
          tls: clientTls,
          sending_queue: { enabled: true, num_consumers: 4, queue_size: 1000 },
          retry_on_failure: {
            enabled: true,
            initial_interval: "1s",
            max_interval: "30s",
            max_elapsed_time: "5m",
          },
        },
      ] as const,
  );
  // of what is kept, which is the least
  const redaction = redact.length === 0 ? {} : { "transform/redaction": spanRedaction(redact) };
  return {
    extensions: health,
    receivers: {
      otlp: { protocols: { grpc: { endpoint: anywhere(collectorPorts.grpc), tls: serverTls } } },
    },
    processors: {
      memory_limiter: memoryLimiter,
      tail_sampling: {
        decision_wait: `${decisionSeconds}s`,
        num_traces: heldTraces,
        decision_cache: {
          sampled_cache_size: rememberedDecisions,
          non_sampled_cache_size: rememberedDecisions,
        },
        policies: policies(samplePercent),
      },
      ...redaction,
      batch,
    },
    exporters: Object.fromEntries(exporters),
    service: {
      extensions: Object.keys(health),
      pipelines: {
        traces: {
          receivers: ["otlp"],
          processors: ["memory_limiter", "tail_sampling", ...Object.keys(redaction), "batch"],
          exporters: exporters.map(([exporter]) => exporter),
        },
      },
      telemetry: ownTelemetry,
    },
  };
}
