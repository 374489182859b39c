import type { ResourceSpec } from "../components/workload/spec";
import type { Blueprint } from "./blueprint";
import { applicationPool, systemPool } from "./pools";
import { standardServices } from "./platform";

/** Tasks wait for the database more than they compute, and the pool at its largest has little left. */
const taskResources: ResourceSpec = { cpu: "100m", memory: "512Mi", limits: { cpu: "500m" } };

/**
 * Crawling and SEO analysis: an API, crawlers, a model service, a web front end and a page renderer.
 *
 * Replica counts, the three database nodes, the six Redis nodes and the twenty nodes that grow to fifty are the system's
 * requirements; CPU and memory follow from them. At the highest counts all pods fit on the application pool at its largest,
 * in whatever order they come (test/blueprints/capacity.spec.ts computes it); at the lowest they ask for a fifth of its
 * smallest, which leaves room for the loss of a zone. Crawlers wait for the network more than they compute; Chromium and
 * models may burst.
 */
export const seoPlatform: Blueprint = {
  name: "seo-platform",
  namespace: "seo-platform",
  nodePools: {
    // 3 + 17 = 20 nodes, 6 + 44 = 50 at most, of the t3.xlarge class
    system: {
      machine: { vcpus: 4, memoryGiB: 16, burstable: true },
      minNodes: 3,
      initialNodes: 3,
      maxNodes: 6,
      labels: systemPool,
    },
    application: {
      machine: { vcpus: 4, memoryGiB: 16, burstable: true },
      minNodes: 17,
      initialNodes: 17,
      maxNodes: 44,
      labels: applicationPool,
    },
  },
  stores: {
    // a primary, for which another zone can step in, and two nodes that answer reads: three that answer queries
    postgres: { machine: { vcpus: 4, memoryGiB: 32 }, diskGiB: 500, highAvailability: true, readReplicas: 2 },
    // three shards of two nodes: six in all
    redis: { nodeMemoryGiB: 6, shards: 3, replicasPerShard: 1 },
    // three brokers; of a topic each of a hundred crawlers can have a partition
    kafka: {
      brokers: 3,
      machine: { vcpus: 2, memoryGiB: 8 },
      diskGiB: 200,
      retentionHours: 72,
      topics: { "crawl-requests": { partitions: 100 } },
    },
    // three nodes of Atlas's tier M40, with the disk that it comes with
    mongo: { machine: { vcpus: 4, memoryGiB: 16 }, diskGiB: 80, nodes: 3 },
  },
  services: {
    "backend-api": {
      image: { repository: "seo-platform/backend-api", tag: "1.0.0" },
      nodeSelector: applicationPool,
      runtime: "node",
      port: 3000,
      replicas: { min: 3, max: 30 },
      // its CPU tells little, as it waits for models and pages: ten that take five seconds each are fifty at a time
      scaling: { requestsPerSecond: 10 },
      resources: { cpu: "500m", memory: "768Mi" },
      calls: ["ml-service", "renderer"],
      stores: {
        mongo: "readWrite",
        postgres: "readWrite",
        redis: "readWrite",
        kafka: "readWrite",
        bucket: "readWrite",
      },
      migration: { command: ["node", "dist/migrate.js"], resources: taskResources },
      cronJobs: {
        // what has not been looked at for a while is asked for anew, when fewest people are
        recrawl: {
          schedule: "30 1 * * *",
          command: ["node", "dist/recrawl.js"],
          resources: taskResources,
          timeoutSeconds: 3600,
        },
      },
      route: { path: "/api", check: { path: "/api/healthz", expect: "success" } },
      metrics: { port: 9464 },
      priority: "critical",
    },
    "crawler-workers": {
      image: { repository: "seo-platform/crawler-workers", tag: "1.0.0" },
      nodeSelector: applicationPool,
      runtime: "go",
      replicas: { min: 10, max: 100 },
      cpuTargetPercent: 70,
      scaling: { kafkaLag: { topic: "crawl-requests", messages: 1000 } },
      resources: { cpu: "500m", memory: "1Gi", limits: { cpu: "2" } },
      probes: {
        readiness: { path: "/readyz", port: 8081 },
        liveness: { path: "/livez", port: 8081 },
      },
      calls: ["renderer"],
      stores: {
        mongo: "readWrite",
        postgres: "readWrite",
        redis: "readWrite",
        kafka: "read",
        bucket: "readWrite",
      },
      internetEgress: true,
      metrics: { port: 9464 },
      gracePeriodSeconds: 120,
      priority: "batch",
      zoneSpread: "preferred",
    },
    "ml-service": {
      image: { repository: "seo-platform/ml-service", tag: "1.0.0" },
      nodeSelector: applicationPool,
      runtime: "python",
      // neither its image nor the renderer's has an SDK of OpenTelemetry
      autoInstrumentation: "python",
      port: 8000,
      replicas: { min: 2, max: 20 },
      resources: { cpu: "400m", memory: "3Gi", limits: { cpu: "2" } },
      probes: { startupSeconds: 300 },
      stores: { bucket: "read" },
      writablePaths: [{ path: "/var/cache/models", sizeMiB: 2048 }],
      metrics: { port: 9464 },
      // a model's answer is computed
      slos: { latencyMilliseconds: 2500 },
    },
    frontend: {
      image: { repository: "seo-platform/frontend", tag: "1.0.0" },
      nodeSelector: applicationPool,
      runtime: "node",
      port: 3000,
      replicas: { min: 3, max: 30 },
      resources: { cpu: "250m", memory: "512Mi" },
      calls: ["backend-api"],
      route: { path: "/" },
      writablePaths: [{ path: "/app/.next/cache", sizeMiB: 512 }],
      metrics: { port: 9464 },
      priority: "critical",
    },
    renderer: {
      image: { repository: "seo-platform/renderer", tag: "1.0.0" },
      nodeSelector: applicationPool,
      runtime: "node",
      autoInstrumentation: "nodejs",
      port: 3000,
      replicas: { min: 5, max: 50 },
      resources: { cpu: "700m", memory: "2Gi", limits: { cpu: "2" } },
      internetEgress: true,
      // Chromium keeps its shared memory there; the 64 MiB of a container's own /dev/shm crash it
      writablePaths: [{ path: "/dev/shm", sizeMiB: 512, memory: true }],
      metrics: { port: 9464 },
      // a page is loaded as a browser does
      slos: { latencyMilliseconds: 5000 },
      gracePeriodSeconds: 60,
    },
  },
  edge: {
    caching: {
      site: { path: "/", maxAgeSeconds: 3600 },
      // named by their content, and so never changed
      static: { path: "/_next/static", maxAgeSeconds: 31_536_000 },
      api: { path: "/api", maxAgeSeconds: 60 },
    },
    assets: { path: "/assets" },
  },
  recovery: { rtoMinutes: 60 },
  platform: {
    ...standardServices,
    jaeger: { gibPerDay: 5 },
    loki: {},
    openTelemetry: {},
    velero: {},
  },
  businessMetrics: {
    pages: {
      title: "Pages crawled",
      description: "Pages that crawlers fetched, by how that ended.",
      metric: "crawler_pages_total",
      kind: "counter",
      unit: "short",
      service: "crawler-workers",
      by: "outcome",
    },
    analyses: {
      title: "Analyses",
      description: "Sites whose analysis was finished.",
      metric: "seo_analyses_total",
      kind: "counter",
      unit: "short",
      service: "backend-api",
    },
  },
  highlyAvailable: true,
  monitoring: {
    prometheusReplicas: 2,
    alertmanagerReplicas: 3,
    retentionDays: 30,
    diskGiB: 200,
    memoryGiB: 6,
  },
};
