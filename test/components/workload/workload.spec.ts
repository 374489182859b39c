import assert from "node:assert/strict";
import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { scrapeSeconds } from "../../../components/platform/monitoringSize";
import { Workload, type WorkloadArgs } from "../../../components/workload/workload";
import type { WorkloadSpec } from "../../../components/workload/spec";
import type { Json, PlanResource } from "../../../preview/plan";
import { find, findAll, run, type TestRunOptions } from "../../support/run";

const spec: WorkloadSpec = {
  image: { repository: "ghcr.io/acme/api", tag: "1.2.3" },
  port: 3000,
  replicas: { min: 3, max: 12 },
  resources: { cpu: "500m", memory: "512Mi" },
};
const args: WorkloadArgs = { service: "api", spec, system: "shop", namespace: "shop", wayIn: "ingress" };
const deploymentType = "kubernetes:apps/v1:Deployment";
const policyType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";

const make = (overrides: Partial<WorkloadArgs> = {}, options?: TestRunOptions) =>
  run(
    () =>
      new Workload(
        "shop-api",
        { ...args, ...overrides },
        { provider: new k8s.Provider("main", { kubeconfig: "{}" }) },
      ),
    options,
  );

/** The input of a resource at a path of keys. */
function at(resource: PlanResource, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown> | undefined)?.[key],
    resource.inputs,
  );
}

const pod = (resources: readonly PlanResource[], ...path: readonly (string | number)[]) =>
  at(find(resources, deploymentType), "spec", "template", "spec", ...path);
const container = (resources: readonly PlanResource[], ...path: readonly (string | number)[]) =>
  pod(resources, "containers", 0, ...path);

describe("Workload", () => {
  it("is made of these, and the same while outputs are unknown", async () => {
    const inventory = async (preview: "known" | "unknown") =>
      (await make({ connections: { PGHOST: "db" } }, { preview })).resources
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`)
        .sort();
    const want = [
      "ConfigMap shop-api-connections",
      "Deployment shop-api",
      "HorizontalPodAutoscaler shop-api-autoscaler",
      "NetworkPolicy shop-api-traffic",
      "PodDisruptionBudget shop-api-disruption-budget",
      "Service shop-api-service",
      "ServiceAccount shop-api-service-account",
    ];
    assert.deepEqual(await inventory("known"), want);
    assert.deepEqual(await inventory("unknown"), want);
  });

  it("runs pods that Pod Security restricted lets in, with a read-only root and no token of Kubernetes", async () => {
    const { resources } = await make();
    assert.deepEqual(pod(resources, "securityContext"), {
      runAsNonRoot: true,
      runAsUser: 10001,
      runAsGroup: 10001,
      fsGroup: 10001,
      fsGroupChangePolicy: "OnRootMismatch",
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(container(resources, "securityContext"), {
      runAsNonRoot: true,
      privileged: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.equal(pod(resources, "automountServiceAccountToken"), false);
    assert.equal(
      at(find(resources, "kubernetes:core/v1:ServiceAccount"), "automountServiceAccountToken"),
      false,
    );
  });

  it("keeps serving while it is updated or stopped", async () => {
    const { resources } = await make();
    assert.deepEqual(at(find(resources, deploymentType), "spec", "strategy"), {
      type: "RollingUpdate",
      rollingUpdate: { maxUnavailable: 0, maxSurge: "25%" },
    });
    assert.deepEqual(container(resources, "lifecycle"), { preStop: { sleep: { seconds: 10 } } });
    assert.equal(pod(resources, "terminationGracePeriodSeconds"), 45);
  });

  it("must be spread over zones from two pods on", async () => {
    const spread = async (replicas: WorkloadSpec["replicas"], zoneSpread?: "preferred") => {
      const { resources } = await make({
        spec: { ...spec, replicas, ...(zoneSpread !== undefined && { zoneSpread }) },
      });
      return pod(resources, "topologySpreadConstraints", 0, "whenUnsatisfiable");
    };
    assert.equal(await spread(2), "DoNotSchedule");
    assert.equal(await spread(1), "ScheduleAnyway");
    assert.equal(await spread(2, "preferred"), "ScheduleAnyway");
  });

  it("writes to /tmp and where it says, within bounds", async () => {
    const { resources } = await make({
      spec: { ...spec, writablePaths: [{ path: "/dev/shm", sizeMiB: 512, memory: true }] },
    });
    assert.deepEqual(pod(resources, "volumes"), [
      { name: "tmp", emptyDir: { sizeLimit: "256Mi" } },
      { name: "dev-shm", emptyDir: { sizeLimit: "512Mi", medium: "Memory" } },
    ]);
    assert.deepEqual(container(resources, "volumeMounts"), [
      { name: "tmp", mountPath: "/tmp" },
      { name: "dev-shm", mountPath: "/dev/shm" },
    ]);
  });

  for (const [runtime, want] of [
    ["node", { NODE_ENV: "production", NODE_OPTIONS: "--max-old-space-size=384" }],
    ["go", { GOMEMLIMIT: "460MiB", GOMAXPROCS: "1" }],
    ["python", { PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" }],
  ] as const) {
    it(`tells ${runtime} of its container`, async () => {
      const { resources } = await make({ spec: { ...spec, runtime } });
      const env = container(resources, "env") as { name: string; value: string }[];
      const told = Object.fromEntries(
        env.filter(({ name }) => name !== "PORT").map(({ name, value }) => [name, value]),
      );
      assert.deepEqual(told, want);
    });
  }

  it("lets its own settings win over the runtime's, and reads secrets by name alone", async () => {
    const { resources } = await make({
      spec: {
        ...spec,
        runtime: "node",
        env: { NODE_ENV: "test" },
        secrets: ["api-keys"],
        calls: ["ml-service"],
      },
      connections: { PGHOST: "db.internal" },
    });
    const env = container(resources, "env") as { name: string; value: string }[];
    assert.deepEqual(
      env.filter(({ name }) => name !== "NODE_OPTIONS"),
      [
        { name: "NODE_ENV", value: "test" },
        { name: "PORT", value: "3000" },
        { name: "ML_SERVICE_URL", value: "http://ml-service" },
      ],
    );
    const config = find(resources, "kubernetes:core/v1:ConfigMap");
    assert.deepEqual(config.inputs["data"], { PGHOST: "db.internal" });
    const [configMap, secret] = container(resources, "envFrom") as { configMapRef?: { name: string } }[];
    assert.match(configMap?.configMapRef?.name ?? "", /^shop-api-connections-[0-9a-f]{7}$/);
    assert.deepEqual(secret, { secretRef: { name: "api-keys" } });
  });

  it("verifies its stores with their authorities, each a file whose path it is told", async () => {
    const pem = pulumi.output("-----BEGIN CERTIFICATE-----");
    const { resources } = await make({
      connections: { PGHOST: "db.internal" },
      caBundles: { postgres: { variable: "PGSSLROOTCERT", pem } },
    });
    const connections = find(resources, "kubernetes:core/v1:ConfigMap", "shop-api-connections");
    assert.deepEqual(connections.inputs["data"], {
      PGHOST: "db.internal",
      PGSSLROOTCERT: "/etc/groundwork/authorities/postgres.pem",
    });
    const authorities = find(resources, "kubernetes:core/v1:ConfigMap", "shop-api-authorities");
    assert.deepEqual(authorities.inputs["data"], { "postgres.pem": "-----BEGIN CERTIFICATE-----" });
    assert.equal(authorities.inputs["immutable"], true);
    assert.equal(pod(resources, "volumes", 1, "name"), "authorities");
    assert.match(
      String(pod(resources, "volumes", 1, "configMap", "name")),
      /^shop-api-authorities-[0-9a-f]{7}$/,
    );
    assert.deepEqual(container(resources, "volumeMounts", 1), {
      name: "authorities",
      mountPath: "/etc/groundwork/authorities",
      readOnly: true,
    });
  });

  it("runs where its spec says, or where it is placed, over the taint of those nodes", async () => {
    const pool = { "groundwork.dev/pool": "application" };
    const pooled = await make({ spec: { ...spec, nodeSelector: pool } });
    assert.deepEqual(pod(pooled.resources, "nodeSelector"), pool);
    assert.equal(pod(pooled.resources, "tolerations"), undefined);

    const toleration = {
      key: "groundwork.dev/provisioned",
      operator: "Exists",
      effect: "NoSchedule",
    } as const;
    const nodeSelector = { "karpenter.sh/nodepool": "provisioned" };
    const placed = await make({ placement: { nodeSelector, tolerations: [toleration] } });
    assert.deepEqual(pod(placed.resources, "nodeSelector"), nodeSelector);
    assert.deepEqual(pod(placed.resources, "tolerations"), [toleration]);

    const untainted = await make({ placement: { nodeSelector, tolerations: [] } });
    assert.equal(pod(untainted.resources, "tolerations"), undefined);
  });

  it("pulls its image with the Secrets it is given", async () => {
    const pulls = async (imagePullSecrets?: readonly string[]) => {
      const { resources } = await make(imagePullSecrets === undefined ? {} : { imagePullSecrets });
      return find(resources, "kubernetes:core/v1:ServiceAccount").inputs["imagePullSecrets"];
    };
    assert.deepEqual(await pulls(["image-registry"]), [{ name: "image-registry" }]);
    assert.equal(await pulls(), undefined);
  });

  it("leaves the number of pods to the autoscaler, which is quick up and slow down", async () => {
    const { resources } = await make({ spec: { ...spec, cpuTargetPercent: 60, memoryTargetPercent: 80 } });
    assert.equal(at(find(resources, deploymentType), "spec", "replicas"), undefined);
    const { metrics, behavior, ...rest } = find(
      resources,
      "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    ).inputs["spec"] as Record<string, Json>;
    assert.deepEqual(rest, {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api" },
      minReplicas: 3,
      maxReplicas: 12,
    });
    const target = (name: string, averageUtilization: number) => ({
      type: "Resource",
      resource: { name, target: { type: "Utilization", averageUtilization } },
    });
    assert.deepEqual(metrics, [target("cpu", 60), target("memory", 80)]);
    assert.deepEqual((behavior as Record<string, Json>)["scaleDown"], {
      stabilizationWindowSeconds: 300,
      policies: [{ type: "Percent", value: 10, periodSeconds: 60 }],
    });
  });

  for (const [replicas, maxUnavailable] of [
    [{ min: 2, max: 4 }, 1],
    [{ min: 20, max: 100 }, "10%"],
  ] as const) {
    it(`may miss ${maxUnavailable} of ${replicas.min} pods or more while nodes are drained`, async () => {
      const { resources } = await make({ spec: { ...spec, replicas } });
      assert.deepEqual(find(resources, "kubernetes:policy/v1:PodDisruptionBudget").inputs["spec"], {
        selector: { matchLabels: { "app.kubernetes.io/name": "api" } },
        maxUnavailable,
        unhealthyPodEvictionPolicy: "AlwaysAllow",
      });
    });
  }

  it("has neither autoscaler nor budget as one fixed pod", async () => {
    const { resources } = await make({ spec: { ...spec, replicas: 1 } });
    assert.equal(at(find(resources, deploymentType), "spec", "replicas"), 1);
    assert.deepEqual(findAll(resources, "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"), []);
    assert.deepEqual(findAll(resources, "kubernetes:policy/v1:PodDisruptionBudget"), []);
  });

  it("speaks to nobody and hears nobody when nothing is said", async () => {
    const { resources } = await make();
    assert.deepEqual(at(find(resources, policyType), "spec"), {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } },
      policyTypes: [],
      ingress: [],
      egress: [],
    });
  });

  it("opens exactly the traffic that follows from what it is told", async () => {
    const { resources } = await make({
      spec: { ...spec, route: { path: "/api" }, metrics: { port: 9464 }, internetEgress: true },
      host: "shop.example.com",
      peers: { callers: ["web"], callees: { ml: 8000 } },
      stores: [{ cidrs: ["10.0.128.0/18"], ports: [6379, { from: 11000, to: 13047 }] }],
      identityEndpoints: [{ cidrs: ["169.254.170.23/32"], ports: [80] }],
    });
    const named = (name: string) => ({ podSelector: { matchLabels: { "app.kubernetes.io/name": name } } });
    const namespace = (name: string) => ({ matchLabels: { "kubernetes.io/metadata.name": name } });
    const tcp = (port: number) => ({ protocol: "TCP", port });
    assert.deepEqual(at(find(resources, policyType), "spec"), {
      podSelector: { matchLabels: { "app.kubernetes.io/name": "api" } },
      policyTypes: ["Ingress", "Egress"],
      ingress: [
        {
          from: [
            named("web"),
            {
              namespaceSelector: namespace("ingress-nginx"),
              podSelector: {
                matchLabels: {
                  "app.kubernetes.io/name": "nginx-ingress",
                  "app.kubernetes.io/instance": "nginx-ingress",
                },
              },
            },
          ],
          ports: [tcp(3000)],
        },
        {
          from: [{ namespaceSelector: namespace("monitoring"), ...named("prometheus") }],
          ports: [tcp(9464)],
        },
      ],
      egress: [
        { to: [named("ml")], ports: [tcp(8000)] },
        {
          to: [{ ipBlock: { cidr: "10.0.128.0/18" } }],
          ports: [tcp(6379), { protocol: "TCP", port: 11000, endPort: 13047 }],
        },
        { to: [{ ipBlock: { cidr: "169.254.170.23/32" } }], ports: [tcp(80)] },
        {
          to: [
            {
              ipBlock: {
                cidr: "0.0.0.0/0",
                except: ["10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"],
              },
            },
          ],
          ports: [tcp(80), tcp(443)],
        },
      ],
    });
  });

  it("adds its route to the host's Ingress as a part of it", async () => {
    const { resources, result } = await make({
      spec: { ...spec, route: { path: "/api", maxBodyMiB: 25 } },
      host: "shop.example.com",
    });
    const route = find(resources, "kubernetes:networking.k8s.io/v1:Ingress");
    assert.deepEqual(at(route, "metadata", "annotations"), {
      "nginx.org/mergeable-ingress-type": "minion",
      "nginx.org/client-max-body-size": "25m",
      "pulumi.com/skipAwait": "true",
    });
    assert.deepEqual(at(route, "spec"), {
      ingressClassName: "nginx",
      rules: [
        {
          host: "shop.example.com",
          http: {
            paths: [
              {
                path: "/api",
                pathType: "Prefix",
                backend: { service: { name: "api", port: { name: "http" } } },
              },
            ],
          },
        },
      ],
    });
    assert.deepEqual([result.url, result.publicUrl], ["http://api", "https://shop.example.com/api"]);
  });

  it("is scraped on its metrics port, which may be the one it serves on", async () => {
    for (const [port, name] of [
      [9464, "metrics"],
      [3000, "http"],
    ] as const) {
      const { resources } = await make({ spec: { ...spec, metrics: { port } } });
      assert.deepEqual(find(resources, "kubernetes:monitoring.coreos.com/v1:PodMonitor").inputs["spec"], {
        selector: { matchLabels: { "app.kubernetes.io/name": "api" } },
        podMetricsEndpoints: [{ port: name, path: "/metrics", interval: `${scrapeSeconds}s` }],
      });
    }
  });

  it("carries its identity in the cloud, and waits for its traffic rules", async () => {
    const { resources } = await make({
      serviceAccountAnnotations: { "iam.gke.io/gcp-service-account": "api@example" },
    });
    assert.deepEqual(at(find(resources, "kubernetes:core/v1:ServiceAccount"), "metadata", "annotations"), {
      "iam.gke.io/gcp-service-account": "api@example",
    });
    assert.ok(find(resources, deploymentType).dependencies.includes(find(resources, policyType).urn));
  });

  it("refuses a route without a host before it makes anything", async () => {
    await assert.rejects(make({ spec: { ...spec, route: { path: "/" } } }), {
      message: "api.host: expected a DNS name, as it has a route, got none",
    });
  });
});
