import type { types } from "@pulumi/kubernetes";
import type { Destination } from "../platform/networkPolicy";
import type { WorkloadPlan } from "./plan";
import type { Runtime, WorkloadSpec } from "./spec";

/** Languages whose programs can be instrumented as they start, without a change of their image. */
export const instrumentedLanguages = ["java", "nodejs", "python"] as const;
export type InstrumentedLanguage = (typeof instrumentedLanguages)[number];

/** Which language a runtime's programs are instrumented as. */
const languages: Readonly<Record<Runtime, InstrumentedLanguage | undefined>> = {
  node: "nodejs",
  python: "python",
  // it would take the node's privileges
  go: undefined,
};

/** What a workload has to say in place of the language that it says; undefined where it may say that. */
export function instrumentableAs({
  runtime,
  autoInstrumentation,
}: Pick<WorkloadSpec, "runtime" | "autoInstrumentation">): string | undefined {
  if (runtime === undefined || autoInstrumentation === undefined) return undefined;
  const language = languages[runtime];
  if (autoInstrumentation === language) return undefined;
  return `${language === undefined ? "none" : `"${language}"`}, as its runtime is ${runtime}`;
}

/** Where the services of a system send the spans of their traces. */
export interface Telemetry {
  /** URL of a collector that hears OTLP by HTTP. */
  readonly endpoint: string;
  /** The same for network policies. */
  readonly destination: Destination;
  /** Where the stack is for: `prod`. */
  readonly environment: string;
}

/** Name of the Instrumentation in the namespace of pods that ask to be instrumented. */
export const instrumentation = "services";

/** Annotations by which the OpenTelemetry operator instruments a pod, and only its own container; none where it does not ask. */
export function instrumentationAnnotations({
  service,
  autoInstrumentation: language,
}: Pick<WorkloadPlan, "service" | "autoInstrumentation">): Readonly<Record<string, string>> {
  if (language === undefined) return {};
  return {
    [`instrumentation.opentelemetry.io/inject-${language}`]: instrumentation,
    "instrumentation.opentelemetry.io/container-names": service,
  };
}

/** What a pod is told of itself; values that name it go before those that refer to it. */
export const podVariables: readonly types.input.core.v1.EnvVar[] = [
  { name: "K8S_POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
  { name: "K8S_POD_UID", valueFrom: { fieldRef: { fieldPath: "metadata.uid" } } },
];

/**
 * What OpenTelemetry's SDKs read (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/): who the
 * service is, and where its spans go. All are sent, as a gateway decides of whole traces which are kept. Its metrics are
 * asked for by Prometheus, on the port that it has for them, and its logs are lines on stdout.
 */
export function telemetryVariables(
  { service, image, metrics }: Pick<WorkloadPlan, "service" | "image" | "metrics">,
  { system, telemetry }: { readonly system: string; readonly telemetry: Telemetry },
): Readonly<Record<string, string>> {
  const attributes = {
    "service.namespace": system,
    "service.version": image.tag,
    "deployment.environment.name": telemetry.environment,
    "k8s.container.name": service,
    "k8s.pod.name": "$(K8S_POD_NAME)",
    "k8s.pod.uid": "$(K8S_POD_UID)",
  };
  return {
    OTEL_SERVICE_NAME: service,
    OTEL_RESOURCE_ATTRIBUTES: Object.entries(attributes)
      .map(([key, value]) => `${key}=${value}`)
      .join(","),
    OTEL_TRACES_EXPORTER: "otlp",
    OTEL_EXPORTER_OTLP_ENDPOINT: telemetry.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
    OTEL_TRACES_SAMPLER: "parentbased_always_on",
    OTEL_PROPAGATORS: "tracecontext,baggage",
    OTEL_LOGS_EXPORTER: "none",
    ...(metrics === undefined
      ? { OTEL_METRICS_EXPORTER: "none" }
      : {
          OTEL_METRICS_EXPORTER: "prometheus",
          OTEL_EXPORTER_PROMETHEUS_HOST: "0.0.0.0",
          OTEL_EXPORTER_PROMETHEUS_PORT: `${metrics.port}`,
        }),
  };
}
