import type * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Bucket } from "../data/bucket";
import type { WorkloadIdentity } from "../identity/workloadIdentity";
import { type AlertRule, alertRules } from "../platform/alertRules";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, egressTo, egressToApiServer, tcp } from "../platform/networkPolicy";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { crdJobPods, dailySchedule, serverPods, veleroAccount, veleroValues } from "./veleroValues";

/** How Velero reaches a bucket, by the identity of its own pod. */
export interface VeleroStorage {
  /** Name of its plugin's object store. */
  readonly provider: string;
  /** The plugin's image. */
  readonly plugin: { readonly repository: string; readonly tag: string };
  /** What the plugin is told of the bucket. */
  readonly configOf: (identity: WorkloadIdentity) => Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Lets the identity sign URLs of objects, by which its command line reads a backup's list and a restore's log.
   *
   * @default - its credentials sign by themselves
   */
  readonly letSign?: (
    name: string,
    identity: WorkloadIdentity,
    opts: { readonly parent: pulumi.Resource },
  ) => void;
}

/** Arguments of {@link Velero}. */
export interface VeleroArgs extends Pick<ServicePlace, "identify" | "identityEndpoints" | "nodeSelector"> {
  readonly storage: VeleroStorage;
  /** Makes the bucket, with its copy in the other region where the stack has one. */
  readonly bucket: (name: string, opts: pulumi.ComponentResourceOptions) => Bucket;
}

const metricsPort = 8085;

/**
 * Keeps the cluster's objects in a bucket, by which one namespace, or one object, is there again within minutes, in this
 * cluster or another. Volumes are not in it: those, and the cluster as a whole, are in the vault of the cloud
 * (`clusterBackup.ts`), and databases have backups of their own. So it needs nothing on the nodes. Needs the monitoring
 * stack's kinds.
 *
 * One replica: it elects no leader, and its chart has no second. While it is away a backup is late.
 */
export class Velero extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;
  /** What it keeps backups in, whose copies the cloud watches. */
  public readonly bucket: Bucket;

  constructor(name: string, args: VeleroArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:backup:Velero", name, {}, opts);
    const { storage, identify, identityEndpoints } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };

    const namespace = new SecureNamespace(
      name,
      {
        namespace: namespaces.velero,
        quota: { requests: { cpu: "500m", memory: "2Gi" }, limits: { cpu: "3", memory: "2Gi" }, pods: 5 },
      },
      child,
    );
    const bucket = args.bucket(name, child);
    const identity = identify(
      `${name}-identity`,
      { namespace: namespaces.velero, serviceAccount: veleroAccount },
      { ...child, dependsOn: opts?.dependsOn ?? [] },
    );
    bucket.grant(`${name}-identity-bucket`, identity, "readWrite", { parent: identity });
    storage.letSign?.(`${name}-identity-signing`, identity, { parent: identity });
    this.bucket = bucket;
    const place = { namespace: namespace.namespaceName };
    const policies = [
      allowTraffic(
        `${name}-server`,
        {
          ...place,
          policy: "server",
          podLabels: serverPods,
          ingress: [{ from: [prometheusPods], ports: tcp(metricsPort) }],
          egress: [
            egressToApiServer,
            ...bucket.destinations.map(egressTo),
            ...identityEndpoints.map(egressTo),
          ],
        },
        child,
      ),
      allowTraffic(
        `${name}-upgrade`,
        { ...place, policy: "upgrade", podLabels: crdJobPods, egress: [egressToApiServer] },
        child,
      ),
    ];
    this.release = installChart(
      name,
      {
        chart: "velero",
        namespace: namespace.namespaceName,
        values: veleroValues({
          ...args,
          bucketName: bucket.bucketName,
          config: storage.configOf(identity),
          annotations: identity.serviceAccountAnnotations,
        }),
      },
      afterAll(child, opts, [...policies, identity]),
    );
    alertRules(
      `${name}-alerts`,
      { namespace: namespace.namespaceName, rules: "velero", alerts },
      { ...child, dependsOn: this.release },
    );
    this.registerOutputs({});
  }
}

/** Age of the last backup that says that one was missed, seconds: a day, and two hours for the backup itself. */
const lateSeconds = 26 * 3600;

/** Ways in which a backup is not what it should be. */
const failures = [
  "velero_backup_failure_total",
  "velero_backup_partial_failure_total",
  "velero_backup_validation_failure_total",
] as const;

/** When the daily backup last had all that it should, seconds. */
const lastSuccess = `velero_backup_last_successful_timestamp{schedule="${dailySchedule}"}`;

/** The same of any backup that is made by itself. */
const lastSuccessOfAny = `velero_backup_last_successful_timestamp{schedule!=""}`;

/** By the series' names in its source (vmware-tanzu/velero v1.18.1, pkg/metrics/metrics.go). */
const alerts: Readonly<Record<string, AlertRule>> = {
  "velero-failed": {
    severity: "warning",
    description: "Velero: a backup of the cluster's objects failed, or has only a part of them.",
    // velero_backup_last_status would be simpler, and is set to 1 each minute by who keeps the schedules
    expr: `sum by (schedule) (${failures.map((counter) => `increase(${counter}{schedule!=""}[2h])`).join(" + ")}) > 0`,
    minutes: 5,
  },
  "velero-late": {
    severity: "critical",
    description: "Velero: no backup of the cluster's objects for 26 hours.",
    // it is told by who makes them: when that is away nobody says anything
    // and the first of each day's backups may be a day away, but not that of each hour's
    expr: `(time() - max(${lastSuccess}) > ${lateSeconds}) or absent(${lastSuccessOfAny})`,
    minutes: 120,
  },
  "velero-location": {
    severity: "critical",
    description:
      "Velero: the bucket can't be reached, or refuses its identity. Nothing is backed up or restored.",
    expr: `velero_backup_location_status_gauge == 0`,
  },
};
