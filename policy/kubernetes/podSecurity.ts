import { isTrue, show } from "../check";
import { always, fromStaging } from "../levels";
import { resourceRule } from "../rule";
import { containersOf, podSpecOf, workloads } from "./podSpec";

/** Windows has none of Linux' ways to confine a process, and its pods may not name them (Pod Security Standards). */
function isOfWindows(workload: Parameters<typeof podSpecOf>[0]): boolean {
  return podSpecOf(workload).os?.name === "windows";
}

export const capabilities = resourceRule({
  id: "k8s-pod-drop-all-capabilities",
  title: "Containers drop every capability",
  severity: "high",
  description: "A service needs none of the kernel's privileges that container runtimes hand out by default.",
  remedy: "Set securityContext.capabilities.drop to [ALL] and add nothing but NET_BIND_SERVICE.",
  controls: {
    pss: ["capabilities_restricted"],
    cisKubernetes: ["5.2.8", "5.2.9"],
    nsa: ["Pod security enforcement"],
    soc2: ["CC6.8"],
    gdpr: ["32(1)(b)"],
  },
  levels: always,
  types: workloads,
  applies: (workload) => !isOfWindows(workload),
  check: (workload) =>
    containersOf(podSpecOf(workload)).map(({ container, at }) => {
      const { drop = [], add = [] } = container.securityContext?.capabilities ?? {};
      const extra = add.filter((capability) => capability !== "NET_BIND_SERVICE");
      return [
        !drop.includes("ALL") && `${at} does not drop ALL capabilities`,
        extra.length > 0 && `${at} adds ${extra.join(", ")}`,
      ];
    }),
});

export const hostNamespaces = resourceRule({
  id: "k8s-pod-no-host-namespaces",
  title: "Pods stay out of the node's namespaces",
  severity: "critical",
  description: "In the node's network, process or IPC namespace a pod sees, and reaches, what all others do.",
  remedy: "Leave hostNetwork, hostPID and hostIPC out.",
  controls: {
    pss: ["hostNamespaces"],
    cisEks: ["4.2.2", "4.2.3", "4.2.4"],
    cisKubernetes: ["5.2.3", "5.2.4", "5.2.5"],
    nsa: ["Pod security enforcement"],
    soc2: ["CC6.8"],
    gdpr: ["32(1)(b)"],
  },
  levels: always,
  types: workloads,
  check: (workload) => {
    const { hostNetwork, hostPID, hostIPC } = podSpecOf(workload);
    return Object.entries({ hostNetwork, hostPID, hostIPC }).map(
      ([name, value]) => isTrue(value) && `${name} is true`,
    );
  },
});

export const hostPaths = resourceRule({
  id: "k8s-pod-no-host-path",
  title: "Pods mount nothing of the node",
  severity: "high",
  description: "A path of the node is a way to its kubelet, its runtime socket and every other pod's files.",
  remedy: "Mount an emptyDir, a ConfigMap, a Secret or a PersistentVolumeClaim.",
  controls: {
    pss: ["hostPathVolumes", "restrictedVolumes"],
    cisKubernetes: ["5.2.11"],
    nsa: ["Pod security enforcement"],
    soc2: ["CC6.8"],
    gdpr: ["32(1)(b)"],
  },
  levels: always,
  types: workloads,
  check: (workload) =>
    (podSpecOf(workload).volumes ?? [])
      .filter(({ hostPath }) => hostPath !== undefined)
      .map(({ name }) => `volume ${name ?? ""} is a hostPath`),
});

export const hostPorts = resourceRule({
  id: "k8s-pod-no-host-port",
  title: "Pods open no port of the node",
  severity: "high",
  description:
    "A host port goes past Services, NetworkPolicies and load balancers, and takes the port from everyone else.",
  remedy: "Leave ports[].hostPort out and put a Service before the pods.",
  controls: { pss: ["hostPorts"], cisKubernetes: ["5.2.12"], soc2: ["CC6.6"] },
  levels: always,
  types: workloads,
  check: (workload) =>
    containersOf(podSpecOf(workload)).flatMap(({ container, at }) =>
      (container.ports ?? [])
        .filter(({ hostPort }) => hostPort !== undefined && hostPort !== 0)
        .map(({ hostPort }) => `${at} opens port ${String(hostPort)} of the node`),
    ),
});

export const noPrivilegeEscalation = resourceRule({
  id: "k8s-pod-no-privilege-escalation",
  title: "Containers can't gain privileges",
  severity: "high",
  description: "Unless it is refused, a set-uid binary in the image turns any user into root.",
  remedy: "Set securityContext.allowPrivilegeEscalation to false on every container.",
  controls: {
    pss: ["allowPrivilegeEscalation"],
    cisEks: ["4.2.5"],
    cisKubernetes: ["5.2.6"],
    nsa: ["Pod security enforcement"],
    soc2: ["CC6.8"],
    gdpr: ["32(1)(b)"],
  },
  levels: always,
  types: workloads,
  applies: (workload) => !isOfWindows(workload),
  check: (workload) =>
    containersOf(podSpecOf(workload))
      .filter(({ container }) => container.securityContext?.allowPrivilegeEscalation !== false)
      .map(({ at }) => `${at} does not set allowPrivilegeEscalation to false`),
});

export const noPrivileged = resourceRule({
  id: "k8s-pod-no-privileged",
  title: "Containers are not privileged",
  severity: "critical",
  description: "A privileged container is root on the node.",
  remedy: "Leave securityContext.privileged out.",
  controls: {
    pss: ["privileged"],
    cisEks: ["4.2.1"],
    cisKubernetes: ["5.2.2"],
    nsa: ["Pod security enforcement"],
    soc2: ["CC6.8"],
    gdpr: ["32(1)(b)"],
  },
  levels: always,
  types: workloads,
  check: (workload) =>
    containersOf(podSpecOf(workload))
      .filter(({ container }) => isTrue(container.securityContext?.privileged))
      .map(({ at }) => `${at} is privileged`),
});

export const readOnlyRoot = resourceRule({
  id: "k8s-pod-read-only-root-fs",
  title: "Containers can't write to their image",
  severity: "medium",
  description:
    "What breaks in can't leave anything behind, and what is written is written where it is meant to be.",
  remedy:
    "Set securityContext.readOnlyRootFilesystem to true and mount an emptyDir where the program must write.",
  controls: {
    cisGke: ["4.6.3"],
    cisKubernetes: ["5.6.3"],
    nsa: ["Immutable container file systems"],
    soc2: ["CC6.8"],
    gdpr: ["32(1)(b)"],
  },
  levels: fromStaging,
  types: workloads,
  check: (workload) =>
    containersOf(podSpecOf(workload))
      .filter(({ container }) => !isTrue(container.securityContext?.readOnlyRootFilesystem))
      .map(({ at }) => `${at} does not set readOnlyRootFilesystem to true`),
});

export const runAsNonRoot = resourceRule({
  id: "k8s-pod-run-as-non-root",
  title: "Containers don't run as root",
  severity: "high",
  description: "Root in a container is root on the node wherever the kernel has a hole.",
  remedy: "Set securityContext.runAsNonRoot to true on the pod or every container, and no runAsUser of 0.",
  controls: {
    pss: ["runAsNonRoot", "runAsUser"],
    cisKubernetes: ["5.2.7"],
    nsa: ['"Non-root" containers and "rootless" container engines', "Pod security enforcement"],
    soc2: ["CC6.8"],
    gdpr: ["32(1)(b)"],
  },
  levels: always,
  types: workloads,
  check: (workload) => {
    const spec = podSpecOf(workload);
    const pod = spec.securityContext;
    return [
      pod?.runAsUser === 0 && "securityContext.runAsUser of the pod is 0",
      containersOf(spec).map(({ container, at }) => {
        const nonRoot = container.securityContext?.runAsNonRoot ?? pod?.runAsNonRoot;
        return [
          !isTrue(nonRoot) && `${at} has runAsNonRoot ${show(nonRoot)}, expected true`,
          container.securityContext?.runAsUser === 0 && `${at} has runAsUser 0`,
        ];
      }),
    ];
  },
});

export const seccomp = resourceRule({
  id: "k8s-pod-seccomp",
  title: "Containers run under a seccomp profile",
  severity: "medium",
  description: "The runtime's profile bars the system calls that services never make and exploits do.",
  remedy: 'Set securityContext.seccompProfile.type to "RuntimeDefault" on the pod.',
  controls: {
    pss: ["seccompProfile_restricted"],
    cisGke: ["4.6.2"],
    cisKubernetes: ["5.6.2"],
    nsa: ["Pod security enforcement", "Hardening container environments"],
    soc2: ["CC6.8"],
  },
  levels: always,
  types: workloads,
  applies: (workload) => !isOfWindows(workload),
  check: (workload) => {
    const spec = podSpecOf(workload);
    const pod = spec.securityContext?.seccompProfile?.type;
    return containersOf(spec)
      .map(({ container, at }) => ({ at, profile: container.securityContext?.seccompProfile?.type ?? pod }))
      .filter(({ profile }) => profile !== "RuntimeDefault" && profile !== "Localhost")
      .map(
        ({ at, profile }) =>
          `${at} has seccompProfile.type ${show(profile)}, expected "RuntimeDefault" or "Localhost"`,
      );
  },
});
