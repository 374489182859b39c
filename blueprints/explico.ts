import type { Blueprint } from "./blueprint";
import { applicationPool, inferencePool, systemPool } from "./pools";
import { standardServices } from "./platform";

/**
 * Explanations by a model: a front end, a back end that keeps what was asked, and the model's server on GPUs.
 *
 * Sizes follow from the services at their highest counts (test/blueprints/capacity.spec.ts).
 */
export const explico: Blueprint = {
  name: "explico",
  namespace: "explico",
  nodePools: {
    system: {
      machine: { vcpus: 2, memoryGiB: 8 },
      minNodes: 3,
      initialNodes: 3,
      maxNodes: 9,
      labels: systemPool,
    },
    application: {
      machine: { vcpus: 4, memoryGiB: 16 },
      minNodes: 3,
      initialNodes: 3,
      // four of them for what keeps logs
      maxNodes: 16,
      labels: applicationPool,
    },
    // a node for each pod of the model's server, and so many that nine are left where a zone is lost: they come and go with the pods
    inference: {
      machine: { vcpus: 4, memoryGiB: 16, gpu: { type: "l4", count: 1 } },
      minNodes: 0,
      initialNodes: 0,
      maxNodes: 15,
      labels: inferencePool,
    },
  },
  telemetryPool: "application",
  stores: {
    postgres: {
      machine: { vcpus: 4, memoryGiB: 32 },
      diskGiB: 500,
      highAvailability: true,
      readReplicas: 2,
      pooling: true,
    },
    redis: { nodeMemoryGiB: 6, shards: 2, replicasPerShard: 1 },
  },
  services: {
    frontend: {
      image: { repository: "explico/frontend", tag: "1.0.0" },
      nodeSelector: applicationPool,
      runtime: "node",
      port: 3000,
      replicas: { min: 3, max: 20 },
      resources: { cpu: "250m", memory: "512Mi" },
      calls: ["backend"],
      // who waits longer for a page has gone
      route: { path: "/", timeoutSeconds: 30 },
      strategy: { kind: "blueGreen" },
      writablePaths: [{ path: "/app/.next/cache", sizeMiB: 512 }],
      metrics: { port: 9464 },
      priority: "critical",
    },
    backend: {
      image: { repository: "explico/backend", tag: "1.0.0" },
      nodeSelector: applicationPool,
      runtime: "python",
      port: 8000,
      replicas: { min: 3, max: 30 },
      resources: { cpu: "500m", memory: "1Gi" },
      calls: ["ai-inference"],
      stores: { postgres: "readWrite", redis: "readWrite", bucket: "readWrite" },
      route: { path: "/api", check: { path: "/api/healthz", expect: "success" } },
      strategy: { kind: "canary" },
      migration: { command: ["alembic", "upgrade", "head"] },
      cronJobs: {
        // GDPR: what is asked is kept no longer than it says
        "delete-expired": { schedule: "45 2 * * *", command: ["python", "-m", "backend.delete_expired"] },
      },
      metrics: { port: 9464 },
      priority: "critical",
    },
    "ai-inference": {
      image: { repository: "explico/ai-inference", tag: "1.0.0" },
      nodeSelector: inferencePool,
      runtime: "python",
      port: 8000,
      replicas: { min: 2, max: 9 },
      gpus: 1,
      resources: { cpu: "2", memory: "10Gi" },
      // the model, from the bucket at each start, which takes minutes
      stores: { bucket: "read" },
      writablePaths: [
        { path: "/models", sizeMiB: 40_960 },
        { path: "/dev/shm", sizeMiB: 1_024, memory: true },
      ],
      probes: { startupSeconds: 900 },
      // an answer that is being written is finished
      gracePeriodSeconds: 120,
      metrics: { port: 9464 },
      // which takes seconds
      slos: { latencyMilliseconds: 10_000 },
    },
  },
  edge: {
    caching: {
      site: { path: "/", maxAgeSeconds: 3600 },
      api: { path: "/api", maxAgeSeconds: 60 },
    },
    assets: { path: "/assets" },
  },
  recovery: { rpoMinutes: 60, rtoMinutes: 240 },
  // GDPR: addresses of the internet are personal data as well
  platform: {
    ...standardServices,
    argoCd: {},
    argoRollouts: {},
    elasticStack: { gibPerDay: 15, redact: ["bearerToken", "cardNumber", "email", "ipAddress"] },
    openTelemetry: {},
    jaeger: { gibPerDay: 2 },
    istio: {},
    trivyOperator: {},
  },
  highlyAvailable: true,
  monitoring: {
    prometheusReplicas: 2,
    alertmanagerReplicas: 3,
    retentionDays: 30,
    diskGiB: 200,
    memoryGiB: 5,
  },
};
