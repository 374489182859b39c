import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { Access } from "../identity/workloadIdentity";
import { workloadPriorities } from "../platform/priorities";
import { closedContainer } from "../platform/securityContext";

/** Name of the set, of its Service and of its account. */
export const objectsName = "objects";

/** Labels of its pod. */
export const objectsPods = { "app.kubernetes.io/name": "objects" } as const;

export const objectsPorts = { s3: 8333, metrics: 9327 } as const;

/**
 * The project's own image, of release 4.44 of August 2026 (https://github.com/seaweedfs/seaweedfs). SeaweedFS it is since it has
 * a release every few weeks and Apache's licence; Garage is AGPL, RustFS has no release yet that calls itself stable, and
 * MinIO's free edition gets neither images nor mends.
 */
export const objectsImage = { repository: "docker.io/chrislusf/seaweedfs", tag: "4.44" } as const;

/** The one bucket: there is nobody else in the namespace whose name it could take. */
export const objectsBucket = "objects";

/** What a bucket's address needs and nothing goes by. */
export const objectsRegion = "us-east-1";

/** Secrets and files of the pod. */
export const objectsSecrets = { identities: "identities", certificate: "objects-tls" } as const;

/** Name of the file of those that are let in. */
export const identitiesFile = "identities.json";

const folders = {
  data: "/data",
  identities: "/etc/objects/identities",
  certificate: "/etc/objects/certificate",
  scratch: "/tmp",
} as const;

/** Whoever the image makes for it: `seaweed`. */
const objectsUser = 1000;

/** What it asks for; its index of small files is in memory. */
export const objectsResources = {
  requests: { cpu: "100m", memory: "512Mi" },
  limits: { cpu: "1", memory: "1Gi" },
} as const;

/** Size of the files that objects are put together in, MB, so that a small disk has room for several. */
const volumeMegabytes = 1024;

/** A name under which clients reach it. */
export function objectsHost(namespace: string): string {
  return `${objectsName}.${namespace}.svc`;
}

/** What an access lets do in the bucket, by SeaweedFS' names (weed/s3api/s3_constants/s3_actions.go); nobody makes another. */
const actions: Readonly<Record<Access, readonly string[]>> = {
  read: ["Read", "List"],
  readWrite: ["Read", "List", "Tagging", "Write"],
};

/**
 * The file of those that are let in. Where it names nobody, everybody is (weed/s3api/auth_credentials.go, isAuthEnabled): so
 * there always is one, who has no key and may do nothing.
 */
export function identitiesOf(
  users: Readonly<Record<string, { readonly access: Access; readonly secretKey: string }>>,
): string {
  return JSON.stringify({
    identities: [
      { name: "nobody", credentials: [], actions: [] },
      ...Object.entries(users).map(([name, { access, secretKey }]) => ({
        name,
        credentials: [{ accessKey: name, secretKey }],
        actions: actions[access].map((action) => `${action}:${objectsBucket}`),
      })),
    ],
  });
}

/**
 * What it is started with (weed/command/server.go of 4.44): all its parts in one process, which ask nobody who they are and
 * are not heard outside the pod. S3 is, which does ask, and the metrics; S3's port for commands is closed by the namespace.
 */
export function serverArguments(): readonly string[] {
  return [
    "-logtostderr=true",
    "server",
    `-dir=${folders.data}`,
    "-ip=127.0.0.1",
    "-ip.bind=127.0.0.1",
    "-volume.max=0",
    `-master.volumeSizeLimitMB=${volumeMegabytes}`,
    "-filer",
    "-s3",
    "-s3.ip.bind=0.0.0.0",
    `-s3.port=${objectsPorts.s3}`,
    // where there is no port of its own for TLS, there is nothing but TLS
    `-s3.cert.file=${folders.certificate}/tls.crt`,
    `-s3.key.file=${folders.certificate}/tls.key`,
    `-s3.config=${folders.identities}/${identitiesFile}`,
    // identities are those of the file; catalogues of tables ask nobody who they are
    "-s3.iam=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.allowDeleteBucketNotEmpty=false",
    "-metricsIp=0.0.0.0",
    `-metricsPort=${objectsPorts.metrics}`,
  ];
}

/** Makes the bucket where it is not there yet, and ends once it is: before the pod is ready. */
export function bucketScript(): string {
  const shell = "weed shell -master=127.0.0.1:9333 -filer=127.0.0.1:8888";
  return [
    `until echo s3.bucket.list | ${shell} | grep -qw ${objectsBucket}; do`,
    `  echo s3.bucket.create -name ${objectsBucket} | ${shell}`,
    "  sleep 2",
    "done",
  ].join("\n");
}

/** Arguments of {@link objectServer}. */
export interface ObjectServerArgs {
  readonly namespaceName: pulumi.Output<string>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly storageClassName: string;
  /** Disk, GiB. */
  readonly diskGiB: number;
  /** Digest of the identities: another starts it again, as it reads them once. */
  readonly identities: pulumi.Output<string>;
}

/** The server: one pod with one disk, which is there again a minute after its node is lost. */
export function objectServer(
  name: string,
  { namespaceName, nodeSelector, storageClassName, diskGiB, identities }: ObjectServerArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.apps.v1.StatefulSet {
  const account = new k8s.core.v1.ServiceAccount(
    name,
    { metadata: { name: objectsName, namespace: namespaceName }, automountServiceAccountToken: false },
    opts,
  );
  return new k8s.apps.v1.StatefulSet(
    name,
    {
      metadata: { name: objectsName, namespace: namespaceName },
      spec: {
        serviceName: objectsName,
        replicas: 1,
        selector: { matchLabels: objectsPods },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Delete", whenScaled: "Retain" },
        template: {
          metadata: { labels: objectsPods, annotations: { "groundwork.dev/identities": identities } },
          spec: {
            serviceAccountName: account.metadata.name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            priorityClassName: workloadPriorities.critical,
            ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
            securityContext: {
              runAsNonRoot: true,
              runAsUser: objectsUser,
              runAsGroup: objectsUser,
              fsGroup: objectsUser,
              fsGroupChangePolicy: "OnRootMismatch",
              seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [container()],
            volumes: [
              {
                name: "identities",
                secret: { secretName: objectsSecrets.identities, defaultMode: 0o440 },
              },
              {
                name: "certificate",
                secret: { secretName: objectsSecrets.certificate, defaultMode: 0o440 },
              },
              { name: "scratch", emptyDir: { sizeLimit: "256Mi" } },
            ],
          },
        },
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: {
              accessModes: ["ReadWriteOnce"],
              storageClassName,
              resources: { requests: { storage: `${diskGiB}Gi` } },
            },
          },
        ],
      },
    },
    // another disk is another set: what it held goes with it
    { ...opts, deleteBeforeReplace: true, replaceOnChanges: ["spec.volumeClaimTemplates"] },
  );
}

function container(): k8s.types.input.core.v1.Container {
  // who asks shows no certificate and checks none: the kubelet
  const probe = { httpGet: { path: "/healthz", port: "s3", scheme: "HTTPS" } };
  return {
    name: objectsName,
    image: `${objectsImage.repository}:${objectsImage.tag}`,
    command: ["/usr/bin/weed"],
    args: [...serverArguments()],
    // its index is put where the process stands
    workingDir: folders.data,
    env: [{ name: "HOME", value: folders.scratch }],
    ports: [
      { name: "s3", containerPort: objectsPorts.s3 },
      { name: "metrics", containerPort: objectsPorts.metrics },
    ],
    lifecycle: { postStart: { exec: { command: ["/bin/sh", "-c", bucketScript()] } } },
    startupProbe: { ...probe, periodSeconds: 5, failureThreshold: 60 },
    livenessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 6 },
    readinessProbe: { ...probe, periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3 },
    resources: { requests: { ...objectsResources.requests }, limits: { ...objectsResources.limits } },
    securityContext: closedContainer(),
    volumeMounts: [
      { name: "data", mountPath: folders.data },
      { name: "identities", mountPath: folders.identities, readOnly: true },
      { name: "certificate", mountPath: folders.certificate, readOnly: true },
      { name: "scratch", mountPath: folders.scratch },
    ],
  };
}
