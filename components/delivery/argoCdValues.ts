import { platformPriority } from "../platform/priorities";
import type { ServicePlace } from "../platform/service";
import { spreadOver } from "../platform/spread";
import type { ArgoCdSignIn } from "./argoCdSpec";

/** Where the API and the user interface are, once who works with them has opened a way through the API server. */
export const argoCdUrl = "https://localhost:8080";

/** Secrets of its namespace that its settings name. */
export const argoCdSecrets = { signIn: "argocd-sign-in", notifications: "argocd-notifications" } as const;

/** Labels of one of its parts' pods. */
export function podsOf(part: string): Readonly<Record<string, string>> {
  return { "app.kubernetes.io/name": `argocd-${part}`, "app.kubernetes.io/instance": "argo-cd" };
}

/** Labels of Redis' pods, and of those of the proxies before them, where there are three of each. */
export const redisPods = { app: "redis-ha", release: "argo-cd" } as const;
export const redisProxyPods = { app: "redis-ha-haproxy", release: "argo-cd" } as const;

/** What the chart's values are made from. */
export interface ArgoCdValuesArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  /** The system's project: what it is called, and so its project. */
  readonly system: string;
  /** @default - one local administrator */
  readonly oidc?: ArgoCdSignIn;
  /**
   * Whether the provider asks for a secret beside the proof of the request (PKCE, RFC 7636).
   *
   * @default false
   */
  readonly hasClientSecret?: boolean;
  /** Whether something is said in Slack when an application is not as it should be. */
  readonly notifies: boolean;
}

/** Values of the chart. */
export function argoCdValues(args: ArgoCdValuesArgs): Record<string, unknown> {
  const { highlyAvailable, nodeSelector, notifies } = args;
  const part = (name: string, cpu: string, memory: string, replicas?: number) => ({
    ...(replicas !== undefined && { replicas }),
    nodeSelector,
    resources: resources(cpu, memory),
    topologySpreadConstraints: spreadOver(podsOf(name)),
    metrics: { enabled: true, serviceMonitor: { enabled: true } },
    // with one replica a budget would only keep the node from being drained
    pdb: replicas !== undefined && replicas > 1 ? { enabled: true, maxUnavailable: 1 } : { enabled: false },
  });
  const two = highlyAvailable ? 2 : 1;
  return {
    fullnameOverride: "argocd",
    // a Role in the system's namespace, and no ClusterRole
    createClusterRoles: false,
    global: {
      image: { repository: "quay.io/argoproj/argocd" },
      priorityClassName: platformPriority,
      logging: { format: "json" },
      // its own would let everyone in to the API
      networkPolicy: { create: false },
    },
    configs: { cm: settings(args), rbac: rights(args), secret: { createSecret: true } },
    controller: {
      ...part("application-controller", "200m", "1Gi"),
      // one cluster is one shard, which one replica has; another one would wait for a second cluster
      replicas: 1,
    },
    repoServer: part("repo-server", "100m", "512Mi", two),
    server: part("server", "50m", "256Mi", two),
    applicationSet: { ...part("applicationset-controller", "50m", "256Mi", two), ...probed },
    notifications: {
      ...part("notifications-controller", "20m", "128Mi"),
      ...probed,
      ...notifications(notifies),
    },
    dex: { enabled: false },
    commitServer: { enabled: false },
    redisSecretInit: {
      nodeSelector,
      resources: resources("20m", "128Mi"),
      priorityClassName: platformPriority,
    },
    ...redis(highlyAvailable, nodeSelector),
  };
}

/** The chart asks these two parts nothing by itself. */
const probed = { livenessProbe: { enabled: true }, readinessProbe: { enabled: true } } as const;

/** What a container asks for; it may use more of the CPU, and no more memory. */
function resources(cpu: string, memory: string) {
  return { requests: { cpu, memory }, limits: { cpu: "1", memory } };
}

/** Of the ConfigMap argocd-cm. */
function settings({ oidc, hasClientSecret = false }: ArgoCdValuesArgs): Record<string, unknown> {
  return {
    url: argoCdUrl,
    "exec.enabled": false,
    "admin.enabled": oidc === undefined,
    // it watches what it may list in the system's namespace, and takes the rest as not there
    "resource.respectRBAC": "normal",
    ...(oidc !== undefined && {
      // JSON, which is YAML
      "oidc.config": JSON.stringify({
        name: "SSO",
        issuer: oidc.issuer,
        clientID: oidc.clientId,
        ...(hasClientSecret && { clientSecret: `$${argoCdSecrets.signIn}:clientSecret` }),
        enablePKCEAuthentication: true,
        requestedScopes: ["openid", "profile", "email", "groups"],
      }),
    }),
  };
}

/** Who may do what: nothing, unless a group says more. */
function rights({ system, oidc }: ArgoCdValuesArgs): Record<string, unknown> {
  const allow = (role: string, kind: string, ...actions: readonly string[]) =>
    actions.map((action) => `p, role:${role}, ${kind}, ${action}, ${system}/*, allow`);
  const members = (role: string, groups: readonly string[] = []) =>
    groups.map((group) => `g, ${group}, role:${role}`);
  return {
    "policy.default": "",
    "policy.csv": [
      ...allow("viewer", "applications", "get"),
      ...allow("deployer", "applications", "get", "sync"),
      ...allow("deployer", "logs", "get"),
      ...members("admin", oidc?.groups.admins),
      ...members("deployer", oidc?.groups.deployers),
      ...members("viewer", oidc?.groups.viewers),
      "",
    ].join("\n"),
    scopes: "[groups]",
  };
}

/** When something is said, and how Argo CD's own expressions say it. */
const occasions = {
  "sync-failed": {
    when: "app.status.operationState != nil and app.status.operationState.phase in ['Error', 'Failed']",
    text: "{{.app.metadata.name}} could not be synced: {{.app.status.operationState.message}}",
  },
  "health-degraded": {
    when: "app.status.health.status == 'Degraded'",
    text: "{{.app.metadata.name}} is not well",
  },
  "sync-succeeded": {
    when: "app.status.operationState != nil and app.status.operationState.phase in ['Succeeded'] and app.status.health.status == 'Healthy'",
    text: "{{.app.metadata.name}} runs {{.app.status.sync.revision}}",
  },
} as const;

/** To the channel that Alertmanager writes to, by the same incoming webhook. */
function notifications(notifies: boolean): Record<string, unknown> {
  const secret = { create: false, name: argoCdSecrets.notifications };
  if (!notifies) return { enabled: false, secret };
  const entries = Object.entries(occasions);
  return {
    enabled: true,
    secret,
    argocdUrl: argoCdUrl,
    notifiers: {
      "service.webhook.slack": JSON.stringify({
        url: "$slack-webhook-url",
        headers: [{ name: "Content-Type", value: "application/json" }],
      }),
    },
    templates: Object.fromEntries(
      entries.map(([name, { text }]) => [
        `template.${name}`,
        // what a message holds may hold quotes
        JSON.stringify({
          webhook: { slack: { method: "POST", body: `{"text": {{ ${printed(text)} | toJson }}}` } },
        }),
      ]),
    ),
    triggers: Object.fromEntries(
      entries.map(([name, { when }]) => [
        `trigger.${name}`,
        // of one revision it is said once
        JSON.stringify([{ when, oncePer: "app.status.operationState?.syncResult?.revision", send: [name] }]),
      ]),
    ),
    subscriptions: [{ recipients: ["slack"], triggers: Object.keys(occasions) }],
  };
}

/** A text with places in it as one expression of Go's templates. */
function printed(text: string): string {
  const places = [...text.matchAll(/\{\{(.+?)\}\}/g)].map(([, place]) => place);
  return `printf ${JSON.stringify(text.replace(/\{\{.+?\}\}/g, "%v"))} ${places.join(" ")}`;
}

/** One Redis, or three with proxies before them. It holds a cache, which is made anew where it is lost. */
function redis(
  highlyAvailable: boolean,
  nodeSelector: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const repository = "public.ecr.aws/docker/library/redis";
  if (!highlyAvailable) {
    return { redis: { image: { repository }, nodeSelector, resources: resources("50m", "256Mi") } };
  }
  const small = resources("20m", "64Mi");
  const budget = { maxUnavailable: 1 };
  return {
    "redis-ha": {
      enabled: true,
      image: { repository },
      nodeSelector,
      priorityClassName: platformPriority,
      podDisruptionBudget: budget,
      topologySpreadConstraints: { enabled: true },
      redis: { resources: resources("50m", "256Mi") },
      sentinel: { resources: small },
      init: { resources: small },
      splitBrainDetection: { resources: small },
      haproxy: {
        image: { repository: "public.ecr.aws/docker/library/haproxy" },
        // of each Redis it tells whether it answers
        metrics: { enabled: true, serviceMonitor: { enabled: true } },
        priorityClassName: platformPriority,
        podDisruptionBudget: budget,
        resources: resources("20m", "128Mi"),
        init: { resources: small },
        // of three nodes, one has two while they are replaced
        hardAntiAffinity: false,
      },
    },
  };
}
