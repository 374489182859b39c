import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { chartFiles } from "../../preview/delivery/chart/chart";
import { deliveryOf } from "../preview/delivery/applications";
import { type Claims, at, list, stackOf, sum, type SystemPlan, text } from "./scene";

const root = join(__dirname, "../..");

/** Pods of a service's Deployment. */
function podsOf(plan: SystemPlan, service: string) {
  return at(plan.one("kubernetes:apps/v1:Deployment", new RegExp(`-system-${service}$`)), "spec.template");
}

/** What holds of `seoPlatform`, by the rows. */
export const seoPlatform: Claims<"S1"> = {
  "S1.1": {
    "each service has the replicas that the row names": ({ replicas }) => {
      const least = Object.fromEntries(Object.entries(replicas).map(([service, [min]]) => [service, min]));
      assert.deepEqual(least, {
        "backend-api": 3,
        "crawler-workers": 10,
        "ml-service": 2,
        frontend: 3,
        renderer: 5,
      });
    },
    "crawler-workers scale from 10 to 100 on CPU 70 % and on a consumer lag of 1000": (plan) => {
      const { spec } = plan.one("kubernetes:keda.sh/v1alpha1:ScaledObject", /crawler-workers$/);
      assert.deepEqual([at(spec, "minReplicaCount"), at(spec, "maxReplicaCount")], [10, 100]);
      const [cpu, lag] = list(at(spec, "triggers"));
      assert.deepEqual([at(cpu, "type"), at(cpu, "metadata.value")], ["cpu", "70"]);
      const expected = plan.cloud === "aws" ? "kafka" : "prometheus";
      assert.equal(at(lag, "type"), expected);
      assert.equal(at(lag, `metadata.${plan.cloud === "aws" ? "lagThreshold" : "threshold"}`), "1000");
    },
    "backend-api is autoscaled": ({ replicas }) => {
      const [least = 0, most = 0] = replicas["backend-api"] ?? [];
      assert.ok(most > least);
    },
    "backend-api is scaled on requests too, ten a second for each pod": (plan) => {
      const { spec } = plan.one("kubernetes:keda.sh/v1alpha1:ScaledObject", /backend-api$/);
      const [cpu, requests] = list(at(spec, "triggers"));
      assert.deepEqual([at(cpu, "type"), at(requests, "type")], ["cpu", "prometheus"]);
      assert.match(text(at(requests, "metadata.query")), /job="seo-platform\/backend-api"/);
      assert.equal(at(requests, "metadata.threshold"), "10");
    },
    "the renderer has the shared memory that Chromium needs": (plan) => {
      const mounts = list(at(podsOf(plan, "renderer"), "spec.containers.0.volumeMounts"));
      assert.ok(mounts.some((mount) => at(mount, "mountPath") === "/dev/shm"));
    },
  },

  "S1.2": {
    "PostgreSQL has a standby in another zone and 3 nodes in all": (plan) => {
      if (plan.cloud === "aws") {
        assert.equal(plan.one("rds/instance:Instance", /-postgres$/)["multiAz"], true);
        assert.equal(plan.all("rds/instance:Instance", /-postgres-read-/).length, 2);
        return;
      }
      const primary = plan.one("sql/databaseInstance:DatabaseInstance", /-postgres$/);
      assert.equal(at(primary, "settings.availabilityType"), "REGIONAL");
      assert.equal(plan.one("sql/databaseInstance:DatabaseInstance", /-postgres-read$/)["nodeCount"], 2);
    },
    "MongoDB is a replica set of 3 nodes of Atlas M40": (plan) => {
      const [here] = list(
        at(
          plan.one("mongodbatlas:index/advancedCluster:AdvancedCluster"),
          "replicationSpecs.0.regionConfigs",
        ),
      );
      assert.equal(at(here, "electableSpecs.instanceSize"), "M40");
      assert.equal(at(here, "electableSpecs.nodeCount"), 3);
    },
    "Redis has 6 nodes in cluster mode": (plan) => {
      const [shards, replicas] =
        plan.cloud === "aws"
          ? [
              plan.one("ReplicationGroup", /-redis$/)["numNodeGroups"],
              plan.one("ReplicationGroup", /-redis$/)["replicasPerNodeGroup"],
            ]
          : [
              plan.one("redis/cluster:Cluster", /-redis$/)["shardCount"],
              plan.one("redis/cluster:Cluster", /-redis$/)["replicaCount"],
            ];
      assert.equal(Number(shards) * (1 + Number(replicas)), 6);
    },
    "Kafka has 3 brokers": (plan) => {
      const brokers =
        plan.cloud === "aws"
          ? plan.one("msk/cluster:Cluster", /-kafka$/)["numberOfBrokerNodes"]
          : at(plan.one("KafkaNodePool", /-brokers$/), "spec.replicas");
      assert.equal(brokers, 3);
    },
  },

  "S1.3": {
    "20 nodes of 4 vCPUs and 16 GiB scale to 50, over three zones": (plan) => {
      if (plan.cloud === "aws") {
        const groups = plan.all("eks/nodeGroup:NodeGroup");
        assert.deepEqual(
          [sum(groups, "scalingConfig.desiredSize"), sum(groups, "scalingConfig.maxSize")],
          [20, 50],
        );
        assert.equal(new Set(groups.map((group) => JSON.stringify(group["subnetIds"]))).size, 3);
        const machines = plan
          .all("ec2/launchTemplate:LaunchTemplate")
          .map(({ instanceType }) => instanceType);
        assert.deepEqual([...new Set(machines)], ["t3.xlarge"]);
        return;
      }
      const pools = plan.all("container/nodePool:NodePool");
      assert.deepEqual(
        [sum(pools, "autoscaling.totalMinNodeCount"), sum(pools, "autoscaling.totalMaxNodeCount")],
        [20, 50],
      );
      for (const pool of pools) {
        assert.equal(at(pool, "nodeConfig.machineType"), "e2-standard-4");
        assert.equal(list(pool["nodeLocations"]).length, 3);
      }
    },
    "another region has a network, its stores' replicas and copies of images and backups": (plan) => {
      const elsewhere = plan.resources
        .filter(({ name }) => name.includes("-recovery"))
        .map(({ type }) => type);
      const expected =
        plan.cloud === "aws"
          ? [
              "aws:rds/instance:Instance",
              "aws:elasticache/replicationGroup:ReplicationGroup",
              "aws:msk/cluster:Cluster",
              "aws:s3/bucket:Bucket",
            ]
          : [
              "gcp:sql/databaseInstance:DatabaseInstance",
              "gcp:redis/cluster:Cluster",
              "gcp:storage/bucket:Bucket",
            ];
      assert.deepEqual(
        expected.filter((type) => !elsewhere.includes(type)),
        [],
      );
    },
  },

  "S1.4": {
    "NGINX is the edge of the cluster, behind a load balancer": (plan) => {
      assert.ok(plan.charts.includes("nginx-gateway-fabric"));
      assert.equal(at(plan.one("Gateway"), "spec.gatewayClassName"), "nginx");
    },
    "the CDN caches the API too, and objects from a bucket": (plan) => {
      const caches =
        plan.cloud === "aws"
          ? list(plan.one("cloudfront/distribution:Distribution")["orderedCacheBehaviors"]).map((each) =>
              at(each, "pathPattern"),
            )
          : list(at(plan.one("compute/uRLMap:URLMap", /-edge$/), "pathMatchers.0.pathRules")).flatMap(
              (each) => list(at(each, "paths")),
            );
      for (const path of ["/api/*", "/assets/*"]) assert.ok(caches.includes(path), path);
      assert.ok(plan.named("Bucket", /-prod-bucket$/).length > 0);
    },
    "Istio is there when asked": async ({ system, cloud }) => {
      const { charts } = await stackOf(system, cloud, "prod", 'platform={"istio":{"enabled":true}}');
      assert.ok(charts.includes("istiod"));
    },
  },

  "S1.5": {
    "a Helm chart of the services has values of its own for staging and for prod": async ({
      system,
      cloud,
    }) => {
      const paths = chartFiles(await deliveryOf(system, cloud, ["staging", "prod"])).map(({ path }) => path);
      for (const path of ["Chart.yaml", "values-staging.yaml", "values-prod.yaml"])
        assert.ok(paths.includes(path), path);
      for (const service of ["backend-api", "crawler-workers", "ml-service", "frontend", "renderer"]) {
        assert.ok(
          paths.some((path) => path.startsWith("templates/") && path.includes(service)),
          service,
        );
      }
    },
    "CI builds, checks and signs an image of every service": () => {
      for (const workflow of ["images.yaml", "image.yaml", "image-check.yaml"]) {
        assert.ok(existsSync(join(root, ".github/workflows", workflow)), workflow);
      }
    },
    "every kind of service has an image": () => {
      for (const runtime of ["node", "nextjs", "go", "python", "puppeteer"]) {
        assert.match(
          readFileSync(join(root, "images", runtime, "Dockerfile"), "utf8"),
          /^USER \d+/m,
          runtime,
        );
      }
    },
  },

  "S1.6": {
    "Prometheus, Grafana, Alertmanager, Loki and Jaeger run": (plan) => {
      for (const chart of ["kube-prometheus-stack", "loki", "alloy"])
        assert.ok(plan.charts.includes(chart), chart);
      const values = plan.values("kube-prometheus-stack");
      assert.equal(at(values, "alertmanager.alertmanagerSpec.replicas"), 3);
      assert.notEqual(at(values, "grafana.enabled"), false);
      assert.equal(plan.named("groundwork:tracing:Jaeger").length, 1);
    },
    "there are ten dashboards or more: of infrastructure, applications, business and alerts": (plan) => {
      const boards = plan
        .named("kubernetes:core/v1:ConfigMap", /-dashboards-/)
        .map(({ name }) => name.split("-dashboards-").at(-1));
      assert.ok(boards.length >= 10, `${boards.length}`);
      for (const board of ["nodes", "cluster", "workloads", "business", "alerts"]) {
        assert.ok(boards.includes(board), board);
      }
    },
    "errors, slowness, crash loops, full disks and exhausted pools are told": ({ alerts }) => {
      for (const alert of [
        "workload-errors",
        "workload-slow",
        "workload-crash-loop",
        "volume-disk",
        "node-disk",
        "workload-connections",
      ]) {
        assert.ok(alert in alerts, alert);
      }
    },
    "the thresholds are the row's: 5 % of requests, a p95 of 1 s, 80 % of a disk": (plan) => {
      const expressions = (alert: string): readonly string[] =>
        plan.rules.filter((rule) => at(rule, "alert") === alert).map((rule) => text(at(rule, "expr")));
      const thresholds = {
        "workload-errors": "0.05",
        "workload-slow": "> 1",
        "volume-disk": "0.8",
        "node-disk": "0.8",
      };
      for (const [alert, threshold] of Object.entries(thresholds)) {
        const found = expressions(alert);
        assert.ok(found.length > 0);
        for (const expression of found) assert.ok(expression.includes(threshold), `${alert}: ${expression}`);
      }
    },
  },

  "S1.7": {
    "runbooks and commands for deploy, rollback and health check are there": () => {
      const runbooks = readdirSync(join(root, "docs/runbooks"));
      assert.ok(runbooks.length >= 20);
      const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
        readonly scripts: Readonly<Record<string, string>>;
      };
      for (const command of ["deploy", "rollback", "health"]) assert.ok(command in scripts, command);
    },
    "a roll-out takes no pod away before its successor is ready": (plan) => {
      for (const { spec } of plan.all("kubernetes:apps/v1:Deployment", /-prod-system-/)) {
        assert.equal(at(spec, "strategy.rollingUpdate.maxUnavailable"), 0);
        assert.ok(Number(at(spec, "template.spec.containers.0.lifecycle.preStop.sleep.seconds")) > 0);
      }
    },
    "every service takes ten times its least load": ({ replicas }) => {
      for (const [service, [least, most]] of Object.entries(replicas)) {
        assert.ok(most >= 10 * least, `${service}: ${least} to ${most}`);
      }
    },
    "it may be away for an hour at most": () => {
      assert.ok(existsSync(join(root, "docs/runbooks/recovery.md")));
    },
    "secrets come from the cloud's store, and every namespace denies what is not allowed": (plan) => {
      assert.ok(plan.charts.includes("external-secrets"));
      const denied = plan
        .all("kubernetes:networking.k8s.io/v1:NetworkPolicy")
        .filter(
          ({ spec }) =>
            JSON.stringify(at(spec, "podSelector")) === "{}" && list(at(spec, "ingress")).length === 0,
        );
      assert.ok(denied.length >= plan.all("kubernetes:core/v1:Namespace").length);
    },
  },
};
