import * as pulumi from "@pulumi/pulumi";
import type { RedactionRule } from "../logging/redaction";
import { alertRules } from "../platform/alertRules";
import type { TraceSource } from "../platform/dataSources";
import { namespaces } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import type { ServicePlace } from "../platform/service";
import type { Telemetry } from "../workload/telemetry";
import { tracingAlerts } from "./alerts";
import type { TraceBackend } from "./collectorConfig";
import { Collectors } from "./collectors";
import { type LogSource, lookAt } from "./sources";
import { instrumentPods } from "./instrumentation";
import { Jaeger } from "./jaeger";
import { OpenTelemetryOperator } from "./operator";
import { collectorObject, collectorPods, collectorPorts, tracingHost } from "./parts";
import type { TraceStore } from "./traceStorage";
import { Tempo, type TempoArgs, type TempoStorage } from "./tempo";
import { tempoDiskGiB } from "./tempoValues";
import { type JaegerSpec, type OpenTelemetrySpec, type TraceStoreSpec, tracingDefaults } from "./tracingSpec";

/** Where services send spans: to an agent on their node, or to one of several where they have none of ours. */
export function telemetryTo(environment: string): Telemetry {
  return {
    endpoint: `http://${tracingHost(collectorObject("agent"))}:${collectorPorts.http}`,
    destination: {
      namespace: namespaces.tracing,
      podLabels: collectorPods("agent"),
      ports: [collectorPorts.grpc, collectorPorts.http],
    },
    environment,
  };
}

/** Arguments of {@link Tracing}. */
export interface TracingArgs extends ServicePlace {
  readonly spec: OpenTelemetrySpec;
  /** Namespace of the system, and the same as the namespace itself says it. */
  readonly systemNamespace: string;
  readonly standingNamespace: pulumi.Input<string>;
  /** Whether the system's pods are on nodes, on each of which a pod can stand beside them. */
  readonly onNodes: boolean;
  /** What is taken out of spans before they are kept: what is taken out of log lines. */
  readonly redact: readonly RedactionRule[];
  /**
   * Which of Grafana's sources has the services' logs.
   *
   * @default - none
   */
  readonly logs?: LogSource;
  /** @default - traces are not kept in Jaeger */
  readonly jaeger?: { readonly spec: JaegerSpec; readonly store: TraceStore };
  /** @default - traces are not kept in Tempo */
  readonly tempo?: {
    readonly spec: TraceStoreSpec;
    readonly storage: TempoStorage;
    readonly bucket: TempoArgs["bucket"];
  };
}

/**
 * Traces of a system's requests: heard from its pods, kept where they had an error, were slow or are of the sample, and looked
 * at in Grafana or Jaeger. Needs cert-manager, the internal authority and the monitoring stack's kinds. No service
 * waits for it.
 */
export class Tracing extends pulumi.ComponentResource {
  /** Of Tempo; undefined where there is none. */
  public readonly tempo: Tempo | undefined;

  constructor(name: string, args: TracingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:tracing:Tracing", name, {}, opts);
    const { spec, standingNamespace, onNodes, tempo } = args;
    const child: pulumi.ComponentResourceOptions = { parent: this };
    const after = pulumi.mergeOptions(child, { dependsOn: opts?.dependsOn ?? [] });

    const operator = new OpenTelemetryOperator(`${name}-operator`, args, after);
    const { namespaceName: namespace } = new SecureNamespace(
      name,
      {
        namespace: namespaces.tracing,
        // an agent on each node, and the rest
        quota: {
          requests: { cpu: "60", memory: "256Gi" },
          limits: { cpu: "600", memory: "256Gi" },
          pods: 1000,
          ...(tempo !== undefined && { storageGiB: tempoDiskGiB }),
        },
      },
      child,
    );
    const place = { ...args, namespace };
    const jaeger = makeJaeger(`${name}-jaeger`, place, after);
    this.tempo = makeTempo(`${name}-tempo`, place, after);
    const backends: Partial<Record<TraceSource, TraceBackend>> = {
      ...(jaeger !== undefined && { jaeger: jaeger.backend }),
      ...(this.tempo !== undefined && { tempo: this.tempo.backend }),
    };
    for (const uid of ["jaeger", "tempo"] as const) {
      if (backends[uid] !== undefined) lookAt(`${name}-${uid}-source`, uid, args, after);
    }
    new Collectors(
      `${name}-collectors`,
      { ...place, samplePercent: spec.samplePercent ?? tracingDefaults.samplePercent, backends },
      // the operator has waited for all that they would wait for else
      pulumi.mergeOptions(child, { dependsOn: operator.release }),
    );
    instrumentPods(
      `${name}-instrumentation`,
      { namespace: standingNamespace },
      { ...child, dependsOn: operator.release },
    );
    alertRules(
      `${name}-alerts`,
      {
        namespace,
        rules: "tracing",
        alerts: tracingAlerts({ onNodes, backends: Object.keys(backends) }),
      },
      { ...child, dependsOn: operator.release },
    );
    this.registerOutputs({});
  }
}

type Place = TracingArgs & { readonly namespace: pulumi.Output<string> };

/** How long traces are kept, days. */
function retentionOf({ retentionDays = tracingDefaults.retentionDays }: TraceStoreSpec): number {
  return retentionDays;
}

function makeJaeger(
  name: string,
  { jaeger, ...place }: Place,
  opts: pulumi.ComponentResourceOptions,
): Jaeger | undefined {
  if (jaeger === undefined) return undefined;
  const { spec, store } = jaeger;
  return new Jaeger(name, { ...place, store, retentionDays: retentionOf(spec) }, opts);
}

function makeTempo(
  name: string,
  { tempo, ...place }: Place,
  opts: pulumi.ComponentResourceOptions,
): Tempo | undefined {
  if (tempo === undefined) return undefined;
  const { spec, storage, bucket } = tempo;
  return new Tempo(name, { ...place, storage, bucket, retentionDays: retentionOf(spec) }, opts);
}
