import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { prometheusPods } from "../platform/names";
import {
  allowTraffic,
  type Destination,
  egressTo,
  egressToApiServer,
  podsHere,
  podsIn,
  tcp,
} from "../platform/networkPolicy";
import { jobPods, vaultPods, vaultPorts } from "./vaultParts";

/** Arguments of {@link vaultTraffic}. */
export interface VaultTrafficArgs {
  readonly namespace: pulumi.Output<string>;
  /** Namespace of the services, whose own policies say which of them comes here. */
  readonly systemNamespace: string;
  /** Where pods fetch their identity's credentials, on the node. */
  readonly identityEndpoints: readonly Destination[];
  /** Where the databases answer in which it makes users. */
  readonly databases: readonly Destination[];
  /** Where the cloud's secret store answers. */
  readonly secretStore: Destination;
  /** Where the bucket of the snapshots answers. */
  readonly snapshots: readonly Destination[];
}

/**
 * Servers to each other, to databases, to the API server and the cloud's KMS, which are both at port 443; jobs to servers, and
 * one to the cloud's secret store and one to a bucket; services to servers, and Prometheus to their metrics alone.
 */
export function vaultTraffic(
  name: string,
  { namespace, systemNamespace, identityEndpoints, databases, secretStore, snapshots }: VaultTrafficArgs,
  opts: pulumi.CustomResourceOptions,
): readonly k8s.networking.v1.NetworkPolicy[] {
  const { api, cluster, metrics } = vaultPorts;
  const identity = identityEndpoints.map(egressTo);
  const toServers = { to: [podsHere(vaultPods)], ports: tcp(api) };
  const policies = {
    server: {
      podLabels: vaultPods,
      ingress: [
        { from: [podsHere(vaultPods)], ports: tcp(api, cluster) },
        { from: [...Object.values(jobPods).map(podsHere), podsIn(systemNamespace)], ports: tcp(api) },
        { from: [prometheusPods], ports: tcp(metrics) },
      ],
      egress: [
        { to: [podsHere(vaultPods)], ports: tcp(api, cluster) },
        egressToApiServer,
        ...identity,
        ...databases.map(egressTo),
      ],
    },
    configure: { podLabels: jobPods.configure, egress: [toServers, egressTo(secretStore), ...identity] },
    snapshot: { podLabels: jobPods.snapshot, egress: [toServers, ...snapshots.map(egressTo), ...identity] },
  };
  return Object.entries(policies).map(([policy, rules]) =>
    allowTraffic(`${name}-${policy}`, { namespace, policy, ...rules }, opts),
  );
}
