import type { Blueprint } from "./blueprint";
import { applicationPool, systemPool } from "./pools";
import { standardServices } from "./platform";

/**
 * Fitness: a web front end, a gateway, a back end and who signs in, all autoscaled, on nodes that are.
 *
 * Sizes follow from the services at their highest counts, which the application pool takes at its largest
 * (test/blueprints/capacity.spec.ts).
 */
export const gainsly: Blueprint = {
  name: "gainsly",
  namespace: "gainsly",
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
      maxNodes: 24,
      labels: applicationPool,
    },
  },
  // 40 pods of the back end at most, and a quarter more as they are replaced, on nodes of four vCPUs
  nodeProvisioning: { cpuLimit: 64, memoryGiBLimit: 256, capacity: "mixed" },
  telemetryPool: "application",
  stores: {
    redis: { nodeMemoryGiB: 6, shards: 2, replicasPerShard: 1 },
    // three nodes of Atlas's tier M40, and two in the region that takes over
    mongo: { machine: { vcpus: 4, memoryGiB: 16 }, diskGiB: 80, nodes: 3 },
  },
  services: {
    frontend: {
      image: { repository: "gainsly/frontend", tag: "1.0.0" },
      nodeSelector: applicationPool,
      runtime: "node",
      port: 3000,
      replicas: { min: 3, max: 20 },
      resources: { cpu: "250m", memory: "512Mi" },
      calls: ["api-gateway"],
      route: { path: "/" },
      writablePaths: [{ path: "/app/.next/cache", sizeMiB: 512 }],
      metrics: { port: 9464 },
      priority: "critical",
    },
    "api-gateway": {
      image: { repository: "gainsly/api-gateway", tag: "1.0.0" },
      nodeSelector: applicationPool,
      runtime: "go",
      port: 8080,
      replicas: { min: 3, max: 30 },
      resources: { cpu: "500m", memory: "512Mi" },
      calls: ["backend", "auth"],
      stores: { redis: "readWrite" },
      route: { path: "/api", check: { path: "/api/healthz", expect: "success" } },
      metrics: { port: 9464 },
      priority: "critical",
    },
    backend: {
      image: { repository: "gainsly/backend", tag: "1.0.0" },
      // of all services its load swings most, and it loses nothing with a node
      provisionedNodes: true,
      spot: true,
      runtime: "node",
      port: 3000,
      replicas: { min: 3, max: 40 },
      resources: { cpu: "500m", memory: "768Mi" },
      calls: ["auth"],
      stores: { mongo: "readWrite", redis: "readWrite", bucket: "readWrite" },
      // to the makers of wearables, for what they measured
      internetEgress: true,
      cronJobs: {
        // what was trained in a week, once it is over everywhere
        "weekly-summaries": {
          schedule: "0 12 * * 1",
          command: ["node", "dist/summaries.js"],
          timeoutSeconds: 3600,
        },
      },
      metrics: { port: 9464 },
    },
    auth: {
      image: { repository: "gainsly/auth", tag: "1.0.0" },
      nodeSelector: applicationPool,
      runtime: "node",
      port: 3000,
      replicas: { min: 3, max: 20 },
      resources: { cpu: "500m", memory: "512Mi" },
      stores: { mongo: "readWrite", redis: "readWrite" },
      metrics: { port: 9464 },
      priority: "critical",
    },
  },
  edge: {
    caching: {
      site: { path: "/", maxAgeSeconds: 3600 },
      api: { path: "/api", maxAgeSeconds: 60 },
    },
    assets: { path: "/assets" },
  },
  platform: {
    ...standardServices,
    argoCd: {},
    elasticStack: { gibPerDay: 18 },
    openTelemetry: {},
    jaeger: { gibPerDay: 1 },
    falco: {},
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
