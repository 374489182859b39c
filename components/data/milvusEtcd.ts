import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { podMonitor } from "../platform/podMonitor";
import { workloadPriorities } from "../platform/priorities";
import { closedContainer } from "../platform/securityContext";
import { volumeClasses } from "./blockStorage";
import { etcdDiskGiB, etcdMembers, etcdRequests, limitsOf, milvusSecrets } from "./milvusParts";

/** Name of the set and of the Service by which its members have names. */
export const etcdName = "etcd";

/** Labels of its pods. */
export const etcdPods = { "app.kubernetes.io/name": "milvus-etcd" } as const;

export const etcdPorts = { client: 2379, peer: 2380, metrics: 2381 } as const;

/**
 * The project's own image: it has etcd and its tools, and no shell. Milvus' chart would bring Bitnami's chart, which is retired.
 * 3.6 is the older of the two series that are mended (https://etcd.io/docs/latest/op-guide/versioning/).
 */
export const etcdImage = { repository: "quay.io/coreos/etcd", tag: "v3.6.16" } as const;

/** Size from which etcd takes no more writes, bytes: Milvus' own default for it (values of its chart). */
export const etcdQuotaBytes = 4 * 2 ** 30;

/** Whoever its process runs as: the image names nobody. */
const etcdUser = 1000;

const folders = { data: "/var/lib/etcd", certificates: "/etc/etcd/certificates" } as const;

/** Names of the members in order. */
function members(): readonly string[] {
  return Array.from({ length: etcdMembers }, (_, member) => `${etcdName}-${member}`);
}

function memberHost(member: string, namespace: string): string {
  return `${member}.${etcdName}.${namespace}.svc`;
}

/** Names that the members' certificate has: a member is let in by the others only from where its name leads. */
export function etcdDnsNames(namespace: string): readonly string[] {
  return [
    ...members().map((member) => memberHost(member, namespace)),
    `${etcdName}.${namespace}.svc`,
    "localhost",
  ];
}

/** Where the members answer; that they do so by TLS, Milvus is told apart. */
export function etcdEndpoints(namespace: string): readonly string[] {
  return members().map((member) => `${memberHost(member, namespace)}:${etcdPorts.client}`);
}

/** What a member is started with (server/embed/config.go); the kubelet puts its name in. */
export function etcdArguments(namespace: string): readonly string[] {
  const { client, peer, metrics } = etcdPorts;
  const own = memberHost("$(POD_NAME)", namespace);
  const files = (prefix: string) => [
    `--${prefix}cert-file=${folders.certificates}/tls.crt`,
    `--${prefix}key-file=${folders.certificates}/tls.key`,
    `--${prefix}trusted-ca-file=${folders.certificates}/ca.crt`,
    `--${prefix}client-cert-auth=true`,
  ];
  return [
    "--name=$(POD_NAME)",
    // it must be nobody else's, which the volume's own folder is not
    `--data-dir=${folders.data}/data`,
    `--listen-client-urls=https://0.0.0.0:${client}`,
    `--advertise-client-urls=https://${own}:${client}`,
    `--listen-peer-urls=https://0.0.0.0:${peer}`,
    `--initial-advertise-peer-urls=https://${own}:${peer}`,
    `--listen-metrics-urls=http://0.0.0.0:${metrics}`,
    `--initial-cluster=${members()
      .map((member) => `${member}=https://${memberHost(member, namespace)}:${peer}`)
      .join(",")}`,
    `--initial-cluster-token=${namespace}`,
    "--initial-cluster-state=new",
    ...files(""),
    ...files("peer-"),
    "--tls-min-version=TLS1.3",
    `--quota-backend-bytes=${etcdQuotaBytes}`,
    "--auto-compaction-mode=revision",
    "--auto-compaction-retention=1000",
  ];
}

/** Arguments of {@link milvusEtcd}. */
export interface MilvusEtcdArgs {
  /** Name of the namespace, before it exists. */
  readonly namespace: string;
  readonly namespaceName: pulumi.Output<string>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Refuse deletion. */
  readonly protect: boolean;
  /** What has to be there for whoever watches it. */
  readonly ready: readonly pulumi.Resource[];
  /** Certificate of the members, which their pods wait for. */
  readonly certificate: pulumi.Resource;
}

/** etcd, where Milvus has what its objects are: three members on different nodes, each with a volume that stays. */
export function milvusEtcd(
  name: string,
  { namespace, namespaceName, nodeSelector, protect, ready, certificate }: MilvusEtcdArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apps.v1.StatefulSet {
  const service = new k8s.core.v1.Service(
    `${name}-etcd`,
    {
      metadata: {
        name: etcdName,
        namespace: namespaceName,
        // members are found before they are ready, which they are only once they have found each other
        annotations: { "pulumi.com/skipAwait": "true" },
      },
      spec: {
        clusterIP: "None",
        publishNotReadyAddresses: true,
        selector: etcdPods,
        ports: [
          { name: "client", port: etcdPorts.client },
          { name: "peer", port: etcdPorts.peer },
        ],
      },
    },
    opts,
  );
  const account = new k8s.core.v1.ServiceAccount(
    `${name}-etcd`,
    { metadata: { name: etcdName, namespace: namespaceName }, automountServiceAccountToken: false },
    opts,
  );
  new k8s.policy.v1.PodDisruptionBudget(
    `${name}-etcd`,
    {
      metadata: { name: etcdName, namespace: namespaceName },
      spec: { maxUnavailable: 1, selector: { matchLabels: etcdPods } },
    },
    opts,
  );
  const set = new k8s.apps.v1.StatefulSet(
    name,
    {
      metadata: { name: etcdName, namespace: namespaceName },
      spec: {
        serviceName: service.metadata.name,
        replicas: etcdMembers,
        // none is ready before a second is there
        podManagementPolicy: "Parallel",
        selector: { matchLabels: etcdPods },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        template: {
          metadata: { labels: etcdPods },
          spec: {
            serviceAccountName: account.metadata.name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            priorityClassName: workloadPriorities.critical,
            ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
            affinity: {
              podAntiAffinity: {
                requiredDuringSchedulingIgnoredDuringExecution: [
                  { topologyKey: "kubernetes.io/hostname", labelSelector: { matchLabels: etcdPods } },
                ],
              },
            },
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: "topology.kubernetes.io/zone",
                whenUnsatisfiable: "ScheduleAnyway",
                nodeTaintsPolicy: "Honor",
                labelSelector: { matchLabels: etcdPods },
              },
            ],
            securityContext: {
              runAsNonRoot: true,
              runAsUser: etcdUser,
              runAsGroup: etcdUser,
              fsGroup: etcdUser,
              fsGroupChangePolicy: "OnRootMismatch",
              seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [container(namespace)],
            volumes: [
              { name: "certificates", secret: { secretName: milvusSecrets.etcd, defaultMode: 0o440 } },
            ],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: {
              accessModes: ["ReadWriteOnce"],
              storageClassName: volumeClasses.fast,
              resources: { requests: { storage: `${etcdDiskGiB}Gi` } },
            },
          },
        ],
      },
    },
    {
      ...opts,
      protect,
      dependsOn: [certificate],
      // a set can't be told of other volumes: it would be replaced
      ignoreChanges: ["spec.volumeClaimTemplates"],
      customTimeouts: { create: "20m", update: "30m" },
    },
  );
  podMonitor(
    `${name}-etcd-metrics`,
    { namespace: namespaceName, monitor: etcdName, podLabels: etcdPods, port: "metrics" },
    { ...opts, dependsOn: [...ready] },
  );
  return set;
}

function container(namespace: string): k8s.types.input.core.v1.Container {
  const probe = (path: string) => ({ httpGet: { path, port: "metrics" } });
  return {
    name: etcdName,
    image: `${etcdImage.repository}:${etcdImage.tag}`,
    command: ["/usr/local/bin/etcd"],
    args: [...etcdArguments(namespace)],
    env: [{ name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } }],
    ports: [
      { name: "client", containerPort: etcdPorts.client },
      { name: "peer", containerPort: etcdPorts.peer },
      { name: "metrics", containerPort: etcdPorts.metrics },
    ],
    // a member that reads its log back may take minutes to answer at all
    startupProbe: { ...probe("/livez"), periodSeconds: 10, failureThreshold: 60 },
    livenessProbe: { ...probe("/livez"), periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 6 },
    readinessProbe: { ...probe("/readyz"), periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 3 },
    resources: { requests: etcdRequests, limits: { ...limitsOf(etcdRequests) } },
    securityContext: closedContainer(),
    volumeMounts: [
      { name: "data", mountPath: folders.data },
      { name: "certificates", mountPath: folders.certificates, readOnly: true },
    ],
  };
}
