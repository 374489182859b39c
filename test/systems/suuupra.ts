import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { kustomizeFiles } from "../../preview/delivery/kustomize/kustomize";
import { deliveryOf } from "../preview/delivery/applications";
import { type Claims, at, list, stackOf, sum, text } from "./scene";

const root = join(__dirname, "../..");

/** What holds of `suuupra`, by the rows. */
export const suuupra: Claims<"S3"> = {
  "S3.1": {
    "the network is 10.0.0.0/16 over three zones": (plan) => {
      if (plan.cloud === "aws") {
        const vpc = plan.one("awsx:ec2:Vpc", /-prod-network$/);
        assert.equal(vpc["cidrBlock"], "10.0.0.0/16");
        assert.deepEqual(at(vpc, "natGateways"), { strategy: "OnePerAz" });
        assert.equal(list(vpc["availabilityZoneNames"]).length, 3);
        return;
      }
      for (const { ipCidrRange } of plan.all("compute/subnetwork:Subnetwork", /-prod-network-/)) {
        assert.match(text(ipCidrRange), /^10\.0\./);
      }
      assert.equal(plan.all("compute/routerNat:RouterNat", /-prod-network-/).length, 1);
    },
    "the clouds' services are reached without the internet": (plan) => {
      if (plan.cloud === "aws") {
        const endpoints = plan
          .all("ec2/vpcEndpoint:VpcEndpoint", /-prod-network-/)
          .map(({ serviceName }) => text(serviceName).split(".").at(-1));
        for (const service of ["s3", "sts", "kms", "logs", "secretsmanager"]) {
          assert.ok(endpoints.includes(service), service);
        }
        return;
      }
      const nodes = plan.one("compute/subnetwork:Subnetwork", /-prod-network-nodes$/);
      assert.equal(nodes["privateIpGoogleAccess"], true);
    },
  },

  "S3.2": {
    "the system's pool has 3 to 10 nodes of 2 vCPUs and the application's 10 to 100 of 4": (plan) => {
      const sizes = (pool: string) =>
        plan.cloud === "aws"
          ? (["minSize", "desiredSize", "maxSize"] as const).map((bound) =>
              sum(
                plan.all("eks/nodeGroup:NodeGroup", new RegExp(`-cluster-${pool}-`)),
                `scalingConfig.${bound}`,
              ),
            )
          : (["totalMinNodeCount", "totalMaxNodeCount"] as const).map((bound) =>
              sum(
                plan.all("container/nodePool:NodePool", new RegExp(`-cluster-${pool}$`)),
                `autoscaling.${bound}`,
              ),
            );
      const aws = { system: [3, 6, 10], application: [10, 20, 100] };
      const gcp = { system: [3, 10], application: [10, 100] };
      assert.deepEqual(
        { system: sizes("system"), application: sizes("application") },
        plan.cloud === "aws" ? aws : gcp,
      );
      const machines =
        plan.cloud === "aws"
          ? plan.all("ec2/launchTemplate:LaunchTemplate").map(({ instanceType }) => instanceType)
          : plan.all("container/nodePool:NodePool").map((pool) => at(pool, "nodeConfig.machineType"));
      const expected =
        plan.cloud === "aws" ? ["m5.large", "m5.xlarge"] : ["n2d-standard-2", "n2d-standard-4"];
      assert.deepEqual([...new Set(machines)].sort(), expected);
    },
    "Kubernetes is 1.28 or newer, and logs its control plane": (plan) => {
      if (plan.cloud === "aws") {
        const cluster = plan.one("eks:index:Cluster");
        assert.ok(Number(text(cluster["version"]).split(".")[1]) >= 28);
        assert.deepEqual([...list(cluster["enabledClusterLogTypes"])].sort(), [
          "api",
          "audit",
          "authenticator",
          "controllerManager",
          "scheduler",
        ]);
        return;
      }
      const cluster = plan.one("container/cluster:Cluster");
      assert.ok(Number(text(cluster["minMasterVersion"]).split(".")[1]) >= 28);
      const logged = list(at(cluster, "loggingConfig.enableComponents"));
      for (const part of ["APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"])
        assert.ok(logged.includes(part), part);
    },
    "each workload that uses a store has an identity of its own": (plan) => {
      const identities = plan.named(`groundwork:${plan.cloud}:WorkloadIdentity`, /-prod-system-/);
      assert.ok(identities.length >= 8, `${identities.length}`);
    },
  },

  "S3.3": {
    "PostgreSQL has 8 vCPUs and 64 GiB, read replicas and 30 days of backups": (plan) => {
      if (plan.cloud === "aws") {
        const primary = plan.one("rds/instance:Instance", /-postgres$/);
        // the successor of db.r5.2xlarge
        assert.equal(primary["instanceClass"], "db.r7g.2xlarge");
        assert.equal(primary["multiAz"], true);
        assert.equal(primary["backupRetentionPeriod"], 30);
        assert.ok(Number(primary["engineVersion"]) >= 16);
        assert.equal(plan.all("rds/instance:Instance", /-postgres-read-/).length, 2);
        return;
      }
      const primary = plan.one("sql/databaseInstance:DatabaseInstance", /-postgres$/);
      assert.match(text(at(primary, "settings.tier")), /-8$/);
      assert.equal(at(primary, "settings.availabilityType"), "REGIONAL");
      assert.equal(at(primary, "settings.backupConfiguration.backupRetentionSettings.retainedBackups"), 30);
      assert.equal(at(primary, "settings.backupConfiguration.pointInTimeRecoveryEnabled"), true);
    },
    "MySQL for payments is encrypted under a key of ours": (plan) => {
      if (plan.cloud === "aws") {
        const mysql = plan.one("rds/instance:Instance", /-mysql$/);
        assert.equal(mysql["storageEncrypted"], true);
        assert.ok(mysql["kmsKeyId"]);
        return;
      }
      assert.ok(plan.one("sql/databaseInstance:DatabaseInstance", /-mysql$/)["encryptionKeyName"]);
    },
    "Redis has three nodes of 4 vCPUs and 26 GiB in cluster mode, backed up": (plan) => {
      if (plan.cloud === "aws") {
        const redis = plan.one("elasticache/replicationGroup:ReplicationGroup", /-redis$/);
        assert.equal(Number(redis["numNodeGroups"]) * (1 + Number(redis["replicasPerNodeGroup"])), 3);
        // the successor of cache.r6g.xlarge
        assert.equal(redis["nodeType"], "cache.r7g.xlarge");
        assert.ok(Number(redis["snapshotRetentionLimit"]) > 0);
        return;
      }
      const redis = plan.one("redis/cluster:Cluster", /-redis$/);
      assert.equal(Number(redis["shardCount"]) * (1 + Number(redis["replicaCount"])), 3);
      assert.ok(at(redis, "automatedBackupConfig") !== undefined);
    },
    "Kafka, MongoDB, Milvus with etcd and object storage, and Elasticsearch stand": (plan) => {
      assert.equal(plan.named("groundwork:data:MilvusUsers").length, 1);
      const { charts } = plan;
      assert.ok(charts.includes("milvus"));
      assert.equal(list(at(plan.values("milvus"), "externalEtcd.endpoints")).length, 3);
      assert.equal(at(plan.values("milvus"), "externalS3.enabled"), true);
      assert.ok(plan.all("mongodbatlas:index/advancedCluster:AdvancedCluster").length === 1);
      assert.ok(
        plan.named("kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch", /-search$/).length === 1,
      );
      assert.ok(
        plan.named(`groundwork:${plan.cloud === "aws" ? "aws:Kafka" : "data:StrimziKafka"}`).length === 1,
      );
    },
  },

  "S3.4": {
    "the namespace's quota has the row's numbers, in each environment": async ({ system, cloud }) => {
      for (const stack of ["dev", "staging", "prod"]) {
        const hard = at(
          (await stackOf(system, cloud, stack)).one("ResourceQuota", /-system-namespace-quota$/),
          "spec.hard",
        );
        assert.deepEqual(
          ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"].map(
            (key) => (hard as Record<string, string>)[key],
          ),
          ["100", "200Gi", "200", "400Gi"],
        );
      }
    },
    "no two environments share an account, project or network": async ({ system, cloud }) => {
      const places = await Promise.all(
        ["dev", "staging", "prod"].map(async (stack) => {
          const plan = await stackOf(system, cloud, stack);
          const [provider] = plan.all(`pulumi:providers:${cloud}`, new RegExp(`-${stack}$`));
          return text(cloud === "aws" ? provider?.["allowedAccountIds"] : provider?.["project"]);
        }),
      );
      assert.equal(new Set(places).size, 3, places.join());
    },
    "pods are held to the restricted standard": (plan) => {
      const labels = at(plan.one("Namespace", /-system-namespace$/), "metadata.labels");
      assert.equal((labels as Record<string, string>)["pod-security.kubernetes.io/enforce"], "restricted");
    },
  },

  "S3.5": {
    "Istio has gateways in and out, and mTLS is strict": (plan) => {
      assert.equal(plan.named("groundwork:mesh:MeshGateway").length, 2);
      const modes = plan.all("PeerAuthentication").map(({ spec }) => at(spec, "mtls.mode"));
      assert.ok(modes.length > 0 && modes.every((mode) => mode === "STRICT"), JSON.stringify(modes));
    },
    "nobody may call whom no rule allows": (plan) => {
      const denying = plan
        .all("AuthorizationPolicy")
        .filter(({ spec }) => JSON.stringify(spec ?? {}) === "{}");
      assert.ok(denying.length > 0);
    },
    "kustomize has an overlay for each environment": async ({ system, cloud }) => {
      const paths = kustomizeFiles(await deliveryOf(system, cloud, ["staging", "prod"])).map(
        ({ path }) => path,
      );
      for (const path of ["base", "overlays/staging", "overlays/prod"]) {
        assert.ok(paths.includes(`${path}/kustomization.yaml`), path);
      }
    },
    "every service has probes and an autoscaler": (plan) => {
      const services = plan
        .named("groundwork:workload:Workload")
        .map(({ name }) => name.split("-system-").at(-1));
      assert.deepEqual(Object.keys(plan.replicas).sort(), [...services].sort());
      for (const kind of ["kubernetes:apps/v1:Deployment", "kubernetes:argoproj.io/v1alpha1:Rollout"]) {
        for (const { spec } of plan.all(kind, /-prod-system-/)) {
          for (const probe of ["startupProbe", "readinessProbe", "livenessProbe"]) {
            assert.ok(at(spec, `template.spec.containers.0.${probe}`) !== undefined, probe);
          }
        }
      }
    },
  },

  "S3.6": {
    "Prometheus has two replicas that keep 30 days, and Thanos more": (plan) => {
      const spec = at(plan.values("kube-prometheus-stack"), "prometheus.prometheusSpec");
      assert.equal(at(spec, "replicas"), 2);
      assert.equal(at(spec, "retention"), "30d");
      assert.ok(plan.charts.includes("thanos"));
    },
    "Elasticsearch for logs has three masters and six data nodes": (plan) => {
      const sets = list(
        at(
          plan.one("kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch", /-telemetry-es$/),
          "spec.nodeSets",
        ),
      );
      const rolesOf = (set: (typeof sets)[number]) =>
        list((at(set, "config") as Record<string, never>)["node.roles"]).map(text);
      const count = (has: (roles: readonly string[]) => boolean) =>
        sets
          .filter((set) => has(rolesOf(set)))
          .reduce<number>((total, set) => total + Number(at(set, "count")), 0);
      assert.equal(
        count((roles) => roles.includes("master")),
        3,
      );
      assert.equal(
        count((roles) => roles.some((role) => role.startsWith("data"))),
        6,
      );
    },
    "Logstash, Kibana, Jaeger and OpenTelemetry run, and traces are sampled": (plan) => {
      for (const kind of ["Logstash", "Kibana"]) assert.equal(plan.all(kind).length, 1, kind);
      assert.equal(plan.named("groundwork:tracing:Jaeger").length, 1);
      const collectors = JSON.stringify(plan.all("OpenTelemetryCollector"));
      assert.match(collectors, /tail_sampling/);
    },
    "every service has objectives, with alerts of four windows": (plan) => {
      for (const window of ["1h", "6h", "1d", "3d"])
        assert.ok(`slo-burning-${window}` in plan.alerts, window);
    },
  },

  "S3.7": {
    "a canary gets 10 % for 2 minutes, then 50 % for 5, and is judged": (plan) => {
      const canaries = plan
        .all("kubernetes:argoproj.io/v1alpha1:Rollout")
        .map(({ spec }) => at(spec, "strategy.canary"))
        .filter((canary) => canary !== undefined);
      assert.ok(canaries.length > 0);
      for (const canary of canaries) {
        assert.deepEqual(at(canary, "steps"), [
          { setWeight: 10 },
          { pause: { duration: "2m" } },
          { setWeight: 50 },
          { pause: { duration: "5m" } },
        ]);
        assert.ok(at(canary, "analysis") !== undefined);
      }
    },
    "blue-green, Argo CD in more than one replica, notifications and feature flags are there": (plan) => {
      const kinds = plan
        .all("kubernetes:argoproj.io/v1alpha1:Rollout")
        .filter(({ spec }) => at(spec, "strategy.blueGreen") !== undefined);
      assert.ok(kinds.length > 0);
      const argo = plan.values("argo-cd");
      assert.ok(Number(at(argo, "server.replicas")) >= 2 && at(argo, "redis-ha.enabled") === true);
      assert.notEqual(at(argo, "notifications.enabled"), false);
      assert.equal(plan.named("groundwork:delivery:Flagd").length, 1);
    },
  },

  "S3.8": {
    "what changed is built, analysed by Semgrep and scanned by Grype": () => {
      const workflow = readFileSync(join(root, ".github/workflows/image-check.yaml"), "utf8");
      assert.match(workflow, /semgrep/i);
      assert.match(workflow, /grype/i);
    },
  },

  "S3.9": {
    "Vault has more than one node, unseals itself and writes an audit": (plan) => {
      const values = plan.values("vault");
      assert.ok(Number(at(values, "server.ha.replicas")) >= 3);
      assert.equal(at(values, "server.ha.raft.enabled"), true);
      assert.equal(plan.named(`groundwork:${plan.cloud}:SealKey`).length, 1);
    },
    "services that keep money sign in by what Vault makes": (plan) => {
      const { resources } = plan;
      const told = JSON.stringify(
        resources.filter(({ name, type }) => type.endsWith(":Rollout") || name.includes("-system-payments")),
      );
      assert.match(told, /VAULT_/);
    },
    "the key that signs sessions is made anew within 24 hours": (plan) => {
      assert.equal(plan.named(`groundwork:${plan.cloud}:Secret`, /session-signing-key/).length, 1);
    },
  },

  "S3.10": {
    "an alert takes less than 30 seconds": (plan) => {
      const spec = at(plan.values("kube-prometheus-stack"), "prometheus.prometheusSpec");
      const seconds = (path: string): number => Number(text(at(spec, path)).replace("s", ""));
      assert.ok(seconds("scrapeInterval") + seconds("evaluationInterval") < 30);
    },
    "a load test is a command": () => {
      const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
        readonly scripts: Readonly<Record<string, string>>;
      };
      assert.ok("load-test" in scripts);
    },
  },
};
