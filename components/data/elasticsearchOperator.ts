import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressToApiServer, ingressFromAnyone, podsIn, tcp } from "../platform/networkPolicy";
import { platformPriority } from "../platform/priorities";
import { afterAll, installChart } from "../platform/release";
import { elasticsearchPods, elasticsearchPorts } from "./elasticsearchNodes";
import { operatorNamespace, operatorPods } from "./elasticsearchTraffic";

/** Arguments of {@link elasticsearchOperator}. */
export interface OperatorArgs {
  /** The one namespace that it looks after. */
  readonly managedNamespace: string;
  /** Labels of its node. */
  readonly nodeSelector: Readonly<Record<string, string>>;
}

/** Where the API server calls its webhook: GKE lets its control plane reach nodes on 443 and 10250 alone. */
const webhookPort = 10250;

const metricsPort = 8080;

/** ECK, in a namespace of its own; the kinds that it brings are there once the release is. */
export function elasticsearchOperator(
  name: string,
  { managedNamespace, nodeSelector }: OperatorArgs,
  opts: pulumi.ComponentResourceOptions & { readonly parent: pulumi.Resource },
): { readonly release: k8s.helm.v3.Release } {
  const { parent, providers = [] } = opts;
  const child = { parent };
  const namespace = new SecureNamespace(
    name,
    {
      namespace: operatorNamespace,
      quota: { requests: { cpu: "1", memory: "2Gi" }, limits: { cpu: "2", memory: "4Gi" }, pods: 5 },
    },
    { ...child, providers },
  );
  const traffic = allowTraffic(
    `${name}-traffic`,
    {
      namespace: namespace.namespaceName,
      policy: "operator",
      podLabels: operatorPods,
      ingress: [ingressFromAnyone(webhookPort), { from: [prometheusPods], ports: tcp(metricsPort) }],
      egress: [
        egressToApiServer,
        { to: [podsIn(managedNamespace, elasticsearchPods)], ports: tcp(elasticsearchPorts.http) },
      ],
    },
    child,
  );
  const release = installChart(
    name,
    {
      chart: "eckOperator",
      namespace: namespace.namespaceName,
      values: operatorValues({ managedNamespace, nodeSelector }),
    },
    afterAll(child, opts, [traffic]),
  );
  return { release };
}

/** Values of the chart. */
export function operatorValues({ managedNamespace, nodeSelector }: OperatorArgs): Record<string, unknown> {
  return {
    installCRDs: true,
    managedNamespaces: [managedNamespace],
    // it reads nodes' zones and storage classes, which are the cluster's
    createClusterScopedResources: true,
    priorityClassName: platformPriority,
    nodeSelector,
    resources: { requests: { cpu: "100m", memory: "512Mi" }, limits: { cpu: "1", memory: "512Mi" } },
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    webhook: { enabled: true, port: webhookPort, failurePolicy: "Fail" },
    // nothing of the cluster is told to Elastic
    telemetry: { disabled: true },
    config: {
      metrics: { port: String(metricsPort) },
      // clients hold the authority: it outlives many of the certificates that it signs
      caValidity: "87600h",
      certificatesValidity: "8760h",
      certificatesRotateBefore: "720h",
      setDefaultSecurityContext: true,
      validateStorageClass: true,
      enableLeaderElection: true,
    },
    podMonitor: { enabled: true, interval: "30s" },
  };
}
