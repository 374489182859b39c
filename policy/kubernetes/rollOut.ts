import { mustBeOneOf, mustBeSet, show } from "../check";
import { always, fromStaging, inProd, onlyWarns, strictInProd } from "../levels";
import { resourceRule, stackRule, type Verdict } from "../rule";
import type { Props } from "../resource";
import { leastReplicas, replicated } from "./scaling";
import { podOf, podSpecOf, services, workloads } from "./podSpec";

/** Says why a workload is one pod only. */
const singleReason = "groundwork.dev/single-replica-reason";

export const minReplicas = stackRule({
  id: "k8s-workload-min-replicas",
  title: "Workloads stay up when a pod goes",
  severity: "medium",
  description: "One pod is down with its node, and at each upgrade of it.",
  remedy: `Set replicas, or the least of its autoscaler, to minReplicas; where one is right, say why in the annotation ${singleReason}.`,
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  settings: {
    minReplicas: {
      schema: { type: "integer", minimum: 1, description: "Pods that a workload has at least." },
      values: { dev: 1, staging: 2, prod: 2 },
    },
  },
  types: replicated,
  applies: ({ props: { metadata } }) => (metadata?.annotations?.[singleReason] ?? "") === "",
  check: (workload, stack, { minReplicas: asked }) => {
    const least = leastReplicas(workload, stack);
    return least < asked && `has ${least} pods at least, expected ${asked}`;
  },
});

export const rollingUpdate = resourceRule({
  id: "k8s-workload-rolling-update",
  title: "A new version comes while the old one is up",
  severity: "low",
  description:
    "Recreate, or a roll-out that may take every pod at once, is an outage; OnDelete is a version that never comes.",
  remedy:
    "Set the strategy to RollingUpdate with maxUnavailable below 100 %; Recreate only where the pods share a volume.",
  controls: { soc2: ["CC8.1", "A1.2"] },
  levels: strictInProd,
  types: ["kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet", "kubernetes:apps/v1:DaemonSet"],
  check: (workload) => {
    if (workload.type !== "kubernetes:apps/v1:Deployment") {
      const { updateStrategy } = workload.props.spec ?? {};
      return strategyOf(updateStrategy, "OnDelete", "spec.updateStrategy");
    }
    const claims = (podSpecOf(workload).volumes ?? []).some((volume) => volume.persistentVolumeClaim);
    return strategyOf(workload.props.spec?.strategy, claims ? undefined : "Recreate", "spec.strategy");
  },
});

interface Strategy {
  readonly type?: string | undefined;
  readonly rollingUpdate?: { readonly maxUnavailable?: string | number | undefined } | undefined;
}

function strategyOf(strategy: Strategy | undefined, refused: string | undefined, path: string): Verdict {
  return [
    refused !== undefined && strategy?.type === refused && `${path}.type is ${show(refused)}`,
    strategy?.rollingUpdate?.maxUnavailable === "100%" && `${path}.rollingUpdate.maxUnavailable is "100%"`,
  ];
}

export const priority = resourceRule({
  id: "k8s-workload-priority-class",
  title: "The scheduler knows what matters more",
  severity: "low",
  description:
    "Without a class everything waits in one line, and what the platform stands on goes as easily as a test; the system's classes are for what nodes need.",
  remedy: "Set priorityClassName; one of system- only in kube-system.",
  controls: { soc2: ["A1.1"] },
  levels: onlyWarns,
  types: services,
  check: (workload) => {
    const { priorityClassName = "" } = podSpecOf(workload);
    const { namespace } = workload.props.metadata ?? {};
    return [
      priorityClassName === "" && "pods have no priorityClassName",
      priorityClassName.startsWith("system-") &&
        namespace !== "kube-system" &&
        `pods outside of kube-system have priorityClassName ${show(priorityClassName)}`,
    ];
  },
});

const usualLabels = ["app.kubernetes.io/name"];

export const labels = resourceRule({
  id: "k8s-workload-labels",
  title: "Pods say what they are",
  severity: "low",
  description: "Dashboards, alerts, policies and people find pods by the labels that Kubernetes recommends.",
  remedy: "Label the pods with what required lists.",
  controls: { soc2: ["CC8.1"] },
  levels: fromStaging,
  settings: {
    required: {
      schema: { type: "array", items: { type: "string" }, description: "Labels that pods must have." },
      values: { dev: usualLabels, staging: usualLabels, prod: usualLabels },
    },
  },
  types: workloads,
  check: (workload, { required }) =>
    required
      .filter((label) => (podOf(workload).metadata?.labels?.[label] ?? "") === "")
      .map((label) => `pods lack the label ${label}`),
});

export const selector = resourceRule({
  id: "k8s-workload-selector",
  title: "Workloads know their own pods",
  severity: "high",
  description:
    "A selector that its own pods don't match is refused by the API server in the middle of an update; an empty one takes every pod.",
  remedy: "Set spec.selector.matchLabels to labels that spec.template has.",
  controls: { soc2: ["CC8.1"] },
  levels: always,
  types: services,
  // A Rollout may leave its template, and with it the selector, to a Deployment.
  applies: ({ type, props }) =>
    type !== "kubernetes:argoproj.io/v1alpha1:Rollout" || props.spec?.template !== undefined,
  check: (workload) => {
    const { matchLabels = {}, matchExpressions = [] } = workload.props.spec?.selector ?? {};
    const there = podOf(workload).metadata?.labels ?? {};
    return [
      Object.keys(matchLabels).length + matchExpressions.length === 0 &&
        "spec.selector selects nothing in particular",
      Object.entries(matchLabels)
        .filter(([key, value]) => there[key] !== value)
        .map(([key, value]) => `spec.selector asks for ${key}=${value ?? ""}, which the pods don't have`),
    ];
  },
});

/** Says why a pod stands by itself. */
const bareReason = "groundwork.dev/bare-pod-reason";

export const noBarePod = resourceRule({
  id: "k8s-workload-no-bare-pod",
  title: "Something brings a pod back",
  severity: "low",
  description: "A Pod by itself is gone with its node, and a ReplicaSet by itself is never updated.",
  remedy: `Make a Deployment, StatefulSet or Job of it; where it has to be bare, say why in the annotation ${bareReason}.`,
  controls: { soc2: ["A1.2"] },
  levels: fromStaging,
  types: ["kubernetes:core/v1:Pod", "kubernetes:apps/v1:ReplicaSet"],
  applies: ({ props: { metadata } }) => (metadata?.ownerReferences ?? []).length === 0,
  check: ({ props: { metadata } }) =>
    (metadata?.annotations?.[bareReason] ?? "") === "" && "nothing makes it anew",
});

type JobSpec = Props<"kubernetes:batch/v1:Job">["spec"];

export const bounded = resourceRule({
  id: "k8s-job-bounded",
  title: "Jobs come to an end",
  severity: "low",
  description:
    "A job without bounds tries for ever, and one that comes round while the last one still runs piles up.",
  remedy:
    "Set backoffLimit and activeDeadlineSeconds; on a CronJob concurrencyPolicy Forbid or Replace, startingDeadlineSeconds and both history limits.",
  controls: { soc2: ["A1.1"] },
  levels: strictInProd,
  types: ["kubernetes:batch/v1:Job", "kubernetes:batch/v1:CronJob"],
  check: (resource) => {
    if (resource.type === "kubernetes:batch/v1:Job") return runsOf(resource.props.spec, "spec");
    const { spec } = resource.props;
    return [
      mustBeOneOf(spec?.concurrencyPolicy, ["Forbid", "Replace"], "spec.concurrencyPolicy"),
      mustBeSet(spec, "startingDeadlineSeconds", "spec.startingDeadlineSeconds"),
      mustBeSet(spec, "successfulJobsHistoryLimit", "spec.successfulJobsHistoryLimit"),
      mustBeSet(spec, "failedJobsHistoryLimit", "spec.failedJobsHistoryLimit"),
      runsOf(spec?.jobTemplate?.spec, "spec.jobTemplate.spec"),
    ];
  },
});

function runsOf(spec: JobSpec, path: string): Verdict {
  return [
    mustBeSet(spec, "backoffLimit", `${path}.backoffLimit`),
    mustBeSet(spec, "activeDeadlineSeconds", `${path}.activeDeadlineSeconds`),
  ];
}
