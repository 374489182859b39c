import * as k8s from "@pulumi/kubernetes";
import type { CustomResourceOptions } from "@pulumi/pulumi";

/** Workloads. */
export function pods(opts: CustomResourceOptions): void {
  const labels = { app: "till" };
  new k8s.apps.v1.Deployment(
    "till",
    {
      metadata: { name: "till", namespace: "default", labels },
      spec: {
        replicas: 1,
        selector: { matchLabels: labels },
        strategy: { type: "Recreate" },
        template: {
          metadata: { labels },
          spec: {
            serviceAccountName: "default",
            automountServiceAccountToken: true,
            hostNetwork: true,
            hostPID: true,
            hostIPC: true,
            shareProcessNamespace: true,
            tolerations: [{ operator: "Exists" }],
            securityContext: { runAsUser: 0, sysctls: [{ name: "kernel.msgmax", value: "65536" }] },
            containers: [
              {
                name: "till",
                image: "docker.io/shop/till:latest",
                imagePullPolicy: "IfNotPresent",
                ports: [{ containerPort: 8080, hostPort: 80 }],
                env: [{ name: "DATABASE_PASSWORD", value: "correct-horse" }],
                securityContext: {
                  privileged: true,
                  allowPrivilegeEscalation: true,
                  readOnlyRootFilesystem: false,
                  runAsNonRoot: false,
                  procMount: "Unmasked",
                  seccompProfile: { type: "Unconfined" },
                  appArmorProfile: { type: "Unconfined" },
                  seLinuxOptions: { type: "spc_t" },
                  capabilities: { add: ["SYS_ADMIN", "NET_RAW"] },
                },
                volumeMounts: [
                  { name: "docker", mountPath: "/var/run/docker.sock" },
                  { name: "host", mountPath: "/host" },
                  { name: "cache", mountPath: "/cache" },
                ],
              },
            ],
            volumes: [
              { name: "docker", hostPath: { path: "/var/run/docker.sock" } },
              { name: "host", hostPath: { path: "/" } },
              { name: "cache", emptyDir: {} },
            ],
          },
        },
      },
    },
    opts,
  );
  const counted = { app: "counter" };
  new k8s.apps.v1.Deployment(
    "counter",
    {
      metadata: { name: "counter", namespace: "shop", labels: counted },
      spec: {
        replicas: 3,
        selector: { matchLabels: counted },
        template: {
          metadata: { labels: counted },
          spec: { containers: [{ name: "counter", image: "shop/counter:1.0" }] },
        },
      },
    },
    opts,
  );
  new k8s.core.v1.Pod(
    "debug",
    {
      metadata: { name: "debug", namespace: "kube-system" },
      spec: { nodeName: "node-a", containers: [{ name: "shell", image: "busybox" }] },
    },
    opts,
  );
  new k8s.batch.v1.CronJob(
    "nightly",
    {
      metadata: { name: "nightly", namespace: "shop" },
      spec: {
        schedule: "0 3 * * *",
        jobTemplate: {
          spec: {
            template: {
              spec: {
                restartPolicy: "OnFailure",
                containers: [
                  { name: "nightly", image: "shop/nightly:1.0", securityContext: { privileged: true } },
                ],
              },
            },
          },
        },
      },
    },
    opts,
  );
  new k8s.apps.v1.DaemonSet(
    "agent",
    {
      metadata: { name: "agent", namespace: "shop" },
      spec: {
        selector: { matchLabels: { app: "agent" } },
        template: {
          metadata: { labels: { app: "agent" } },
          spec: {
            hostPID: true,
            containers: [{ name: "agent", image: "shop/agent:1.0" }],
          },
        },
      },
    },
    opts,
  );
  new k8s.core.v1.ConfigMap(
    "settings",
    { metadata: { name: "settings", namespace: "shop" }, data: { DATABASE_PASSWORD: "correct-horse" } },
    opts,
  );
  new k8s.core.v1.Secret(
    "clear",
    {
      metadata: { name: "clear", namespace: "shop" },
      stringData: { token: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" },
    },
    opts,
  );
  new k8s.core.v1.PersistentVolume(
    "host-disk",
    {
      metadata: { name: "host-disk" },
      spec: { capacity: { storage: "10Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: "/etc" } },
    },
    opts,
  );
}
