import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { prometheusPods } from "../platform/names";
import { allowTraffic, type Destination, egressTo, podsHere, tcp } from "../platform/networkPolicy";
import { etcdPods, etcdPorts } from "./milvusEtcd";
import { milvusPods, milvusPorts } from "./milvusParts";

/** Labels of the pods of the jobs. */
export const jobPods = {
  users: { "app.kubernetes.io/name": "milvus-users" },
  backup: { "app.kubernetes.io/name": "milvus-backup" },
} as const;

/** Pods of the proxies, who alone are spoken to from outside. */
export const proxyPods = { ...milvusPods, component: "proxy" } as const;

/** Where a part listens: at its own port, or where that is taken at one that the kernel gives it. */
const anyPort = { from: 1024, to: 65_535 } as const;

/** Milvus' parts to each other, to etcd and to the bucket; members of etcd to each other; jobs to the proxies; Prometheus to all. */
export function milvusTraffic(
  name: string,
  { namespace, cloud }: { readonly namespace: pulumi.Output<string>; readonly cloud: readonly Destination[] },
  opts: pulumi.CustomResourceOptions,
): readonly k8s.networking.v1.NetworkPolicy[] {
  const { grpc, rest, metrics } = milvusPorts;
  const { client, peer } = etcdPorts;
  const policies = {
    parts: {
      podLabels: milvusPods,
      ingress: [
        { from: [podsHere(milvusPods)], ports: tcp(anyPort) },
        { from: [prometheusPods], ports: tcp(metrics) },
      ],
      egress: [
        { to: [podsHere(milvusPods)], ports: tcp(anyPort) },
        { to: [podsHere(etcdPods)], ports: tcp(client) },
        ...cloud.map(egressTo),
      ],
    },
    proxies: {
      podLabels: proxyPods,
      ingress: [
        { from: [podsHere(jobPods.users), podsHere(jobPods.backup)], ports: tcp(rest) },
        { from: [podsHere(jobPods.backup)], ports: tcp(grpc) },
      ],
    },
    coordinators: {
      podLabels: { ...milvusPods, component: "mixcoord" },
      // a backup asks that nothing is tidied away while it runs
      ingress: [{ from: [podsHere(jobPods.backup)], ports: tcp(metrics) }],
    },
    etcd: {
      podLabels: etcdPods,
      ingress: [
        { from: [podsHere(milvusPods)], ports: tcp(client) },
        { from: [podsHere(etcdPods)], ports: tcp(client, peer) },
        { from: [prometheusPods], ports: tcp(etcdPorts.metrics) },
      ],
      egress: [{ to: [podsHere(etcdPods)], ports: tcp(client, peer) }],
    },
    users: {
      podLabels: jobPods.users,
      egress: [{ to: [podsHere(proxyPods)], ports: tcp(rest) }],
    },
    backup: {
      podLabels: jobPods.backup,
      egress: [
        { to: [podsHere(proxyPods)], ports: tcp(grpc, rest) },
        { to: [podsHere(milvusPods)], ports: tcp(metrics) },
        ...cloud.map(egressTo),
      ],
    },
  };
  return Object.entries(policies).map(([policy, rules]) =>
    allowTraffic(`${name}-${policy}`, { namespace, policy, ...rules }, opts),
  );
}
