import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { namespaces } from "../platform/names";

type Rule = k8s.types.input.rbac.v1.PolicyRule;

const look = ["get", "list", "watch"] as const;
const change = [...look, "create", "update", "patch", "delete"] as const;

const rule = (verbs: readonly string[], group: string, ...resources: readonly string[]): Rule => ({
  verbs: [...verbs],
  apiGroups: [group],
  resources: [...resources],
});

/**
 * What Argo CD may make of an application, in the system's namespace alone. Not among it: Secrets, whose values would be
 * readable to it, roles, quotas and bounds, and commands in pods. The kinds of Argo Rollouts, KEDA, the Secrets Operator and
 * Prometheus' may be missing in a cluster: a rule on them then says nothing.
 */
const deploys: readonly Rule[] = [
  rule(change, "", "configmaps", "services", "serviceaccounts", "persistentvolumeclaims"),
  rule(look, "", "pods", "events", "endpoints"),
  rule(change, "apps", "deployments", "statefulsets"),
  rule(look, "apps", "replicasets", "controllerrevisions"),
  rule(change, "batch", "jobs", "cronjobs"),
  rule(change, "autoscaling", "horizontalpodautoscalers"),
  rule(change, "policy", "poddisruptionbudgets"),
  rule(change, "networking.k8s.io", "ingresses", "networkpolicies"),
  rule(look, "discovery.k8s.io", "endpointslices"),
  rule(change, "gateway.networking.k8s.io", "httproutes", "grpcroutes"),
  rule(change, "argoproj.io", "rollouts", "analysistemplates"),
  rule(look, "argoproj.io", "analysisruns", "experiments"),
  rule(change, "keda.sh", "scaledobjects", "scaledjobs"),
  rule(change, "external-secrets.io", "externalsecrets"),
  rule(change, "monitoring.coreos.com", "podmonitors", "servicemonitors", "prometheusrules"),
];

/** What users are shown, and may have done, through the API: pods' logs, and that a pod is made anew. */
const shows: readonly Rule[] = [...deploys, rule(["get"], "", "pods/log"), rule(["delete"], "", "pods")];

/** Arguments of {@link letDeploy}. */
export interface LetDeployArgs {
  /** Namespace of the system. */
  readonly namespace: pulumi.Input<string>;
}

/** Lets Argo CD deploy into a namespace. */
export function letDeploy(
  name: string,
  { namespace }: LetDeployArgs,
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const parts = { "application-controller": deploys, server: shows };
  return Object.entries(parts).flatMap(([part, rules]) => {
    const metadata = { name: `argocd-${part}`, namespace };
    const role = new k8s.rbac.v1.Role(`${name}-${part}`, { metadata, rules: [...rules] }, opts);
    const binding = new k8s.rbac.v1.RoleBinding(
      `${name}-${part}-binding`,
      {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: `argocd-${part}`, namespace: namespaces.argoCd }],
      },
      opts,
    );
    return [role, binding];
  });
}
