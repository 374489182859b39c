import type * as pulumi from "@pulumi/pulumi";
import type { Access } from "../identity/workloadIdentity";
import type { NamespaceQuota } from "../platform/namespace";
import { workloadPriorities } from "../platform/priorities";
import { bytes, millicores } from "../workload/quantity";
import { type MongoArgs, mongoDatabase, mongoRoles } from "./mongo";
import {
  agentResources,
  backupSpec,
  type BackupSpecArgs,
  backupWatcher,
  backupWatcherRole,
  noBackups,
} from "./perconaBackups";

/** Name of the one set in its namespace; what the operator makes is named from it. */
export const perconaCluster = "mongo";

/** Name of the replica set itself. */
export const perconaSet = "rs0";

/** Version of the operator whose definitions the spec follows. */
export const perconaOperatorVersion = "1.22.0";

/**
 * Images by MongoDB's major: those with which that operator was released
 * (percona-server-mongodb-operator v1.22.0, e2e-tests/release_versions).
 */
export const perconaServer = {
  repository: "docker.io/percona/percona-server-mongodb",
  tags: { "8.0": "8.0.19-7", "7.0": "7.0.30-16" },
} as const;

/** Tells Prometheus what the server knows of itself. */
export const perconaExporter = { repository: "docker.io/percona/mongodb_exporter", tag: "0.53.0" } as const;

export const perconaPorts = { server: 27017, metrics: 9216, operatorMetrics: 8080 } as const;

/** Labels of the pods, by the operator (pkg/naming/labels.go), and of the operator's own, by our values. */
export const perconaPods = {
  server: {
    "app.kubernetes.io/name": "percona-server-mongodb",
    "app.kubernetes.io/instance": perconaCluster,
    "app.kubernetes.io/component": "mongod",
  },
  operator: { "groundwork.dev/component": "mongo-operator" },
} as const;

/**
 * Secrets of the set: its own users and the key of the data, made by the operator, and certificates, made by cert-manager
 * under other names than the operator's own, which it would take as its.
 */
export const perconaSecrets = {
  users: `${perconaCluster}-system-users`,
  encryptionKey: `${perconaCluster}-encryption-key`,
  ssl: `${perconaCluster}-server`,
  sslInternal: `${perconaCluster}-member`,
} as const;

/** Name of the Secret of a workload's user in the set's namespace. */
export function perconaUserSecret(user: string): string {
  return `user-${user}`;
}

/** Service account of the nodes where they reach a bucket. */
export const perconaAccount = "mongod";

/** The key in it. */
export const passwordKey = "password";

/** Whom Percona's image runs as. */
const serverUser = 1001;

const restricted = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
} as const;

/** Operations that take longer are logged, milliseconds. */
const slowMilliseconds = 100;

/** Arguments of {@link perconaSpec}. */
export interface PerconaSpecArgs extends Pick<MongoArgs, "version" | "machine" | "diskGiB" | "nodes"> {
  readonly storageClassName: string;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly users: Readonly<Record<string, Access>>;
  /** @default - the operator takes none */
  readonly backups?: Pick<BackupSpecArgs, "storage" | "retentionDays">;
}

/** Memory of the exporter, and of what replaces a pod; CPU likewise. */
export const exporterResources = {
  requests: { cpu: "50m", memory: "128Mi" },
  limits: { cpu: "200m", memory: "128Mi" },
} as const;

/**
 * The exporter verifies the server by its authority, and signs in as the operator's own user for monitoring; where there are
 * backups as one who sees them as well, whom the operator makes once the set is there.
 */
function exporter(watchesBackups: boolean) {
  const from = (name: string, secret: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: secret, key } },
  });
  const { users } = perconaSecrets;
  return {
    name: "exporter",
    image: `${perconaExporter.repository}:${perconaExporter.tag}`,
    args: [
      `--mongodb.uri=mongodb://localhost:${perconaPorts.server}/admin?tls=true&tlsCAFile=/certificates/ca.crt`,
      "--collector.diagnosticdata",
      "--collector.replicasetstatus",
      ...(watchesBackups ? ["--collector.pbm"] : []),
    ],
    // names that the exporter reads besides its URI
    env: watchesBackups
      ? [
          { name: "MONGODB_USER", value: backupWatcher },
          from("MONGODB_PASSWORD", perconaUserSecret(backupWatcher), passwordKey),
        ]
      : [
          from("MONGODB_USER", users, "MONGODB_CLUSTER_MONITOR_USER"),
          from("MONGODB_PASSWORD", users, "MONGODB_CLUSTER_MONITOR_PASSWORD"),
        ],
    ports: [{ name: "metrics", containerPort: perconaPorts.metrics }],
    volumeMounts: [{ name: "certificates", mountPath: "/certificates", readOnly: true }],
    resources: exporterResources,
    securityContext: { ...restricted, readOnlyRootFilesystem: true, runAsUser: 65535 },
  };
}

/** Requests and limits of a container. */
interface Resources {
  readonly requests: Readonly<Record<"cpu" | "memory", string>>;
  readonly limits: Readonly<Record<"cpu" | "memory", string>>;
}

/**
 * What a node asks for: half of its machine's memory, which it shares with other pods, and all of the processors when they
 * are free, a quarter for certain.
 */
export function perconaResources({ machine: { vcpus, memoryGiB } }: Pick<MongoArgs, "machine">): Resources {
  const memory = `${memoryGiB / 2}Gi`;
  return { requests: { cpu: `${vcpus * 250}m`, memory }, limits: { cpu: `${vcpus}`, memory } };
}

/** The spec of psmdb.percona.com/v1 PerconaServerMongoDB, as far as we use it. */
export function perconaSpec(args: PerconaSpecArgs): Readonly<Record<string, unknown>> {
  const { version, diskGiB, nodes, storageClassName, nodeSelector, users, backups } = args;
  const tag = imageTag(version);
  return {
    crVersion: perconaOperatorVersion,
    image: `${perconaServer.repository}:${tag}`,
    imagePullPolicy: "IfNotPresent",
    updateStrategy: "SmartUpdate",
    // the version is the config's, and nothing of the set is told to Percona
    upgradeOptions: { apply: "disabled", setFCV: true },
    tls: { mode: "requireTLS", allowInvalidCertificates: false },
    secrets: perconaSecrets,
    initContainerSecurityContext: { ...restricted, runAsUser: serverUser },
    // a larger `diskGiB` enlarges the volumes; by itself the operator would write the new size into this very object, which the
    // next update would take back, and a volume never shrinks
    storageScaling: { enableVolumeScaling: true, autoscaling: { enabled: false } },
    sharding: { enabled: false },
    backup:
      backups === undefined
        ? noBackups
        : backupSpec({
            ...backups,
            // the agent writes its certificate into a file of its own
            containerSecurityContext: { ...restricted, runAsUser: serverUser },
          }),
    logcollector: { enabled: false },
    replsets: [
      {
        name: perconaSet,
        size: nodes,
        // a volume is in one zone, and so is its node
        affinity: { antiAffinityTopologyKey: "kubernetes.io/hostname" },
        topologySpreadConstraints: zoneSpread(),
        nodeSelector,
        priorityClassName: workloadPriorities.critical,
        podDisruptionBudget: { maxUnavailable: 1 },
        expose: { enabled: false },
        configuration: [
          "security:",
          "  enableEncryption: true",
          // workloads have a password and no certificate of their own; the server shows its own either way
          "net:",
          "  tls:",
          "    allowConnectionsWithoutCertificates: true",
          "operationProfiling:",
          "  mode: slowOp",
          `  slowOpThresholdMs: ${slowMilliseconds}`,
        ].join("\n"),
        resources: perconaResources(args),
        podSecurityContext: {
          runAsNonRoot: true,
          runAsUser: serverUser,
          runAsGroup: serverUser,
          fsGroup: serverUser,
          seccompProfile: { type: "RuntimeDefault" },
        },
        containerSecurityContext: { ...restricted, runAsUser: serverUser },
        ...(backups !== undefined && { serviceAccountName: perconaAccount }),
        sidecars: [exporter(backups !== undefined)],
        sidecarVolumes: [
          {
            name: "certificates",
            secret: { secretName: perconaSecrets.ssl, items: [{ key: "ca.crt", path: "ca.crt" }] },
          },
        ],
        volumeSpec: {
          persistentVolumeClaim: {
            storageClassName,
            accessModes: ["ReadWriteOnce"],
            resources: { requests: { storage: `${diskGiB}Gi` } },
          },
        },
      },
    ],
    ...(backups !== undefined && { roles: [backupWatcherRole] }),
    users: [
      ...Object.entries(users).map(([user, access]) =>
        userSpec(user, { name: mongoRoles[access], db: mongoDatabase }),
      ),
      ...(backups === undefined
        ? []
        : [userSpec(backupWatcher, { name: backupWatcherRole.role, db: backupWatcherRole.db })]),
    ],
  };
}

function userSpec(name: string, role: Readonly<Record<"name" | "db", string>>) {
  return {
    name,
    db: "admin",
    passwordSecretRef: { name: perconaUserSecret(name), key: passwordKey },
    roles: [role],
  };
}

/** Image of a major, which it names by itself. */
function imageTag(version: string): string {
  const tags: Readonly<Record<string, string>> = perconaServer.tags;
  const tag = tags[version];
  if (tag === undefined) {
    throw new Error(`version: expected one of ${Object.keys(tags).join(", ")}, got ${version}`);
  }
  return tag;
}

/** Over zones; over nodes they are by the affinity. Pods of a StatefulSet have no hash of their template to be told by. */
function zoneSpread(): readonly Readonly<Record<string, unknown>>[] {
  return [
    {
      maxSkew: 1,
      topologyKey: "topology.kubernetes.io/zone",
      whenUnsatisfiable: "ScheduleAnyway",
      nodeTaintsPolicy: "Honor",
      labelSelector: { matchLabels: perconaPods.server },
    },
  ];
}

/** Room for the set, its operator, and a pod of either that takes the place of another. */
export function perconaQuota({
  machine,
  nodes,
  diskGiB,
  withBackups,
}: Pick<PerconaSpecArgs, "machine" | "nodes" | "diskGiB"> & {
  readonly withBackups: boolean;
}): NamespaceQuota {
  const pods = nodes + 1;
  const agent = withBackups
    ? {
        cpu: millicores(agentResources.limits.cpu, "cpu") / 1000,
        memoryGiB: bytes(agentResources.limits.memory, "memory") / 2 ** 30,
      }
    : { cpu: 0, memoryGiB: 0 };
  const cpu = pods * (machine.vcpus + agent.cpu) + 2;
  const memory = `${pods * (machine.memoryGiB / 2 + agent.memoryGiB) + 2}Gi`;
  return {
    requests: { cpu: `${cpu}`, memory },
    limits: { cpu: `${cpu}`, memory },
    pods: pods + 4,
    storageGiB: nodes * diskGiB,
  };
}

/** Every node's address, by the operator's headless Service; the certificates are for these names. */
export function perconaHosts(namespace: string, nodes: number): string {
  return Array.from(
    { length: nodes },
    (_, node) =>
      `${perconaCluster}-${perconaSet}-${node}.${perconaCluster}-${perconaSet}.${namespace}.svc.cluster.local:${perconaPorts.server}`,
  ).join(",");
}

/** What hooks read of the spec that runs: the major of its image. */
export function majorOfSpec(fields: pulumi.ResourceHookArgs["newInputs"]): string | undefined {
  const spec: unknown = fields?.["spec"];
  const image: unknown = typeof spec === "object" && spec !== null ? Reflect.get(spec, "image") : undefined;
  return typeof image === "string" ? /:(\d+\.\d+)/.exec(image)?.[1] : undefined;
}
