import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { redactionRules } from "../../components/logging/redaction";
import { type Claims, at, type Inputs, list, stackOf, type SystemPlan, text } from "./scene";

const root = join(__dirname, "../..");

function podsOf(plan: SystemPlan, service: string) {
  const kinds = ["kubernetes:apps/v1:Deployment", "kubernetes:argoproj.io/v1alpha1:Rollout"];
  const [only] = kinds.flatMap((kind) => plan.all(kind, new RegExp(`-system-${service}$`)));
  return at(only, "spec.template.spec");
}

/** Steps and kind of a service's roll-out. */
function strategyOf(plan: SystemPlan, service: string) {
  return at(
    plan.one("kubernetes:argoproj.io/v1alpha1:Rollout", new RegExp(`-system-${service}$`)),
    "spec.strategy",
  );
}

/** What holds of `explico`, by the rows. */
export const explico: Claims<"S2"> = {
  "S2.1": {
    "backend, ai-inference and frontend run in a namespace of the system": (plan) => {
      for (const service of ["backend", "frontend", "ai-inference"])
        assert.ok(podsOf(plan, service), service);
      assert.equal(at(plan.one("Namespace", /-system-namespace$/), "metadata.name"), "explico");
    },
    "ai-inference has a GPU to itself": (plan) => {
      const limits = at(podsOf(plan, "ai-inference"), "containers.0.resources.limits");
      assert.equal((limits as Inputs)["nvidia.com/gpu"], "1");
      const pools =
        plan.cloud === "aws"
          ? plan.all("eks/nodeGroup:NodeGroup", /inference/).length
          : plan.all("container/nodePool:NodePool", /inference$/).length;
      assert.ok(pools > 0);
    },
    "requests come in by routes of the Gateway": (plan) => {
      const paths = plan
        .all("HTTPRoute")
        .flatMap(({ spec }) => list(at(spec, "rules")).flatMap((rule) => list(at(rule, "matches"))))
        .map((match) => at(match, "path.value"));
      assert.deepEqual([...paths].sort(), ["/", "/api"]);
    },
  },

  "S2.2": {
    "PostgreSQL has two read replicas and a pool of connections": (plan) => {
      if (plan.cloud === "aws") {
        assert.equal(plan.all("rds/instance:Instance", /-postgres-read-/).length, 2);
        assert.equal(plan.all("rds/proxy:Proxy").length, 1);
        return;
      }
      assert.equal(plan.one("sql/databaseInstance:DatabaseInstance", /-postgres-read$/)["nodeCount"], 2);
      const primary = plan.one("sql/databaseInstance:DatabaseInstance", /-postgres$/);
      assert.equal(at(primary, "settings.connectionPoolConfigs.0.connectionPoolingEnabled"), true);
    },
    "Redis, a versioned bucket with a lifecycle, CDN and DNS stand": (plan) => {
      const expected =
        plan.cloud === "aws"
          ? [
              "elasticache/replicationGroup:ReplicationGroup",
              "cloudfront/distribution:Distribution",
              "route53/zone:Zone",
            ]
          : ["redis/cluster:Cluster", "compute/uRLMap:URLMap", "dns/managedZone:ManagedZone"];
      for (const type of expected) assert.ok(plan.all(`${plan.cloud}:${type}`).length > 0, type);
      if (plan.cloud === "aws") {
        const versions = plan.one(
          "s3/bucketVersioning:BucketVersioning",
          /-prod-bucket-(versioning|lifecycle)$/,
        );
        assert.equal(at(versions, "versioningConfiguration.status"), "Enabled");
        assert.ok(
          list(
            plan.one(
              "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
              /-prod-bucket-(versioning|lifecycle)$/,
            )["rules"],
          ).length > 0,
        );
        return;
      }
      const bucket = plan.one("storage/bucket:Bucket", /-prod-bucket$/);
      assert.equal(at(bucket, "versioning.enabled"), true);
      assert.ok(list(bucket["lifecycleRules"]).length > 0);
    },
  },

  "S2.3": {
    "front end, back end and model's server go out blue-green, as a canary and rolling": (plan) => {
      assert.ok(at(strategyOf(plan, "frontend"), "blueGreen") !== undefined);
      assert.ok(at(strategyOf(plan, "backend"), "canary") !== undefined);
      const rolling = plan.one("kubernetes:apps/v1:Deployment", /-system-ai-inference$/);
      assert.equal(at(rolling, "spec.strategy.type"), "RollingUpdate");
    },
    "staging is deployed on main, and prod after an approval": () => {
      const deploy = readFileSync(join(root, ".github/workflows/deploy.yaml"), "utf8");
      assert.match(deploy, /environment:/);
      assert.match(deploy, /staging/);
      assert.match(deploy, /prod/);
    },
  },

  "S2.4": {
    "dev and staging have the same services as prod": async ({ system, cloud }) => {
      const services = async (stack: string) =>
        (await stackOf(system, cloud, stack))
          .named("groundwork:workload:Workload")
          .map(({ name }) => name.split("-system-").at(-1));
      const prod = await services("prod");
      assert.deepEqual([...prod].sort(), ["ai-inference", "backend", "frontend"]);
      for (const stack of ["dev", "staging"]) assert.deepEqual(await services(stack), prod);
    },
    "prod has a second region": (plan) => {
      assert.ok(plan.named(`groundwork:${plan.cloud}:RecoveryPlace`).length === 1);
    },
  },

  "S2.5": {
    "Prometheus, the ELK stack and Jaeger run, and PagerDuty is on call": (plan) => {
      assert.ok(plan.charts.includes("kube-prometheus-stack"));
      assert.equal(plan.named("groundwork:logging:ElasticStack").length, 1);
      assert.ok(plan.all("Kibana").length === 1 && plan.all("Logstash").length === 1);
      assert.equal(plan.named("groundwork:tracing:Jaeger").length, 1);
      assert.ok(plan.all("pagerduty:index/escalationPolicy:EscalationPolicy").length > 0);
    },
  },

  "S2.6": {
    "nodes have private subnets behind network ACLs or firewalls": (plan) => {
      const fences =
        plan.cloud === "aws"
          ? plan
              .named("ec2/networkAcl:NetworkAcl", /-prod-network-/)
              .map(({ name }) => name.split("-").at(-1))
          : plan
              .named("compute/firewall:Firewall", /-prod-network-/)
              .map(({ name }) => name.split("-").at(-2));
      assert.ok(fences.includes(plan.cloud === "aws" ? "private" : "deny"), fences.join());
    },
    "a web application firewall and protection from floods stand before the services": (plan) => {
      if (plan.cloud === "aws") {
        const rules = list(plan.one("wafv2/webAcl:WebAcl")["rules"]);
        assert.ok(rules.some((rule) => at(rule, "statement.rateBasedStatement") !== undefined));
        assert.ok(rules.some((rule) => at(rule, "statement.managedRuleGroupStatement") !== undefined));
        return;
      }
      const armor = plan.one("compute/securityPolicy:SecurityPolicy", /-edge-firewall$/);
      assert.equal(at(armor, "adaptiveProtectionConfig.layer7DdosDefenseConfig.enable"), true);
    },
    "addresses, mails, cards and tokens are taken out of what is logged": (plan) => {
      const pipelines = JSON.stringify(plan.one("Logstash")["spec"]);
      for (const { replacement } of Object.values(redactionRules)) {
        assert.ok(pipelines.includes(replacement), replacement);
      }
    },
    "who does what is audited": (plan) => {
      assert.equal(plan.named(`groundwork:${plan.cloud}:Audit`).length, 1);
    },
  },

  "S2.7": {
    "backups are made daily and kept 30 days": (plan) => {
      if (plan.cloud === "aws") {
        assert.equal(plan.one("rds/instance:Instance", /-postgres$/)["backupRetentionPeriod"], 30);
        return;
      }
      const primary = plan.one("sql/databaseInstance:DatabaseInstance", /-postgres$/);
      assert.equal(at(primary, "settings.backupConfiguration.backupRetentionSettings.retainedBackups"), 30);
    },
    "Argo CD delivers by GitOps": (plan) => {
      assert.ok(plan.charts.includes("argo-cd"));
    },
    "restores are tried by a drill": (plan) => {
      assert.ok(existsSync(join(root, "docs/runbooks/drill.md")));
      const drills =
        plan.cloud === "aws"
          ? plan.all("backup/restoreTestingPlan:RestoreTestingPlan").length
          : plan.all("workflows/workflow:Workflow").length;
      assert.ok(drills > 0);
    },
  },

  "S2.8": {
    "Istio and a load balancer carry the requests": (plan) => {
      assert.ok(plan.charts.includes("istiod"));
      assert.ok(plan.charts.includes("nginx-gateway-fabric"));
    },
    "everything says what it costs whom": (plan) => {
      const [provider] = plan
        .all(`pulumi:providers:${plan.cloud}`, /-prod$/)
        .map(
          (inputs) =>
            JSON.parse(text(inputs[plan.cloud === "aws" ? "defaultTags" : "defaultLabels"])) as object,
        );
      assert.match(JSON.stringify(provider), /cost-center/);
    },
    "the runbooks that the row names are there": () => {
      const runbooks = readdirSync(join(root, "docs/runbooks"));
      for (const runbook of [
        "deploy.md",
        "incident.md",
        "scaling.md",
        "database-maintenance.md",
        "certificate-renewal.md",
      ]) {
        assert.ok(runbooks.includes(runbook), runbook);
      }
    },
  },
};
