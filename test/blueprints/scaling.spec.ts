import assert from "node:assert/strict";
import { blueprints } from "../../blueprints/catalogue";
import { type Cloud, clouds } from "../../components/cloud";
import type { PlanResource } from "../../preview/plan";
import { configOf, problemsOf, withSetting } from "../config/stackFiles";
import { textOf } from "../providers/aws/inputs";
import { find, findAll } from "../support/run";
import { waitsFor } from "../support/waitsFor";
import { planOf } from "../support/plans";

async function plan(blueprint: string, cloud: Cloud, ...set: string[]): Promise<readonly PlanResource[]> {
  return await planOf("prod", `blueprint=${blueprint}`, `cloud=${cloud}`, ...set);
}

const scaledObjectType = "kubernetes:keda.sh/v1alpha1:ScaledObject";
const autoscalerType = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";

interface Scaled {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly minReplicaCount: number;
    readonly maxReplicaCount: number;
    readonly triggers: readonly {
      readonly type: string;
      readonly metadata: Readonly<Record<string, string>>;
      readonly authenticationRef?: { readonly name: string };
    }[];
  };
}

/** What is scaled by KEDA, by its name. */
function scaled(resources: readonly PlanResource[]): Readonly<Record<string, Scaled["spec"]>> {
  return Object.fromEntries(
    findAll(resources, scaledObjectType).map(({ inputs }) => {
      const { metadata, spec } = inputs as unknown as Scaled;
      return [metadata.name, spec];
    }),
  );
}

/** The trigger besides CPU, of which there is one. */
function triggerOf(resources: readonly PlanResource[], service: string): Scaled["spec"]["triggers"][number] {
  const [cpu, trigger, ...more] = scaled(resources)[service]?.triggers ?? [];
  assert.deepEqual([cpu?.type, cpu?.metadata], ["cpu", { value: "70" }]);
  assert.deepEqual(more, []);
  return trigger ?? assert.fail(`${service} is not scaled`);
}

interface Statement {
  readonly Action: string;
  readonly Resource: string;
}
const statements = (resources: readonly PlanResource[], name: string): readonly Statement[] =>
  (
    JSON.parse(textOf(find(resources, "aws:iam/rolePolicy:RolePolicy", name), "policy")) as {
      Statement: Statement[];
    }
  ).Statement;

const crawlers = "seo-platform-prod-scaling-crawler-workers";
const mayReadMetrics = (resources: readonly PlanResource[]): readonly PlanResource[] =>
  findAll(resources, "gcp:projects/iAMMember:IAMMember").filter(
    ({ name, inputs }) => name.includes("-keda") && inputs["role"] === "roles/monitoring.viewer",
  );

describe("scaling by what waits", () => {
  for (const [cloud, hosting] of [
    ["aws", "cloud"],
    ["aws", "cluster"],
    ["gcp", "cloud"],
    ["gcp", "cluster"],
  ] as const) {
    it(`has 10 to 100 crawlers by CPU and a lag of 1,000 messages each, with Kafka by the ${hosting} on ${cloud}`, async () => {
      const resources = await plan("seo-platform", cloud, `kafka.hosting=${hosting}`);
      const { minReplicaCount, maxReplicaCount } = scaled(resources)["crawler-workers"] ?? assert.fail();
      assert.deepEqual([minReplicaCount, maxReplicaCount], [10, 100]);
      const { type, metadata, authenticationRef } = triggerOf(resources, "crawler-workers");
      if (cloud === "aws" && hosting === "cloud") {
        assert.equal(type, "kafka");
        const { bootstrapServers, ...rest } = metadata;
        assert.match(String(bootstrapServers), /^b-1\..*:9098,/);
        assert.deepEqual(rest, {
          awsRegion: "us-east-1",
          consumerGroup: "crawler-workers",
          lagThreshold: "1000",
          offsetResetPolicy: "earliest",
          sasl: "oauthbearer",
          saslTokenProvider: "aws_msk_iam",
          tls: "enable",
          topic: "crawl-requests",
          version: "3.6.0",
        });
        assert.deepEqual(authenticationRef, { name: "crawler-workers-aws" });
        assert.deepEqual(
          statements(resources, `${crawlers}-kafka-lag`).map(({ Action, Resource }) => {
            const [kind, , , part] = Resource.replace(/^arn:aws:kafka:[^:]+:\d+:/, "").split("/");
            return [Action, kind, part];
          }),
          [
            ["kafka-cluster:Connect", "cluster", undefined],
            ["kafka-cluster:DescribeTopic", "topic", "crawl-requests"],
            ["kafka-cluster:DescribeGroup", "group", "crawler-workers"],
          ],
        );
        return;
      }
      assert.equal(type, "prometheus");
      assert.equal(metadata["threshold"], "1000");
      assert.equal(metadata["ignoreNullValues"], "false");
      if (hosting === "cluster") {
        assert.equal(
          metadata["query"],
          'sum(kafka_consumergroup_lag{namespace="kafka",consumergroup="crawler-workers",topic="crawl-requests"})',
        );
        assert.equal(
          metadata["serverAddress"],
          "http://kube-prometheus-stack-prometheus.monitoring.svc:9090",
        );
        assert.equal(authenticationRef, undefined);
        // nobody is asked who wants to know who asks
        assert.deepEqual(mayReadMetrics(resources), []);
        assert.ok(!resources.some(({ name }) => name === "seo-platform-prod-keda-identity"));
        return;
      }
      assert.match(
        String(metadata["query"]),
        /^sum\(managedkafka_googleapis_com:offset_lag\{monitored_resource="managedkafka\.googleapis\.com\/TopicPartitionConsumerGroup",cluster_id="seo-platform-prod-kafka[^"]*",topic_id="crawl-requests",consumer_group_id="crawler-workers"\}\)$/,
      );
      assert.equal(
        metadata["serverAddress"],
        "https://monitoring.googleapis.com/v1/projects/example-prod/location/global/prometheus",
      );
      assert.deepEqual(authenticationRef, { name: "crawler-workers-gcp" });
      assert.equal(mayReadMetrics(resources).length, 1);
    });
  }

  for (const cloud of clouds) {
    it(`has workers by what is in their queues on ${cloud}, on pods without nodes`, async () => {
      const resources = await plan("publishing", cloud);
      for (const [service, queue, messages] of [
        ["media-worker", "media-jobs", "2"],
        ["publisher", "publications", "50"],
      ] as const) {
        const { type, metadata, authenticationRef } = triggerOf(resources, service);
        assert.deepEqual(authenticationRef, { name: `${service}-${cloud}` });
        if (cloud === "aws") {
          const { queueURL, ...rest } = metadata;
          assert.equal(type, "aws-sqs-queue");
          assert.match(String(queueURL), new RegExp(`publishing-prod-queue-${queue}-pair`));
          assert.deepEqual(rest, { awsRegion: "us-east-1", queueLength: messages });
          const grants = statements(resources, `publishing-prod-scaling-${service}-queue-depth`);
          assert.deepEqual(
            grants.map(({ Action }) => Action),
            ["sqs:GetQueueAttributes"],
          );
          assert.match(String(grants[0]?.Resource), new RegExp(`:publishing-prod-queue-${queue}-pair`));
        } else {
          assert.equal(type, "prometheus");
          assert.equal(metadata["threshold"], messages);
          assert.match(
            String(metadata["query"]),
            new RegExp(
              `^sum\\(pubsub_googleapis_com:subscription_num_undelivered_messages\\{monitored_resource="pubsub_subscription",subscription_id="publishing-prod-queue-${queue}-pair[^"]*"\\}\\)$`,
            ),
          );
          // one right for both
          assert.equal(mayReadMetrics(resources).length, 1);
        }
      }
    });

    it(`has pods of an API by the requests to it on ${cloud}, as the service or the mesh counts them`, async () => {
      const requests = (resources: readonly PlanResource[], service: string) => {
        const { type, metadata, authenticationRef } = triggerOf(resources, service);
        assert.deepEqual([type, authenticationRef], ["prometheus", undefined]);
        assert.equal(
          metadata["serverAddress"],
          "http://kube-prometheus-stack-prometheus.monitoring.svc:9090",
        );
        return [metadata["threshold"], metadata["query"]?.split("[")[0]];
      };
      const own = await plan("seo-platform", cloud);
      assert.deepEqual(requests(own, "backend-api"), [
        "10",
        'sum(rate(http_server_request_duration_seconds_count{namespace="seo-platform",job="seo-platform/backend-api",http_route!~"/livez|/readyz|/metrics"}',
      ]);
      const meshed = await plan("explico", cloud, "services.frontend.scaling.requestsPerSecond=40");
      assert.deepEqual(requests(meshed, "frontend"), [
        "40",
        'sum(rate(istio_requests_total{reporter="destination",namespace="explico",destination_canonical_service="frontend"}',
      ]);
      const { minReplicaCount, maxReplicaCount } = scaled(meshed)["frontend"] ?? assert.fail();
      assert.deepEqual([minReplicaCount, maxReplicaCount], [3, 20]);
    });

    it(`is of each Deployment by one alone on ${cloud}, after its pods and KEDA`, async () => {
      const resources = await plan("seo-platform", cloud);
      const names = [...findAll(resources, scaledObjectType), ...findAll(resources, autoscalerType)].map(
        ({ inputs }) => (inputs as unknown as Scaled).metadata.name,
      );
      assert.deepEqual([...new Set(names)].sort(), Object.keys(blueprints["seo-platform"].services).sort());
      assert.equal(new Set(names).size, names.length);
      const object = find(resources, scaledObjectType, crawlers);
      for (const [type, name] of [
        ["kubernetes:apps/v1:Deployment", "seo-platform-prod-system-crawler-workers"],
        ["kubernetes:helm.sh/v3:Release", "seo-platform-prod-keda"],
      ] as const) {
        const { urn } = find(resources, type, name);
        assert.ok(
          waitsFor(resources, object, (other) => other === urn),
          name,
        );
      }
    });

    it(`keeps KEDA on ${cloud} where something is scaled by it, and lets it go where nothing is`, () => {
      const without = (blueprint: string) => ({
        ...withSetting("prod", "platform", { keda: { enabled: false } }),
        cloud,
        blueprint,
      });
      assert.deepEqual(problemsOf(without("seo-platform")), [
        "platform.keda.enabled: expected true, as it scales backend-api, crawler-workers, got false",
      ]);
      assert.deepEqual(problemsOf(without("publishing")), [
        "platform.keda.enabled: expected true, as it scales media-worker, publisher, got false",
      ]);
      assert.equal(configOf(without("suuupra")).blueprint.platform.keda, undefined);
    });
  }
});

const adviceType = "kubernetes:autoscaling.k8s.io/v1:VerticalPodAutoscaler";

describe("what workloads should ask for", () => {
  for (const [cloud, releases] of [
    ["aws", 1],
    // GKE brings its own
    ["gcp", 0],
  ] as const) {
    for (const blueprint of ["seo-platform", "publishing"] as const) {
      it(`is recommended for each service of ${blueprint} on ${cloud}, and changes none`, async () => {
        const resources = await plan(blueprint, cloud);
        const advice = findAll(resources, adviceType).map(({ inputs }) => {
          const { metadata, spec } = inputs as unknown as Scaled;
          return [metadata.name, spec];
        });
        assert.deepEqual(
          Object.fromEntries(advice),
          Object.fromEntries(
            Object.keys(blueprints[blueprint].services).map((name) => [
              name,
              {
                targetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
                updatePolicy: { updateMode: "Off" },
                resourcePolicy: {
                  containerPolicies: [{ containerName: "*", controlledResources: ["cpu", "memory"] }],
                },
              },
            ]),
          ),
        );
        const recommenders = findAll(resources, "kubernetes:helm.sh/v3:Release").filter(
          ({ name }) => name === `${blueprint}-prod-vpa`,
        );
        assert.equal(recommenders.length, releases);
        for (const { urn } of recommenders) {
          for (const object of findAll(resources, adviceType)) {
            assert.ok(
              waitsFor(resources, object, (other) => other === urn),
              object.name,
            );
          }
        }
        if (cloud === "gcp") {
          const { inputs } = find(resources, "gcp:container/cluster:Cluster");
          assert.deepEqual(inputs["verticalPodAutoscaling"], { enabled: true });
        }
      });
    }

    it(`is not asked on ${cloud} where the stack leaves it out`, async () => {
      const resources = await plan("suuupra", cloud, "platform.vpa.enabled=false");
      assert.deepEqual(findAll(resources, adviceType), []);
      assert.ok(!resources.some(({ name }) => name === "suuupra-prod-vpa"));
    });
  }
});
