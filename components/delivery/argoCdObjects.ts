import { AppProject } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/AppProject";
import { ApplicationSet } from "@kubernetes-models/argo-cd/argoproj.io/v1alpha1/ApplicationSet";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { customResource } from "../platform/customResource";
import type { ApplicationsRepository } from "./argoCdSpec";
import { argoCdSecrets } from "./argoCdValues";
import { type ClusterFacts, factAnnotations, factLabels, factPrefix, factValues } from "./clusterFacts";

/** The cluster that Argo CD stands in, as it knows it (common.KubernetesInternalAPIServerAddr). */
const server = "https://kubernetes.default.svc";

/** What Argo CD's own credentials are. */
export interface ArgoCdCredentials {
  /**
   * With which it reads the repository.
   *
   * @default - anyone may read it
   */
  readonly repositoryToken?: pulumi.Output<string>;
  /**
   * What the provider that signs users in knows it by.
   *
   * @default - the proof of each request (PKCE) is enough to it
   */
  readonly signInSecret?: pulumi.Output<string>;
  /**
   * Slack's incoming webhook, to which it says what became of an application.
   *
   * @default - it says nothing
   */
  readonly slackWebhookUrl?: pulumi.Output<string>;
}

/** Puts what Argo CD signs in with where it looks for it. */
export function argoCdCredentials(
  name: string,
  {
    namespace,
    credentials: { repositoryToken, signInSecret, slackWebhookUrl },
    repository,
  }: {
    readonly namespace: pulumi.Input<string>;
    readonly credentials: ArgoCdCredentials;
    readonly repository?: ApplicationsRepository;
  },
  opts: pulumi.CustomResourceOptions,
): readonly k8s.core.v1.Secret[] {
  const secret = (
    role: string,
    metadata: { readonly name: string; readonly labels: Record<string, string> },
    stringData: Record<string, pulumi.Input<string>>,
  ) => new k8s.core.v1.Secret(`${name}-${role}`, { metadata: { ...metadata, namespace }, stringData }, opts);
  const labels = { "app.kubernetes.io/part-of": "argocd" };
  return [
    ...(repository !== undefined && repositoryToken !== undefined
      ? [
          secret(
            "repository",
            { name: "applications", labels: { "argocd.argoproj.io/secret-type": "repository" } },
            // whoever asks for a token takes any user's name with it, and some ask for one
            { type: "git", url: repository.url, username: "git", password: pulumi.secret(repositoryToken) },
          ),
        ]
      : []),
    ...(signInSecret === undefined
      ? []
      : [
          secret(
            "sign-in",
            { name: argoCdSecrets.signIn, labels },
            { clientSecret: pulumi.secret(signInSecret) },
          ),
        ]),
    ...(slackWebhookUrl === undefined
      ? []
      : [
          secret(
            "notifications",
            { name: argoCdSecrets.notifications, labels },
            { "slack-webhook-url": pulumi.secret(slackWebhookUrl) },
          ),
        ]),
  ];
}

/** How Argo CD reaches the cluster, and what of it is its business: one namespace, and no objects outside namespaces. */
export function clusterData(systemNamespace: string): Record<string, string> {
  return {
    name: "in-cluster",
    server,
    namespaces: systemNamespace,
    clusterResources: "false",
    // no credential: it is its own service account there
    config: JSON.stringify({ tlsClientConfig: { insecure: false } }),
  };
}

/**
 * The cluster as Argo CD knows it: one namespace of it and nothing outside namespaces, and all that an application needs to
 * know of where it runs.
 */
export function clusterSecret(
  name: string,
  {
    namespace,
    systemNamespace,
    facts,
  }: {
    readonly namespace: pulumi.Input<string>;
    readonly systemNamespace: string;
    readonly facts: ClusterFacts;
  },
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Secret {
  return new k8s.core.v1.Secret(
    name,
    {
      metadata: {
        name: "in-cluster",
        namespace,
        labels: { "argocd.argoproj.io/secret-type": "cluster", ...factLabels(facts) },
        annotations: factAnnotations(facts),
      },
      stringData: clusterData(systemNamespace),
    },
    opts,
  );
}

/** The system's project: from its repository into its namespace, and nowhere else. */
export function project(
  name: string,
  {
    system,
    namespace,
    systemNamespace,
    repository,
  }: {
    readonly system: string;
    readonly namespace: pulumi.Input<string>;
    readonly systemNamespace: string;
    readonly repository?: ApplicationsRepository;
  },
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const model = new AppProject({
    metadata: { name: system },
    spec: {
      description: `applications of ${system}`,
      sourceRepos: repository === undefined ? [] : [repository.url],
      destinations: [{ server, namespace: systemNamespace }],
      clusterResourceWhitelist: [],
      // what the namespace is held by is the program's
      namespaceResourceBlacklist: [
        { group: "", kind: "LimitRange" },
        { group: "", kind: "ResourceQuota" },
        { group: "", kind: "Secret" },
        { group: "rbac.authorization.k8s.io", kind: "Role" },
        { group: "rbac.authorization.k8s.io", kind: "RoleBinding" },
      ],
      // what runs in the namespace and no application has is the program's, and no orphan
    },
  });
  return customResource(name, { model, namespace }, opts);
}

/** An application for each folder of the repository that its pattern finds: a chart, with the facts among its values. */
export function applications(
  name: string,
  {
    system,
    namespace,
    systemNamespace,
    repository: { url, revision, path },
    facts,
  }: {
    readonly system: string;
    readonly namespace: pulumi.Input<string>;
    readonly systemNamespace: string;
    readonly repository: ApplicationsRepository;
    readonly facts: ClusterFacts;
  },
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  const model = new ApplicationSet({
    metadata: { name: system },
    spec: {
      goTemplate: true,
      // a fact that is not there stops it, rather than stand in a value as "<no value>"
      goTemplateOptions: ["missingkey=error"],
      generators: [
        {
          matrix: {
            generators: [
              { git: { repoURL: url, revision, directories: [{ path }] } },
              { clusters: { selector: { matchLabels: { [`${factPrefix}system`]: system } } } },
            ],
          },
        },
      ],
      template: {
        metadata: { name: "{{ .path.basenameNormalized }}" },
        spec: {
          project: system,
          source: {
            repoURL: url,
            targetRevision: revision,
            path: "{{ .path.path }}",
            helm: {
              // what a chart has otherwise in some environments, where it says so by such a file
              valueFiles: [`values-{{ index .metadata.annotations "${factPrefix}environment" }}.yaml`],
              ignoreMissingValueFiles: true,
              values: factValues(facts),
            },
          },
          destination: { server: "{{ .server }}", namespace: systemNamespace },
          syncPolicy: {
            automated: { prune: true, selfHeal: true, allowEmpty: false },
            syncOptions: ["CreateNamespace=false", "PruneLast=true", "ServerSideApply=true"],
            retry: { limit: 5, backoff: { duration: "10s", factor: 2, maxDuration: "5m" } },
          },
        },
      },
      // nothing that runs goes with the set, or with a folder
      syncPolicy: { preserveResourcesOnDeletion: true },
    },
  });
  return customResource(name, { model, namespace }, opts);
}
