import type * as pulumi from "@pulumi/pulumi";
import { spreadOver } from "../platform/spread";
import { etcdEndpoints } from "./milvusEtcd";
import {
  etcdRoot,
  limitsOf,
  milvusFiles,
  milvusFolders,
  milvusHost,
  milvusName,
  type MilvusPart,
  milvusParts,
  milvusPods,
  milvusPorts,
  milvusSecrets,
  type MilvusSize,
  milvusUser,
  passwordKey,
} from "./milvusParts";
import type { MilvusVersion } from "./vectorStore";

/** How Milvus reaches its bucket: by the protocol of S3 on both clouds, as its service account's identity. */
export interface ObjectAccess {
  /** What Milvus and its backups call the cloud. */
  readonly cloudProvider: "aws" | "gcp";
  /** Where the bucket answers, on port 443. */
  readonly host: string;
  /** @default "" - the cloud has one address for all */
  readonly region?: string;
}

/** Arguments of {@link milvusValues}. */
export interface MilvusValuesArgs extends MilvusSize {
  readonly namespace: string;
  readonly version: MilvusVersion;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly bucketName: pulumi.Input<string>;
  readonly objects: ObjectAccess;
}

/** Where Milvus' image comes from, registry and all. */
export const milvusImage = "docker.io/milvusdb/milvus";

/** Variable that Milvus reads its `common.security.defaultRootPassword` from, before any file (pkg/config/env_source.go). */
const rootPasswordVariable = "COMMON_SECURITY_DEFAULTROOTPASSWORD";

/**
 * What Milvus is told beside what the chart tells it (configs/milvus.yaml of 2.6). Its log is Woodpecker, a library in the
 * streaming nodes that writes to the same bucket: no Kafka to run for it, none to lose, and it comes back with the bucket.
 */
export function milvusConfig(namespace: string): Readonly<Record<string, unknown>> {
  const { server, etcd } = milvusFiles;
  const files = {
    serverPemPath: `${server}/tls.crt`,
    serverKeyPath: `${server}/tls.key`,
    caPemPath: `${server}/ca.crt`,
  };
  return {
    etcd: {
      rootPath: etcdRoot,
      ssl: {
        enabled: true,
        tlsCert: `${etcd}/tls.crt`,
        tlsKey: `${etcd}/tls.key`,
        tlsCACert: `${etcd}/ca.crt`,
        tlsMinVersion: "1.3",
      },
    },
    mq: { type: "woodpecker" },
    tls: files,
    // between the parts, which all show the certificate of this name
    internaltls: { ...files, sni: milvusHost(namespace) },
    common: {
      security: {
        authorizationEnabled: true,
        // the password of another is changed without the old one by it alone
        superUsers: "root",
        tlsMode: 1,
        internaltlsEnabled: true,
      },
    },
    // with TLS it does not start where HTTP shares the port of gRPC (internal/distributed/proxy/listener_manager.go)
    proxy: { http: { enabled: true, port: milvusPorts.rest } },
  };
}

/** Values of the chart. */
export function milvusValues(args: MilvusValuesArgs): Record<string, unknown> {
  const { namespace, version, nodeSelector, bucketName, objects } = args;
  const { region = "" } = objects;
  const { proxy, mixCoordinator, streamingNode, dataNode, queryNode } = milvusParts(args);
  const off = { enabled: false };
  return {
    fullnameOverride: milvusName,
    cluster: { enabled: true },
    image: { all: { repository: milvusImage, tag: `v${version}` } },
    // etcd stands beside it, the bucket is the cloud's, the log is in the bucket
    etcd: off,
    minio: off,
    pulsar: off,
    pulsarv3: off,
    kafka: off,
    woodpecker: off,
    tei: off,
    attu: off,
    streaming: { enabled: true, woodpecker: { embedded: true, storage: { type: "minio" } } },
    externalEtcd: { enabled: true, endpoints: etcdEndpoints(namespace) },
    externalS3: {
      enabled: true,
      host: objects.host,
      port: "443",
      useSSL: true,
      useIAM: true,
      cloudProvider: objects.cloudProvider,
      region,
      bucketName,
      rootPath: milvusFolders.data,
    },
    serviceAccount: { create: false, name: milvusName },
    service: { type: "ClusterIP", port: milvusPorts.grpc },
    ingress: off,
    metrics: { enabled: true, serviceMonitor: { enabled: true, interval: "30s" } },
    log: { level: "info", format: "json" },
    nodeSelector,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: milvusUser,
      runAsGroup: milvusUser,
      fsGroup: milvusUser,
      seccompProfile: { type: "RuntimeDefault" },
    },
    containerSecurityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    volumes: [
      { name: "server", secret: { secretName: milvusSecrets.server, defaultMode: 0o440 } },
      { name: "etcd", secret: { secretName: milvusSecrets.etcdClient, defaultMode: 0o440 } },
    ],
    volumeMounts: [
      { name: "server", mountPath: milvusFiles.server, readOnly: true },
      { name: "etcd", mountPath: milvusFiles.etcd, readOnly: true },
    ],
    proxy: partValues(proxy),
    mixCoordinator: {
      ...partValues(mixCoordinator),
      activeStandby: { enabled: mixCoordinator.replicas > 1 },
      // it makes `root` when it starts for the first time
      extraEnv: [
        {
          name: rootPasswordVariable,
          valueFrom: { secretKeyRef: { name: milvusSecrets.root, key: passwordKey } },
        },
      ],
    },
    streamingNode: partValues(streamingNode),
    dataNode: partValues(dataNode),
    // it counts on the disk that it may fill, and no more
    queryNode: { ...partValues(queryNode), disk: { enabled: true, size: { enabled: true } } },
    extraConfigFiles: { "user.yaml": JSON.stringify(milvusConfig(namespace)) },
  };
}

function partValues({ component, replicas, requests, ephemeralGiB }: MilvusPart): Record<string, unknown> {
  const disk = { "ephemeral-storage": `${ephemeralGiB}Gi` };
  return {
    replicas,
    resources: { requests: { ...requests, ...disk }, limits: { ...limitsOf(requests), ...disk } },
    // a new pod is there before an old one goes: a search in between has somewhere to go
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    topologySpreadConstraints: spreadOver({ ...milvusPods, component }),
  };
}

/** What hooks read of the release that runs: the version of Milvus. */
export function versionOfValues(fields: pulumi.ResourceHookArgs["newInputs"]): string | undefined {
  const tag = ["values", "image", "all", "tag"].reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined),
    fields,
  );
  return typeof tag === "string" ? tag.replace(/^v/, "") : undefined;
}
