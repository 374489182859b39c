import type { Json } from "../../../../preview/plan";
import { add, gone, to, type Row } from "./mistake";

const pod = "spec.template.spec";
const container = `${pod}.containers.0`;
const digest = `sha256:${"a".repeat(64)}`;
const inContainer = (path: string, value: Json | undefined) => to([`${container}.${path}`, value]);
const inPod = (path: string, value: Json | undefined) => to([`${pod}.${path}`, value]);

export const workloads: readonly Row[] = [
  [
    "Deployment till",
    "privileged container",
    "CKV_K8S_16, CIS Kubernetes 5.2.2, PSS baseline",
    inContainer("securityContext.privileged", false),
  ],
  [
    "Deployment till",
    "processes may gain privileges",
    "CKV_K8S_20, CIS Kubernetes 5.2.6, PSS restricted",
    inContainer("securityContext.allowPrivilegeEscalation", false),
  ],
  [
    "Deployment till",
    "root file system may be written",
    "CKV_K8S_22",
    inContainer("securityContext.readOnlyRootFilesystem", true),
  ],
  [
    "Deployment till",
    "nothing keeps it from running as root",
    "CKV_K8S_23, CIS Kubernetes 5.2.7, PSS restricted",
    inContainer("securityContext.runAsNonRoot", true),
  ],
  [
    "Deployment till",
    "runs as user 0",
    "CKV_K8S_40, PSS restricted",
    inPod("securityContext.runAsUser", 10001),
  ],
  ["Deployment till", "unmasked /proc", "PSS baseline", inContainer("securityContext.procMount", "Default")],
  [
    "Deployment till",
    "no seccomp profile",
    "CKV_K8S_31, CIS Kubernetes 5.7.2, PSS baseline",
    inContainer("securityContext.seccompProfile.type", "RuntimeDefault"),
  ],
  [
    "Deployment till",
    "no AppArmor profile",
    "PSS baseline",
    inContainer("securityContext.appArmorProfile.type", "RuntimeDefault"),
  ],
  [
    "Deployment till",
    "SELinux type of its own",
    "PSS baseline",
    inContainer("securityContext.seLinuxOptions.type", "container_t"),
  ],
  [
    "Deployment till",
    "capability SYS_ADMIN",
    "CKV_K8S_39, CIS Kubernetes 5.2.9, PSS baseline",
    inContainer("securityContext.capabilities.add", ["NET_RAW"]),
  ],
  [
    "Deployment till",
    "capability NET_RAW",
    "CKV_K8S_28, CIS Kubernetes 5.2.8, PSS baseline",
    inContainer("securityContext.capabilities.add", ["SYS_ADMIN"]),
  ],
  [
    "Deployment till",
    "capabilities are not dropped",
    "CKV_K8S_37, CIS Kubernetes 5.2.10, PSS restricted",
    inContainer("securityContext.capabilities.drop", ["ALL"]),
  ],
  [
    "Deployment till",
    "processes of its host",
    "CKV_K8S_17, CIS Kubernetes 5.2.3, PSS baseline",
    inPod("hostPID", false),
  ],
  [
    "Deployment till",
    "shared memory of its host",
    "CKV_K8S_18, CIS Kubernetes 5.2.4, PSS baseline",
    inPod("hostIPC", false),
  ],
  [
    "Deployment till",
    "network of its host",
    "CKV_K8S_19, CIS Kubernetes 5.2.5, PSS baseline",
    inPod("hostNetwork", false),
  ],
  [
    "Deployment till",
    "port of its host",
    "CKV_K8S_26, CIS Kubernetes 5.2.13, PSS baseline",
    inContainer("ports.0.hostPort", undefined),
  ],
  ["Deployment till", "unsafe kernel setting", "PSS baseline", inPod("securityContext.sysctls", [])],
  [
    "Deployment till",
    "containers see each other's processes",
    "Kubernetes' documentation: share process namespace",
    inPod("shareProcessNamespace", false),
  ],
  [
    "Deployment till",
    "socket of the container runtime",
    "CKV_K8S_27",
    to([`${pod}.volumes.0`, { name: "docker", emptyDir: { sizeLimit: "1Gi" } }]),
  ],
  [
    "Deployment till",
    "root of its host's disk",
    "CIS Kubernetes 5.2.12, PSS baseline",
    to([`${pod}.volumes.1`, { name: "host", emptyDir: { sizeLimit: "1Gi" } }]),
  ],
  [
    "Deployment till",
    "scratch space without limit",
    "Kubernetes' documentation: emptyDir",
    to([`${pod}.volumes.2.emptyDir.sizeLimit`, "1Gi"]),
  ],
  [
    "Deployment till",
    "image by the tag latest",
    "CKV_K8S_14",
    inContainer("image", "docker.io/shop/till:1.0"),
  ],
  [
    "Deployment till",
    "image without digest",
    "CKV_K8S_43, OWASP K02",
    inContainer("image", `docker.io/shop/till:1.0@${digest}`),
  ],
  [
    "Deployment till",
    "image of a public registry",
    "OWASP K02, supply chain",
    inContainer("image", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/till:latest"),
  ],
  ["Deployment till", "password in its environment", "OWASP K08, secrets management", inContainer("env", [])],
  [
    "Deployment till",
    "no limits or requests of CPU",
    "CKV_K8S_10, CKV_K8S_11",
    inContainer("resources", { requests: { cpu: "100m" }, limits: { cpu: "1" } }),
  ],
  [
    "Deployment till",
    "no limits or requests of memory",
    "CKV_K8S_12, CKV_K8S_13",
    inContainer("resources", { requests: { memory: "128Mi" }, limits: { memory: "128Mi" } }),
  ],
  [
    "Deployment till",
    "nobody asks whether it lives",
    "CKV_K8S_8",
    inContainer("livenessProbe", { httpGet: { path: "/live", port: 8080 } }),
  ],
  [
    "Deployment till",
    "nobody asks whether it is ready",
    "CKV_K8S_9",
    inContainer("readinessProbe", { httpGet: { path: "/ready", port: 8080 } }),
  ],
  [
    "Deployment till",
    "the default namespace",
    "CKV_K8S_21, CIS Kubernetes 5.7.4",
    to(["metadata.namespace", "shop"]),
  ],
  [
    "Deployment till",
    "default service account",
    "CKV_K8S_41, CIS Kubernetes 5.1.5",
    inPod("serviceAccountName", "till"),
  ],
  [
    "Deployment till",
    "token of its service account",
    "CKV_K8S_38, CIS Kubernetes 5.1.6",
    inPod("automountServiceAccountToken", false),
  ],
  ["Deployment till", "one replica", "kube-score: deployment-replicas", to(["spec.replicas", 3])],
  [
    "Deployment counter",
    "no disruption budget",
    "kube-score: deployment-has-poddisruptionbudget",
    add("kubernetes:policy/v1:PodDisruptionBudget", {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "counter", namespace: "shop" },
      spec: { minAvailable: 1, selector: { matchLabels: { app: "counter" } } },
    }),
  ],
  [
    "Deployment counter",
    "all its pods on one machine",
    "kube-score: deployment-has-host-podantiaffinity",
    inPod("topologySpreadConstraints", [
      {
        maxSkew: 1,
        topologyKey: "topology.kubernetes.io/zone",
        whenUnsatisfiable: "DoNotSchedule",
        labelSelector: { matchLabels: { app: "counter" } },
      },
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { app: "counter" } },
      },
    ]),
  ],
  [
    "Deployment till",
    "all pods go before the new ones come",
    "Kubernetes' documentation: Recreate Deployment",
    to(["spec.strategy", { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }]),
  ],
  [
    "Deployment till",
    "runs on every machine, control plane and all",
    "Kubernetes' documentation: taints and tolerations",
    inPod("tolerations", []),
  ],
  ["Pod debug", "a pod that nobody makes again", "Kubernetes' documentation: naked Pods", gone("bare-pod")],
  ["Pod debug", "image without tag", "CKV_K8S_14", to(["spec.containers.0.image", "busybox:1.37"])],
  ["Pod debug", "in kube-system", "CIS Kubernetes 5.7.1", to(["metadata.namespace", "shop"])],
  [
    "CronJob nightly",
    "privileged container of a job",
    "CKV_K8S_16, PSS baseline",
    to(["spec.jobTemplate.spec.template.spec.containers.0.securityContext.privileged", false]),
  ],
  [
    "CronJob nightly",
    "runs may overlap",
    "kube-score: cronjob-concurrencypolicy",
    to(["spec.concurrencyPolicy", "Forbid"]),
  ],
  ["DaemonSet agent", "processes of every host", "CKV_K8S_17, PSS baseline", inPod("hostPID", false)],
  ["ConfigMap settings", "password in a ConfigMap", "OWASP K08, secrets management", to(["data", {}])],
  [
    "Secret clear",
    "secret in the program",
    "CWE-798, OWASP K08",
    gone("secret"),
    "of what is secret in Pulumi the pack sees no value; credentials that can be told by their shape are found elsewhere: all-no-plaintext-secrets",
  ],
  [
    "PersistentVolume host-disk",
    "a disk that is a folder of the host",
    "Kubernetes' documentation: hostPath volumes",
    to(["spec.hostPath", undefined], ["spec.csi", { driver: "ebs.csi.aws.com", volumeHandle: "vol-a" }]),
  ],
];
