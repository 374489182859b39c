import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Priority } from "../workload/spec";

/** Name of the PriorityClass of what the platform itself runs. */
export const platformPriority = "platform-critical";

/** Names of the workloads' PriorityClasses. */
export const workloadPriorities: Readonly<Record<Priority, string>> = {
  critical: "workload-critical",
  standard: "workload-standard",
  batch: "workload-batch",
};

interface PriorityClassSpec {
  readonly value: number;
  readonly preempts: boolean;
  readonly description: string;
}

/**
 * All lie below Kubernetes' own `system-` classes (2,000,000,000), which GKE keeps for kube-system, and around 0, which
 * is a pod's without a class.
 */
const classes: Readonly<Record<string, PriorityClassSpec>> = {
  [platformPriority]: {
    value: 1_000_000,
    preempts: true,
    description: "ingress, certificates, metrics: what every workload stands on",
  },
  [workloadPriorities.critical]: {
    value: 100_000,
    preempts: true,
    description: "services that users wait for",
  },
  [workloadPriorities.standard]: {
    value: 10_000,
    preempts: true,
    description: "everything without a reason to differ",
  },
  [workloadPriorities.batch]: {
    // for a pod of less than -10 no autoscaler starts a node, on either cloud: expendable-pods-priority-cutoff
    // (https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/FAQ.md)
    value: -10,
    preempts: false,
    description: "work that can wait; the first to make room",
  },
};

/** The PriorityClasses of the platform: which pods make room when nodes run short. */
export class PriorityClasses extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:platform:PriorityClasses", name, {}, opts);
    for (const [className, { value, preempts, description }] of Object.entries(classes)) {
      new k8s.scheduling.v1.PriorityClass(
        `${name}-${className}`,
        {
          metadata: { name: className },
          value,
          globalDefault: false,
          preemptionPolicy: preempts ? "PreemptLowerPriority" : "Never",
          description,
        },
        { parent: this, dependsOn: opts?.dependsOn ?? [] },
      );
    }
    this.registerOutputs({});
  }
}
