import type { PlanResource } from "../../preview/plan";
import { findAll } from "../support/run";
import { type Labels, type Selector, selects, type Workload } from "./targets";

interface Peer {
  readonly namespaceSelector?: Selector;
  readonly podSelector?: Selector;
  readonly ipBlock?: unknown;
}

interface Policy {
  readonly metadata: { readonly namespace: string };
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress?: readonly {
      readonly from?: readonly Peer[];
      readonly ports?: readonly { readonly port?: number; readonly endPort?: number }[];
    }[];
  };
}

/** The policies that a plan makes; those of charts are off. */
export function policiesIn(resources: readonly PlanResource[]): readonly Policy[] {
  return findAll(resources, "kubernetes:networking.k8s.io/v1:NetworkPolicy").map(
    ({ inputs }) => inputs as unknown as Policy,
  );
}

const home = "monitoring";
const prometheus: Labels = { "app.kubernetes.io/name": "prometheus" };

/** Whether Prometheus gets through to a port of a workload's pods: where a policy is of them, one has to name it. */
export function admits(policies: readonly Policy[], { namespace, labels }: Workload, port: number): boolean {
  const closing = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === namespace &&
      spec.policyTypes.includes("Ingress") &&
      selects(spec.podSelector, labels),
  );
  return (
    closing.length === 0 ||
    closing.some(({ spec: { ingress = [] } }) =>
      ingress.some(
        ({ from, ports }) =>
          (from?.some((peer) => isPrometheus(peer, namespace)) ?? true) &&
          (ports?.some(({ port: first = 0, endPort = first }) => first <= port && port <= endPort) ?? true),
      ),
    )
  );
}

function isPrometheus({ namespaceSelector, podSelector = {}, ipBlock }: Peer, namespace: string): boolean {
  if (ipBlock !== undefined) return false;
  const isFrom =
    namespaceSelector === undefined
      ? namespace === home
      : selects(namespaceSelector, {
          "kubernetes.io/metadata.name": home,
          "app.kubernetes.io/managed-by": "pulumi",
        });
  return isFrom && selects(podSelector, prometheus);
}
