import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Claims, at, list, text } from "./scene";

const root = join(__dirname, "../..");
const workflow = (name: string): string => readFileSync(join(root, ".github/workflows", name), "utf8");

/** What holds of `gainsly`, by the rows. */
export const gainsly: Claims<"S4"> = {
  "S4.1": {
    "frontend, backend, auth and api-gateway are autoscaled": ({ replicas }) => {
      assert.deepEqual(Object.keys(replicas).sort(), ["api-gateway", "auth", "backend", "frontend"]);
      for (const [service, [least, most]] of Object.entries(replicas)) assert.ok(most > least, service);
    },
    "nodes come and go with the pods": (plan) => {
      if (plan.cloud === "aws") {
        assert.ok(plan.charts.includes("karpenter") || plan.all("karpenter.sh/v1:NodePool").length > 0);
        assert.ok(plan.charts.includes("cluster-autoscaler"));
        return;
      }
      for (const pool of plan.all("container/nodePool:NodePool")) {
        assert.ok(
          Number(at(pool, "autoscaling.totalMaxNodeCount")) >
            Number(at(pool, "autoscaling.totalMinNodeCount")),
        );
      }
    },
  },

  "S4.2": {
    "us-east-1 has the system and us-west-2 takes over, or Google's regions beside them": (plan) => {
      const regions = plan
        .all(`pulumi:providers:${plan.cloud}`)
        .map(({ region }) => text(region))
        .filter((region) => region !== "");
      const expected = plan.cloud === "aws" ? ["us-east-1", "us-west-2"] : ["us-east1"];
      for (const region of expected) assert.ok(regions.includes(region), regions.join());
      assert.equal(plan.named(`groundwork:${plan.cloud}:RecoveryPlace`).length, 1);
    },
    "MongoDB of Atlas stands in two regions": (plan) => {
      const regions = list(
        at(
          plan.one("mongodbatlas:index/advancedCluster:AdvancedCluster"),
          "replicationSpecs.0.regionConfigs",
        ),
      );
      assert.deepEqual(
        regions.map((region) => at(region, "electableSpecs.nodeCount")),
        [3, 2],
      );
    },
    "Redis and objects are copied to the other region, and backups are tried": (plan) => {
      if (plan.cloud === "aws") {
        assert.equal(plan.all("elasticache/globalReplicationGroup:GlobalReplicationGroup").length, 1);
        assert.ok(plan.all("s3/bucketReplicationConfig:BucketReplicationConfig").length > 0);
        return;
      }
      assert.equal(plan.all("redis/cluster:Cluster", /-redis-recovery$/).length, 1);
      assert.ok(plan.all("storage/transferJob:TransferJob").length > 0);
    },
  },

  "S4.3": {
    "images go to a registry of the stack, and Argo CD delivers": (plan) => {
      assert.equal(plan.named(`groundwork:${plan.cloud}:Registry`).length, 1);
      assert.equal(plan.named(`groundwork:${plan.cloud}:CiIdentity`).length, 1);
      assert.ok(plan.charts.includes("argo-cd"));
    },
    "SonarQube and OWASP ZAP are in the pipeline": () => {
      assert.match(workflow("image.yaml"), /sonar/i);
      assert.match(workflow("zap.yaml"), /zap/i);
    },
  },

  "S4.4": {
    "Prometheus, Grafana, ELK and Jaeger run": (plan) => {
      assert.ok(plan.charts.includes("kube-prometheus-stack"));
      assert.equal(plan.named("groundwork:logging:ElasticStack").length, 1);
      assert.equal(plan.named("groundwork:tracing:Jaeger").length, 1);
    },
    "alerts escalate by PagerDuty, by severity": (plan) => {
      for (const policy of plan.all("pagerduty:index/escalationPolicy:EscalationPolicy")) {
        assert.ok(list(policy["rules"]).length >= 2);
      }
      const severities = new Set(Object.values(plan.alerts));
      for (const severity of ["critical", "warning"]) assert.ok(severities.has(severity), severity);
    },
    "every route is checked from within and from outside": (plan) => {
      assert.ok(plan.all("Probe").length > 0);
      const outside =
        plan.cloud === "aws"
          ? plan.all("route53/healthCheck:HealthCheck")
          : plan.all("monitoring/uptimeCheckConfig:UptimeCheckConfig");
      assert.equal(outside.length, plan.all("HTTPRoute").length);
    },
    "each service has an availability and a latency objective": (plan) => {
      assert.equal(plan.objectives.length, 2 * plan.named("groundwork:workload:Workload").length);
    },
  },

  "S4.5": {
    "a firewall, image scanning, runtime security and audit logs stand": (plan) => {
      const firewall = plan.cloud === "aws" ? "wafv2/webAcl:WebAcl" : "compute/securityPolicy:SecurityPolicy";
      assert.ok(plan.all(`${plan.cloud}:${firewall}`).length > 0);
      for (const chart of ["falco", "trivy-operator"]) assert.ok(plan.charts.includes(chart), chart);
      assert.equal(plan.named(`groundwork:${plan.cloud}:Audit`).length, 1);
    },
    "every key of the stack is rotated": (plan) => {
      if (plan.cloud === "aws") {
        const keys = plan.all("kms/key:Key").filter(({ keyUsage }) => keyUsage === undefined);
        assert.ok(keys.length > 0);
        for (const key of keys) assert.equal(key["enableKeyRotation"], true);
        return;
      }
      for (const key of plan.all("kms/cryptoKey:CryptoKey").filter(({ purpose }) => purpose === undefined)) {
        assert.match(text(key["rotationPeriod"]), /s$/);
      }
    },
  },

  "S4.6": {
    "a budget tells of what is spent, and anomalies are told": (plan) => {
      if (plan.cloud === "aws") {
        assert.equal(plan.all("aws:budgets/budget:Budget").length, 1);
        assert.equal(plan.all("costexplorer/anomalyMonitor:AnomalyMonitor").length, 1);
        return;
      }
      // Cloud Billing looks for anomalies by itself
      assert.equal(plan.all("gcp:billing/budget:Budget").length, 1);
    },
    "every resource carries what its cost is allocated by": (plan) => {
      const key = plan.cloud === "aws" ? "defaultTags" : "defaultLabels";
      const providers = plan.all(`pulumi:providers:${plan.cloud}`);
      assert.ok(providers.length > 0);
      for (const provider of providers) assert.match(JSON.stringify(provider[key]), /cost-center/);
    },
    "architecture and runbooks are written, with a diagram": () => {
      assert.match(readFileSync(join(root, "docs/architecture.md"), "utf8"), /```mermaid/);
    },
  },
};
