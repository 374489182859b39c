import * as pulumi from "@pulumi/pulumi";
import { platformPriority } from "../platform/priorities";
import { closedContainer } from "../platform/securityContext";
import { spreadOver } from "../platform/spread";
import {
  serverHost,
  serverSecret,
  vaultFolders,
  vaultImage,
  vaultName,
  vaultPods,
  vaultPorts,
} from "./vaultParts";

/** Servers: one may be away, or a zone. */
export const serversOf = (highlyAvailable: boolean): number => (highlyAvailable ? 3 : 1);

/** What a server asks for; HashiCorp's small cluster has more, for thousands of requests a second. */
export const serverRequests = { cpu: "250m", memory: "512Mi" } as const;
const serverLimits = { cpu: "1", memory: "1Gi" } as const;

/** What the watcher beside it asks for. */
export const watcherRequests = { cpu: "10m", memory: "32Mi" } as const;
const watcherLimits = { cpu: "100m", memory: "64Mi" } as const;

/** Disk of a server for its data, and for its audit log, GiB each. */
export const serverDiskGiB = 10;

/** When the audit log is begun anew, MiB, and how many of them are kept: together half of the disk. */
const auditFileMiB = 500;
const auditFiles = 10;

/** Whoever the image's server runs as. */
const vaultUser = 100;
const vaultGroup = 1000;

/** Arguments of {@link vaultValues}. */
export interface VaultValuesArgs {
  readonly highlyAvailable: boolean;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly storageClassName: string;
  /** Version of the server: the watcher runs by the same image. */
  readonly version: string;
  readonly serviceAccountAnnotations: pulumi.Input<Record<string, string>>;
  /** How it is opened, HCL. */
  readonly sealStanza: pulumi.Input<string>;
}

/**
 * What each server is told, HCL. Metrics have a listener of their own: asked for with a token they would need one that
 * never ends, and the network lets Prometheus alone to that port.
 */
export function serverConfig(servers: number, sealStanza: string): string {
  const tls = [
    `  tls_cert_file = "${vaultFolders.tls}/tls.crt"`,
    `  tls_key_file = "${vaultFolders.tls}/tls.key"`,
    '  tls_min_version = "tls12"',
  ];
  const joins = Array.from({ length: servers }, (_, index) => [
    "  retry_join {",
    `    leader_api_addr = "https://${serverHost(index)}:${vaultPorts.api}"`,
    `    leader_ca_cert_file = "${vaultFolders.tls}/ca.crt"`,
    "  }",
  ]).flat();
  return [
    "ui = false",
    // raft's own store maps files into memory, which can't be locked
    "disable_mlock = true",
    'listener "tcp" {',
    `  address = "[::]:${vaultPorts.api}"`,
    `  cluster_address = "[::]:${vaultPorts.cluster}"`,
    ...tls,
    "}",
    'listener "tcp" {',
    `  address = "[::]:${vaultPorts.metrics}"`,
    ...tls,
    "  telemetry {",
    "    unauthenticated_metrics_access = true",
    "  }",
    "}",
    'storage "raft" {',
    `  path = "${vaultFolders.data}"`,
    ...joins,
    "}",
    'service_registration "kubernetes" {}',
    "telemetry {",
    '  prometheus_retention_time = "2m"',
    "  disable_hostname = true",
    "}",
    sealStanza,
  ].join("\n");
}

/**
 * Has the server read a certificate anew that has been renewed, and keeps its audit log from filling the disk: both by
 * SIGHUP, on which Vault reads and opens its files again. No other process of the pod is named so but for a moment.
 */
export function watcherScript(): string {
  const log = `${vaultFolders.audit}/audit.log`;
  return [
    `certificate="${vaultFolders.tls}/tls.crt"`,
    "trap 'exit 0' TERM",
    'seen=$(cksum < "$certificate")',
    "while true; do",
    "  sleep 30 & wait $!",
    "  again=no",
    '  now=$(cksum < "$certificate")',
    '  if [ "$now" != "$seen" ]; then again=yes; fi',
    `  size=$(stat -c %s "${log}" 2>/dev/null || echo 0)`,
    `  if [ "$size" -gt ${auditFileMiB * 1024 * 1024} ]; then`,
    `    kept=${auditFiles - 1}`,
    '    while [ "$kept" -gt 1 ]; do',
    "      older=$((kept - 1))",
    `      if [ -f "${log}.$older" ]; then mv "${log}.$older" "${log}.$kept"; fi`,
    "      kept=$older",
    "    done",
    `    mv "${log}" "${log}.1"`,
    "    again=yes",
    "  fi",
    // where no server runs it is told the next time
    '  if [ "$again" = yes ] && pkill -HUP -o -x vault; then seen=$now; fi',
    "done",
  ].join("\n");
}

/** Values of the chart. */
export function vaultValues(args: VaultValuesArgs): Record<string, unknown> {
  const { highlyAvailable, nodeSelector, storageClassName, version, serviceAccountAnnotations } = args;
  const replicas = serversOf(highlyAvailable);
  return {
    global: { tlsDisable: false },
    // services sign in by themselves: nothing changes pods as they are made
    injector: { enabled: false },
    server: {
      image: { repository: vaultImage },
      // one after the other, each opened by the key before the next is stopped; the chart would wait for somebody
      updateStrategyType: "RollingUpdate",
      includeConfigAnnotation: true,
      logFormat: "json",
      resources: { requests: serverRequests, limits: serverLimits },
      priorityClassName: platformPriority,
      nodeSelector,
      ...(highlyAvailable ? {} : { affinity: "" }),
      topologySpreadConstraints: zones(highlyAvailable),
      shareProcessNamespace: true,
      extraContainers: [watcher(version)],
      volumes: [
        { name: "tls", secret: { secretName: serverSecret, defaultMode: 0o440 } },
        // a snapshot that is restored lies here whole, as encrypted as on the volume
        { name: "tmp", emptyDir: { sizeLimit: "4Gi" } },
      ],
      volumeMounts: [
        { name: "tls", mountPath: vaultFolders.tls, readOnly: true },
        { name: "tmp", mountPath: "/tmp" },
      ],
      extraPorts: [{ containerPort: vaultPorts.metrics, name: "metrics" }],
      // sealed, it is stopped by nobody: it would come back sealed
      livenessProbe: {
        enabled: true,
        path: "/v1/sys/health?standbyok=true&sealedcode=204&uninitcode=204&perfstandbyok=true",
        initialDelaySeconds: 60,
        failureThreshold: 6,
      },
      terminationGracePeriodSeconds: 30,
      dataStorage: { size: `${serverDiskGiB}Gi`, storageClass: storageClassName },
      auditStorage: { enabled: true, size: `${serverDiskGiB}Gi`, storageClass: storageClassName },
      statefulSet: {
        securityContext: {
          pod: {
            runAsNonRoot: true,
            runAsUser: vaultUser,
            runAsGroup: vaultGroup,
            fsGroup: vaultGroup,
            fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: { type: "RuntimeDefault" },
          },
          container: closedContainer(),
        },
      },
      serviceAccount: { name: vaultName, annotations: serviceAccountAnnotations },
      ha: {
        enabled: true,
        replicas,
        // by its name, which its certificate has
        apiAddr: `https://${serverHost(0).replace(`${vaultName}-0`, "$(VAULT_K8S_POD_NAME)")}:${vaultPorts.api}`,
        disruptionBudget: highlyAvailable ? { enabled: true, maxUnavailable: 1 } : { enabled: false },
        raft: {
          enabled: true,
          setNodeId: true,
          config: pulumi.output(args.sealStanza).apply((stanza) => serverConfig(replicas, stanza)),
        },
      },
    },
  };
}

/** Its volumes are a zone's own, and its pods no template's. */
function zones(highlyAvailable: boolean) {
  return spreadOver(vaultPods, highlyAvailable ? "required" : "preferred").map(
    ({ maxSkew, topologyKey, whenUnsatisfiable, labelSelector }) => ({
      maxSkew,
      topologyKey,
      whenUnsatisfiable,
      labelSelector,
    }),
  );
}

function watcher(version: string) {
  return {
    name: "watcher",
    image: `${vaultImage}:${version}`,
    command: ["/bin/sh", "-u", "-c"],
    args: [watcherScript()],
    resources: { requests: watcherRequests, limits: watcherLimits },
    securityContext: closedContainer(),
    volumeMounts: [
      { name: "tls", mountPath: vaultFolders.tls, readOnly: true },
      { name: "audit", mountPath: vaultFolders.audit },
    ],
  };
}
