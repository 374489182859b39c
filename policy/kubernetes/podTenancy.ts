import { isSet, isTrue, show } from "../check";
import { always, fromStaging } from "../levels";
import { resourceRule } from "../rule";
import { podSpecOf, workloads } from "./podSpec";

/** What keeps pods apart from each other and from what runs the cluster. */

export const ownProcesses = resourceRule({
  id: "k8s-pod-no-shared-processes",
  title: "Containers of a pod keep their processes to themselves",
  severity: "medium",
  description:
    "Who gets into a sidecar otherwise reads the environment and the files of the program beside it, and may stop it.",
  remedy: "Leave shareProcessNamespace out.",
  controls: { soc2: ["CC6.1"], gdpr: ["32(1)(b)"] },
  levels: always,
  types: workloads,
  check: (workload) =>
    isTrue(podSpecOf(workload).shareProcessNamespace) && "shareProcessNamespace of the pods is true",
});

export const boundedScratch = resourceRule({
  id: "k8s-pod-empty-dir-bounded",
  title: "Scratch space has a limit",
  severity: "medium",
  description: "An emptyDir without limit fills the node's disk, which evicts every other pod of the node.",
  remedy: "Set sizeLimit on each emptyDir.",
  controls: { soc2: ["A1.1", "A1.2"], gdpr: ["32(1)(b)"] },
  levels: fromStaging,
  types: workloads,
  check: (workload) =>
    (podSpecOf(workload).volumes ?? []).map(
      ({ name, emptyDir }) =>
        emptyDir !== undefined &&
        !isSet(emptyDir, "sizeLimit") &&
        `volume ${name} is an emptyDir without sizeLimit`,
    ),
});

export const ownMachines = resourceRule({
  id: "k8s-pod-no-blanket-toleration",
  title: "Pods tolerate the taints that they know",
  severity: "medium",
  description:
    "A toleration without key is one of every taint: the pod goes to the control plane, and stays on nodes that are sick or about to go. What has to run on every node is a DaemonSet.",
  remedy: "Name the key of each toleration.",
  controls: { soc2: ["CC6.1", "A1.2"] },
  levels: fromStaging,
  types: workloads,
  applies: ({ type }) => type !== "kubernetes:apps/v1:DaemonSet",
  check: (workload) =>
    (podSpecOf(workload).tolerations ?? []).map(
      ({ key, operator }, place) =>
        (key ?? "") === "" && operator === "Exists" && `tolerations[${place}] is of every taint`,
    ),
});

const clusters = ["kube-system", "kube-public", "kube-node-lease"];

export const ownNamespace = resourceRule({
  id: "k8s-namespace-not-the-clusters",
  title: "Workloads stay out of the cluster's own namespaces",
  severity: "medium",
  description:
    "In kube-system stand the accounts of the cluster's controllers, and no policy is enforced there lest it stop the cluster.",
  remedy: "Give the workload a namespace of its own.",
  controls: { cisKubernetes: ["5.6.1"], nsa: ["Namespaces"], soc2: ["CC6.1"] },
  levels: fromStaging,
  types: workloads,
  check: ({ props: { metadata } }) =>
    clusters.includes(metadata?.namespace ?? "") && `metadata.namespace is ${show(metadata?.namespace)}`,
});

export const noHostVolume = resourceRule({
  id: "k8s-volume-no-host-path",
  title: "Volumes are no folders of a node",
  severity: "high",
  description:
    "A PersistentVolume of a hostPath gives a pod a folder of the node where the pod's own rules let no hostPath pass.",
  remedy: "Use a storage class, or local with a nodeAffinity for a disk of its own.",
  controls: {
    pss: ["hostPathVolumes"],
    nsa: ["Pod security enforcement"],
    soc2: ["CC6.1"],
    gdpr: ["32(1)(b)"],
  },
  levels: always,
  types: ["kubernetes:core/v1:PersistentVolume"],
  check: ({ props }) => isSet(props.spec, "hostPath") && "spec.hostPath is set",
});
