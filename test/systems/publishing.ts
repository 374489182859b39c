import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Claims, at, list } from "./scene";

const root = join(__dirname, "../..");

/** What holds of `publishing`, by the rows. */
export const publishing: Claims<"S5"> = {
  "S5.1": {
    "pods run without nodes of ours": (plan) => {
      if (plan.cloud === "aws") {
        assert.equal(plan.all("eks/fargateProfile:FargateProfile").length, 1);
        return;
      }
      assert.equal(plan.one("container/cluster:Cluster")["enableAutopilot"], true);
    },
    "services keep nothing in their pods": (plan) => {
      for (const { spec } of plan.all("kubernetes:apps/v1:Deployment", /-prod-system-/)) {
        for (const volume of list(at(spec, "template.spec.volumes"))) {
          assert.equal(at(volume, "persistentVolumeClaim"), undefined);
        }
      }
    },
    "a network, a load balancer and DNS stand": (plan) => {
      assert.equal(plan.named(`groundwork:${plan.cloud}:Network`, /-prod-network$/).length, 1);
      assert.equal(plan.named(`groundwork:${plan.cloud}:DnsZone`).length, 1);
      assert.ok(plan.charts.includes("nginx-gateway-fabric"));
    },
  },

  "S5.2": {
    "PostgreSQL goes back to any second of 30 days": (plan) => {
      if (plan.cloud === "aws") {
        assert.equal(plan.one("rds/instance:Instance", /-postgres$/)["backupRetentionPeriod"], 30);
        return;
      }
      const primary = plan.one("sql/databaseInstance:DatabaseInstance", /-postgres$/);
      assert.equal(at(primary, "settings.backupConfiguration.transactionLogRetentionDays"), 30);
      assert.equal(at(primary, "settings.backupConfiguration.pointInTimeRecoveryEnabled"), true);
    },
    "objects go to an archive": (plan) => {
      const rules =
        plan.cloud === "aws"
          ? plan.one(
              "s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
              /-prod-bucket-lifecycle$/,
            )["rules"]
          : plan.one("storage/bucket:Bucket", /-prod-bucket$/)["lifecycleRules"];
      assert.match(JSON.stringify(rules), plan.cloud === "aws" ? /GLACIER/ : /COLDLINE|ARCHIVE/);
    },
    "block storage, queues and a search index stand": (plan) => {
      assert.ok(plan.all("kubernetes:storage.k8s.io/v1:StorageClass").length > 0);
      const queues =
        plan.cloud === "aws"
          ? plan.all("sqs/queue:Queue", /-queue-(media-jobs|publications)-pair$/)
          : plan.all("pubsub/topic:Topic", /-queue-(media-jobs|publications)-pair$/);
      assert.equal(queues.length, 2);
      const index =
        plan.cloud === "aws"
          ? plan.all("opensearch/domain:Domain")
          : plan.all("kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch");
      assert.equal(index.length, 1);
    },
  },

  "S5.3": {
    "a firewall, network ACLs and an audit trail stand": (plan) => {
      const expected =
        plan.cloud === "aws"
          ? [
              "wafv2/webAcl:WebAcl",
              "ec2/networkAcl:NetworkAcl",
              "ec2/securityGroup:SecurityGroup",
              "cloudtrail/trail:Trail",
              "kms/key:Key",
            ]
          : [
              "compute/securityPolicy:SecurityPolicy",
              "compute/firewall:Firewall",
              "projects/iAMAuditConfig:IAMAuditConfig",
              "kms/cryptoKey:CryptoKey",
            ];
      for (const type of expected) assert.ok(plan.all(`${plan.cloud}:${type}`).length > 0, type);
    },
    "the cloud's own metrics have alarms": (plan) => {
      const alarms =
        plan.cloud === "aws"
          ? plan.all("cloudwatch/metricAlarm:MetricAlarm")
          : plan.all("monitoring/alertPolicy:AlertPolicy");
      assert.ok(alarms.length >= 20, `${alarms.length}`);
    },
  },

  "S5.4": {
    "dev, staging and prod are deployed by approval, and go back by themselves": () => {
      const deploy = readFileSync(join(root, ".github/workflows/deploy-stack.yaml"), "utf8");
      assert.match(deploy, /environment:/);
      assert.match(deploy, /rollback/);
      for (const stack of ["dev", "staging", "prod"]) {
        assert.ok(existsSync(join(root, `Pulumi.${stack}.yaml`)), stack);
      }
    },
    "the workflows push to a registry of the stack, without a key that lasts": (plan) => {
      assert.equal(plan.named(`groundwork:${plan.cloud}:CiIdentity`).length, 1);
      const keys =
        plan.cloud === "aws" ? plan.all("iam/accessKey:AccessKey") : plan.all("serviceaccount/key:Key");
      assert.equal(keys.length, 0);
    },
  },

  "S5.5": {
    "alerts go to PagerDuty, Slack and mail": (plan) => {
      const cloudChannels =
        plan.cloud === "aws"
          ? plan.all("sns/topicSubscription:TopicSubscription").map(({ protocol }) => protocol)
          : plan.all("monitoring/notificationChannel:NotificationChannel").map(({ type }) => type);
      assert.ok(cloudChannels.includes("email"), JSON.stringify(cloudChannels));
      assert.ok(plan.all("pagerduty:index/service:Service").length > 0);
    },
    "database and objects are copied to another region": (plan) => {
      if (plan.cloud === "aws") {
        assert.equal(plan.all("rds/instance:Instance", /-postgres-recovery-/).length, 1);
        assert.ok(plan.all("s3/bucketReplicationConfig:BucketReplicationConfig", /-bucket-/).length > 0);
        return;
      }
      assert.equal(plan.all("sql/databaseInstance:DatabaseInstance", /-postgres-recovery$/).length, 1);
      assert.ok(plan.all("storage/bucket:Bucket", /-bucket-recovery$/).length === 1);
    },
    "a drill says that 4 hours are enough": () => {
      assert.ok(existsSync(join(root, "docs/runbooks/drill.md")));
    },
  },
};
