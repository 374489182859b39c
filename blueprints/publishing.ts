import type { WorkloadSpec } from "../components/workload/spec";
import type { Blueprint } from "./blueprint";
import { standardServices } from "./platform";

/**
 * A service of the system. What it asks for is also the most it gets, as Fargate gives a pod no more and Autopilot is paid
 * by it; with the 256 MiB that Fargate adds for itself it is one of the sizes that Fargate has, so that nothing is paid for
 * that nobody can use, and within the 1 to 6.5 GiB a CPU that Autopilot takes (test/blueprints/capacity.spec.ts).
 */
function service(
  image: string,
  { resources: { cpu, memory }, ...spec }: Omit<WorkloadSpec, "image" | "metrics">,
): WorkloadSpec {
  return {
    image: { repository: `publishing/${image}`, tag: "1.0.0" },
    metrics: { port: 9464 },
    resources: { cpu, memory, limits: { cpu, memory } },
    ...spec,
  };
}

/** What is made of each upload, by its kind: the longer side of images and the height of videos in pixels. */
const renditions = {
  image: [
    { name: "thumbnail", longerSide: 320, format: "webp" },
    { name: "feed", longerSide: 1080, format: "webp" },
    { name: "full", longerSide: 2048, format: "webp" },
  ],
  video: [
    { name: "480p", height: 480, kilobitsPerSecond: 1200 },
    { name: "720p", height: 720, kilobitsPerSecond: 2800 },
    { name: "1080p", height: 1080, kilobitsPerSecond: 5000 },
  ],
} as const;

/**
 * Publishing for creators: a site with an editor, an API, a worker that makes renditions of what is uploaded, and one that
 * publishes what is due. Stateless services on pods without nodes; all state is in PostgreSQL and the bucket.
 */
export const publishing: Blueprint = {
  name: "publishing",
  namespace: "publishing",
  podRuntime: "serverless",
  nodePools: {},
  stores: {
    // a primary with a standby; one node answers all queries of a system that reads mostly from the CDN
    postgres: { machine: { vcpus: 2, memoryGiB: 16 }, diskGiB: 200, highAvailability: true, readReplicas: 0 },
    // what is published, by its words: OpenSearch, with masters of its own
    search: {
      hosting: "cloud",
      dataNodes: 3,
      masterNodes: 3,
      machine: { vcpus: 2, memoryGiB: 8 },
      diskGiB: 100,
      rebuildMinutes: 60,
    },
  },
  // each message is written to PostgreSQL first, with what it is about, and sent from there
  queues: {
    // what is uploaded, to be made into renditions; the longest takes minutes
    "media-jobs": { workSeconds: 600, retentionDays: 4, maxDeliveries: 5, refilledFrom: "postgres" },
    // what is due, to the networks where creators are read, which may be down for a day
    publications: { workSeconds: 120, retentionDays: 7, maxDeliveries: 20, refilledFrom: "postgres" },
  },
  services: {
    web: service("web", {
      runtime: "node",
      port: 3000,
      replicas: { min: 3, max: 20 },
      resources: { cpu: "500m", memory: "768Mi" },
      calls: ["api"],
      route: { path: "/" },
      writablePaths: [{ path: "/app/.next/cache", sizeMiB: 512 }],
      priority: "critical",
    }),
    api: service("api", {
      runtime: "node",
      port: 3000,
      replicas: { min: 3, max: 30 },
      resources: { cpu: "500m", memory: "1792Mi" },
      stores: {
        postgres: "readWrite",
        bucket: "readWrite",
        search: "readWrite",
        "media-jobs": "readWrite",
        publications: "readWrite",
      },
      migration: { command: ["node", "dist/migrate.js"] },
      cronJobs: {
        // what creators said is to appear now, to who publishes it
        "publish-due": {
          schedule: "*/5 * * * *",
          command: ["node", "dist/publishDue.js"],
          timeoutSeconds: 240,
        },
      },
      route: { path: "/api", check: { path: "/api/healthz", expect: "success" }, maxBodyMiB: 100 },
      priority: "critical",
    }),
    "media-worker": service("media-worker", {
      runtime: "go",
      replicas: { min: 2, max: 20 },
      // one is worked on for minutes, while another waits
      scaling: { queueDepth: { queue: "media-jobs", messages: 2 } },
      resources: { cpu: "2", memory: "3840Mi" },
      probes: { readiness: { path: "/readyz", port: 8081 }, liveness: { path: "/livez", port: 8081 } },
      stores: { postgres: "readWrite", bucket: "readWrite", "media-jobs": "read" },
      writablePaths: [{ path: "/var/media", sizeMiB: 512 }],
      configFiles: { "/etc/media-worker/renditions.json": `${JSON.stringify(renditions, undefined, 2)}\n` },
      // what it has begun may take so long
      gracePeriodSeconds: 300,
    }),
    publisher: service("publisher", {
      runtime: "go",
      replicas: { min: 2, max: 6 },
      scaling: { queueDepth: { queue: "publications", messages: 50 } },
      resources: { cpu: "250m", memory: "768Mi" },
      probes: { readiness: { path: "/readyz", port: 8081 }, liveness: { path: "/livez", port: 8081 } },
      stores: { postgres: "readWrite", bucket: "read", search: "readWrite", publications: "read" },
      // to the networks where creators are read
      internetEgress: true,
    }),
  },
  edge: {
    caching: {
      site: { path: "/", maxAgeSeconds: 3600 },
      api: { path: "/api", maxAgeSeconds: 60 },
    },
    assets: { path: "/assets" },
  },
  recovery: { rpoMinutes: 15, rtoMinutes: 240 },
  platform: { ...standardServices, openTelemetry: {}, tempo: {} },
  businessMetrics: {
    published: {
      title: "Published",
      description: "What was published for creators, by the network where it is read.",
      metric: "publisher_publications_total",
      kind: "counter",
      unit: "short",
      service: "publisher",
      by: "network",
    },
    renditions: {
      title: "Renditions",
      description: "Renditions that were made of what creators uploaded.",
      metric: "media_renditions_total",
      kind: "counter",
      unit: "short",
      service: "media-worker",
    },
  },
  highlyAvailable: true,
  monitoring: {
    prometheusReplicas: 2,
    alertmanagerReplicas: 3,
    retentionDays: 30,
    diskGiB: 100,
    memoryGiB: 4,
  },
};
