import type * as pulumi from "@pulumi/pulumi";
import { folderAnnotation } from "../dashboards/board";
import { cloudMetricsValues, type ReadCloudMetrics } from "./cloudMetrics";
import { consoles } from "./consoles";
import { passwordPlace, passwordSources, type TraceSource } from "./dataSources";
import { type GrafanaSignIn, grafanaSignInSecret, signInSettings } from "./grafanaSignIn";
import { resources } from "./podResources";
import { platformPriority } from "./priorities";

/** What the values of Grafana are made from. */
export interface GrafanaValuesArgs {
  readonly storageClassName: string;
  /** Labels of the nodes. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** @default - one local administrator of Grafana */
  readonly signIn?: GrafanaSignIn;
  /** Whether Grafana's client has a secret. */
  readonly hasSignInSecret: boolean;
  /**
   * Which of Grafana's sources has the traces that metrics name as their exemplars.
   *
   * @default - there are no traces
   */
  readonly traces?: TraceSource;
  /**
   * Where its source of metrics answers.
   *
   * @default - the platform's Prometheus
   */
  readonly metricsUrl?: string;
  /**
   * The cloud's own monitoring, which Grafana reads.
   *
   * @default - it reads none
   */
  readonly cloudMetrics?: ReadCloudMetrics;
  /** Secret with `admin-user` and `admin-password`. */
  readonly grafanaSecret: string;
  /** ClusterRole of Grafana's sidecars. */
  readonly grafanaClusterRole: pulumi.Input<string>;
}

/**
 * One Grafana with a volume: what it shows is provisioned from ConfigMaps, alerting does not need it, and two would need
 * a database to share sessions.
 */
export function grafanaValues({
  storageClassName,
  grafanaSecret,
  grafanaClusterRole,
  cloudMetrics,
  nodeSelector,
  traces,
  metricsUrl,
  signIn,
  hasSignInSecret,
}: GrafanaValuesArgs): Record<string, unknown> {
  return {
    admin: { existingSecret: grafanaSecret, userKey: "admin-user", passwordKey: "admin-password" },
    rbac: { useExistingClusterRole: grafanaClusterRole },
    ...(cloudMetrics !== undefined && cloudMetricsValues(cloudMetrics)),
    replicas: 1,
    nodeSelector,
    // The volume is held by one pod at a time.
    deploymentStrategy: { type: "Recreate" },
    persistence: { enabled: true, type: "pvc", storageClassName, size: "10Gi" },
    defaultDashboardsTimezone: "browser",
    defaultDashboardsEditable: false,
    // It runs as root to change owners; the volume's group (fsGroup) does that.
    initChownData: { enabled: false },
    testFramework: { enabled: false },
    priorityClassName: platformPriority,
    // of which it takes 300 to 400 MiB at rest since Grafana 13
    resources: resources({ cpu: "100m", memory: "1Gi" }, "1"),
    containerSecurityContext: { readOnlyRootFilesystem: true },
    extraEmptyDirMounts: [{ name: "tmp", mountPath: "/tmp" }],
    extraSecretMounts: passwordSources.map((uid) => {
      const { secret, folder } = passwordPlace(uid);
      // where there is no such source there is no Secret either
      return { name: secret, secretName: secret, mountPath: folder, readOnly: true, optional: true };
    }),
    env: {
      GF_SERVER_ROOT_URL: consoles.grafana,
      // Grafana 13 compresses its answers unless told, and its memory grows until it is killed
      // (grafana/grafana issue 123017); between a browser and its own port-forward nothing is gained by it.
      GF_SERVER_ENABLE_GZIP: "false",
      GF_ANALYTICS_REPORTING_ENABLED: "false",
      GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
      GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
      GF_NEWS_NEWS_FEED_ENABLED: "false",
      GF_PLUGINS_PREINSTALL_DISABLED: "true",
      GF_SECURITY_DISABLE_GRAVATAR: "true",
      GF_SECURITY_COOKIE_SECURE: "true",
      GF_USERS_ALLOW_SIGN_UP: "false",
      ...signInSettings(signIn),
    },
    ...(hasSignInSecret && {
      envValueFrom: { GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET: { secretKeyRef: grafanaSignInSecret } },
    }),
    sidecar: {
      resources: resources({ cpu: "20m", memory: "128Mi" }, "200m"),
      securityContext: { readOnlyRootFilesystem: true },
      dashboards: {
        resource: "configmap",
        // those of the chart are Kubernetes' own; ours say their folder themselves
        annotations: { [folderAnnotation]: "Kubernetes" },
        folderAnnotation,
        provider: { foldersFromFilesStructure: true },
      },
      datasources: {
        resource: "configmap",
        ...(metricsUrl !== undefined && { url: metricsUrl }),
        // Up to some minutes, for the kubelet takes one or two to mount the Secret that a source has its password in.
        maxTotalRetries: 8,
        // as OpenTelemetry's SDKs name it (opentelemetry.io, Prometheus and OpenMetrics Compatibility, "Exemplars")
        ...(traces !== undefined && {
          exemplarTraceIdDestinations: {
            datasourceUid: traces,
            traceIdLabelName: "trace_id",
            urlDisplayLabel: "Trace",
          },
        }),
      },
    },
  };
}
