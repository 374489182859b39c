import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../identity/workloadIdentity";
import { prometheusPods } from "../platform/names";
import {
  allowTraffic,
  type Destination,
  egressTo,
  egressToApiServer,
  podsHere,
  tcp,
} from "../platform/networkPolicy";
import { afterAll, installChart } from "../platform/release";
import { perconaPods, perconaPorts } from "./perconaSpec";

/** Arguments of {@link perconaOperator}. */
export interface PerconaOperatorArgs {
  readonly namespace: pulumi.Output<string>;
  /** Labels of its node. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /**
   * With which it deletes old backups.
   *
   * @default - there are none
   */
  readonly identity?: WorkloadIdentity;
  /** Where it fetches that identity's credentials. */
  readonly identityEndpoints: readonly Destination[];
}

/** Service account of the operator, by its chart: as the release is called. */
export const perconaOperatorAccount = "psmdb-operator";

/** Percona's operator, beside the one set that it looks after; the kinds that it brings are there once the release is. */
export function perconaOperator(
  name: string,
  { namespace, nodeSelector, identity, identityEndpoints }: PerconaOperatorArgs,
  component: pulumi.ComponentResourceOptions & { readonly parent: pulumi.Resource },
): k8s.helm.v3.Release {
  const child = { parent: component.parent };
  const traffic = allowTraffic(
    `${name}-operator`,
    {
      namespace,
      policy: "operator",
      podLabels: perconaPods.operator,
      ingress: [{ from: [prometheusPods], ports: tcp(perconaPorts.operatorMetrics) }],
      egress: [
        // and the bucket
        egressToApiServer,
        { to: [podsHere(perconaPods.server)], ports: tcp(perconaPorts.server) },
        ...(identity === undefined ? [] : identityEndpoints.map(egressTo)),
      ],
    },
    child,
  );
  return installChart(
    name,
    { chart: "psmdbOperator", namespace, values: perconaValues(nodeSelector, identity) },
    afterAll(child, component, identity === undefined ? [traffic] : [traffic, identity]),
  );
}

/** Values of the chart. */
export function perconaValues(
  nodeSelector: Readonly<Record<string, string>>,
  identity?: WorkloadIdentity,
): Record<string, unknown> {
  return {
    ...(identity !== undefined && {
      serviceAccount: { create: true, annotations: identity.serviceAccountAnnotations },
    }),
    replicaCount: 1,
    // its own namespace alone, by a role there: a list of namespaces (`watchNamespace`) would make it one of the cluster, with
    // every Secret of it
    watchAllNamespaces: false,
    image: { repository: "docker.io/percona/percona-server-mongodb-operator" },
    // nothing of the cluster is told to Percona
    disableTelemetry: true,
    podLabels: perconaPods.operator,
    nodeSelector,
    resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "500m", memory: "256Mi" } },
    podSecurityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  };
}

/**
 * Nodes to each other, the operator to them, Prometheus to their metrics; workloads are let in one by one. Nodes out to
 * their cloud, where they have backups.
 */
export function perconaTraffic(
  name: string,
  { namespace, cloud }: { readonly namespace: pulumi.Output<string>; readonly cloud: readonly Destination[] },
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy {
  const { server, metrics } = perconaPorts;
  return allowTraffic(
    `${name}-servers`,
    {
      namespace,
      policy: "servers",
      podLabels: perconaPods.server,
      ingress: [
        { from: [podsHere(perconaPods.server), podsHere(perconaPods.operator)], ports: tcp(server) },
        { from: [prometheusPods], ports: tcp(metrics) },
      ],
      egress: [{ to: [podsHere(perconaPods.server)], ports: tcp(server) }, ...cloud.map(egressTo)],
    },
    opts,
  );
}
