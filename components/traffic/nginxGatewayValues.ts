import type * as pulumi from "@pulumi/pulumi";
import type { EdgeOrigin } from "../edge/edge";
import { accessLogFormat } from "../platform/ingressController";
import { gatewayClassName, gatewayControllerLabels, gatewayPodLabels } from "../platform/names";
import type { ProofValues } from "../platform/originProofs";
import { platformPriority } from "../platform/priorities";
import { spreadOver } from "../platform/spread";

/** Ports on which its pods tell their figures, the data plane's and the control plane's. */
export const gatewayMetricsPort = 9113;

/** Port of the control plane where the data plane's pods ask for their configuration. */
export const gatewayAgentPort = 8443;

/** Secrets with the certificates by which the two know each other. */
export const gatewaySecrets = { server: "server-tls", agent: "agent-tls" } as const;

/**
 * How long a pod that was told to stop goes on serving: as long as AWS's load balancer may go on sending
 * (kubernetes-sigs/aws-load-balancer-controller#2366).
 */
const drainSeconds = 150;

/** What the chart's values are made from. */
export interface NginxGatewayValuesArgs {
  /** Pods of the data plane, at least and at most. */
  readonly replicas: { readonly min: number; readonly max: number };
  readonly highlyAvailable: boolean;
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** What stands before the load balancer. */
  readonly edge?: EdgeOrigin;
  /** Where the pods read what they know of the edge. */
  readonly edgeFiles?: readonly EdgeFile[];
}

/** A volume with a file of the edge's, as {@link ProofValues} has them. */
export interface EdgeFile {
  readonly volume: {
    readonly name: string;
    readonly secret?: { readonly secretName: pulumi.Input<string> };
    readonly configMap?: { readonly name: pulumi.Input<string> };
  };
  readonly mount: ProofValues["volumeMounts"][number];
}

/** Values of the chart. */
export function nginxGatewayValues({
  replicas,
  highlyAvailable,
  nodeSelector,
  edge,
  edgeFiles = [],
}: NginxGatewayValuesArgs): Record<string, unknown> {
  return {
    nginxGateway: {
      gatewayClassName,
      replicas: highlyAvailable ? 2 : 1,
      config: { logging: { level: "info" } },
      productTelemetry: { enable: false },
      // for the edge alone, whose SnippetsPolicy asks for its proofs; from nobody else (see `edgeOnly`)
      snippets: { enable: edge !== undefined },
      metrics: { enable: true, port: gatewayMetricsPort, secure: false },
      resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "1", memory: "256Mi" } },
      priorityClassName: platformPriority,
      nodeSelector,
      topologySpreadConstraints: spreadOver(gatewayControllerLabels),
    },
    nginx: dataPlane({ replicas, nodeSelector, edgeFiles, ...(edge !== undefined && { edge }) }),
    // cert-manager's, which are had anew in time: the job's end after three years, and nothing renews them
    certGenerator: {
      enable: false,
      serverTLSSecretName: gatewaySecrets.server,
      agentTLSSecretName: gatewaySecrets.agent,
    },
  };
}

function dataPlane({
  replicas: { min, max },
  nodeSelector,
  edge,
  edgeFiles,
}: Pick<NginxGatewayValuesArgs, "replicas" | "nodeSelector" | "edge"> & {
  readonly edgeFiles: readonly EdgeFile[];
}): Record<string, unknown> {
  return {
    kind: "deployment",
    replicas: min,
    autoscaling: {
      enable: true,
      minReplicas: min,
      maxReplicas: max,
      targetCPUUtilizationPercentage: 60,
      targetMemoryUtilizationPercentage: 80,
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    },
    config: {
      ipFamily: "ipv4",
      // a CDN calls by the load balancer's own name and asks for the client's host; nobody else gets that far
      disableSNIHostValidation: edge !== undefined,
      metrics: { port: gatewayMetricsPort },
      logging: { errorLevel: "warn", accessLog: { format: accessLogFormat, escape: "json" } },
    },
    pod: {
      nodeSelector,
      terminationGracePeriodSeconds: drainSeconds + 60,
      topologySpreadConstraints: spreadOver(gatewayPodLabels, min > 1 ? "required" : "preferred"),
      ...(edgeFiles.length > 0 && { volumes: edgeFiles.map(({ volume }) => volume) }),
    },
    container: {
      resources: { requests: { cpu: "250m", memory: "512Mi" }, limits: { cpu: "2", memory: "512Mi" } },
      // the load balancer goes on sending until the pod's removal has reached all of it
      lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
      ...(edgeFiles.length > 0 && { volumeMounts: edgeFiles.map(({ mount }) => mount) }),
    },
    // the load balancer is the program's own Service, which it knows by name, waits for and deletes in its turn
    service: { type: "ClusterIP" },
    patches: [{ type: "StrategicMerge", value: deploymentPatch }],
  };
}

/** What the chart has no values for. */
const deploymentPatch = {
  spec: {
    minReadySeconds: 10,
    strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      spec: {
        priorityClassName: platformPriority,
        initContainers: [
          {
            name: "init",
            resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { cpu: "500m", memory: "64Mi" } },
          },
        ],
      },
    },
  },
} as const;
