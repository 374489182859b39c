/** A row of the five systems: what it asks, and where that is implemented. */
export interface Row {
  /** What the row asks, in short. */
  readonly asks: string;
  /** Files and folders of the program that answer it. */
  readonly implementation: readonly string[];
}

/** Every system, by the number that its rows start with. */
export const systems = {
  S1: { blueprint: "seo-platform" },
  S2: { blueprint: "explico" },
  S3: { blueprint: "suuupra" },
  S4: { blueprint: "gainsly" },
  S5: { blueprint: "publishing" },
} as const;

export const rows = {
  "S1.1": {
    asks: "five services, crawlers autoscaled on CPU and Kafka's lag",
    implementation: ["blueprints/seoPlatform.ts", "components/workload", "components/scaling"],
  },
  "S1.2": {
    asks: "PostgreSQL, MongoDB, Redis and Kafka",
    implementation: [
      "components/data",
      "providers/aws/postgres.ts",
      "providers/gcp/postgres.ts",
      "stores.ts",
    ],
  },
  "S1.3": {
    asks: "20 to 50 nodes over zones, failover to another region",
    implementation: ["components/cluster", "providers/aws/nodePools.ts", "providers/gcp/nodePools.ts"],
  },
  "S1.4": {
    asks: "NGINX, load balancer, CDN, object storage, Istio as an option",
    implementation: [
      "components/traffic",
      "components/edge",
      "providers/aws/cdn.ts",
      "providers/gcp/edge.ts",
      "components/mesh",
    ],
  },
  "S1.5": {
    asks: "a Helm chart with values for staging and prod, CI/CD, images",
    implementation: ["preview/delivery/chart", "images", ".github/workflows"],
  },
  "S1.6": {
    asks: "Prometheus, Grafana, Loki, Jaeger, Alertmanager, dashboards and alerts",
    implementation: [
      "components/platform/monitoring.ts",
      "components/logging",
      "components/tracing",
      "components/dashboards",
      "components/metrics/standardAlerts.ts",
    ],
  },
  "S1.7": {
    asks: "scripts, runbooks, no downtime, ten times the load, an hour to recover",
    implementation: [
      "operations",
      "docs/runbooks",
      "components/workload/scaling.ts",
      "components/data/recovery.ts",
    ],
  },
  "S2.1": {
    asks: "services on Kubernetes, one with GPUs, and ECS as another way",
    implementation: [
      "blueprints/explico.ts",
      "providers/aws/gpus.ts",
      "components/workload",
      "containers.ts",
      "components/containers",
      "providers/aws/containerPlatform.ts",
      "providers/gcp/containerPlatform.ts",
    ],
  },
  "S2.2": {
    asks: "PostgreSQL with replicas and pooling, Redis, objects, CDN, DNS",
    implementation: ["providers/aws/databaseProxy.ts", "providers/gcp/postgres.ts", "components/edge"],
  },
  "S2.3": {
    asks: "staging, then prod after approval; blue-green, canary, rolling",
    implementation: [
      ".github/workflows",
      "components/workload/rollout.ts",
      "components/delivery/argoRollouts.ts",
    ],
  },
  "S2.4": {
    asks: "dev, staging, prod in two regions, local development",
    implementation: ["Pulumi.dev.yaml", "Pulumi.staging.yaml", "Pulumi.prod.yaml", "blueprints/presets.ts"],
  },
  "S2.5": {
    asks: "Prometheus, ELK, Jaeger, on call by PagerDuty",
    implementation: [
      "components/logging/elasticStack.ts",
      "components/tracing/jaeger.ts",
      "components/oncall",
    ],
  },
  "S2.6": {
    asks: "private networks, WAF, DDoS protection, rotated secrets, SOC 2 and GDPR",
    implementation: [
      "components/network",
      "providers/aws/waf.ts",
      "providers/gcp/edge.ts",
      "components/secrets",
      "policy",
    ],
  },
  "S2.7": {
    asks: "daily backups for 30 days, GitOps, RTO 4 h, RPO 1 h, drills",
    implementation: ["backups.ts", "providers/aws/restoreDrill.ts", "components/delivery/argoCd.ts"],
  },
  "S2.8": {
    asks: "load balancer, Istio, spot capacity, cost tags, runbooks",
    implementation: ["components/mesh", "components/cluster/nodeProvisioning.ts", "docs/runbooks"],
  },
  "S3.1": {
    asks: "10.0.0.0/16 in three zones, NAT a zone, endpoints, ACLs",
    implementation: ["components/network/plan.ts", "providers/aws/network.ts", "providers/gcp/network.ts"],
  },
  "S3.2": {
    asks: "two node groups with bounds, add-ons, control-plane logs, identities",
    implementation: ["blueprints/suuupra.ts", "providers/aws/cluster.ts", "providers/gcp/cluster.ts"],
  },
  "S3.3": {
    asks: "PostgreSQL, MySQL, Redis, Kafka, MongoDB, Milvus, Elasticsearch",
    implementation: [
      "components/data",
      "providers/aws/mysql.ts",
      "providers/gcp/mysql.ts",
      "providers/aws/vectorStore.ts",
    ],
  },
  "S3.4": {
    asks: "isolated environments, remote state, quotas, policies, RBAC",
    implementation: ["bootstrap", "components/platform/namespace.ts", "components/cluster/teamAccess.ts"],
  },
  "S3.5": {
    asks: "Istio with gateways and strict mTLS, kustomize overlays, probes and HPA",
    implementation: [
      "preview/delivery/kustomize",
      "components/mesh",
      "components/workload/podTemplate.ts",
      "components/workload/scaling.ts",
    ],
  },
  "S3.6": {
    asks: "Prometheus HA with Thanos, SLOs, Jaeger, ELK with 3 masters and 6 data nodes",
    implementation: [
      "components/metrics/thanos.ts",
      "components/slo",
      "components/logging",
      "components/tracing",
    ],
  },
  "S3.7": {
    asks: "Argo CD HA, canary and blue-green by Argo Rollouts, feature flags",
    implementation: [
      "components/delivery",
      "components/workload/strategy.ts",
      "components/workload/analysis.ts",
    ],
  },
  "S3.8": {
    asks: "change detection, Semgrep, image scanning by Grype",
    implementation: [".github/workflows"],
  },
  "S3.9": {
    asks: "Vault HA with dynamic secrets and PKI, zero trust, certificates",
    implementation: ["vault.ts", "components/secrets/vault.ts", "components/platform/certManager.ts"],
  },
  "S3.10": {
    asks: "targets of time, and a load test",
    implementation: ["operations", "components/platform/pageDelay.ts"],
  },
  "S4.1": {
    asks: "four autoscaled services, node autoscaling",
    implementation: [
      "blueprints/gainsly.ts",
      "components/cluster/nodeProvisioning.ts",
      "providers/aws/karpenter.ts",
    ],
  },
  "S4.2": {
    asks: "a second region, MongoDB Atlas in both, replication, backups that are tried",
    implementation: [
      "components/data/recovery.ts",
      "components/data/atlas.ts",
      "providers/aws/recovery.ts",
      "providers/gcp/recovery.ts",
    ],
  },
  "S4.3": {
    asks: "GitHub Actions with SonarQube and ZAP, a registry, Argo CD",
    implementation: [
      ".github/workflows",
      "providers/aws/registry.ts",
      "providers/gcp/registry.ts",
      "components/delivery/argoCd.ts",
    ],
  },
  "S4.4": {
    asks: "Prometheus, Grafana, ELK, Jaeger, PagerDuty, synthetic checks, SLOs",
    implementation: [
      "components/metrics/blackboxExporter.ts",
      "providers/aws/uptime.ts",
      "providers/gcp/uptime.ts",
      "components/slo",
      "components/oncall",
    ],
  },
  "S4.5": {
    asks: "WAF, least privilege, encryption, image scanning, runtime security, audit",
    implementation: [
      "providers/aws/waf.ts",
      "components/guardrails",
      "components/governance/audit.ts",
      "policy",
    ],
  },
  "S4.6": {
    asks: "budgets, cost tags, anomalies, runbooks, architecture",
    implementation: ["components/governance/budget.ts", "docs/architecture.md", "docs/runbooks"],
  },
  "S5.1": {
    asks: "Kubernetes without nodes, stateless services",
    implementation: [
      "blueprints/publishing.ts",
      "providers/aws/serverlessCluster.ts",
      "providers/gcp/serverlessCluster.ts",
    ],
  },
  "S5.2": {
    asks: "PostgreSQL for 30 days, objects to archive, block storage, queues, search",
    implementation: [
      "components/data/queue.ts",
      "components/data/search.ts",
      "components/data/blockStorage.ts",
    ],
  },
  "S5.3": {
    asks: "IAM, KMS, WAF, network ACLs, audit trail, metrics and alarms",
    implementation: [
      "components/governance",
      "providers/aws/auditTrail.ts",
      "providers/aws/alarms.ts",
      "providers/gcp/alarms.ts",
    ],
  },
  "S5.4": {
    asks: "GitHub Actions to the registry, approvals, automatic rollback",
    implementation: [".github/workflows", "operations", "components/delivery/ciIdentity.ts"],
  },
  "S5.5": {
    asks: "alerts by three ways, copies in another region, RTO 4 h, RPO 15 min, drills",
    implementation: [
      "components/oncall",
      "components/platform/alertReceivers.ts",
      "components/data/recovery.ts",
      "docs/runbooks/drill.md",
    ],
  },
} as const satisfies Readonly<Record<string, Row>>;

export type RowId = keyof typeof rows;

/** Number of the system of a row. */
export function systemNumberOf(id: RowId): keyof typeof systems {
  const [found] = (Object.keys(systems) as (keyof typeof systems)[]).filter((system) =>
    id.startsWith(`${system}.`),
  );
  if (found === undefined) throw new Error(`no system of ${id}`);
  return found;
}

/** Blueprint of the system of a row. */
export function systemOf(id: RowId): string {
  return systems[systemNumberOf(id)].blueprint;
}
