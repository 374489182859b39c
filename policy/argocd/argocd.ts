import { isSet, isTrue, objectAt, show } from "../check";
import { charts, isCalled, valueAt } from "../kubernetes/charts";
import { always, fromStaging, strictInProd } from "../levels";
import type { ResourceOf } from "../resource";
import { resourceRule, type Verdict } from "../rule";

const applications = [
  "kubernetes:argoproj.io/v1alpha1:Application",
  "kubernetes:argoproj.io/v1alpha1:ApplicationSet",
] as const;

/** The application's spec, or that of each one a set makes. */
function specOf(resource: ResourceOf<(typeof applications)[number]>) {
  return resource.type === "kubernetes:argoproj.io/v1alpha1:ApplicationSet"
    ? resource.props.spec?.template?.spec
    : resource.props.spec;
}

export const project = resourceRule({
  id: "argocd-project-not-default",
  title: "Applications are of a project",
  severity: "medium",
  description: "The default project takes every repository, to every cluster and namespace.",
  remedy: "Make an AppProject and name it in spec.project.",
  controls: { soc2: ["CC8.1"] },
  levels: always,
  types: applications,
  check: (resource) => {
    const name = specOf(resource)?.project;
    return ["", "default", undefined].includes(name) && `spec.project is ${show(name)}`;
  },
});

export const projectRestricted = resourceRule({
  id: "argocd-project-restricted",
  title: "Projects say what may come from where, and go where",
  severity: "high",
  description:
    "Who may write to any of a project's repositories may do all that the project may: with *, anything in the cluster.",
  remedy:
    "Name sourceRepos and destinations, leave kube-system and Argo CD's own namespace out, and list the kinds in clusterResourceWhitelist.",
  controls: { soc2: ["CC6.3"], gdpr: ["25"] },
  levels: fromStaging,
  types: ["kubernetes:argoproj.io/v1alpha1:AppProject"],
  check: ({ props: { metadata, spec } }) => [
    (spec?.sourceRepos ?? []).includes("*") && "spec.sourceRepos holds *",
    (spec?.destinations ?? []).map(({ namespace, server, name }, place) => [
      namespace === "*" && `spec.destinations.${place}.namespace is *`,
      (server === "*" || name === "*") && `spec.destinations.${place} is every cluster`,
      ["kube-system", metadata?.namespace].includes(namespace) &&
        `spec.destinations.${place}.namespace is ${show(namespace)}`,
    ]),
    (spec?.clusterResourceWhitelist ?? [])
      .filter(({ group, kind }) => group === "*" && kind === "*")
      .map(() => "spec.clusterResourceWhitelist holds every kind"),
  ],
});

/** A commit, or a version: what stays where it is. */
const pinnedRevision = /^([0-9a-f]{40}|(refs\/tags\/)?v?\d+\.\d+(\.\d+)?([-+.][\w.-]+)?)$/;

export const revision = resourceRule({
  id: "argocd-revision-pinned",
  title: "Applications run a version that was chosen",
  severity: "high",
  description: "A branch is whatever was last pushed to it, in every environment at once.",
  remedy: "Set targetRevision to a tag or a commit, and repoURL to https or ssh.",
  controls: { soc2: ["CC8.1"] },
  levels: strictInProd,
  types: applications,
  check: (resource) => {
    const spec = specOf(resource);
    return [...(spec?.source ? [spec.source] : []), ...(spec?.sources ?? [])].map(
      ({ repoURL = "", targetRevision }) => [
        !pinnedRevision.test(targetRevision ?? "") &&
          `targetRevision is ${show(targetRevision)}, expected a tag or a commit`,
        repoURL.startsWith("http://") && `repoURL is ${show(repoURL)}, expected https`,
      ],
    );
  },
});

export const sync = resourceRule({
  id: "argocd-sync-safe",
  title: "Argo CD keeps what is there as it was told, and never empties it",
  severity: "medium",
  description:
    "With allowEmpty a mistake in the repository takes everything away; without selfHeal what is changed by hand stays; pruned at once, what is left may still need what went.",
  remedy:
    "Set automated.selfHeal, leave allowEmpty out, and with prune add PruneLast=true or PrunePropagationPolicy=foreground to syncOptions.",
  controls: { soc2: ["CC8.1"] },
  levels: strictInProd,
  types: applications,
  applies: (resource) => specOf(resource)?.syncPolicy?.automated !== undefined,
  check: (resource) => {
    const { automated, syncOptions = [] } = specOf(resource)?.syncPolicy ?? {};
    return [
      isTrue(automated?.allowEmpty) && "syncPolicy.automated.allowEmpty is true",
      !isTrue(automated?.selfHeal) && "syncPolicy.automated.selfHeal is not true",
      isTrue(automated?.prune) &&
        !syncOptions.some((option) =>
          /^(PruneLast=true|PrunePropagationPolicy=(foreground|background))$/.test(option),
        ) &&
        "syncPolicy.automated.prune is true without PruneLast or PrunePropagationPolicy",
    ];
  },
});

/** Where a setting of the server stands: in `argocd-cm`, in `argocd-cmd-params-cm` or in `argocd-rbac-cm`. */
type Settings = (key: string) => unknown;

export const hardened = resourceRule({
  id: "argocd-server-hardened",
  title: "Argo CD knows who asks, and lets nobody into pods",
  severity: "critical",
  description:
    "It may change everything that it delivers: who gets in without a name, or with a role that all have, may too.",
  remedy:
    "Leave users.anonymous.enabled, exec.enabled and server.disable.auth out, policy.default empty or role:readonly, and switch admin.enabled off where there is a sign-in by oidc.config or dex.config.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: [...charts, "kubernetes:core/v1:ConfigMap"],
  applies: (resource) => isAboutServer(resource),
  check: (resource) => serverOf(settingsOf(resource)),
});

export const serverTls = resourceRule({
  id: "argocd-server-tls",
  title: "Argo CD's server speaks TLS itself",
  severity: "medium",
  description:
    "Without it what signs people in crosses the cluster's network in plain text, unless a mesh or the way in encrypts that last part too.",
  remedy: "Leave server.insecure out; exempt it where a mesh carries what reaches the server.",
  controls: { soc2: ["CC6.7"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  types: [...charts, "kubernetes:core/v1:ConfigMap"],
  applies: (resource) => isAboutServer(resource),
  check: (resource) => isTrue(settingsOf(resource)("server.insecure")) && "server.insecure is true",
});

type OfServer = ResourceOf<(typeof charts)[number] | "kubernetes:core/v1:ConfigMap">;

/** Its ConfigMaps, or the chart that makes them. */
function isAboutServer(resource: OfServer): boolean {
  return resource.type === "kubernetes:core/v1:ConfigMap"
    ? /^argocd-(cm|cmd-params-cm|rbac-cm)$/.test(resource.props.metadata?.name ?? "")
    : isCalled(resource.props.chart, "argo-cd");
}

function settingsOf(resource: OfServer): Settings {
  if (resource.type === "kubernetes:core/v1:ConfigMap") {
    const { data } = resource.props;
    return (key) => data?.[key];
  }
  const configs = valueAt(objectAt(resource.props.values, "values"), "configs");
  return (key) =>
    valueAt(configs, "cm", key) ?? valueAt(configs, "params", key) ?? valueAt(configs, "rbac", key);
}

function serverOf(settingAt: Settings): Verdict {
  const signIn = ["oidc.config", "dex.config"].filter((key) => (settingAt(key) ?? "") !== "");
  const role = settingAt("policy.default") ?? "";
  return [
    ["users.anonymous.enabled", "exec.enabled", "server.disable.auth"].map(
      (key) => isTrue(settingAt(key)) && `${key} is true`,
    ),
    role !== "" && role !== "role:readonly" && `policy.default is ${show(role)}`,
    signIn.length > 0 &&
      settingAt("admin.enabled") !== undefined &&
      isTrue(settingAt("admin.enabled")) &&
      `admin.enabled is true beside ${signIn.join(" and ")}`,
  ];
}

const repositoryTypes = ["repository", "repo-creds"];

export const repositories = resourceRule({
  id: "argocd-repo-credentials",
  title: "Argo CD asks its repositories over TLS, with credentials of their own",
  severity: "high",
  description:
    "An address without TLS, or without a look at who answers, is a repository by anyone; a password written here stands in the state.",
  remedy:
    "Give url https or ssh, leave insecure and insecureIgnoreHostKey out, and have the credentials brought by External Secrets.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: fromStaging,
  readsSecrets: true,
  types: ["kubernetes:core/v1:Secret"],
  applies: ({ props: { metadata } }) =>
    repositoryTypes.includes(metadata?.labels?.["argocd.argoproj.io/secret-type"] ?? ""),
  check: ({ props }) => {
    const data = objectAt(props.stringData, "stringData") ?? {};
    return [
      /^(http|git):\/\//.test(data["url"] ?? "") && "url is neither https nor ssh",
      ["insecure", "insecureIgnoreHostKey"].map((key) => isTrue(data[key]) && `${key} is true`),
      ["password", "sshPrivateKey", "githubAppPrivateKey", "tlsClientCertKey"].map(
        (key) => isSet(data, key) && `${key} stands in the Secret`,
      ),
    ];
  },
});
