import { runbookOf } from "../governance/runbooks";
import { alertmanagers } from "../platform/alertmanagers";
import { namespaces } from "../platform/names";
import { platformPriority } from "../platform/priorities";
import { nodesByTenths } from "../platform/release";
import { closedContainer } from "../platform/securityContext";
import type { FalcoArgs } from "./falco";
import { falcoRules } from "./falcoRules";

/** Labels of the pods that look at what runs, one on each node. */
export const falcoPods = {
  "app.kubernetes.io/name": "falco",
  "app.kubernetes.io/instance": "falco",
} as const;

/** Labels of the pods that tell Alertmanager what those saw. */
export const sidekickPods = {
  "app.kubernetes.io/name": "falcosidekick",
  "app.kubernetes.io/instance": "falcosidekick",
} as const;

/** Where both answer: Falco its metrics and probes, the sidekick everything. */
export const ports = { falco: 8765, sidekick: 2801 } as const;

/** Of the pod on a node. Events that it has no time for are dropped, and an alert says so. */
const resources = {
  requests: { cpu: "100m", memory: "256Mi" },
  limits: { cpu: "1", memory: "1Gi" },
} as const;

/** The one socket of a container runtime that both clouds' nodes have. */
const containerd = "/run/containerd/containerd.sock";

/** Values of the chart of what looks. */
export function falcoValues(): Record<string, unknown> {
  const off = { enabled: false };
  return {
    podPriorityClassName: platformPriority,
    // every node: one that is left out is where somebody would go
    tolerations: [{ operator: "Exists" }],
    controller: { daemonset: { updateStrategy: nodesByTenths } },
    resources,
    driver: { enabled: true, kind: "modern_ebpf", modernEbpf: { leastPrivileged: false } },
    // no privileged container: loading BPF programs, reading their buffers and other processes' state is all that it takes
    // (https://falco.org/docs/setup/container/#least-privileged)
    containerSecurityContext: {
      ...closedContainer(),
      runAsUser: 0,
      capabilities: { drop: ["ALL"], add: ["BPF", "PERFMON", "SYS_PTRACE", "SYS_RESOURCE"] },
    },
    // the runtime's own profile keeps it from other processes; the annotation by which the chart says so is deprecated
    podSecurityContext: { appArmorProfile: { type: "Unconfined" } },
    collectors: {
      containerEngine: {
        enabled: true,
        engines: {
          docker: off,
          podman: off,
          containerd: off,
          cri: { enabled: true, sockets: [containerd] },
          lxc: off,
          libvirt_lxc: off,
          bpm: off,
        },
      },
      kubernetes: off,
    },
    // rules and plugin are those in the image, of its own version: nothing on a node fetches rules from outside
    falcoctl: { artifact: { install: off, follow: off } },
    customRules: { "groundwork.yaml": falcoRules() },
    falco: {
      json_output: true,
      time_format_iso_8601: true,
      priority: "notice",
      // a change of its files is a change of the pods
      watch_config_files: false,
      stdout_output: { enabled: true },
      syslog_output: off,
      log_syslog: false,
      http_output: {
        enabled: true,
        url: `http://falcosidekick.${namespaces.falcoSidekick}.svc:${ports.sidekick}`,
        keep_alive: true,
      },
    },
    metrics: { enabled: true, interval: "1m", outputRule: false },
    serviceMonitor: { create: true, interval: "60s" },
  };
}

/** Values of the chart of what tells. */
export function sidekickValues({
  highlyAvailable,
  nodeSelector,
  alertmanagerReplicas,
}: FalcoArgs): Record<string, unknown> {
  const user = 1234;
  return {
    replicaCount: highlyAvailable ? 2 : 1,
    revisionHistoryLimit: 3,
    priorityClassName: platformPriority,
    nodeSelector,
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            weight: 100,
            podAffinityTerm: {
              topologyKey: "topology.kubernetes.io/zone",
              labelSelector: { matchLabels: sidekickPods },
            },
          },
        ],
      },
    },
    resources: { requests: { cpu: "20m", memory: "64Mi" }, limits: { cpu: "200m", memory: "128Mi" } },
    podSecurityContext: {
      runAsNonRoot: true,
      runAsUser: user,
      runAsGroup: user,
      fsGroup: user,
      seccompProfile: { type: "RuntimeDefault" },
    },
    securityContext: closedContainer(),
    serviceMonitor: { enabled: true, interval: "60s" },
    config: {
      alertmanager: {
        hostport: alertmanagers(alertmanagerReplicas).join(","),
        endpoint: "/api/v2/alerts",
        // what is worth a log line is in the log
        minimumpriority: "warning",
        // an event is over when it is told; the alert stays for somebody to see it
        expireafter: "3600",
        extralabels: `namespace:${namespaces.falco}`,
        extraannotations: `runbook_url:${runbookOf("falco-event")}`,
      },
    },
  };
}
