import type { WorkloadIdentity } from "../identity/workloadIdentity";
import { type Peer, podsIn } from "../platform/networkPolicy";

/** Labels by which a workload's pods are selected: they can never change on a Deployment that stands. */
export function selectorLabels(service: string): Record<string, string> {
  return { "app.kubernetes.io/name": service };
}

/**
 * Labels by which the pods of a service's tasks are selected: not those of the service, whose requests and whose number of pods
 * are none of theirs.
 */
export function taskSelector(service: string): Record<string, string> {
  return selectorLabels(`${service}-tasks`);
}

/**
 * Pods that sign in as a service account, wherever they are looked for by it: its service's, and those of the service's tasks.
 */
export function podsAs({
  namespace,
  serviceAccount,
}: Pick<WorkloadIdentity, "namespace" | "serviceAccount">): Peer[] {
  return [selectorLabels, taskSelector].map((labels) => podsIn(namespace, labels(serviceAccount)));
}

/** Labels of everything a workload is made of, as Kubernetes recommends them. */
export function workloadLabels(service: string, system: string): Record<string, string> {
  return {
    ...selectorLabels(service),
    "app.kubernetes.io/part-of": system,
    "app.kubernetes.io/managed-by": "pulumi",
  };
}

/** The image's tag as a label: 63 characters, a letter or digit at both ends. */
export function versionLabel(tag: string): Record<string, string> {
  const value = tag.slice(0, 63).replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
  return value === "" ? {} : { "app.kubernetes.io/version": value };
}
