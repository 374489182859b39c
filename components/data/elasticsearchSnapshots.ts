import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadIdentity } from "../identity/workloadIdentity";
import { digest } from "../names";
import { allowTraffic, podsHere, tcp } from "../platform/networkPolicy";
import { closedContainer } from "../platform/securityContext";
import { elasticsearchName, elasticsearchPods, elasticsearchPorts } from "./elasticsearchNodes";
import { userSecret } from "./elasticsearchUsers";
import type { ElasticsearchVersion } from "./search";

/** How the nodes reach a bucket of their cloud. */
export interface SnapshotAccess {
  /** Kind of the repository, as Elasticsearch calls it; both come with it. */
  readonly type: "s3" | "gcs";
  /** What the nodes' pods have for it, beside their service account. */
  readonly pod: (identity: WorkloadIdentity) => NodePodAdditions;
}

/** Parts of a pod that are added to every node. */
export interface NodePodAdditions {
  readonly env: readonly Readonly<Record<string, unknown>>[];
  readonly volumes: readonly Readonly<Record<string, unknown>>[];
  readonly volumeMounts: readonly Readonly<Record<string, unknown>>[];
}

/** Whom the snapshots are set up as. */
export const snapshotsUser = "snapshots";

/** Name of the repository and of the policy in Elasticsearch. */
export const snapshotsName = "backups";

/** When a snapshot is taken, UTC, in Quartz's words: before the backups of databases begin. */
const schedule = "0 30 1 * * ?";

/** Labels of the job's pods. */
export const snapshotsPods = { "app.kubernetes.io/name": "search-snapshots" } as const;

/** Arguments of {@link snapshots}. */
export interface SnapshotsArgs {
  readonly namespace: pulumi.Output<string>;
  readonly version: ElasticsearchVersion;
  readonly type: SnapshotAccess["type"];
  readonly bucketName: pulumi.Output<string>;
  /** How long snapshots are kept, days. */
  readonly retentionDays: number;
}

/** What Elasticsearch is told, by path: where snapshots go, and when they are taken and forgotten. */
export function snapshotSettings(
  type: SnapshotAccess["type"],
  bucket: string,
  retentionDays: number,
): Readonly<Record<string, unknown>> {
  return {
    [`_snapshot/${snapshotsName}`]: { type, settings: { bucket, base_path: elasticsearchName } },
    [`_slm/policy/${snapshotsName}`]: {
      schedule,
      name: "<daily-{now/d}>",
      repository: snapshotsName,
      // users and settings come from the program
      config: { indices: ["*"], include_global_state: false },
      retention: { expire_after: `${retentionDays}d`, min_count: Math.min(3, retentionDays) },
    },
  };
}

/**
 * Has Elasticsearch take a snapshot of all indices each day, by itself. Its API is told so by a job: the operator's own way
 * (StackConfigPolicy) is not in its free edition. The job is another when what it says is another; saying it twice is no harm.
 */
export function snapshots(
  name: string,
  { namespace, version, type, bucketName, retentionDays }: SnapshotsArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.batch.v1.Job {
  allowTraffic(
    `${name}-traffic`,
    {
      namespace,
      policy: "snapshots",
      podLabels: snapshotsPods,
      egress: [{ to: [podsHere(elasticsearchPods)], ports: tcp(elasticsearchPorts.http) }],
    },
    opts,
  );
  const account = new k8s.core.v1.ServiceAccount(
    name,
    { metadata: { name: "snapshots", namespace }, automountServiceAccountToken: false },
    opts,
  );
  const settings = bucketName.apply((bucket) => snapshotSettings(type, bucket, retentionDays));
  const certificates = "/etc/search";
  const requests = settings.apply((each) =>
    Object.entries(each).map(([path, body]) => ({ path, body: JSON.stringify(body) })),
  );
  const fromUser = (key: string) => ({ secretKeyRef: { name: userSecret(snapshotsUser), key } });
  return new k8s.batch.v1.Job(
    name,
    {
      metadata: { name: settings.apply((said) => `snapshots-${digest(JSON.stringify(said))}`), namespace },
      spec: {
        backoffLimit: 6,
        activeDeadlineSeconds: 600,
        template: {
          metadata: { labels: snapshotsPods },
          spec: {
            restartPolicy: "Never",
            serviceAccountName: account.metadata.name,
            automountServiceAccountToken: false,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: 1000,
              seccompProfile: { type: "RuntimeDefault" },
            },
            containers: [
              {
                name: "settings",
                image: `docker.elastic.co/elasticsearch/elasticsearch:${version}`,
                command: ["/bin/sh", "-ec"],
                args: [
                  requests.apply((all) =>
                    all
                      .map(
                        ({ path, body }) =>
                          `curl --silent --show-error --fail-with-body --cacert ${certificates}/ca.crt --user "$SEARCH_USER:$SEARCH_PASSWORD" --header 'content-type: application/json' --request PUT --data '${body}' https://${elasticsearchName}-es-http:${elasticsearchPorts.http}/${path}`,
                      )
                      .join("\n"),
                  ),
                ],
                env: [
                  { name: "SEARCH_USER", valueFrom: fromUser("username") },
                  { name: "SEARCH_PASSWORD", valueFrom: fromUser("password") },
                ],
                resources: {
                  requests: { cpu: "50m", memory: "64Mi" },
                  limits: { cpu: "200m", memory: "64Mi" },
                },
                securityContext: closedContainer(),
                volumeMounts: [{ name: "certificates", mountPath: certificates, readOnly: true }],
              },
            ],
            volumes: [
              {
                name: "certificates",
                secret: { secretName: `${elasticsearchName}-es-http-certs-public` },
              },
            ],
          },
        },
      },
    },
    opts,
  );
}
