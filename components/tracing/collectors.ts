import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { RedactionRule } from "../logging/redaction";
import { namespaces, prometheusPods } from "../platform/names";
import { allowTraffic, egressToApiServer, podsHere, podsIn, tcp } from "../platform/networkPolicy";
import { podMonitor } from "../platform/podMonitor";
import { platformPriority } from "../platform/priorities";
import { afterAll, nodesByTenths } from "../platform/release";
import { closedContainer } from "../platform/securityContext";
import type { ServicePlace } from "../platform/service";
import { spreadOver } from "../platform/spread";
import { bytes } from "../workload/quantity";
import { internalCertificate } from "../traffic/internalAuthority";
import { agentConfig, gatewayConfig, nodeVariable, type TraceBackend } from "./collectorConfig";
import { type CollectorSpec, type ContainerResources, telemetryResource } from "./kinds";
import {
  type CollectorName,
  collectorObject,
  collectorPods,
  collectorPorts,
  collectorUser,
  tlsFiles,
  tracingHost,
} from "./parts";

/** Arguments of {@link Collectors}. */
export interface CollectorsArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  /** Namespace of traces, which is there. */
  readonly namespace: pulumi.Output<string>;
  /** Namespace of the pods that send spans, and the same as the namespace itself says it. */
  readonly systemNamespace: string;
  readonly standingNamespace: pulumi.Input<string>;
  /** Whether those pods are on nodes, on each of which a pod can stand beside them. */
  readonly onNodes: boolean;
  /** Of traces without error that were not slow, percent. */
  readonly samplePercent: number;
  /** What is taken out of spans. */
  readonly redact: readonly RedactionRule[];
  /** What keeps traces, by its name. */
  readonly backends: Readonly<Record<string, TraceBackend>>;
}

/** Of an agent on each node; one that hears all pods, where there are no nodes, has the gateway's. */
export const agentResources: ContainerResources = {
  requests: { cpu: "50m", memory: "192Mi" },
  limits: { cpu: "500m", memory: "192Mi" },
};

/** Of a gateway, whose memory is what it holds of traces until it decides. */
export const gatewayResources: ContainerResources = {
  requests: { cpu: "200m", memory: "1Gi" },
  limits: { cpu: "1", memory: "1Gi" },
};

/** Most gateways, where they are highly available. */
export const maxGateways = 4;

/**
 * Agents that hear the system's pods, and gateways that decide about whole traces. Between them, and from there on, both
 * sides show certificates of the internal authority. They are outside of any mesh.
 */
export class Collectors extends pulumi.ComponentResource {
  constructor(name: string, args: CollectorsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:tracing:Collectors", name, {}, opts);
    const { namespace, systemNamespace, onNodes: perNode, samplePercent, redact, backends } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };
    const policies = trafficPolicies(name, args, child);
    const rights = letReadPods(`${name}-agent`, args, child);

    const gateway = collector(
      `${name}-gateway`,
      {
        collector: "gateway",
        namespace,
        spec: {
          ...several(args, "gateway", gatewayResources),
          config: gatewayConfig({ samplePercent, redact, backends }),
        },
      },
      afterAll(child, opts, policies),
    );
    const config = agentConfig({ systemNamespace, perNode });
    collector(
      `${name}-agent`,
      {
        collector: "agent",
        namespace,
        spec: perNode ? { ...onEachNode(), config } : { ...several(args, "agent", gatewayResources), config },
      },
      { ...child, dependsOn: [gateway, rights] },
    );
    this.registerOutputs({});
  }
}

/** Has Go collect garbage before the memory limiter refuses: at three quarters of what the container may use. */
function memoryTarget({ limits: { memory } }: ContainerResources): k8s.types.input.core.v1.EnvVar {
  return { name: "GOMEMLIMIT", value: `${Math.floor((bytes(memory, "memory") / 2 ** 20) * 0.75)}MiB` };
}

type Workload = Pick<CollectorSpec, "mode" | "resources" | "env"> & Partial<CollectorSpec>;

/** One on each node that takes any pod, whatever it keeps others away by. */
function onEachNode(): Workload {
  return {
    mode: "daemonset",
    resources: agentResources,
    tolerations: [{ operator: "Exists" }],
    daemonSetUpdateStrategy: nodesByTenths,
    env: [
      memoryTarget(agentResources),
      { name: nodeVariable, valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    ],
  };
}

/** One, or two and more by how busy they are. */
function several(
  { highlyAvailable, nodeSelector }: CollectorsArgs,
  name: CollectorName,
  resources: ContainerResources,
): Workload {
  return {
    mode: "deployment",
    resources,
    nodeSelector,
    topologySpreadConstraints: spreadOver(collectorPods(name)),
    ...(highlyAvailable
      ? { autoscaler: { minReplicas: 2, maxReplicas: maxGateways, targetCPUUtilization: 70 } }
      : { replicas: 1 }),
    deploymentUpdateStrategy: {
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
    },
    env: [memoryTarget(resources)],
  };
}

interface CollectorArgs {
  readonly collector: CollectorName;
  readonly namespace: pulumi.Output<string>;
  readonly spec: Workload & Pick<CollectorSpec, "config">;
}

/** A collector with its account, its certificate, and what has Prometheus ask it. */
function collector(
  name: string,
  { collector: object, namespace, spec }: CollectorArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const workload = collectorObject(object);
  const child = { ...opts, dependsOn: [] };
  const account = new k8s.core.v1.ServiceAccount(
    name,
    {
      metadata: { name: workload, namespace },
      // of what a collector does, only knowing pods takes the cluster's API
      automountServiceAccountToken: object === "agent",
    },
    child,
  );
  const secretName = `${workload}-tls`;
  const certificate = internalCertificate(
    `${name}-certificate`,
    {
      secretName,
      namespace,
      dnsNames: [tracingHost(workload)],
      usages: object === "gateway" ? ["server auth", "client auth"] : ["client auth"],
    },
    opts,
  );
  const made = telemetryResource(
    name,
    {
      kind: "OpenTelemetryCollector",
      object,
      namespace,
      spec: {
        upgradeStrategy: "none",
        serviceAccount: account.metadata.name,
        priorityClassName: platformPriority,
        podSecurityContext: {
          runAsNonRoot: true,
          runAsUser: collectorUser,
          runAsGroup: collectorUser,
          fsGroup: collectorUser,
          seccompProfile: { type: "RuntimeDefault" },
        },
        securityContext: closedContainer(),
        // as long as its queue may take to be sent
        terminationGracePeriodSeconds: 60,
        volumes: [{ name: "tls", secret: { secretName } }],
        volumeMounts: [{ name: "tls", mountPath: tlsFiles.folder, readOnly: true }],
        podDisruptionBudget: { maxUnavailable: 1 },
        networkPolicy: { enabled: false },
        ...spec,
      },
    },
    { ...opts, dependsOn: [certificate] },
  );
  podMonitor(
    `${name}-monitor`,
    { namespace, monitor: workload, podLabels: collectorPods(object), port: "metrics" },
    opts,
  );
  return made;
}

/** Lets agents know the pods that send spans, and nothing else of the cluster. */
function letReadPods(
  name: string,
  { standingNamespace }: Pick<CollectorsArgs, "standingNamespace">,
  opts: pulumi.CustomResourceOptions,
): k8s.rbac.v1.RoleBinding {
  const account = collectorObject("agent");
  const metadata = { name: `trace-${account}`, namespace: standingNamespace };
  const role = new k8s.rbac.v1.Role(
    `${name}-pods`,
    { metadata, rules: [{ apiGroups: [""], resources: ["pods"], verbs: ["get", "list", "watch"] }] },
    opts,
  );
  return new k8s.rbac.v1.RoleBinding(
    `${name}-pods`,
    {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
      subjects: [{ kind: "ServiceAccount", name: account, namespace: namespaces.tracing }],
    },
    opts,
  );
}

/** The system's pods are heard by agents, agents by gateways, and gateways by what keeps traces. */
function trafficPolicies(
  name: string,
  { namespace, systemNamespace, backends }: CollectorsArgs,
  opts: pulumi.CustomResourceOptions,
): readonly k8s.networking.v1.NetworkPolicy[] {
  const asked = { from: [prometheusPods], ports: tcp(collectorPorts.metrics) };
  return [
    allowTraffic(
      `${name}-agent-traffic`,
      {
        namespace,
        policy: collectorObject("agent"),
        podLabels: collectorPods("agent"),
        ingress: [
          { from: [podsIn(systemNamespace)], ports: tcp(collectorPorts.grpc, collectorPorts.http) },
          asked,
        ],
        egress: [
          { to: [podsHere(collectorPods("gateway"))], ports: tcp(collectorPorts.grpc) },
          egressToApiServer,
        ],
      },
      opts,
    ),
    allowTraffic(
      `${name}-gateway-traffic`,
      {
        namespace,
        policy: collectorObject("gateway"),
        podLabels: collectorPods("gateway"),
        ingress: [{ from: [podsHere(collectorPods("agent"))], ports: tcp(collectorPorts.grpc) }, asked],
        egress: Object.values(backends).map(({ podLabels, port }) => ({
          to: [podsHere(podLabels)],
          ports: tcp(port),
        })),
      },
      opts,
    ),
  ];
}
