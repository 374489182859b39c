import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { CollectorConfig } from "./collectorConfig";

type PodSpec = k8s.types.input.core.v1.PodSpec;

/** What a container asks for and may use. */
export interface ContainerResources {
  readonly requests: Readonly<Record<"cpu" | "memory", string>>;
  readonly limits: Readonly<Record<"cpu" | "memory", string>>;
}

/** The part of OpenTelemetryCollector's spec that we use (opentelemetry-operator v0.158.0, apis/v1beta1). */
export interface CollectorSpec {
  readonly mode: "daemonset" | "deployment";
  /** An operator of another version leaves the configuration as it is: what of it changed is the program's to say. */
  readonly upgradeStrategy: "none";
  /** @default - as the autoscaler says, or one on each node */
  readonly replicas?: number;
  readonly autoscaler?: {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly targetCPUUtilization: number;
    readonly targetMemoryUtilization?: number;
  };
  readonly serviceAccount: pulumi.Input<string>;
  readonly resources: ContainerResources;
  readonly priorityClassName: string;
  readonly podSecurityContext: NonNullable<PodSpec["securityContext"]>;
  readonly securityContext: k8s.types.input.core.v1.SecurityContext;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly tolerations?: readonly { readonly operator: "Exists" }[];
  readonly topologySpreadConstraints?: PodSpec["topologySpreadConstraints"];
  readonly terminationGracePeriodSeconds: number;
  readonly env: readonly k8s.types.input.core.v1.EnvVar[];
  readonly volumes: readonly k8s.types.input.core.v1.Volume[];
  readonly volumeMounts: readonly k8s.types.input.core.v1.VolumeMount[];
  readonly daemonSetUpdateStrategy?: k8s.types.input.apps.v1.DaemonSetUpdateStrategy;
  readonly deploymentUpdateStrategy?: k8s.types.input.apps.v1.DeploymentStrategy;
  readonly podDisruptionBudget: { readonly maxUnavailable: number };
  /** Of the operator's own making, which lets anybody in: the program has others. */
  readonly networkPolicy: { readonly enabled: false };
  readonly config: CollectorConfig;
}

/** What of an Instrumentation's spec is a language's (apis/v1alpha1/instrumentation_types.go). */
export interface InstrumentedLanguage {
  readonly image: string;
  /** Of the container that copies what instruments, before the pod's own start. */
  readonly resourceRequirements?: ContainerResources;
  readonly resources?: ContainerResources;
}

/** The part of Instrumentation's spec that we use (opentelemetry-operator v0.158.0, apis/v1alpha1). */
export interface InstrumentationSpec {
  readonly imagePullPolicy: "IfNotPresent";
  readonly java: InstrumentedLanguage;
  readonly nodejs: InstrumentedLanguage;
  readonly python: InstrumentedLanguage;
}

interface Kinds {
  readonly OpenTelemetryCollector: CollectorSpec;
  readonly Instrumentation: InstrumentationSpec;
}

const versions: Readonly<Record<keyof Kinds, string>> = {
  OpenTelemetryCollector: "opentelemetry.io/v1beta1",
  Instrumentation: "opentelemetry.io/v1alpha1",
};

/** Arguments of {@link telemetryResource}. */
export interface TelemetryResourceArgs<K extends keyof Kinds> {
  readonly kind: K;
  /** Name of the object in its namespace. */
  readonly object: string;
  readonly namespace: pulumi.Input<string>;
  readonly spec: Kinds[K];
}

/** A custom resource of the OpenTelemetry operator's kinds; `opts` has to depend on what installs them. */
export function telemetryResource<K extends keyof Kinds>(
  name: string,
  { kind, object, namespace, spec }: TelemetryResourceArgs<K>,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(
    name,
    { apiVersion: versions[kind], kind, metadata: { name: object, namespace }, spec },
    opts,
  );
}
