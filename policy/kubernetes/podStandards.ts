import { isTrue, show } from "../check";
import { always } from "../levels";
import { resourceRule } from "../rule";
import { containersOf, podOf, podSpecOf, workloads, type Placement, type PodSpec } from "./podSpec";

/** What the Pod Security Standards ask beyond podSecurity.ts: the same names, the same values that are let pass. */

export const noHostProcess = resourceRule({
  id: "k8s-pod-no-host-process",
  title: "Pods on Windows are no processes of the node",
  severity: "high",
  description: "A HostProcess container is a process of the node, with the node's files and rights.",
  remedy: "Leave securityContext.windowsOptions.hostProcess out of the pod and its containers.",
  controls: { pss: ["windowsHostProcess"], cisKubernetes: ["5.2.10"], soc2: ["CC6.8"] },
  levels: always,
  types: workloads,
  check: (workload) => {
    const spec = podSpecOf(workload);
    return [
      isTrue(spec.securityContext?.windowsOptions?.hostProcess) && "the pod is a HostProcess",
      containersOf(spec)
        .filter(({ container }) => isTrue(container.securityContext?.windowsOptions?.hostProcess))
        .map(({ at }) => `${at} is a HostProcess`),
    ];
  },
});

export const noProbeHost = resourceRule({
  id: "k8s-pod-no-probe-host",
  title: "Probes and hooks ask their own pod",
  severity: "medium",
  description:
    "The kubelet asks on the pod's behalf: with another host a pod has the node call whom it could not reach.",
  remedy: "Leave host out of httpGet and tcpSocket of every probe and lifecycle hook.",
  controls: { pss: ["hostProbesAndHostLifecycle"], soc2: ["CC6.6"] },
  levels: always,
  types: workloads,
  check: (workload) =>
    containersOf(podSpecOf(workload)).flatMap(({ container, at }) =>
      handlersOf(container)
        .filter(({ host }) => (host ?? "") !== "")
        .map(({ name, host }) => `${name} of ${at} asks ${show(host)}`),
    ),
});

function handlersOf({
  livenessProbe,
  readinessProbe,
  startupProbe,
  lifecycle,
}: Placement["container"]): readonly { readonly name: string; readonly host: string | undefined }[] {
  const { postStart, preStop } = lifecycle ?? {};
  return Object.entries({ livenessProbe, readinessProbe, startupProbe, postStart, preStop }).map(
    ([name, handler]) => ({ name, host: handler?.httpGet?.host ?? handler?.tcpSocket?.host }),
  );
}

/** Volumes that bring nothing of the node; `hostPath` has a rule of its own. */
const volumeTypes = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "hostPath",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

export const volumes = resourceRule({
  id: "k8s-pod-volume-types",
  title: "Pods mount what Kubernetes looks after",
  severity: "low",
  description:
    "Volumes of the older kinds, such as nfs and gitRepo, name servers, paths and programs that run as root on the node.",
  remedy: "Claim storage by persistentVolumeClaim, csi or ephemeral.",
  controls: { pss: ["restrictedVolumes"], nsa: ["Pod security enforcement"], soc2: ["CC6.8"] },
  levels: always,
  types: workloads,
  check: (workload) =>
    (podSpecOf(workload).volumes ?? []).map((volume) =>
      Object.keys(volume)
        .filter((key) => key !== "name" && !volumeTypes.includes(key))
        .map((key) => `volume ${volume.name ?? ""} is of type ${key}`),
    ),
});

/** Settings of the kernel that are a pod's own, by the Pod Security Standards 1.37. */
const safeSysctls = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_notsent_lowat",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_slow_start_after_idle",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
];

export const sysctls = resourceRule({
  id: "k8s-pod-safe-sysctls",
  title: "Pods set nothing of the node's kernel",
  severity: "medium",
  description: "Other settings of the kernel are not the pod's alone, or take from its neighbours.",
  remedy: "Leave all but the safe ones out of securityContext.sysctls.",
  controls: { pss: ["sysctls"], soc2: ["CC6.8"] },
  levels: always,
  types: workloads,
  check: (workload) =>
    (podSpecOf(workload).securityContext?.sysctls ?? [])
      .filter(({ name = "" }) => !safeSysctls.includes(name))
      .map(({ name = "" }) => `securityContext.sysctls holds ${name}`),
});

export const procMount = resourceRule({
  id: "k8s-pod-proc-mount",
  title: "Containers see no more of /proc than they have to",
  severity: "medium",
  description: "The runtime masks paths of /proc by which the node is read and changed.",
  remedy: "Leave securityContext.procMount out, or set it to Default.",
  controls: { pss: ["procMount"], soc2: ["CC6.8"] },
  levels: always,
  types: workloads,
  check: (workload) =>
    containersOf(podSpecOf(workload))
      .filter(({ container }) => !["Default", undefined, ""].includes(container.securityContext?.procMount))
      .map(({ container, at }) => `${at} has procMount ${show(container.securityContext?.procMount)}`),
});

/** Types that bound a container, by the Pod Security Standards. */
const seLinuxTypes = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

export const seLinux = resourceRule({
  id: "k8s-pod-selinux",
  title: "SELinux bounds containers as it bounds all",
  severity: "medium",
  description:
    "Another type, user or role, such as spc_t, is a container that SELinux lets do what it likes.",
  remedy: "Leave user and role out of seLinuxOptions, and type at one of the container_ types.",
  controls: { pss: ["seLinuxOptions"], nsa: ["Pod security enforcement"], soc2: ["CC6.8"] },
  levels: always,
  types: workloads,
  check: (workload) =>
    contexts(podSpecOf(workload)).map(({ at, context }) => {
      const { type = "", user = "", role = "" } = context?.seLinuxOptions ?? {};
      return [
        !seLinuxTypes.includes(type) && `${at} has seLinuxOptions.type ${show(type)}`,
        user !== "" && `${at} has seLinuxOptions.user ${show(user)}`,
        role !== "" && `${at} has seLinuxOptions.role ${show(role)}`,
      ];
    }),
});

/** Annotation by which a profile was named before there was a field. */
const appArmorPrefix = "container.apparmor.security.beta.kubernetes.io/";

export const appArmor = resourceRule({
  id: "k8s-pod-apparmor",
  title: "Nobody switches AppArmor off",
  severity: "medium",
  description: "The runtime's profile keeps a container from mounting, and from the node's own files.",
  remedy: "Leave appArmorProfile out, or set its type to RuntimeDefault or Localhost.",
  controls: { pss: ["appArmorProfile"], nsa: ["Pod security enforcement"], soc2: ["CC6.8"] },
  levels: always,
  types: workloads,
  check: (workload) => [
    contexts(podSpecOf(workload))
      .filter(({ context }) => context?.appArmorProfile?.type === "Unconfined")
      .map(({ at }) => `${at} has appArmorProfile.type "Unconfined"`),
    Object.entries(podOf(workload).metadata?.annotations ?? {})
      .filter(
        ([key, value]) =>
          key.startsWith(appArmorPrefix) && !/^(runtime\/default|localhost\/.+)?$/.test(value ?? ""),
      )
      .map(([key, value]) => `the annotation ${key} is ${show(value)}`),
  ],
});

/** The pod's own security context and each container's. */
function contexts(spec: PodSpec) {
  return [
    { at: "the pod", context: spec.securityContext },
    ...containersOf(spec).map(({ container, at }) => ({ at, context: container.securityContext })),
  ];
}
