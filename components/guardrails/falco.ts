import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { alertmanagerPods } from "../platform/alertmanagers";
import { type AlertRule, alertRules } from "../platform/alertRules";
import { namespaces, prometheusPods } from "../platform/names";
import { SecureNamespace } from "../platform/namespace";
import { allowTraffic, podsIn, tcp } from "../platform/networkPolicy";
import { afterAll, installChart } from "../platform/release";
import type { ServicePlace } from "../platform/service";
import { falcoPods, falcoValues, ports, sidekickPods, sidekickValues } from "./falcoValues";

/** Arguments of {@link Falco}. */
export interface FalcoArgs extends Pick<ServicePlace, "highlyAvailable" | "nodeSelector"> {
  /** How many Alertmanagers there are, each of which is told. */
  readonly alertmanagerReplicas: number;
}

/**
 * Looks on each node at what its processes ask of the kernel, and tells when one does what an intruder would: a shell in a
 * container, a program that was not in the image, a file of passwords read. It stops nothing. Events of a warning or worse go
 * to Alertmanager, and so to the on-call; the others are in the log. Needs the monitoring stack's kinds.
 *
 * What looks is alone in a namespace whose pods may reach for the node; what tells others is in one of its own, closed as any.
 */
export class Falco extends pulumi.ComponentResource {
  public readonly release: k8s.helm.v3.Release;

  constructor(name: string, args: FalcoArgs, opts?: pulumi.ComponentResourceOptions) {
    super("groundwork:guardrails:Falco", name, {}, opts);
    const child: pulumi.CustomResourceOptions = { parent: this };

    const told = new SecureNamespace(
      `${name}-sidekick`,
      {
        namespace: namespaces.falcoSidekick,
        quota: { requests: { cpu: "200m", memory: "512Mi" }, limits: { cpu: "1", memory: "1Gi" }, pods: 5 },
      },
      child,
    );
    const sidekick = installChart(
      `${name}-sidekick`,
      { chart: "falcosidekick", namespace: told.namespaceName, values: sidekickValues(args) },
      afterAll(child, opts, [told, ...sidekickTraffic(`${name}-sidekick`, told.namespaceName, child)]),
    );
    if (args.highlyAvailable) budget(`${name}-sidekick`, told.namespaceName, child);

    const looking = new SecureNamespace(
      name,
      {
        namespace: namespaces.falco,
        podSecurity: {
          level: "privileged",
          reason:
            "Falco reads what all processes of the node ask of its kernel: BPF programs, the node's /proc, /etc and /sys (read-only) and its container runtime's socket",
        },
        // a pod for each node
        quota: {
          requests: { cpu: "100", memory: "256Gi" },
          limits: { cpu: "1000", memory: "1024Gi" },
          pods: 1000,
        },
      },
      child,
    );
    const traffic = allowTraffic(
      `${name}-nodes`,
      {
        namespace: looking.namespaceName,
        policy: "nodes",
        podLabels: falcoPods,
        ingress: [{ from: [prometheusPods], ports: tcp(ports.falco) }],
        egress: [{ to: [podsIn(namespaces.falcoSidekick, sidekickPods)], ports: tcp(ports.sidekick) }],
      },
      child,
    );
    const fetching = fetchesNothing(`${name}-falcoctl`, looking.namespaceName, child);
    this.release = installChart(
      name,
      { chart: "falco", namespace: looking.namespaceName, values: falcoValues() },
      afterAll(child, opts, [traffic, fetching, sidekick]),
    );
    alertRules(
      `${name}-alerts`,
      { namespace: looking.namespaceName, rules: "falco", alerts },
      { ...child, dependsOn: this.release },
    );
    this.registerOutputs({});
  }
}

/** Hears Falco and Prometheus, and speaks to Alertmanager, which lets it in by a policy beside its own. */
function sidekickTraffic(
  name: string,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): readonly k8s.networking.v1.NetworkPolicy[] {
  return [
    allowTraffic(
      `${name}-traffic`,
      {
        namespace,
        policy: "sidekick",
        podLabels: sidekickPods,
        ingress: [
          { from: [podsIn(namespaces.falco, falcoPods), prometheusPods], ports: tcp(ports.sidekick) },
        ],
        egress: [{ to: [podsIn(namespaces.monitoring, alertmanagerPods)], ports: tcp(9093) }],
      },
      opts,
    ),
    allowTraffic(
      `${name}-alertmanager`,
      {
        namespace: namespaces.monitoring,
        policy: "alertmanager-falcosidekick",
        podLabels: alertmanagerPods,
        ingress: [{ from: [podsIn(namespaces.falcoSidekick, sidekickPods)], ports: tcp(9093) }],
      },
      opts,
    ),
  ];
}

/** What would fetch rules is off, and with it its configuration, which the chart's pods mount all the same. */
function fetchesNothing(
  name: string,
  namespace: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.ConfigMap {
  return new k8s.core.v1.ConfigMap(
    name,
    { metadata: { name: "falco-falcoctl", namespace }, data: { "falcoctl.yaml": "{}" } },
    opts,
  );
}

/** The chart has none. */
function budget(name: string, namespace: pulumi.Input<string>, opts: pulumi.CustomResourceOptions): void {
  new k8s.policy.v1.PodDisruptionBudget(
    name,
    {
      metadata: { name: "falcosidekick", namespace },
      spec: {
        minAvailable: 1,
        selector: { matchLabels: sidekickPods },
        unhealthyPodEvictionPolicy: "AlwaysAllow",
      },
    },
    opts,
  );
}

/**
 * By the series' names in their sources (falcosecurity/falco 0.44.1, userspace/falco/falco_metrics.cpp;
 * falcosecurity/falcosidekick 2.31.1, stats_prometheus.go). What Falco saw, the sidekick tells Alertmanager itself.
 */
const alerts: Readonly<Record<string, AlertRule>> = {
  "falco-blind": {
    severity: "warning",
    description: "Falco: a node has none that runs. Nobody sees what its processes do.",
    expr: `kube_daemonset_status_number_unavailable{namespace="${namespaces.falco}"} > 0 or absent(kube_daemonset_status_number_unavailable{namespace="${namespaces.falco}"})`,
    minutes: 30,
  },
  "falco-drops": {
    severity: "warning",
    description:
      "Falco: on a node more than one of a hundred events came faster than they could be looked at.",
    expr: `rate(falcosecurity_scap_n_drops_total[15m]) / rate(falcosecurity_scap_n_evts_total[15m]) > 0.01`,
    minutes: 30,
  },
  "falco-undelivered": {
    severity: "critical",
    description: "Falco: what it saw could not be told to Alertmanager. It is in the log of its pods alone.",
    expr: `increase(falcosecurity_falcosidekick_outputs_total{destination="alertmanager",status="error"}[15m]) > 0`,
    minutes: 5,
  },
};
