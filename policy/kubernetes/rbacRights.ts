import { show } from "../check";
import { always, fromStaging, strictInProd } from "../levels";
import type { ResourceOf } from "../resource";
import { resourceRule, stackRule } from "../rule";
import { isWhole, namespaceOf } from "./made";
import { bindings, roles } from "./rbacKinds";

const writing = ["create", "update", "patch", "delete", "deletecollection", "*"];

/** Which of the resources a role lets somebody do one of the verbs with. */
function allowed(
  { props: { rules } }: ResourceOf<(typeof roles)[number]>,
  verbs: readonly string[],
  resources: readonly string[],
): readonly string[] {
  return (rules ?? [])
    .filter((rule) => (rule.verbs ?? []).some((verb) => verbs.includes(verb)))
    .flatMap((rule) => rule.resources ?? [])
    .filter((resource) => resources.includes(resource));
}

export const noPodExec = resourceRule({
  id: "k8s-rbac-no-pod-exec",
  title: "RBAC lets nobody into running pods",
  severity: "high",
  description:
    "A shell in a pod has its identity and its secrets, and leaves no trace but one line of the audit log; a node's proxy has all of its pods.",
  remedy: "Take pods/exec, pods/attach, pods/portforward and nodes/proxy out of resources.",
  controls: {
    cisEks: ["4.1.10"],
    cisKubernetes: ["5.1.10"],
    nsa: ["Role-based access control"],
    soc2: ["CC6.3"],
  },
  levels: fromStaging,
  types: roles,
  check: (role) =>
    allowed(
      role,
      ["create", "get", "*"],
      ["pods/exec", "pods/attach", "pods/portforward", "nodes/proxy", "pods/ephemeralcontainers"],
    ).map((resource) => `a rule allows ${resource}`),
});

const controllers = ["argocd-application-controller", "argocd-server", "argo-rollouts"];

export const noPodCreate = resourceRule({
  id: "k8s-rbac-no-pod-create",
  title: "Only controllers make pods",
  severity: "medium",
  description:
    "Who makes a pod has every Secret and every service account of the namespace, by naming them in it.",
  remedy: "Have a controller deliver the workload, or name the role in controllers.",
  controls: {
    cisEks: ["4.1.4"],
    cisGke: ["4.1.4"],
    cisKubernetes: ["5.1.4"],
    nsa: ["Role-based access control"],
    soc2: ["CC6.3"],
  },
  levels: strictInProd,
  settings: {
    controllers: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Names of roles whose holders make workloads.",
      },
      values: { dev: controllers, staging: controllers, prod: controllers },
    },
  },
  types: roles,
  applies: ({ props: { metadata } }) => metadata?.name !== undefined,
  check: (role, { controllers: makers }) =>
    makers.includes(role.props.metadata?.name ?? "")
      ? undefined
      : allowed(
          role,
          ["create", "update", "patch", "*"],
          [
            "pods",
            "deployments",
            "statefulsets",
            "daemonsets",
            "replicasets",
            "jobs",
            "cronjobs",
            "replicationcontrollers",
            "rollouts",
          ],
        ).map((resource) => `a rule makes ${resource}`),
});

/** What everything else in the cluster rests on. */
const foundations = [
  "certificatesigningrequests/approval",
  "mutatingadmissionpolicies",
  "mutatingwebhookconfigurations",
  "persistentvolumes",
  "serviceaccounts/token",
  "services/status",
  "validatingadmissionpolicies",
  "validatingadmissionpolicybindings",
  "validatingwebhookconfigurations",
];

export const noFoundations = resourceRule({
  id: "k8s-rbac-no-control-plane-writes",
  title: "RBAC lets nobody change what the cluster rests on",
  severity: "high",
  description:
    "Who writes webhooks sees every object, who makes tokens is every account, who approves certificates is every user, who makes volumes has the node's files.",
  remedy: "Take these resources out, or leave get, list and watch only.",
  controls: {
    cisEks: ["4.1.9", "4.1.11", "4.1.12"],
    cisKubernetes: ["5.1.9", "5.1.11", "5.1.12", "5.1.13"],
    nsa: ["Role-based access control"],
    soc2: ["CC6.3"],
  },
  levels: fromStaging,
  types: roles,
  check: (role) => allowed(role, writing, foundations).map((resource) => `a rule writes ${resource}`),
});

export const noDefaultAccount = resourceRule({
  id: "k8s-rbac-default-account",
  title: "The default service account may do nothing",
  severity: "medium",
  description: "Every pod that names no other account has it: what is bound to it is bound to all of them.",
  remedy:
    "Bind an account of the workload's own; set automountServiceAccountToken to false on one named default.",
  controls: {
    cisEks: ["4.1.5"],
    cisGke: ["4.1.4"],
    cisKubernetes: ["5.1.5"],
    nsa: ["Protecting Pod service account tokens", "Role-based access control"],
    soc2: ["CC6.3"],
  },
  levels: strictInProd,
  types: [...bindings, "kubernetes:core/v1:ServiceAccount"],
  applies: (resource) =>
    resource.type !== "kubernetes:core/v1:ServiceAccount" || resource.props.metadata?.name === "default",
  check: (resource) => {
    if (resource.type === "kubernetes:core/v1:ServiceAccount") {
      const { automountServiceAccountToken: mounted } = resource.props;
      return mounted !== false && `automountServiceAccountToken is ${show(mounted)}, expected false`;
    }
    return (resource.props.subjects ?? [])
      .filter(({ kind, name }) => kind === "ServiceAccount" && name === "default")
      .map(({ namespace }) => `a subject is the default account of ${namespace ?? ""}`);
  },
});

export const subjectExists = stackRule({
  id: "k8s-rbac-subject-exists",
  title: "RBAC binds roles and accounts that there are",
  severity: "medium",
  description:
    "A binding to an account that is not there waits for whoever makes one of that name; one to a role that is not there gives nothing.",
  remedy: "Name a ServiceAccount and a Role of the stack.",
  controls: { soc2: ["CC6.3"] },
  levels: always,
  types: bindings,
  check: ({ props }, stack) => {
    const { subjects, roleRef } = props;
    const accounts = stack.once("service accounts", (all) => {
      const made = all.ofType("kubernetes:core/v1:ServiceAccount");
      return new Set(made.map(({ props }) => `${namespaceOf(props)}/${props.metadata?.name ?? ""}`));
    });
    const rolesOf = stack.once("roles", (all) => {
      const made = all.ofType("kubernetes:rbac.authorization.k8s.io/v1:Role");
      return new Set(made.map(({ props }) => `${namespaceOf(props)}/${props.metadata?.name ?? ""}`));
    });
    const own = namespaceOf(props);
    return [
      (subjects ?? [])
        .filter(
          ({ kind, name = "", namespace = own }) =>
            kind === "ServiceAccount" && isWhole(namespace, stack) && !accounts.has(`${namespace}/${name}`),
        )
        .map(({ name, namespace = own }) => `there is no ServiceAccount ${show(name)} in ${namespace}`),
      roleRef?.kind === "Role" &&
        isWhole(own, stack) &&
        !rolesOf.has(`${own}/${roleRef.name ?? ""}`) &&
        `there is no Role ${show(roleRef.name)} in ${own}`,
    ];
  },
});
