import { namespaces } from "./names";

/** Labels of Alertmanager's pods, which have the namespace `monitoring`. */
export const alertmanagerPods = { "app.kubernetes.io/name": "alertmanager" } as const;

/** Where Alertmanager's replicas answer, each by its own name: an alert is told to all of them, as they share none. */
export function alertmanagers(replicas: number): readonly string[] {
  return Array.from(
    { length: replicas },
    (_, index) =>
      `http://alertmanager-kube-prometheus-stack-alertmanager-${index}.alertmanager-operated.${namespaces.monitoring}:9093`,
  );
}
