import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Access, Grantable, WorkloadIdentity } from "../identity/workloadIdentity";
import { alertRules } from "../platform/alertRules";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, type Destination, podsIn, tcp } from "../platform/networkPolicy";
import { podMonitor } from "../platform/podMonitor";
import { platformPriority } from "../platform/priorities";
import { afterAll } from "../platform/release";
import { closedContainer } from "../platform/securityContext";
import type { ServicePlace } from "../platform/service";
import { spreadOver } from "../platform/spread";
import { flagDefinitions, type FlagdSpec } from "./featureFlags";
import { flagdAlerts } from "./flagdAlerts";

/** The image; it comes by no chart, so its version is pinned here. */
export const flagdImage = {
  repository: "ghcr.io/open-feature/flagd",
  // renovate: datasource=docker depName=ghcr.io/open-feature/flagd
  version: "v0.16.1",
} as const;

/** Name of its objects. */
const flagdName = "flagd";

/** Its ports (docs/reference/flagd-cli/flagd_start.md of 0.16.1): evaluation by gRPC and by OFREP, and what it tells of itself. */
const flagdPorts = { evaluation: 8013, ofrep: 8016, management: 8014 } as const;

const pods = { "app.kubernetes.io/name": flagdName, "app.kubernetes.io/instance": flagdName } as const;
const folder = "/etc/flagd";
const file = "flags.json";

/** How long it answers on while Services stop sending to it, seconds: more than it takes until each node has heard. */
const drainSeconds = 10;

/** Arguments of {@link Flagd}. */
export interface FlagdArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  readonly spec: FlagdSpec;
  /** Namespace of the services that ask it. */
  readonly systemNamespace: string;
}

/**
 * flagd: tells services, by OpenFeature's providers, which variant of a flag somebody gets. Flags are the blueprint's; it
 * reads them anew within about a minute of an update, and no pod is started anew for it. Services use it as a store: it has
 * no credential to give, so that who may ask is said by network policies, and nobody writes to it. It speaks to nothing. No
 * service waits for it to start: each has defaults of its own, and its provider goes on trying.
 *
 * Needs the monitoring stack's kinds.
 */
export class Flagd extends pulumi.ComponentResource implements Grantable {
  public readonly connection: Readonly<Record<string, pulumi.Output<string>>>;
  public readonly destinations: readonly Destination[] = [
    { namespace: namespaces.flagd, podLabels: pods, ports: [flagdPorts.evaluation, flagdPorts.ofrep] },
  ];

  constructor(name: string, args: FlagdArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:delivery:Flagd", name, {}, opts);
    const { spec, systemNamespace, highlyAvailable } = args;
    const child: pulumi.CustomResourceOptions = { parent: this };
    const flags = flagDefinitions(spec);

    const made = new SecureNamespace(
      name,
      {
        namespace: namespaces.flagd,
        // two, and one more while they are replaced
        quota: { requests: { cpu: "200m", memory: "512Mi" }, limits: { cpu: "2", memory: "512Mi" }, pods: 4 },
      },
      child,
    );
    const namespace = made.namespaceName;
    const metadata = { name: flagdName, namespace, labels: { ...pods } };
    const policy = trafficPolicy(`${name}-flagd`, { namespace, systemNamespace }, child);
    const definitions = new k8s.core.v1.ConfigMap(
      `${name}-flags`,
      { metadata, data: { [file]: flags } },
      child,
    );
    const account = new k8s.core.v1.ServiceAccount(
      `${name}-account`,
      { metadata, automountServiceAccountToken: false },
      child,
    );
    const deployment = new k8s.apps.v1.Deployment(
      name,
      {
        metadata: { ...metadata, labels: { ...pods, "groundwork.dev/scaling": "fixed" } },
        spec: {
          replicas: highlyAvailable ? 2 : 1,
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
          selector: { matchLabels: { ...pods } },
          template: podTemplate(args, account.metadata.name, definitions.metadata.name),
        },
      },
      afterAll(child, opts, [policy]),
    );
    evaluationService(`${name}-service`, metadata, { ...child, dependsOn: deployment });
    // with one replica a budget would only keep the node from being drained
    if (highlyAvailable) {
      new k8s.policy.v1.PodDisruptionBudget(
        `${name}-disruption-budget`,
        { metadata, spec: { maxUnavailable: 1, selector: { matchLabels: { ...pods } } } },
        child,
      );
    }
    const watched = afterAll(child, opts, []);
    podMonitor(
      `${name}-monitor`,
      { namespace, monitor: flagdName, podLabels: pods, port: "management" },
      watched,
    );
    alertRules(`${name}-alerts`, { namespace, rules: "flags", alerts: flagdAlerts }, watched);
    this.connection = connectionOf(namespace);
    this.registerOutputs({});
  }

  /**
   * It knows nobody: whoever reaches it may ask.
   *
   * @throws RangeError if the workload would write: flags are the blueprint's
   */
  public grant(_name: string, to: WorkloadIdentity, access: Access): Readonly<Record<string, never>> {
    if (access !== "read")
      throw new RangeError(`${to.serviceAccount}.stores.flags: expected read, got ${access}`);
    return {};
  }
}

/** As OpenFeature's providers read it by themselves, of flagd by gRPC and of OFREP (docs/reference/specifications/providers.md). */
function connectionOf(namespace: pulumi.Output<string>): Flagd["connection"] {
  const host = pulumi.interpolate`${flagdName}.${namespace}.svc`;
  return {
    FLAGD_RESOLVER: pulumi.output("rpc"),
    FLAGD_HOST: host,
    FLAGD_PORT: pulumi.output(`${flagdPorts.evaluation}`),
    FLAGD_TLS: pulumi.output("false"),
    OFREP_ENDPOINT: pulumi.interpolate`http://${host}:${flagdPorts.ofrep}`,
  };
}

function trafficPolicy(
  name: string,
  { namespace, systemNamespace }: { namespace: pulumi.Input<string>; systemNamespace: string },
  opts: pulumi.CustomResourceOptions,
): k8s.networking.v1.NetworkPolicy {
  return allowTraffic(
    name,
    {
      namespace,
      policy: flagdName,
      podLabels: pods,
      ingress: [
        { from: [podsIn(systemNamespace)], ports: tcp(flagdPorts.evaluation, flagdPorts.ofrep) },
        { from: [prometheusPods], ports: tcp(flagdPorts.management) },
      ],
    },
    opts,
  );
}

function evaluationService(
  name: string,
  metadata: k8s.types.input.meta.v1.ObjectMeta,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Service {
  return new k8s.core.v1.Service(
    name,
    {
      metadata,
      spec: {
        selector: { ...pods },
        ports: [
          { name: "grpc", port: flagdPorts.evaluation, targetPort: "grpc", appProtocol: "grpc" },
          { name: "http", port: flagdPorts.ofrep, targetPort: "http", appProtocol: "http" },
        ],
      },
    },
    opts,
  );
}

function podTemplate(
  { nodeSelector }: FlagdArgs,
  serviceAccountName: pulumi.Input<string>,
  definitions: pulumi.Input<string>,
): k8s.types.input.core.v1.PodTemplateSpec {
  const probe = (path: string) => ({ httpGet: { path, port: "management" }, periodSeconds: 10 });
  return {
    metadata: { labels: { ...pods } },
    spec: {
      serviceAccountName,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      priorityClassName: platformPriority,
      terminationGracePeriodSeconds: drainSeconds + 20,
      nodeSelector: { ...nodeSelector },
      topologySpreadConstraints: spreadOver(pods),
      // the image's own user
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: flagdName,
          image: `${flagdImage.repository}:${flagdImage.version}`,
          args: ["start", "--uri", `file:${folder}/${file}`, "--log-format", "json"],
          ports: [
            { name: "grpc", containerPort: flagdPorts.evaluation },
            { name: "http", containerPort: flagdPorts.ofrep },
            { name: "management", containerPort: flagdPorts.management },
          ],
          resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
          livenessProbe: { ...probe("/healthz"), failureThreshold: 6 },
          readinessProbe: probe("/readyz"),
          lifecycle: { preStop: { sleep: { seconds: drainSeconds } } },
          securityContext: closedContainer(),
          // the whole folder: a file mounted by itself is never read anew
          volumeMounts: [{ name: "flags", mountPath: folder, readOnly: true }],
        },
      ],
      volumes: [{ name: "flags", configMap: { name: definitions } }],
    },
  };
}
