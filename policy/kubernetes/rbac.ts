import { always, fromStaging } from "../levels";
import { resourceRule } from "../rule";
import { bindings, roles } from "./rbacKinds";

export const noClusterAdmin = resourceRule({
  id: "k8s-rbac-no-cluster-admin",
  title: "RBAC binds nobody to cluster-admin",
  severity: "critical",
  description: "cluster-admin is everything, to everyone who gets hold of the subject.",
  remedy: "Bind a role with the verbs and resources that are needed.",
  controls: {
    cisEks: ["4.1.1"],
    cisGke: ["4.1.1"],
    cisKubernetes: ["5.1.1"],
    nsa: ["Role-based access control"],
    soc2: ["CC6.3"],
    gdpr: ["25"],
  },
  levels: fromStaging,
  types: bindings,
  check: ({ props: { roleRef } }) => roleRef?.name === "cluster-admin" && "roleRef is cluster-admin",
});

export const noAnonymousSubjects = resourceRule({
  id: "k8s-rbac-no-anonymous-subjects",
  title: "RBAC binds nothing to everyone",
  severity: "critical",
  description: "These groups are the internet, everyone with any credential, or root without a trace.",
  remedy: "Name service accounts, users or groups of our own as subjects.",
  controls: {
    cisGke: ["4.1.6", "4.1.8", "4.1.9"],
    cisKubernetes: ["5.1.7"],
    nsa: ["Authentication", "Role-based access control"],
    soc2: ["CC6.1"],
    gdpr: ["32(1)(b)"],
  },
  levels: always,
  types: bindings,
  check: ({ props: { subjects } }) =>
    (subjects ?? [])
      .filter(({ name }) => /^system:(anonymous|unauthenticated|authenticated|masters)$/.test(name ?? ""))
      .map(({ name }) => `a subject is ${String(name)}`),
});

export const noEscalation = resourceRule({
  id: "k8s-rbac-no-escalation-verbs",
  title: "RBAC lets nobody make themselves more",
  severity: "high",
  description: "Who may bind, escalate or impersonate may do everything, one request later.",
  remedy: "Take bind, escalate and impersonate out of verbs.",
  controls: {
    cisEks: ["4.1.8"],
    cisGke: ["4.1.7"],
    cisKubernetes: ["5.1.8"],
    nsa: ["Role-based access control"],
    soc2: ["CC6.3"],
    gdpr: ["32(1)(b)"],
  },
  levels: always,
  types: roles,
  check: ({ props: { rules } }) =>
    (rules ?? [])
      .flatMap(({ verbs }) => verbs ?? [])
      .filter((verb) => ["bind", "escalate", "impersonate"].includes(verb))
      .map((verb) => `a rule allows ${verb}`),
});

export const noWildcards = resourceRule({
  id: "k8s-rbac-no-wildcards",
  title: "RBAC names what it allows",
  severity: "high",
  description: "A wildcard also allows what the next operator or Kubernetes version brings.",
  remedy: "List verbs, resources and apiGroups.",
  controls: {
    cisEks: ["4.1.3"],
    cisGke: ["4.1.3"],
    cisKubernetes: ["5.1.3"],
    nsa: ["Role-based access control"],
    soc2: ["CC6.3"],
    gdpr: ["25"],
  },
  levels: fromStaging,
  types: roles,
  check: ({ props: { rules } }) =>
    (rules ?? []).flatMap(({ verbs, resources, apiGroups }) =>
      Object.entries({ verbs, resources, apiGroups })
        .filter(([, values]) => values?.includes("*"))
        .map(([name]) => `a rule's ${name} holds *`),
    ),
});

export const secretsByName = resourceRule({
  id: "k8s-rbac-secrets-by-name",
  title: "RBAC gives Secrets out by name",
  severity: "high",
  description: "Who may read all Secrets has every credential, also those of other service accounts.",
  remedy: "Move the rule into a Role with resourceNames; leave list and watch out.",
  controls: {
    cisEks: ["4.1.2"],
    cisGke: ["4.1.2"],
    cisKubernetes: ["5.1.2"],
    nsa: ["Secrets", "Role-based access control"],
    soc2: ["CC6.1"],
    gdpr: ["32(1)(b)"],
  },
  levels: fromStaging,
  types: roles,
  check: ({ props: { rules } }) =>
    (rules ?? [])
      .filter(
        ({ resources, resourceNames, verbs }) =>
          resources?.includes("secrets") &&
          (resourceNames ?? []).length === 0 &&
          verbs?.some((verb) => ["get", "list", "watch", "*"].includes(verb)),
      )
      .map(() => "a rule reads every Secret"),
});
