import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { namespaces } from "../platform/names";
import { argoRolloutsAccount } from "./argoRolloutsValues";

type Rule = k8s.types.input.rbac.v1.PolicyRule;

const look = ["get", "list", "watch"] as const;
const change = [...look, "update", "patch"] as const;
const make = [...change, "create", "delete"] as const;

const rule = (verbs: readonly string[], group: string, ...resources: readonly string[]): Rule => ({
  verbs: [...verbs],
  apiGroups: [group],
  resources: [...resources],
});

/**
 * What Argo Rollouts does in the system's namespace, of the chart's own list (`argo-rollouts.controller.roleRules`). Not among
 * it: Secrets, which analyses could sign in with, Jobs, which they could start, and Services, which experiments could make.
 * Of Ingresses and Jobs it waits for a list before it starts, whether it has to do with them or not.
 */
const rollsOut: readonly Rule[] = [
  rule(change, "argoproj.io", "rollouts", "rollouts/status", "rollouts/finalizers"),
  rule(make, "argoproj.io", "analysisruns", "analysisruns/finalizers"),
  rule(make, "argoproj.io", "experiments", "experiments/finalizers"),
  rule(look, "argoproj.io", "analysistemplates"),
  rule(make, "apps", "replicasets"),
  rule(look, "apps", "deployments"),
  rule([...look, "patch"], "", "services"),
  rule(["list", "update", "watch"], "", "pods"),
  rule(["create"], "", "pods/eviction"),
  rule(["create", "update", "patch"], "", "events"),
  rule(look, "networking.k8s.io", "ingresses"),
  rule(look, "batch", "jobs"),
];

/** What it splits requests by in a mesh. */
const splits: Rule = rule(change, "networking.istio.io", "virtualservices", "destinationrules");

/** Arguments of {@link letRollOut}. */
export interface LetRollOutArgs {
  /** Namespace of the system. */
  readonly namespace: pulumi.Input<string>;
  /** Whether a mesh splits requests. */
  readonly inMesh: boolean;
}

/** Lets Argo Rollouts act in the system's namespace, and in no other. */
export function letRollOut(
  name: string,
  { namespace, inMesh }: LetRollOutArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.rbac.v1.RoleBinding {
  const metadata = { name: argoRolloutsAccount, namespace };
  const role = new k8s.rbac.v1.Role(
    name,
    { metadata, rules: [...rollsOut, ...(inMesh ? [splits] : [])] },
    opts,
  );
  return new k8s.rbac.v1.RoleBinding(
    name,
    {
      metadata,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
      subjects: [{ kind: "ServiceAccount", name: argoRolloutsAccount, namespace: namespaces.argoRollouts }],
    },
    opts,
  );
}
