import { holdsCredential, isSecretName, isTrue } from "../check";
import { hasDigest, movingTags, tagOf } from "../imageTag";
import { always, fromStaging, inProd } from "../levels";
import { resourceRule } from "../rule";
import { containersOf, longRunning, podSpecOf, services, workloads } from "./podSpec";

export const imagePinned = resourceRule({
  id: "k8s-pod-image-pinned",
  title: "Images are pinned",
  severity: "high",
  description:
    "An image without a tag, or with a moving one, is another program on the next node that starts it.",
  remedy: "Give the image a version as its tag, or a digest.",
  controls: { soc2: ["CC8.1"] },
  levels: fromStaging,
  settings: {
    movingTags,
    requireDigest: {
      schema: { type: "boolean", description: "Ask for a digest even beside a tag." },
      values: { dev: false, staging: false, prod: false },
    },
  },
  types: workloads,
  check: (workload, settings) =>
    containersOf(podSpecOf(workload)).map(({ container: { image = "" }, at }) => {
      if (hasDigest(image)) return undefined;
      const tag = tagOf(image);
      if (tag === undefined) return `${at} has image ${image}, which has neither tag nor digest`;
      if (settings.movingTags.includes(tag)) return `${at} has image ${image}, whose tag moves`;
      return settings.requireDigest && `${at} has image ${image}, which has no digest`;
    }),
});

export const livenessProbe = resourceRule({
  id: "k8s-pod-liveness-probe",
  title: "Containers that hang are restarted",
  severity: "medium",
  description: "A process that is there but does nothing is restarted only when something asks it.",
  remedy: "Set livenessProbe on every container that stays, cheaper and more patient than readinessProbe.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: services,
  check: (workload) =>
    longRunning(podSpecOf(workload))
      .filter(({ container }) => container.livenessProbe === undefined)
      .map(({ at }) => `${at} has no livenessProbe`),
});

export const noLiteralSecretEnv = resourceRule({
  id: "k8s-pod-no-literal-secret-env",
  title: "No secret stands in a pod's environment",
  severity: "critical",
  description:
    "A literal in env is readable by everyone who may read the workload, and stands in every backup of etcd.",
  remedy: "Put the value into a Secret and name it by valueFrom.secretKeyRef, or better mount it as a file.",
  controls: { nsa: ["Secrets"], soc2: ["CC6.1"], gdpr: ["32(1)(a)"] },
  levels: always,
  types: workloads,
  check: (workload) =>
    containersOf(podSpecOf(workload)).flatMap(({ container, at }) =>
      (container.env ?? [])
        .filter(
          ({ name = "", value }) => (isSecretName(name) && (value ?? "") !== "") || holdsCredential(value),
        )
        .map(({ name }) => `${at} has a literal value in ${name ?? "a variable"} that looks like a secret`),
    ),
});

export const readinessProbe = resourceRule({
  id: "k8s-pod-readiness-probe",
  title: "Containers say when they are ready",
  severity: "medium",
  description:
    "Without it a pod gets traffic while it starts, and a rollout goes on over a version that never comes up.",
  remedy: "Set readinessProbe on every container that stays.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: services,
  check: (workload) =>
    longRunning(podSpecOf(workload))
      .filter(({ container }) => container.readinessProbe === undefined)
      .map(({ at }) => `${at} has no readinessProbe`),
});

export const resources = resourceRule({
  id: "k8s-pod-resources",
  title: "Containers state what they need and may take",
  severity: "medium",
  description:
    "Requests are what the scheduler and the autoscaler plan by; without a memory limit one leak takes the node.",
  remedy:
    "Set resources.requests.cpu, resources.requests.memory and resources.limits.memory on every container.",
  controls: { nsa: ["Resource policies"], soc2: ["A1.1"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: workloads,
  check: (workload) =>
    containersOf(podSpecOf(workload)).map(({ container: { resources: needs }, at }) => {
      const missing = [
        needs?.requests?.["cpu"] === undefined && "requests.cpu",
        needs?.requests?.["memory"] === undefined && "requests.memory",
        needs?.limits?.["memory"] === undefined && "limits.memory",
      ].filter((name) => name !== false);
      return missing.length > 0 && `${at} does not set ${missing.join(", ")}`;
    }),
});

export const serviceAccount = resourceRule({
  id: "k8s-pod-service-account",
  title: "Workloads have service accounts of their own",
  severity: "medium",
  description: "What is granted to the default account is granted to everything in the namespace.",
  remedy: "Make a ServiceAccount for the workload and name it in serviceAccountName.",
  controls: {
    cisEks: ["4.1.5"],
    cisGke: ["4.1.4"],
    cisKubernetes: ["5.1.5"],
    nsa: ["Role-based access control"],
    soc2: ["CC6.3"],
  },
  levels: fromStaging,
  types: workloads,
  check: (workload) =>
    ["", "default"].includes(podSpecOf(workload).serviceAccountName ?? "") &&
    "pods use the default service account",
});

export const spread = resourceRule({
  id: "k8s-pod-spread",
  title: "Replicas are spread",
  severity: "low",
  description: "Replicas that share a node or a zone go down together.",
  remedy: "Set topologySpreadConstraints over topology.kubernetes.io/zone, or podAntiAffinity.",
  controls: { soc2: ["A1.2"], gdpr: ["32(1)(b)"] },
  levels: inProd,
  types: [
    "kubernetes:apps/v1:Deployment",
    "kubernetes:apps/v1:StatefulSet",
    "kubernetes:argoproj.io/v1alpha1:Rollout",
  ],
  // A workload without a number is scaled by something else.
  applies: ({ props }) => (props.spec?.replicas ?? 2) > 1,
  check: (workload) => {
    const { topologySpreadConstraints = [], affinity } = podSpecOf(workload);
    return (
      topologySpreadConstraints.length === 0 &&
      affinity?.podAntiAffinity === undefined &&
      "pods have neither topologySpreadConstraints nor podAntiAffinity"
    );
  },
});

export const tokenAutomount = resourceRule({
  id: "k8s-pod-no-token-automount",
  title: "Pods carry no API token they don't use",
  severity: "medium",
  description: "A token in every pod is a key to the API for whatever breaks into one.",
  remedy: "Set automountServiceAccountToken to false on the pod, or name the workload in apiClients.",
  controls: {
    cisEks: ["4.1.6"],
    cisGke: ["4.1.5"],
    cisKubernetes: ["5.1.6"],
    nsa: ["Protecting Pod service account tokens"],
    soc2: ["CC6.3"],
  },
  levels: fromStaging,
  settings: {
    apiClients: {
      schema: {
        type: "array",
        items: { type: "string" },
        description: "Service accounts whose pods speak to the Kubernetes API.",
      },
      values: { dev: [] as string[], staging: [] as string[], prod: [] as string[] },
    },
  },
  types: workloads,
  check: (workload, { apiClients }) => {
    const { automountServiceAccountToken, serviceAccountName } = podSpecOf(workload);
    if (apiClients.includes(serviceAccountName ?? "")) return;
    return (
      (automountServiceAccountToken === undefined || isTrue(automountServiceAccountToken)) &&
      "pods mount an API token"
    );
  },
});
