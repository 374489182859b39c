import type { ResourceSpec, WorkloadSpec } from "../components/workload/spec";
import type { Blueprint } from "./blueprint";
import { applicationPool, systemPool } from "./pools";
import { standardServices } from "./platform";

/**
 * CPU that a service may use, by what it asks for: with its sidecar's 200m twice of that, as without a mesh, so that all of
 * them still fit into the 200 CPU of the namespace.
 */
const cpuLimits: Readonly<Record<string, string>> = { "250m": "300m", "500m": "800m", "1": "1800m" };

/**
 * What a service's tasks may use: little, as of the namespace's CPU its pods leave little, and what they ask of is the
 * database.
 */
const taskResources: ResourceSpec = {
  cpu: "50m",
  memory: "256Mi",
  limits: { cpu: "300m" },
};

/** An API of the platform: in front of all users, and scaled on CPU. */
function api(
  image: string,
  spec: Pick<WorkloadSpec, "replicas" | "stores" | "calls" | "resources"> & Partial<WorkloadSpec>,
): WorkloadSpec {
  const cpuLimit = cpuLimits[spec.resources.cpu];
  return {
    image: { repository: `suuupra/${image}`, tag: "1.0.0" },
    nodeSelector: applicationPool,
    runtime: "go",
    port: 8080,
    metrics: { port: 9464 },
    ...spec,
    resources: { ...spec.resources, ...(cpuLimit !== undefined && { limits: { cpu: cpuLimit } }) },
  };
}

/**
 * Learning and payments: courses, live classes and a shop, with a ledger of what was paid.
 *
 * The node groups (3/6/10 m5.large, 10/20/100 m5.xlarge), the database's class with its standby and readers, and three
 * Redis nodes of 26 GiB are the system's requirements. At their highest counts the services fit into what its
 * namespace may have: 100 CPU and 200 GiB asked for, 200 CPU and 400 GiB used.
 */
export const suuupra: Blueprint = {
  name: "suuupra",
  namespace: "suuupra",
  nodePools: {
    system: {
      machine: { vcpus: 2, memoryGiB: 8, families: { aws: "m5" } },
      minNodes: 3,
      initialNodes: 6,
      maxNodes: 10,
      labels: systemPool,
    },
    application: {
      machine: { vcpus: 4, memoryGiB: 16, families: { aws: "m5" } },
      minNodes: 10,
      initialNodes: 20,
      maxNodes: 100,
      labels: applicationPool,
    },
  },
  telemetryPool: "application",
  // at ten times the load the system pool, which has no more than ten nodes, has no room for them with a zone lost
  toolsPool: "application",
  stores: {
    // the class of db.r5.2xlarge
    postgres: {
      machine: { vcpus: 8, memoryGiB: 64 },
      diskGiB: 1000,
      highAvailability: true,
      readReplicas: 2,
    },
    // of payments alone: what is booked has a server of its own
    mysql: { machine: { vcpus: 4, memoryGiB: 32 }, diskGiB: 500, highAvailability: true },
    // three nodes of the class of cache.r6g.xlarge: in one shard each can take over, in three shards none could
    redis: { nodeMemoryGiB: 26, shards: 1, replicasPerShard: 2 },
    // what was bought and paid, for who books it and who writes to the buyer; kept for two weeks, to be read again
    kafka: {
      brokers: 3,
      machine: { vcpus: 2, memoryGiB: 8 },
      diskGiB: 200,
      retentionHours: 336,
      topics: { "order-events": { partitions: 24 }, "payment-events": { partitions: 24 } },
    },
    // what is in a course: three nodes of Atlas's tier M40
    mongo: { machine: { vcpus: 4, memoryGiB: 16 }, diskGiB: 80, nodes: 3 },
    // courses and goods by their words: Elasticsearch, three masters and six data nodes, each within a node of the pool
    search: {
      hosting: "cluster",
      dataNodes: 6,
      masterNodes: 3,
      machine: { vcpus: 2, memoryGiB: 8 },
      diskGiB: 200,
      rebuildMinutes: 120,
    },
    // courses and goods by their likeness: Milvus, whose query nodes are each within a node of the pool
    vectors: {
      queryNodes: 3,
      machine: { vcpus: 2, memoryGiB: 8 },
      cacheGiB: 20,
      highAvailability: true,
      restoreMinutes: 120,
    },
  },
  // what sessions are signed with; the system asks that secrets rotate within 24 hours
  secrets: { "session-signing-key": { maxAgeHours: 24 } },
  services: {
    "api-gateway": api("api-gateway", {
      replicas: { min: 3, max: 30 },
      resources: { cpu: "500m", memory: "512Mi" },
      calls: ["identity", "content", "commerce", "payments", "live-classes"],
      stores: { redis: "readWrite", "session-signing-key": "read" },
      route: { path: "/api", check: { path: "/api/healthz", expect: "success" } },
      strategy: { kind: "canary" },
      priority: "critical",
    }),
    identity: api("identity", {
      runtime: "node",
      replicas: { min: 3, max: 20 },
      resources: { cpu: "500m", memory: "768Mi" },
      calls: ["notifications"],
      stores: { postgres: "readWrite", redis: "readWrite", "session-signing-key": "read", vault: "read" },
      migration: { command: ["node", "dist/migrate.js"], resources: taskResources },
      priority: "critical",
    }),
    content: api("content", {
      runtime: "node",
      replicas: { min: 3, max: 30 },
      resources: { cpu: "500m", memory: "1Gi" },
      calls: [],
      stores: {
        mongo: "readWrite",
        postgres: "readWrite",
        redis: "readWrite",
        bucket: "readWrite",
        search: "readWrite",
        vectors: "readWrite",
        vault: "read",
        flags: "read",
      },
      migration: { command: ["node", "dist/migrate.js"], resources: taskResources },
    }),
    commerce: api("commerce", {
      runtime: "node",
      replicas: { min: 3, max: 20 },
      resources: { cpu: "500m", memory: "768Mi" },
      calls: ["payments", "notifications"],
      stores: {
        postgres: "readWrite",
        redis: "readWrite",
        search: "read",
        vectors: "read",
        kafka: "readWrite",
        vault: "read",
        flags: "read",
      },
      migration: { command: ["node", "dist/migrate.js"], resources: taskResources },
    }),
    payments: api("payments", {
      replicas: { min: 3, max: 20 },
      resources: { cpu: "500m", memory: "512Mi" },
      calls: ["ledger"],
      stores: { mysql: "readWrite", redis: "readWrite", kafka: "readWrite", vault: "read", flags: "read" },
      // to the banks
      internetEgress: true,
      migration: { command: ["/app/payments", "migrate"], resources: taskResources },
      cronJobs: {
        // what was paid in a day of India's, to those who earned it
        settlement: {
          schedule: "30 0 * * *",
          timeZone: "Asia/Kolkata",
          command: ["/app/payments", "settle"],
          resources: taskResources,
          startingDeadlineSeconds: 3600,
          timeoutSeconds: 7200,
        },
      },
      gracePeriodSeconds: 60,
      priority: "critical",
    }),
    ledger: api("ledger", {
      replicas: { min: 3, max: 12 },
      resources: { cpu: "500m", memory: "512Mi" },
      calls: [],
      stores: { mysql: "readWrite", kafka: "read", vault: "read" },
      migration: { command: ["/app/ledger", "migrate"], resources: taskResources },
      priority: "critical",
    }),
    "live-classes": api("live-classes", {
      replicas: { min: 3, max: 24 },
      resources: { cpu: "1", memory: "2Gi" },
      calls: [],
      stores: { mongo: "read", redis: "readWrite", bucket: "readWrite" },
      gracePeriodSeconds: 300,
    }),
    notifications: api("notifications", {
      runtime: "node",
      replicas: { min: 2, max: 10 },
      resources: { cpu: "250m", memory: "512Mi" },
      calls: [],
      stores: { redis: "readWrite", kafka: "read" },
      internetEgress: true,
    }),
    web: api("web", {
      runtime: "node",
      port: 3000,
      replicas: { min: 3, max: 20 },
      resources: { cpu: "250m", memory: "512Mi" },
      calls: ["api-gateway"],
      stores: {},
      route: { path: "/" },
      strategy: { kind: "blueGreen" },
      writablePaths: [{ path: "/app/.next/cache", sizeMiB: 512 }],
      priority: "critical",
    }),
  },
  // the system's requirement, in each of its environments
  quota: { requests: { cpu: "100", memory: "200Gi" }, limits: { cpu: "200", memory: "400Gi" } },
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
    argoRollouts: {},
    // three hundred pods at its busiest, a third of them all day
    elasticStack: { gibPerDay: 30 },
    openTelemetry: {},
    jaeger: { gibPerDay: 5 },
    flagd: {
      flags: {
        // the checkout in one page, for one buyer in ten until it has shown itself
        "one-page-checkout": {
          variants: { on: true, off: false },
          defaultVariant: "off",
          rollout: { on: 10, off: 90 },
        },
        // how courses and goods are found: by their words, by their likeness, or by both
        "search-ranking": {
          variants: { words: "words", likeness: "likeness", both: "both" },
          defaultVariant: "words",
        },
        // off where banks are slow: payments are taken and booked later
        "instant-settlement": { variants: { on: true, off: false }, defaultVariant: "on" },
      },
    },
    // banks by way of Stripe, mails by way of SendGrid; a stack that has others says so
    istio: { egressHosts: ["api.sendgrid.com", "api.stripe.com"] },
    falco: {},
    kyverno: {},
    trivyOperator: {},
    vault: {},
    thanos: {},
    velero: {},
  },
  businessMetrics: {
    orders: {
      title: "Orders",
      description: "Courses and goods that were ordered.",
      metric: "commerce_orders_total",
      kind: "counter",
      unit: "short",
      service: "commerce",
    },
    payments: {
      title: "Payments",
      description: "Payments by how they ended: those that were declined are money that did not come.",
      metric: "payments_settled_total",
      kind: "counter",
      unit: "short",
      service: "payments",
      by: "outcome",
    },
    viewers: {
      title: "Viewers",
      description: "Who is in a live class at this moment.",
      metric: "live_classes_viewers",
      kind: "gauge",
      unit: "short",
      service: "live-classes",
    },
  },
  highlyAvailable: true,
  // two, and thirty days, as the system asks
  monitoring: {
    prometheusReplicas: 2,
    alertmanagerReplicas: 3,
    retentionDays: 30,
    diskGiB: 400,
    memoryGiB: 5,
  },
};
