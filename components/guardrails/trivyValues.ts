import type * as pulumi from "@pulumi/pulumi";
import { platformPriority, workloadPriorities } from "../platform/priorities";
import { closedContainer } from "../platform/securityContext";
import type { TrivyOperatorArgs } from "./trivyOperator";
import { publishedDatabases } from "./trivySpec";

/** Service account of the operator and of its jobs, by which they reach the registry: the chart has one for both. */
export const trivyAccount = "trivy-operator";

/** Labels of the operator's pods. */
export const operatorPods = {
  "app.kubernetes.io/name": "trivy-operator",
  "app.kubernetes.io/instance": "trivy-operator",
} as const;

/** Label of the pods that read an image. */
export const scanPods = { "groundwork.dev/part": "trivy-scan" } as const;

/** Most jobs at a time; with all workloads anew every day that is an hour or two of three small pods. */
export const scanJobs = 3;

/** Of one container of a job: there is one for each of the scanned pod's. Trivy holds an image's list of packages in memory. */
export const scanResources = {
  requests: { cpu: "100m", memory: "256Mi" },
  limits: { cpu: "500m", memory: "1Gi" },
} as const;

/** What the chart's values are made from. */
export interface TrivyValuesArgs extends Pick<
  TrivyOperatorArgs,
  "spec" | "nodeSelector" | "cloudNamespaces"
> {
  /** Of its service account. */
  readonly annotations: pulumi.Input<Readonly<Record<string, string>>>;
}

/** Values of the chart. */
export function trivyValues({
  spec,
  nodeSelector,
  cloudNamespaces,
  annotations,
}: TrivyValuesArgs): Record<string, unknown> {
  const { databases = publishedDatabases } = spec;
  const [registry = databases, ...folder] = databases.split("/");
  const repository = (database: string) => [...folder, database].join("/");
  return {
    // where the cloud sees to images: what stands there is mended by the cluster's own upgrades
    excludeNamespaces: ["kube-", ...cloudNamespaces].map((prefix) => `${prefix}*`).join(","),
    // pods that no kind of Kubernetes' own makes too, as those of Strimzi's StrimziPodSet
    targetWorkloads: "pod,replicaset,statefulset,daemonset,cronjob,job",
    operator: {
      // it elects a leader where there are more; one that is away makes reports late, and nothing else
      replicas: 1,
      revisionHistoryLimit: 3,
      vulnerabilityScannerEnabled: true,
      exposedSecretScannerEnabled: true,
      // what objects of the cluster may be is the policies' to say, before they are made
      configAuditScannerEnabled: false,
      rbacAssessmentScannerEnabled: false,
      infraAssessmentScannerEnabled: false,
      clusterComplianceEnabled: false,
      sbomGenerationEnabled: false,
      // nobody's Secrets: images are pulled by identity, or by everybody
      accessGlobalSecretsAndServiceAccount: false,
      vulnerabilityScannerScanOnlyCurrentRevisions: true,
      scannerReportTTL: "24h",
      scanJobsConcurrentLimit: scanJobs,
      scanJobTimeout: "15m",
      scanJobTTL: "10m",
      scanJobsRetryDelay: "1m",
    },
    serviceAccount: { create: true, name: trivyAccount, annotations },
    trivyOperator: {
      scanJobPodTemplateLabels: Object.entries(scanPods)
        .map(([key, value]) => `${key}=${value}`)
        .join(","),
      scanJobPodTemplatePodSecurityContext: podSecurity,
      scanJobPodTemplateContainerSecurityContext: closedContainer(),
      scanJobNodeSelector: nodeSelector,
      // the first to make room: what it reads can be read an hour later
      scanJobPodPriorityClassName: workloadPriorities.batch,
      scanJobAutomountServiceAccountToken: false,
      // for keys of service accounts in pull secrets, of which there are none
      useGCRServiceAccount: false,
    },
    trivy: {
      mode: "Standalone",
      // what nobody has mended yet nobody can update
      ignoreUnfixed: true,
      severity: "HIGH,CRITICAL",
      slow: true,
      timeout: "10m0s",
      // versions are read from the image: nothing asks Maven or npm about them
      offlineScan: true,
      dbRegistry: registry,
      dbRepository: repository("trivy-db"),
      javaDbRegistry: registry,
      javaDbRepository: repository("trivy-java-db"),
      resources: scanResources,
    },
    // its objects are there whether or not anybody reads them
    compliance: { specs: [] },
    serviceMonitor: { enabled: true, interval: "60s" },
    resources: { requests: { cpu: "50m", memory: "512Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
    podSecurityContext: podSecurity,
    securityContext: closedContainer(),
    nodeSelector,
    priorityClassName: platformPriority,
  };
}

const user = 65534;

const podSecurity = {
  runAsNonRoot: true,
  runAsUser: user,
  runAsGroup: user,
  fsGroup: user,
  seccompProfile: { type: "RuntimeDefault" },
} as const;
