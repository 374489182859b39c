import type { types } from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { gpuResource, gpuTaint } from "../cluster/nodePools";
import type { Placement, SpotNodes, Toleration } from "../cluster/nodeProvisioning";
import type { SecretReference, ServiceToken } from "../identity/workloadIdentity";
import { workloadPriorities } from "../platform/priorities";
import { spreadOver } from "../platform/spread";
import { configFilesOf } from "./configFiles";
import { selectorLabels, versionLabel, workloadLabels } from "./labels";
import type { WorkloadMesh } from "./membership";
import type { WorkloadPlan } from "./plan";
import { runtimeEnv } from "./runtime";
import type { ImageSpec, ProbeSpec, WritablePathSpec } from "./spec";
import { offSpot, type SpotPlace, type SpotWish, spotWish } from "./spot";
import { versionHashLabel } from "./strategy";
import { instrumentationAnnotations, podVariables, type Telemetry, telemetryVariables } from "./telemetry";

type PodTemplate = types.input.core.v1.PodTemplateSpec;
type PodSpec = types.input.core.v1.PodSpec;
type Container = types.input.core.v1.Container;
type Probe = types.input.core.v1.Probe;

/** What a pod is made from besides the workload's plan. */
export interface PodFacts {
  /** Name of the system. */
  readonly system: string;
  readonly serviceAccount: pulumi.Input<string>;
  /** ConfigMap whose keys become environment variables. */
  readonly configMap: pulumi.Input<string> | undefined;
  /** ConfigMap whose keys become files below {@link authoritiesPath}. */
  readonly authorities: pulumi.Input<string> | undefined;
  /** ConfigMap whose keys become the plan's files. */
  readonly configFiles?: pulumi.Input<string> | undefined;
  /** Environment variables whose values stand in a Secret. */
  readonly secretVariables?: Readonly<Record<string, SecretReference>>;
  /** Tokens by which stores know it. */
  readonly serviceTokens?: readonly ServiceToken[] | undefined;
  /** Where it runs, when that is not the plan's to say. */
  readonly placement?: Placement | undefined;
  /** Nodes on spot that the cloud makes below it. */
  readonly spotNodes?: SpotNodes | undefined;
  /** The mesh that it is in. */
  readonly mesh?: Pick<WorkloadMesh, "podAnnotations" | "servingAnnotations" | "taskAnnotations"> | undefined;
  /** Where it sends the spans of its traces. */
  readonly telemetry?: Telemetry | undefined;
}

/** Where the certificates are with which a pod verifies its stores'. */
export const authoritiesPath = "/etc/groundwork/authorities";

/** How long a pod goes on serving after it was told to stop: until every node and load balancer has heard of it. */
const drainSeconds = 10;

/** The pod of a workload: Pod Security `restricted`, nothing writable but what is said, spread over zones and nodes. */
export function podTemplate(plan: WorkloadPlan, facts: PodFacts): PodTemplate {
  const { service, minReplicas, zoneSpread = "required", priority = "standard", probes } = plan;
  const { annotations: ofAll, spec, container } = podParts(plan, facts, spotWish(plan, spotPlace(facts)));
  const annotations = { ...facts.mesh?.servingAnnotations, ...ofAll };
  return {
    metadata: {
      labels: { ...workloadLabels(service, facts.system), ...versionLabel(plan.image.tag) },
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: {
      ...spec,
      priorityClassName: workloadPriorities[priority],
      topologySpreadConstraints: spreadOver(
        selectorLabels(service),
        minReplicas > 1 ? zoneSpread : "preferred",
        versionHashLabel(plan.strategy),
      ),
      containers: [
        {
          ...container,
          ports: containerPorts(plan),
          startupProbe: {
            ...probe(probes.startup),
            periodSeconds: 5,
            failureThreshold: Math.ceil(probes.startupSeconds / 5),
          },
          readinessProbe: {
            ...probe(probes.readiness),
            periodSeconds: 5,
            timeoutSeconds: 3,
            failureThreshold: 3,
          },
          // Slower to judge than readiness: a pod under load is taken out of the Service long before it is killed.
          livenessProbe: {
            ...probe(probes.liveness),
            periodSeconds: 10,
            timeoutSeconds: 5,
            failureThreshold: 6,
          },
          // The kubelet's own, so that an image without a shell has it too.
          lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
        },
      ],
    },
  };
}

/** What pods of a service have alike, whether they serve or do a task: who they are, what they are told, where they run. */
export interface PodParts {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Omit<PodSpec, "containers">;
  readonly container: Container;
}

/** What all pods of a service have; off spot as far as it says so, unless they wish otherwise. */
export function podParts(
  plan: WorkloadPlan,
  {
    system,
    serviceAccount,
    configMap,
    authorities,
    configFiles,
    secretVariables,
    serviceTokens,
    placement,
    mesh,
    telemetry,
    ...facts
  }: PodFacts,
  wish = offSpot(plan, spotPlace({ placement, ...facts })),
): PodParts {
  const tokens = tokensOf(serviceTokens);
  const user = plan.runAsUser ?? 10001;
  const writablePaths = withTmp(plan.writablePaths ?? []);
  return {
    annotations: annotationsOf(plan, mesh, telemetry),
    spec: {
      serviceAccountName: serviceAccount,
      // Workloads sign in to the cloud, not to Kubernetes; the clouds' own token comes by other ways.
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: plan.gracePeriodSeconds ?? 45,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
      ...placed(plan, placement, wish),
      volumes: [
        ...writablePaths.map(({ path, sizeMiB, memory = false }) => ({
          name: volumeName(path),
          emptyDir: { sizeLimit: `${sizeMiB}Mi`, ...(memory && { medium: "Memory" }) },
        })),
        ...(authorities === undefined ? [] : [{ name: "authorities", configMap: { name: authorities } }]),
        ...(configFiles === undefined ? [] : [{ name: "config-files", configMap: { name: configFiles } }]),
        ...tokens.volumes,
      ],
    },
    container: container(plan, {
      writablePaths,
      configMap,
      authorities,
      tokens,
      ...(secretVariables !== undefined && { secretVariables }),
      ...toldOf(plan, system, telemetry),
    }),
  };
}

/** What others ask of the pod. */
function annotationsOf(
  plan: WorkloadPlan,
  mesh: PodFacts["mesh"],
  telemetry: Telemetry | undefined,
): Readonly<Record<string, string>> {
  return {
    ...mesh?.podAnnotations,
    ...(telemetry !== undefined && instrumentationAnnotations(plan)),
  };
}

/** What its SDK of OpenTelemetry reads; nothing where its spans go nowhere. */
function toldOf(
  plan: WorkloadPlan,
  system: string,
  telemetry: Telemetry | undefined,
): Pick<ContainerFacts, "told"> {
  return telemetry === undefined ? {} : { told: telemetryVariables(plan, { system, telemetry }) };
}

/** GKE would add it by itself, EKS does not. */
const gpuToleration: Toleration = { key: gpuTaint.key, operator: "Exists", effect: "NoSchedule" };

/** By which labels it knows nodes on spot. */
function spotPlace({ placement, spotNodes }: Pick<PodFacts, "placement" | "spotNodes">): SpotPlace {
  return { provisioned: placement?.spot, cluster: spotNodes };
}

/** On which nodes it runs: a placement's labels take the place of the plan's own. */
function placed(
  { nodeSelector, gpus }: WorkloadPlan,
  placement: Placement | undefined,
  { affinity, tolerations: ofSpot = [] }: SpotWish,
): Pick<PodSpec, "nodeSelector" | "tolerations" | "affinity"> {
  const labels = placement?.nodeSelector ?? nodeSelector;
  const tolerations = [
    ...(placement?.tolerations ?? []),
    ...ofSpot,
    ...(gpus === undefined ? [] : [gpuToleration]),
  ];
  return {
    ...(labels !== undefined && { nodeSelector: { ...labels } }),
    ...(tolerations.length > 0 && { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
    ...(affinity !== undefined && { affinity }),
  };
}

/** Where they are, each in a file named after whom it is for. */
const tokensPath = "/var/run/secrets/groundwork/tokens";

/** How long a token is good for, seconds; Kubernetes has another in the file well before. */
const tokenSeconds = 3600;

/** What a pod with tokens has for them. */
interface TokenParts {
  readonly env: readonly types.input.core.v1.EnvVar[];
  readonly volumeMounts: readonly types.input.core.v1.VolumeMount[];
  readonly volumes: readonly types.input.core.v1.Volume[];
}

function tokensOf(tokens: readonly ServiceToken[] = []): TokenParts {
  if (tokens.length === 0) return { env: [], volumeMounts: [], volumes: [] };
  const sources = tokens.map(({ audience }) => ({
    serviceAccountToken: { audience, path: audience, expirationSeconds: tokenSeconds },
  }));
  return {
    env: tokens.map(({ variable, audience }) => ({ name: variable, value: `${tokensPath}/${audience}` })),
    volumeMounts: [{ name: "tokens", mountPath: tokensPath, readOnly: true }],
    volumes: [{ name: "tokens", projected: { sources } }],
  };
}

interface ContainerFacts extends Pick<PodFacts, "configMap" | "authorities" | "secretVariables"> {
  readonly tokens: TokenParts;
  readonly writablePaths: readonly WritablePathSpec[];
  /** What its SDK of OpenTelemetry reads. */
  readonly told?: Readonly<Record<string, string>>;
}

function container(
  plan: WorkloadPlan,
  { writablePaths, configMap, authorities, tokens, secretVariables = {}, told }: ContainerFacts,
): Container {
  const { service, image, command, args, secrets = [], resources } = plan;
  return {
    name: service,
    image: imageReference(image),
    imagePullPolicy: "IfNotPresent",
    ...(command !== undefined && { command: [...command] }),
    ...(args !== undefined && { args: [...args] }),
    env: [
      ...(told === undefined ? [] : podVariables),
      ...environment(plan, told),
      ...tokens.env,
      ...Object.entries(secretVariables).map(([name, { secretName, key }]) => ({
        name,
        valueFrom: { secretKeyRef: { name: secretName, key } },
      })),
    ],
    envFrom: [
      ...(configMap === undefined ? [] : [{ configMapRef: { name: configMap } }]),
      ...secrets.map((name) => ({ secretRef: { name } })),
    ],
    // GPUs are asked for by their limit
    resources: {
      requests: { ...resources.requests },
      limits: { ...resources.limits, ...(plan.gpus !== undefined && { [gpuResource]: `${plan.gpus}` }) },
    },
    securityContext: {
      runAsNonRoot: true,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    },
    volumeMounts: [
      ...writablePaths.map(({ path }) => ({ name: volumeName(path), mountPath: path })),
      ...(authorities === undefined
        ? []
        : [{ name: "authorities", mountPath: authoritiesPath, readOnly: true }]),
      // each alone, so that what the image has beside it stays to be seen
      ...configFilesOf(plan).map(({ path, key }) => ({
        name: "config-files",
        mountPath: path,
        subPath: key,
        readOnly: true,
      })),
      ...tokens.volumeMounts,
    ],
  };
}

/** The runtime's settings, where to find those it calls, and what the workload sets itself, which wins. */
function environment(
  { runtime, resources, calls = [], env = {}, port }: WorkloadPlan,
  told: Readonly<Record<string, string>> = {},
): { name: string; value: string }[] {
  const variables = {
    ...runtimeEnv(runtime, resources),
    ...(port !== undefined && { PORT: `${port}` }),
    ...Object.fromEntries(calls.map((callee) => [calleeVariable(callee), `http://${callee}`])),
    ...told,
    ...env,
  };
  return Object.entries(variables).map(([name, value]) => ({ name, value }));
}

/** Environment variable in which a workload finds the URL of another that it calls: `ML_SERVICE_URL` of `ml-service`. */
export function calleeVariable(callee: string): string {
  return `${callee.toUpperCase().replaceAll("-", "_")}_URL`;
}

function containerPorts({ port, metrics }: WorkloadPlan): types.input.core.v1.ContainerPort[] {
  return [
    ...(port === undefined ? [] : [{ name: "http", containerPort: port, protocol: "TCP" }]),
    ...(metrics === undefined || metrics.port === port
      ? []
      : [{ name: "metrics", containerPort: metrics.port, protocol: "TCP" }]),
  ];
}

function probe(spec: ProbeSpec): Probe {
  if ("path" in spec) return { httpGet: { path: spec.path, port: spec.port ?? "http" } };
  if ("tcpPort" in spec) return { tcpSocket: { port: spec.tcpPort } };
  return { exec: { command: [...spec.command] } };
}

function imageReference({ repository, tag, digest }: ImageSpec): string {
  return digest === undefined ? `${repository}:${tag}` : `${repository}:${tag}@${digest}`;
}

/** Nearly every runtime writes to /tmp; a workload may size it itself. */
function withTmp(paths: readonly WritablePathSpec[]): readonly WritablePathSpec[] {
  return paths.some(({ path }) => path === "/tmp") ? paths : [{ path: "/tmp", sizeMiB: 256 }, ...paths];
}

function volumeName(path: string): string {
  return path
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
}
